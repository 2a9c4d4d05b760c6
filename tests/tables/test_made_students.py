"""Are students told who have only the number that a phone and a name made?"""

import pandas as pd

from churnlab.i18n import text
from churnlab.tables.identity import of_phone_and_name
from churnlab.tables.made_students import doubled, strangers
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.schemas import TABLES
from tests.tables.sheets import checked, kept

MUM, DAD = "13800001111", "13800002222"
LEI = of_phone_and_name(MUM, "李雷", PUBLIC_KEY)


def lessons() -> pd.DataFrame:
    """李雷 twice, his sister once, and one row with a number of its own."""
    rows = [("", MUM, "李雷"), ("", MUM, "李 雷"), ("", MUM, "李梅"), ("S7", DAD, "韩梅梅")]
    return checked("lessons", *({"student_id": id, "phone": phone, "name": name} for id, phone, name in rows)).kept


def test_rows_of_students_whom_the_table_of_students_lacks_are_counted_and_their_students_too():
    told = list(strangers({"lessons": lessons()}, {"S1"}, PUBLIC_KEY))
    assert told == [
        ("warning.loading.students_made", {"table": {"zh": "考勤", "en": "lessons"}, "n": 3, "students": 2})
    ]
    ((key, facts),) = told
    assert text(key, "en", **facts) == (
        "lessons: 3 rows without a student id made 2 students whom the table students does not have, from phone "
        "and name. A new phone, or a name written otherwise, makes one person two: compare, and complete the table "
        "students or give the student id, then load again."
    )
    assert text(key, "zh", **facts) == (
        "考勤：有 3 行没有学号，手机号和姓名在学员表里也对不上，由此得出 2 名学员表里没有的学员。换了手机号，"
        "或姓名写法不同，同一个人就会算成两个：请核对，补全学员表或填上学号，再重新导入。"
    )


def test_who_stands_in_the_table_of_students_is_no_stranger():
    assert [facts["n"] for _, facts in strangers({"lessons": lessons()}, {"S1", LEI}, PUBLIC_KEY)] == [1]


def test_where_no_student_has_a_number_of_his_own_nothing_is_said():
    for known in (set(), {LEI}):
        assert list(strangers({"lessons": lessons()}, known, PUBLIC_KEY)) == []


def test_students_who_stood_under_a_number_made_of_phone_and_name_are_counted_once_they_have_their_own():
    roster = kept(
        "students", *({"student_id": id, "name": "李雷", "phone": phone} for id, phone in (("S1", MUM), ("S2", DAD)))
    )
    before = {"lessons": protect(lessons(), TABLES["lessons"], PUBLIC_KEY)}
    assert list(doubled(roster, before, PUBLIC_KEY)) == [("warning.loading.students_twice", {"n": 1})]
    assert list(doubled(None, before, PUBLIC_KEY)) == list(doubled(roster, {}, PUBLIC_KEY)) == []
