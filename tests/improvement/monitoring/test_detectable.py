"""Do the charts of an institution find a rise as often as they say?"""

import numpy as np
import pytest

from churnlab.i18n import LANGUAGES
from churnlab.improvement import charts as charts_of
from churnlab.improvement import detectable
from churnlab.improvement.monitoring.limits import Budget, judged, standing
from churnlab.settings import Settings
from churnlab.stats.detection import found_share, smallest_rise
from churnlab.synthetic import Institution, make, quiet
from tests.improvement.monitoring.counts import charts

LIMITS = Budget(weekly=4e-4, daily=1e-4, features=1e-4, calibration=1e-3, charts=3)
BEFORE, WITHIN, RATE = 78, 4, 6.0


@pytest.fixture(scope="module")
def data():
    return make(quiet(Institution(students=1200, campuses=2, seed=5))).data()


def test_a_chart_stands_for_ordinary_weeks_as_they_came():
    # 52 weeks of six, then 26 recent ones of nine, which are no part of the usual; Jeffreys adds half a count.
    counts = np.repeat([[6, 9]], [52, 26], axis=1)
    chart = standing(charts(counts), limits=LIMITS, settings=Settings())["C00"]
    assert chart.baseline.rate * chart.exposure == pytest.approx((6 * 52 + 1 / 2) / 52)
    assert chart.recent == 26
    assert chart.share == LIMITS.weekly


@pytest.mark.slow
@pytest.mark.parametrize("rise", [1.5, 2.0, 3.0])
def test_charts_drawn_by_chance_find_a_rise_as_often_as_is_said(rise):
    rng, found, told = np.random.default_rng(3), [], []
    for _ in range(120):
        counts = rng.poisson(RATE, (1, BEFORE + WITHIN))
        counts[:, BEFORE:] = rng.poisson(rise * RATE, (1, WITHIN))
        chart = standing(charts(counts[:, :BEFORE]), limits=LIMITS, settings=Settings())["C00"]
        told.append(found_share(chart, rise, within=WITHIN, rng=rng))
        looks = judged(charts(counts), limits=LIMITS, settings=Settings(), periods=WITHIN)
        found.append((looks[["p_value", "late_p_value"]].min(axis=1) < LIMITS.weekly).any())
    assert np.mean(found) == pytest.approx(np.mean(told), abs=0.12)


def test_each_weekly_chart_is_told_with_what_it_finds(data):
    found = detectable(data)
    table, drawn = found.table, charts_of(data).table
    assert set(zip(table["watch_measure"], table["campus"], strict=True)) == set(
        zip(drawn["watch_measure"], drawn["campus"], strict=True)
    )
    assert (table["alert_from"] > table["usual_count"]).all()
    # Of the charts of one measure the one that counts most finds as small a rise as any, unless its weeks vary more.
    for _, rows in table.groupby("watch_measure"):
        assert rows.loc[rows["usual_count"].idxmax(), "found_rise"] <= 1.1 * rows["found_rise"].min()
    surely = table["doubling_found_share"] >= 0.8
    assert found.facts["blind"] == (~surely).sum()
    assert ((table["found_rise"] <= 2.1) == surely).mean() > 0.8


@pytest.mark.parametrize(("lang", "rises"), [("zh", "只报升高"), ("en", "Only rises are told")])
def test_it_says_that_only_rises_are_told_and_what_is_mostly_missed(data, lang, rises):
    found = detectable(data)
    assert rises in found.sentence(lang)
    assert "4" in found.warnings(lang)[0]
    assert len(found.presented(lang).columns) == 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_campus_is_told_of_its_own_charts(data, lang):
    own = detectable(data, campus="徐汇校区")
    assert set(own.table["campus"]) <= {"徐汇校区", "pooled "}
    assert own.sentence(lang) != detectable(data).sentence(lang)


def test_the_same_week_is_told_the_same(data):
    once, again = detectable(data), detectable(data)
    assert once.table.equals(again.table)


def test_a_chance_that_is_told_is_one_of_the_same_chart():
    counts = np.random.default_rng(9).poisson(RATE, (1, BEFORE))
    chart = standing(charts(counts), limits=LIMITS, settings=Settings())["C00"]
    rise = smallest_rise(chart, within=WITHIN, share=0.8, rng=np.random.default_rng(1))
    assert found_share(chart, rise, within=WITHIN, rng=np.random.default_rng(2)) == pytest.approx(0.8, abs=0.04)
