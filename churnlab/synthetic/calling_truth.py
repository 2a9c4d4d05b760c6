"""How much rarer is churn truly because of the calls?"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.beginning import begin
from churnlab.synthetic.calling import call_ids, in_order, list_ids
from churnlab.synthetic.department import ARMS, CALL, HOLD_OUT, Forced
from churnlab.synthetic.hazard import early_weeks
from churnlab.synthetic.history import History, history
from churnlab.synthetic.incidence import churn_per_week, latest_lessons
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.people import student_ids
from churnlab.synthetic.state import CHURN, Floats, Ints, World

HORIZONS_DAYS = (30, 60, 90)


def call_truth(world: World, past: History) -> pd.DataFrame:
    """Return for each row of the lists its arm, and her chances in either; `Truth.calls` says what they mean."""
    rows = in_order(past)
    called = rows["called"].to_numpy()
    table = pd.DataFrame(
        {
            "call_id": call_ids(rows),
            "list_id": list_ids(world, rows),
            "student_id": student_ids(world)[rows["student"]],
            "made_on": world.days.date(rows["day"].to_numpy()),
            "arm": np.array(ARMS, dtype=object)[rows["arm"]],
            "is_first": rows["is_first"].to_numpy(dtype=bool),
            "called_on": pd.Series(world.days.date(called)).where(called >= 0).to_numpy(),
            "reached": rows["reached"].to_numpy(dtype=bool),
        }
    )
    for horizon in HORIZONS_DAYS:
        chances = _chances(world, past, rows, horizon)
        table = table.assign(**{f"if_called_{horizon}d": chances[CALL], f"if_held_out_{horizon}d": chances[HOLD_OUT]})
    return table


def _chances(world: World, past: History, rows: pd.DataFrame, horizon: int) -> tuple[Floats, Floats]:
    """Return the probabilities of churn within the horizon if called and if held out; NaN where there is no formula."""
    calling, unknown = world.institution.calling, np.full(len(rows), np.nan)
    simple = replace(world.institution, calling=None).has_formula
    if calling is None or not simple or horizon > calling.rest_days:
        return unknown, unknown
    day = rows["day"].to_numpy()
    whole = day + horizon <= world.days.days
    future = _Future(world, past, rows["student"].to_numpy(), day, horizon)
    held_out = future.churns(future.until, future.until)
    calls = [day + 1 + delay for delay in range(calling.within_days)]
    reached = np.mean([future.churns(call, call + calling.lasts_days) for call in calls], axis=0)
    called = calling.reached_share * reached + (1 - calling.reached_share) * held_out
    return np.where(whole, called, np.nan), np.where(whole, held_out, np.nan)


class _Future:
    """The lessons from a list to the end of a horizon, at which each student's hazard is known."""

    def __init__(self, world: World, past: History, student: Ints, day: Ints, horizon: int) -> None:
        self.world, self.group = world, past.group[student]
        self.latest = latest_lessons(world, 2 * world.days.days)
        entered = past.episodes.drop_duplicates("student").set_index("student")["entered"]
        self.entered = entered.reindex(student).to_numpy(dtype=np.int64)
        self.churn = churn_per_week(world, past, student)
        self.start, self.until = self._lesson(day - 1), day + horizon - 1

    def _lesson(self, day: Ints) -> Ints:
        """Return the last lesson on the day or before."""
        return np.maximum(self.entered, self.latest[self.group, day])

    def churns(self, called: Ints, worn_off: Ints) -> Floats:
        """Return the probability of churn if a call on one day is in effect until another, the last day included.

        The hazards are constant but for the effect and the first weeks, which weigh those of all kinds alike: of those
        who leave before the call, in its effect and after it, each kind has its share of its hazard.
        """
        assert self.world.institution.calling is not None
        hazards, effect = self.world.institution.hazards, np.exp(self.world.institution.calling.log_hazard_ratio)
        marks = [self.start, *(self._lesson(np.minimum(day, self.until)) for day in (called, worn_off, self.until))]
        here, churned = np.ones(len(self.churn)), np.zeros(len(self.churn))
        for since, to, ratio in zip(marks[:-1], marks[1:], (1.0, effect, 1.0), strict=True):
            weeks = early_weeks(hazards, (to - self.entered) / 7, (to - since) / 7)
            churn = self.churn * ratio
            total = churn + hazards.personal_per_week
            leaves = -np.expm1(-total * weeks)
            churned += here * leaves * churn / total
            here *= 1 - leaves
        return churned


def calling_effect(institution: Institution, *, horizon_days: int) -> pd.DataFrame:
    """Return what became of everybody drawn at a list, once all of them called and once all held out.

    For each list the same institution lives twice. Up to that list both worlds are the same, arms included; then who is
    drawn there is put into one arm. Estimand: the probability of churning within [made_on, made_on + horizon), averaged
    over those drawn at the list, if called and if held out; the difference is the effect by intention to treat. The
    shares told here are one draw of it, unbiased: average over seeds. A randomised comparison of first lists has the
    same estimand but for one thing: a sibling who stays keeps a student, and here siblings share an arm.

    Parameters
    ----------
    institution : Institution
        With `calling`, in any mode.
    horizon_days : int
        At least 1.

    Returns
    -------
    pandas.DataFrame
        One row a month's lists of all campuses together whose horizon lies within the history: `made_on`, `drawn` (how
        many), `churned_if_called` and `churned_if_held_out` (how many of them).
    """
    world, _ = begin(institution)
    rows = in_order(history(world))
    days = rows.loc[rows["is_first"] == 1].groupby("number")["day"].first()
    days = days[days + horizon_days <= world.days.days]
    found = pd.DataFrame({"made_on": world.days.date(days.to_numpy())}, index=days.index)
    for arm, name in ((CALL, "churned_if_called"), (HOLD_OUT, "churned_if_held_out")):
        drawn = [_churned(institution, Forced(number=int(number), arm=arm), horizon_days) for number in days.index]
        found["drawn"] = [len(churned) for churned in drawn]
        found[name] = [int(churned.sum()) for churned in drawn]
    return found[["made_on", "drawn", "churned_if_called", "churned_if_held_out"]].reset_index(drop=True)


def _churned(institution: Institution, forced: Forced, horizon: int) -> npt.NDArray[np.bool_]:
    """Tell who of those drawn at a list churned within the horizon, if the lot gave all of them the same arm."""
    past = history(begin(institution)[0], forced)
    rows = in_order(past)
    rows = rows[(rows["number"] == forced.number) & (rows["is_first"] == 1)]
    churn = past.ends.loc[past.ends["kind"] < len(CHURN), ["student", "left"]].astype(np.int64)
    pairs = rows[["student", "day"]].merge(churn, on="student")
    within = pairs[(pairs["left"] >= pairs["day"]) & (pairs["left"] < pairs["day"] + horizon)]
    return np.isin(rows["student"], within["student"])
