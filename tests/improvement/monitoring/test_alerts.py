"""What has changed, where, since when, and what is to be looked at next?"""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.improvement import alerts, charts, detectable
from churnlab.improvement.monitoring.alerts import _first_of_run, _next, held_at, watch
from churnlab.improvement.monitoring.series import DAILY, POOLED, WHOLE, Watched, watched, week_of
from churnlab.synthetic import Institution, Shock, make, quiet
from churnlab.tables.door import Data
from tests.another_future import another_future
from tests.builders import institution

AS_OF = date(2026, 10, 26)
# In September 2026, month 22, complaints at one campus of two become five times as frequent.
PLANTED = replace(
    quiet(Institution(students=1200, campuses=2, seed=5)),
    shocks=(Shock(campus="浦东校区", from_month=22, what="complaints", ratio=5.0),),
)


@pytest.fixture(scope="module")
def made():
    return make(PLANTED)


@pytest.fixture(scope="module")
def data(made) -> Data:
    return made.data(AS_OF)


def test_weeks_end_where_the_next_begins_the_last_before_the_date():
    days = pd.Series(pd.to_datetime(["2026-10-25", "2026-10-19", "2026-10-18"]))
    assert week_of(days, AS_OF).dt.strftime("%m-%d").tolist() == ["10-19", "10-19", "10-12"]


def test_absence_counts_lessons_missed_of_those_held(data):
    rows = watched(data).rows
    rows = rows[rows["campus"] != WHOLE]
    week = rows[(rows["watch_measure"] == "absence") & (rows["period_on"] == pd.Timestamp("2026-10-12"))]
    days = rows[(rows["watch_measure"] == "absence_day") & rows["period_on"].between("2026-10-12", "2026-10-18")]
    assert week["counted"].sum() == days["counted"].sum() > 0
    assert week["exposure"].sum() == pytest.approx(days["exposure"].sum(), rel=0.05)  # weekdays weigh about alike


def test_holiday_weeks_make_no_limits_and_are_judged_where_an_earlier_year_is_held(data):
    rows = watched(data).rows
    weeks = rows[rows["watch_measure"] == "complaints"].groupby("period_on")[["is_usual", "is_judged"]].any()
    # The first year is left out, the second is judged by it.
    for first, second in (("2025-01-27", "2026-02-16"), ("2025-09-29", "2026-09-28"), ("2025-07-14", "2026-07-13")):
        assert weeks.loc[[first, second]].to_numpy().tolist() == [[False, False], [False, True]]
    assert weeks.loc["2026-10-12"].tolist() == [True, True]


def test_a_day_of_a_holiday_week_is_judged_as_its_week(data):
    rows = watched(data).rows
    days = rows[(rows["watch_measure"] == "absence_day") & rows["period_on"].between("2025-07-14", "2025-07-20")]
    assert not days["is_judged"].any()
    assert set(days["season"]) == {"summer0"}


def test_what_is_too_little_at_each_campus_is_watched_together(data):
    found = watched(data)
    for name, small in found.pooled.items():
        told = found.rows[found.rows["watch_measure"] == name]
        assert set(told["campus"]) <= {POOLED, WHOLE} | ({"徐汇校区", "浦东校区"} - set(small))


def test_the_planted_change_is_told_with_its_place_time_and_number(data):
    found = alerts(data)
    told = found.table[found.table["watch_measure"] == "complaints"]
    assert set(told["campus"]) <= {"浦东校区", POOLED, WHOLE}
    alert = told.iloc[0]
    assert date(2026, 8, 10) <= alert["since_on"] <= date(2026, 10, 5)  # truly 1 September
    assert alert["counted"] > alert["expected_high"] > alert["expected"]
    assert alert["p_value"] < 0.001
    assert alert["alert_standing"] != "new"  # two months on it is no news
    assert "2026" in str(alert["alert_standing"].say("zh"))


def test_an_alert_is_new_once(data):
    weeks = [data.before(date(2026, 10, 26) - pd.Timedelta(weeks=back).to_pytimedelta()) for back in range(7)]
    told = [alerts(week).table for week in weeks]
    standing = [t[t["watch_measure"] == "complaints"]["alert_standing"].tolist() for t in told]
    assert sum("new" in names for names in standing) <= 1


def test_each_language_says_how_often_quiet_raises_an_alert(data):
    found = alerts(data)
    for lang in LANGUAGES:
        assert "5%" in found.warnings(lang)[0]
        assert len(found.presented(lang).columns) <= 8


def test_a_campus_sees_its_own(data):
    own = alerts(data, campus="徐汇校区").table
    for ask in (alerts, charts, detectable):
        with pytest.raises(NotEnoughData) as told:  # not that all is quiet there
            ask(data, campus="火星")
        assert "火星" in told.value.message("zh")
    assert set(own["campus"]) <= {"徐汇校区", POOLED}
    assert set(charts(data, campus="浦东校区").table["campus"]) <= {"浦东校区", POOLED}


def test_the_charts_hold_every_judged_week_with_its_limit(data):
    found = charts(data)
    table = found.table
    assert (table["limit"] > table["expected"]).all()
    assert table["week_on"].max() == pd.Timestamp("2026-10-19")
    assert table["is_alarm"].sum() == found.facts["alarms"] > 0
    assert not table.duplicated(["watch_measure", "campus", "week_on"]).any()


