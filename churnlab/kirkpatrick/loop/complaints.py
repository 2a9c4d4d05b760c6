"""Are those trained complained about less often than before, beside others?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick.behavior.exposure import claim, compare, service
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import fetch
from churnlab.tables.there import has


@dataclass(frozen=True, kw_only=True, eq=False)
class ComplaintRatio:
    """How many times as often complaints name those trained after it as before, beside others.

    Attributes
    ----------
    ratio, low, high, p_value : float
        Below 1: fewer. NaN where nobody tells it.
    before, after : float
        Complaints about the trained per person-month in service.
    trained, compared : int
        People with days in service.
    design : Design
        How a claim of cause is supported.
    """

    ratio: float
    low: float
    high: float
    p_value: float
    before: float
    after: float
    trained: int
    compared: int
    design: Design


def complaint_ratio(evaluated: Evaluation) -> ComplaintRatio | None:
    """Compare how often complaints named each person, per month in service; None: no complaint names any of them.

    Teachers and service staff alike: a complaint says itself whom it is about, whoever looks after the student now.
    Days count from the first on which any complaint named anybody. See `behavior.exposure.compare`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    if not has(evaluated.data, "complaints"):
        return None
    told = evaluated.data.table("complaints")
    named = fetch(told.filter(told.about_id.notnull()).select("about_id", "opened_at").order_by("opened_at"))
    events = pd.DataFrame({
        "staff_id": named["about_id"], "day": pd.to_datetime(named["opened_at"]).dt.normalize(),
    })  # fmt: skip
    days = service(evaluated)
    ours = events[events["staff_id"].isin(set(days["staff_id"]))]
    if ours.empty:
        return None
    days = days[days["day"] >= events["day"].min()]
    found = compare(evaluated, days, ours, level=evaluated.data.settings.uncertainty.level)
    if not np.isfinite(found["rate_ratio"]):
        return None
    people = days.groupby("is_trained")["staff_id"].nunique()
    return ComplaintRatio(
        ratio=found["rate_ratio"], low=found["rate_ratio_low"], high=found["rate_ratio_high"],
        p_value=found["p_value"], before=found["before"], after=found["after"], trained=int(people.get(True, 0)),
        compared=int(people.get(False, 0)), design=claim(evaluated),
    )  # fmt: skip
