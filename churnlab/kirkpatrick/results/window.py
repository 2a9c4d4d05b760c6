"""Which months of which people tell what a training did to a KPI?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation, staff
from churnlab.tables.door import Data, fetch


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """Person-months before and after a training.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per `staff_id` and `month` (timestamp): `period` (months since year 0), `value`, `n` (missing: no
        share), `weight` (n, or 1), `campus`, `is_trained`, `start` (period of her first whole month after the training;
        missing: never) and `after` (bool: from the first of all starts on).
    starts : tuple of int
        Periods in which somebody starts, first to last.
    design : Design
        How a comparison of these is supported, before the groups are looked at.
    others : bool
        The people compared with are other people of the same role, not of the training.
    selected_months : int
        Months left out before the training because people may have been chosen for them.
    other_trainings : int
        Person-months left out because another training of hers had begun.
    left, left_compared : int
        Of the trained, and of those compared, whose months tell, who left the institution before the
        window's end.
    campuses : int
        Campuses with people in it.
    by_campus : bool
        Who was trained, or when, hangs together within campuses: a campus's own good months would look like an effect,
        and people of one campus are no independent witnesses of it.
    """

    rows: pd.DataFrame
    starts: tuple[int, ...]
    design: Design
    others: bool
    selected_months: int
    other_trainings: int
    left: int
    left_compared: int
    campuses: int
    by_campus: bool


def period(month: pd.Series) -> pd.Series:
    """Return months as numbers, one apart.

    Parameters
    ----------
    month : pandas.Series of timestamps
        Any days; missing stays missing.
    """
    return month.dt.year * 12 + month.dt.month - 1.0


def window(evaluated: Evaluation, series: pd.DataFrame, elsewhere: pd.DataFrame) -> Window:
    """Choose the person-months that a training's effect on a KPI is told from.

    Months in which any of the people was being trained are left out, for all. Where people were not put into the
    training by lot, so are the last `results.selection_months` before it, of all before the first start and of who
    starts later before her own: had they been chosen for them, they would come back to their usual level without any
    training. Then a person's months are left out, too, that another training
    of hers came between: those before, or in, it if it came before this one, those from its beginning on if after.
    Where nobody of the training is to be compared with, other people of the same role are.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    series : pandas.DataFrame
        One row per `staff_id` and `month` (timestamp) with `value` and `n`, of any people of the institution.
    elsewhere : pandas.DataFrame
        As `begun_elsewhere` returns it.
    """
    settings, course = evaluated.data.settings.results, evaluated.course
    people, others = _people(evaluated, series)
    design = evaluated.design if not others else Design.COMPARISON_GROUP
    trained = people[people["is_trained"] & people["works_from"].notna()]
    compared = people[~people["is_trained"]]
    if compared.empty and trained["works_from"].nunique() < 2:
        design = Design.TIME_SERIES
    rows = series.dropna(subset=["value"]).merge(pd.concat([trained, compared]), on="staff_id", validate="m:1")
    rows = rows.assign(period=period(rows["month"]), start=period(rows["works_from"]))
    rows = rows.assign(weight=rows["n"].where(rows["n"] > 0, np.nan).fillna(1.0))[rows["n"].isna() | (rows["n"] > 0)]
    begins = period(trained["began_on"]).min()
    life = course.skill_life_months
    months_after = settings.months_after if life is None else min(settings.months_after, max(1, int(life)))
    selected = 0 if design is Design.RANDOMISED else settings.selection_months
    starts = tuple(sorted({int(one) for one in rows["start"].dropna() if one <= rows["period"].max()}))
    last = (max(starts) if starts else begins) + months_after
    reach = 60 if design is Design.TIME_SERIES else settings.months_before
    in_reach = (rows["period"] >= begins - selected - reach) & (rows["period"] < last)
    chosen_for = (rows["period"] >= begins - selected) & (rows["period"] < begins)
    own = period(rows["began_on"])
    chosen_for |= (rows["period"] >= own - selected) & (rows["period"] < own)
    rows = rows[in_reach & ~chosen_for & ~rows["period"].isin(_in_training(trained))]
    kept = rows if design is Design.RANDOMISED else _without_others(elsewhere, rows, begins)
    return Window(
        rows=kept.assign(after=kept["period"] >= (starts[0] if starts else np.inf)).sort_values(
            ["staff_id", "period"], ignore_index=True
        ),
        starts=starts,
        design=design,
        others=others,
        selected_months=selected,
        other_trainings=len(rows) - len(kept),
        left=_left(trained, kept, last),
        left_compared=_left(compared, kept, last),
        campuses=int(kept["campus"].nunique()),
        by_campus=is_by_campus(kept, settings.campus_share),
    )


def _people(evaluated: Evaluation, series: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return the people of the training or, where none of them is compared, with them the others of their roles."""
    columns = ["staff_id", "campus", "role", "is_trained", "began_on", "works_from", "left_on"]
    people = evaluated.people[columns]
    several = (
        people.loc[people["is_trained"], "works_from"].nunique() > 1 and (evaluated.people["arm"] != "trained").any()
    )
    if not evaluated.compared.empty or several:
        return people, False
    rest = staff(evaluated.data)
    rest = rest[rest["role"].isin(people["role"].dropna()) & ~rest["staff_id"].isin(people["staff_id"])]
    rest = rest[rest["staff_id"].isin(series["staff_id"])]
    if len(rest) < evaluated.data.settings.results.fewest_people:
        return people, False
    never = pd.Series(pd.NaT, index=rest.index, dtype=people["began_on"].dtype)
    nobody = rest.assign(is_trained=False, began_on=never, works_from=never)
    return pd.concat([people, nobody[columns]], ignore_index=True), True


