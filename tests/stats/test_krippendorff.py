"""Does alpha say how far raters agree, and does its interval hold the truth as often as it says?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.stats.krippendorff import METRICS, Alpha, krippendorffs_alpha

GAP = np.nan
# Four observers, twelve units: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section C. The last unit
# has one rating and does not count.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


def alpha(ratings, metric, *, seed=1, drawings=50) -> Alpha:
    return krippendorffs_alpha(ratings, metric=metric, level=0.95, rng=np.random.default_rng(seed), drawings=drawings)


# Two raters, three units: 0 0, 0 1, 1 1. One unit of three differs: both orders of its pair, 2; three ratings are 0 and
# three 1: 2 × 3 × 3 = 18 pairs differ.  alpha = 1 − (6 − 1) × 2 / 18
def test_alpha_by_hand():
    for metric in ("nominal", "interval"):
        found = alpha([[0, 0, 1], [0, 1, 1]], metric)
        assert found.alpha == pytest.approx(4 / 9)
        assert (found.units, found.ratings) == (3, 6)


# Units 1 1, 1 3, 3 3: ratio (2 / 4)² for each pair that differs, above and below: as nominal.
# Units 0 0, 1 3: observed 2 × 1 / 4; expected: 0 with 1 or 3 differs by 1: 2 × 2 × 2 pairs; 1 with 3: 2 × 1 / 4.
#   alpha = 1 − 3 × (1 / 2) / (17 / 2)
def test_the_ratio_metric_by_hand():
    assert alpha([[1, 1, 3], [1, 3, 3]], "ratio").alpha == pytest.approx(4 / 9)
    assert alpha([[0, 1], [0, 3]], "ratio").alpha == pytest.approx(14 / 17)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example_is_met(metric, published):
    found = alpha(PUBLISHED, metric)
    assert round(found.alpha, 3) == published
    assert (found.units, found.ratings) == (11, 40)
    assert found.low < found.alpha < found.high


# The expected difference taken from all pairs of ratings one by one, as the definition says.
@pytest.mark.parametrize("metric", ["nominal", "interval", "ratio"])
def test_pair_by_pair_gives_the_same(metric):
    apart = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2,
    }[metric]
    units = [[x for x in unit if x == x] for unit in zip(*PUBLISHED, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    everything = [x for unit in units for x in unit]
    n = len(everything)
    observed = sum(apart(a, b) / (len(unit) - 1) for unit in units for a in unit for b in unit) / n
    expected = sum(apart(a, b) for a in everything for b in everything) / (n * (n - 1))
    assert alpha(PUBLISHED, metric).alpha == pytest.approx(1 - observed / expected, abs=1e-12)


def test_where_chance_alone_agrees_nothing_is_known():
    for ratings in ([[2, 2, 2], [2, 2, 2]], [[1, 2, GAP], [GAP, GAP, 3]], np.empty((2, 0))):
        found = alpha(ratings, "nominal")
        assert np.isnan([found.alpha, found.low, found.high]).all()


def test_one_unit_has_no_interval():
    found = alpha([[1], [2]], "interval")
    assert found.alpha == 0
    assert np.isnan([found.low, found.high]).all()


def test_what_is_no_rating_is_refused():
    with pytest.raises(ValueError, match="metric: expected one of nominal, ordinal, interval, ratio, got 'rank'"):
        alpha(PUBLISHED, "rank")
    with pytest.raises(ValueError, match="got an infinite one"):
        alpha([[1, np.inf], [1, 2]], "interval")
    with pytest.raises(ValueError, match="a ratio scale starts at 0"):
        alpha([[1, -1], [1, 2]], "ratio")


TABLES = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([1.0, 2.0, 3.0, 5.0, GAP]), min_size=raters, max_size=raters), min_size=2, max_size=8
    )
)


@settings(deadline=None)
@given(TABLES, st.sampled_from(METRICS), st.randoms())
def test_the_order_of_raters_and_units_changes_nothing(units, metric, random):
    found = alpha(np.array(units).T, metric, drawings=1)
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(units, len(units))]
    again = alpha(np.array(shuffled).T, metric, drawings=1)
    assert again.alpha == pytest.approx(found.alpha, abs=1e-9, nan_ok=True)
    assert np.isnan(found.alpha) or found.alpha <= 1 + 1e-12


@settings(deadline=None)
@given(TABLES)
def test_ranks_are_all_that_the_ordinal_metric_sees(units):
    marks = np.array(units).T
    assert alpha(np.exp(marks), "ordinal", drawings=1).alpha == pytest.approx(
        alpha(marks, "ordinal", drawings=1).alpha, abs=1e-9, nan_ok=True
    )


def test_the_same_seed_gives_the_same_interval():
    assert alpha(PUBLISHED, "ordinal") == alpha(PUBLISHED, "ordinal")
    assert alpha(PUBLISHED, "ordinal").low != alpha(PUBLISHED, "ordinal", seed=2).low


# Sixty units, three raters, a fifth of the ratings missing. A rater sees the heading in 8 of 10 and guesses
# otherwise, as often under each heading as they come: two agree beyond chance in 0.8 × 0.8.
@pytest.mark.slow
def test_intervals_hold_the_true_alpha_as_often_as_they_say():
    shares, times, held = [0.5, 0.3, 0.2], 400, 0
    for seed in range(times):
        rng = np.random.default_rng(seed)
        marks = np.where(rng.random((3, 60)) < 0.8, rng.choice(3, 60, p=shares), rng.choice(3, (3, 60), p=shares))
        marks = np.where(rng.random(marks.shape) < 0.2, np.nan, marks)
        found = krippendorffs_alpha(marks, metric="nominal", level=0.95, rng=rng, drawings=400)
        held += found.low <= 0.64 <= found.high
    # The 99 % binomial band of 95 % in 400.
    assert 0.95 - 2.58 * np.sqrt(0.95 * 0.05 / times) <= held / times <= 0.95 + 2.58 * np.sqrt(0.95 * 0.05 / times)
