"""What do the staff achieve month by month, what stood out, who rose, and how do departments work together?"""

from churnlab.tables.contract import Column, Order, Table
from churnlab.tables.schemas.people import STAFF_MEMBER

_CLOSED = "closed_at"  # what was decided is done, or not, when the matter is closed
_MOST = 10_000_000_000  # sales of a whole institution in a month, in CNY

KPIS = Table(
    name="kpis",
    zh="绩效",
    en="KPIs",
    row="one metric of one unit in one month",
    row_zh="一个考核对象一个月的一项指标",
    key=("unit", "unit_id", "metric", "month"),
    natural_key=("unit", "unit_id", "metric", "month"),
    dated_by="month",
    columns=(
        Column(
            name="unit", kind="code", zh=("考核对象类型", "对象类型"), required=True,
            codes={
                "staff": ("员工", "个人"), "team": ("团队", "小组", "班组"), "campus": ("校区",),
                "department": ("部门",),
            },
        ),
        Column(
            name="unit_id", kind="id", zh=("考核对象", "考核对象编号", "工号"), required=True,
            person_when={"unit": "staff"},
        ),
        Column(name="metric", kind="word", zh=("指标", "考核指标", "指标名称", "KPI指标"), required=True),
        Column(name="month", kind="date", zh=("月份", "考核月份", "统计月份"), required=True, period="month"),
        Column(name="value", kind="number", zh=("实际值", "完成值", "指标值"), required=True, low=-_MOST, high=_MOST),
        Column(name="target", kind="number", zh=("目标值", "目标"), low=-_MOST, high=_MOST),
        Column(name="weight", kind="number", zh=("权重",), low=0, high=100),
        Column(name="n", kind="count", zh=("基数", "样本量", "分母"), low=0, high=1_000_000_000),
    ),
)  # fmt: skip

INCIDENTS = Table(
    name="incidents",
    zh="关键事件",
    en="Incidents",
    row="one thing that a member of staff did strikingly well or badly",
    row_zh="一名员工的一次关键事件",
    key=("staff_id", "at", "kind", "student_id"),
    natural_key=("staff_id", "at", "kind", "student_id"),
    dated_by="at",
    columns=(
        STAFF_MEMBER,
        Column(name="at", kind="time", zh=("发生时间", "事件时间"), required=True),
        Column(name="kind", kind="word", zh=("事件类型", "事件类别"), required=True),
        Column(
            name="good", kind="flag", zh=("是否正面", "事件性质"),
            codes={"yes": ("正面", "积极", "positive", "good"), "no": ("负面", "消极", "negative", "bad")},
        ),
        Column(name="student_id", kind="id", zh=("学号", "学员编号"), references="students"),
        Column(name="text", kind="text", zh=("事件描述", "事件经过"), personal="text"),
    ),
)  # fmt: skip

PROMOTIONS = Table(
    name="promotions",
    zh="晋升",
    en="Promotions",
    row="one promotion",
    row_zh="一次晋升",
    key=("staff_id", "on"),
    natural_key=("staff_id", "on"),
    dated_by="on",
    columns=(
        STAFF_MEMBER,
        Column(name="on", kind="date", zh=("晋升日期", "生效日期"), required=True),
        Column(name="from_grade", kind="word", zh=("原职级", "晋升前职级")),
        Column(name="to_grade", kind="word", zh=("新职级", "晋升后职级", "现职级")),
    ),
)

DOCUMENTS = Table(
    name="documents",
    zh="知识库",
    en="Documents",
    row="one use of one document of the knowledge base",
    row_zh="知识库一份文档的一次使用",
    key=("doc_id", "at", "event", "staff_id"),
    natural_key=("doc_id", "at", "event", "staff_id"),
    dated_by="at",
    columns=(
        Column(name="doc_id", kind="id", zh=("文档编号", "资料编号"), required=True),
        Column(name="author_id", kind="id", zh=("作者工号", "作者", "贡献人"), references="staff"),
        Column(name="topic", kind="word", zh=("主题", "文档主题")),
        Column(name="at", kind="time", zh=("操作时间", "使用时间"), required=True),
        Column(
            name="event", kind="code", zh=("操作", "操作类型"), required=True,
            codes={
                "view": ("浏览", "查看", "阅读", "viewed"), "download": ("下载", "downloaded"),
                "applied": ("应用", "引用"), "shared": ("分享", "转发"),
            },
        ),
        Column(name="staff_id", kind="id", zh=("操作人工号", "操作人", "使用人"), references="staff"),
    ),
)  # fmt: skip

MEETINGS = Table(
    name="meetings",
    zh="会议协作",
    en="Meetings",
    row="one meeting, request or dispute between departments",
    row_zh="一次会议、跨部门审批或争议",
    key=("meeting_id",),
    natural_key=("at", "kind", "departments"),
    dated_by="at",
    columns=(
        Column(name="meeting_id", kind="id", zh=("会议编号", "事项编号"), required=True),
        Column(name="at", kind="time", zh=("会议时间", "发生时间"), required=True),
        Column(
            name="kind", kind="code", zh=("事项类型", "会议类型"),
            codes={
                "meeting": ("会议", "例会"), "request": ("跨部门审批", "跨部门申请", "审批"),
                "dispute": ("争议", "分歧"),
            },
        ),
        Column(name="departments", kind="word", zh=("参与部门", "参会部门", "部门")),
        Column(name="items", kind="count", zh=("议题数",), low=0, high=1000),
        Column(name="items_done", kind="count", zh=("完成议题数", "议题完成数"), low=0, high=1000, known=_CLOSED),
        Column(name="decisions", kind="count", zh=("决议数", "决议事项数"), low=0, high=1000),
        Column(
            name="decisions_done", kind="count", zh=("已执行决议数", "决议完成数"), low=0, high=1000, known=_CLOSED
        ),
        Column(name="minutes", kind="number", zh=("时长（分钟）", "会议时长（分钟）", "会议时长"), low=0, high=10_000),
        Column(name="opened_at", kind="time", zh=("发起时间", "提出时间")),
        Column(name="closed_at", kind="time", zh=("办结时间", "关闭时间", "解决时间"), known=_CLOSED),
    ),
    orders=(
        Order(earlier="opened_at", later="closed_at"), Order(earlier="items_done", later="items"),
        Order(earlier="decisions_done", later="decisions"),
    ),
)  # fmt: skip
