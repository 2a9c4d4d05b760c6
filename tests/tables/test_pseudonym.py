"""Is one person known by one name, however the value was written?"""

import hmac

import pytest

from churnlab.tables.pseudonym import (
    HEX_DIGITS,
    names_a_person,
    normal_id,
    normal_name,
    normal_phone,
    pseudonym,
    says_who,
)

KEY = bytes(range(32))


def test_a_pseudonym_is_the_beginning_of_the_keyed_hash():
    expected = hmac.new(KEY, "王芳".encode(), "sha256").hexdigest()[:24]  # RFC 2104
    assert pseudonym("王芳", KEY) == expected
    assert len(expected) == HEX_DIGITS
    assert pseudonym("王芳", bytes(32)) != expected


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("138 1234 5678", "13812345678"), ("+86-138-1234-5678", "13812345678"), ("008613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"), ("021-61234567", "02161234567"), ("61234567", "61234567"),
        ("8612345678", "8612345678"),  # no mobile number: 86 is part of it
        ("123456", None), ("00000000000", None), ("无", None), ("", None),
    ],
)  # fmt: skip
def test_a_phone_is_its_digits(written, phone):
    assert normal_phone(written) == phone


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王 芳", "王芳"),
        ("王\u3000芳", "王芳"),
        ("ANN  Lee", "ann lee"),
        ("Ａｎｎ Lee", "ann lee"),
        ("Amy 王", "amy王"),
    ],
)
def test_a_name_is_compared_without_case_width_and_blanks_between_chinese(written, name):
    assert normal_name(written) == name


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("138-1234-5678", "13812345678"),
        ("11010519900307001x", "11010519900307001X"),
        ("lin@Example.com", "LIN@EXAMPLE.COM"),
    ],
)
def test_an_id_that_is_hidden_is_compared_as_a_phone_or_in_upper_case(written, identity):
    assert normal_id(written) == identity


@pytest.mark.parametrize(
    ("column", "references", "who"),
    [
        ("student_id", "students", True), ("teacher_id", "staff", True), ("respondent_id", None, True),
        ("course_id", "courses", False), ("class_id", "classes", False),
    ],
)  # fmt: skip
def test_some_ids_say_who_somebody_is(column, references, who):
    assert says_who(column, references) == who


@pytest.mark.parametrize(
    ("value", "column", "hidden"),
    [
        ("13812345678", "course_id", True), ("王芳", "teacher_id", True), ("Ann Lee", "teacher_id", True),
        ("王芳", "course_id", False), ("T001", "teacher_id", False),
    ],
)  # fmt: skip
def test_numbers_of_persons_are_hidden_anywhere_and_names_where_an_id_says_who(value, column, hidden):
    assert names_a_person(value, column, "staff" if column == "teacher_id" else "courses") == hidden
