"""Does a week of a hundred complaints at one campus end `churnlab watch` with 3, from the exports to the file?"""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from churnlab import cli
from churnlab.i18n import text

pytestmark = pytest.mark.slow

CAMPUS, PLANTED = "浦东校区", 100
DAY = "2026年10月28日 15:00"  # in the sample's last whole week, from Monday the 26th


def left(*arguments: str) -> int:
    """Return the code with which a command ends."""
    with pytest.raises(SystemExit) as end:
        cli.main([*arguments])
    return int(end.value.code or 0)


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """The exports of a small made-up institution, whose last weeks are like those before."""
    folder = tmp_path_factory.mktemp("watched")
    assert left("sample", "--students", "300", "--seed", "7", "--to", str(folder / "sample")) == 0
    return folder / "sample"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for variable in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path)
    assert left("init") == 0
    return tmp_path


def complained(exports: Path, place: Path) -> Path:
    """Copy the exports with so many complaints more, all of one day and one campus."""
    folder = Path(shutil.copytree(exports, place / "more"))
    book = openpyxl.load_workbook(folder / "投诉.xlsx")
    sheet = book.active
    assert [sheet.cell(2, column).value for column in (3, 5)] == ["校区(*)", "投诉时间(*)"]
    for number in range(PLANTED):
        sheet.append([f"P{number:03}", None, CAMPUS, "热线", DAY, *[None] * 2, "教学质量", "一般"])
    book.save(folder / "投诉.xlsx")
    return folder


def watched(home: Path) -> dict:
    files = sorted(home.glob("reports/*/watch/all.json"))
    assert [file.parent.parent.name for file in files] == ["2026-W44"]
    return json.loads(files[0].read_text(encoding="utf-8"))


def test_a_hundred_complaints_of_one_week_are_told_with_their_campus(home, exports, capsys):
    assert left("load", str(complained(exports, home))) == 0
    capsys.readouterr()
    assert left("watch", "--without-model", "--lang", "en") == 3
    said, written = capsys.readouterr().out, watched(home)
    assert CAMPUS in said
    assert text("code.watch_measure.complaints", "en") in said
    rows = next(one for one in written["findings"]["en"] if one["key"] == "watch.alerts")["rows"]
    # which of the two is the less likely is the sample's
    assert sorted(row[:2] for row in rows) == [["Complaints", "all campuses"], ["Complaints", CAMPUS]]
    assert written["alarms"] == 2
    assert (home / "reports/2026-W44/watch/all.en.xlsx").is_file()


def test_without_them_the_same_week_is_quiet(home, exports, capsys):
    assert left("load", str(exports)) == 0
    assert left("watch", "--without-model", "--lang", "en") == 0
    assert watched(home)["alarms"] == 0
    assert CAMPUS not in next(one for one in watched(home)["findings"]["en"] if one["key"] == "watch.alerts")["rows"]
