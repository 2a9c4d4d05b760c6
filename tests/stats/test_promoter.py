"""Is the net promoter score told with the error it has, also of few and of people who answer often?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multinomial

from churnlab.stats.promoter import promoter_difference, promoter_score

# Shares of promoters and detractors.
KINDS = [
    (0.5, 0.2), (0.35, 0.25), (0.7, 0.1), (0.9, 0.02), (0.95, 0.01), (0.1, 0.6),
    (0.3, 0.3), (0.05, 0.05), (0.8, 0.2), (0.5, 0.5), (0.98, 0.01), (0.6, 0.05),
]  # fmt: skip


def answers(promoters, passives, detractors):
    return [9] * promoters + [7] * passives + [6] * detractors


# 9 and 10 promote, 7 and 8 are passive, 0 and 6 detract, one gave no answer: score (2 − 2) / 6 = 0,
# variance (2 / 6 + 2 / 6 − 0²) / 6 = 1 / 9
def test_six_answers_by_hand():
    found = promoter_score([9, 10, 7, 8, 0, 6, np.nan], level=0.95)
    assert (found.promoters, found.passives, found.detractors, found.n, found.people) == (2, 2, 2, 6, 6)
    assert (found.score, found.standard_error) == (0, pytest.approx(1 / 3))
    # With the three: (2 + 3 / 4) / 9 each, so the variance is (5.5 / 9) / 9.
    assert found.high == pytest.approx(1.959964 * 5.5**0.5 / 9, abs=1e-6)


def test_the_known_error_is_met():
    found = promoter_score(answers(50, 30, 20), level=0.95)
    assert (found.score, round(found.standard_error, 4)) == (pytest.approx(0.3), 0.0781)
    assert found.effective_size == 100


# Worked out over all answers that n people can give, not drawn.
@pytest.mark.parametrize(("n", "least", "most"), [(20, 0.945, 0.999), (50, 0.934, 0.983), (100, 0.942, 0.980)])
def test_the_interval_holds_in_small_samples(n, least, most):
    up, down = (part.ravel() for part in np.indices((n + 1, n + 1)))
    up, down = up[up + down <= n], down[up + down <= n]
    found = [promoter_score(answers(u, n - u - d, d), level=0.95) for u, d in zip(up, down, strict=True)]
    low, high = np.array([(one.low, one.high) for one in found]).T
    for promoters, detractors in KINDS:
        chance = multinomial.pmf(
            np.column_stack([up, down, n - up - down]), n, [promoters, detractors, max(1 - promoters - detractors, 0)]
        )
        true = promoters - detractors
        held = chance[(low <= true + 1e-12) & (true - 1e-12 <= high)].sum()
        assert least <= held <= most, (promoters, detractors, held)


def test_when_all_recommend_the_interval_still_has_a_length():
    found = promoter_score([10] * 20, level=0.95)
    assert (found.score, found.standard_error, found.high) == (1, 0, 1)
    assert 0.6 < found.low < 0.95


# Ten people answer twice, five 9 and 9, five 3 and 3. Squared sums over people 10 / 9 · 10 · 2² = 400 / 9; if all
# answers were independent 20 / 19 · 20 · 1 = 400 / 19: design effect 19 / 9.
def test_a_person_who_says_the_same_twice_is_hardly_more_than_one_answer():
    alike = promoter_score(np.repeat([9, 3] * 5, 2), clusters=np.repeat(np.arange(10), 2), level=0.95)
    assert (alike.n, alike.people, alike.effective_size) == (20, 10, pytest.approx(20 * 9 / 19))
    # 1, 1 and 1, 1 and −1, −1: mean 1 / 3, variance 8 / 9; 3 / 2 · (16 + 16 + 64) / 9 over 6 / 5 · 6 · 8 / 9 is 5 / 2.
    three = promoter_score([9, 9, 9, 9, 3, 3], clusters=[1, 1, 2, 2, 3, 3], level=0.95)
    assert three.effective_size == pytest.approx(6 * 2 / 5)
    torn = promoter_score([9] * 10 + [3] * 10, clusters=list(range(10)) * 2, level=0.95)
    assert torn.effective_size == 20  # who promotes once and detracts once makes nothing surer
    all_alike = promoter_score([9, 9, 9, 9], clusters=["a", "a", "b", "b"], level=0.95)
    assert all_alike.effective_size == 2


def test_intervals_hold_where_people_answer_several_times():
    rng, times, held = np.random.default_rng(1), 400, 0
    who = np.repeat(np.arange(60), 4)
    for _ in range(times):
        usual = rng.choice([2, 0, -2], p=[0.4, 0.4, 0.2], size=60)[who]  # true score 0.4 − 0.2 of the usual answer
        answer = np.where(rng.random(240) < 0.7, usual, rng.choice([2, 0, -2], p=[0.4, 0.4, 0.2], size=240)) + 8
        found = promoter_score(np.where(answer == 8, 7, answer), clusters=who, level=0.9)
        held += found.low <= 0.2 <= found.high
    assert abs(held / times - 0.9) <= 2.58 * (0.9 * 0.1 / times) ** 0.5


# 50, 30, 20 and 40, 40, 20 of 100: difference −0.1; variances 0.61 / 100 and (0.6 − 0.04) / 100.
def test_a_difference_by_hand():
    found = promoter_difference(answers(50, 30, 20), answers(40, 40, 20), level=0.95)
    assert found.difference == pytest.approx(-0.1)
    assert found.standard_error == pytest.approx((0.0061 + 0.0056) ** 0.5)
    assert found.low < -0.1 - 1.9 * found.standard_error
    assert found.high > -0.1 + 1.9 * found.standard_error


@pytest.mark.parametrize("n", [15, 50])
def test_the_interval_of_a_difference_holds(n):
    rng, times = np.random.default_rng(n), 800
    for one, two in ((KINDS[0], KINDS[2]), (KINDS[3], KINDS[1])):
        held = 0
        for _ in range(times):
            drawn = [rng.multinomial(n, [p, 1 - p - d, d]) for p, d in (one, two)]
            found = promoter_difference(*(answers(*counts) for counts in drawn), level=0.9)
            held += found.low <= (two[0] - two[1]) - (one[0] - one[1]) <= found.high
        assert abs(held / times - 0.9) <= 2.58 * (0.9 * 0.1 / times) ** 0.5 + 0.01


@settings(deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=40), st.lists(st.integers(0, 10), min_size=1, max_size=40))
def test_the_score_stays_in_its_range_and_a_difference_turns_with_its_sides(first, second):
    found = promoter_score(first, level=0.95)
    assert -1 <= found.low <= found.high <= 1
    assert found.low <= found.score <= found.high
    there, back = (promoter_difference(*pair, level=0.95) for pair in ((first, second), (second, first)))
    assert (back.difference, back.low, back.high) == pytest.approx((-there.difference, -there.high, -there.low))
    # Nobody's second answer: clusters of one change nothing.
    assert promoter_score(first, clusters=np.arange(len(first)), level=0.95) == found


def test_where_nobody_answers_nothing_is_said_and_odd_answers_are_refused():
    nobody = promoter_score([np.nan], level=0.95)
    assert (nobody.n, nobody.effective_size) == (0, 0)
    assert np.isnan([nobody.score, nobody.low, nobody.standard_error]).all()
    assert np.isnan(promoter_difference([9], [], level=0.95).low)
    with pytest.raises(AssertionError, match="0 to 10"):
        promoter_score([11], level=0.95)
