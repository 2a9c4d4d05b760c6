"""Is a group compared with its like, and with nobody else?"""

import numpy as np
import pytest

from churnlab.stats.stratified import beside_their_like


def rows(*strata):
    """Return (did, inside, strata) of strata told as (group did, group not, others did, others not)."""
    told = [
        (did, inside, name)
        for name, (a, b, c, d) in enumerate(strata)
        for did, inside, n in ((1, 1, a), (0, 1, b), (1, 0, c), (0, 0, d))
        for _ in range(n)
    ]
    return tuple(zip(*told, strict=True))


# Two of four are the group's, two of four did: both the group's in 1 of 6 ways, none in 1, one in 4.
def test_one_stratum_by_hand():
    found = beside_their_like(*rows((2, 0, 0, 2)))
    assert (found.observed, found.expected) == (2, pytest.approx(2 * 2 / 4))
    assert found.p_value == pytest.approx(2 * 1 / 6)


# Twice the same: 0 to 4 of the group did with 1, 8, 18, 8, 1 of 36.
def test_two_strata_by_hand():
    assert beside_their_like(*rows((2, 0, 0, 2), (2, 0, 0, 2))).p_value == pytest.approx(2 / 36)
    assert beside_their_like(*rows((2, 0, 0, 2), (1, 1, 1, 1))).p_value == pytest.approx(2 * (8 + 1) / 36)


def test_the_tail_is_that_of_r():
    """mantelhaen.test(x, exact = TRUE, alternative = "greater") of R 4: 0.01139602359669626."""
    found = beside_their_like(*rows((5, 15, 3, 27), (4, 6, 2, 18), (2, 20, 1, 40)))
    assert found.p_value == pytest.approx(2 * 0.01139602359669626, rel=1e-12)


def test_a_group_is_not_blamed_for_where_it_is():
    """Half of the one place did and a tenth of the other; the group is of the first place, as all there."""
    found = beside_their_like(*rows((20, 20, 20, 20), (0, 0, 8, 72)))
    assert found.observed == found.expected == 20
    assert found.p_value == 1


def test_where_nobody_is_like_them_nothing_is_told():
    assert np.isnan(beside_their_like(*rows((5, 5, 0, 0), (0, 0, 5, 5))).p_value)
    with_others = rows((2, 0, 0, 2), (5, 5, 0, 0), (0, 0, 3, 9))
    assert beside_their_like(*with_others).p_value == pytest.approx(1 / 3)


def test_rows_of_a_student_make_nothing_surer():
    """Each row three times: three times as sure if they were another's, no surer as hers."""
    told = rows((6, 4, 2, 8), (5, 5, 1, 9))
    thrice = tuple(np.repeat(column, 3) for column in told)
    alone, own = beside_their_like(*told).p_value, np.repeat(np.arange(40), 3)
    assert beside_their_like(*told, clusters=np.arange(40)).p_value == alone
    assert beside_their_like(*thrice).p_value < alone / 10
    assert beside_their_like(*thrice, clusters=own).p_value == pytest.approx(alone, rel=0.1)


def test_a_group_that_has_nothing_to_do_with_it_is_seldom_told_apart():
    rng = np.random.default_rng(1)
    strata = np.repeat(np.arange(20), 15)
    p_values = []
    for _ in range(400):
        did = rng.random(300) < np.repeat(rng.uniform(0.02, 0.5, 20), 15)
        p_values.append(beside_their_like(did, rng.random(300) < np.repeat(rng.uniform(0, 1, 20), 15), strata).p_value)
    assert np.mean(np.array(p_values) < 0.05) < 0.07
    assert np.mean(np.array(p_values) < 0.5) > 0.35


def test_students_of_several_rows_are_seldom_told_apart_by_chance():
    rng = np.random.default_rng(2)
    whose, campus = np.repeat(np.arange(120), 3), np.repeat(np.arange(4), 90)
    p_values = []
    for _ in range(400):
        did = np.repeat(rng.random(120) < 0.2, 3) ^ (rng.random(360) < 0.05)
        inside = np.repeat(rng.random(120) < 0.3, 3)
        p_values.append(beside_their_like(did, inside, campus, clusters=whose).p_value)
    assert np.mean(np.array(p_values) < 0.05) < 0.07
    assert np.mean(np.array(p_values) < 0.5) > 0.25
