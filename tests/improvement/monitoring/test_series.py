"""How many are watched, over how much?"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from churnlab.improvement.monitoring import series
from churnlab.improvement.monitoring.seasons import USUAL
from churnlab.improvement.monitoring.series import ABSENCE, DAILY, WHOLE, with_whole
from churnlab.settings import Calendar, Outcome, Settings
from tests.builders import institution
from tests.churn.one_student import contract, lesson


def test_a_days_lessons_weigh_by_how_much_more_is_missed_on_its_weekday():
    # Monday 10 of 100 are missed, Tuesday 30 of 100, together a fifth: half and one and a half times as many
    days = pd.DataFrame({
        "campus": "East", "on": pd.to_datetime(["2026-03-02", "2026-03-03"]), "lessons": 100.0, "missed": [10.0, 30.0]
    })  # fmt: skip
    assert series._by_day(days, 52)["exposure"].tolist() == pytest.approx([50, 150])


def test_lessons_that_nobody_came_to_are_missed_with_leave_or_without():
    # on 02-24 one came, one came late, one was on leave, two were absent; 02-08 lies before the two weeks
    told = ["present", "late", "leave", "absent", "absent"]
    held = [lesson("02-24", status, student_id=f"s{at}", enrolment_id=f"e{at}") for at, status in enumerate(told)]
    held += [lesson(day, student_id="s0", enrolment_id="e0") for day in ("02-08", "02-15")]
    signed = [contract(enrolment_id=f"e{at}", student_id=f"s{at}") for at in range(5)]
    found = series._missed_by_day(institution("2026-03-01", enrolments=signed, lessons=held), 2)
    assert found[["lessons", "missed"]].to_numpy().tolist() == [[1, 0], [5, 3]]


@pytest.mark.parametrize(("measure", "counted"), [(ABSENCE, 3.5), (DAILY, 0.5)])
def test_a_campus_is_small_below_so_many_a_week_also_where_it_is_watched_by_day(measure, counted):
    rows = pd.DataFrame({"watch_measure": measure, "campus": "East", "counted": [counted] * 4, "is_usual": True})
    assert series._small(rows, 3.5) == []
    assert series._small(rows, 3.6) == ["East"]


def chart(campus, measure=ABSENCE, error=0.0):
    return pd.DataFrame({
        "watch_measure": measure, "campus": campus, "period_on": pd.to_datetime(["2026-03-02"]), "counted": 2.0,
        "exposure": 10.0, "season": USUAL, "is_usual": True, "is_judged": True, "season_error": error,
    })  # fmt: skip


def test_all_together_are_a_chart_where_several_are_watched_by_week():
    two = with_whole(pd.concat([chart("East", error=0.1), chart("West", error=0.3)]))
    whole = two[two["campus"] == WHOLE]
    assert whole[["counted", "exposure", "season_error"]].to_numpy().tolist() == [[4, 20, 0.3]]
    assert WHOLE not in set(with_whole(chart("East"))["campus"])
    assert WHOLE not in set(with_whole(pd.concat([chart("East", DAILY), chart("West", DAILY)]))["campus"])


def test_churn_is_not_watched_until_silence_could_have_been_told_twice_and_knows_no_holidays(monkeypatch):
    # Ten students from the first week on; silence is told after 20 days, twice that is less than six weeks.
    weeks = pd.date_range("2026-01-05", periods=8, freq="W-MON")
    counts = pd.DataFrame({
        "campus": "East", "week_on": weeks, "at_start": 10, "season": USUAL, "open_share": 0.5, "lost": 1,
        "refunds_requested": 1, "complaints_opened": 1,
    })  # fmt: skip
    data = SimpleNamespace(settings=Settings(outcome=Outcome(grace_days=15)))
    monkeypatch.setattr(series, "inactivity_days", lambda data: 20)
    assert series._of_students(data, counts, "churn")["exposure"].tolist() == [0] * 6 + [10] * 2
    assert series._of_students(data, counts, "refunds")["exposure"].tolist() == [5] * 8


def test_what_holidays_take_of_a_week_is_told_by_lessons_of_open_days():
    # Lessons on Mondays and Tuesdays, as many. 6 April 2026, a Monday, is closed, and so is what little was held on it.
    days = pd.date_range("2026-03-02", "2026-04-14")
    held = pd.DataFrame({"on": days[days.weekday < 2], "lessons": 10.0})
    held.loc[held["on"] == "2026-04-06", "lessons"] = 1000.0
    weeks = pd.Series(pd.to_datetime(["2026-03-30", "2026-04-06"]))
    data = SimpleNamespace(settings=Settings(calendar=Calendar()), as_of=pd.Timestamp("2026-04-20").date())
    # open: Mondays of 2 March to 13 April but one are six, Tuesdays seven
    found = series._open_share(data, held, weeks)
    assert found.to_numpy() == pytest.approx(np.array([1, 7 / 13]))
