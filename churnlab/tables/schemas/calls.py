"""Who stood on which list of students to be called, why, and what came of it?"""

from churnlab.tables.contract import Column, Order, Table
from churnlab.tables.schemas.people import STUDENT, WHO
from churnlab.tables.schemas.reasons import REASONS

_CALLED = "called_at"  # what the call brought is known when it was made, not when the list was

CALLS = Table(
    name="calls",
    zh="挽留名单",
    en="Calls",
    row="one student on one list of calls",
    row_zh="一份挽留名单上的一名学员",
    key=("call_id",),
    natural_key=("list_id", "student_id"),
    dated_by="made_on",
    fills=(_CALLED, "staff_id", "outcome", "reason_code", "text"),
    who=WHO,
    columns=(
        Column(name="call_id", kind="id", zh=("名单行号",), required=True),
        Column(name="list_id", kind="id", zh=("名单编号",), required=True),
        STUDENT,
        Column(name="campus", kind="code", zh=("校区",), references="campuses"),
        Column(name="made_on", kind="date", zh=("名单日期",), required=True),
        Column(
            name="arm", kind="code", zh=("分组",), required=True,
            codes={"call": ("联系", "to be called"), "hold_out": ("不联系", "held out")},
        ),
        Column(name="assigned_at_random", kind="flag", zh=("是否随机分组",)),
        Column(name="experiment", kind="word", zh=("试验名称",)),
        Column(name="position", kind="count", zh=("次序",), low=1),
        Column(name="churn_probability", kind="number", zh=("流失概率",), low=0, high=1),
        Column(name="saved_value_cny", kind="money", zh=("预计挽回价值",)),
        Column(name="reasons", kind="word", zh=("提示原因",)),
        Column(name="called_at", kind="time", zh=("联系时间",), known=_CALLED),
        Column(name="staff_id", kind="id", zh=("联系人", "联系人工号"), references="staff", known=_CALLED),
        Column(
            name="outcome", kind="code", zh=("联系结果",), known=_CALLED,
            codes={
                "stays": ("愿意留下",), "thinking": ("再考虑", "thinking it over"), "leaving": ("决定离开", "is leaving"),
                "not_reached": ("未接通", "not reached"),
            },
        ),
        Column(name="reason_code", kind="word", zh=("流失原因", "原因代码"), known=_CALLED, codes=REASONS),
        Column(name="text", kind="text", zh=("联系内容",), personal="text", known=_CALLED),
    ),
    orders=(Order(earlier="made_on", later="called_at"),),
)  # fmt: skip
