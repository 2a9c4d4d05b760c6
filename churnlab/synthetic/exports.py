"""Which files does the made-up institution hand in, and what do they call things?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from churnlab.tables.schemas import TABLES
from churnlab.tables.schemas.reasons import KEPT_BY

Encoding = Literal["utf-8-sig", "gb18030", "xlsx"]
Dates = Literal["iso", "slash", "han", "packed", "mixed", "serial"]
Money = Literal["plain", "sign", "unit"]
NOTE = "注意事项：1. 带*的列为必填项；2. 请勿修改表头；3. 日期请填写到日。"

CHANNEL_WORDS = {"短视频": "抖音", "老带新": "朋友介绍", "自然到访": "到店", "地推": "地推", "异业合作": "异业合作"}
REASON_WORDS = {
    "market": "市场原因", "teaching": "教学原因", "service": "服务原因", "facility": "环境原因", "moved": "搬家转学",
    "health": "身体原因", "graduated": "毕业升学",
}  # fmt: skip
DETAIL_WORDS = {
    "price": "价格", "competitor": "转去其他机构", "promise_not_kept": "承诺未兑现", "wrong_course_sold": "课程不合适",
    "teacher": "对老师不满意", "teacher_change": "频繁换老师", "progress": "学习没有进步", "class_size": "班级人数太多",
    "scheduling": "时间安排不上", "slow_reply": "回复不及时", "attitude": "服务态度", "location": "距离太远",
    "environment": "教学环境",
}  # fmt: skip
ACTIVITY_WORDS = {"homework": "课后作业", "video": "视频课", "reading": "阅读打卡"}
LESSON_WORDS = {"present": "已签到", "late": "迟到", "leave": "请假", "absent": "未到"}


def _frozen(**words: str) -> Mapping[str, str]:
    return MappingProxyType(words)


@dataclass(frozen=True, kw_only=True)
class Export:
    """One kind of file that an institution exports.

    Attributes
    ----------
    table : str
        What it holds.
    file : str
        Its name; `{month}` makes one file for each month of `by_month`.
    encoding : str
        A csv in this encoding, or an xlsx.
    by_month : str
        The time column that says into which month's file a row goes.
    headers : mapping of str to str
        Own header by column; the others have the contract's first Chinese one.
    words : mapping of str to mapping
        Own word by code, by column; the other codes have the contract's first Chinese word.
    short_campus : bool
        Campuses without 校区.
    left_out : tuple of str
        Columns that this export does not have.
    extra : mapping of str to str
        The institution's own columns, and what stands in them.
    dates, money : str
        How dates and amounts are written.
    total : str
        The column under which a 合计 row adds up.
    notes : bool
        A merged note above the header, and `(*)` after required headers.
    """

    table: str
    file: str
    encoding: Encoding = "utf-8-sig"
    by_month: str = ""
    headers: Mapping[str, str] = field(default_factory=_frozen)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    short_campus: bool = False
    left_out: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=_frozen)
    dates: Dates = "iso"
    money: Money = "plain"
    total: str = ""
    notes: bool = False

    def header(self, name: str) -> str:
        """Return the header of a column as this export writes it."""
        column = TABLES[self.table].column(name)
        return self.headers.get(name, column.zh[0]) + ("(*)" if self.notes and column.required else "")


EXPORTS: tuple[Export, ...] = (
    Export(table="campuses", file="校区.csv"),
    Export(table="courses", file="课程.xlsx", encoding="xlsx", headers=_frozen(margin_rate="毛利率")),
    Export(
        table="staff", file="员工花名册.xlsx", encoding="xlsx", notes=True, dates="slash", left_out=("promoted_on",),
    ),
    Export(table="classes", file="班级.csv", encoding="gb18030", short_campus=True, extra=_frozen(教室="A101")),
    Export(
        table="campaigns", file="市场活动.csv", encoding="gb18030", dates="slash", money="unit", total="spend_cny",
        words={"channel": CHANNEL_WORDS}, extra=_frozen(负责人评语=""),
    ),
    Export(
        table="leads", file="潜在学员.csv", encoding="gb18030", dates="slash", words={"channel": CHANNEL_WORDS},
        extra=_frozen(备注=""),
    ),
    Export(
        table="students", file="学员档案.xlsx", encoding="xlsx", notes=True, dates="serial",
        words={"channel": CHANNEL_WORDS}, headers=_frozen(tier="会员等级"), extra=_frozen(是否老生="否", 打印次数="0"),
    ),
    Export(table="contacts", file="跟进回访记录.csv", encoding="gb18030", dates="slash"),
    Export(
        table="enrolments", file="合同订单.csv", dates="mixed", money="sign", total="amount_paid", short_campus=True,
        headers=_frozen(amount_due="签约金额", staff_id="签单顾问"), words={"status": {"active": "履约中"}},
        extra=_frozen(审批状态="已通过", 备注=""),
    ),
    Export(table="payments", file="收款流水.csv", encoding="gb18030", dates="slash", money="unit", total="amount"),
    Export(
        table="lessons", file="考勤_{month}.csv", encoding="gb18030", by_month="starts_at", dates="slash",
        headers=_frozen(status="签到状态", hours_used="消耗课时"), words={"status": LESSON_WORDS}, short_campus=True,
    ),
    Export(table="activity", file="学习活动.csv", dates="packed", words={"kind": ACTIVITY_WORDS}),
    Export(table="suspensions", file="停课.xlsx", encoding="xlsx", dates="han"),
    Export(
        table="refunds", file="退费.csv", encoding="gb18030", dates="slash", money="sign", total="amount",
        words={"reason_code": REASON_WORDS},
    ),
    Export(
        table="complaints", file="投诉.xlsx", encoding="xlsx", notes=True, dates="han", extra=_frozen(满意度回访=""),
    ),
    Export(
        table="surveys", file="满意度问卷.csv", dates="iso",
        words={
            "instrument": {"satisfaction": "满意度调查", "nps": "推荐意愿调查"},
            "dimension": {"teaching": "教学", "service": "服务", "facility": "环境", "loyalty": "忠诚度"},
        },
    ),
    Export(
        table="exits", file="流失登记.xlsx", encoding="xlsx", notes=True, dates="han",
        words={
            "reason_code": REASON_WORDS, "reason_detail": DETAIL_WORDS,
            "kept_by": {code: words[0] for code, words in KEPT_BY.items()},
        },
    ),
    Export(table="inspections", file="环境与安全检查.xlsx", encoding="xlsx", notes=True, dates="slash"),
    Export(
        table="calls", file="挽留名单.csv", dates="iso", words={"reason_code": REASON_WORDS | DETAIL_WORDS},
        short_campus=True,
    ),
    Export(
        table="measures", file="改进措施.xlsx", encoding="xlsx", dates="slash", headers=_frozen(owner_id="牵头人"),
        words={"reason_code": REASON_WORDS | DETAIL_WORDS},
    ),
    Export(table="measure_progress", file="措施进度.csv", encoding="gb18030", dates="slash"),
    Export(table="trainings", file="培训项目.xlsx", encoding="xlsx", notes=True, dates="slash"),
    Export(table="training_targets", file="培训目标.xlsx", encoding="xlsx", dates="slash"),
    Export(table="training_sessions", file="培训场次.xlsx", encoding="xlsx", dates="han"),
    Export(table="training_attendance", file="培训签到.csv", encoding="gb18030", dates="slash"),
    Export(table="trainees", file="参训人.xlsx", encoding="xlsx", dates="slash"),
    Export(table="reactions", file="培训满意度问卷.csv", dates="iso"),
    Export(table="test_answers", file="培训测验.csv", encoding="gb18030", dates="slash"),
    Export(table="ratings", file="能力测评.csv", dates="iso"),
    Export(table="kpis", file="绩效.csv", encoding="gb18030", dates="slash"),
    Export(table="incidents", file="关键事件.xlsx", encoding="xlsx", dates="han"),
    Export(
        table="training_costs", file="培训成本.csv", dates="slash", money="unit", total="amount_cny",
    ),
    Export(table="budgets", file="预算.xlsx", encoding="xlsx", notes=True, dates="slash"),
    Export(table="check_ins", file="学习打卡.csv", encoding="gb18030", dates="slash"),
    Export(table="certificates", file="认证.xlsx", encoding="xlsx", dates="slash"),
    Export(table="promotions", file="晋升.xlsx", encoding="xlsx", dates="han"),
    Export(table="documents", file="知识库.csv", dates="iso"),
    Export(table="meetings", file="会议协作.csv", encoding="gb18030", dates="slash"),
)  # fmt: skip
