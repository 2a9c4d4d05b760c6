"""What was bought, paid, taught, and put on hold?"""

from churnlab.tables.contract import CURRENT, Column, Order, Table
from churnlab.tables.schemas.people import STUDENT, WHO

_ENROLMENT = Column(name="enrolment_id", kind="id", zh=("单号", "订单号"), references="enrolments")
_ENROLMENT_REQUIRED = Column(
    name="enrolment_id", kind="id", zh=("单号", "订单号"), required=True, references="enrolments"
)

ENROLMENTS = Table(
    name="enrolments",
    zh="学员课程",
    en="Enrolments",
    row="one contract for one course",
    row_zh="一门课程的一份合同",
    key=("enrolment_id",),
    natural_key=("student_id", "course_id", "signed_at"),
    dated_by="signed_at",
    who=WHO,
    required=True,
    void_when={"status": "void"},
    columns=(
        Column(name="enrolment_id", kind="id", zh=("单号", "订单号"), required=True),
        STUDENT,
        Column(name="campus", kind="code", zh=("校区",), required=True, references="campuses"),
        Column(name="course_id", kind="id", zh=("课程", "课程编号"), en=("course",), required=True, references="courses"),
        Column(
            name="kind", kind="code", zh=("签约类型",), required=True,
            codes={"new": ("新签",), "renewal": ("续费",), "expansion": ("扩科",), "transfer": ("转课",)},
        ),
        Column(
            name="billing", kind="code", zh=("收费方式", "计费方式"), required=True,
            codes={"by_hours": ("按课时",), "by_period": ("按天", "按月", "按期")},
        ),
        Column(name="signed_at", kind="time", zh=("经办日期",), required=True),
        Column(name="starts_on", kind="date", zh=("课程开始日期",)),
        Column(name="ends_on", kind="date", zh=("课程有效期", "课程结束日期")),
        Column(name="hours_bought", kind="hours", zh=("购买课时数量", "购买课时"), low=0, high=5000),
        Column(name="hours_free", kind="hours", zh=("赠送课时数量", "赠送课时"), low=0, high=5000),
        Column(name="amount_due", kind="money", zh=("应收金额",), low=0, high=5_000_000),
        Column(name="amount_paid", kind="money", zh=("实收金额",), required=True, low=0, high=5_000_000, known=CURRENT),
        Column(name="renews_id", kind="id", zh=("关联订单",)),
        Column(name="staff_id", kind="id", zh=("业绩归属人", "业绩归属人工号"), references="staff"),
        Column(
            name="status", kind="code", zh=("状态",), known=CURRENT,
            codes={"active": ("正常",), "suspended": ("已停课",), "ended": ("已结课",), "void": ("已作废",)},
        ),
    ),
    orders=(Order(earlier="starts_on", later="ends_on"),),
)  # fmt: skip

PAYMENTS = Table(
    name="payments",
    zh="收款",
    en="Payments",
    row="one instalment",
    row_zh="一笔收款",
    key=("payment_id",),
    natural_key=("enrolment_id", "paid_at", "amount"),
    dated_by="paid_at",
    who=WHO,
    columns=(
        Column(name="payment_id", kind="id", zh=("收款编号", "流水号"), required=True),
        _ENROLMENT_REQUIRED,
        STUDENT,
        Column(name="paid_at", kind="time", zh=("收款时间", "收款日期"), required=True),
        Column(
            name="amount",
            kind="money",
            zh=("收款金额", "金额"),
            required=True,
            low=-5_000_000,
            high=5_000_000,
        ),
        Column(name="method", kind="word", zh=("支付方式",)),
    ),
)

LESSONS = Table(
    name="lessons",
    zh="考勤",
    en="Lessons",
    row="one student in one lesson",
    row_zh="一名学员的一节课",
    key=("lesson_id",),
    natural_key=("student_id", "course_id", "class_id", "starts_at"),
    dated_by="starts_at",
    who=WHO,
    required=True,
    reverses="reverses_id",
    columns=(
        Column(name="lesson_id", kind="id", zh=("课消编号", "考勤编号"), required=True),
        STUDENT,
        _ENROLMENT,
        Column(name="class_id", kind="id", zh=("班级", "班级编号"), references="classes"),
        Column(name="course_id", kind="id", zh=("课程", "课程编号"), references="courses"),
        Column(name="campus", kind="code", zh=("校区",), references="campuses"),
        Column(name="teacher_id", kind="id", zh=("老师", "老师工号"), references="staff"),
        Column(name="starts_at", kind="time", zh=("上课时间", "上课日期"), required=True),
        Column(
            name="status", kind="code", zh=("到课状态",), required=True,
            codes={"present": ("到课",), "late": ("迟到",), "leave": ("请假",), "absent": ("未到", "旷课")},
        ),
        Column(name="hours_used", kind="hours", zh=("扣的课时", "扣课时"), low=-24, high=24),
        Column(name="amount_used", kind="money", zh=("课消金额",), low=-100_000, high=100_000),
        Column(name="reverses_id", kind="id", zh=("撤销", "撤销编号")),
    ),
)  # fmt: skip

ACTIVITY = Table(
    name="activity",
    zh="学习活动",
    en="Activity",
    row="study outside lessons: one student, enrolment, day and kind",
    row_zh="课外学习：一名学员在一份合同下一天的一类活动",
    key=("student_id", "enrolment_id", "on", "kind"),
    natural_key=("student_id", "enrolment_id", "on", "kind"),
    dated_by="on",
    who=WHO,
    columns=(
        STUDENT,
        _ENROLMENT,
        Column(name="on", kind="date", zh=("日期", "活动日期"), required=True),
        Column(name="kind", kind="word", zh=("活动类型",)),
        Column(name="count", kind="count", zh=("次数",), required=True, low=0, high=1_000_000),
    ),
)

SUSPENSIONS = Table(
    name="suspensions",
    zh="停课",
    en="Suspensions",
    row="one spell in which a student is on hold",
    row_zh="一次停课",
    key=("student_id", "enrolment_id", "from_on"),
    natural_key=("student_id", "enrolment_id", "from_on"),
    dated_by="from_on",
    who=WHO,
    columns=(
        STUDENT,
        _ENROLMENT,
        Column(name="from_on", kind="date", zh=("停课时间", "停课日期"), required=True),
        Column(name="to_on", kind="date", zh=("复课时间", "复课日期"), known="to_on"),
    ),
    orders=(Order(earlier="from_on", later="to_on"),),
)
