"""What is somebody called without the family name, and when is that no more than a word?

A text says 小明 where the roster says 王小明. So the given name is taken out of texts too: of three or four Chinese
characters the last two, of a dotted name what stands before the dot. One character alone (芳 of 王芳) is left: it would
blank half of every text. So is a given name that is a word of everyday notes (天天, 阳光): it is taken out with its
family name only. And where a column of names says who the person is to the student (妈妈, 老师), it names nobody.
"""

import re

from churnlab.tables.values import short

# Written where a name should stand. No person is called so.
NOBODY = frozenset(
    re.findall(
        r"\S+",
        """
    妈妈 爸爸 母亲 父亲 父母 爷爷 奶奶 外公 外婆 姥姥 姥爷 姐姐 哥哥 弟弟 妹妹 叔叔 阿姨 舅舅 舅妈 姑姑 姑妈 姨妈
    伯伯 伯父 伯母 婶婶 家长 家属 家人 监护人 联系人 本人 老师 教师 同学 学员 学生 孩子 小孩 宝宝 宝贝 朋友 女士
    先生 小姐 太太 校长 园长 主任 班主任 经理 主管 总监 教练 助教 顾问 店长 老板 师傅 医生 姓名 名字 测试 未知 未填
    未填写 暂无 没有 匿名 保密 其他 客户 散客 试听 mother father mum mom dad parent parents guardian teacher
    student self name test unknown anonymous
    """,
    )
)
# Given names that people do have, and that notes about students are full of.
WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    天天 常常 多多 一直 一定 一样 一起 一般 一心 可以 可能 永远 经常 正常 非常 现在 未来 以后 明天 今天 春天 夏天
    秋天 冬天 时间 时光 周末 元旦 新年 春节 清明 端午 中秋 国庆 开学 开心 高兴 快乐 欢乐 幸福 健康 平安 安心 安全
    放心 用心 专心 细心 耐心 认真 努力 勇敢 坚持 坚强 自信 自然 自由 自立 成功 成长 成绩 进步 优秀 优良 胜利 前进
    发展 建设 文化 文学 文明 科学 学习 学文 数学 语文 英语 音乐 美术 思维 思考 教育 希望 理想 梦想 阳光 光明 和平
    友谊 友好 团结 满意 方便 方法 温暖 美丽 美好 世界 中国 中华 东方 南方 北方 北京 上海 长江 江南 海南
    一天 一致 一位 十一 十五 雨天 承诺 安静 大堂 保安 老人 正宗 天真 道德 远远
    """,
    )
)
_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
_WHOLE = re.compile(f"{_HAN}{{1,2}}({_HAN}{{2}})|({_HAN}{{2,}})[·•・‧.].+")


def given_name(name: str) -> str | None:
    """Return what stands for a person without the family name; None where that is one character, or just a word.

    Parameters
    ----------
    name : str
        A name as it stands in the export.
    """
    told = _WHOLE.fullmatch(_bare(name))
    given = told and (told[1] or told[2])
    return given if given and given not in NOBODY and given not in WORDS else None


def names_nobody(name: str) -> bool:
    """Tell whether a value of a column of names is none: a single character, or who somebody is to the student."""
    bare = _bare(name)
    return len(bare) < 2 or bare in NOBODY


def is_word(name: str) -> bool:
    """Tell whether a name is a word of everyday notes too: 高兴, if it is not in a column of names by mistake."""
    return _bare(name) in WORDS


def _bare(name: str) -> str:
    return short(name).casefold().replace(" ", "")
