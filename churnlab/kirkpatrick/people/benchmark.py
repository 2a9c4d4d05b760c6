"""Who are the best for certain, what do they do otherwise, and what is luck?"""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.standing import Standing, monthly_index, performance
from churnlab.stats.intervals import wilson
from churnlab.stats.superiority import superiority
from churnlab.tables.door import Data, fetch

FEWEST_TOP = 3
_QUARTER = 3  # months


def top_performers(data: Data) -> Finding:
    """List the top of each role by performance drawn towards the role's mean, and how likely each truly belongs there.

    The plain mean of the highest is too high: who comes out on top was, as a rule, also lucky. What is expected of the
    next quarter is the drawn-in estimate, and where the quarter's index will lie is the interval around it.

    Returns
    -------
    Finding
        `people.top_performers`: one row a person of the `people.top_share` of each role who still works here, by
        role and estimate: `staff_id`, `staff_role`, `campus`, `plain_score`, `performance_score` with interval,
        `luck_score` (plain less drawn in), `next_quarter_score` with the interval in which the quarter's index is
        expected, `top_probability`.

    Raises
    ------
    NotEnoughData
        As `performance`.
    """
    rules, standing = data.settings.people, performance(data)
    low, high = _predicted(standing, data.settings.uncertainty.level)
    table = standing.table.assign(top_probability=standing.above(rules.top_share), low=low, high=high)
    here = staff(data).loc[lambda people: people["left_on"].isna(), "staff_id"]
    table = table[_is_top(table, rules.top_share) & table["staff_id"].isin(here)]
    table = table.sort_values(["role", "estimate", "staff_id"], ascending=[True, False, True], ignore_index=True)
    shown = pd.DataFrame(
        {
            "staff_id": table["staff_id"],
            "staff_role": table["role"],
            "campus": table["campus"],
            "plain_score": table["raw"],
            **{f"performance_score{end}": table[f"estimate{end}"] for end in ("", "_low", "_high")},
            "luck_score": table["raw"] - table["estimate"],
            "next_quarter_score": table["estimate"],
            "next_quarter_score_low": table["low"],
            "next_quarter_score_high": table["high"],
            "top_probability": table["top_probability"],
        }
    )
    facts: dict[str, Any] = {
        "top": rules.top_share,
        "people": len(standing.table),
        "named": len(table),
        "sure": int((table["top_probability"] >= data.settings.uncertainty.level).sum()),
        "expected": float(table["top_probability"].sum()),
        "plain": float(shown["plain_score"].mean()),
        "drawn": float(shown["performance_score"].mean()),
        "months": rules.performance_months,
        "level": data.settings.uncertainty.level,
    }
    caveats = ("people.beside_role", "people.levels_move")
    return Finding(key="people.top_performers", table=shown, facts=facts, caveats=caveats)


