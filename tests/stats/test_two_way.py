"""Are people compared through the tests they share, as published examples are?"""

import numpy as np
import pytest

from churnlab.stats.normal_shrinkage import normal_normal
from churnlab.stats.two_way import two_way_means, two_way_normal

# Montgomery, table 4-22: reaction times with four catalysts (here people) in four batches (tests), each batch three.
TIMES = [(1, 1, 73), (1, 2, 74), (1, 4, 71), (2, 2, 75), (2, 3, 67), (2, 4, 72), (3, 1, 73), (3, 2, 75), (3, 3, 68),
         (4, 1, 75), (4, 3, 72), (4, 4, 75)]  # fmt: skip


def test_the_published_incomplete_blocks():
    who, test, value = zip(*TIMES, strict=True)
    table = two_way_means(value, who, test)
    # Adjusted totals −9/3, −7/3, −4/3, 20/3; effects k Q / (λ a) = 3 Q / 8. Mean square 0.65 on 5 degrees of freedom;
    # variance of an effect k (a − 1) σ² / (λ a²) = 3 · 3 · 0.65 / (2 · 16).
    assert table["mean"].tolist() == pytest.approx([-9 / 8, -7 / 8, -4 / 8, 20 / 8])
    assert table["error"].tolist() == pytest.approx([np.sqrt(9 * 0.65 / 32)] * 4, rel=1e-6)
    assert table["n"].tolist() == [3] * 4


def test_who_sat_among_the_strong_loses_nothing_by_it():
    # a and b took the easy test (10 and 12), c and d the hard one (6 and 8), b and c the third: 5 and 9. Without error:
    # b − a = 2, d − c = 2, c − b = 4; levels −4, −2, 2, 4.
    table = two_way_means([10, 12, 6, 8, 5, 9], [*"abcdbc"], [1, 1, 2, 2, 3, 3])
    assert table["mean"].tolist() == pytest.approx([-4, -2, 2, 4])
    assert table["error"].isna().all()  # six values, four people and three tests less one: none is left for chance
    assert set(table["group"]) == {0}


def test_people_whom_no_test_links_are_apart():
    table = two_way_means([1, 3, 10, 20, 30], [*"xyabc"], [1, 1, 2, 2, 2])
    assert table.set_index("person")["group"].to_dict() == {"a": 0, "b": 0, "c": 0, "x": 1, "y": 1}
    assert table.set_index("person")["mean"].to_dict() == pytest.approx({"a": -10, "b": 0, "c": 10, "x": -1, "y": 1})


def test_errors_are_as_large_as_estimates_vary():
    rng, who, test = np.random.default_rng(4), np.repeat(np.arange(12), 3), np.tile([0, 1, 2, 1, 2, 3, 2, 3, 0], 4)
    level, hard = np.arange(12) - 5.5, np.array([3.0, -1.0, 0.0, 2.0])
    found = [two_way_means(level[who] + hard[test] + rng.normal(size=36), who, test) for _ in range(400)]
    off = np.array([one["mean"] - level for one in found])
    told = np.sqrt(np.mean([one["error"] ** 2 for one in found], axis=0))
    assert np.abs(off.mean(axis=0)).max() < 0.12
    assert off.std(axis=0) / told == pytest.approx(np.ones(12), abs=0.12)


def test_where_all_took_all_tests_it_is_the_plain_shrinkage():
    rng, who, test = np.random.default_rng(1), np.repeat(np.arange(30), 4), np.tile(range(4), 30)
    value = rng.normal(size=30)[who] + np.array([0.0, 1, 2, 3])[test] + rng.normal(size=120)
    found, table = two_way_normal(value, who, test, level=0.95), two_way_means(value, who, test)
    # Then the error of a mean beside the mean of all is √(1 − 1 / 30) of that of the mean alone.
    plain = normal_normal(table["mean"], table["error"] / np.sqrt(29 / 30), level=0.95)
    assert found.mean == pytest.approx(plain.mean, abs=0.04)
    assert found.low == pytest.approx(plain.low, abs=0.05)
    assert found.prior_sd == pytest.approx(plain.prior_sd, rel=0.05)


def test_a_group_that_nothing_links_is_left_out_and_too_few_say_nothing():
    rng = np.random.default_rng(2)
    who, test = np.repeat(np.arange(20), 3), np.concatenate([np.tile([0, 1, 2], 12), np.tile([3, 4, 5], 8)])
    found = two_way_normal(rng.normal(size=60), who, test, level=0.95)
    assert found.table["person"].tolist() == [*range(12)]
    assert two_way_normal([1.0, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1], level=0.95) is None


def test_who_shares_a_test_is_off_together():
    # Two tests each of ten, and two people who took all four: they alone tell one half from the other.
    sat = [(one, kind) for one in range(20) for kind in range(4) if (one < 11, one > 8)[kind > 1]]
    who, test = np.array(sat).T
    rng = np.random.default_rng(5)
    found = two_way_normal(rng.normal(size=20)[who] + 0.5 * rng.normal(size=len(who)), who, test, level=0.95)
    drawn = found.drawn(4000, rng)
    assert drawn.mean(axis=1) == pytest.approx(np.zeros(4000), abs=1e-6)
    assert np.quantile(drawn, [0.025, 0.975], axis=0) == pytest.approx(np.array([found.low, found.high]), abs=0.15)
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] > np.corrcoef(drawn[:, 0], drawn[:, 19])[0, 1] + 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("shared", "sorted_out"), [(3, False), (3, True), (10, True)])
def test_intervals_hold_the_levels_however_few_link_the_tests_and_whoever_was_sent_to_them(shared, sorted_out):
    # Estimand: the level beside the mean of the people at hand; where sorted out, the weaker half sat in two tests and
    # the abler in two others, as managers see them, and some in both.
    rng, held = np.random.default_rng(3), []
    first, second = (np.arange(24) < 12 + shared // 2), (np.arange(24) >= 12 - shared + shared // 2)
    sat = [(one, kind) for one in range(24) for kind in range(4) if (first, second)[kind > 1][one]]
    who, test = np.array(sat).T
    for _ in range(120):
        level = rng.normal(size=24)
        if sorted_out:
            level = level[np.argsort(level + 0.7 * rng.normal(size=24))]  # as far as managers see it
        found = two_way_normal(level[who] + test + 0.8 * rng.normal(size=len(who)), who, test, level=0.95)
        true = level - level.mean()
        held.append(((found.low <= true) & (true <= found.high)).mean())
    # People of one draw share their tests: shares of draws tell how sure the mean is. With three links a little less.
    assert np.mean(held) >= 0.95 - 2.58 * np.std(held) / np.sqrt(120) - 0.01 * (shared < 10)
    assert np.mean(held) <= 0.985
