"""How do the scores of sandbox exercises and contests move from quarter to quarter?"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

_BEST = 100


def _mean(values: NDArray[np.float64], rows: NDArray[np.intp]) -> float:
    return float(values[rows].mean())


def contest_scores(data: Data) -> Finding:
    """Tell the mean score of sandbox exercises by quarter, over all staff.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `learning.contest`, one row per `quarter` with enough people (`min_group`): `people`, `contest_result` (mean out
        of 100, each person as much as another) with a bootstrap interval over people.

    Raises
    ------
    NotEnoughData
        If no quarter had enough people.
    """
    need(data, "ratings")
    table, settings = data.table("ratings"), data.settings
    rows = fetch(table.filter(table.kind == "sandbox"))
    rows = rows[rows["scale_max"] > rows["scale_min"]]
    score = _BEST * (rows["score"] - rows["scale_min"]) / (rows["scale_max"] - rows["scale_min"])
    each = rows.assign(score=score, quarter=rows["at"].dt.to_period("Q").astype(str))
    people = each.groupby(["quarter", "staff_id"], as_index=False).agg(score=("score", "mean"))
    told: list[dict[str, Any]] = []
    for quarter, part in people.groupby("quarter"):
        if len(part) >= settings.uncertainty.min_group:
            values = part["score"].to_numpy()
            low, high = cluster_bootstrap(
                partial(_mean, values), part["staff_id"], level=settings.uncertainty.level,
                resamples=settings.uncertainty.bootstrap, seed=settings.uncertainty.seed,
            )  # fmt: skip
            told.append({
                "quarter": quarter, "people": len(part), "contest_result": float(values.mean()),
                "contest_result_low": float(low), "contest_result_high": float(high),
            })  # fmt: skip
    if not told:
        raise NotEnoughData("learning.no_contest", least=settings.uncertainty.min_group)
    shown = pd.DataFrame(told)
    last = told[-1]
    facts: dict[str, Any] = {
        "quarters": len(shown), "quarter": last["quarter"], "people": last["people"], "mean": last["contest_result"],
        "low": last["contest_result_low"], "high": last["contest_result_high"], "level": settings.uncertainty.level,
        "mean_first": told[0]["contest_result"], "quarter_first": told[0]["quarter"],
    }  # fmt: skip
    sentences = ("sentence", "first") if len(told) > 1 else ("sentence",)
    return Finding(key="learning.contest", table=shown, facts=facts, sentences=sentences, caveats=("learning_contest",))