def what_top_do(data: Data) -> Finding:
    """Compare what the top of a role are known to do with what their colleagues do.

    Incidents of each kind a month at work, and the mean rating by others on each dimension, over the
    `people.performance_months`; one number a person. Compared is how likely one of the top has more than a colleague
    (Brunner–Munzel), corrected for all comparisons (Benjamini–Hochberg). What goes with being at the top need not be
    what brings one there.

    Returns
    -------
    Finding
        `people.what_top_do`: one row per `staff_role`, `known_from` (`incident`, `rating`) and `thing`, the surest
        first: `top_people`, `colleague_people`, `top_mean`, `colleague_mean`, `more_probability` with interval,
        `adjusted_p_value`, `stands_apart` (bool).

    Raises
    ------
    NotEnoughData
        As `performance`, or if nothing can be compared: three of the top and `uncertainty.min_group` others.
    """
    rules, uncertainty, standing = data.settings.people, data.settings.uncertainty, performance(data)
    people = standing.table.assign(is_top=_is_top(standing.table, rules.top_share))
    known = _known(data, people).merge(people[["staff_id", "role", "is_top"]], on="staff_id")
    groups = known.groupby(["role", "source", "thing"], sort=True)
    rows = [row for names, group in groups for row in _beside(names, group, data)]
    if not rows:
        raise NotEnoughData("people.nothing_to_compare", top=FEWEST_TOP, least=uncertainty.min_group)
    table = pd.DataFrame(rows)
    table["adjusted_p_value"] = false_discovery_control(table["adjusted_p_value"])
    table["stands_apart"] = table["adjusted_p_value"] <= 1 - uncertainty.level
    table = table.sort_values(["adjusted_p_value", "staff_role", "known_from", "thing"], ignore_index=True)
    first = table.iloc[0]
    facts: dict[str, Any] = {
        "compared": len(table),
        "apart": int(table["stands_apart"].sum()),
        "role": str(first["staff_role"]),
        "thing": str(first["thing"]),
        **{f"more{end}": float(first[f"more_probability{end}"]) for end in ("", "_low", "_high")},
        "top": rules.top_share,
        "months": rules.performance_months,
        "level": uncertainty.level,
    }
    sentences = ("apart",) if facts["apart"] else ("alike",)
    return Finding(
        key="people.what_top_do", table=table, facts=facts, sentences=sentences, caveats=("people.not_a_recipe",)
    )


def _beside(names: tuple[Hashable, ...], group: pd.DataFrame, data: Data) -> list[dict[str, Any]]:
    """Return the row of one thing that people of a role do; none where too few are known to."""
    top, others = group.loc[group["is_top"], "value"], group.loc[~group["is_top"], "value"]
    few = len(top) < FEWEST_TOP or len(others) < data.settings.uncertainty.min_group
    if few or group["value"].nunique() < 2:
        return []
    found = superiority(others, top, level=data.settings.uncertainty.level)
    return [
        {
            **dict(zip(("staff_role", "known_from", "thing"), names, strict=True)),
            "top_people": len(top),
            "colleague_people": len(others),
            "top_mean": float(top.mean()),
            "colleague_mean": float(others.mean()),
            "more_probability": found.probability,
            "more_probability_low": found.low,
            "more_probability_high": found.high,
            "adjusted_p_value": 1.0 if np.isnan(found.p_value) else found.p_value,
        }
    ]


def luck_hindcast(data: Data) -> Finding:
    """Tell how far the top of earlier quarters fell back in the next one, against what was to be expected.

    For each of the last `people.hindcast_quarters` quarters: who was at the top by plain means before it, and what
    they did in it. Only what was known before the quarter is used, but for the unit, which is that of all months.

    Returns
    -------
    Finding
        `people.luck_hindcast`: one row a quarter, first to last: `quarter_from` (its first day), `top_people`,
        `plain_score` (mean of the top before), `foretold_score` (drawn in), `actual_score`, `held_share` of all
        people whose quarter lay in its interval, with numerator and interval, `people`.

    Raises
    ------
    NotEnoughData
        If there is no earlier quarter with enough before it.
    """
    rules, level, index = data.settings.people, data.settings.uncertainty.level, monthly_index(data)
    end = pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    starts = [end - pd.DateOffset(months=_QUARTER * back) for back in range(rules.hindcast_quarters, 0, -1)]
    rows = [row for start in starts for row in _of_quarter(data, index, start)]
    if not rows:
        raise NotEnoughData("people.no_earlier_quarter")
    table = pd.DataFrame(rows)
    low, high = wilson(table["held_share_count"], table["people"], level)
    table.insert(6, "held_share_low", low)
    table.insert(7, "held_share_high", high)
    weight = table["top_people"] / table["top_people"].sum()
    facts: dict[str, Any] = {
        "quarters": len(table),
        **{name: float((table[f"{name}_score"] * weight).sum()) for name in ("plain", "foretold", "actual")},
        "held": int(table["held_share_count"].sum()),
        "people": int(table["people"].sum()),
        "held_share": float(table["held_share_count"].sum() / table["people"].sum()),
        "top": rules.top_share,
        "level": level,
    }
    return Finding(key="people.luck_hindcast", table=table, facts=facts, caveats=("people.levels_move",))


