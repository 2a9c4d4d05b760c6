"""Does a report leave out sections that have nothing to tell, and say so?"""

from dataclasses import replace

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.report.document import Document, read
from churnlab.report.markup import plain
from tests.report.demo import by_kind, code, notebook, prose, said

pytestmark = pytest.mark.usefixtures("words")


def _missing(why: str) -> Finding:
    return Finding(key="missing", table=pd.DataFrame(), facts={"why": why})


def _told(doc: Document) -> list[str]:
    """Return headings, sentences and the closing list's items, in order."""
    lines = list[str]()
    for block in doc.body:
        if block["kind"] in ("heading", "par"):
            lines.append(plain(block["content"]))
        elif block["kind"] == "sentence":
            lines.append(block["text"])
        elif block["kind"] == "list":
            lines += [plain(item[0]["content"]) for item in block["items"]]
    return lines


def test_a_section_of_which_all_data_are_missing_is_only_named_at_the_end() -> None:
    kind = replace(by_kind(), table=pd.DataFrame())
    cells = [
        prose("## 甲"), code(said(kind, "zh")), code(said(_missing("没有电话。"), "zh")),
        prose("### 乙"), code(said(_missing("没有教室。请导入。"), "zh")), code(said(_missing("没有老师。"), "zh")),
        prose("## 丙"), code(said(_missing("没有合同。"), "zh")),
        prose("### 丁"), code(said(_missing("没有课。"), "zh")),
        prose("## 戊\n己"),
    ]  # fmt: skip
    doc = read(notebook(cells), "zh")
    assert _told(doc) == [
        "甲", kind.sentence("zh"), "此处不作结论：没有电话。", "戊", "己",
        "因缺少数据，以下各节未列出：", "乙　没有教室。", "丙　没有合同。",
    ]  # fmt: skip
    # Nothing is lost: the workbook's contents say every reason.
    assert [form["key"] for form in doc.findings].count("missing") == 5
    assert not any("missing" in block for block in doc.body)


def test_a_reason_that_stood_in_a_section_now_gone_is_said_where_it_stands_next() -> None:
    gone, kind = _missing("没有电话。"), replace(by_kind(), table=pd.DataFrame())
    cells = [
        prose("## 甲"), code(said(gone, "zh")), prose("## 乙"), code(said(kind, "zh")), code(said(gone, "zh")),
        code(said(gone, "zh")), prose("## 丙"), code(said(gone, "zh")),
    ]  # fmt: skip
    assert _told(read(notebook(cells), "zh")) == [
        "乙", kind.sentence("zh"), "此处不作结论：没有电话。",
        "因缺少数据，以下各节未列出：", "甲　没有电话。", "丙　没有电话。",
    ]  # fmt: skip


def test_the_first_page_does_not_say_what_is_missing() -> None:
    cells = [code(said(_missing("没有电话。"), "zh"), tags=("first-page",)), prose("## 甲\n乙")]
    doc = read(notebook(cells), "zh")
    assert (doc.first, _told(doc), len(doc.findings)) == ([], ["甲", "乙"], 1)


def test_of_a_reason_its_first_sentence_is_listed() -> None:
    cells = [prose("## A"), code(said(_missing("Of 1.5 km none. Load them"), "en")), prose("## B\nb")]
    assert _told(read(notebook(cells), "en"))[-2:] == ["Not told, as the data are not there:", "A — Of 1.5 km none."]
