"""What did a training cost, all told?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.hours import hours_of
from churnlab.tables.door import fetch

WAGES = "wages"


def costs(evaluated: Evaluation) -> pd.DataFrame:
    """Return what a training cost, by what for.

    One row per `cost_category` and `is_direct` (whether paid for this training alone), with its `cost_cny`, dearest
    first. Where no wages of the hours of the trained are among them, they are put in: hours times what an hour
    of the grade costs (`[returns] wages`, else `hourly_wage_cny`), `is_reckoned`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Raises
    ------
    NotEnoughData
        If no cost of it was told by the date.
    """
    rows = evaluated.data.table("training_costs")
    rows = fetch(rows.filter(rows.training_id == evaluated.course.training_id))
    if rows.empty:
        raise NotEnoughData("returns.no_costs", training_id=evaluated.course.training_id)
    told = rows.assign(amount_cny=rows["amount_cny"].astype(float))
    told = told.groupby(["category", "direct"], as_index=False).agg(cost_cny=("amount_cny", "sum"))
    told = told.rename(columns={"category": "cost_category", "direct": "is_direct"}).assign(is_reckoned=False)
    hours = hours_of(evaluated)
    if WAGES not in set(told["cost_category"]) and hours.sum() > 0:
        wages = float((hours * wage_of(evaluated)).sum())
        reckoned = {"cost_category": WAGES, "is_direct": False, "cost_cny": wages, "is_reckoned": True}
        told = pd.concat([told, pd.DataFrame([reckoned])], ignore_index=True)
    return told.sort_values(["cost_cny", "cost_category"], ascending=[False, True], ignore_index=True)


def wage_of(evaluated: Evaluation) -> pd.Series:
    """Return what an hour of each of those trained costs, by grade where the settings tell it; rows as of `trained`."""
    rules = evaluated.data.settings.returns
    by_grade = evaluated.trained["grade"].map({one.grade: one.cny for one in rules.wages})
    return by_grade.astype(float).fillna(rules.hourly_wage_cny)


def _mean_wage(told: pd.DataFrame, hours: float) -> float | None:
    reckoned = float(told.loc[told["is_reckoned"], "cost_cny"].sum())
    return reckoned / hours if hours > 0 else None


def training_cost(evaluated: Evaluation) -> Finding:
    """Say what a training cost, fully loaded: what was paid, and the hours of those who sat in it.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.cost`, the rows of `costs` with `cost_share`, dearest first. Facts: the sum, that of each trained
        person and of each hour of hers.

    Raises
    ------
    NotEnoughData
        If no cost of it was told, or nobody was trained, by the date.
    """
    told, people = costs(evaluated), len(evaluated.trained)
    if not people:
        raise NotEnoughData("kirkpatrick.nobody", training_id=evaluated.course.training_id)
    whole, hours = float(told["cost_cny"].sum()), float(hours_of(evaluated).sum())
    facts: dict[str, Any] = {
        "cost": whole, "people": people, "each": whole / people, "hour": whole / hours if hours > 0 else None,
        "indirect": float(told.loc[~told["is_direct"].astype(bool), "cost_cny"].sum()),
        "wage": _mean_wage(told, hours),
    }  # fmt: skip
    sentences = ["sentence"] + (["hour"] if hours > 0 else [])
    sentences += ["reckoned"] if told["is_reckoned"].any() else []
    table = told.assign(cost_share=told["cost_cny"] / whole if whole else float("nan"))
    return Finding(key="returns.cost", table=table, facts=facts, sentences=tuple(sentences))
