"""Which capabilities rose?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import paired_difference
from churnlab.tables.door import fetch
from churnlab.tables.there import need

_KINDS = ("competency", "skill")


def capabilities(evaluated: Evaluation) -> Finding:
    """Compare the ratings of each capability before and after the training, of the trained.

    Of competencies and skills, rated for this training or for none. Before: the latest rating up to the day on which
    she began, or one that says so; after: the first rating after she ended, or one that says so. Scales are put to
    0–1; several raters of a day are averaged.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.capabilities`, one row per `capability`: `n` with both ratings, `capability_before_share` and
        `capability_after_share` (of the scale, 0–1) with t intervals, `capability_change_points` with its interval and
        `adjusted_p_value` (Holm over the capabilities).

    Raises
    ------
    NotEnoughData
        If fewer than two of the trained were rated before and after.
    """
    level = evaluated.data.settings.uncertainty.level
    rated = _before_and_after(evaluated)
    rows = [
        _row(str(name), part, level)
        for name, part in rated.groupby("dimension", sort=True)
        if part[["before", "after"]].notna().all(axis=1).sum() >= 2
    ]
    if not rows:
        raise NotEnoughData("learning.no_capabilities", training_id=evaluated.course.training_id)
    table = pd.DataFrame(rows)
    p_value = table.pop("p_value")
    table = table.assign(adjusted_p_value=holm(p_value))
    sure = table["adjusted_p_value"] < 1 - level
    most = table.loc[table["capability_change_points"].idxmax()]
    facts: dict[str, Any] = {
        "capabilities": len(table), "risen": int((sure & (table["capability_change_points"] > 0)).sum()),
        "fallen": int((sure & (table["capability_change_points"] < 0)).sum()), "most": most["capability"],
        "change": most["capability_change_points"], "change_low": most["capability_change_points_low"],
        "change_high": most["capability_change_points_high"], "n": int(most["n"]), "level": level,
    }  # fmt: skip
    few = bool((table["n"] < evaluated.data.settings.uncertainty.min_group).any())
    return Finding(
        key="learning.capabilities", table=table, facts=facts, caveats=("learning_few",) if few else (),
        design=Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def _before_and_after(evaluated: Evaluation) -> pd.DataFrame:
    need(evaluated.data, "ratings")
    table = evaluated.data.table("ratings")
    rows = fetch(table.filter(table.kind.isin(_KINDS)))
    own = rows["training_id"] == evaluated.course.training_id
    rows = rows[(own | rows["training_id"].isna()) & (rows["scale_max"] > rows["scale_min"])]
    rows = rows.merge(evaluated.trained[["staff_id", "began_on", "ended_on"]], on="staff_id")
    day = rows["at"].dt.normalize()
    own = rows["training_id"].notna()
    share = (rows["score"] - rows["scale_min"]) / (rows["scale_max"] - rows["scale_min"])
    before = (own & (rows["occasion"] == "pre")) | (~own & (day <= rows["began_on"]))
    after = (own & rows["occasion"].isin(["post", "delayed"])) | (~own & (day > rows["ended_on"]))
    each = rows.assign(share=share, day=day, before=before, after=after)
    each = each.groupby(["dimension", "staff_id", "day"], as_index=False).agg(
        share=("share", "mean"), before=("before", "any"), after=("after", "any")
    )
    each = each.sort_values("day", kind="stable")
    by = ["dimension", "staff_id"]
    first = each[each["before"]].groupby(by)["share"].last().rename("before")
    then = each[each["after"]].groupby(by)["share"].first().rename("after")
    return pd.concat([first, then], axis=1).reset_index()


def _row(name: str, part: pd.DataFrame, level: float) -> dict[str, Any]:
    found = paired_difference(part["before"], part["after"], level=level)
    both = part.dropna()
    nothing = both["before"] * 0
    ends = [paired_difference(nothing, both[column], level=level) for column in ("before", "after")]
    return {
        "capability": name, "n": found.n, "capability_before_share": found.before,
        "capability_before_share_low": ends[0].low, "capability_before_share_high": ends[0].high,
        "capability_after_share": found.after, "capability_after_share_low": ends[1].low,
        "capability_after_share_high": ends[1].high, "capability_change_points": found.mean,
        "capability_change_points_low": found.low, "capability_change_points_high": found.high,
        "p_value": found.p_value,
    }  # fmt: skip
