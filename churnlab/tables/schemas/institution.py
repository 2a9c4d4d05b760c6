"""What does the institution consist of: campuses, courses, classes and staff?"""

from churnlab.tables.contract import ALWAYS, CURRENT, Column, Order, Table

CAMPUSES = Table(
    name="campuses",
    zh="校区",
    en="Campuses",
    row="one campus",
    row_zh="一个校区",
    key=("campus",),
    natural_key=("campus",),
    columns=(
        Column(name="campus", kind="code", zh=("校区", "校区名称"), required=True, known=ALWAYS),
        Column(name="city", kind="word", zh=("城市",), known=ALWAYS),
        Column(name="opened_on", kind="date", zh=("开业日期",), known="opened_on"),
        Column(name="closed_on", kind="date", zh=("关闭日期",), known="closed_on"),
    ),
    orders=(Order(earlier="opened_on", later="closed_on"),),
)

COURSES = Table(
    name="courses",
    zh="课程",
    en="Courses",
    row="one course",
    row_zh="一门课程",
    key=("course_id",),
    natural_key=("course_id",),
    columns=(
        Column(name="course_id", kind="id", zh=("课程编号", "课程"), required=True, known=ALWAYS),
        Column(name="name", kind="word", zh=("课程名称",), en=("course name",), known=ALWAYS),
        Column(name="subject", kind="word", zh=("科目", "学科"), known=ALWAYS),
        Column(name="grade_from", kind="word", zh=("起始年级",), known=ALWAYS),
        Column(name="grade_to", kind="word", zh=("结束年级",), known=ALWAYS),
        Column(name="terminal", kind="flag", zh=("终点课程", "结课即毕业"), known=ALWAYS),
        Column(name="margin_rate", kind="number", zh=("毛利率",), low=-1, high=1, known=ALWAYS),
    ),
)

CLASSES = Table(
    name="classes",
    zh="班级",
    en="Classes",
    row="one class",
    row_zh="一个班级",
    key=("class_id",),
    natural_key=("class_id",),
    columns=(
        Column(name="class_id", kind="id", zh=("班级编号", "班级"), required=True, known=ALWAYS),
        Column(name="course_id", kind="id", zh=("课程编号", "课程"), references="courses", known=ALWAYS),
        Column(name="campus", kind="code", zh=("校区",), references="campuses", known=ALWAYS),
        Column(name="teacher_id", kind="id", zh=("老师", "老师工号"), references="staff", known=CURRENT),
        Column(name="capacity", kind="count", zh=("容量", "班额"), low=1, high=1000, known=CURRENT),
    ),
)

STAFF = Table(
    name="staff",
    zh="员工",
    en="Staff",
    row="one member of staff",
    row_zh="一名员工",
    key=("staff_id",),
    natural_key=("staff_id",),
    dated_by="hired_on",
    columns=(
        Column(name="staff_id", kind="id", zh=("工号", "员工编号"), required=True),
        Column(name="name", kind="text", zh=("姓名", "员工姓名"), required=True, personal="pseudonym"),
        Column(name="department", kind="word", zh=("部门",), required=True, known=CURRENT),
        Column(name="role", kind="word", zh=("岗位",), required=True, known=CURRENT),
        Column(name="grade", kind="word", zh=("职级",), known=CURRENT),
        Column(name="campus", kind="code", zh=("校区",), references="campuses", known=CURRENT),
        Column(name="hired_on", kind="date", zh=("入职日期",), required=True),
        Column(name="left_on", kind="date", zh=("离职日期",), known="left_on"),
        Column(name="promoted_on", kind="date", zh=("晋升日期",), known="promoted_on"),
    ),
    orders=(Order(earlier="hired_on", later="left_on"),),
)
