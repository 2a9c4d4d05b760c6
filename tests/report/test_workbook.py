"""The workbook holds the raw values of every table, typed, and no formula."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang
from churnlab.report.document import Document
from churnlab.report.workbook import workbook, write
from tests.report.demo import code, demo, notebook, said

pytestmark = pytest.mark.usefixtures("words")


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def of(table: pd.DataFrame, lang: Lang = "zh") -> Workbook:
    finding = Finding(key="demo.kind", table=table)
    return opened(workbook(notebook([code(said(finding, lang))]), lang))


def test_contents_first_then_a_sheet_for_each_finding() -> None:
    book = opened(workbook(demo("zh"), "zh"))
    assert book.sheetnames == [
        "目录",
        "本月要点",
        "各校区流失率",
        "流失的方式",
        "学员留存曲线（按校区）",
        "最需要联系的学员",
        "哪些因素与流失有关",
    ]
    contents = book["目录"]
    assert contents["A7"].value == "各校区流失率"
    assert contents["A7"].hyperlink.location == "'各校区流失率'!A1"
    assert contents["B7"].value == "南山校区流失率最高（4.9%），福田最低；差别超出偶然波动。"
    assert contents["C7"].value == "罗湖校区人数不多，区间较宽，请勿据此排名。"
    assert "虚构" in contents["A3"].value


def test_values_are_raw_and_typed() -> None:
    table = pd.DataFrame(
        {
            "month": [date(2026, 10, 1)],
            "demo_last_on": [date(2026, 10, 31)],
            "end_kind": ["dormant"],
            "churn_rate": [0.0494],
            "churn_rate_low": [0.0409],
            "churn_rate_high": [0.0595],
            "demo_amount_cny": [412350.5],
            "churned": [7],
        }
    )
    head, row = of(table)["流失的方式"].iter_rows()
    assert [cell.value for cell in head] == [
        "月份",
        "最近上课",
        "结束方式",
        "流失率",
        "流失率（下限）",
        "流失率（上限）",
        "流失学员剩余学费",
        "流失",
    ]
    assert [(cell.value, cell.number_format) for cell in row] == [
        (datetime(2026, 10, 1), "yyyy-mm"),
        (datetime(2026, 10, 31), "yyyy-mm-dd"),
        ("不再来上课", "General"),
        (0.0494, "0.0%"),
        (0.0409, "0.0%"),
        (0.0595, "0.0%"),
        (412350.5, '"¥"#,##0.00'),
        (7, "General"),
    ]


def test_unknown_values_are_empty_cells() -> None:
    _, row = of(pd.DataFrame({"campus": [None], "churn_rate": [float("nan")], "churned": [1]}))[
        "流失的方式"
    ].iter_rows()
    assert [cell.value for cell in row] == [None, None, 1]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "https://a.b", "007", "{=1}", "-"])
def test_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    sheet = of(pd.DataFrame({"campus": [text], "churned": [1]}))["流失的方式"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].hyperlink) == (text, "s", None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_notebook_gives_the_same_bytes(lang: Lang) -> None:
    content = workbook(demo(lang), lang)
    assert content == workbook(demo(lang), lang)
    assert {item.date_time for item in zipfile.ZipFile(BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(content).properties
    assert (properties.created, properties.modified) == (datetime(2026, 11, 1), datetime(2026, 11, 1))
    assert properties.creator in (None, "")


def test_what_nobody_sees_is_taken_out() -> None:
    content = write(Document(lang="zh", title="a\x00b\ud800\u202ec", institution="\x1b甲"))
    assert opened(content).properties.title == "abc"


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_can_be_read_back(text: str) -> None:
    form = {"key": "k", "counted": "student", "title": text, "sentence": text, "warnings": [text]}
    form["raw"] = {"names": ["campus"], "dates": [], "rows": [[text]]}
    book = opened(write(Document(lang="zh", title=text, findings=[form])))
    assert len(book.sheetnames) == 2
