"""What was taught to the staff, when and by whom, who was to learn it, and what did it cost?"""

from churnlab.tables.contract import Column, Order, Table
from churnlab.tables.schemas.people import STAFF_MEMBER, TRAINING

_HELD = "held_at"
_CONCLUDED = "concluded_on"  # whether somebody completed it is told then
_MOST = 10_000_000_000  # sales of a whole institution in a month, in CNY

TRAININGS = Table(
    name="trainings",
    zh="培训项目",
    en="Trainings",
    row="one training of staff",
    row_zh="一个员工培训项目",
    key=("training_id",),
    natural_key=("name", "starts_on"),
    dated_by="starts_on",
    columns=(
        Column(name="training_id", kind="id", zh=("培训编号", "培训项目编号"), required=True),
        Column(
            name="name", kind="word", zh=("培训名称", "培训项目", "培训项目名称"), en=("training name",), required=True
        ),
        Column(name="vendor_id", kind="id", zh=("供应商编号", "供应商", "培训供应商")),
        Column(
            name="kind", kind="code", zh=("培训类型", "培训类别"),
            codes={
                "onboarding": ("入职", "入职培训", "新员工培训", "新人培训"), "skills": ("技能", "技能培训", "业务技能"),
                "industry": ("行业", "行业培训", "行业知识"),
            },
        ),
        Column(
            name="format", kind="code", zh=("培训形式", "培训方式"),
            codes={
                "online": ("线上", "在线"), "offline": ("线下", "面授"),
                "blended": ("混合", "混合式", "线上线下", "线上线下结合", "线上+线下"),
            },
        ),
        Column(name="starts_on", kind="date", zh=("开始日期", "培训开始日期", "开班日期"), required=True),
        Column(name="ends_on", kind="date", zh=("结束日期", "培训结束日期", "结班日期"), required=True),
        Column(name="skill_life_months", kind="number", zh=("技能有效月数", "效果持续月数"), low=0, high=240),
    ),
    orders=(Order(earlier="starts_on", later="ends_on"),),
)  # fmt: skip

TRAINING_SESSIONS = Table(
    name="training_sessions",
    zh="培训场次",
    en="Training sessions",
    row="one session of a training",
    row_zh="一个培训项目的一场",
    key=("session_id",),
    natural_key=("training_id", "planned_at", "module"),
    dated_by="planned_at",
    columns=(
        Column(name="session_id", kind="id", zh=("场次编号", "培训场次编号"), required=True),
        TRAINING,
        Column(name="planned_at", kind="time", zh=("计划时间", "计划培训时间", "培训时间"), required=True),
        Column(name="held_at", kind="time", zh=("实际时间", "实际培训时间"), known=_HELD),
        Column(name="hours", kind="hours", zh=("课时", "培训课时", "学时"), low=0, high=200),
        Column(name="room", kind="word", zh=("培训地点", "地点", "培训教室")),
        # Lecturers from outside are no staff: the column points nowhere, and says who all the same.
        Column(name="instructor_id", kind="id", zh=("讲师", "讲师工号", "培训讲师")),
        Column(name="module", kind="word", zh=("模块", "课程模块", "培训内容"), required=True),
        Column(name="new_content", kind="flag", zh=("是否新内容", "是否新模块", "是否新增内容")),
        Column(name="incident", kind="word", zh=("突发情况", "突发事件", "突发")),
    ),
)

TRAINING_ATTENDANCE = Table(
    name="training_attendance",
    zh="培训签到",
    en="Training attendance",
    row="one trainee at one session",
    row_zh="一名参训人的一场",
    key=("session_id", "staff_id"),
    natural_key=("session_id", "staff_id"),
    dated_by="at",
    dates_from={"at": ("session_id", "held_at", "planned_at")},
    columns=(
        Column(
            name="session_id", kind="id", zh=("场次编号", "培训场次编号"), required=True,
            references="training_sessions",
        ),
        STAFF_MEMBER,
        Column(
            name="status", kind="code", zh=("签到状态", "出勤状态", "出勤情况"), required=True,
            codes={
                "present": ("出勤", "已签到", "到课", "到场", "参加", "已参加", "迟到", "attended", "late"),
                "absent": ("缺勤", "未签到", "缺席", "未到", "未参加", "请假", "旷课", "leave"),
                "made_up": ("补训", "已补训", "补课", "made up"),
            },
        ),
        Column(name="at", kind="time", zh=("签到时间", "签到日期")),
    ),
)  # fmt: skip

TRAINEES = Table(
    name="trainees",
    zh="参训人",
    en="Trainees",
    row="one member of staff in one training, trained or to compare with",
    row_zh="一个培训项目的一名参训人（或对照、待训的人）",
    key=("training_id", "staff_id"),
    natural_key=("training_id", "staff_id"),
    dated_by="enrolled_on",
    dates_from={"enrolled_on": ("training_id", "starts_on"), _CONCLUDED: ("training_id", "ends_on")},
    columns=(
        TRAINING,
        STAFF_MEMBER,
        Column(
            name="arm", kind="code", zh=("分组", "组别"), required=True,
            codes={
                "trained": ("参训", "参训组", "培训组", "实验组"), "comparison": ("对照", "对照组", "control"),
                "waitlist": ("待训", "待训组", "候补", "waiting list"),
            },
        ),
        Column(name="cohort", kind="word", zh=("期次", "批次", "期数")),
        Column(name="class_id", kind="id", zh=("培训班", "培训班级", "班级")),
        Column(name="assigned_at_random", kind="flag", zh=("是否随机分配", "是否随机分组")),
        Column(name="enrolled_on", kind="date", zh=("入班日期", "报名日期", "分组日期")),
        Column(
            name="completed", kind="flag", zh=("是否结业", "是否完成", "结业情况"), known=_CONCLUDED,
            codes={
                "yes": ("结业", "已结业", "完成", "已完成", "completed"),
                "no": ("未结业", "未完成", "中途退出", "not completed"),
            },
        ),
        Column(name=_CONCLUDED, kind="date", zh=("结业日期", "完成日期"), known=_CONCLUDED),
        Column(name="hours", kind="hours", zh=("参训课时", "参训学时", "学时"), low=0, high=2000, known=_CONCLUDED),
        Column(name="left_on", kind="date", zh=("退出日期", "退训日期", "离职日期"), known="left_on"),
    ),
    orders=(Order(earlier="enrolled_on", later=_CONCLUDED), Order(earlier="enrolled_on", later="left_on")),
)  # fmt: skip

