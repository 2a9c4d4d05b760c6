"""Is the difference between two arms told rightly, and its interval?"""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, norm
from statsmodels.stats.contingency_tables import StratifiedTable

from churnlab.stats.arms import Arms, arms, drawn_for_power, rates, risk_difference, risk_ratio, variance

# Two lists:          called 3, 1 left; held out 1, 1 left
#                     called 2, 0 left; held out 2, 1 left
TWO = Arms(
    treated=np.array([3.0, 2.0]),
    control=np.array([1.0, 2.0]),
    treated_events=np.array([1.0, 0.0]),
    control_events=np.array([1.0, 1.0]),
)


def test_rows_are_counted_by_list_and_a_list_of_one_arm_tells_nothing():
    event = [1, 0, 0, 1, 0, 0, 1, 0, 1]
    treated = [1, 1, 1, 0, 1, 1, 0, 0, 1]
    stratum = ["a"] * 4 + ["b"] * 4 + ["c"]
    counts = arms(event, treated, stratum)
    for name in ("treated", "control", "treated_events", "control_events"):
        assert getattr(counts, name).tolist() == getattr(TWO, name).tolist(), name


def test_the_difference_by_hand():
    # Weights 3·1/4 and 2·2/4; differences 1/3 − 1 and 0 − 1/2.
    share = np.array([3 / 4, 1]) / (7 / 4)
    expected = share @ [1 / 3 - 1, -1 / 2]
    assert risk_difference(TWO, 0.95)[0] == pytest.approx(expected)
    treated, control = rates(TWO)
    assert (treated, control) == pytest.approx((share @ [1 / 3, 0], share @ [1, 1 / 2]))
    assert treated - control == pytest.approx(expected)


def test_the_variance_is_unbiased_at_the_truth_however_small_the_lists():
    # All outcomes of two lists of a few persons, with their exact probabilities.
    sizes, truth = [(3, 1, 0.2, 0.5), (2, 2, 0.6, 0.9)], -0.3
    mean = square = told = 0.0
    for a1, c1, a2, c2 in product(range(4), range(2), range(3), range(3)):
        chance = np.prod([
            binom.pmf(a, n, p) * binom.pmf(c, m, q)
            for (a, c), (n, m, p, q) in zip(((a1, c1), (a2, c2)), sizes, strict=True)
        ])  # fmt: skip
        counts = Arms(
            treated=TWO.treated,
            control=TWO.control,
            treated_events=np.array([a1, a2], dtype=float),
            control_events=np.array([c1, c2], dtype=float),
        )
        difference = risk_difference(counts, 0.95)[0]
        mean, square = mean + chance * difference, square + chance * difference**2
        told += chance * variance(counts, truth)
    assert mean == pytest.approx(truth)
    assert told == pytest.approx(square - mean**2)


def test_the_ends_of_the_interval_are_where_the_score_test_stops_refusing():
    difference, low, high = risk_difference(TWO, 0.95)
    for end in (low, high):
        if abs(end) < 1:
            assert abs(difference - end) / np.sqrt(variance(TWO, end)) == pytest.approx(norm.ppf(0.975))


def test_the_ratio_agrees_with_statsmodels_and_its_error_with_the_textbook_of_one_table():
    tables = [np.array([[30, 170], [40, 110]]), np.array([[12, 60], [20, 55]])]
    counts = Arms(
        treated=np.array([200.0, 72.0]),
        control=np.array([150.0, 75.0]),
        treated_events=np.array([30.0, 12.0]),
        control_events=np.array([40.0, 20.0]),
    )
    assert risk_ratio(counts)[0] == pytest.approx(StratifiedTable(tables).riskratio_pooled)
    one = Arms(
        treated=np.array([200.0]),
        control=np.array([150.0]),
        treated_events=np.array([30.0]),
        control_events=np.array([40.0]),
    )
    ratio, error = risk_ratio(one)
    assert ratio == pytest.approx((30 / 200) / (40 / 150))
    assert error == pytest.approx(np.sqrt(1 / 30 - 1 / 200 + 1 / 40 - 1 / 150))


def test_the_interval_holds_the_truth_as_often_as_it_says_with_many_small_lists():
    rng, held = np.random.default_rng(3), 0
    risk = rng.uniform(0.05, 0.5, 40)
    truth_by_list = -0.4 * risk
    for _ in range(2000):
        stratum = np.repeat(np.arange(40), 8)
        treated = rng.random(320) < 0.7
        event = rng.random(320) < (risk + truth_by_list * 1)[stratum] * treated + risk[stratum] * ~treated
        counts = arms(event, treated, stratum)
        both = [treated[stratum == at].any() and (~treated[stratum == at]).any() for at in range(40)]
        weight = counts.treated * counts.control / (counts.treated + counts.control)
        truth = weight @ truth_by_list[both] / weight.sum()
        _, low, high = risk_difference(counts, 0.95)
        held += low <= truth <= high
    assert 0.935 <= held / 2000 <= 0.965


def test_how_many_are_needed_where_one_in_four_is_held_out_by_hand():
    # 0.2 leave of those held out, 0.1 of the others: of all 3/4 · 0.1 + 1/4 · 0.2 = 0.125.
    null, truth = 0.125 * 0.875 * (4 / 3 + 4), 0.1 * 0.9 * 4 / 3 + 0.2 * 0.8 * 4
    needed = ((1.959964 * np.sqrt(null) + 0.841621 * np.sqrt(truth)) / 0.1) ** 2
    assert drawn_for_power(0.2, -0.1, 1 / 4, level=0.95, power=0.8) == pytest.approx(needed, rel=1e-5)


def test_how_many_are_needed_agrees_with_the_textbook():
    # Fleiss, Levin and Paik: rates .60 and .70, equal arms, level .95, power .80: 356 in each arm, uncorrected.
    assert drawn_for_power(0.6, 0.1, 0.5, level=0.95, power=0.8) / 2 == pytest.approx(356, abs=1)


# Nobody left of 30 called and of 20 held out, or everybody: Newcombe's interval of two Wilson limits of 0 (or of 1).
@pytest.mark.parametrize(("left", "sides"), [(0.0, ("control", "treated")), (1.0, ("treated", "control"))])
def test_without_an_event_in_either_arm_the_interval_is_newcombes(left, sides):
    people = {"treated": 30.0, "control": 20.0}
    counts = Arms(
        treated=np.array([30.0]), control=np.array([20.0]),
        treated_events=np.array([30.0 * left]), control_events=np.array([20.0 * left]),
    )  # fmt: skip
    z2 = norm.ppf(0.975) ** 2
    below, above = (z2 / (people[side] + z2) for side in sides)
    assert risk_difference(counts, 0.95) == pytest.approx((0.0, -below, above))
