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
    """Tell how many of the weekly tasks after the training were done, of how many nobody wrote down.

    Planned is a task for each of the trained in each of the `people.plan_weeks` whole weeks after her last day, as far
    as these are over and she was still here. Shares are of the tasks told; of the others nobody knows, so that of all
    at least those told done were done.

    Returns
    -------
    Finding
        `people.weekly_plan`: one row a week that is over, 1 to `people.plan_weeks`: `week_of_plan`, `weeks_planned`,
        `weeks_told`, `done_share` of those told, with its numerator and interval (missing: none was told).

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` of the trained have check-ins.
    """
    data, settings = evaluated.data, evaluated.data.settings
    need(data, "check_ins")
    plan = planned(evaluated)
    people = plan.loc[plan["done"].notna(), "staff_id"].nunique()
    if people < settings.uncertainty.min_group:
        raise NotEnoughData("people.few_check_ins", people=people, least=settings.uncertainty.min_group)
    table = plan.groupby("week_of_plan", as_index=False)["done"].agg(
        weeks_planned="size", weeks_told="count", done_share_count="sum"
    )
    table["done_share_count"] = table["done_share_count"].astype(int)
    low, high = wilson(table["done_share_count"], table["weeks_told"].where(table["weeks_told"] > 0), _level(evaluated))
    share = table["done_share_count"] / table["weeks_told"].where(table["weeks_told"] > 0)
    table = table.assign(done_share=share, done_share_low=low, done_share_high=high)
    told = plan.dropna(subset=["done"])
    low_all, high_all = clustered_wilson(told["done"] == 1, told["staff_id"], _level(evaluated))
    weeks = table.dropna(subset=["done_share"])
    facts: dict[str, Any] = {
        "training": evaluated.course.name,
        "trained": plan["staff_id"].nunique(),
        "weeks": len(weeks),
        "planned": len(plan),
        "told": len(told),
        "done": int(told["done"].sum()),
        "share": float(told["done"].mean()),
        "share_low": low_all,
        "share_high": high_all,
        "least": float(told["done"].sum() / len(plan)),
        "level": _level(evaluated),
        "first": float(weeks["done_share"].iloc[0]),
        "last": float(weeks["done_share"].iloc[-1]),
    }
    sentences = ("sentence", "untold") if len(told) < len(plan) else ("sentence",)
    return Finding(
        key="people.weekly_plan", table=table, facts=facts, sentences=sentences, caveats=("people.said_by_themselves",)
    )


def _level(evaluated: Evaluation) -> float:
    return evaluated.data.settings.uncertainty.level


def planned(evaluated: Evaluation) -> pd.DataFrame:
    """Return `staff_id` and `week_of_plan` of each task planned, and `done` (missing: nobody wrote it down)."""
    data, many = evaluated.data, evaluated.data.settings.people.plan_weeks
    trained = evaluated.trained.dropna(subset=["ended_on"])
    # Weeks begin on Mondays; the first whole one after her last day.
    begins = trained["ended_on"] - pd.to_timedelta(trained["ended_on"].dt.weekday - 7, unit="D")
    trained = trained.assign(begins=begins.dt.normalize())[["staff_id", "begins", "left_on"]]
    plan = trained.merge(pd.DataFrame({"week_of_plan": np.arange(1, many + 1)}), how="cross")
    over = plan["begins"] + pd.to_timedelta(7 * plan["week_of_plan"], unit="D")
    was_here = plan["left_on"].isna() | (plan["left_on"] >= over)
    plan = plan[was_here & (over <= pd.Timestamp(data.as_of))]
    rows = data.table("check_ins")
    told = fetch(rows.filter(rows.training_id == evaluated.course.training_id)).merge(trained, on="staff_id")
    since = (pd.to_datetime(told["week"]) - told["begins"]).dt.days // 7 + 1
    told = told.assign(week_of_plan=since, done=told["done"].astype(float))
    keys = ["staff_id", "week_of_plan"]
    done = told.groupby(keys, as_index=False).agg(done=("done", "max"))
    return plan[keys].merge(done, on=keys, how="left", validate="1:1").reset_index(drop=True)


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
    settings = evaluated.data.settings
    told, chosen = rated_behaviors(evaluated)
    people = told.loc[told["occasion"] == "pre", "staff_id"].nunique()
    table = pd.DataFrame(
        [
            _rated(told, behavior, occasion, settings.uncertainty.level)
            for behavior in chosen
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


def rated_behaviors(evaluated: Evaluation) -> tuple[pd.DataFrame, list[str]]:
    """Return the ratings of behaviour that others gave the trained, as in the table `ratings`, and which two to follow.

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
    return told, chosen[:_BEHAVIORS]


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