TRAINING_COSTS = Table(
    name="training_costs",
    zh="培训成本",
    en="Training costs",
    row="one cost of a training",
    row_zh="一个培训项目的一笔费用",
    key=("training_id", "category", "direct", "item", "paid_on", "cost_id"),
    natural_key=("training_id", "category", "direct", "item", "paid_on", "cost_id"),
    dated_by="paid_on",
    dates_from={"paid_on": ("training_id", "ends_on")},
    columns=(
        TRAINING,
        Column(
            name="category", kind="code", zh=("费用类别", "成本类别", "费用类型"), required=True,
            codes={
                "instructor": ("讲师", "讲师费", "课酬"), "travel": ("差旅", "差旅费", "交通食宿"),
                "venue": ("场地", "场地费"), "material": ("教材", "教材费", "资料费", "物料"),
                "platform": ("平台", "平台费", "系统费"), "wages": ("工时", "工时成本", "人工成本", "误工成本"),
                "other": ("其他", "其它", "其他费用"),
            },
        ),
        Column(
            name="direct", kind="flag", zh=("是否直接成本", "成本性质"), required=True,
            codes={"yes": ("直接", "直接成本", "direct"), "no": ("间接", "间接成本", "indirect")},
        ),
        Column(
            name="amount_cny", kind="money", zh=("金额", "费用金额", "成本金额"), required=True,
            low=-50_000_000, high=50_000_000,
        ),
        # Two invoices for one thing are told apart by what they are for, their day or their number.
        Column(name="item", kind="word", zh=("费用项目", "摘要")),
        Column(name="paid_on", kind="date", zh=("费用日期", "发生日期")),
        Column(name="cost_id", kind="id", zh=("费用编号", "单据号")),
    ),
)  # fmt: skip

CHECK_INS = Table(
    name="check_ins",
    zh="学习打卡",
    en="Check-ins",
    row="one trainee in one week",
    row_zh="一名参训人的一周",
    key=("training_id", "staff_id", "week"),
    natural_key=("training_id", "staff_id", "week"),
    dated_by="week",
    columns=(
        TRAINING,
        STAFF_MEMBER,
        Column(name="week", kind="date", zh=("打卡周", "周", "打卡日期"), required=True, period="week"),
        Column(
            name="done", kind="flag", zh=("是否打卡", "打卡状态", "是否完成"), required=True,
            codes={
                "yes": ("已打卡", "打卡", "完成", "已完成", "done"),
                "no": ("未打卡", "缺卡", "未完成", "not done"),
            },
        ),
    ),
)  # fmt: skip

TRAINING_TARGETS = Table(
    name="training_targets",
    zh="培训目标",
    en="Training targets",
    row="one target of a training, as agreed on a day",
    row_zh="一个培训项目某日约定的一项目标",
    key=("training_id", "measure", "months", "agreed_on"),
    natural_key=("training_id", "measure", "months", "agreed_on"),
    dated_by="agreed_on",
    dates_from={"agreed_on": ("training_id", "starts_on")},
    columns=(
        TRAINING,
        # A name of ours is worked out from the tables; any other word is a KPI by the name that the table `kpis` has.
        Column(
            name="measure", kind="word", zh=("目标指标", "衡量指标", "指标"), required=True,
            codes={
                "check_ins": ("打卡率", "学习打卡率"), "test_mean": ("测验平均分", "测验均分", "考试平均分"),
                "applied_share": ("应用率", "应用比例", "行为应用率"), "attendance": ("出勤率", "到课率", "签到率"),
                "nps": ("净推荐值",), "reaction": ("满意度", "培训满意度"),
            },
        ),
        Column(name="baseline", kind="number", zh=("基线", "基线值", "现状值"), low=-_MOST, high=_MOST),
        Column(name="target", kind="number", zh=("目标值", "目标"), required=True, low=-_MOST, high=_MOST),
        Column(
            name="kind", kind="code", zh=("目标方式", "目标类型"),
            codes={
                "level": ("水平", "达到", "绝对值"),
                "change": ("相对变化", "增幅", "降幅", "变化率", "relative change"),
            },
        ),
        Column(
            name="direction", kind="code", zh=("方向", "目标方向"),
            codes={
                "up": ("提高", "上升", "不低于", "越高越好", "≥", "at least"),
                "down": ("降低", "下降", "不高于", "不超过", "越低越好", "≤", "at most"),
            },
        ),
        Column(name="months", kind="number", zh=("期限（月）", "达成月数", "训后月数"), low=0, high=120),
        Column(name="agreed_on", kind="date", zh=("约定日期", "目标制定日期")),
    ),
)  # fmt: skip
