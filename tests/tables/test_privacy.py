"""Does nothing personal come through, and is the same person the same everywhere?"""

import hmac
import os
from hashlib import sha256

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.errors import PrivacyError
from churnlab.tables.privacy import PUBLIC_KEY, key_place, make_key, names_in, protect, read_key
from churnlab.tables.schemas import TABLES
from tests.tables.sheets import WHOLE, kept

KEY = bytes(range(32))
PERSON = {
    "name": "林小满",
    "phone": "13812345678",
    "guardian": "林建国",
    "school": "实验小学",
    "birth_date": "2015-03-02",
}


def stored(table, *rows, names=(), key=KEY):
    return protect(kept(table, *rows), TABLES[table], key, names=names)


def test_a_pseudonym_is_a_keyed_hash_of_the_normalised_value():
    row = stored("students", PERSON).iloc[0]
    expected = hmac.new(KEY, b"13812345678", sha256).hexdigest()[:24]  # RFC 2104, as the standard library has it
    assert row["phone"] == expected
    assert stored("students", PERSON, key=PUBLIC_KEY).iloc[0]["phone"] != expected


@pytest.mark.parametrize(
    "phone", ["138 1234 5678", "+86 138-1234-5678", "008613812345678", "１３８１２３４５６７８", "138\u200b12345678"]
)
def test_one_phone_has_one_pseudonym_however_it_is_written(phone):
    assert stored("students", {"phone": phone})["phone"][0] == stored("students", PERSON)["phone"][0]


@pytest.mark.parametrize("name", ["林 小满", "林　小满", " 林小满\ufeff"])
def test_one_name_has_one_pseudonym_however_it_is_written(name):
    assert stored("students", {"name": name})["name"][0] == stored("students", PERSON)["name"][0]


@pytest.mark.parametrize("phone", ["无", "-", "00000000000", "12345"])
def test_what_is_no_phone_makes_no_siblings(phone):
    assert stored("students", {"phone": phone})["phone"][0] is None


@pytest.mark.parametrize(
    ("born", "registered", "band"),
    [
        ("2022-03-01", "2025-02-28", "0-2"), ("2022-03-01", "2025-03-01", "3-5"), ("2015-03-02", "2025-03-01", "9-11"),
        ("2007-03-01", "2025-03-01", "18-24"), ("1990-03-02", "2025-03-01", "25-34"),
        ("1990-03-01", "2025-03-01", "35+"),
        ("1931-01-01", "2025-03-01", "35+"), ("2026-01-01", "2025-03-01", None), ("", "2025-03-01", None),
    ],
)  # fmt: skip
def test_a_birth_date_becomes_the_age_band_at_registration(born, registered, band):
    frame = stored("students", {"birth_date": born, "registered_on": registered})
    assert frame["age_band"][0] == band
    assert "birth_date" not in frame


@pytest.mark.parametrize(
    "identity", ["13812345678", "110105199003070013", "11010519900307001x", "S-13812345678", "lin@example.com"]
)
def test_an_id_that_is_a_persons_number_is_hidden_and_joins_survive(identity):
    student = stored("students", {"student_id": identity})["student_id"][0]
    assert identity not in student
    for table in ("lessons", "enrolments", "exits", "surveys"):
        assert stored(table, {"student_id": identity})["student_id"][0] == student


def test_an_id_that_is_a_phone_is_the_phones_pseudonym():
    frame = stored("students", {"student_id": "13812345678", "phone": "138-1234-5678"})
    assert frame["student_id"][0] == frame["phone"][0]


@pytest.mark.parametrize(
    "identity", ["S001", "000123", "2025030100001", "202503011234", "L20250301-0001", "20259138123456781"]
)
def test_other_ids_stay(identity):
    assert stored("lessons", {"student_id": identity})["student_id"][0] == identity


def test_a_name_where_an_id_should_stand_is_hidden_and_a_course_is_not():
    frame = stored("lessons", {"teacher_id": "王芳", "course_id": "少儿英语", "class_id": "周六班"})
    assert frame["teacher_id"][0] == stored("staff", {"staff_id": "王芳"})["staff_id"][0] != "王芳"
    assert (frame["course_id"][0], frame["class_id"][0]) == ("少儿英语", "周六班")


def test_texts_lose_the_names_and_words_the_numbers():
    complaint = {
        "text": "林小满的妈妈13812345678说王芳老师迟到",
        "category": "电话13812345678",
        "resolution": "已回电林小满",
    }
    frame = stored("complaints", complaint, names={"林小满", "王芳"})
    assert frame["text"][0] == "[name]的妈妈[phone]说[name]老师迟到"
    assert frame["category"][0] == "电话[phone]"
    assert frame["resolution"][0] == "已回电[name]"


def test_the_names_of_a_load_are_those_of_students_guardians_and_staff():
    frames = {
        "students": kept("students", PERSON),
        "staff": kept("staff", {}),
        "lessons": kept("lessons", {"teacher_id": "张三"}),
        "courses": kept("courses", {"name": "数学思维"}),
    }
    assert names_in(frames) == {"林小满", "林建国", "王芳", "张三"}


