"""What do the best of a role do more, or less, than their colleagues?"""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.people.benchmark import FEWEST_TOP, is_top
from churnlab.kirkpatrick.people.standing import performance
from churnlab.stats.superiority import superiority
from churnlab.tables.door import Data, fetch


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
    people = standing.table.assign(is_top=is_top(standing.table, rules.top_share))
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
