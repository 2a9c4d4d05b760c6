"""Does the interval of what the lists would have earned hold what such lists earn truly?

Estimand: what the lists of three months earn at institutions of this kind, on average over all of them, if a call keeps
the share of leavers that it is said to keep. Five institutions count as one, of fifteen campuses: at one alone, too few
leave of those on its lists for any interval. The truth is the mean of all three hundred; its error is an eighth of the
interval of five. That what is told is not off, is held against what truly became of everybody: `Truth.episodes` knows
who had her last lesson when, and why.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from churnlab.churn import panel, train
from churnlab.churn.calling import profit
from churnlab.churn.calling.replayed import replayed
from churnlab.churn.calling.saving import SavedShare
from churnlab.churn.capacity import at_campuses
from churnlab.churn.evaluation import Backtest
from churnlab.churn.outcome import CHURN_KINDS
from churnlab.churn.panel import snapshot_dates
from churnlab.settings import Calling, Settings, Uncertainty
from tests.truth.coverage import band
from tests.truth.many import Many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

SHARE = 0.3
TAUGHT_BY = 100
MONTHS = 6
FIVE = 5
FIGURES = ("list_cny", "gain_cny", "over_risk_cny")
RULES = Settings(calling=Calling(calls_per_month=10), uncertainty=Uncertainty(bootstrap=200))


@pytest.fixture(scope="module")
def lists(simple: Many) -> pd.DataFrame:
    """The lists of the last six months of all institutions: campuses are each one's own, so nobody meets another's."""
    data = replace(simple.data, settings=RULES)
    days = snapshot_dates(data)
    rows = panel(data, dates=days[-2 * MONTHS :])
    # All institutions are of one kind: their courses are the same.
    rows = rows.assign(course_id=rows["course_id"].str[3:])
    teaches = rows["unit_id"].str[:3].astype(int) < TAUGHT_BY
    model = train(rows[teaches & (rows["as_of"] < days[-MONTHS])], settings=Settings())
    tested = rows[rows["as_of"] >= days[-MONTHS]].reset_index(drop=True)
    scored = tested[["as_of", "unit_id", "student_id", "churned"]].assign(
        churn_probability=model.score(tested)["churn_probability"]
    )
    months = tuple(day.date() for day in days[-MONTHS:])
    found = at_campuses(Backtest(scored=scored, rivals=(), months=months, skipped=()), data).scored
    return replayed(found, rows, data, share=SHARE)


@pytest.fixture(scope="module")
def told(simple: Many, lists: pd.DataFrame) -> pd.DataFrame:
    months = tuple(day.date() for day in map(pd.Timestamp, np.sort(lists["as_of"].unique())))
    saves = SavedShare(share=SHARE, low=0.1, high=0.5, error=0.1)
    ends = pd.concat([truth.episodes.assign(student_id=name + truth.episodes["student_id"])
                      for name, truth in simple.truths.items()])  # fmt: skip
    rows = []
    for _, part in lists.groupby(lists["unit_id"].str[:3].astype(int) // FIVE):
        part = part.reset_index(drop=True)
        tested = Backtest(scored=part, rivals=(), months=months, skipped=())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(profit, "at_campuses", lambda backtest, data: backtest)
            patch.setattr(profit, "saved_share", lambda data: saves)
            patch.setattr(profit, "replayed", lambda scored, panel, data, *, share: scored)
            data = replace(simple.data, settings=RULES)
            facts = profit.call_profit(SimpleNamespace(data=data, backtest=tested, panel=None, campus=None)).facts
        figures = {f"{name}{end}": facts[f"{name}{end}"] for name in FIGURES for end in ("", "_low", "_high")}
        rows.append(figures | {"true_cny": truly_earned(part, ends)})
    return pd.DataFrame(rows)


def truly_earned(part: pd.DataFrame, episodes: pd.DataFrame) -> float:
    """Return what the lists of the later months earn, by who truly had her last lesson within thirty days of them."""
    half = np.sort(part["as_of"].unique())[MONTHS // 2]
    on_list = part[part["on_list"] & (part["as_of"] >= half)]
    ends = episodes[episodes["end_kind"].isin(CHURN_KINDS)][["student_id", "left_on"]]
    pairs = on_list.merge(ends, on="student_id")
    horizon = pd.Timedelta(days=RULES.outcome.horizon_days)
    kept = pairs[(pairs["left_on"] >= pairs["as_of"]) & (pairs["left_on"] < pairs["as_of"] + horizon)]
    return float(SHARE * kept["remaining_value_cny"].sum() - RULES.calling.cost_per_call_cny * len(on_list))


def test_intervals_hold_what_such_lists_earn_truly(told: pd.DataFrame) -> None:
    held = pd.DataFrame({
        name: told[f"{name}_low"].le(told[name].mean()) & told[f"{name}_high"].ge(told[name].mean()) for name in FIGURES
    })  # fmt: skip
    assert len(held) == 60
    assert held.mean().between(*band(len(held), len(FIGURES))).all(), held.mean()
    for name in FIGURES:
        half = (told[f"{name}_high"] - told[f"{name}_low"]).mean() / 2
        assert half == pytest.approx(1.96 * told[name].std(), rel=0.25), name


def test_lists_by_what_a_call_saves_earn_more_than_a_lot_and_than_risk_alone(told: pd.DataFrame) -> None:
    for name in FIGURES:
        assert told[name].mean() > 3 * told[name].sem(), name


def test_what_is_told_is_what_they_would_have_earned_by_who_truly_left(told: pd.DataFrame) -> None:
    error = told["list_cny"] - told["true_cny"]
    assert error.abs().max() < 0.05 * told["true_cny"].mean(), error.describe()
