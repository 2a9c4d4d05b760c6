"""Is the chance of a higher answer worked out by pairs, with an interval that holds?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import brunnermunzel

from churnlab.stats.superiority import superiority

# Brunner and Munzel 2000, pain scores on the third day after surgery, as in the help of scipy.stats.brunnermunzel.
TREATED = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
CONTROL = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]


# Pairs of 1, 3 with 2, 3: 2 > 1, 2 < 3, 3 > 1, 3 = 3: (2 + 1 / 2) / 4
def test_four_pairs_by_hand():
    found = superiority([1, 3, np.nan], [2, 3], level=0.95)
    assert (found.probability, found.higher, found.equal) == (5 / 8, 2 / 4, 1 / 4)
    # Of the first, 1 is below all and 3 below 1 / 4; of the second, 2 is above 1 / 2 and 3 above 3 / 4.
    assert found.standard_error**2 == pytest.approx((3 / 4) ** 2 / 2 / 2 + (1 / 4) ** 2 / 2 / 2)


def test_the_published_pain_scores_are_met():
    found = superiority(TREATED, CONTROL, level=0.95)
    assert found.probability == pytest.approx(0.788961, abs=1e-6)
    assert found.p_value == pytest.approx(0.0057862086661515377)
    assert (found.probability - 0.5) / found.standard_error == pytest.approx(3.1374674823029505)


def test_scipy_finds_the_same():
    rng = np.random.default_rng(1)
    first, second = rng.integers(1, 6, 30), np.minimum(rng.integers(1, 7, 20), 5)
    other = brunnermunzel(first, second)
    found = superiority(first, second, level=0.95)
    assert (found.p_value, (found.probability - 0.5) / found.standard_error) == pytest.approx(
        (other.pvalue, other.statistic)
    )


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=25), st.lists(st.integers(1, 5), min_size=2, max_size=25))
def test_sides_can_be_changed_and_the_interval_is_around_the_probability(first, second):
    there, back = superiority(first, second, level=0.9), superiority(second, first, level=0.9)
    assert (back.probability, back.low, back.high) == pytest.approx(
        (1 - there.probability, 1 - there.high, 1 - there.low), nan_ok=True
    )
    assert there.higher + there.equal + back.higher == pytest.approx(1)
    if np.isfinite(there.low):
        assert 0 <= there.low <= there.probability <= there.high <= 1
    # Everybody a person of his own: near to the plain error.
    own = superiority(
        first, second, level=0.9, first_clusters=range(len(first)), second_clusters=range(100, 100 + len(second))
    )
    assert own.probability == there.probability
    n, m = len(first), len(second)
    factor = (n + m) / (n + m - 1)
    most = max(n / (n - 1), m / (m - 1))
    assert own.standard_error**2 <= factor * there.standard_error**2 + 1e-12
    assert own.standard_error**2 * most >= there.standard_error**2 - 1e-12


# As above, but everybody a person: moves 3 / 16, −3 / 16 and −1 / 16, 1 / 16; of two people each 2 / 1 times the sum of
# their squares. Degrees of freedom: (36 + 4)² / (36² + 4²).
def test_four_people_by_hand():
    found = superiority([1, 3], [2, 3], level=0.95, first_clusters=["a", "b"], second_clusters=["c", "d"])
    assert found.standard_error**2 == pytest.approx(2 / 1 * 18 / 16**2 + 2 / 1 * 2 / 16**2)
    assert found.df == pytest.approx(40**2 / (36**2 + 4**2))
    # As if nobody had said that each is her own person: Brunner and Munzel's.
    alone = superiority([1, 3], [2, 3], level=0.95)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))


def test_of_a_single_person_on_one_side_all_count_as_one_group():
    found = superiority([1, 3], [2, 3], level=0.95, first_clusters=["a", "a"], second_clusters=["c", "d"])
    # Moves: a 3 / 16 − 3 / 16, c −1 / 16, d 1 / 16; three people.
    assert found.standard_error**2 == pytest.approx(3 / 2 * 2 / 16**2)
    assert found.df == 2


def test_a_person_who_answers_twice_alike_is_one_person():
    once = superiority(TREATED, CONTROL, level=0.95, first_clusters=range(14), second_clusters=range(20, 31))
    twice = superiority(
        TREATED * 2, CONTROL * 2, level=0.95,
        first_clusters=[*range(14)] * 2, second_clusters=[*range(20, 31)] * 2,
    )  # fmt: skip
    assert (twice.low, twice.high) == pytest.approx((once.low, once.high))


@pytest.mark.parametrize("shares", [[0.05, 0.05, 0.2, 0.4, 0.3], [0, 0.02, 0.08, 0.3, 0.6]])
def test_the_interval_holds(shares):
    rng, times, held = np.random.default_rng(5), 800, 0
    usual = np.array([0.1, 0.15, 0.3, 0.3, 0.15])
    true = sum(usual[:at].sum() * share + usual[at] * share / 2 for at, share in enumerate(shares))
    for _ in range(times):
        first, second = rng.choice(5, 20, p=usual), rng.choice(5, 15, p=shares)
        found = superiority(first, second, level=0.95)
        held += found.low <= true <= found.high
    assert abs(held / times - 0.95) <= 2.58 * (0.95 * 0.05 / times) ** 0.5


def test_the_interval_holds_where_people_answer_several_times_in_both_groups():
    rng, times, held = np.random.default_rng(6), 300, 0
    who = np.repeat(np.arange(40), 2)
    for _ in range(times):
        usual = rng.normal(size=40)[who]
        first, second = (np.round(usual + rng.normal(size=80)) for _ in range(2))
        found = superiority(first, second, level=0.9, first_clusters=who, second_clusters=who)
        held += found.low <= 0.5 <= found.high
    assert abs(held / times - 0.9) <= 2.58 * (0.09 / times) ** 0.5


def test_without_overlap_the_open_end_is_told():
    found = superiority([1, 1, 2, 2, 1], [3, 4, 5, 5], level=0.95)
    assert (found.probability, found.high, found.standard_error) == (1, 1, 0)
    assert 0.5 < found.low < 0.9
    assert np.isnan(found.p_value)
    more = superiority([1, 1, 2, 2, 1] * 10, [3, 4, 5, 5] * 10, level=0.95)
    assert found.low < more.low < 1
    people = superiority(
        [1, 1, 2, 2, 1] * 10, [3, 4, 5, 5] * 10, level=0.95,
        first_clusters=list("abcde") * 10, second_clusters=list("uvwx") * 10,
    )  # fmt: skip
    assert people.low == pytest.approx(found.low)


def test_where_nothing_can_be_known_no_chance_is_said():
    nobody = superiority([], [1], level=0.95)
    assert np.isnan([nobody.probability, nobody.low, nobody.p_value]).all()
    lone = superiority([1, 3], [2], level=0.95)
    assert lone.probability == 1 / 2
    assert np.isnan([lone.low, lone.high, lone.p_value]).all()
    same = superiority([4, 4], [4, 4, 4], level=0.95)
    assert (same.probability, same.equal, same.standard_error) == (1 / 2, 1, 0)
    assert np.isnan([same.low, same.p_value]).all()
    with pytest.raises(AssertionError, match="both or of none"):
        superiority([1], [2], level=0.95, first_clusters=[1])
