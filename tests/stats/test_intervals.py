import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from churnlab.stats.intervals import (
    cluster_bootstrap,
    clustered_wilson,
    effective_size,
    normal_quantile,
    weighted_wilson,
    wilson,
)


def test_one_of_two_by_hand_at_z_of_one():
    # z = 1: centre = (1/2 + 1/4) / (1 + 1/2) = 1/2; half = 1/(3/2) · √(1/8 + 1/16) = 2/3 · √3/4
    level = 0.6826894921370859
    low, high = wilson(1, 2, level)
    assert low == pytest.approx(1 / 2 - 2 / 3 * 3**0.5 / 4)
    assert high == pytest.approx(1 / 2 + 2 / 3 * 3**0.5 / 4)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe R G, Stat Med 1998;17:857-872, table I, method 3 (score, no continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_newcombes_table(successes, n, low, high):
    assert np.round(wilson(successes, n, 0.95), 4).tolist() == [low, high]


@given(st.integers(1, 10_000), st.floats(0, 1), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels_and_stays_within_0_and_1(n, share, level):
    k = int(share * n)
    low, high = wilson(k, n, level)
    assert (low, high) == pytest.approx(proportion_confint(k, n, alpha=1 - level, method="wilson"), abs=1e-12)
    assert 0 <= low <= k / n <= high <= 1


def test_wilson_takes_arrays_and_says_nothing_of_nobody():
    low, high = wilson([0, 0, 3], [0, 5, 3], 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] == 0
    assert high[2] == 1


def test_the_normal_quantile_of_95_percent_is_the_known_one():
    assert normal_quantile(0.95) == pytest.approx(1.959963985)


def _mean(values):
    return lambda rows: values[rows].mean()


def test_a_bootstrap_of_single_rows_has_the_width_of_the_standard_error():
    values = np.random.default_rng(1).normal(size=400)
    low, high = cluster_bootstrap(_mean(values), np.arange(400), level=0.95, resamples=2000, seed=2)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.08)


def test_rows_copied_within_a_cluster_add_no_certainty():
    values = np.random.default_rng(1).normal(size=100)
    once = cluster_bootstrap(_mean(values), np.arange(100), level=0.9, resamples=200, seed=3)
    often = cluster_bootstrap(
        _mean(np.repeat(values, 5)), np.repeat(np.arange(100), 5), level=0.9, resamples=200, seed=3
    )
    assert np.allclose(often, once)


def test_row_order_and_the_names_of_clusters_change_no_draw():
    rng = np.random.default_rng(4)
    values, clusters = rng.normal(size=90), np.repeat(np.arange(30), 3)
    shuffled = rng.permutation(90)
    one = cluster_bootstrap(_mean(values), clusters, level=0.9, resamples=100, seed=5)
    other = cluster_bootstrap(_mean(values[shuffled]), clusters[shuffled], level=0.9, resamples=100, seed=5)
    assert np.allclose(other, one)


def test_resamples_without_an_answer_are_left_out_unless_they_are_most():
    def both(rows):
        return [np.nan, 1.0 if 0 in rows else np.nan]

    low, high = cluster_bootstrap(both, np.arange(20), level=0.9, resamples=100, seed=6)
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert (low[1], high[1]) == (1, 1)


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_of_students_with_one_row_each_the_clustered_interval_is_wilsons(did):
    assert clustered_wilson(did, np.arange(len(did)), 0.95) == tuple(map(float, wilson(sum(did), len(did), 0.95)))


def test_rows_copied_within_a_student_tell_as_much_as_the_student():
    # 100 students of 4 rows all alike, 10 left: as 10 of 100, 5.5–17.4 %, and not as 40 of 400, 7.4–13.3 %
    left = np.repeat(np.arange(100) < 10, 4)
    low, high = clustered_wilson(left, np.repeat(np.arange(100), 4), 0.95)
    assert (low, high) == pytest.approx([float(end) for end in wilson(10, 100, 0.95)], abs=0.0005)
    assert high - low > 1.9 * np.ptp(wilson(40, 400, 0.95))


def test_the_effective_size_by_hand():
    # a: both left, b: both stayed, c: one row, left; rate 3/5, sums of rows less the rate: 4/5, −6/5, 2/5
    # by students 3/2 · (16 + 36 + 4)/25 = 84/25, by rows 5/4 · 5 · 3/5 · 2/5 = 3/2; 5 / (84/25 / 3/2)
    did, whose = [1, 1, 0, 0, 1], ["a", "a", "b", "b", "c"]
    assert effective_size(did, whose) == pytest.approx(5 / (84 / 25 / (3 / 2)))


@pytest.mark.parametrize("did", [[0] * 5, [1] * 5])
def test_where_nobody_or_everybody_left_the_rows_of_a_student_are_taken_to_be_alike(did):
    # 25 / (2² + 2² + 1²)
    assert effective_size(did, ["a", "a", "b", "b", "c"]) == pytest.approx(25 / 9)


def test_rows_of_a_student_that_differ_make_nothing_surer_than_independent_rows():
    assert effective_size([1, 0] * 10, np.repeat(np.arange(10), 2)) == 20


def test_of_one_student_the_rows_tell_as_much_as_one():
    assert effective_size([1, 0, 1, 0], ["a"] * 4) == 1


def test_the_effective_size_of_nobody_is_0_and_says_nothing():
    assert effective_size([], []) == 0
    assert np.isnan(clustered_wilson([], [], 0.95)).all()


def test_the_clustered_interval_holds_the_true_rate_as_often_as_it_says():
    """Of 80 students with 1 to 4 rows, each leaves with all rows at a rate of her own: 15 % on average."""
    rng, held, naive = np.random.default_rng(9), 0, 0
    for _ in range(400):
        whose = np.repeat(np.arange(80), rng.integers(1, 5, 80))
        left = rng.random(len(whose)) < rng.beta(0.15, 0.85, 80)[whose]
        low, high = clustered_wilson(left, whose, 0.95)
        held += low <= 0.15 <= high
        naive += np.prod(np.subtract(wilson(left.sum(), len(left), 0.95), 0.15)) < 0
    # 99 % of counts of 400 at 95 % lie in 368–391
    assert 368 <= held <= 391
    assert naive < 350


def test_with_equal_weights_a_weighted_share_is_a_rate():
    did = [True] * 7 + [False] * 13
    for weight in (1.0, 250.0):
        found = weighted_wilson(did, np.full(20, weight), np.arange(20), 0.95)
        assert found == pytest.approx(tuple(map(float, wilson(7, 20, 0.95))))


# Four rows of weight 3, 1, 1, 1; the first is of the kind: a share of 1/2. By Kish 36 / 12 = 3 rows tell as much; by
# the variance, (9 + 1 + 1 + 1) / 4 / 36 = 1/12, just as many: 1/4 over 1/12.
def test_who_has_more_counts_more_and_makes_it_less_sure():
    found = weighted_wilson([True, False, False, False], [3, 1, 1, 1], list("abcd"), 0.95)
    assert found == pytest.approx(tuple(map(float, wilson(1.5, 3, 0.95))))
    # Of c and d's 2 and a and b's 4, two students tell; nobody tells less than one.
    assert weighted_wilson([True, False, False, False], [3, 1, 1, 1], list("aabb"), 0.95) == pytest.approx(
        tuple(map(float, wilson(0.5 * 1.8, 1.8, 0.95)))
    )
    assert np.isnan(weighted_wilson([True], [0.0], ["a"], 0.95)).all()
    assert np.isnan(weighted_wilson([], [], [], 0.95)).all()


def test_weighted_shares_hold_the_truth_as_often_as_they_say():
    """Of 80 people who paid unlike much, those who paid most name it twice as often: in 93 % of samples or more."""
    rng, held = np.random.default_rng(1), []
    for _ in range(2000):
        paid = rng.lognormal(0, 0.8, 80)
        chance = np.where(paid > 1, 0.2, 0.1)
        low, high = weighted_wilson(rng.random(80) < chance, paid, np.arange(80), 0.95)
        held.append(low <= (paid * chance).sum() / paid.sum() <= high)
    assert 0.93 <= np.mean(held) <= 0.98, np.mean(held)