def test_the_future_changes_nothing(made, data):
    day = date(2026, 10, 5)
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=1)).data(day)
    for ask in (alerts, charts):
        pd.testing.assert_frame_equal(ask(other).table.astype(str), ask(made.data(day)).table.astype(str))


def test_without_half_a_year_there_is_nothing_to_compare_with(made):
    with pytest.raises(NotEnoughData) as caught:
        alerts(made.data(date(2025, 2, 3)))
    assert caught.value.message("en") == "No chart has 20 judged weeks to compare with yet."


def with_festival(complaints: pd.DataFrame) -> pd.DataFrame:
    """Nobody complains in the weeks about Spring Festival; all of it, and more, comes two weeks later."""
    kept, on = complaints, pd.to_datetime(complaints["opened_at"])
    for day in map(pd.Timestamp, ("2025-01-29", "2026-02-17")):
        kept = kept[~on.reindex(kept.index).between(day - pd.Timedelta(days=7), day + pd.Timedelta(days=7))]
        later = complaints[on.between(day + pd.Timedelta(days=14), day + pd.Timedelta(days=27))]
        more = [later.assign(complaint_id=later["complaint_id"] + f"-{day.year}-{number}") for number in range(2)]
        kept = pd.concat([kept, *more])
    return kept.reset_index(drop=True)


def test_what_spring_festival_does_each_year_is_no_alert_and_a_planted_rise_in_it_is(made):
    steady = make(replace(PLANTED, shocks=()))
    frames = steady.frames | {"complaints": with_festival(steady.frames["complaints"])}
    data = replace(steady, frames=frames).data(date(2026, 4, 6))
    found = charts(data).table
    mine = found[(found["watch_measure"] == "complaints") & (found["campus"] == WHOLE)]
    caught_up = mine[mine["week_on"] == pd.Timestamp("2026-03-09")].iloc[0]
    assert caught_up["expected"] > 1.3 * mine[mine["week_on"] == pd.Timestamp("2025-12-08")].iloc[0]["expected"]
    assert not mine["is_alarm"].any()
    rising = Shock(campus="", from_month=15, what="complaints", ratio=4.0)  # February 2026
    risen = make(replace(PLANTED, shocks=(rising,)))
    frames = risen.frames | {"complaints": with_festival(risen.frames["complaints"])}
    told = charts(replace(risen, frames=frames).data(date(2026, 3, 23))).table
    assert told[told["watch_measure"] == "complaints"]["is_alarm"].any()


def test_where_nobodys_campus_is_known_there_is_nothing_to_watch() -> None:
    data = institution(
        "2026-01-05",
        students=[{"student_id": "a", "registered_on": "2025-01-01"}],
        enrolments=[{"student_id": "a", "signed_at": "2025-01-01", "starts_on": "2025-01-01", "billing": "by_hours"}],
    )
    with pytest.raises(NotEnoughData) as nothing:
        alerts(data)
    assert nothing.value.key == "watch.no_campus"
    assert nothing.value.message("en").startswith("No campus is on record for anybody")


@pytest.mark.parametrize(
    ("weeks", "first"),
    [
        (["2026-03-02", "2026-03-23"], "2026-03-02"),  # three weeks on it is the same
        (["2026-02-23", "2026-03-23"], "2026-03-23"),
        (["2026-01-05", "2026-02-09", "2026-02-16", "2026-03-16", "2026-03-23"], "2026-03-16"),
    ],
)
def test_an_alert_that_comes_again_within_three_weeks_is_the_same(weeks, first):
    assert _first_of_run(pd.Series(pd.to_datetime(weeks))) == pd.Timestamp(first)


def test_each_period_is_looked_at_alone_and_with_those_before_it_and_days_one_by_one(data):
    found = watch(data)
    both = found.looks[["p_value", "late_p_value"]].min(axis=1)
    assert (found.looks["late_p_value"] < found.looks["p_value"]).any()
    assert found.looks["least"].tolist() == both.tolist()
    days = found.looks.loc[found.looks["watch_measure"] == DAILY, "period_on"].nunique()
    assert days > 5 * data.settings.watching.told_weeks


def gathered(rows, pooled=None):
    return Watched(rows=rows, pooled=pooled or {}, unwatched={}, everywhere=())


def test_the_same_weeks_a_year_before_are_fifty_two_weeks_ago():
    weeks = pd.date_range("2025-01-06", "2026-03-30", freq="W-MON")
    rows = pd.DataFrame({
        "watch_measure": "churn", "campus": "East", "period_on": weeks, "counted": range(len(weeks))
    })  # fmt: skip
    row = {"watch_measure": "churn", "campus": "East", "since_on": weeks[60], "period_on": weeks[62]}
    said = _next(row, SimpleNamespace(series=gathered(rows)))
    assert said.facts["before"] == 8 + 9 + 10


def test_a_small_campus_sees_the_small_ones_together_of_those_measures_only_of_which_it_is_one():
    rows = pd.DataFrame({"watch_measure": ["churn", "refunds", "churn"], "campus": [POOLED, POOLED, "East"]})
    series = gathered(rows, {"churn": ("North", "West"), "refunds": ("West",)})
    assert held_at(rows, "North", series).tolist() == [True, False, False]
