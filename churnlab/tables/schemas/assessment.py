"""Did the trainees like it, did they learn it, and how well do they do it in the eyes of others?"""

from churnlab.tables.contract import Column, Order, Table
from churnlab.tables.schemas.inspections import PASSED
from churnlab.tables.schemas.people import STAFF_MEMBER, TRAINING

_OCCASIONS = {
    "pre": ("训前", "前测", "培训前", "before"), "post": ("训后", "后测", "培训后", "after"),
    "delayed": ("延后", "延后测", "延迟测", "跟踪测", "follow-up"),
}  # fmt: skip

REACTIONS = Table(
    name="reactions",
    zh="培训满意度问卷",
    en="Reactions",
    row="one trainee's answer to one item about a training",
    row_zh="一名参训人对培训的一道题的回答",
    key=("training_id", "session_id", "respondent_id", "item"),
    natural_key=("training_id", "session_id", "respondent_id", "item"),
    dated_by="answered_at",
    dates_from={"answered_at": ("training_id", "ends_on")},
    columns=(
        TRAINING,
        Column(name="session_id", kind="id", zh=("场次编号", "培训场次编号"), references="training_sessions"),
        Column(
            name="respondent_id", kind="id", zh=("答卷人工号", "答卷人", "参训人工号", "工号", "答卷编号"),
            required=True, references="staff",
        ),
        Column(name="item", kind="word", zh=("题目", "评价项目"), required=True),
        Column(
            name="dimension", kind="code", zh=("维度", "评价维度"), required=True,
            codes={
                "relevance": ("内容相关", "内容相关性", "内容"), "usefulness": ("工具可操作", "可操作性", "实用性"),
                "instructor": ("讲师", "讲师水平"), "logistics": ("后勤", "组织后勤", "培训组织"),
                "engagement": ("参与", "参与度", "投入"), "confidence": ("信心", "应用信心"),
                "commitment": ("承诺", "应用意愿", "行动意愿"), "recommendation": ("推荐意愿", "推荐"),
            },
        ),
        Column(name="instructor_id", kind="id", zh=("讲师工号", "讲师", "培训讲师")),
        Column(name="score", kind="number", zh=("得分", "评分", "分数"), required=True, low=0, high=10),
        Column(name="scale_min", kind="number", zh=("最低分",)),
        Column(name="scale_max", kind="number", zh=("最高分", "满分")),
        Column(name="reverse_keyed", kind="flag", zh=("是否反向题", "反向计分", "反向题")),
        Column(name="answered_at", kind="time", zh=("答卷时间", "提交时间", "提交答卷时间", "填写时间")),
        Column(name="text", kind="text", zh=("意见", "意见与建议", "建议"), personal="text"),
    ),
    orders=(Order(earlier="scale_min", later="score"), Order(earlier="score", later="scale_max")),
)  # fmt: skip

TEST_ANSWERS = Table(
    name="test_answers",
    zh="培训测验",
    en="Test answers",
    row="one trainee's answer to one question of a test",
    row_zh="一名参训人对一道测验题的作答",
    key=("training_id", "staff_id", "occasion", "taken_at", "item_id"),
    natural_key=("training_id", "staff_id", "occasion", "taken_at", "item_id"),
    dated_by="taken_at",
    columns=(
        TRAINING,
        STAFF_MEMBER,
        Column(name="occasion", kind="code", zh=("测验时点", "测验阶段"), required=True, codes=_OCCASIONS),
        Column(name="taken_at", kind="time", zh=("答题时间", "测验时间", "考试时间"), required=True),
        Column(name="item_id", kind="id", zh=("题号", "题目编号"), required=True),
        Column(name="chapter", kind="word", zh=("章节", "知识点")),
        Column(name="answer", kind="word", zh=("作答", "所选答案")),
        Column(
            name="correct", kind="flag", zh=("是否正确", "对错"),
            codes={"yes": ("正确", "答对", "correct", "right"), "no": ("错误", "不正确", "答错", "incorrect", "wrong")},
        ),
        Column(name="score", kind="number", zh=("得分", "分数", "成绩"), required=True, low=0, high=1000),
        Column(name="max_score", kind="number", zh=("满分", "分值"), required=True, low=0, high=1000),
    ),
    orders=(Order(earlier="score", later="max_score"),),
)  # fmt: skip

