"""Who asked, who was spoken to, and who became a student?"""

from churnlab.tables.contract import CURRENT, Column, Order, Table
from churnlab.tables.schemas.people import NAME, PHONE, WHO

LEADS = Table(
    name="leads",
    zh="潜在学员",
    en="Leads",
    row="one person who asked",
    row_zh="一名咨询者",
    key=("lead_id",),
    natural_key=("phone", "name", "created_at"),
    dated_by="created_at",
    columns=(
        Column(name="lead_id", kind="id", zh=("线索编号",), required=True),
        NAME,
        PHONE,
        Column(name="campus", kind="code", zh=("校区",), required=True, references="campuses"),
        Column(name="channel", kind="code", zh=("学员来源", "来源渠道", "渠道"), required=True),
        Column(name="campaign_id", kind="id", zh=("活动编号",)),
        Column(name="created_at", kind="time", zh=("创建时间", "登记时间"), required=True),
        Column(
            name="intent", kind="code", zh=("意向级别",), known=CURRENT,
            codes={"low": ("低",), "medium": ("中",), "high": ("高",)},
        ),
        Column(
            name="status", kind="code", zh=("跟进状态",), known=CURRENT,
            codes={
                "new": ("待跟进",), "contacting": ("跟进中",), "trial_booked": ("已约课",), "trial_done": ("已体验",),
                "enrolled": ("已报名",), "lost": ("已失效",),
            },
        ),
        Column(name="owner_id", kind="id", zh=("跟进人", "跟进人工号"), references="staff", known=CURRENT),
        Column(name="course_id", kind="id", zh=("意向课程",), references="courses"),
        Column(name="referrer_id", kind="id", zh=("推荐人", "推荐人学号")),
        Column(name="student_id", kind="id", zh=("学号",), references="students", known=CURRENT),
        Column(
            name="lost_on", kind="date", zh=("失效时间", "失效日期", "流失时间", "流失日期"), known="lost_on",
        ),
        # An export that has no day of the loss tells no reason as of a date.
        Column(name="lost_reason", kind="word", zh=("流失原因",), known="lost_on"),
    ),
    orders=(Order(earlier="created_at", later="lost_on"),),
)  # fmt: skip

CONTACTS = Table(
    name="contacts",
    zh="跟进记录",
    en="Contacts",
    row="one contact with a lead or a student",
    row_zh="与线索或学员的一次联系",
    key=("contact_id",),
    natural_key=("lead_id", "student_id", "at"),
    dated_by="at",
    who=WHO,
    columns=(
        Column(name="contact_id", kind="id", zh=("跟进编号", "记录编号"), required=True),
        Column(name="lead_id", kind="id", zh=("线索编号",), references="leads"),
        Column(name="student_id", kind="id", zh=("学号",), references="students"),
        Column(name="at", kind="time", zh=("跟进时间", "回访时间"), required=True),
        Column(
            name="method", kind="code", zh=("跟进方式", "方式"),
            codes={"phone": ("电话",), "email": ("邮件",), "visit": ("拜访", "到访"), "chat": ("微信",)},
        ),
        Column(
            name="kind", kind="code", zh=("跟进类型", "类型"),
            codes={
                "follow_up": ("跟进",), "trial_booked": ("预约试听",), "trial_done": ("已体验",),
                "trial_cancelled": ("取消试听",), "revisit": ("回访",), "save_call": ("挽留",),
            },
        ),
        Column(name="staff_id", kind="id", zh=("跟进人", "跟进人工号"), references="staff"),
        Column(name="outcome", kind="word", zh=("结果",)),
        Column(name="text", kind="text", zh=("跟进内容",), personal="text"),
        Column(name="next_at", kind="time", zh=("下次跟进时间",)),
    ),
    orders=(Order(earlier="at", later="next_at"),),
)  # fmt: skip

STUDENTS = Table(
    name="students",
    zh="学员",
    en="Students",
    row="one student of the institution",
    row_zh="机构的一名学员",
    key=("student_id",),
    natural_key=("phone", "name"),
    dated_by="registered_on",
    required=True,
    columns=(
        Column(name="student_id", kind="id", zh=("学号", "学员编号"), required=True),
        NAME,
        PHONE,
        Column(name="guardian", kind="text", zh=("联系人",), personal="pseudonym"),
        Column(name="birth_date", kind="date", zh=("出生日期",), personal="age_band", stored_as="age_band", spare=True),
        Column(name="gender", kind="code", zh=("性别",), codes={"female": ("女",), "male": ("男",)}, spare=True),
        Column(name="school", kind="text", zh=("就读学校",), personal="pseudonym"),
        Column(name="grade", kind="word", zh=("年级",), known=CURRENT),
        Column(name="campus", kind="code", zh=("校区",), required=True, references="campuses", known=CURRENT),
        Column(name="registered_on", kind="date", zh=("建档日期",), required=True),
        Column(name="channel", kind="code", zh=("学员来源", "来源渠道", "渠道")),
        Column(name="referrer_id", kind="id", zh=("推荐人", "推荐人学号"), spare=True),
        Column(
            name="advisor_id", kind="id", zh=("学管师", "学管师工号"), references="staff", known=CURRENT, spare=True
        ),
        Column(name="tier", kind="word", zh=("客户等级",), known=CURRENT),
    ),
)
