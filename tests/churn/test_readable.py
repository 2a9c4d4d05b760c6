from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from churnlab.churn.readable import price
from churnlab.settings import Calling, Settings, Uncertainty
from churnlab.stats.calibration import calibration
from tests.churn.panels import month_of

RULES = Settings(calling=Calling(calls_per_month=40), uncertainty=Uncertainty(bootstrap=200))


def judged(model, challenger, left):
    seen = month_of(list(zip(left, model, strict=True)))
    return replace(seen, scored=seen.scored.assign(challenger=challenger, campus="East", already_gone=False))


@pytest.fixture(scope="module")
def truth():
    """Return 2,000 students: what drives them, and who left."""
    rng = np.random.default_rng(5)
    odds = rng.normal(-2, 1.5, 2000)
    return odds, rng.random(2000) < expit(odds), rng


def test_the_measures_are_those_of_scikit_learn(truth):
    odds, left, _ = truth
    seen = judged(expit(odds / 2), expit(odds), left)
    table = price(seen, settings=RULES).table.set_index("method")
    for name, p in (("model", expit(odds / 2)), ("challenger", expit(odds))):
        assert table.loc[name, "auc"] == pytest.approx(roc_auc_score(left, p))
        assert table.loc[name, "log_loss"] == pytest.approx(log_loss(left, p))
        assert table.loc[name, "brier"] == pytest.approx(brier_score_loss(left, p))
        slope = calibration(left, p, level=0.95, clusters=np.arange(2000))
        assert table.loc[name, ["calibration_slope_low", "calibration_slope_high"]].tolist() == pytest.approx(
            [slope.slope_low, slope.slope_high]
        )
        highest = np.argsort(-p)[:40]
        assert table.loc[name, "captured_share"] == left[highest].sum() / left.sum()
    assert table.loc["difference", "log_loss"] == pytest.approx(
        log_loss(left, expit(odds)) - log_loss(left, expit(odds / 2))
    )


def test_the_same_answers_are_alike_and_their_difference_is_nothing_for_sure(truth):
    odds, left, _ = truth
    found = price(judged(expit(odds), expit(odds), left), settings=RULES)
    gap = found.table.iloc[2]
    assert [gap["auc"], gap["auc_low"], gap["auc_high"], gap["brier"]] == [0, 0, 0, 0]
    assert found.sentences == ("sentence", "alike", "as_many", "stays")


def test_pairs_make_the_difference_surer_than_either(truth):
    odds, left, rng = truth
    near = odds + rng.normal(0, 0.1, 2000)
    table = price(judged(expit(odds), expit(near), left), settings=RULES).table
    width = table["auc_high"] - table["auc_low"]
    assert width[2] < width[0] / 3


@pytest.mark.parametrize(
    ("model", "challenger", "verdict", "calls"),
    [
        (0.3, 1.0, "better", "more"),
        (1.0, 0.3, "worse", "fewer"),
    ],
)
def test_a_model_that_sees_more_is_called_better_and_one_that_sees_less_worse(truth, model, challenger, verdict, calls):
    odds, left, _ = truth
    rng = np.random.default_rng(9)
    told = [
        expit(-2 + share * (odds + 2) + np.sqrt(1 - share**2) * rng.normal(0, 1.5, 2000))
        for share in (model, challenger)
    ]
    found = price(judged(*told, left), settings=RULES)
    assert found.sentences == ("sentence", verdict, calls, "stays")
    more = found.facts["challenger_found"] - found.facts["model_found"]
    assert found.facts["more_low"] <= more <= found.facts["more_high"]
    assert found.facts["more_found"] == abs(more)


def test_right_ranks_with_wrong_probabilities_are_better_in_part(truth):
    odds, left, _ = truth
    found = price(judged(expit(odds - 1.5), expit(odds), left), settings=RULES)
    assert found.sentences[1] == "better_partly"
    assert found.facts["gain"] == 0


def test_trees_that_are_sure_and_wrong_pay_a_finite_price(truth):
    odds, left, _ = truth
    table = price(judged(expit(odds), np.where(odds > 0, 1.0, 0.0), left), settings=RULES).table
    assert np.isfinite(table["log_loss"]).all()
    assert table["log_loss"][1] > table["log_loss"][0]
