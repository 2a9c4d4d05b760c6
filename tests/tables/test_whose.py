"""Is every row of a sheet the right student's, or nobody's and said to be so?"""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.tables.checking import check
from churnlab.tables.contract import STUDENT_ID
from churnlab.tables.faults import message
from churnlab.tables.mapping import Mapping
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.who import Students
from tests.tables.sheets import checked, kept, sheet

MUM, DAD, OTHER = "13800001111", "13800002222", "13800003333"
LEI, MEI, LEI_TOO = (
    {"student_id": "S1", "name": "李雷", "phone": MUM},
    {"student_id": "S2", "name": "李梅", "phone": MUM},
    {"student_id": "S3", "name": "李雷", "phone": OTHER},
)
# 李雷 S1 and 李梅 S2 share a phone; another 李雷 S3 has his own.
ROSTER = (LEI, MEI, LEI_TOO)


def known(*rows: dict[str, str]) -> Students:
    return Students.known([kept("students", *rows)], None, PUBLIC_KEY)


def test_a_number_that_is_given_counts_whatever_name_and_phone_say():
    done = checked("lessons", {"student_id": "S2", "name": "李雷", "phone": MUM}, students=known(LEI, MEI))
    assert done.kept["student_id"].tolist() == ["S2"]


def test_a_row_of_nobody_is_set_aside_and_shows_neither_name_nor_phone():
    lessons = [{"student_id": "", "phone": MUM}, {"student_id": "", "name": "韩梅梅"}, {"student_id": ""}]
    done = checked("lessons", *lessons, {"student_id": ""}, students=known(LEI, MEI))
    assert done.set_aside["reason"].tolist() == ["phone_of_several", "name_of_nobody", "missing", "missing"]
    assert done.rows_read == done.rows_set_aside == 4
    bad = done.set_aside.to_dict("records")
    assert message(bad[0], "zh") == (
        "export.csv 第 2 行，学号：没有学号，而用这个手机号的学员不止一名；请补上姓名或学号"
    )
    assert message(bad[0], "en") == (
        "export.csv row 2, 学号 (student_id): there is no student id, and more than one student has this phone; "
        "give the name or the student id"
    )
    assert MUM not in done.set_aside.to_csv()


def test_a_table_that_can_do_without_a_student_keeps_the_row_and_says_so():
    rows = [{"phone": MUM}, {"complaint_id": "B2", "phone": OTHER}, {"complaint_id": "B3"}]
    done = checked("complaints", *rows, students=known(LEI, MEI, LEI_TOO))
    assert done.kept["student_id"].tolist() == [None, "S3", None]
    assert [(key, facts["n"]) for key, facts in done.warnings] == [("warning.checking.student_untold", 1)]


def test_a_row_that_only_an_unclear_student_could_tell_apart_is_set_aside_for_that():
    done = checked("complaints", {"complaint_id": None, "phone": MUM}, students=known(LEI, MEI))
    assert done.set_aside["reason"].tolist() == ["phone_of_several"]
    assert done.warnings == ()
    anonymous = checked("surveys", {"survey_id": None, "phone": MUM}, students=known(LEI, MEI))
    assert [key for key, _ in anonymous.warnings] == ["warning.checking.student_untold"]


def test_a_contact_with_a_lead_is_not_made_a_students():
    rows = [{"name": "李雷", "phone": MUM}, {"contact_id": "G2", "lead_id": None, "name": "李雷", "phone": MUM}]
    assert checked("contacts", *rows, students=known(LEI)).kept["student_id"].tolist() == [None, "S1"]


def test_phones_in_the_place_of_numbers_are_told_and_how_many_are_two_people():
    # Row 2 and 3 are siblings, row 4 and 5 one child, row 6 has a number.
    rows = [(MUM, "李雷"), (MUM, "李梅"), (DAD, "王 芳"), (DAD, "王芳"), ("S7", "韩梅梅")]
    done = checked("students", *({"student_id": id, "name": name} for id, name in rows))
    told = {key.rpartition(".")[2]: facts["n"] for key, facts in done.warnings}
    assert told == {"id_is_phone": 4, "id_of_several": 1}
    alone = checked("lessons", {"student_id": MUM}, {"lesson_id": "L2", "student_id": "12345678"})
    assert [(key, facts["n"]) for key, facts in alone.warnings] == [("warning.checking.id_is_phone", 1)]


PEOPLE = st.tuples(st.sampled_from(["", MUM, DAD, "无"]), st.sampled_from(["", "李雷", "李梅", "妈妈"]))


ROWS = st.lists(st.tuples(st.sampled_from(["", "S1", "S2"]), PEOPLE), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.permutations([*ROSTER]))
def test_every_row_is_kept_or_set_aside_and_the_order_of_students_changes_nothing(rows, roster):
    came = sheet("lessons", *({STUDENT_ID: id, "phone": phone, "name": name} for id, (phone, name) in rows))
    done, again = (
        check(came, mapping=Mapping(), timezone="Asia/Shanghai", students=known(*each)) for each in (ROSTER, roster)
    )
    assert done.rows_read == len(done.kept) + done.rows_set_aside == len(rows)
    pd.testing.assert_frame_equal(done.kept, again.kept)
