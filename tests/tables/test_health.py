from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import churnlab
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings
from churnlab.tables.health import data_health, late_campuses, set_aside
from churnlab.tables.loading import load
from tests.builders import institution
from tests.exports import LESSONS, some_exports, write


def lesson(campus: str | None, day: str) -> dict[str, Any]:
    return {"student_id": "s", "campus": campus, "starts_at": f"{day} 09:00", "status": "present"}


def leads(campus: str, day: str, number: int) -> list[dict[str, Any]]:
    return [{"campus": campus, "created_at": day, "channel": "地推"} for _ in range(number)]


def late(finding: Finding) -> list[tuple[str, str]]:
    shown = finding.presented("en")
    return list(zip(shown["Campus"], shown["Table"], strict=True))


def test_a_campus_whose_lessons_stop_before_the_months_end_is_late():
    #      September      October
    # 东   30             31
    # 西   30             20 ── nothing after
    # 南   30             29 ── within the last three days
    data = institution(
        "2026-11-01",
        lessons=[
            *(lesson(campus, "2026-09-30") for campus in "东西南"),
            lesson("东", "2026-10-31"), lesson("西", "2026-10-20"), lesson("南", "2026-10-29"),
        ],
    )  # fmt: skip
    found = late_campuses(data)
    assert late(found) == [("西", "Lessons")]
    assert found.sentence("en") == (
        "The data of 1 campus for October 2026 are incomplete; the month's figures may be too low."
    )
    assert found.sentence("zh") == "2026年10月有 1 个校区的数据不全，该月数字可能偏低。"


def test_a_campus_that_is_missing_from_one_table_is_late():
    data = institution(
        "2026-11-01",
        lessons=[lesson(campus, day) for campus in "东西" for day in ("2026-09-30", "2026-10-31")],
        leads=[*leads("东", "2026-09-10", 10), *leads("东", "2026-10-10", 1), *leads("西", "2026-09-10", 10)],
    )
    assert late(late_campuses(data)) == [("西", "Leads")]


def test_a_row_without_a_campus_belongs_to_that_of_its_contract():
    paid = [("E1", "2026-09-10"), ("E1", "2026-10-10"), ("E2", "2026-09-10")]
    data = institution(
        "2026-11-01",
        enrolments=[
            {"enrolment_id": name, "signed_at": "2026-01-01", "campus": campus}
            for name, campus in (("E1", "东"), ("E2", "西"))
        ],
        payments=[{"enrolment_id": of, "paid_at": day, "amount": 9.0} for of, day in paid for _ in range(10)],
    )
    assert late(late_campuses(data)) == [("西", "Payments")]


def test_a_campus_with_few_rows_may_have_none_for_once():
    data = institution("2026-11-01", leads=[*leads("东", "2026-10-10", 1), *leads("西", "2026-09-10", 9)])
    assert late(late_campuses(data)) == []


def test_nothing_is_missing_of_a_campus_that_closed():
    data = institution(
        "2026-11-01",
        campuses=[{"campus": "西", "closed_on": "2026-10-20"}],
        lessons=[lesson("西", "2026-09-30"), lesson("西", "2026-10-19")],
    )
    assert late(late_campuses(data)) == []


def test_a_campus_that_opens_is_not_late():
    assert late(late_campuses(institution("2026-11-01", lessons=[lesson("西", "2026-10-05")]))) == []


def test_in_the_middle_of_a_month_the_month_before_is_looked_at():
    rows = [lesson("西", "2026-09-30"), lesson("西", "2026-10-20")]
    assert late_campuses(institution("2026-11-15", lessons=rows)).facts["month"] == late_campuses(
        institution("2026-11-01", lessons=rows)
    ).facts["month"]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    some_exports(tmp_path / "data/raw")
    good = [f"L{number},S1,东,2026-01-31 09:00,到课" for number in range(8)]
    write(tmp_path / "data/raw", "考勤.csv", LESSONS, *good, "L9,S1,东,明天,到课", "L8,S1,东,25-1-1,跳舞")
    return tmp_path


