"""Are Chinese and English texts parted alike, without what is no word?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.churn.causes.words import same, words


def test_chinese_is_parted_into_words_and_runs_of_characters():
    assert words("学费太贵") == ["学费|", "太贵|", "学费", "费太", "太贵", "学费太", "费太贵"]


def test_english_is_parted_into_words_and_pairs():
    assert words("Too expensive, isn't it?") == [
        "too",
        "expensive",
        "isn't",
        "it",
        "too expensive",
        "expensive isn't",
        "isn't it",
    ]


@pytest.mark.parametrize("text", ["", " ", "[name]", "[phone] [email] [chat] [id number] ***", "123，456。", "。！？…"])
def test_what_stands_in_the_place_of_a_name_is_no_word(text):
    assert words(text) == []


def test_a_mask_parts_what_stands_beside_it():
    assert "师换" not in words("老师[name]换了")


def test_copies_are_told_whatever_their_numbers_marks_and_names():
    assert same("[name]妈妈：涨了 300 元！") == same("妈妈涨了500元".replace("妈妈", "妈妈，")) == "妈妈 涨了 元"
    assert same("涨价") != same("降价")


@given(st.text())
def test_any_text_has_words_or_none(text):
    assert all(part.strip() for part in words(text))
    assert bool(words(text)) <= bool(same(text))
