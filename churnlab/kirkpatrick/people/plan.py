"""Did they do what the weeks after the training asked of them, and does it show in two behaviours?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.intervals import clustered_wilson, wilson
from churnlab.stats.rating import rating
from churnlab.tables.door import fetch
from churnlab.tables.there import need

OCCASIONS = ("pre", "post", "delayed")
_BEHAVIORS = 2


def weekly_plan(evaluated: Evaluation) -> Finding:
    """Tell how many of the trained did their weekly task, week by week after the training.

    A person's weeks are counted from her first check-in. Planned is every week of a trained person on record, done or
    not; a week that nobody wrote down is not told, and counts as neither.

    Returns
    -------
    Finding
        `people.weekly_plan`: one row a week, 1 to `people.plan_weeks`: `week_of_plan`, `weeks_planned`, `done_share`
        with its numerator and interval, `trained`.

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` of the trained have check-ins.
    """
    data, settings = evaluated.data, evaluated.data.settings
    need(data, "check_ins")
    rows = data.table("check_ins")
    told = fetch(rows.filter(rows.training_id == evaluated.course.training_id))
    told = told[told["staff_id"].isin(evaluated.trained["staff_id"])]
    people = told["staff_id"].nunique()
    if people < settings.uncertainty.min_group:
        raise NotEnoughData("people.few_check_ins", people=people, least=settings.uncertainty.min_group)
    weeks = pd.to_datetime(told["week"])
    since = (weeks - weeks.groupby(told["staff_id"]).transform("min")).dt.days // 7 + 1
    told = told.assign(week_of_plan=since, did=told["done"].astype(float))
    told = told[told["week_of_plan"] <= settings.people.plan_weeks]
    table = told.groupby("week_of_plan", as_index=False)["did"].agg(weeks_planned="size", done_share_count="sum")
    table["done_share_count"] = table["done_share_count"].astype(int)
    low, high = wilson(table["done_share_count"], table["weeks_planned"], settings.uncertainty.level)
    table = table.assign(
        done_share=table["done_share_count"] / table["weeks_planned"],
        done_share_low=low,
        done_share_high=high,
        trained=len(evaluated.trained),
    )
    low_all, high_all = clustered_wilson(told["did"] == 1, told["staff_id"], settings.uncertainty.level)
    facts: dict[str, Any] = {
        "training": evaluated.course.name,
        "people": people,
        "trained": len(evaluated.trained),
        "weeks": len(table),
        "planned": len(told),
        "done": int(told["did"].sum()),
        "share": float(told["did"].mean()),
        "share_low": low_all,
        "share_high": high_all,
        "level": settings.uncertainty.level,
        "first": float(table["done_share"].iloc[0]),
        "last": float(table["done_share"].iloc[-1]),
    }
    return Finding(key="people.weekly_plan", table=table, facts=facts, caveats=("people.said_by_themselves",))


def plan_behaviors(evaluated: Evaluation) -> Finding:
    """Tell how two behaviours of the trained are rated before the training, after it, and later.

    Which two: `people.plan_behaviors`; where that is empty, the two rated lowest before. Ratings by herself are left
    out. All are means over ratings; raters who differ in leniency are the same mix each time only roughly. A change
    is no effect: nobody to compare with is looked at here.

    Returns
    -------
    Finding
        `people.plan_behaviors`: one row per `behavior` and `rated_when`: `behavior_score` with interval (by person;
        on the scale of the ratings), `ratings_given`, `people`.

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` of the trained were rated before.
    """
    data, settings = evaluated.data, evaluated.data.settings
    need(data, "ratings")
    rows = data.table("ratings")
    rows = rows.filter((rows.training_id == evaluated.course.training_id) & (rows.kind == "behavior"))
    told = fetch(rows.filter(rows.rater_role != "self"))
    told = told[told["staff_id"].isin(evaluated.trained["staff_id"]) & told["occasion"].isin(OCCASIONS)]
    before = told[told["occasion"] == "pre"]
    people, least = before["staff_id"].nunique(), settings.uncertainty.min_group
    if people < least:
        raise NotEnoughData("people.few_rated", people=people, least=least)
    lowest = before.groupby("dimension")["score"].mean().round(9).sort_values(kind="stable").index[:_BEHAVIORS]
    chosen = [name for name in settings.people.plan_behaviors if name in set(told["dimension"])] or [*lowest]
    table = pd.DataFrame(
        [
            _rated(told, behavior, occasion, settings.uncertainty.level)
            for behavior in chosen[:_BEHAVIORS]
            for occasion in OCCASIONS
            if ((told["dimension"] == behavior) & (told["occasion"] == occasion)).any()
        ]
    )
    facts: dict[str, Any] = {
        "training": evaluated.course.name,
        "people": people,
        "first": str(chosen[0]),
        "second": str(chosen[-1]),
        "level": settings.uncertainty.level,
    }
    for place, behavior in (("first", chosen[0]), ("second", chosen[-1])):
        own = table[table["behavior"] == behavior]
        for when, at in (("before", 0), ("now", -1)):
            facts |= {
                f"{place}_{when}{end}": float(own[f"behavior_score{end}"].iloc[at]) for end in ("", "_low", "_high")
            }
    caveats = () if set(chosen) <= set(settings.people.plan_behaviors) else ("people.lowest_rise",)
    return Finding(
        key="people.plan_behaviors", table=table, facts=facts, caveats=caveats, design=Design.BEFORE_AFTER_ONLY
    )


def _rated(told: pd.DataFrame, behavior: str, occasion: str, level: float) -> dict[str, float | str]:
    rows = told[(told["dimension"] == behavior) & (told["occasion"] == occasion)]
    lowest, highest = int(rows["scale_min"].min()), int(rows["scale_max"].max())
    whole = np.rint(rows["score"].to_numpy(dtype=float))
    found = rating(whole, lowest=lowest, highest=highest, clusters=rows["staff_id"], level=level)
    return {
        "behavior": behavior,
        "rated_when": occasion,
        "behavior_score": found.mean,
        "behavior_score_low": found.mean_low,
        "behavior_score_high": found.mean_high,
        "ratings_given": found.n,
        "people": found.people,
    }
