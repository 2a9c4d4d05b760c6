from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.stats.multiplicity import holm

IN_R = pd.read_csv(Path(__file__).parents[1] / "reference" / "p_adjust.csv")


def test_three_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_it_agrees_with_r():
    # tests/reference/odds_ratios.R, p.adjust
    assert holm(IN_R["p"]) == pytest.approx(IN_R["holm"].tolist())


def test_what_was_not_tested_does_not_count():
    raised = holm([0.01, np.nan, 0.04])
    assert np.isnan(raised[1])
    assert raised[[0, 2]] == pytest.approx(holm([0.01, 0.04]))


# Weights 0.4 and 0.4 for two, 0.2 for the third: p / weight is 0.05, 0.1, 0.04, so the third comes first.
#   third 0.008 × 1 / 0.2 = 0.04; first 0.02 × 0.8 / 0.4 = 0.04; second 0.04 × 0.4 / 0.4 = 0.04
def test_weights_by_hand():
    assert holm([0.02, 0.04, 0.008], [0.4, 0.4, 0.2]) == pytest.approx([0.04, 0.04, 0.04])
    # With the third at 0.03 it comes last: first 0.02 / 0.4, second 0.04 × 0.6 / 0.4, third no less than that.
    assert holm([0.02, 0.04, 0.03], [0.4, 0.4, 0.2]) == pytest.approx([0.05, 0.06, 0.06])
    assert holm([0.02, np.nan, 0.008], [0.4, 0.4, 0.2]) == pytest.approx([0.024, np.nan, 0.024], nan_ok=True)


@pytest.mark.parametrize("weights", [(1, 1, 1, 1), (8, 1, 1, 2)])
def test_one_of_many_is_falsely_found_as_rarely_as_is_said(weights):
    drawn = np.random.default_rng(3).random((4000, 4))
    false = sum((holm(row, weights) <= 0.05).any() for row in drawn)
    # Of independent tests a little less than 5 %; 4,000 draws err by 0.35 points.
    assert 0.035 < false / 4000 < 0.062


def test_no_tests_at_all():
    assert len(holm([])) == 0
