"""By which columns do tables tell of whom they speak?"""

from churnlab.tables.contract import STUDENT_ID, Column

STUDENT = Column(name=STUDENT_ID, kind="id", zh=("学号", "学员编号"), required=True, references="students")
NAME = Column(name="name", kind="text", zh=("学员姓名", "姓名"), personal="pseudonym")
PHONE = Column(name="phone", kind="text", zh=("手机号码", "电话", "手机号"), personal="pseudonym")
STAFF_MEMBER = Column(
    name="staff_id", kind="id", zh=("工号", "员工编号"), en=("employee id",), required=True, references="staff"
)
"""Of whom a row of trainings and performance speaks: the trainee too is known by this id alone."""
TRAINING = Column(name="training_id", kind="id", zh=("培训编号", "培训项目编号"), required=True, references="trainings")
WHO = (NAME, PHONE)
"""Beside a student's id, or in its place."""
