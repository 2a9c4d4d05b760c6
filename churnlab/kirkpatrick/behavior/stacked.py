"""Which people's months stand beside each other, counted from each one's training?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation, staff
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.window import begun_elsewhere, is_by_campus, period

BEFORE, SET_ASIDE, AFTER = "before", "set_aside", "after"


@dataclass(frozen=True, kw_only=True, eq=False)
class Stacked:
    """Months about a training, each group that began together beside those who had not begun until its last month.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per `staff_id`, `cohort` (who began and ended in the same months), `metric` and `month_about` (−1: the
        month before that of the first session; 1: the first whole month after the last): `value`, `n` (1 where the KPI
        is no share), `is_trained`, `counted_as` (`before`, `set_aside`, `after`), `campus`. Only those with months both
        before and after and, where anybody is compared, cohorts with two or more on either side. The months of the
        training itself are left out.
    design : Design
        How a comparison of the two is supported.
    set_aside : int
        Months right before the training that are not counted: by them people may have been chosen.
    others : bool
        Whether those compared are other people of the same roles, who were not in the training.
    elsewhere : int
        People left out, for another training of theirs began to work in these months.
    by_campus : bool
        Who was trained hangs together within campuses, as of `results.window.is_by_campus`.
    """

    rows: pd.DataFrame
    design: Design
    set_aside: int
    others: bool
    elsewhere: int
    by_campus: bool


def stacked(evaluated: Evaluation) -> Stacked:
    """Put the months of those trained beside those of people not trained, or not yet, counted from the training.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    settings = evaluated.data.settings
    months = settings.behavior.series_months
    people, others = _people(evaluated)
    has_compared = others or evaluated.design is not Design.BEFORE_AFTER_ONLY
    by_lot = evaluated.design is Design.RANDOMISED
    set_aside = 0 if by_lot else settings.results.selection_months
    kpis = staff_kpis(evaluated.data).dropna(subset=["value"])
    kpis = kpis[kpis["n"].isna() | (kpis["n"] > 0)].assign(n=lambda rows: rows["n"].fillna(1.0))
    kpis = kpis[kpis["staff_id"].isin(people["staff_id"])].assign(period=lambda rows: period(rows["month"]))
    apart = pd.DataFrame(columns=["staff_id", "began", "works"]) if by_lot else begun_elsewhere(evaluated)
    parts, left_out = [], set()
    began, works = period(people["began_on"]), period(people["works_from"])
    starts = pd.DataFrame({"began": began, "works": works})[people["is_trained"]].dropna().drop_duplicates()
    for number, (begin, work) in enumerate(starts.sort_values(["began", "works"]).itertuples(index=False)):
        first, stop = begin - months - set_aside, work + months
        own = people["is_trained"] & (began == begin) & (works == work)
        free = ~people["is_trained"] | (began >= stop)
        moved = set(apart.loc[(apart["began"] < stop) & (apart["works"] > first), "staff_id"])
        inside = people[(own | free) & ~people["staff_id"].isin(moved)]
        left_out |= moved & set(people.loc[own, "staff_id"])
        sides = inside.assign(is_trained=own[inside.index])[["staff_id", "campus", "is_trained"]]
        rows = kpis.merge(sides, on="staff_id", validate="m:1")
        rows = rows[rows["period"].between(first, begin - 1) | rows["period"].between(work, stop - 1)]
        about = np.where(rows["period"] < begin, rows["period"] - begin, rows["period"] - work + 1)
        parts.append(rows.assign(cohort=number, month_about=about.astype(int)))
    columns = ["staff_id", "campus", "cohort", "metric", "month_about", "value", "n", "is_trained"]
    rows = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    counted = np.select([rows["month_about"] > 0, rows["month_about"] < -set_aside], [AFTER, BEFORE], SET_ASIDE)
    rows = _on_both_sides(rows.assign(counted_as=counted))
    starts = people.assign(start=works.where(people["is_trained"]))
    here = starts[starts["staff_id"].isin(rows["staff_id"])]
    by_campus = is_by_campus(here, settings.results.campus_share)
    few = by_campus and here["campus"].nunique() < settings.results.fewest_groups
    design = Design.COMPARISON_GROUP if others or (few and by_lot) else evaluated.design
    return Stacked(
        rows=rows, design=design if has_compared else Design.BEFORE_AFTER_ONLY, set_aside=set_aside, others=others,
        elsewhere=len(left_out), by_campus=by_campus,
    )  # fmt: skip


def _people(evaluated: Evaluation) -> tuple[pd.DataFrame, bool]:
    """Return the people of the training or, where none of them is compared, with them the others of their roles."""
    columns = ["staff_id", "campus", "is_trained", "began_on", "works_from"]
    people = evaluated.people
    if evaluated.design is not Design.BEFORE_AFTER_ONLY:
        return people[columns], False
    rest = staff(evaluated.data)
    rest = rest[rest["role"].isin(people["role"].dropna()) & ~rest["staff_id"].isin(people["staff_id"])]
    if len(rest) < evaluated.data.settings.results.fewest_people:
        return people[columns], False
    nobody = rest[["staff_id", "campus"]].assign(is_trained=False)
    return pd.concat([people[columns], nobody], ignore_index=True), True


def _on_both_sides(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep who has months before and after; where anybody is compared, only cohorts with two or more on either side."""
    whose = ["staff_id", "cohort", "metric"]
    for side in (BEFORE, AFTER):
        told = rows["counted_as"].eq(side).groupby([rows[name] for name in whose]).transform("any")
        rows = rows[told.astype(bool)]
    if rows.empty:
        return rows
    people = rows.groupby(["metric", "cohort", "is_trained"])["staff_id"].nunique().unstack(fill_value=0)
    people = people.reindex(columns=[True, False], fill_value=0)
    beside = people.min(axis=1) >= 2
    kept = beside | (~beside.groupby(level="metric").transform("any") & (people[True] > 0))
    of_cohorts = kept.rename("kept").reset_index()
    rows = rows.merge(of_cohorts, on=["metric", "cohort"], validate="m:1")
    alone = ~rows["metric"].map(beside.groupby(level="metric").any()) & ~rows["is_trained"]
    return rows[rows["kept"] & ~alone].drop(columns="kept").reset_index(drop=True)
