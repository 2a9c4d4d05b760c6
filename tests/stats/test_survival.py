import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from churnlab.stats.survival import Stays, aalen_johansen, kaplan_meier, median, restricted_mean, window

R = {
    name: np.array(values)
    for name, values in json.loads((Path(__file__).parents[1] / "reference" / "survival.json").read_text()).items()
}


def stays(entry, exit, cause, cluster=None):
    cluster = np.arange(len(exit)) if cluster is None else cluster
    return Stays(entry=np.array(entry), exit=np.array(exit), cause=np.array(cause), cluster=np.array(cluster))


REFERENCE = stays(R["entry"], R["exit"], R["cause"], R["id"])


def test_a_curve_worked_by_hand():
    # day      0   1   2   3
    # a        x                  ends on day 0
    # b        ────────x          ends on day 2
    # c        ────────────o      still here on day 3
    # d            (──────────x   comes into view after day 1, ends on day 3
    # at risk  3   2   3   2
    curve = kaplan_meier(stays([-1, -1, -1, 1], [0, 2, 3, 3], [1, 1, 0, 1]))
    assert curve.at_risk.tolist() == [3, 2, 3, 2]
    assert curve.value.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3 * 2 / 3, 2 / 3 * 2 / 3 * 1 / 2])


def test_incidences_and_those_still_here_add_up_to_one():
    one, two, here = (aalen_johansen(REFERENCE, 1), aalen_johansen(REFERENCE, 2), kaplan_meier(REFERENCE))
    assert one.value + two.value + here.value == pytest.approx(np.ones(len(here.value)))


def test_kaplan_meier_and_its_clustered_error_are_those_of_r():
    curve, days = kaplan_meier(REFERENCE), R["km_day"].astype(int)
    assert curve.value[days] == pytest.approx(R["km"], abs=1e-12)
    assert curve.standard_error[days] == pytest.approx(R["km_se"], abs=1e-10)
    assert curve.at_risk[days].tolist() == R["km_at_risk"].tolist()


def test_aalen_johansen_with_ties_and_day_0_ends_is_that_of_r():
    days = R["aj_day"].astype(int)
    assert aalen_johansen(REFERENCE, 1).value[days] == pytest.approx(R["aj_one"], abs=1e-12)
    assert aalen_johansen(REFERENCE, 2).value[days] == pytest.approx(R["aj_two"], abs=1e-12)
    # R takes each row for a cluster of its own here.
    rows = stays(R["entry"], R["exit"], R["cause"])
    assert aalen_johansen(rows, 1).standard_error[days] == pytest.approx(R["aj_one_se"], abs=1e-10)


def test_limits_of_both_curves_are_those_of_r_on_its_log_log_scale():
    rows = stays(R["entry"], R["exit"], R["cause"])  # R takes each row for a cluster of its own in the second
    for name, curve in (("km", kaplan_meier(REFERENCE)), ("aj_one", aalen_johansen(rows, 1))):
        days = R[f"{name[:2]}_day"].astype(int)
        inside = (curve.value[days] > 0) & (curve.value[days] < 1)
        for end, limit in zip(("low", "high"), curve.interval(0.95), strict=True):
            assert limit[days][inside] == pytest.approx(R[f"{name}_{end}"][inside], abs=1e-10)


def test_errors_of_aalen_johansen_by_student_with_late_entries_are_those_of_r():
    own = {
        name: np.array(values)
        for name, values in json.loads((Path(__file__).parents[1] / "reference" / "competing.json").read_text()).items()
    }
    late, days = stays(own["entry"], own["exit"], own["cause"], own["id"]), own["aj_day"].astype(int)
    for cause, name in ((1, "aj_one"), (2, "aj_two")):
        assert aalen_johansen(late, cause).value[days] == pytest.approx(own[name], abs=1e-12)
        assert aalen_johansen(late, cause).standard_error[days] == pytest.approx(own[f"{name}_se"], abs=1e-10)


def test_restricted_mean_and_median_are_those_of_r():
    whole = REFERENCE.of(REFERENCE.entry == -1)
    # R counts days from 1 here, so its 31 days hold the certain one before day 0.
    assert restricted_mean(whole, days=30, level=0.95)[0] == pytest.approx(R["rmean"][0] - 1)
    assert median(kaplan_meier(whole), 0.95)[0] == R["median"][0]


def test_nobody_stays_more_days_of_thirty_than_thirty():
    # one of 20 leaves on day 28: of the 30 days she has 28, the others all; 599 / 600 is no farther from 1 than chance
    one = stays([-1] * 20, [28, *[29] * 19], [1, *[0] * 19])
    mean, low, high = restricted_mean(one, days=30, level=0.95)
    assert mean == pytest.approx((28 + 19 * 30) / 20)
    assert low < mean < high == 30


def test_half_is_half_whatever_its_last_digit():
    # 8/10 · 7/8 · 6/7 · 5/6 = 1/2 on day 4; as floating numbers 0.5000000000000001
    curve = kaplan_meier(stays([-1] * 10, [0, 0, 2, 3, 4, 4, 5, 6, 7, 7], [1, 1, 1, 1, 0, 1, 0, 0, 1, 1]))
    assert curve.value[4] == pytest.approx(1 / 2, abs=1e-12)
    assert median(curve, 0.95)[0] == 4


