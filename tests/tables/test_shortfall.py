"""Is a reader told that much of what every report needs was set aside?"""

from datetime import datetime
from pathlib import Path

import pytest

import churnlab
from churnlab import churn
from churnlab.settings import Settings
from churnlab.tables.health import too_many_set_aside
from churnlab.tables.loading import check, load
from churnlab.tables.shortfall import shortfall
from churnlab.tables.table_counts import TableCounts
from tests.builders import institution
from tests.exports import LESSONS, some_exports, write

SAID = {
    "zh": "考勤表 10 行中搁置 3 行（30.0%）",
    "en": "Lessons: 3 of 10 rows (30.0%)",
}


def counts(kept: int, set_aside: int) -> TableCounts:
    days = {"": set_aside} if set_aside else {}
    return TableCounts(
        rows_read=kept + set_aside, kept=kept, set_aside=set_aside, days={"": kept}, aside_days={"not_a_date": days}
    )


# 2 of 100 are no more than the 2 % allowed; 3 of 100 are; of refunds, which no report must have, all may be missing.
def test_more_than_the_setting_of_a_required_table_is_too_much():
    assert shortfall({"lessons": counts(98, 2), "refunds": counts(0, 9)}, Settings()) is None
    found = shortfall({"lessons": counts(97, 3), "students": counts(9, 1), "refunds": counts(0, 9)}, Settings())
    assert found == {
        "zh": "考勤表 100 行中搁置 3 行（3.0%）；学员表 10 行中搁置 1 行（10.0%）",
        "en": "Lessons: 3 of 100 rows (3.0%); Students: 1 of 10 rows (10.0%)",
    }
    lenient = Settings.model_validate({"tables": {"set_aside_alarm_share": 0.03}})
    assert shortfall({"lessons": counts(97, 3)}, lenient) is None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    some_exports(tmp_path / "data/raw")
    good = [f"L{number},S1,东,2026-01-31 09:00,到课" for number in range(7)]
    bad = [f"B{number},S1,东,2026-01-30 09:00,跳舞" for number in range(3)]
    write(tmp_path / "data/raw", "考勤.csv", LESSONS, *good, *bad)
    return tmp_path


def test_a_load_and_a_check_end_with_it(home):
    for take in (check, load):
        told = take(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 2)).findings()[-1]
        assert told.key == "tables.shortfall"
        for lang, loud in (("zh", "!!! 搁置过多："), ("en", "!!! Too many rows were set aside: ")):
            assert told.sentence(lang).startswith(loud + SAID[lang])


def test_the_first_page_and_the_rate_say_it_as_of_their_date_until_the_export_is_mended(home):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 2))
    write(home / "data/raw", "考勤.csv", LESSONS, *(f"B{number},S1,东,2026-01-30 09:00,到课" for number in range(3)))
    mended = load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 3))
    assert mended.short is None
    data = churnlab.open(home / "data/store", as_of="2026-02-01", known_by="2026-02-03")
    for ask in (churn.cards, churn.headline, churn.churn_rate):
        found = ask(data, "2026-01")
        assert found.caveats[0] == "churn_set_aside"
        for lang, said in SAID.items():
            assert said in found.warnings(lang)[0]
    data.close()
    # The bad rows are of 30 January: who looks on the 30th does not know them yet.
    early = churnlab.open(home / "data/store", as_of="2026-01-30", known_by="2026-02-03")
    assert too_many_set_aside(early) is None
    early.close()
    now = churnlab.open(home / "data/store", as_of="2026-02-01")
    assert "churn_set_aside" not in churn.churn_rate(now, "2026-01").caveats
    now.close()


def test_of_data_without_files_nothing_is_said():
    assert too_many_set_aside(institution("2026-02-01")) is None
