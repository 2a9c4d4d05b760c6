from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.oulad.known_by_day import known
from churnlab.oulad.published import Published, read
from tests.oulad import zips


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read(zips.write(tmp_path_factory.mktemp("zip") / "oulad.zip"))


def _at(found: Published, day: int, **choices: bool) -> pd.DataFrame:
    return known(found, day=day, **choices).set_index("unit_id")


# Still enrolled on the evening of day 50 of AAA 2013J: 1, 2 (leaves on 60), 4 (on 100), 7, 8, 10 (on 300).
# Not: 3 (nobody knows when), 5 and 9 (never began), 6 (left on 0). AAA 2014J 1 left on 30; BBB 2013B 1 is there.
def test_those_still_enrolled_are_there_with_what_became_of_them(few: Published) -> None:
    assert _at(few, 50)["churned"].to_dict() == {
        "AAA-2013J-1": False, "AAA-2013J-10": True, "AAA-2013J-2": True, "AAA-2013J-4": True, "AAA-2013J-7": False,
        "AAA-2013J-8": False, "BBB-2013B-1": False,
    }  # fmt: skip


@pytest.mark.parametrize(("day", "is_there"), [(19, False), (20, True), (59, True), (60, True)])
def test_who_registers_on_the_day_is_there(few: Published, day: int, is_there: bool) -> None:
    assert ("AAA-2013J-7" in _at(few, day).index) == is_there


@pytest.mark.parametrize(("day", "is_there"), [(59, True), (60, False), (61, False)])
def test_who_unregisters_on_the_day_is_not(few: Published, day: int, is_there: bool) -> None:
    assert ("AAA-2013J-2" in _at(few, day).index) == is_there
    assert "AAA-2013J-2" in _at(few, day, with_withdrawn=True).index


# Student 1: assessment 11 (due 19, handed in 18, 80), 12 (due 54, handed in 50, 60).
# Student 2: assessment 11 handed in on 25, without a score. Student 7: nothing.
def test_assessments_by_day_50_are_as_by_hand(few: Published) -> None:
    names = ["assessments_due", "handed_in", "missed", "mean_score", "days_since_handing_in"]
    rows = _at(few, 50)[names]
    np.testing.assert_array_equal(rows.loc["AAA-2013J-1"], [1, 2, 0, (80 + 60) / 2, 0])
    np.testing.assert_array_equal(rows.loc["AAA-2013J-2"], [1, 1, 0, np.nan, 25])
    np.testing.assert_array_equal(rows.loc["AAA-2013J-7"], [1, 0, 1, np.nan, np.nan])
    np.testing.assert_array_equal(rows.loc["BBB-2013B-1"], [0, 0, 0, np.nan, np.nan])


def test_what_is_handed_in_late_was_missed_until_then(few: Published) -> None:
    assert _at(few, 24).loc["AAA-2013J-2", "missed"] == 1
    assert _at(few, 25).loc["AAA-2013J-2", "missed"] == 0


# Student 1 clicked 7 times on day -3, 5 times on day 40, 9 times on day 51.
def test_clicks_by_day_50_are_as_by_hand(few: Published) -> None:
    names = ["clicks", "clicks_28d", "days_active_28d", "days_since_click"]
    rows = _at(few, 50, with_clicks=True)[names]
    np.testing.assert_array_equal(rows.loc["AAA-2013J-1"], [7 + 5, 5, 1, 10])
    np.testing.assert_array_equal(rows.loc["AAA-2013J-2"], [3, 0, 0, 40])
    np.testing.assert_array_equal(rows.loc["AAA-2013J-4"], [0, 0, 0, np.nan])


def test_the_window_of_four_weeks_ends_on_the_day(few: Published) -> None:
    recent = [_at(few, day, with_clicks=True).loc["AAA-2013J-1", "clicks_28d"] for day in (39, 40, 50, 51, 67, 68)]
    assert recent == [0, 5, 5, 5 + 9, 5 + 9, 9]


@pytest.mark.parametrize("day", [0, 20, 50])
def test_the_future_changes_nothing_but_the_outcome(tmp_path: Path, day: int) -> None:
    parts = zips.tables()
    done, clicked, enrolled = parts["studentAssessment"], parts["studentVle"], parts["studentRegistration"]
    left = enrolled["date_unregistration"]
    changed = parts | {
        "studentAssessment": done.assign(score=done["score"].mask(done["date_submitted"] > day, 1)),
        "studentVle": clicked.assign(sum_click=clicked["sum_click"].mask(clicked["date"] > day, 999)),
        "studentRegistration": enrolled.assign(date_unregistration=left.mask((left > day).fillna(False), 267)),
        "studentInfo": parts["studentInfo"].replace({"final_result": {"Pass": "Fail", "Distinction": "Fail"}}),
    }
    one, other = (
        known(read(zips.write(tmp_path / name, tables)), day=day, with_clicks=True)
        for name, tables in (("one.zip", parts), ("other.zip", changed))
    )
    pd.testing.assert_frame_equal(one.drop(columns="churned"), other.drop(columns="churned"))


def test_the_morning_after_is_the_as_of_date(few: Published) -> None:
    assert _at(few, 50).loc["AAA-2013J-1", "as_of"] == pd.Timestamp("2013-10-01") + pd.Timedelta(days=51)
