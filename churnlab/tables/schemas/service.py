"""What went wrong, what was said about it, and why did students go?"""

from churnlab.tables.contract import CURRENT, Column, Order, Table
from churnlab.tables.schemas.people import STUDENT, WHO
from churnlab.tables.schemas.reasons import KEPT_BY, REASONS

REFUNDS = Table(
    name="refunds",
    zh="退费",
    en="Refunds",
    row="one request for money back",
    row_zh="一次退费申请",
    key=("refund_id",),
    natural_key=("student_id", "enrolment_id", "requested_at"),
    dated_by="requested_at",
    who=WHO,
    columns=(
        Column(name="refund_id", kind="id", zh=("退费编号",), required=True),
        STUDENT,
        Column(name="enrolment_id", kind="id", zh=("单号", "订单号"), references="enrolments"),
        Column(name="requested_at", kind="time", zh=("申请日期", "申请时间"), required=True),
        Column(name="settled_at", kind="time", zh=("办结时间", "退费时间"), known="settled_at"),
        Column(name="amount", kind="money", zh=("退费金额",), required=True, low=0, high=5_000_000, known="settled_at"),
        Column(name="reason_code", kind="word", zh=("退费原因代码", "原因分类"), codes=REASONS),
        Column(name="reason_text", kind="text", zh=("退费原因",), personal="text"),
        Column(
            name="outcome", kind="code", zh=("结果", "处理结果"), known="settled_at",
            codes={"refunded": ("已退",), "kept": ("已挽回",), "open": ("处理中",)},
        ),
    ),
    orders=(Order(earlier="requested_at", later="settled_at"),),
)  # fmt: skip

COMPLAINTS = Table(
    name="complaints",
    zh="投诉",
    en="Complaints",
    row="one complaint",
    row_zh="一次投诉",
    key=("complaint_id",),
    natural_key=("student_id", "campus", "opened_at"),
    dated_by="opened_at",
    who=WHO,
    columns=(
        Column(name="complaint_id", kind="id", zh=("投诉编号",), required=True),
        Column(name="student_id", kind="id", zh=("学号", "学员编号"), references="students"),
        Column(name="campus", kind="code", zh=("校区",), required=True, references="campuses"),
        Column(
            name="channel", kind="code", zh=("投诉渠道", "渠道"),
            codes={"hotline": ("热线",), "box": ("意见箱",), "staff": ("员工",), "online": ("线上", "网络")},
        ),
        Column(name="opened_at", kind="time", zh=("投诉时间",), required=True),
        Column(name="first_reply_at", kind="time", zh=("首次回复时间",), known="first_reply_at"),
        Column(name="resolved_at", kind="time", zh=("处理时间",), known="resolved_at"),
        Column(name="category", kind="word", zh=("投诉类型",)),
        Column(name="severity", kind="word", zh=("严重程度",)),
        Column(name="escalated", kind="flag", zh=("是否升级",), known="resolved_at"),
        Column(name="staff_id", kind="id", zh=("处理人", "处理人工号"), references="staff", known=CURRENT),
        Column(name="about_id", kind="id", zh=("被投诉人", "被投诉人工号"), references="staff"),
        Column(name="text", kind="text", zh=("投诉内容",), personal="text"),
        Column(name="resolution", kind="text", zh=("处理方案",), personal="text", known="resolved_at"),
        Column(
            name="outcome", kind="code", zh=("投诉结果",), known=CURRENT,
            codes={"kept": ("留存",), "left": ("流失",), "open": ("处理中",)},
        ),
    ),
    orders=(Order(earlier="opened_at", later="resolved_at"), Order(earlier="opened_at", later="first_reply_at")),
)  # fmt: skip

SURVEYS = Table(
    name="surveys",
    zh="问卷",
    en="Surveys",
    row="one answer to one item",
    row_zh="对一道题的一次回答",
    key=("survey_id", "item"),
    natural_key=("instrument", "respondent_id", "at", "item"),
    dated_by="at",
    who=WHO,
    columns=(
        Column(name="survey_id", kind="id", zh=("问卷编号",), required=True),
        Column(name="instrument", kind="word", zh=("问卷", "问卷名称"), required=True),
        Column(name="respondent_id", kind="id", zh=("答卷人",), required=True),
        Column(name="student_id", kind="id", zh=("学号", "学员编号"), references="students"),
        Column(name="campus", kind="code", zh=("校区",), references="campuses"),
        Column(name="at", kind="time", zh=("答卷时间",), required=True),
        Column(name="item", kind="word", zh=("题目",), required=True),
        Column(name="dimension", kind="word", zh=("维度",)),
        Column(name="score", kind="number", zh=("得分", "分数"), required=True),
        Column(name="scale_min", kind="number", zh=("最低分",), required=True),
        Column(name="scale_max", kind="number", zh=("最高分",), required=True),
        Column(name="text", kind="text", zh=("意见",), personal="text"),
    ),
    orders=(Order(earlier="scale_min", later="score"), Order(earlier="score", later="scale_max")),
)

EXITS = Table(
    name="exits",
    zh="流失登记",
    en="Exits",
    row="why one student left, by whoever asked",
    row_zh="一名学员的流失原因登记",
    key=("student_id", "left_on", "enrolment_id"),
    natural_key=("student_id", "left_on", "enrolment_id"),
    dated_by="left_on",
    recorded_by="recorded_on",  # who is asked long after she left, was asked then: no earlier day knew of it
    apart_when={"method": "interview"},  # what was said at length stands beside what a call or form had said before
    asks=("reason_code", "reason_detail", "staff_id", "text", "kept_by", "could_have_kept"),
    who=WHO,
    columns=(
        STUDENT,
        Column(name="enrolment_id", kind="id", zh=("单号", "订单号"), references="enrolments"),
        Column(name="left_on", kind="date", zh=("流失日期", "离开日期"), required=True),
        Column(name="reason_code", kind="word", zh=("流失原因", "原因代码"), required=True, codes=REASONS),
        Column(name="reason_detail", kind="word", zh=("原因明细",)),
        Column(
            name="method", kind="code", zh=("登记方式", "方式"),
            codes={"phone": ("电话回访",), "survey": ("问卷",), "interview": ("面谈",), "form": ("登记",)},
        ),
        Column(name="staff_id", kind="id", zh=("登记人", "登记人工号"), references="staff"),
        Column(name="text", kind="text", zh=("访谈内容",), personal="text"),
        Column(name="recorded_on", kind="date", zh=("登记日期",), spare=True),  # an exit without it is an exit still
        Column(name="kept_by", kind="word", zh=("能留住的做法",), codes=KEPT_BY),
        Column(name="could_have_kept", kind="text", zh=("当时怎样做能留住",), personal="text"),
    ),
)  # fmt: skip