def test_rows_set_aside_are_told_by_table_and_reason(home):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 2))
    found = set_aside(churnlab.open(home / "data/store", as_of="2026-02-01"))
    assert found.sentence("en") == (
        "This counts all rows from before 1 Feb 2026, whatever the month (of each table the latest load): "
        "2 of 14 rows (14.3%) could not be used and were set aside. "
        "For 2 of the rows set aside the date cannot be read; they are counted all the same, "
        "though some may be of a later day."
    )
    shown = found.presented("en")
    assert shown.to_numpy().tolist() == [
        ["Lessons", "Year without its century", "1", "10", "10.0%"],
        ["Lessons", "Not a date", "1", "10", "10.0%"],
    ]


def test_a_mended_export_clears_the_count_and_what_was_known_before_keeps_it(home):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 2))
    write(home / "data/raw", "考勤.csv", LESSONS, "L9,S1,东,2026-01-31,到课")
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 3))
    now = set_aside(churnlab.open(home / "data/store", as_of="2026-02-01"))
    assert now.sentence("en") == "All 5 rows from before 1 Feb 2026 were used; none was set aside."
    then = set_aside(churnlab.open(home / "data/store", as_of="2026-02-01", known_by="2026-02-03"))
    assert then.facts["set_aside"] == 2


def lessons_loaded(home: Path, on: str, *rows: str) -> None:
    write(home / "data/raw", "考勤.csv", LESSONS, *rows)
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime.fromisoformat(on))


def lessons_set_aside(home: Path, as_of: str, **known: str) -> list[list[str]]:
    data = churnlab.open(home / "data/store", as_of=as_of, **known)  # type: ignore[arg-type]
    shown = set_aside(data).presented("en").to_numpy().tolist()
    data.close()
    return [row[1:4] for row in shown]


def test_a_row_set_aside_counts_from_the_day_after_its_own_date(home):
    #            31 January           │ 1 February
    # present    L1                   │ L2
    # 跳舞       L3                   │ L4                 and L5, whose date nobody can read
    lessons_loaded(
        home, "2026-02-03",
        "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,2026-02-01 09:00,到课", "L3,S1,东,2026-01-31 10:00,跳舞",
        "L4,S1,东,2026-02-01 10:00,跳舞", "L5,S1,东,明天,到课",
    )  # fmt: skip
    assert lessons_set_aside(home, "2026-01-31") == [["Not a date", "1", "1"]]
    assert lessons_set_aside(home, "2026-02-01") == [["Not a date", "1", "3"], ["Unknown word", "1", "3"]]
    assert lessons_set_aside(home, "2026-02-02") == [["Unknown word", "2", "5"], ["Not a date", "1", "5"]]


def test_a_load_of_later_rows_moves_no_earlier_count_but_for_rows_without_a_date(home):
    lessons_loaded(home, "2026-02-03", "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,2026-01-31 10:00,跳舞")
    before = lessons_set_aside(home, "2026-02-01")
    assert before == [["Unknown word", "1", "2"]]
    lessons_loaded(home, "2026-03-03", "L3,S1,东,2026-02-28 09:00,到课", "L4,S1,东,2026-02-28 10:00,跳舞")
    assert lessons_set_aside(home, "2026-02-01") == before
    assert lessons_set_aside(home, "2026-03-01") == [["Unknown word", "1", "2"]]
    lessons_loaded(home, "2026-04-03", "L5,S1,东,2026-03-31 09:00,到课", "L6,S1,东,明天,到课")
    lessons_loaded(home, "2026-04-04", "L5,S1,东,2026-03-31 09:00,到课", "L6,S1,东,明天,到课")
    assert lessons_set_aside(home, "2026-02-01") == [["Not a date", "1", "3"], ["Unknown word", "1", "3"]]
    assert lessons_set_aside(home, "2026-02-01", known_by="2026-04-03") == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_known_of_no_file_is_said(lang):
    for finding in data_health(institution("2026-11-01")):
        assert finding.title(lang)
        assert finding.sentence(lang)
        assert len(finding.presented(lang)) == 0


def test_where_no_record_names_a_campus_none_is_said_to_be_complete() -> None:
    data = institution("2026-11-01", lessons=[lesson(None, "2026-10-31")])
    found = late_campuses(data)
    assert found.sentence("en") == "No record names a campus, so nothing is said of late ones."
    assert found.sentence("zh") == "记录中没有校区，无从核对是否交齐。"
