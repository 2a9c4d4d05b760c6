"""By which words do institutions say why a student went?

Codes of departments, of what they answer for, of personal reasons and of completion, each with its usual words. Which
of them are no churn, the settings say: `outcome.personal_reasons`, `outcome.graduated_reasons`. A word that is not here
stays as it is.
"""

from collections.abc import Iterable

from churnlab.tables.values import folded

_PERSONAL = {
    "personal": ("个人原因", "家庭原因", "个人", "家里有事", "自身原因", "personal reasons", "family", "family reasons"),
    "moved": (
        "搬家", "搬迁", "迁居", "搬走", "转学", "搬家转学", "搬家/转学", "换城市", "去外地", "回老家", "出国", "留学", "移民", "住校", "寄宿",
        "moving", "relocation", "relocated", "moved away", "changed school", "went abroad",
    ),
    "health": (
        "身体原因", "健康", "健康原因", "生病", "患病", "疾病", "受伤", "身体不适", "住院", "怀孕",
        "illness", "ill", "sick", "injury", "medical",
    ),
}  # fmt: skip
_COMPLETION = {
    "graduated": (
        "毕业升学", "毕业", "升学", "结课", "结业", "学完", "课程结束", "毕业/升学", "完成学业",
        "graduation", "completed", "finished", "course completed",
    ),
}  # fmt: skip
_MARKET = {
    "market": ("市场原因", "marketing"),
    "price": ("价格", "价格原因", "价格太高", "价格高", "太贵", "学费太贵", "费用", "费用高", "expensive", "too expensive", "cost", "fees"),
    "competitor": (
        "转去其他机构", "竞品", "竞争对手", "去了别家", "去别家", "换机构", "转机构", "转其他机构", "其他机构", "别家机构",
        "went elsewhere", "another school", "switched provider",
    ),
    "promise_not_kept": ("承诺未兑现", "销售承诺", "夸大宣传", "broken promise"),
    "wrong_course_sold": ("课程不合适", "不适合", "课程不适合", "wrong course", "not suitable"),
}  # fmt: skip
_TEACHING = {
    "teaching": ("教学原因", "教学", "教学质量", "teaching quality"),
    "teacher": ("对老师不满意", "老师", "教师", "老师原因", "师资", "老师不好", "不喜欢老师", "teachers"),
    "teacher_change": ("频繁换老师", "换老师", "老师离职", "更换老师", "change of teacher"),
    "course_design": ("课程设计", "课程内容", "教材", "课程太难", "课程太简单", "curriculum", "course content"),
    "progress": ("学习没有进步", "进度", "没有进步", "没进步", "没效果", "效果不好", "效果不明显", "学习效果", "no progress", "results"),
    "class_size": ("班级人数太多", "班额", "班级人数", "人太多", "大班", "class too large"),
    "lost_interest": ("没兴趣", "不感兴趣", "失去兴趣", "孩子不想学", "不想学", "厌学", "no interest"),
}  # fmt: skip
_SERVICE = {
    "service": ("服务原因", "服务", "服务质量"),
    "attitude": ("服务态度", "态度", "态度差", "态度不好", "service attitude"),
    "slow_reply": ("回复不及时", "回复慢", "不回复", "沟通不及时", "slow response", "no reply"),
    "scheduling": (
        "时间安排不上", "排课", "排课调课", "时间冲突", "时间不合适", "时间原因", "没时间", "没有时间", "排不开", "学业冲突",
        "schedule", "schedule conflict", "time conflict", "no time",
    ),
    "refund_terms": ("退费", "退款", "退费纠纷", "退费处理", "refund"),
}  # fmt: skip
_FACILITY = {
    "facility": ("环境原因", "设施原因", "facilities"),
    "environment": ("教学环境", "环境", "环境卫生", "卫生", "噪音"),
    "safety": ("安全", "安全问题", "安全原因"),
    "location": ("距离太远", "距离", "太远", "离家远", "路远", "交通不便", "交通", "接送不便", "distance", "too far", "transport"),
    "equipment": ("设备", "设施", "设备问题"),
}  # fmt: skip
_UNTOLD = {
    "other": ("其他", "其它", "其他原因", "其它原因", "不详", "未知", "unknown", "others"),
    "withdrawn": ("退学", "退课", "主动退学", "withdrawal"),
}

# As reports and worksheets say them, where that is none of the above: what a sheet offers is read back.
_ON_SHEETS = {
    "personal": ("其他个人原因", "other personal reasons"),
    "graduated": ("finished school",),
    "market": ("市场，未细分", "market, no detail"),
    "competitor": ("went to another institution",),
    "promise_not_kept": ("promise not kept",),
    "wrong_course_sold": ("wrong course sold",),
    "teaching": ("教学，未细分", "teaching, no detail"),
    "lost_interest": ("lost interest",),
    "service": ("服务，未细分", "service, no detail"),
    "attitude": ("attitude of staff",),
    "slow_reply": ("slow reply",),
    "scheduling": ("上课时间", "lesson times"),
    "refund_terms": ("refund terms",),
    "facility": ("硬件，未细分", "facilities, no detail"),
    "environment": ("rooms and cleanliness",),
    "withdrawn": ("退学，未说明原因", "withdrew, no reason"),
}

REASONS: dict[str, tuple[str, ...]] = {
    code: (*words, *_ON_SHEETS.get(code, ()))
    for code, words in (
        _PERSONAL | _COMPLETION | _MARKET | _TEACHING | _SERVICE | _FACILITY | _UNTOLD
    ).items()
}  # fmt: skip
KEPT_BY: dict[str, tuple[str, ...]] = {
    "nothing": ("无法挽留", "留不住", "没有办法", "nothing would have"),
    "price": ("价格优惠", "优惠", "降价", "lower price", "a lower price"),
    "promise": ("兑现承诺", "keep the promise", "keeping the promise"),
    "teacher": (
        "换老师", "老师稳定", "another teacher", "换老师或老师稳定", "another teacher, or the same one for longer",
    ),
    "course": ("调整课程", "调整进度", "换班", "another course", "调整课程或进度", "another course or pace"),
    "schedule": ("调整时间", "改时间", "another time"),
    "reply": ("及时沟通", "早点沟通", "an earlier reply"),
    "place": ("改善环境", "改善设施", "better rooms", "改善环境设施", "better rooms and equipment"),
    "other": ("其他", "其它", "something else", "其他做法"),
}  # fmt: skip
"""What could have kept those who left, as they say in hindsight."""
_MEANT = {folded(word): code for code, words in REASONS.items() for word in (code, *words)}


def meant(words: Iterable[str]) -> list[str]:
    """Return the code of each word; one that is not known stays as it is."""
    return [_MEANT.get(folded(word), word) for word in words]
