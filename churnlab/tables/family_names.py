"""Does a value look like the name of a person, where a column does not vouch for it?

Under 推荐人 stands 抖音, in the row whose cells have slipped a course. A channel or a course must not lose its name for
that. So only the roster and the staff table, in rows that are kept, are believed whatever they say; elsewhere a name is
a Chinese family name with one to three more characters, a name with a dot, or two words of letters.
"""

import re

from churnlab.tables.given_names import is_word
from churnlab.tables.values import short

_COMPOUND = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|"
    "皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|"
    "子车|亓官|司寇|巫马|公西|颛孙|壤驷|公良|漆雕|乐正|宰父|谷梁|拓跋|夹谷|轩辕|令狐|"
    "段干|百里|呼延|东郭|南门|羊舌|微生|梁丘|左丘|东门|西门|南荣|第五"
)
# 百家姓, and what the census has beside them among the four hundred most common.
_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗"
    "凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛"
    "禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌"
    "霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳"
    "汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印"
    "宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦"
    "尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍"
    "聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖闫付代阳苟覃兰岳佟商佘尧仝帅冼"
    "粟覃战来展初原由税晋楚法缑亢况有琴归海墨哈谯笪年爱佴言福"
)
# They begin with a family name, and mean something else in a channel, a course, a grade or a city.
WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    万圣 万科 万能 万达 东北 东区 东城 东方 东莞 东路 东门 严格 严重 丰台 乌市 乐器 乐团 乐园 乐理 乐队 乐高 乔迁
    于是 于都 云南 云校 云端 云课 从化 付款 付费 代理 代课 仲裁 任何 任务 任教 任课 伏天 何地 何时 余下 余杭 余额
    傅里 元宵 元旦 元素 党员 全勤 全国 全天 全家 全年 全日 全科 全职 全部 全额 公交 公众 公办 公司 公园 公开 公益
    公立 兰州 关注 关系 关闭 冀教 农历 农村 冷静 凤凰 初一 初三 初中 初二 初级 初高 利润 劳动 包含 包月 包班 匡正
    华东 华侨 华南 华文 华语 卓越 单价 单位 单独 单科 单词 卢湾 卫生 印象 危险 原价 原创 原因 原班 双休 双减 双周
    双师 双语 古典 古筝 古诗 史地 史学 叶县 司机 后期 后续 向上 向导 吕梁 吴中 吴江 周一 周三 周二 周五 周六 周刊
    周卡 周四 周围 周天 周年 周报 周日 周期 周末 周测 周考 周课 周边 和平 哈佛 唐山 唐诗 商业 商务 商圈 商场 国产
    国外 国学 国庆 国文 国画 国语 国际 夏令 夏天 夏季 夏班 姚江 孔雀 孙女 孙子 孟子 季卡 季度 宁夏 宁波 安全 安徽
    安心 安排 安装 安静 宋代 宣传 宣武 容易 宿舍 寿宴 封闭 尚可 尚未 尤其 尤溪 居住 居家 屈服 展会 展示 展览 山东
    山西 岳阳 岳麓 左右 左岸 巩固 巫山 师大 师生 师范 师资 席位 常用 常见 常规 干净 干部 平价 平台 平均 平安 平常
    平日 平时 平板 平行 平面 幸福 广东 广告 广场 广州 广播 广西 应届 应用 应试 应该 康复 廉价 张家 张江 强化 强项
    归来 徐州 徐汇 怀孕 惠州 成交 成人 成功 成年 成立 成绩 成都 成长 战略 戴帽 房价 房山 扶贫 支付 支持 支架 文具
    文化 文字 文学 文明 文案 文理 文科 文综 文艺 方便 方向 方式 方案 方法 方言 施工 时候 时效 时机 时段 时长 时间
    昌平 明天 明年 易学 易懂 易错 晋升 景区 曲目 曲艺 曾经 有事 有效 有氧 有限 朱家 权益 来源 来电 来自 来访 杨浦
    杭州 松江 林业 柏林 桂林 桑拿 梅州 梅花 欧洲 欧美 武侯 武昌 武术 武汉 段落 殷实 毕业 毛笔 水上 水平 水彩 水粉
    江北 江南 江宁 江汉 江苏 江西 汤圆 汪洋 沈阳 沙画 沙龙 法国 法律 法语 洪山 浦东 浦西 海南 海口 海外 海报 海淀
    温和 温州 温度 温馨 游学 游戏 游泳 滕州 满员 满意 满班 潘家 濮阳 焦虑 熊猫 燕郊 牛津 牧场 王府 王牌 甘肃 田径
    田林 由于 申报 申诉 申请 白天 白板 白班 盛大 相关 相对 相机 石化 石家 石景 祁连 祖国 祖母 祖父 祝福 祝贺 福利
    福州 福建 福清 福田 秋天 秋季 秋招 秋班 秦皇 程序 程度 章程 章节 童年 童装 童话 简介 简历 管乐 管弦 管理 索要
    红色 纪律 经典 罗湖 肖像 能力 能否 舒服 舒适 花园 花样 花艺 花费 苏州 苏教 苏科 范围 茅台 荀子 荆州 荣誉 莫名
    萧山 蒲公 蓝天 袁州 言行 言语 詹姆 计划 计时 计次 计算 计费 许可 许多 诸暨 谈话 谢谢 谭木 谷歌 费用 贺卡 赖床
    赵县 越南 越秀 路上 路人 路演 路边 路过 车库 辛苦 边缘 连接 连续 连锁 通州 通用 通知 通过 邓州 邵阳 邹城 郑州
    郭庄 都匀 都市 金卡 金山 金牌 金融 金钱 金额 钟楼 钟点 钱包 闻名 阳光 阳台 陆续 陈列 陶瓷 陶艺 雷达 韦氏 韩国
    韩文 韩语 项目 顾客 顾问 颜色 饶平 马上 马拉 马术 高一 高三 高中 高二 高价 高效 高新 高校 高端 高等 高级 高考
    高职 高速 鱼类 鲁教 黄埔 黄河 黄浦 黄金 齐全 龙华 龙岗
        """,
    )
)
_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
_CHINESE = re.compile(f"(?:{_COMPOUND}){_HAN}{{1,3}}|[{_SINGLE}]{_HAN}{{1,3}}")
_DOTTED = re.compile(f"{_HAN}{{2,}}[·•・‧.]{_HAN}+")
_LETTERS = r"[^\W\d_\u3400-\u9fff]+(?:['’.-][^\W\d_\u3400-\u9fff]+)*"
_TWO_WORDS = re.compile(rf"{_LETTERS}\.?(?: {_LETTERS}\.?)+")


def looks_like_a_name(value: str) -> bool:
    """Tell whether a value is written as a person's name is: 王小明, 欧阳明月, 迪丽热巴·迪力木拉提, Ann Lee."""
    name = short(value)
    return bool(_TWO_WORDS.fullmatch(name) or _DOTTED.fullmatch(name) or _CHINESE.fullmatch(name.replace(" ", "")))


def may_be_a_word(name: str) -> bool:
    """Tell whether a whole name of two characters is a word as well, of notes or of what is offered: 高一, 周六."""
    return name in WORDS or is_word(name)
