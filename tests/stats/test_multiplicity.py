from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.stats.multiplicity import benjamini_hochberg, holm

IN_R = pd.read_csv(Path(__file__).parents[1] / "reference" / "p_adjust.csv")


def test_three_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])


def test_both_agree_with_r():
    # tests/reference/odds_ratios.R, p.adjust
    assert holm(IN_R["p"]) == pytest.approx(IN_R["holm"].tolist())
    assert benjamini_hochberg(IN_R["p"]) == pytest.approx(IN_R["bh"].tolist())


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_what_was_not_tested_does_not_count(adjust):
    raised = adjust([0.01, np.nan, 0.04])
    assert np.isnan(raised[1])
    assert raised[[0, 2]] == pytest.approx(adjust([0.01, 0.04]))


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_no_tests_at_all(adjust):
    assert len(adjust([])) == 0
