"""Do a name and a phone tell the right student, now as before, and nobody where that is unclear?"""

import pandas as pd
import pytest

from churnlab.tables.identity import of_phone_and_name
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.pseudonym import pseudonym
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import Fault
from churnlab.tables.who import Students
from tests.tables.sheets import checked, kept

MUM, DAD, OTHER = "13800001111", "13800002222", "13800003333"
LEI, MEI, LEI_TOO = (
    {"student_id": "S1", "name": "李雷", "phone": MUM},
    {"student_id": "S2", "name": "李梅", "phone": MUM},
    {"student_id": "S3", "name": "李雷", "phone": OTHER},
)


def known(*rows: dict[str, str], standing: pd.DataFrame | None = None) -> Students:
    return Students.known([kept("students", *rows)] if rows else [], standing, PUBLIC_KEY)


def stored(*rows: dict[str, str]) -> pd.DataFrame:
    return protect(kept("students", *rows), TABLES["students"], PUBLIC_KEY)


def made(phone: str, name: str) -> str:
    return of_phone_and_name(phone, name, PUBLIC_KEY)


def test_a_number_made_of_phone_and_name_is_the_one_that_students_without_a_number_get():
    told = stored({"student_id": "", "name": "李 雷", "phone": "+86 138-0000-1111"})
    assert told["student_id"].tolist() == [made(MUM, "李雷")] == [pseudonym("13800001111\x1f李雷", PUBLIC_KEY)]


# The table of students: 李雷 S1 and 李梅 S2 share a phone; another 李雷 S3 has his own; 王芳 S4 has no phone there,
# and of S5 only the phone is known.
ROSTER = (LEI, MEI, LEI_TOO, {"student_id": "S4", "name": "王芳"}, {"student_id": "S5", "phone": DAD})


@pytest.mark.parametrize(
    ("phone", "name", "number"),
    [
        (MUM, "李雷", "S1"),
        (MUM, "李梅", "S2"),
        ("+86 138 0000 1111", "李 梅", "S2"),
        (OTHER, "", "S3"),  # one student has this phone
        ("", "李梅", "S2"),  # one student has this name
        ("无", "李梅", "S2"),  # that is no phone
        (OTHER, "妈妈", "S3"),  # that is no name
        (MUM, "", Fault("phone_of_several")),
        (MUM, "妈妈", Fault("phone_of_several")),
        ("", "李雷", Fault("name_of_several")),
        ("13899999999", "", Fault("phone_of_nobody")),
        ("", "韩梅梅", Fault("name_of_nobody")),
        (MUM, "李小弟", made(MUM, "李小弟")),  # a third child of that phone is none of the two
        (DAD, "李雷", "S5"),  # nothing says that S5 is called otherwise
        ("13899999999", "王芳", "S4"),  # nothing says that her phone is another
        ("妈妈", "妈妈", Fault("missing")),
    ],
)
def test_a_phone_and_a_name_are_one_students_or_a_new_one_or_nobodys(phone, name, number):
    assert known(*ROSTER).whose(phone, name) == number
    assert known(standing=stored(*ROSTER)).whose(phone, name) == number


def test_two_students_with_the_same_phone_and_name_are_told_apart_by_nothing():
    twins = known(LEI, {**LEI, "student_id": "S9"})
    assert twins.whose(MUM, "李雷") == Fault("pair_of_several")


def test_a_childs_own_number_goes_before_one_that_was_made_of_phone_and_name():
    both = known(LEI, standing=stored({**LEI, "student_id": ""}))
    assert both.whose(MUM, "李雷") == both.whose(MUM, "") == both.whose("", "李雷") == "S1"


def test_a_student_without_a_number_takes_the_one_that_the_same_phone_and_name_have_elsewhere():
    rows = kept("students", *({**row, "student_id": ""} for row in (LEI, MEI, LEI_TOO)))
    assert known(LEI, standing=stored(LEI_TOO)).numbered(rows)["student_id"].tolist() == ["S1", None, "S3"]
    assert known().numbered(rows)["student_id"].tolist() == [None, None, None]


# What is told of the students, an older version first:    then            now
#   S1 李雷 changes phone                                  李雷 MUM        李雷 DAD
#   S2 李梅 had no phone                                   李梅            李梅 MUM
#   S3 was written 王方                                    王方 OTHER      王芳 OTHER
THEN = (LEI, {"student_id": "S2", "name": "李梅"}, {"student_id": "S3", "name": "王方", "phone": OTHER})
NOW = ({**LEI, "phone": DAD}, MEI, {"student_id": "S3", "name": "王芳", "phone": OTHER})


@pytest.mark.parametrize(
    ("phone", "name", "number"),
    [
        (DAD, "李雷", "S1"),
        (MUM, "李雷", "S1"),  # as last year's lessons still tell him
        (OTHER, "王方", "S3"),
        ("", "王方", "S3"),
        (MUM, "", "S2"),  # who has this phone now goes before who had it
        (DAD, "李梅", "S2"),  # as it was told while she had no phone
        (OTHER, "李雷", made(OTHER, "李雷")),
    ],
)
def test_a_student_goes_by_what_was_told_of_him_once_where_nobody_is_told_so_now(phone, name, number):
    now, then = kept("students", *NOW), kept("students", *THEN)
    ways = (
        Students.known([now], None, PUBLIC_KEY, once=stored(*THEN)),
        Students.known([now], stored(*THEN), PUBLIC_KEY),
        Students.known([], stored(*NOW), PUBLIC_KEY, once=stored(*THEN)),
        Students.known([then, now], None, PUBLIC_KEY),
        Students.known([now], None, PUBLIC_KEY, aside=[then]),
    )
    assert [students.whose(phone, name) for students in ways] == [number] * len(ways)


def test_a_pair_that_another_student_has_now_is_his():
    now = kept("students", {**LEI, "student_id": "S9"}, *NOW)
    assert Students.known([now], stored(*THEN), PUBLIC_KEY).whose(MUM, "李雷") == "S9"


def test_two_phones_of_a_student_in_one_file_are_both_his_now():
    # DAD's row comes last; MUM is still the phone of two children.
    both = known(LEI, {**LEI, "phone": DAD}, MEI)
    assert both.whose(DAD, "") == "S1"
    assert both.whose(MUM, "") == Fault("phone_of_several")


def test_a_student_whose_row_was_set_aside_is_known_where_number_phone_and_name_are_read():
    undated = checked("students", {**LEI, "registered_on": "不详"}, {**MEI, "student_id": "", "registered_on": ""})
    assert len(undated.kept) == 0
    students = Students.known([], None, PUBLIC_KEY, aside=[undated.who_aside])
    assert (students.whose(MUM, "李雷"), students.whose("", "李雷")) == ("S1", "S1")
    assert students.whose(MUM, "李梅") == made(MUM, "李梅")


def test_a_row_set_aside_for_its_number_tells_of_nobody():
    unread = checked("students", {**LEI, "student_id": "2.02503E+11"})
    assert (unread.set_aside["column"].tolist(), len(unread.who_aside)) == (["student_id"], 0)
