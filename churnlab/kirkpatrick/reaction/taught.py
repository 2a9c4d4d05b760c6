"""What did those learn and achieve whom an instructor taught, beyond people who were not trained?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.compared import differences
from churnlab.kirkpatrick.learning.scores import whole_scores
from churnlab.kirkpatrick.metrics import low_is_good
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import KpiEffect, all_effects
from churnlab.stats.weighted_mean import WeightedMean, weighted_mean
from churnlab.tables.door import Data, fetch

ABSENT = "absent"


def seats_taught(data: Data) -> pd.DataFrame:
    """Return how much of each training an instructor taught.

    One row per `training_id` and `instructor_id`: `seats` (a person at a session of hers, or who made it up).
    """
    sessions = fetch(data.table("training_sessions").select("session_id", "training_id", "instructor_id"))
    came = fetch(data.table("training_attendance").select("session_id", "staff_id", "status"))
    seats = came[came["status"] != ABSENT].drop_duplicates(["session_id", "staff_id"]).merge(sessions, on="session_id")
    counted = seats.dropna(subset=["instructor_id"]).groupby(["training_id", "instructor_id"], as_index=False)
    return counted.agg(seats=("staff_id", "size"))


def learned_more(evaluated: Evaluation) -> WeightedMean | None:
    """Return what the trained learned beyond the others, at equal scores before, in standard deviations of those.

    None where nobody was tested, or too few were compared.
    """
    try:
        found, scores = differences(evaluated).get("post"), whole_scores(evaluated)
    except NotEnoughData:
        return None
    spread = float(scores["pre"].std(ddof=1))
    if found is None or not spread > 0:
        return None
    return WeightedMean(
        mean=found.adjusted / spread, low=found.adjusted_low / spread, high=found.adjusted_high / spread
    )


def achieved_more(evaluated: Evaluation, months: int) -> WeightedMean | None:
    """Return what a training did to the KPIs of the trained in so many months, in standard deviations between people.

    The mean over their KPIs, each turned so that more is better. Only where it was compared with others or with a long
    series, with groups that were alike before, and so many months have passed; else None. KPIs of the same people go
    together: the interval is long enough however they do.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    months : int
        Whole months after it.
    """
    settings = evaluated.data.settings
    results = settings.results.model_copy(update={"months_after": months})
    data = replace(evaluated.data, settings=settings.model_copy(update={"results": results}))
    near = Evaluation(data, evaluated.course.training_id)
    told = [one for one in all_effects(near) if one.is_claim and not one.is_doubtful and one.months_after >= months]
    kpis = staff_kpis(data)
    rows = [row for one in told if (row := _standardised(one, near, kpis)) is not None]
    if not rows:
        return None
    values, lows, highs = np.array(rows).T
    return weighted_mean(values, lows, highs, np.ones(len(rows)), independent=False)


def _standardised(one: KpiEffect, evaluated: Evaluation, kpis: pd.DataFrame) -> tuple[float, float, float] | None:
    began = evaluated.trained["began_on"].min()
    before = kpis[(kpis["metric"] == one.metric) & (kpis["month"] < began)].dropna(subset=["value"])
    spread = float(
        before[before["staff_id"].isin(evaluated.people["staff_id"])].groupby("staff_id")["value"].mean().std(ddof=1)
    )
    if not spread > 0 or not np.isfinite([one.low, one.high]).all():
        return None
    ends = (one.effect / spread, one.low / spread, one.high / spread)
    return (-ends[0], -ends[2], -ends[1]) if low_is_good(one.metric, evaluated.data.settings) else ends
