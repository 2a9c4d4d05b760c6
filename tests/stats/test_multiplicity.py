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


def test_no_tests_at_all():
    assert len(holm([])) == 0