RATINGS = Table(
    name="ratings",
    zh="能力测评",
    en="Ratings",
    row="one rater's score of one member of staff on one dimension",
    row_zh="一名评价人对一名员工一个维度的评分",
    key=("staff_id", "rater_id", "rater_role", "kind", "occasion", "at", "dimension", "training_id"),
    natural_key=("staff_id", "rater_id", "rater_role", "kind", "occasion", "at", "dimension", "training_id"),
    dated_by="at",
    columns=(
        Column(name="training_id", kind="id", zh=("培训编号", "培训项目编号"), references="trainings"),
        Column(
            name="staff_id", kind="id", zh=("被评人工号", "被评人", "被评价人", "工号"), required=True,
            references="staff",
        ),
        # A customer or an assessor from outside is no staff: the column points nowhere, and says who all the same.
        Column(name="rater_id", kind="id", zh=("评价人工号", "评价人", "评分人", "评委工号"), required=True),
        Column(
            name="rater_role", kind="code", zh=("评价人角色", "评价关系", "评价来源"), required=True,
            codes={
                "self": ("自评", "本人"), "peer": ("同事", "同级", "平级", "互评"), "subordinate": ("下属", "下级"),
                "superior": ("上级", "直属上级", "manager"), "customer": ("客户", "学员", "家长"),
                "assessor": ("评委", "考官", "质检员"),
            },
        ),
        Column(
            name="kind", kind="code", zh=("测评类型", "评价类型"), required=True,
            codes={
                "scenario": ("情景", "情景模拟", "情景演练"), "skill": ("技能", "技能考核"),
                "competency": ("胜任力", "能力"), "behavior": ("行为", "360", "360度", "360度评估", "behaviour"),
                "recording": ("录音", "录音质检"), "objection": ("异议", "异议处理"), "sandbox": ("沙盘", "沙盘演练"),
                "blind_test": ("盲测", "版本盲测"),
            },
        ),
        Column(name="occasion", kind="word", zh=("测评时点", "测评阶段", "评价周期"), required=True, codes=_OCCASIONS),
        Column(name="at", kind="time", zh=("评价时间", "测评时间", "评分时间"), required=True),
        Column(name="dimension", kind="word", zh=("维度", "评价维度", "能力项"), required=True),
        Column(name="score", kind="number", zh=("得分", "评分", "分数"), required=True),
        Column(name="scale_min", kind="number", zh=("最低分",), required=True),
        Column(name="scale_max", kind="number", zh=("最高分", "满分"), required=True),
        Column(name="seconds", kind="number", zh=("用时", "用时（秒）", "用时秒数"), low=0, high=86_400),
        Column(name="errors", kind="count", zh=("误判", "误判次数", "错误次数"), low=0, high=1000),
    ),
    orders=(Order(earlier="scale_min", later="score"), Order(earlier="score", later="scale_max")),
)  # fmt: skip

CERTIFICATES = Table(
    name="certificates",
    zh="认证",
    en="Certificates",
    row="one attempt of one member of staff at a certificate",
    row_zh="一名员工的一次认证考试",
    key=("staff_id", "name", "taken_on"),
    natural_key=("staff_id", "name", "taken_on"),
    dated_by="taken_on",
    columns=(
        STAFF_MEMBER,
        Column(
            name="name", kind="word", zh=("证书名称", "认证名称", "认证项目"), en=("certificate",), required=True
        ),
        Column(name="taken_on", kind="date", zh=("认证日期", "考试日期", "取证日期"), required=True),
        Column(
            name="passed", kind="flag", zh=("是否通过", "是否合格", "认证结果", "考试结果"), required=True,
            codes=PASSED,
        ),
    ),
)  # fmt: skip
