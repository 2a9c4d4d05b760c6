"""What has changed, where, since when, and what is to be looked at next?"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.improvement import alerts, charts
from churnlab.improvement.monitoring.series import POOLED, watched, week_of
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
    week = rows[(rows["watch_measure"] == "absence") & (rows["period_on"] == pd.Timestamp("2026-10-12"))]
    days = rows[(rows["watch_measure"] == "absence_day") & rows["period_on"].between("2026-10-12", "2026-10-18")]
    assert week["counted"].sum() == days["counted"].sum() > 0
    assert week["exposure"].sum() == pytest.approx(days["exposure"].sum(), rel=0.05)  # weekdays weigh about alike


def test_weeks_about_spring_festival_and_closed_weeks_are_not_judged_but_for_absence(data):
    rows = watched(data).rows
    festival = rows[rows["period_on"] == pd.Timestamp("2026-02-16")].groupby("watch_measure")["is_usual"].any()
    assert not festival["complaints"]
    golden = rows[rows["period_on"] == pd.Timestamp("2026-09-28")].groupby("watch_measure")["is_usual"].any()
    assert golden["absence"]


def test_what_is_too_little_at_each_campus_is_watched_together(data):
    found = watched(data)
    for name, small in found.pooled.items():
        told = found.rows[found.rows["watch_measure"] == name]
        assert set(told["campus"]) <= {POOLED} | ({"徐汇校区", "浦东校区"} - set(small))


def test_the_planted_change_is_told_with_its_place_time_and_number(data):
    found = alerts(data)
    told = found.table[found.table["watch_measure"] == "complaints"]
    assert set(told["campus"]) <= {"浦东校区", POOLED}
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
        assert "5%" in found.sentence(lang)
        assert len(found.presented(lang).columns) <= 8


def test_a_campus_sees_its_own(data):
    own = alerts(data, campus="徐汇校区").table
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
    assert caught.value.message("en") == "No chart has 26 judged weeks to compare with yet."


def test_where_nobodys_campus_is_known_there_is_nothing_to_watch() -> None:
    data = institution(
        "2026-01-05",
        students=[{"student_id": "a", "registered_on": "2025-01-01"}],
        enrolments=[{"student_id": "a", "signed_at": "2025-01-01", "starts_on": "2025-01-01", "billing": "by_hours"}],
    )
    with pytest.raises(NotEnoughData) as nothing:
        alerts(data)
    assert nothing.value.key == "watch.no_campus"
    assert nothing.value.message("en").startswith("Of nobody in the last")
