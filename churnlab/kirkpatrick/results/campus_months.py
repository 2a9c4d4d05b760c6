"""How did each campus do, month by month, where some campuses were trained and others not?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.groups import groups

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class CampusMonths:
    """Means of a KPI by campus and month.

    Attributes
    ----------
    outcomes : numpy.ndarray, shape (campuses, months)
        Mean of the people of a campus in a month, each as heavy as her denominator.
    treated : numpy.ndarray of bool, shape (campuses,)
        Which campuses were trained.
    names : tuple of str
        Of the campuses.
    months : pandas.DatetimeIndex
        In order of time; months that count neither before nor after are not there.
    before : int
        How many of them lie before the training.
    mixed : int
        Campuses left out: people of theirs are on both sides, or a month is missing.
    people_trained : int
        People of the trained campuses.
    design : Design
        How a comparison is supported.
    """

    outcomes: Floats
    treated: NDArray[np.bool_]
    names: tuple[str, ...]
    months: pd.DatetimeIndex
    before: int
    mixed: int
    people_trained: int
    design: Design


def campus_months(evaluated: Evaluation, series: pd.DataFrame, elsewhere: pd.DataFrame | None = None) -> CampusMonths:
    """Return the campuses of a training that were trained as a whole, beside those of which nobody was trained.

    The months and people are those of `groups`: of a training that began several times the first beginning until the
    second, those still waiting being compared.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    series : pandas.DataFrame
        One row per `staff_id` and `month` with `value` and `n`, of any people.
    elsewhere : pandas.DataFrame, optional
        As of `groups`.
    """
    chosen = groups(evaluated, series, elsewhere)
    rows = chosen.rows[chosen.rows["campus"].notna()]
    weighted = rows.assign(weighted=rows["value"] * rows["weight"])
    sums = weighted.groupby(["campus", "month"])[["weighted", "weight"]].sum()
    means = (sums["weighted"] / sums["weight"]).unstack()
    share = rows.drop_duplicates("staff_id").groupby("campus")["is_trained"].mean().reindex(means.index)
    # What the trained campuses have all months of, the others must have too.
    months = means[share == 1].dropna(axis="columns").columns if (share == 1).any() else means.columns
    kept = means.loc[share.isin([0, 1]) & means[months].notna().all(axis="columns"), months]
    after = rows.loc[rows["after"].astype(bool), "month"]
    treated = (share.reindex(kept.index) == 1).to_numpy(dtype=bool)
    return CampusMonths(
        outcomes=kept.to_numpy(dtype=float),
        treated=treated,
        names=tuple(str(one) for one in kept.index),
        months=pd.DatetimeIndex(kept.columns),
        before=int((kept.columns < after.min()).sum()) if len(after) else len(months),
        mixed=len(means) - len(kept),
        people_trained=int(rows.loc[rows["campus"].isin(kept.index[treated]), "staff_id"].nunique()),
        design=chosen.design,
    )
