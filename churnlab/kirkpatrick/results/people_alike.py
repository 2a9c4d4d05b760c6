"""What did each person achieve before and after a training, and what was known of her before?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.kirkpatrick.evaluation import Evaluation, staff
from churnlab.kirkpatrick.results.groups import groups

_DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, kw_only=True, eq=False)
class PeopleAlike:
    """People with months before and after.

    Attributes
    ----------
    people : pandas.DataFrame
        One row a person, by `staff_id`: `is_trained`, `before` and `after` (means over her months, each as heavy as its
        denominator), `role`, `campus`, and `tenure_months` on the first day of the months after.
    known : pandas.DataFrame
        Of each row what is matched on, as numbers: the KPI before and, where it is known of all, the tenure.
    exact : pandas.Series
        Of each row what matches must have in common.
    by_campus : bool
        That the campus is in it: everybody trained has somebody of her role and campus to be compared with.
    """

    people: pd.DataFrame
    known: pd.DataFrame
    exact: pd.Series
    by_campus: bool


def people_alike(evaluated: Evaluation, series: pd.DataFrame, elsewhere: pd.DataFrame | None = None) -> PeopleAlike:
    """Return the people of `groups` who have months before and after, trained or not.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    series : pandas.DataFrame
        One row per `staff_id` and `month` with `value` and `n`, of any people.
    elsewhere : pandas.DataFrame, optional
        As of `groups`.
    """
    rows = groups(evaluated, series, elsewhere).rows
    weighted = rows.assign(weighted=rows["value"] * rows["weight"], side=np.where(rows["after"], "after", "before"))
    sums = weighted.groupby(["staff_id", "is_trained", "side"])[["weighted", "weight"]].sum()
    means = (sums["weighted"] / sums["weight"]).unstack().reindex(columns=["before", "after"]).dropna()
    list_of = staff(evaluated.data)[["staff_id", "role", "campus", "hired_on"]]
    people = means.reset_index().merge(list_of, on="staff_id", how="left", validate="1:1")
    first = rows.loc[rows["after"].astype(bool), "month"].min()
    people["tenure_months"] = (first - people["hired_on"]).dt.days / _DAYS_PER_MONTH
    people = people.assign(is_trained=people["is_trained"].astype(bool)).drop(columns="hired_on")
    known = ["before", *(["tenure_months"] if people["tenure_months"].notna().all() else [])]
    role = people["role"].astype(object).where(people["role"].notna(), "")
    both = role + "\n" + people["campus"].astype(object).where(people["campus"].notna(), "")
    by_campus = both[people["is_trained"]].isin(both[~people["is_trained"]]).all()
    return PeopleAlike(people=people, known=people[known], exact=both if by_campus else role, by_campus=bool(by_campus))