def _left(people: pd.DataFrame, rows: pd.DataFrame, last: float) -> int:
    """Return how many of these people left the institution within the months that tell."""
    gone = people["staff_id"].isin(rows["staff_id"]) & (period(people["left_on"]) < last)
    return int(gone.sum())


def _in_training(trained: pd.DataFrame) -> set[int]:
    """Return the months in which somebody's training went on: neither before nor after."""
    spans = pd.DataFrame({"first": period(trained["began_on"]), "end": period(trained["works_from"])}).drop_duplicates()
    return {month for first, end in spans.itertuples(index=False) for month in range(int(first), int(end))}


def begun_elsewhere(evaluated: Evaluation) -> pd.DataFrame:
    """Return one row per person and other training of hers: `staff_id`, `began` and `works` (periods)."""
    begun = _begun(evaluated.data)
    return begun.loc[begun["training_id"] != evaluated.course.training_id, ["staff_id", "began", "works"]]


@remembered
def _begun(data: Data) -> pd.DataFrame:
    """Return `training_id`, `staff_id`, `began` and `works` (periods) of all who began any training."""
    ids = sorted(fetch(data.table("trainings").select("training_id").distinct())["training_id"])
    parts = [Evaluation(data, one).trained.assign(training_id=one) for one in ids]
    rows = pd.concat([one[["training_id", "staff_id", "began_on", "works_from"]] for one in parts])
    began = rows.assign(began=period(rows["began_on"]), works=period(rows["works_from"]))
    return began.drop(columns=["began_on", "works_from"]).dropna(subset=["began"])


def _without_others(elsewhere: pd.DataFrame, rows: pd.DataFrame, begins: float) -> pd.DataFrame:
    """Leave out what another training of hers came between."""
    if elsewhere.empty or rows.empty:
        return rows
    inside = elsewhere[elsewhere["began"].between(rows["period"].min() + 1, rows["period"].max())]
    earlier, later = inside[inside["began"] < begins], inside[inside["began"] >= begins]
    first = rows["staff_id"].map(earlier.groupby("staff_id")["works"].max()).fillna(-np.inf)
    last = rows["staff_id"].map(later.groupby("staff_id")["began"].min()).fillna(np.inf)
    return rows[(rows["period"] >= first) & (rows["period"] < last)]


def is_by_campus(rows: pd.DataFrame, least: float) -> bool:
    """Tell whether of who begins when so large a share lies between campuses.

    Where lots were drawn within campuses the share is 0 but for chance; of campuses trained as a whole it is 1, and one
    stray person changes little. Of several beginnings those who were never reached are passed over: they left while
    they waited.

    Parameters
    ----------
    rows : pandas.DataFrame
        `staff_id`, `campus`, `is_trained` and `start` (missing: never), the same in all rows of one person.
    least : float
        The share, between 0 and 1.

    References
    ----------
    Epsilon squared of the starts over campuses, all starts together: Kelley T L, PNAS 1935;21:554–559.
    """
    people = rows.drop_duplicates("staff_id").dropna(subset=["campus"])
    if people["start"].nunique() > 1:
        people = people[people["is_trained"]]
    campuses, free = people["campus"].nunique(), len(people) - people["campus"].nunique()
    begins = pd.get_dummies(people["start"].fillna(-1), dtype=float)
    if campuses < 2 or free < 1 or begins.shape[1] < 2:
        return False
    own = begins - begins.groupby(people["campus"]).transform("mean")
    within, total = float((own**2).to_numpy().sum()), float(((begins - begins.mean()) ** 2).to_numpy().sum())
    return 1 - within / free * (len(people) - 1) / total >= least
