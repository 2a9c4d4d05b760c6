"""Does the data dictionary say what the contract says?"""

from pathlib import Path

import pytest

from churnlab.i18n import LANGUAGES
from churnlab.tables.dictionary import dictionary, file_name, write
from churnlab.tables.schemas import TABLES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_committed_page_is_up_to_date(lang):
    committed = (DOCS / file_name(lang)).read_text(encoding="utf-8")
    assert committed == dictionary(lang), "write it anew: see the first lines of churnlab/tables/dictionary.py"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_has_its_row_and_every_row_as_many_cells(lang):
    rows = [line for line in dictionary(lang).splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(table.exported) for table in TABLES.values())
    assert {row.count(" | ") for row in rows} == {6}


def test_a_column_is_described_in_both_languages():
    status = "| `status` | 到课状态 | {kind} | {required} |  | {known} | {codes} |"
    codes = ["`present` 到课", "`late` 迟到", "`leave` 请假", "`absent` 未到/旷课"]
    assert status.format(kind="代码", required="是", known="随本行", codes="取值：" + "、".join(codes)) in dictionary(
        "zh"
    )
    assert status.format(
        kind="code", required="yes", known="with its row", codes="Values: " + ", ".join(codes)
    ) in dictionary("en")


def test_the_pages_are_written_where_they_are_read(tmp_path):
    write(tmp_path)
    assert sorted(page.name for page in tmp_path.iterdir()) == ["data-dictionary.en.md", "data-dictionary.zh.md"]
    assert (tmp_path / "data-dictionary.zh.md").read_bytes() == dictionary("zh").encode()
