"""Do cases go out as a worksheet, come back filled in, and count before what had been said?"""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from churnlab.churn.causes.stated import stated
from churnlab.errors import NotEnoughData, OrderError, SettingsError
from churnlab.i18n import text
from churnlab.run import interviews
from churnlab.run.interviews import Interviews, make_worksheets
from churnlab.settings import Settings, Tables
from churnlab.synthetic import make_sample
from churnlab.tables.door import fetch
from churnlab.tables.faults import message
from churnlab.tables.loading import load
from churnlab.tables.store import open_data
from churnlab.wording import Said
from tests.exports import ENROLMENTS, LESSONS, STUDENTS, write

HEADS = {
    "zh": ("流失原因", "登记人", "访谈内容"),
    "en": ("Reason code", "Staff id", "Text"),
}
TEACHER = {"zh": "换老师", "en": "Change of teacher"}
ASKED = {
    "zh": ("流失原因", "能留住的做法", "当时怎样做能留住"), "en": ("Reason code", "Kept by", "Could have kept"),
}  # fmt: skip
KEPT = {"zh": "换老师或老师稳定", "en": "another teacher, or the same one for longer"}
DAY = {"zh": "登记日期", "en": "Recorded on"}


@pytest.fixture
def home(tmp_path: Path, picked) -> Path:
    """A store of January 2026 with two students; both left, and said why by phone."""
    raw = tmp_path / "data/raw"
    write(raw, "学员.csv", STUDENTS, "S1,王芳,13800001111,东,2026-01-02", "S2,李雷,13800002222,西,2026-01-03")
    write(
        raw, "学员课程.csv", ENROLMENTS,
        "E1,S1,东,数学,新签,按课时,2026-01-02,1200", "E2,S2,西,英语,新签,按课时,2026-01-03,2400.50",
    )  # fmt: skip
    write(raw, "考勤.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,到课", "L2,S2,西,2026-01-31 09:00,到课")
    write(
        raw, "流失登记.csv", "学号,单号,流失日期,流失原因,登记方式",
        "S1,,2026-01-20,价格太高,电话回访", "S2,,2026-01-21,价格太高,电话回访",
    )  # fmt: skip
    (raw / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    take(tmp_path, day=1)
    return tmp_path


def take(home: Path, *, day: int):
    return load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 12, day))


def exits(home: Path) -> list[list[str]]:
    data = open_data(home / "data/store", as_of="2026-03-01")
    rows = fetch(data.table("exits").order_by(["student_id", "method"]))
    data.close()
    return rows[["student_id", "method", "reason_code"]].to_numpy().tolist()


@pytest.fixture
def picked(monkeypatch) -> None:
    """Pick both by hand."""
    rows = pd.DataFrame({
        "unit_id": ["S1", "S2"], "student_id": ["S1", "S2"], "campus": ["东", "西"],
        "left_on": pd.to_datetime(["2026-01-20", "2026-01-21"]), "department": "market", "reason": ["price", None],
        "case": ["typical", "extreme"],
        "picked_because": [Said("causes.cases.why.stayed", {"days": 19, "cause": "x"})] * 2,
    })  # fmt: skip
    by_campus = lambda risk, campus: rows[rows["campus"] == campus] if campus else rows  # noqa: E731
    monkeypatch.setattr(interviews, "chosen_cases", by_campus)