def test_a_student_without_an_id_is_known_by_phone_and_name_and_siblings_are_two():
    # Two siblings share a phone; a namesake has another.
    people = [
        PERSON,
        {**PERSON, "name": "林小寒"},
        {**PERSON, "phone": "13912345678"},
        {**PERSON, "phone": "+8613812345678"},
    ]
    ids = stored("students", *({**person, "student_id": None} for person in people))["student_id"]
    assert ids.nunique() == 3
    assert ids[0] == ids[3]
    assert ids.str.fullmatch("[0-9a-f]{24}").all()


def test_a_row_without_an_id_has_the_same_id_whenever_it_comes_again():
    first = stored("lessons", {"lesson_id": None, "course_id": "K1"})["lesson_id"][0]
    again = stored(
        "lessons", {"lesson_id": None, "course_id": "K2"}, {"lesson_id": None, "course_id": "K1", "status": "旷课"}
    )
    assert first.startswith("lessons:")
    assert list(again["lesson_id"] == first) == [False, True]


def test_the_answers_of_one_sheet_of_questions_share_its_id():
    frame = stored(
        "surveys",
        {"survey_id": None, "item": "1"},
        {"survey_id": None, "item": "2"},
        {"survey_id": None, "at": "2025-03-02"},
    )
    assert frame["survey_id"][0] == frame["survey_id"][1] != frame["survey_id"][2]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_what_is_stored_has_the_stores_columns_and_changes_nothing_handed_in(table):
    rows = kept(table, {}, {})
    before = rows.copy()
    frame = protect(rows, TABLES[table], KEY)
    assert tuple(frame) == TABLES[table].stored_names
    assert frame.index.equals(rows.index)
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_canary_comes_through_a_column_that_may_hold_it(table):
    canary = "欧阳金丝雀"
    columns = [c for c in TABLES[table].columns if c.kind in ("text", "word") or (c.kind == "code" and not c.codes)]
    rows = {
        column.name: f"{canary if column.personal else ''}13987654321"
        for column in columns
        if column.personal != "age_band"
    }
    frame = stored(
        table, {**rows, **{key: cell for key, cell in WHOLE[table].items() if key in TABLES[table].key}}, names={canary}
    )
    assert canary not in frame.to_string()
    assert "13987654321" not in frame.to_string()


PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(
    phone=PHONES,
    before=st.text("课老师请联系，。 a", max_size=6),
    after=st.text("课老师请联系，。 a", max_size=6),
    mark=st.sampled_from(["", " ", "-"]),
)
def test_no_phone_survives_in_a_text(phone, before, after, mark):
    written = mark.join([phone[:3], phone[3:7], phone[7:]])
    text = stored("complaints", {"text": f"好{before}{written}{after}好"})["text"][0]
    assert phone[3:7] not in text
    assert text.endswith("好")


def test_a_key_is_secret_random_and_made_once(tmp_path):
    place = tmp_path / "new" / "key"
    make_key(place)
    make_key(tmp_path / "other")
    assert len(read_key(place)) == 32
    assert read_key(place) != read_key(tmp_path / "other")
    if os.name == "posix":
        assert place.stat().st_mode & 0o777 == 0o600
    with pytest.raises(PrivacyError) as refused:
        make_key(place)
    assert refused.value.message("en") == (
        f"The key {place} is there already and was not changed: with "
        "another key no earlier student would be recognised."
    )
    assert refused.value.message("zh") == f"密钥 {place} 已经存在，没有改动：换了密钥，就再也认不出以前的学员。"
    assert refused.value.exit_code == 7


def test_a_key_that_is_missing_damaged_or_open_to_others_is_refused(tmp_path):
    def said(path):
        with pytest.raises(PrivacyError) as refused:
            read_key(path)
        return refused.value.message("en")

    place = tmp_path / "key"
    assert said(place) == (
        f"The key {place} was not found. Without it names and phones cannot be hidden, "
        "so nothing was loaded. Run churnlab init "
        "to make one; if there was one before, restore it from the backup."
    )
    place.write_text("abc", encoding="ascii")
    place.chmod(0o600)
    assert said(place) == (
        f"The key {place} is damaged: it should be 64 hexadecimal digits. Restore it from the backup; "
        "if nothing was ever "
        "loaded with it, delete it and run churnlab init again."
    )
    place.write_bytes(bytes(range(128, 192)))
    assert "is damaged" in said(place)
    if os.name == "posix":
        place.chmod(0o644)
        assert (
            said(place)
            == f"The key {place} has mode 644, so that others can read it, and was not used. Run chmod 600 on it."
        )


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(PrivacyError) as refused:
        make_key(tmp_path / "file" / "key")
    place = tmp_path / "file" / "key"
    assert (
        refused.value.message("zh") == f"密钥 {place} 写不进去：{refused.value.facts['what']}。请检查这个文件夹的权限。"
    )


def test_the_key_lies_outside_the_project():
    assert key_place().name == "key"
    assert "churnlab" in key_place().parts
