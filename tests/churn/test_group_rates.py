"""Groups are compared with all others, the small ones pooled or drawn to them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from churnlab.churn.group_rates import all_together, by_group, grouped, ordered, shrunken, standing_out
from churnlab.churn.groups import POOLED, POOLED_NAME, UNKNOWN, UNKNOWN_NAME
from churnlab.stats.intervals import wilson
from churnlab.stats.shrinkage import beta_binomial
from tests.churn.funnel.asking import SMALL


def asked(**groups: tuple[int, int]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return of each group so many, of whom so many came."""
    did = [place < came for many, came in groups.values() for place in range(many)]
    names = [name for name, (many, _) in groups.items() for _ in range(many)]
    return pd.Series(did, dtype=bool), pd.Series(names, dtype=object), pd.Series(range(len(did)))


# a: 30 of 40, b: 10 of 40, c: 1 of 3
def test_each_group_is_compared_with_all_others_together() -> None:
    did, group, person = asked(a=(40, 30), b=(40, 10), c=(3, 1))
    table = by_group(did, group, person, SMALL)
    assert table[["n", "did"]].to_numpy().tolist() == [[40, 30], [40, 10], [3, 1]]
    assert table.loc["a", "rate"] == 30 / 40
    low, high = wilson(30, 40, 0.95)
    assert (table.loc["a", "rate_low"], table.loc["a", "rate_high"]) == (low, high)
    assert table.loc["a", "difference_points"] == pytest.approx(30 / 40 - 11 / 43)
    raw = [stats.fisher_exact([[30, 10], [11, 32]]).pvalue, stats.fisher_exact([[10, 30], [31, 12]]).pvalue]
    raw.append(stats.fisher_exact([[1, 2], [40, 40]]).pvalue)
    np.testing.assert_allclose(table["adjusted_p_value"], stats.false_discovery_control(raw))
    assert np.isnan(table.loc["c", "rate"])  # fewer than five


# East: a 9 of 10, b 18 of 20; West: a 2 of 30, c 1 of 40. Beside their like a has 10 · 18/20 + 30 · 1/40 expected.
def test_groups_that_are_compared_with_their_like_answer_for_no_place() -> None:
    parts = [("a", "East", 10, 9), ("b", "East", 20, 18), ("a", "West", 30, 2), ("c", "West", 40, 1)]
    did = pd.Series([at < came for _, _, n, came in parts for at in range(n)])
    group, like = (pd.Series(np.repeat([part[at] for part in parts], [10, 20, 30, 40])) for at in (0, 1))
    person = pd.Series(range(100))
    table = by_group(did, group, person, SMALL, like)
    assert table.loc["a", "difference_points"] == pytest.approx(11 / 40 - (10 * 18 / 20 + 30 * 1 / 40) / 40)
    assert table.loc["b", "difference_points"] == pytest.approx(18 / 20 - 9 / 10)
    assert standing_out(table, "adviser_id", 0.05)[0] == "alike"
    # Beside all others b would stand far above and c far below: for where they work.
    assert (by_group(did, group, person, SMALL).loc[["b", "c"], "adjusted_p_value"] < 0.001).all()


def test_a_group_that_is_alone_in_its_place_is_compared_with_nobody() -> None:
    did, group, person = asked(a=(40, 30), b=(40, 10), c=(40, 20))
    table = by_group(did, group, person, SMALL, group.replace("c", "b"))
    assert table.loc["a", ["difference_points", "adjusted_p_value"]].isna().all()
    assert table.loc[["b", "c"], "adjusted_p_value"].notna().all()


def test_small_groups_are_pooled_and_the_unknown_stand_apart() -> None:
    names = pd.Series(["a"] * 6 + ["b", "c", None])
    assert grouped(names, 5).tolist() == ["a"] * 6 + [POOLED_NAME, POOLED_NAME, UNKNOWN_NAME]
    table = pd.DataFrame({"rate": [0.1, 0.9, 0.5, 0.6]}, index=[POOLED_NAME, UNKNOWN_NAME, "a", "b"])
    assert ordered(table, "channel", "rate")["channel"].tolist() == ["b", "a", POOLED, UNKNOWN]


def test_rates_of_many_small_groups_are_drawn_together() -> None:
    did, group, person = asked(a=(40, 30), b=(40, 10), c=(3, 3), d=(30, 12))
    table = by_group(did, group.where(group != "d", UNKNOWN_NAME), person, SMALL)
    told = shrunken(table, 0.95)
    want = beta_binomial([30, 10, 3], [40, 40, 3], level=0.95)
    np.testing.assert_allclose(told.loc[["a", "b", "c"], "rate"], want.mean)
    np.testing.assert_allclose(told.loc[["a", "b", "c"], "rate_high"], want.high)
    assert told.loc["c", "rate"] < 3 / 3
    assert told.loc[UNKNOWN_NAME, "rate"] == 12 / 30  # who has no adviser is no adviser
    assert shrunken(table.loc[[UNKNOWN_NAME]], 0.95).equals(table.loc[[UNKNOWN_NAME]])


def test_the_group_that_differs_most_is_named_only_if_it_is_more_than_chance() -> None:
    apart = by_group(*asked(a=(40, 25), b=(40, 8), c=(40, 20)), SMALL)
    said, facts = standing_out(apart, "channel", 0.05)
    assert said == "lower"
    assert facts["group"] == {"en": "b", "zh": "b"}
    assert facts["group_rate"] == 8 / 40
    assert standing_out(by_group(*asked(a=(40, 20), b=(40, 19)), SMALL), "channel", 0.05) == ("alike", {"groups": 2})
    assert standing_out(by_group(*asked(a=(40, 20)), SMALL), "channel", 0.05)[0] == "one_group"


def test_five_are_a_group_and_those_without_a_name_or_without_others_have_no_test() -> None:
    assert grouped(pd.Series(["a"] * 6 + ["b"] * 5), 5).tolist() == ["a"] * 6 + ["b"] * 5
    assert by_group(*asked(a=(40, 20)), SMALL)["adjusted_p_value"].isna().all()
    table = by_group(*asked(**{"a": (40, 20), POOLED_NAME: (40, 2), UNKNOWN_NAME: (40, 2)}), SMALL)
    assert table["adjusted_p_value"].notna().to_dict() == {"a": True, POOLED_NAME: False, UNKNOWN_NAME: False}
    assert by_group(*asked(a=(40, 20), b=(5, 1)), SMALL).loc["b", "rate"] == 1 / 5


def test_all_together_is_their_sum() -> None:
    did, _, person = asked(a=(40, 30), b=(40, 10))
    row = all_together(did, person, 0.95)
    assert (row["n"], row["did"], row["rate"]) == (80, 40, 40 / 80)