def test_kaplan_meier_is_that_of_lifelines():
    late = REFERENCE.of(REFERENCE.entry != 0)
    fitted = KaplanMeierFitter().fit(late.exit + 1, late.cause > 0, entry=late.entry + 1)
    days = np.unique(late.exit)
    assert kaplan_meier(late).value[days] == pytest.approx(fitted.predict(days + 1).to_numpy(), abs=1e-9)


def test_a_curve_starts_where_enough_are_at_risk():
    late = stays([-1, 4, 4, 4], [9, 9, 9, 7], [1, 1, 1, 1])
    assert window(late, 3) == (5, 9)
    assert window(late, 5) is None
    assert kaplan_meier(late, first_day=5).value.tolist() == pytest.approx([1, 1, 3 / 4, 3 / 4, 0])


def test_a_curve_ends_before_too_few_are_at_risk_though_later_there_are_enough_again():
    # three on days 0–9, one alone until day 15, three who come into view on day 21 and are watched to day 25
    dip = stays([-1, -1, -1, -1, 20, 20, 20], [9, 9, 9, 15, 25, 25, 25], [0] * 7)
    assert window(dip, 3) == (0, 9)
    assert window(dip, 1) == (0, 15)


def test_of_times_equally_long_a_curve_has_the_first():
    # two on days 0–4 and two on days 8–12
    twice = stays([-1, -1, 7, 7], [4, 4, 12, 12], [0] * 4)
    assert window(twice, 2) == (0, 4)


def test_an_interval_never_leans_on_more_than_the_fewest_at_risk_so_far():
    # two of two still here after day 9; the eight who come into view on day 10 say nothing of the days before
    late = stays([-1, -1, *[9] * 8], [20] * 10, [0] * 10)
    low, _ = kaplan_meier(late).interval(0.95)
    assert low[15] == low[5] == pytest.approx(0.025 ** (1 / 2))


def test_what_nobody_did_yet_may_still_happen():
    # Of 30, ten are watched until day 4, the others until day 9, when the first leaves. An end of chance p spares all
    # of 20 with probability (1 - p) ** 20: that is 1 in 40 for p = 1 - 0.025 ** (1 / 20).
    curve = kaplan_meier(stays([-1] * 30, [4] * 10 + [9] * 20, [0] * 29 + [1]))
    low, high = curve.interval(0.95)
    assert (low[4], high[4]) == (pytest.approx(0.025 ** (1 / 30)), 1)
    assert (low[8], high[8]) == (pytest.approx(0.025 ** (1 / 20)), 1)
    assert low[9] < 1 - 1 / 20 < high[9] < 1
    low, high = aalen_johansen(stays([-1] * 20, [9] * 20, [1] * 20), 2).interval(0.95)
    assert (low[9], high[9]) == (0, pytest.approx(1 - 0.025 ** (1 / 20)))
    assert kaplan_meier(stays([-1] * 20, [9] * 20, [1] * 20)).interval(0.95)[1][9] == pytest.approx(high[9])


def test_the_mean_stay_of_those_of_whom_nobody_left_is_not_certain():
    nobody = stays([-1] * 20, [9] * 20, [0] * 20)
    assert restricted_mean(nobody, days=10, level=0.95) == (10, pytest.approx(10 * 0.025 ** (1 / 20)), 10)


@pytest.mark.parametrize(("entry", "exit"), [([3], [3]), ([5], [3]), ([-2], [3])])
def test_a_stay_that_ends_before_it_came_into_view_is_refused(entry, exit):
    with pytest.raises(ValueError, match="stay"):
        stays(entry, exit, [1])


MANY = st.lists(st.tuples(st.integers(-1, 20), st.integers(1, 20), st.integers(0, 2)), min_size=1, max_size=40)


@given(MANY, st.randoms())
def test_a_curve_starts_at_one_never_rises_and_does_not_care_for_order(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    curve, other = (
        kaplan_meier(stays([e for e, _, _ in some], [e + d for e, d, _ in some], [c for _, _, c in some]))
        for some in (rows, shuffled)
    )
    assert (np.diff(np.r_[1.0, curve.value]) <= 1e-12).all()
    assert curve.value == pytest.approx(other.value)
    assert curve.standard_error == pytest.approx(other.standard_error)


def test_many_stays_in_parts_give_the_same_error(monkeypatch):
    whole = kaplan_meier(REFERENCE).standard_error
    monkeypatch.setattr("churnlab.stats.survival._STAYS_AT_ONCE", 7)
    assert kaplan_meier(REFERENCE).standard_error == pytest.approx(whole)


@pytest.mark.slow
def test_intervals_cover_the_truth_when_students_have_several_stays():
    """Students differ (a shared frailty), have two stays each; 95 % intervals of S(20) must cover in the 99 % band."""
    rng, seeds, hits = np.random.default_rng(5), 400, 0
    truth = np.mean([np.exp(-21 * rate) for rate in np.random.default_rng(1).gamma(4, 1 / 120, 400_000)])
    for _ in range(seeds):
        rate = np.repeat(rng.gamma(4, 1 / 120, 150), 2)
        length = np.floor(rng.exponential(1 / rate)).astype(int)
        end = rng.integers(15, 60, 300)
        curve = kaplan_meier(
            stays(np.full(300, -1), np.minimum(length, end), (length <= end).astype(int), np.repeat(np.arange(150), 2))
        )
        low, high = curve.interval(0.95)
        hits += low[20] <= truth <= high[20]
    assert 0.95 - 2.58 * np.sqrt(0.95 * 0.05 / seeds) <= hits / seeds <= 0.95 + 2.58 * np.sqrt(0.95 * 0.05 / seeds)
