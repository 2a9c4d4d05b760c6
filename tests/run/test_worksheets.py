"""Is a worksheet read back as it was written, and open only where it is to be filled in?"""

from datetime import date
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from churnlab.i18n import text
from churnlab.run.worksheets import _word, worksheet
from churnlab.tables.mapping import Mapping
from churnlab.tables.reading import read
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import Asked, parser, short

OFFERED = {"calls": ("arm", "outcome", "reason_code"), "exits": ("reason_code", "kept_by", "method")}
CALLS = TABLES["calls"]
ROWS = pd.DataFrame({
    "student_id": ["0123456789abcdef01234567", "=1+1"],
    "arm": ["call", "call"],
    "assigned_at_random": [True, False],
    "made_on": [date(2026, 11, 1)] * 2,
    "churn_probability": [0.3125, 0.5],
    "saved_value_cny": [812.5, None],
    "call_id": ["CL1-1", "CL1-2"],
    "list_id": ["CL1", "CL1"],
})  # fmt: skip
FILL = ("called_at", "outcome", "reason_code", "text")


def made(lang, **more):
    notes = ["First do this.", "Then that."]
    return worksheet(CALLS, ROWS, fill=FILL, lang=lang, made_on=date(2026, 11, 1), notes=notes, **more)


@pytest.mark.parametrize(("lang", "call", "yes"), [("zh", "联系", "是"), ("en", "to be called", "yes")])
def test_a_worksheet_is_read_back_without_a_mapping_and_its_notes_are_passed_over(lang, call, yes, tmp_path):
    (tmp_path / "朝阳.xlsx").write_bytes(made(lang))
    reading = read(tmp_path, Mapping())
    (sheet,) = reading.sheets
    assert (reading.warnings, sheet.warnings, sheet.ignored_columns) == ([], [], ())
    assert sheet.table is CALLS
    first = sheet.rows.iloc[0]
    assert first["student_id"] == "0123456789abcdef01234567"
    assert (first["arm"], first["assigned_at_random"], first["made_on"]) == (call, yes, "2026-11-01")
    assert (first["churn_probability"], first["saved_value_cny"]) == ("31.25%", "812.5")
    assert sheet.rows["student_id"].iloc[1] == "=1+1"
    assert sheet.rows["outcome"].tolist() == ["", ""]


def test_only_what_is_to_be_filled_in_is_open_and_offers_its_words():
    book = openpyxl.load_workbook(BytesIO(made("zh")))
    sheet, page = book.worksheets
    heads = [cell.value for cell in sheet[1]]
    assert heads[:2] == ["学号", "分组"]
    assert heads[-4:] == ["联系时间", "联系结果", "流失原因", "联系内容"]
    assert all(of.protection.sheet for of in (sheet, page))
    assert [cell.protection.locked for cell in sheet[2]] == [True] * 8 + [False] * 4
    assert all(cell.protection.locked for cell in sheet[1])
    # Sorting would be refused by Excel as long as any cell is locked; filtering works.
    assert (sheet.protection.sort, sheet.protection.autoFilter) == (True, False)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["I2:I3"].type, rules["I2:I3"].formula1, rules["I2:I3"].formula2) == ("date", "46327", "TODAY()+1")
    assert "2026年11月1日" in rules["I2:I3"].error
    offered = {place: rule.formula1 for place, rule in rules.items() if rule.type == "list"}
    assert set(offered) == {"J2:J3", "K2:K3"}
    title, place = offered["J2:J3"].rsplit("!", 1)
    assert title == "'填写说明'"
    assert [row[0].value for row in page[place.replace("$", "")]] == ["愿意留下", "再考虑", "决定离开", "未接通"]
    assert page["A1"].value == "First do this."


def test_words_may_be_given_for_an_open_column_and_the_same_rows_give_the_same_bytes():
    book = openpyxl.load_workbook(BytesIO(made("en", choices={"text": ["one", "two"]})))
    rules = [str(rule.sqref) for rule in book.worksheets[0].data_validations.dataValidation]
    assert "L2:L3" in rules
    assert made("en") == made("en")


def test_a_worksheet_without_rows_has_headers_only():
    sheet = worksheet(CALLS, ROWS.head(0), fill=FILL, lang="zh", made_on=date(2026, 11, 1), notes=["无"])
    assert openpyxl.load_workbook(BytesIO(sheet)).worksheets[0].max_row == 1


def test_a_worksheet_without_the_key_is_refused():
    with pytest.raises(AssertionError, match="needs"):
        worksheet(CALLS, ROWS.drop(columns="call_id"), fill=FILL, lang="zh", made_on=date(2026, 11, 1), notes=[])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("table", "name"),
    [(of, name) for of, names in OFFERED.items() for name in names],
)
def test_every_word_is_the_reports_own_and_is_read_back(table, name, lang):
    column = TABLES[table].column(name)
    words = {code: _word(code, column, lang) for code in column.codes}
    assert len(set(words.values())) == len(words)
    # None is a code in a reader's place.
    assert not [word for word in words.values() if "_" in word or (lang == "zh" and word.isascii())]
    read_back = parser(Asked(column=column))
    assert {code: read_back(short(word)) for code, word in words.items()} == {code: code for code in words}
    if name == "reason_code":
        assert words == {code: text(f"code.reason.{code}", lang) for code in words}


def test_headers_of_a_language_are_of_one_kind():
    heads = [cell.value for cell in openpyxl.load_workbook(BytesIO(made("en"))).worksheets[0][1]]
    assert heads[:2] == ["Student id", "Arm"]
    assert all(head[0].isupper() and "_" not in head for head in heads)
