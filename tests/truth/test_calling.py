"""Does the interval of what calling changes hold the true effect as often as it says?

Estimand: the chance to churn within 30 days if called minus that if held out, of those drawn at their first list, given
all that had happened to them before; averaged over the lists by the weights of the comparison, which hang on nothing
but how many were drawn into either arm. By intention to treat: if called for, reached or not.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import effect
from churnlab.churn.calling.plan import counted
from churnlab.churn.calling.trial import trial
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings, Uncertainty
from churnlab.stats.arms import rates, risk_difference
from churnlab.synthetic import Institution
from churnlab.synthetic.institution import Hazards
from churnlab.synthetic.planted import Calling
from tests.truth.conftest import STANDING
from tests.truth.coverage import LEVEL, assert_covers
from tests.truth.many import SEEDS, Many, many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

HORIZON_DAYS = 30
MADE = Institution(
    students=150,
    months=18,
    campuses=2,
    simple=True,
    hazards=Hazards(simple_per_week=0.03),
    calling=Calling(from_month=6, hold_out_share=0.4, log_hazard_ratio=-0.9),
)


@pytest.fixture(scope="module")
def institutions() -> Many:
    return many(MADE, SEEDS, tables=(*STANDING, "calls"), settings=Settings(uncertainty=Uncertainty(min_group=5)))


@pytest.fixture(scope="module")
def parts(institutions: Many) -> dict[str, pd.DataFrame]:
    rows = trial(institutions.data)
    return {str(name): part.reset_index(drop=True) for name, part in rows.groupby(rows["student_id"].str[:3])}


def true_effects(truth: pd.DataFrame, drawn: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the true effect on average over the lists, weighed as the comparison does, and over all drawn."""
    first = truth[truth["is_first"]].assign(student_id=name + truth["student_id"], list_id=name + truth["list_id"])
    effects = first[f"if_called_{HORIZON_DAYS}d"] - first[f"if_held_out_{HORIZON_DAYS}d"]
    rows = drawn.merge(first.assign(effect=effects)[["student_id", "list_id", "effect"]], on=["student_id", "list_id"])
    assert len(rows) == len(drawn)
    counted = {"n": ("effect", "size"), "called": ("to_be_called", "sum"), "effect": ("effect", "mean")}
    by_list = rows.groupby("list_id").agg(**counted)
    weight = by_list["called"] * (by_list["n"] - by_list["called"]) / by_list["n"]
    return float((weight * by_list["effect"]).sum() / weight.sum()), float(rows["effect"].mean())


@pytest.fixture(scope="module")
def told(institutions: Many, parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    def no_worth(_: object) -> pd.DataFrame:
        raise NotEnoughData("calling.nobody")

    rows = []
    for name, drawn in parts.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(effect, "trial", lambda _, drawn=drawn: drawn)
            patch.setattr(effect, "remaining_value", no_worth)
            facts = effect.call_effect(institutions.data).facts
        one_look = risk_difference(counted(drawn), LEVEL)
        by_list, by_student = true_effects(institutions.truths[name].calls, drawn, name)
        rows.append({
            "n": len(drawn),
            "told": facts["difference_points"],
            "low": one_look[1],
            "high": one_look[2],
            "low_of_all_looks": facts["difference_points_low"],
            "high_of_all_looks": facts["difference_points_high"],
            "true": by_list,
            "of_all": by_student,
        })  # fmt: skip
    return pd.DataFrame(rows)


def test_the_true_effect_of_calling_lies_in_its_interval_as_often_as_it_says(told):
    assert_covers(pd.DataFrame({"effect": told["true"].between(told["low"], told["high"])}))
    # At one look, the interval that holds at all looks together holds it more often.
    assert told["true"].between(told["low_of_all_looks"], told["high_of_all_looks"]).mean() > 0.97


def test_on_average_the_difference_is_the_true_effect(told):
    error = told["told"] - told["true"]
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(len(error))
    # The effect is there to be found, and the weights of the lists change little about it.
    assert told["true"].mean() < -0.03
    assert told["of_all"].mean() == pytest.approx(told["true"].mean(), abs=0.005)


def test_who_was_reached_is_no_comparison(institutions, parts):
    # Whoever looked at first lists only after the fact: the arms are alike in what was known at the list.
    shares = [part["to_be_called"].mean() for part in parts.values()]
    assert np.mean(shares) == pytest.approx(1 - 0.4, abs=0.02)
    drawn = pd.concat(parts.values())
    counts = counted(drawn)
    called, held_out = rates(counts)
    assert called < held_out
