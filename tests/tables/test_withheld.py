"""Does a row that could not be taken keep what stands of it, where an export replaces its months?"""

from datetime import datetime
from pathlib import Path

import pytest

from churnlab.settings import Settings, Tables
from churnlab.tables.load_report import LoadReport
from churnlab.tables.loading import load
from churnlab.tables.store import Store
from tests.exports import LESSONS, some_exports, write

SETTINGS = Settings(tables=Tables(replace_months=("lessons",)))
WEST = "L5,S2,西,2026-01-12 09:00,到课"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    some_exports(tmp_path / "data/raw")
    return tmp_path


def loaded(home: Path, day: int) -> LoadReport:
    return load(home / "data/raw", home=home, settings=SETTINGS, loaded_at=datetime(2026, 3, day))


def standing(home: Path) -> list[str]:
    return sorted(Store(home / "data/store").standing()["lessons"]["lesson_id"])


def not_closed(report: LoadReport) -> list[tuple[int, str]]:
    return [(told["n"], told["months"]) for key, told in report.warnings if key == "warning.replacing.not_closed"]


def test_a_row_set_aside_in_the_new_export_stays_and_one_that_is_not_in_it_goes(home):
    # stands  L1 and L3 at 东, L2 at 西        new export  L3, L5 at 西, and L1 with a status that cannot be read
    loaded(home, 1)
    write(
        home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,神游", "L3,S1,东,2026-01-31 09:00,到课", WEST
    )
    report = loaded(home, 2)
    assert report.tables["lessons"].removed == 1
    assert standing(home) == ["L1", "L3", "L5"]
    assert not_closed(report) == []


# stands: L1 10 Jan, L3 31 Jan, L4 10 Feb        new export: L6 12 Jan, L7 12 Feb, and a row that cannot be taken
@pytest.mark.parametrize(
    ("bad", "stay", "told"),
    [
        ("L1,S1,东,有一天,到课", ["L1"], []),  # its id is known: it alone stays
        (",,东,2026-01-10 09:00,到课", ["L1", "L3"], [(1, "2026-01")]),  # it may be any of January's
        (",S1,东,有一天,到课", ["L1", "L3", "L4"], [(1, "2026-01, 2026-02")]),  # it may be any
        ("L9,S1,东,2026-01-10 09:00,到课,多,出,来,的", ["L1", "L3", "L4"], [(1, "2026-01, 2026-02")]),  # not even read
        (",,东,2026-03-10 09:00,到课", [], []),  # in March nothing would be closed
    ],
)
def test_where_the_key_of_a_row_set_aside_cannot_be_told_its_month_is_not_closed(home, bad, stay, told):
    write(home / "data/raw", "考勤2月.csv", LESSONS, "L4,S1,东,2026-02-10 09:00,到课")
    loaded(home, 1)
    new = ("L6,S1,东,2026-01-12 09:00,到课", "L7,S1,东,2026-02-12 09:00,到课")
    write(home / "data/raw", "考勤新.csv", LESSONS, *new, bad)
    report = loaded(home, 2)
    assert report.tables["lessons"].set_aside == 1
    assert standing(home) == sorted(["L2", *stay, "L6", "L7"])
    assert not_closed(report) == told
    # The file is known now: it covers nothing, and its bad row stands in nobody's way.
    write(home / "data/raw", "考勤新二.csv", LESSONS, *new)
    assert not_closed(report := loaded(home, 3)) == []
    assert standing(home) == ["L2", "L6", "L7"]


def test_a_row_without_an_id_is_known_again_by_student_and_time(home):
    # stands  S1 on 10 and on 12 January, without ids        new export  the first with a status that cannot be read
    rows = [",S1,东,2026-01-10 09:00,到课", ",S1,东,2026-01-12 09:00,到课"]
    write(home / "data/raw", "考勤.csv", LESSONS, *rows, ",S1,东,2026-01-14 09:00,到课")
    loaded(home, 1)
    write(home / "data/raw", "考勤.csv", LESSONS, rows[0].replace("到课", "神游"), rows[1])
    report = loaded(home, 2)
    assert (report.tables["lessons"].removed, not_closed(report)) == (1, [])
    assert len(standing(home)) == 2


def test_a_row_at_a_campus_that_does_not_exist_keeps_what_stands(home):
    loaded(home, 1)
    write(home / "data/raw", "校区.csv", "校区", "东", "西")
    write(
        home / "data/raw", "考勤.csv", LESSONS,
        "L1,S1,冬,2026-01-10 09:00,到课", "L3,S1,东,2026-01-31 09:00,到课", "L2,S2,西,2026-01-11 09:00,请假",
    )  # fmt: skip
    report = loaded(home, 2)
    assert (report.tables["lessons"].removed, not_closed(report)) == (0, [])
    assert standing(home) == ["L1", "L2", "L3"]
