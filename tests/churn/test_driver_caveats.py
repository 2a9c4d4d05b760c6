"""Does a reader learn what an odds ratio cannot tell?"""

import numpy as np
import pandas as pd

from churnlab.churn.driver_caveats import against, collinear, unknown
from churnlab.churn.reasons import label, missing_label
from churnlab.settings import Settings

RULES = Settings()


def _rows(**columns):
    return pd.DataFrame(columns)


def test_features_that_the_others_tell_are_named_as_a_whole():
    # b is made of two columns; c is their sum but for a little noise, and so is told by them, and they by it
    rng = np.random.default_rng(3)
    a, b, more = rng.normal(size=(3, 500))
    c = b + more + 0.01 * rng.normal(size=500)
    owners = np.array(["hours_left", "tenure_days", "tenure_days", "contracts_before"])
    said = collinear(np.column_stack([a, b, more, c]), owners, RULES)
    assert said.say("en") == "Days with us; Contracts before"
    assert collinear(np.column_stack([a, b, more]), owners[:3], RULES) is None


def test_pieces_of_one_feature_do_not_count_against_each_other():
    b = np.random.default_rng(3).normal(size=500)
    near = b + 0.01 * np.random.default_rng(4).normal(size=500)
    assert collinear(np.column_stack([b, near]), np.array(["hours_left"] * 2), RULES) is None
    assert collinear(np.column_stack([b, near]), np.array(["hours_left", "tenure_days"]), RULES) is not None


def test_only_clear_ratios_that_go_the_other_way_are_named_once():
    rows = _rows(
        feature=["hours_left", "missed_in_a_row", "missed_in_a_row", "tenure_days"],
        against=[True, True, True, False],
        driver_note=["estimated", "clear", "clear", "clear"],
    )
    assert against(rows).say("zh") == "连续未到课节数"
    assert against(rows.iloc[[0, 3]]) is None


def test_clear_ratios_of_unknown_values_are_told_with_their_intervals():
    names = [missing_label("days_since_contact"), missing_label("hours_left"), label("tenure_days")]
    rows = _rows(
        driver=names, odds_ratio=[0.768, 1.4, 1.1], odds_ratio_low=[0.68, 1.2, 0.9], odds_ratio_high=[0.86, 1.6, 1.3],
        driver_note=["clear", "clear", "estimated"],
    )  # fmt: skip
    assert unknown(rows).say("en") == (
        "Never contacted 0.77 (0.68–0.86); Hours left (not by hours, or use not recorded) 1.40 (1.20–1.60)"
    )
    assert unknown(rows.iloc[2:]) is None
