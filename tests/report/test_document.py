"""Which cells and outputs of a notebook does a reader see?"""

from dataclasses import replace

import nbformat
import pandas as pd
import pytest

from churnlab.errors import RunError
from churnlab.finding import FINDING_MIME, Finding
from churnlab.report.document import read
from tests.report.demo import bars, by_campus, by_kind, code, drawn, headline, notebook, prose, said

pytestmark = pytest.mark.usefixtures("words")


def kinds(cells: list, lang: str = "zh") -> list[str]:
    return [block["kind"] for block in read(notebook(cells), lang).body]


def test_of_two_languages_one_is_kept() -> None:
    cells = [prose("中文", "zh"), prose("English", "en"), prose("both"), code(said(by_kind(), "zh"), tags=("en",))]
    assert [block["content"][0]["text"] for block in read(notebook(cells), "zh").body] == ["中文", "both"]
    assert len(read(notebook(cells), "en").findings) == 1


def test_a_finding_is_its_sentence_its_caveats_and_its_table() -> None:
    assert kinds([code(said(by_campus("zh"), "zh"))]) == ["sentence", "caveat", "table"]


def test_a_figure_says_what_was_not_said_yet() -> None:
    kind = by_kind()
    assert kinds([code(said(kind, "zh")), code(drawn(bars(kind, "zh"), kind, "zh"))]) == ["sentence", "table", "figure"]
    assert kinds([code(drawn(bars(kind, "zh"), kind, "zh"))]) == ["sentence", "figure"]


def test_a_figure_has_its_findings_title_and_sentence() -> None:
    kind = by_kind()
    *_, figure = read(notebook([code(drawn(bars(kind, "zh"), kind, "zh"))]), "zh").body
    assert (figure["caption"], figure["alt"]) == (kind.title("zh"), kind.sentence("zh"))


def test_a_bare_svg_after_a_finding_in_its_cell_is_that_findings() -> None:
    bare = nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>"})
    *_, figure = read(notebook([code(said(by_kind(), "zh"), bare)]), "zh").body
    assert figure["caption"] == "流失的方式"


@pytest.mark.parametrize("mime", ["image/svg+xml", "image/png"])
def test_a_figure_that_nobody_explains_is_refused(mime: str) -> None:
    cells = [prose("x"), code(nbformat.v4.new_output("display_data", {mime: "x"}))]
    with pytest.raises(RunError) as caught:
        read(notebook(cells), "zh")
    assert caught.value.message("zh") == (
        "第 2 个单元格的图没有标题和文字说明，报告未生成。请用 churnlab.plots.show(ax, finding) 显示该图。"
    )


def test_a_failed_cell_is_refused_without_its_message() -> None:
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="张三 13800000000", traceback=["张三"])
    with pytest.raises(RunError) as caught:
        read(notebook([code(error)]), "zh")
    assert caught.value.message("en") == (
        "Cell 1 failed (KeyError); no report was made. Open the notebook in JupyterLab, mend the cell and run again."
    )


def test_a_cell_that_was_not_run_is_refused() -> None:
    cell = code()
    cell.execution_count = None
    with pytest.raises(RunError) as caught:
        read(notebook([cell]), "en")
    assert caught.value.message("en") == (
        "Cell 1 has not been run; no report was made. Run all cells from the top, then export."
    )
    cell.source = " \n"
    assert read(notebook([cell]), "en").body == []


def test_on_the_first_page_findings_are_cards_and_sentences() -> None:
    large = code(said(headline(), "zh"), tags=("first-page", "kpi"))
    doc = read(notebook([large, code(said(by_campus("zh"), "zh"), tags=("first-page",))]), "zh")
    assert [block["kind"] for block in doc.first] == ["cards", "sentence", "caveat", "caveat"]
    assert doc.body == []
    assert [form["key"] for form in doc.findings] == ["demo.headline", "demo.campus"]


def test_what_the_first_page_says_is_said_again_at_its_place() -> None:
    cells = [code(said(by_kind(), "zh"), tags=("first-page",)), code(said(by_kind(), "zh"))]
    assert kinds(cells) == ["sentence", "table"]


def test_what_is_told_again_below_has_its_caveats_there_and_not_on_the_first_page() -> None:
    first, below = code(said(by_campus("zh"), "zh"), tags=("first-page",)), code(said(by_campus("zh"), "zh"))
    doc = read(notebook([first, below]), "zh")
    assert [block["kind"] for block in doc.first] == ["sentence"]
    assert [block["kind"] for block in doc.body] == ["sentence", "caveat", "table"]
    # What stands in the workbook only is not told below.
    kept = read(notebook([first, code(said(by_campus("zh"), "zh"), tags=("workbook",))]), "zh")
    assert [block["kind"] for block in kept.first] == ["sentence", "caveat"]


def test_a_table_stands_on_the_first_page_where_the_cell_asks_for_it() -> None:
    cell = code(said(by_kind(), "zh"), tags=("first-page", "table"))
    assert [block["kind"] for block in read(notebook([cell]), "zh").first] == ["sentence", "table"]


