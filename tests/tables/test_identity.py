"""Which version of a row stands?"""

from hypothesis import given
from hypothesis import strategies as st

from churnlab.tables.identity import identified, latest
from churnlab.tables.pseudonym import pseudonym
from churnlab.tables.schemas import TABLES
from tests.tables.sheets import kept


def stands(table, *rows):
    return list(latest(kept(table, *rows), TABLES[table])["_row"])


def test_of_rows_with_one_id_the_last_stands():
    # row 2 L1 present · row 3 L2 · row 4 L1 absent
    assert stands("lessons", {}, {"lesson_id": "L2"}, {"status": "旷课"}) == [3, 4]


def test_rows_without_an_id_are_told_apart_by_their_natural_key():
    lesson = {"lesson_id": None, "course_id": "K1"}
    assert stands("lessons", lesson, {**lesson, "starts_at": "2025-03-02 09:00"}, {**lesson, "status": "旷课"}) == [
        3,
        4,
    ]


def test_a_lesson_is_the_same_under_a_phone_as_its_students_number_and_under_what_is_stored_of_it():
    # row 2: 学号 138-0000-5555, as the file has it · row 3: 学号 blank, found in the store by name and phone
    key = b"k"
    lessons = ({"lesson_id": None, "student_id": of} for of in ("138-0000-5555", pseudonym("13800005555", key), "S2"))
    same, again, other = identified(kept("lessons", *lessons), TABLES["lessons"], key)["lesson_id"]
    assert same == again
    assert other != same


def test_what_is_optional_in_a_key_may_be_empty():
    assert stands("exits", {}, {"enrolment_id": "E1"}, {"reason_detail": "x"}) == [3, 4]


def test_an_interview_stands_beside_what_a_call_had_said():
    assert stands("exits", {"method": "phone"}, {"method": "interview"}, {"method": "form"}) == [3, 4]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
def test_one_row_stands_for_each_id(ids):
    assert len(stands("lessons", *({"lesson_id": name} for name in ids))) == len(set(ids))
