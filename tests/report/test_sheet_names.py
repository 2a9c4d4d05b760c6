"""Has every table a name that Excel takes and a reader understands?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.report.sheet_names import sheet_names


def test_sheet_names_by_hand() -> None:
    assert sheet_names(["a/b:c", "'x'", "", "History", "甲", "甲", "甲"]) == [
        "a_b_c",
        "x",
        "_",
        "History_",
        "甲",
        "甲 (2)",
        "甲 (3)",
    ]
    assert sheet_names(["长" * 40, "长" * 40]) == ["长" * 30 + "…", "长" * 26 + "… (2)"]
    assert sheet_names(["A", "a"]) == ["A", "a (2)"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Coming and going of students, October 2026", "Coming and going of students"),
        ("Churn rate by campus, August 2026", "Churn rate by campus"),
        ("How many students are still here, by time since they started", "How many students are still…"),
        ("Length of stay, by half-year of entry", "Length of stay, by half-year…"),
        ("Records that contradict each other", "Records that contradict each…"),
        ("Records that do not fit together by date", "Records that do not fit…"),
        ("Whether groups are the same size, and which is not", "Whether groups are the same…"),
        ("Thirty letters and a word more then", "Thirty letters and a word more…"),
        (
            "模型逐月的排序能力与人人按最近的流失率预测相比如何（基准：最近的流失率）",
            "模型逐月的排序能力与人人按最近的流失率预测相比如何",
        ),
        ("A title of thirty-one letters .", "A title of thirty-one letters ."),
    ],
)
def test_a_long_title_is_cut_between_words(title: str, name: str) -> None:
    assert sheet_names([title]) == [name]
    assert sheet_names([title, title])[1].endswith(" (2)")


@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_any_titles_make_sheets_that_excel_takes(titles: list[str]) -> None:
    names = sheet_names(titles)
    assert len({name.lower() for name in names}) == len(titles)
    assert all(0 < len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 31 for name in names)
    assert not any(set(name) & set("[]:*?/\\") for name in names)
