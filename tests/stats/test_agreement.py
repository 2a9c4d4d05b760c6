"""Does kappa say how far two agree, and does its interval hold the truth as often as it says?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.inter_rater import cohens_kappa as outside

from churnlab.stats.agreement import cohens_kappa, cross_table
from churnlab.stats.intervals import wilson

# Two diagnose 100 patients as psychotic, neurotic or organic: Fleiss, Levin, Paik, Statistical Methods for Rates and
# Proportions, 3rd ed. 2003, Table 18.1: kappa 0.68, standard error 0.087 (worked out with rounded terms).
PATIENTS = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
QUADRATIC = 1 - np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]]) / 4


# Of four texts both put two under price and one under teacher; on the fourth they part.
#   agree 3 / 4; by chance (3 × 2 + 1 × 2) / 16 = 1 / 2; kappa (3 / 4 − 1 / 2) / (1 − 1 / 2)
def test_kappa_by_hand():
    table = cross_table(
        ["price", "price", "price", "teacher"], ["price", "price", "teacher", "teacher"], ["price", "teacher"]
    )
    assert table.tolist() == [[2, 1], [0, 1]]
    found = cohens_kappa(table, level=0.95)
    assert (found.agreement, found.by_chance, found.kappa, found.n) == (3 / 4, 1 / 2, 1 / 2, 4)


def test_the_published_table_is_met():
    found = cohens_kappa(PATIENTS, level=0.95)
    assert (found.agreement, round(found.by_chance, 2), round(found.kappa, 2)) == (0.89, 0.66, 0.68)
    assert found.standard_error == pytest.approx(0.087, abs=0.001)


@pytest.mark.parametrize("table", [PATIENTS, [[44, 5, 1], [7, 20, 3], [9, 5, 6]], [[53, 5, 2], [11, 14, 5], [1, 6, 3]]])
def test_statsmodels_finds_the_same(table):
    for weights, name in ((None, None), (QUADRATIC, "quadratic")):
        found, other = cohens_kappa(table, level=0.9, weights=weights), outside(np.array(table), wt=name)
        assert found.kappa == pytest.approx(other.kappa, abs=1e-12)
        assert found.standard_error == pytest.approx(other.std_kappa, abs=1e-12)
        z = norm.ppf(0.95) * other.std_kappa / (1 - other.kappa**2)
        assert np.arctanh([found.low, found.high]) == pytest.approx(
            np.arctanh(other.kappa) + np.array([-z, z]), abs=1e-9
        )


def test_always_agreeing_is_no_certainty():
    found = cohens_kappa([[10, 0], [0, 10]], level=0.95)
    least = float(wilson(20, 20, 0.95)[0])
    assert (found.kappa, found.high) == (1, 1)
    assert found.low == pytest.approx((least - 1 / 2) / (1 - 1 / 2))


def test_where_chance_alone_agrees_nothing_is_known():
    assert np.isnan(cohens_kappa([[20, 0], [0, 0]], level=0.95).kappa)
    assert np.isnan(cohens_kappa([[0, 0], [0, 0]], level=0.95).kappa)


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9).filter(lambda counts: sum(counts) > 0))
def test_who_comes_first_and_the_order_of_headings_change_nothing(counts):
    table = np.array(counts).reshape(3, 3)
    found = cohens_kappa(table, level=0.95)
    for other in (table.T, table[::-1, ::-1]):
        again = cohens_kappa(other, level=0.95)
        for name in ("kappa", "standard_error", "low", "high"):
            assert getattr(again, name) == pytest.approx(getattr(found, name), abs=1e-9, nan_ok=True)


DEPARTMENTS = np.array([0.34, 0.28, 0.20, 0.10, 0.08])
"""Of texts filed by people, which share belongs to each."""
TABLES = {
    "three headings": ([[0.30, 0.05, 0.03], [0.04, 0.25, 0.02], [0.03, 0.03, 0.25]], 150),
    # 85 of 100 coded to the department that people filed them under, the others by the shares of the rest.
    "departments": (
        0.85 * np.diag(DEPARTMENTS) + 0.15 * (1 - np.eye(5)) * np.outer(DEPARTMENTS / (1 - DEPARTMENTS), DEPARTMENTS),
        100,
    ),
    "one in ten, against all others": ([[0.08, 0.02], [0.02, 0.88]], 200),
}


@pytest.mark.slow
@pytest.mark.parametrize(("shares", "n"), TABLES.values(), ids=TABLES)
def test_intervals_hold_the_true_kappa_as_often_as_they_say(shares, n):
    true = cohens_kappa(shares, level=0.95).kappa
    rng, times = np.random.default_rng(1), 2000
    drawn = rng.multinomial(n, np.ravel(shares), size=times).reshape(times, *np.shape(shares))
    held = sum(found.low <= true <= found.high for found in (cohens_kappa(one, level=0.95) for one in drawn))
    # The 99 % binomial band of 95 % in 2,000.
    assert 0.95 - 2.58 * np.sqrt(0.95 * 0.05 / times) <= held / times <= 0.95 + 2.58 * np.sqrt(0.95 * 0.05 / times)