def fill(file: Path, to: Path, row: int, lang: str, day: object = datetime(2026, 2, 1)) -> None:
    """Fill one row in, as somebody with Excel would, and put the file among the exports."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    told = dict(zip(HEADS[lang], (TEACHER[lang], "T1", "换了三次老师"), strict=True)) | {DAY[lang]: day}
    for head, value in told.items():
        sheet.cell(row=row, column=heads.index(head) + 1, value=value)
    book.save(to)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_worksheet_is_loaded_as_it_is_and_stands_beside_the_call(home, lang):
    (made,) = make_worksheets(home=home, settings=Settings(), lang=lang)
    file = home / "interviews/2026-01/all.xlsx"
    assert made == Interviews(campus="", worksheet=file, cases=2, was_made=False)
    assert exits(home) == [["S1", "phone", "price"], ["S2", "phone", "price"]]
    fill(file, home / "data/raw/访谈.xlsx", 2, lang)
    report = take(home, day=2)
    # Interviews are of those who left before: no month's file was handed in again.
    assert "warning.between.nothing_new" not in [key for key, _ in report.warnings]
    assert exits(home) == [["S1", "interview", "teacher_change"], ["S1", "phone", "price"], ["S2", "phone", "price"]]
    # The row of S2 was left blank: it is no fault to be mended, and counted as not filled in.
    assert report.set_aside.empty
    counts = report.tables["exits"]
    assert counts.unfilled == 1
    assert counts.rows_read == counts.kept + counts.lines
    assert "Not filled in" in report.finding().presented("en")
    assert "还没填" in report.finding().presented("zh")
    assert take(home, day=3)
    assert len(exits(home)) == 3


@pytest.mark.parametrize(
    ("day", "reason"),
    [(None, "no_day_of_talk"), ("周二", "no_day_of_talk"), (datetime(2026, 12, 3), "talk_to_come")],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_talk_of_no_day_or_of_one_to_come_is_set_aside_and_changes_no_report_of_before(home, lang, day, reason):
    (made,) = make_worksheets(home=home, settings=Settings(), lang=lang)
    before = exits(home)
    fill(made.worksheet, home / "data/raw/访谈.xlsx", 2, lang, day)
    report = take(home, day=2)
    assert report.set_aside[["row", "column", "reason"]].to_numpy().tolist() == [[2, "recorded_on", reason]]
    assert report.tables["exits"].set_aside == 1
    assert exits(home) == before
    said = message(report.set_aside.iloc[0].to_dict(), lang)
    assert {"zh": "请填访谈当天的日期", "en": "Write the day of the talk"}[lang] in said


def test_where_no_talk_has_a_day_it_counts_as_held_when_she_left(home):
    write(home / "data/raw", "面谈.csv", "学号,流失日期,流失原因,登记方式", "S1,2026-01-20,换老师,面谈")
    assert take(home, day=2).set_aside.empty
    assert exits(home)[0] == ["S1", "interview", "teacher_change"]


def test_the_sheet_offers_the_reasons_and_asks_the_questions(home):
    (made,) = make_worksheets(home=home, settings=Settings(), lang="zh")
    sheet, page = openpyxl.load_workbook(made.worksheet).worksheets
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert (row["学号"], row["登记方式"], row["登记的原因"], row["类型"]) == ("S1", "面谈", "价格", "典型")
    assert row["流失日期"] == datetime(2026, 1, 20)
    assert "王芳" not in str([cell.value for line in sheet.iter_rows() for cell in line])
    told = [line[0].value for line in page.iter_rows() if line[0].value]
    assert "访谈提纲（先听，后问；不辩解，不推销）：" in told
    offered = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(offered) == 2  # the reason, and what could have kept them
    assert row["登记日期"] is None  # a day that stood there would be left standing


def test_a_worksheet_that_was_written_is_left_as_it_is(home):
    (made,) = make_worksheets(home=home, settings=Settings(), lang="zh")
    made.worksheet.write_bytes(b"filled in")
    (again,) = make_worksheets(home=home, settings=Settings(), lang="zh")
    assert again.was_made
    assert made.worksheet.read_bytes() == b"filled in"


def test_each_campus_asked_for_has_a_worksheet_of_its_own(home):
    made = make_worksheets(home=home, settings=Settings(), lang="zh", campuses=("东", "西"), week="2026-W04")
    assert [(one.campus, one.cases, one.worksheet.relative_to(home).as_posix()) for one in made] == [
        ("东", 1, "interviews/2026-W04/东.xlsx"), ("西", 1, "interviews/2026-W04/西.xlsx"),
    ]  # fmt: skip


def test_what_cannot_be_is_refused(home, monkeypatch):
    with pytest.raises(OrderError):
        make_worksheets(home=home, settings=Settings(), lang="zh", month="2026-01", week="2026-W04")
    with pytest.raises(SettingsError) as error:
        make_worksheets(home=home, settings=Settings(tables=Tables(replace_months=("exits",))), lang="en")
    assert "close the other exits" in error.value.message("en")
    monkeypatch.setattr(interviews, "chosen_cases", lambda risk, campus: pd.DataFrame())
    with pytest.raises(NotEnoughData):
        make_worksheets(home=home, settings=Settings(), lang="zh")


def test_sheets_of_both_languages_have_the_same_questions():
    zh, en = (text("interviews.notes", lang, campus="x", last_on=date(2026, 2, 1)).split("\n") for lang in ("zh", "en"))
    assert len(zh) == len(en)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_could_have_kept_her_is_stored_without_names_and_seen_from_the_day_of_the_talk(home, lang):
    (made,) = make_worksheets(home=home, settings=Settings(), lang=lang)
    book = openpyxl.load_workbook(made.worksheet)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for head, value in zip(ASKED[lang], (TEACHER[lang], KEPT[lang], "王芳说不换老师就留下"), strict=True):
        sheet.cell(2, at[head], value)
    sheet.cell(2, at[DAY[lang]], datetime(2026, 2, 10))
    book.save(home / "data/raw/访谈.xlsx")
    take(home, day=2)
    data = open_data(home / "data/store", as_of="2026-02-11")
    rows = fetch(data.table("exits").filter(data.table("exits").method == "interview"))
    earlier = fetch(data.before(date(2026, 2, 10)).table("exits"))
    data.close()
    assert rows["kept_by"].tolist() == ["teacher"]
    assert "不换老师就留下" in rows["could_have_kept"].iloc[0]
    assert "王芳" not in rows["could_have_kept"].iloc[0]
    assert earlier["method"].tolist() == ["phone", "phone"]


@pytest.mark.slow
def test_of_the_made_up_institution_the_interview_is_what_was_stated(tmp_path):
    make_sample(tmp_path / "data/raw", students=300, seed=1)
    take(tmp_path, day=1)
    (made,) = make_worksheets(home=tmp_path, settings=Settings(), lang="zh")
    fill(made.worksheet, tmp_path / "data/raw/访谈.xlsx", 2, "zh", datetime(2026, 11, 1))
    sheet = openpyxl.load_workbook(made.worksheet).worksheets[0]
    student = sheet.cell(row=2, column=1).value
    take(tmp_path, day=2)
    data = open_data(tmp_path / "data/store", as_of="2026-11-02")
    row = stated(data).set_index("student_id").loc[student]
    data.close()
    assert (row["source"], row["reason"], row["department"]) == ("interview", "teacher_change", "teaching")
