"""What is a person called without the family name, and what is no name at all?"""

import pytest

from churnlab.tables.given_names import NOBODY, WORDS, given_name, is_word, names_nobody


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("王小明", "小明"),
        ("王 小明", "小明"),
        ("欧阳明月", "明月"),
        ("陈林子涵", "子涵"),  # both parents' family names
        ("迪丽热巴·迪力木拉提", "迪丽热巴"),
        ("王芳", None),  # 芳 stands in half of all texts
        ("李天天", None),  # 天天来: every day
        ("李妈妈", None),  # not a name but who she is
        ("黄浦区实验小学", None),
        ("Ann Lee", None),  # Ann is the beginning of too much
        ("", None),
    ],
)
def test_the_given_name_is_what_a_teacher_says(name, given):
    assert given_name(name) == given


@pytest.mark.parametrize(
    ("value", "nobody"), [("妈妈", True), ("Mum", True), ("芳", True), ("李妈妈", False), ("天天", False)]
)
def test_who_somebody_is_to_the_student_is_no_name(value, nobody):
    assert names_nobody(value) == nobody


def test_a_word_may_be_a_name_and_then_stands_in_a_column_of_names():
    assert is_word("高兴")
    assert not is_word("高欣")


def test_no_word_is_listed_for_both_reasons_and_none_is_longer_than_a_given_name():
    assert not NOBODY & WORDS
    assert {len(word) for word in WORDS} == {2}
