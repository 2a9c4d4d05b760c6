"""What no font has is a mark, what is not seen goes, all else stays."""

from hypothesis import given
from hypothesis import strategies as st

from churnlab.report.glyphs import SUBSTITUTE, legible, missing, shown, visible


def test_by_hand() -> None:
    assert legible("南山 Nanshan 4.9%") == "南山 Nanshan 4.9%"
    assert legible("𠮷野家 😀") == "〓野家 〓"
    assert legible("a\tb\u3000c\u2009d\u00a0e") == "a b\u3000c d\u00a0e"
    assert legible("a\x00b\x1b[31mc\u202ed\u200be\ufe0f\ud800") == "ab[31mcde"


def test_a_tree_keeps_its_shape() -> None:
    tree = {"a": ["😀", 1, None, {"b": "好"}], "c": True}
    assert legible(tree) == {"a": ["〓", 1, None, {"b": "好"}], "c": True}
    assert tree["a"] == ["😀", 1, None, {"b": "好"}]


def test_missing_names_each_once_and_not_the_mark_itself() -> None:
    assert missing({"a": "😀好😀", "b": ["𠮷〓\x00"]}) == ["😀", "𠮷"]
    assert missing("南山") == []


def test_a_workbook_keeps_what_only_our_fonts_lack() -> None:
    assert visible(["😀\u202e好\x00\n"]) == ["😀好\n"]


def test_the_marks_of_the_template_are_in_the_fonts() -> None:
    assert set("⚠•·〓–—¥%+-") <= shown()


@given(st.text(st.characters(codec=None)))
def test_what_is_legible_is_in_the_fonts(text: str) -> None:
    made = legible(text)
    assert set(made) <= shown() | {"\n"}
    assert legible(made) == made
    assert (SUBSTITUTE in made) == (SUBSTITUTE in text or missing(text) != [])
