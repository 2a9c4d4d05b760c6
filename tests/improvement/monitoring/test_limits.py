"""Which of the figures are more than chance makes of the usual, and how often does quiet raise an alert?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.improvement.monitoring.limits import WEEKS_A_MONTH, _judge, _spread, _spreads, budget, judged
from churnlab.improvement.monitoring.series import with_whole
from churnlab.settings import Settings
from churnlab.stats.exceedance import Baseline, as_many_of_late
from tests.improvement.monitoring.counts import charts, looked_at

WEEKS = 52 + 26


def test_the_looks_of_a_month_share_what_a_month_may_have():
    rows = pd.concat([charts(np.ones((3, 2))), charts(np.ones((2, 2)), measure="absence_day")])
    limits = budget(rows, Settings())
    assert limits.charts == 5
    # Four fifths of 5 % for the weeks: the looks of a month at one chart count as six.
    assert limits.weekly * 3 * 6 == pytest.approx(0.8 * 0.05)
    assert limits.daily * 2 * 365.25 / 12 == pytest.approx(0.1 * 0.05)
    assert limits.features + limits.calibration == pytest.approx(0.1 * 0.05)


def test_what_is_expected_is_the_rate_before_times_the_exposure():
    # Four a week for 52 weeks, then half a year that is no part of the baseline.
    rows = charts(np.array([[4] * 52 + [9] * 26]))
    rows.loc[rows.index[-1], "exposure"] = 500.0
    look = looked_at(rows, periods=1)[0].iloc[0]
    assert look["expected"] == pytest.approx((4 * 52 + 1 / 2) / 52 * 1 / 2)
    assert (look["counted"], look["period_on"]) == (9, rows["period_on"].max())


def test_a_rise_is_dated_where_it_began():
    rows = charts(np.array([[4] * (WEEKS - 3) + [12, 11, 13]]))
    look = looked_at(rows, periods=1)[0].iloc[0]
    assert look["since_on"] == rows["period_on"].iloc[-3]
    assert look["since_counted"] == 36
    assert look["since_expected"] == pytest.approx(3 * (4 * 52 + 1 / 2) / 52)
    assert look["since_expected_low"] < 12 < look["since_expected_high"] < 36
    assert look["is_alarm"]


def test_a_week_that_is_not_usual_is_not_judged_and_makes_no_limits():
    counts = np.array([[4] * 20 + [400] + [4] * (WEEKS - 21)])
    usual = counts[0] < 400
    look = looked_at(charts(counts).assign(is_usual=usual, is_judged=usual), periods=1)[0].iloc[0]
    assert look["expected"] == pytest.approx((4 * 51 + 1 / 2) / 51)
    assert len(looked_at(charts(counts).assign(is_judged=np.arange(WEEKS) < WEEKS - 1), periods=1)[0]) == 0


def test_a_week_in_a_season_is_judged_with_what_the_season_leaves_open_but_makes_no_limits():
    counts = np.array([[4] * 20 + [400] + [4] * (WEEKS - 22) + [9]])
    in_season = np.isin(np.arange(WEEKS), (20, WEEKS - 1))
    rows = charts(counts).assign(is_usual=~in_season, season_error=np.where(in_season, 0.5, 0.0))
    look = looked_at(rows, periods=1)[0].iloc[0]
    plain = looked_at(charts(counts), periods=1)[0].iloc[0]
    assert look["expected"] == pytest.approx((4 * 51 + 1 / 2) / 51)
    usual = looked_at(charts(np.where(counts > 9, 4, counts)), periods=1)[0].iloc[0]
    assert look["p_value"] > 2 * usual["p_value"]
    assert look["late_p_value"] > usual["late_p_value"]
    assert look["high"] > usual["high"]
    assert look["since_expected_high"] > usual["since_expected_high"]
    assert plain["expected"] > 2 * look["expected"]


def test_the_baseline_reaches_back_over_seasons_for_its_weeks():
    # Five a week in the first twenty weeks, four since; ten of these are in a season: their place take ten of the five.
    counts = np.array([[5] * 20 + [4] * 52 + [4] * 26])
    usual = ~np.isin(np.arange(98), range(30, 40))
    rows = charts(counts).assign(is_usual=usual, is_judged=usual)
    assert looked_at(rows, periods=1)[0].iloc[0]["expected"] == pytest.approx((4 * 42 + 5 * 10 + 1 / 2) / 52)


def test_while_the_history_is_short_a_quarter_is_recent_then_half_a_year():
    # Nine a week begin after 52 weeks: a quarter later they are no part of the baseline, nor half a year later.
    for weeks in (13, 20, 26):
        counts = np.array([[4] * 52 + [9] * weeks])
        assert looked_at(charts(counts), periods=1)[0].iloc[0]["expected"] == pytest.approx((4 * 52 + 1 / 2) / 52)
    # With forty weeks held, the first twenty-seven are the baseline.
    counts = np.array([[4] * 27 + [9] * 13])
    assert looked_at(charts(counts), periods=1)[0].iloc[0]["expected"] == pytest.approx((4 * 27 + 1 / 2) / 27)


def test_too_short_a_baseline_judges_nothing():
    assert len(looked_at(charts(np.full((2, 13 + 19), 4)), periods=1)[0]) == 0
    assert len(looked_at(charts(np.full((2, 13 + 20), 4)), periods=1)[0]) == 2
    assert len(looked_at(charts(np.full((2, 13 + 26), 4)), periods=1)[0]) == 2


def test_a_day_is_judged_alone():
    counts = np.array([[4] * (7 * WEEKS)])
    rows = charts(counts, measure="absence_day")
    rows["period_on"] = pd.date_range("2020-01-06", periods=len(rows))
    look = judged(rows, limits=budget(rows, Settings()), settings=Settings(), periods=1).iloc[0]
    assert (look["late_p_value"], look["since_on"]) == (1.0, look["period_on"])


def test_overdispersed_weeks_have_wider_limits():
    rng = np.random.default_rng(1)
    even, odd = rng.poisson(8, (4, WEEKS)), rng.negative_binomial(4, 1 / 3, (4, WEEKS))
    high = [looked_at(charts(counts), periods=1)[0]["high"].mean() for counts in (even, odd)]
    assert high[1] > 1.2 * high[0]


def new_alerts(looks: pd.DataFrame) -> list[pd.Timestamp]:
    """Return the weeks in which an alert is raised that was not there in the three weeks before."""
    alarms = looks[looks["is_alarm"]].sort_values("period_on")
    before = alarms.groupby(["watch_measure", "campus"])["period_on"].diff()
    return [*alarms[~(before <= pd.Timedelta(weeks=3))]["period_on"]]


@pytest.mark.slow
def test_quiet_charts_raise_an_alert_in_at_most_one_month_of_twenty():
    # Three campuses and their sum × three measures over 360 months; every other five years overdispersed.
    rng, months, alarms = np.random.default_rng(11), 0.0, 0
    for spread in (1.0, 1.5) * 3:
        parts = []
        for measure, rate in (("churn", 8.0), ("complaints", 4.0), ("refunds", 1.5)):
            size = (3, WEEKS + 261)
            even = rng.poisson(rate, size)
            drawn = even if spread == 1 else rng.negative_binomial(rate / (spread - 1), 1 / spread, size)
            parts.append(with_whole(charts(drawn, measure=measure)))
        looks, _ = looked_at(pd.concat(parts), periods=261)
        found = new_alerts(looks)
        alarms += len({f"{week:%Y-%m}" for week in found})
        months += 261 / WEEKS_A_MONTH
    assert months > 350
    # A fifth of the 5 % belongs to the days and the model, which look at other figures.
    assert alarms / months + 0.2 * 0.05 <= 0.05


def test_a_campus_and_the_sum_of_all_tell_nothing_of_each_others_spread():
    rng = np.random.default_rng(5)
    counts = np.column_stack([rng.poisson(6, 52), rng.poisson(6, 52), rng.poisson(12, 52)]).astype(float)
    wild = counts.copy()
    wild[:, 2] = np.tile([0.0, 24.0], 26)
    enough, whole, ones = np.full(3, True), np.array([False, False, True]), np.ones((52, 3))
    quiet, other = (_spreads(each, ones, enough, whole) for each in (counts, wild))
    assert other[0].tolist() == quiet[0].tolist()
    assert other[2].min() > quiet[2].max()


def test_the_last_weeks_are_judged_with_what_the_season_leaves_open():
    told, limits = Settings(), budget(charts(np.ones((1, 120))), Settings())
    base = Baseline(events=520, exposure=52)
    seen, over, season = np.array([15.0, 16.0]), np.ones(2), np.array([0.3, 0.2])
    found = _judge(seen, over, season, base, limits, told, is_daily=False)["late_p_value"]
    share = told.watching.smoothing_share
    assert found == as_many_of_late(seen, over, base, smoothing=share, season=season)
    assert found > 1.5 * as_many_of_late(seen, over, base, smoothing=share)


def test_weeks_that_swing_slowly_have_wider_limits_than_as_many_that_swing_fast():
    # four low weeks, four high ones and so on; the other way low and high in turn: one by one they vary alike
    slow, fast = np.repeat(np.tile([2.0, 8.0], 7), 4), np.tile([2.0, 8.0], 28)
    spread = [_spread(weeks[:, None], np.ones((56, 1)))[0] for weeks in (slow, fast)]
    assert spread[0].min() > 2 * spread[1].min()
