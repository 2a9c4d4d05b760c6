"""Is the effect of calling found where students react to what happens to them; do the lists put first whom calls keep?

In the full mode no formula says what calling changes. But an institution can live twice from a list on, once with all
of those drawn called and once with all held out; with 8,000 students the difference is known to half a point.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import effect, uplift
from churnlab.churn.calling.plan import counted
from churnlab.churn.calling.trial import trial
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings, Uncertainty
from churnlab.stats.arms import risk_difference
from churnlab.synthetic import Calling, Hazards, Institution, calling_effect
from tests.truth.conftest import STANDING
from tests.truth.coverage import LEVEL, assert_covers
from tests.truth.many import SEEDS, Many, many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("calling_full")]

HORIZON_DAYS = 30
HELD_OUT = 0.4
# A call weighs on the hazard of everybody alike, and so keeps more of those who stand high on the list: they are nearer
# to leaving. As many end with their contract as it takes for ten to leave in either arm.
MADE = Institution(
    students=300,
    months=15,
    campuses=1,
    hazards=Hazards(leaving_at_end=0.35),
    calling=Calling(from_month=3, capacity=10_000, hold_out_share=HELD_OUT, log_hazard_ratio=-1.2, reached_share=1.0),
)


@pytest.fixture(scope="module")
def institutions() -> Many:
    return many(MADE, SEEDS, tables=(*STANDING, "calls"), settings=Settings(uncertainty=Uncertainty(min_group=5)))


@pytest.fixture(scope="module")
def drawn(institutions: Many) -> pd.DataFrame:
    return trial(institutions.data)


@pytest.fixture(scope="module")
def parts(drawn: pd.DataFrame) -> list[pd.DataFrame]:
    return [part.reset_index(drop=True) for _, part in drawn.groupby(drawn["student_id"].str[:3])]


@pytest.fixture(scope="module")
def told(institutions: Many, parts: list[pd.DataFrame]) -> pd.DataFrame:
    def no_worth(_: object) -> pd.DataFrame:
        raise NotEnoughData("calling.nobody")

    rows = []
    for part in parts:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(effect, "trial", lambda _, part=part: part)
            patch.setattr(effect, "remaining_value", no_worth)
            facts = effect.call_effect(institutions.data).facts
        # That of all looks together is wider; asked once, the interval is that of a single look.
        _, low, high = risk_difference(counted(part), LEVEL)
        assert facts["difference_points_low"] < low
        assert high < facts["difference_points_high"]
        rows.append({"difference_points": facts["difference_points"], "low": low, "high": high})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def true_effect(drawn: pd.DataFrame) -> float:
    lists = calling_effect(replace(MADE, students=8000), horizon_days=HORIZON_DAYS)
    lists = lists[lists["made_on"] <= drawn["made_on"].max()]
    return float((lists["churned_if_called"] - lists["churned_if_held_out"]).sum() / lists["drawn"].sum())


def test_the_true_effect_lies_in_its_interval_as_often_as_it_says(told: pd.DataFrame, true_effect: float) -> None:
    """Estimand: the chance to churn within 30 days if called for less that if held out, of those drawn, on average.

    Of institutions of this kind: what it is in each hangs on its students too, but that is a tenth of the interval.
    Who leaves for personal reasons counts in the trial and not in the truth: calls move these few in neither arm.
    """
    assert_covers(pd.DataFrame({
        "effect": told["low"].le(true_effect) & told["high"].ge(true_effect)
    }))  # fmt: skip


def test_on_average_the_difference_is_the_true_effect(told: pd.DataFrame, true_effect: float) -> None:
    error = told["difference_points"] - true_effect
    assert true_effect < -0.08
    assert abs(error.mean()) < 3 * np.hypot(error.std() / np.sqrt(len(error)), 0.005)


def qini(institutions: Many, rows: pd.DataFrame) -> dict[str, float]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uplift, "trial", lambda _: rows)
        facts = uplift.call_qini(institutions.data).facts
    return {name: float(facts[name]) for name in ("qini", "qini_low", "qini_high")}


def test_the_lists_put_first_whom_calls_keep(institutions: Many, drawn: pd.DataFrame) -> None:
    """All institutions together; one of them alone, with some 160 drawn, can hardly ever tell."""
    assert qini(institutions, drawn)["qini_low"] > 0


def test_where_nobody_was_called_the_interval_holds_0_as_often_as_it_says(
    institutions: Many, parts: list[pd.DataFrame]
) -> None:
    """Among those held out nobody was called: a lot drawn anew among them puts first whom it keeps no more."""
    rng, found = np.random.default_rng(20261), []
    for part in parts:
        held_out = part[~part["to_be_called"]].reset_index(drop=True)
        found.append(qini(institutions, held_out.assign(to_be_called=rng.random(len(held_out)) > HELD_OUT)))
    told = pd.DataFrame(found)
    assert_covers(pd.DataFrame({"qini": told["qini_low"].le(0) & told["qini_high"].ge(0)}))
    assert abs(told["qini"].mean()) < 3 * told["qini"].std() / np.sqrt(len(told))