def test_a_warning_is_said_once_in_a_section() -> None:
    warned = [code(said(finding, "zh")) for finding in (by_campus("zh"), replace(by_kind(), caveats=("demo_small",)))]
    assert kinds(warned).count("caveat") == 1
    assert kinds([warned[0], prose("## 下一节"), warned[1]]).count("caveat") == 2


def test_statements_are_set_one_a_row() -> None:
    table = pd.DataFrame({"n": [1, 2], "campus": ["东", "西"]})
    cell = code(said(Finding(key="demo.kind", table=table), "zh"), tags=("statements", "first-page"))
    assert [block["text"] for block in read(notebook([cell]), "zh").first] == ["东", "西"]


def test_a_kpi_cell_is_cards_anywhere_and_a_workbook_cell_is_in_the_workbook_only() -> None:
    assert kinds([code(said(by_kind(), "zh"), tags=("kpi",))]) == ["cards"]
    doc = read(notebook([code(said(by_kind(), "zh"), tags=("workbook",))]), "zh")
    assert (doc.body, len(doc.findings)) == ([], 1)
    kind = by_kind()
    assert kinds([code(drawn(bars(kind, "zh"), kind, "zh"), tags=("workbook",))]) == []


def test_a_sentence_cell_says_its_sentence_and_what_to_know_and_its_table_is_in_the_workbook() -> None:
    doc = read(notebook([code(said(by_campus("zh"), "zh"), tags=("sentence",))]), "zh")
    assert [block["kind"] for block in doc.body] == ["sentence", "caveat"]
    assert doc.body[0]["sheet"] == "（数表见工作簿“各校区流失率”页。）"
    # Where nothing is in the table, none is named.
    empty = replace(by_campus("zh"), table=by_campus("zh").table.iloc[:0])
    assert "sheet" not in read(notebook([code(said(empty, "zh"), tags=("sentence",))]), "zh").body[0]
    assert [form["key"] for form in doc.findings] == [by_campus("zh").key]
    kind = by_kind()
    assert kinds([code(drawn(bars(kind, "zh"), kind, "zh"), tags=("sentence",))]) == ["sentence"]


def test_prints_frames_and_sources_are_left_out_and_shown_markdown_is_kept() -> None:
    outputs = [
        nbformat.v4.new_output("stream", name="stderr", text="warning"),
        nbformat.v4.new_output("execute_result", {"text/html": "<b>frame</b>", "text/plain": "frame"}),
        nbformat.v4.new_output("display_data", {"text/markdown": ["没有", "数据。"]}),
    ]
    (block,) = read(notebook([code(*outputs)]), "zh").body
    assert block == {"kind": "par", "content": [{"kind": "text", "text": "没有数据。"}]}


def test_a_finding_shown_twice_is_one_sheet() -> None:
    kind = by_kind()
    doc = read(notebook([code(said(kind, "zh"), drawn(bars(kind, "zh"), kind, "zh"))]), "zh")
    assert [form["key"] for form in doc.findings] == ["demo.kind"]


def test_a_single_top_heading_is_the_title_and_levels_are_never_skipped() -> None:
    doc = read(notebook([prose("# 报告\n## 一\n#### 深\n甲\n## 二\n### 三\n乙")]), "zh")
    assert doc.title == "报告"
    assert [block["level"] for block in doc.body if block["kind"] == "heading"] == [1, 2, 1, 2]
    two = read(notebook([prose("# 一\n甲\n# 二\n乙")], title="名字"), "zh")
    levels = [block["level"] for block in two.body if block["kind"] == "heading"]
    assert (two.title, levels) == ("名字", [1, 1])


def test_a_heading_with_nothing_below_it_is_left_out() -> None:
    # 一 holds only what its own heading below holds; 二 is empty, as what stood there was said before; 三 is the last.
    told = said(by_kind(), "zh")
    doc = read(notebook([prose("## 一\n### 甲"), code(told), prose("## 二\n### 乙"), code(told), prose("## 三")]), "zh")
    headings = ["".join(run["text"] for run in block["content"]) for block in doc.body if block["kind"] == "heading"]
    assert headings == ["一", "甲", "二", "乙"]  # the table is set again at its second place
    told = said(replace(by_kind(), table=pd.DataFrame()), "zh")
    doc = read(notebook([prose("## 一\n### 甲"), code(told), prose("## 二\n### 乙"), code(told), prose("## 三")]), "zh")
    assert [block["kind"] for block in doc.body].count("heading") == 2


def test_what_the_metadata_tell() -> None:
    about = {"subtitle": None, "institution": "甲", "month": "2026-10", "as_of": "2026-11-01", "made_up": True}
    doc = read(notebook([], **about), "zh")
    assert (doc.institution, doc.subtitle, doc.campus, doc.made_up) == ("甲", "", "", True)
    assert (doc.period, str(doc.as_of)) == ("2026年10月", "2026-11-01")
    bare = read(nbformat.v4.new_notebook(), "zh")
    assert (bare.title, bare.period, bare.as_of, bare.made_up) == ("churnlab", "", None, False)


def test_reading_changes_nothing() -> None:
    made = notebook([prose("# 报告\n## 一"), code(said(by_kind(), "zh"))])
    before = nbformat.writes(made)
    read(made, "zh")
    assert nbformat.writes(made) == before
    assert FINDING_MIME in made.cells[1].outputs[0].data
