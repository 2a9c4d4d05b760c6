"""What does training one head cost, grade by grade, against its standard and against the industry?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.returns.hours import attended
from churnlab.kirkpatrick.returns.spent import recent, spent
from churnlab.tables.door import Data
from churnlab.tables.there import need

ALL, NO_GRADE = "all", "no_grade"


def cost_per_head(data: Data) -> Finding:
    """Say what training one head cost in the last months, by grade.

    The cost of each training begun in the last `[returns] cost_months` is shared by the hours that each of its people
    attended. A grade's mean is over those trained, and its cost per head over all of the grade who are there.

    Returns
    -------
    Finding
        `returns.heads`, first a row of all, then one a grade `staff_grade`: `people_trained`, `people_there` (at the
        date), `cost_cny`, `trained_head_cny`, `head_cny` (cost over people there), `standard_cny` (missing: none in
        the settings), `over_share` (above the standard; below 0 under it), `head_state` (`within`, `over`,
        `no_standard`; of all also `alert`: beyond the industry's mean by more than `above_industry_share`).

    Raises
    ------
    NotEnoughData
        If no cost or no hour is told in these months.
    """
    need(data, "training_costs")
    shared = shared_costs(data)
    people = staff(data)
    grade = people.set_index("staff_id")["grade"]
    here = people[people["left_on"].isna()]
    there = here["grade"].fillna(NO_GRADE).value_counts()
    told = shared.assign(grade=shared["staff_id"].map(grade).fillna(NO_GRADE))
    standards = {one.grade: one.cny for one in data.settings.returns.head_standards}
    rules = data.settings.returns
    rows = [_row(ALL, told, len(here), rules.industry_head_cny or np.nan, rules.above_industry_share)]
    for name in sorted({*told["grade"], *there.index}, key=lambda one: (one == NO_GRADE, one)):
        part = told[told["grade"] == name]
        rows.append(_row(name, part, int(there.get(name, 0)), standards.get(name, np.nan), 0.0))
    table, whole = pd.DataFrame(rows), rows[0]
    over = table.iloc[1:]
    facts: dict[str, Any] = {
        "months": rules.cost_months, "cost": whole["cost_cny"], "head": whole["head_cny"], "there": len(here),
        "trained": whole["people_trained"], "trained_head": whole["trained_head_cny"],
        "industry": rules.industry_head_cny, "over": whole["over_share"], "most": rules.above_industry_share,
        "grades": int(over["standard_cny"].notna().sum()), "grades_over": int((over["head_state"] == "over").sum()),
    }  # fmt: skip
    by_industry = {"no_standard": "no_industry", "alert": "alert"}.get(whole["head_state"], "within")
    sentences = ("sentence", by_industry, "grades" if facts["grades"] else "no_grades")
    return Finding(key="returns.heads", table=table, facts=facts, sentences=sentences)


def shared_costs(data: Data) -> pd.DataFrame:
    """Return what each cost in trainings begun in the last `[returns] cost_months`, by hours attended.

    Returns
    -------
    pandas.DataFrame
        One row per `training_id` and `staff_id`: `hours` and `cost_cny`.

    Raises
    ------
    NotEnoughData
        If there is nothing to share out.
    """
    costs = spent(data).groupby("training_id")["cost_cny"].sum()
    hours = attended(data)
    hours = hours[hours["training_id"].isin(recent(data)) & (hours["hours"] > 0)]
    share = hours["hours"] / hours.groupby("training_id")["hours"].transform("sum")
    shared = hours.assign(cost_cny=share * hours["training_id"].map(costs)).dropna(subset=["cost_cny"])
    if shared.empty:
        raise NotEnoughData("returns.no_hours")
    return shared.reset_index(drop=True)


def _row(grade: str, told: pd.DataFrame, there: int, standard: float, margin: float) -> dict[str, Any]:
    cost, trained = float(told["cost_cny"].sum()), int(told["staff_id"].nunique())
    head = cost / there if there else np.nan
    over = head / standard - 1 if standard > 0 else np.nan
    state = "no_standard" if np.isnan(over) else "within" if over <= margin else "alert" if grade == ALL else "over"
    return {
        "staff_grade": grade, "people_trained": trained, "people_there": there, "cost_cny": cost,
        "trained_head_cny": cost / trained if trained else np.nan, "head_cny": head, "standard_cny": standard,
        "over_share": over, "head_state": state,
    }  # fmt: skip
