"""What stands together on a page, and what may part?"""

import pypdfium2
import pytest

from churnlab.report.compile import typeset
from churnlab.report.document import Document
from tests.report.reading import pages

LINE = {"kind": "par", "content": [{"kind": "text", "text": "一行文字。"}]}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"><text x="9" y="30">图形</text></svg>'


def table(rows: int, words: str = "短") -> dict:
    cells = [[f"N{number:03d}", f"{words}E{number:03d}"] for number in range(rows)]
    return {"kind": "table", "caption": "标题在此", "columns": ["编号", "说明"], "align": ["left"] * 2, "rows": cells}


def set_after(lines: int, *blocks: dict) -> list[str]:
    return pages(typeset(Document(lang="zh", title="t", body=[LINE] * lines + list(blocks))))


def rows_on(page: str, mark: str = "N") -> int:
    return sum(f"{mark}{number:03d}" in page for number in range(200))


@pytest.mark.parametrize("lines", range(18, 36))
@pytest.mark.parametrize("words", ["短", "连续缺课三次，老师换了两位，" * 6])
def test_a_table_that_breaks_has_three_rows_at_least_on_each_page(lines: int, words: str) -> None:
    counts = [rows_on(page) for page in set_after(lines, table(16, words))]
    assert sum(counts) == 16
    assert min(count for count in counts if count) >= 3


@pytest.mark.parametrize("lines", range(26, 36, 2))
def test_a_caption_stands_on_the_page_where_its_table_begins(lines: int) -> None:
    (begins,) = (page for page in set_after(lines, table(16)) if "标题在此" in page)
    assert rows_on(begins) >= 3


@pytest.mark.parametrize("lines", range(18, 28, 2))
def test_a_row_is_not_broken(lines: int) -> None:
    for page in set_after(lines, table(16, "连续缺课三次，老师换了两位，" * 12)):
        assert rows_on(page, "N") == rows_on(page, "E")


def test_a_table_of_few_rows_moves_as_one() -> None:
    for lines in range(20, 32, 2):
        assert [rows_on(page) for page in set_after(lines, table(12)) if rows_on(page)] == [12]


def test_what_is_said_of_a_figure_may_stand_on_the_page_before_it() -> None:
    blocks = ({"kind": "sentence", "text": "图上可见。"}, {"kind": "figure", "svg": SVG, "alt": "a", "caption": "图题"})
    before, after = set_after(24, *blocks)
    assert "图上可见" in before
    assert "图题" in after


def test_a_sentence_before_a_heading_need_not_move_with_it() -> None:
    heading = {"kind": "heading", "level": 1, "content": [{"kind": "text", "text": "谁可能离开"}]}
    said = {"kind": "sentence", "text": "此处不作结论。"}
    parted = []
    for lines in range(12, 32):
        found = set_after(lines, said, heading, table(14))
        # the contents name the heading too, on the first page
        told, begins, rows = (
            max(n for n, page in enumerate(found) if sought in page) for sought in ("作结论", "谁可能", "N000")
        )
        assert begins == rows
        parted.append(told < begins)
    assert any(parted)


def test_what_is_said_of_a_table_stands_on_its_page_and_with_warnings_may_stand_before_it() -> None:
    sentence, note = {"kind": "sentence", "text": "表上可见。"}, {"kind": "caveat", "text": "须知。"}
    parted = []
    for lines in range(20, 32):
        (page,) = (page for page in set_after(lines, sentence, table(5)) if "表上可见" in page)
        assert rows_on(page) == 5
        (page,) = (page for page in set_after(lines, sentence, note, table(5)) if "须知" in page)
        parted.append(rows_on(page) == 0)
    assert any(parted)


def test_a_range_is_not_broken_at_the_end_of_a_line() -> None:
    for blanks in range(60):
        words = "x " * blanks + "2.1%–3.6%"
        doc = Document(lang="en", title="t", body=[{"kind": "sentence", "text": words}])
        page = pypdfium2.PdfDocument(typeset(doc))[0]
        assert "2.1%–3.6%" in page.get_textpage().get_text_range()