def _of_quarter(data: Data, index: pd.DataFrame, start: pd.Timestamp) -> list[dict[str, Any]]:
    """Return the row of one quarter; none where too little was known before it."""
    rules, level = data.settings.people, data.settings.uncertainty.level
    try:
        standing = performance(data, before=start, index=index)
    except NotEnoughData:
        return []
    low, high = _predicted(standing, level)
    quarter = index[(index["month"] >= start) & (index["month"] < start + pd.DateOffset(months=_QUARTER))]
    of_each = quarter.groupby("staff_id")["index"].agg(["mean", "size"])
    actual = standing.table["staff_id"].map(of_each.loc[of_each["size"] == _QUARTER, "mean"])
    told = standing.table.assign(actual=actual, low=low, high=high)
    told = told.assign(is_top=_is_top(told, rules.top_share, by="raw")).dropna(subset="actual")
    best, held = told[told["is_top"]], (told["low"] <= told["actual"]) & (told["actual"] <= told["high"])
    if len(best) < FEWEST_TOP:
        return []
    return [
        {
            "quarter_from": start.date(),
            "top_people": len(best),
            "plain_score": best["raw"].mean(),
            "foretold_score": best["estimate"].mean(),
            "actual_score": best["actual"].mean(),
            "held_share": held.mean(),
            "held_share_count": int(held.sum()),
            "people": len(told),
        }
    ]


def _is_top(table: pd.DataFrame, share: float, by: str = "estimate") -> pd.Series:
    """Tell who is among the uppermost of her role, so many as the share of them makes, rounded down."""
    grouped = table.groupby("role")
    return grouped[by].rank(ascending=False, method="first") <= np.floor(share * grouped["staff_id"].transform("size"))


def _predicted(standing: Standing, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return between which limits each one's mean of the next quarter lies."""
    parts = []
    for role, shrunken in standing.by_role.items():
        rows = standing.table[standing.table["role"] == role]
        parts.append(shrunken.predicted(rows["error"] * np.sqrt(rows["n"] / _QUARTER), level=level))
    return np.concatenate([low for low, _ in parts]), np.concatenate([high for _, high in parts])


def _known(data: Data, people: pd.DataFrame) -> pd.DataFrame:
    """Return what is on record of each: `staff_id`, `source`, `thing`, `value`."""
    end = pd.Timestamp(data.as_of)
    start = end - pd.DateOffset(months=data.settings.people.performance_months)
    incidents = fetch(data.table("incidents"))
    incidents = incidents[pd.to_datetime(incidents["at"]) >= start]
    role = people.set_index("staff_id")["role"]
    told = incidents.assign(role=incidents["staff_id"].map(role)).dropna(subset="role")
    kinds = told[["role", "kind"]].drop_duplicates()
    months = people[["staff_id", "role", "n"]].merge(kinds, on="role")  # who had none had nought
    many = told.groupby(["staff_id", "kind"]).size().rename("many").reset_index()
    months = months.merge(many, on=["staff_id", "kind"], how="left")
    value = months["many"].astype(float).fillna(0.0) / months["n"]
    counted = months.assign(source="incident", thing=months["kind"], value=value)
    rows = data.table("ratings")
    rated = fetch(rows.filter((rows.rater_role != "self") & rows.kind.isin(["behavior", "competency"])))
    rated = rated[pd.to_datetime(rated["at"]) >= start]
    rated = rated.groupby(["staff_id", "dimension"], as_index=False).agg(value=("score", "mean"))
    marks = rated.rename(columns={"dimension": "thing"}).assign(source="rating")
    columns = ["staff_id", "source", "thing", "value"]
    return pd.concat([counted[columns], marks[columns]], ignore_index=True)
