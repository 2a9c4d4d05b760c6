"""Did the mix of complaints about the trained change, and more than that of those compared?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.groups import Groups, groups
from churnlab.stats.composition_change import CompositionChange, composition_change
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need
from churnlab.wording import Said

_FEWEST_OF_A_TYPE = 10
OTHER = "other_types"
_ABOUT, _HANDLED = "about", "handled"


def complaint_types(evaluated: Evaluation) -> Finding:
    """Say whether the mix of complaints changed with the training.

    Complaints that name the trained as whom they are about or, where more name them so, as who handled them; by type,
    of all types 1. First one test of the whole mix (shares of one whole go up only where others go down), then each
    type by itself, corrected for their number (Benjamini–Hochberg); a type is named only where the whole mix moved,
    too. Types of fewer than ten complaints are put together. One person's complaints are taken as one whole. Months as
    of `groups`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `results.complaint_types`: one row a type, the one that moved most first: `complaint_type`, `type_verdict`,
        `trained_before_share`, `trained_after_share`, `compared_before_share`, `compared_after_share`, `shift_points`
        (of the trained, less that of those compared) with its interval, `fdr_p_value`. Facts: `mix_p`.

    Raises
    ------
    NotEnoughData
        If fewer than `staff_outcomes.fewest_complaints` before or after name those trained, or they name fewer than
        `results.fewest_people` of them, or all are of one type.
    """
    need(evaluated.data, "complaints")
    settings = evaluated.data.settings
    relation, rows = _naming(evaluated)
    each = rows.groupby(["staff_id", "month"], as_index=False).agg(n=("type", "size"))
    both = groups(evaluated, each.assign(value=each["n"].astype(float), n=each["n"].astype(float)))
    rows = rows.merge(both.rows[["staff_id", "month", "is_trained", "after"]], on=["staff_id", "month"])
    counts = [int((rows["is_trained"] & (rows["after"] == after)).sum()) for after in (False, True)]
    _enough(evaluated, both, counts)
    rows = rows.assign(type=_often(rows["type"]))
    if rows["type"].nunique() < 2:
        raise NotEnoughData("results.one_type", complaints=len(rows))
    types = pd.crosstab([rows["staff_id"], rows["after"]], rows["type"])
    treated = rows.groupby("staff_id")["is_trained"].first()
    who = types.index.get_level_values("staff_id")
    found = composition_change(
        types, who, after=types.index.get_level_values("after"), treated=treated.reindex(who),
        level=settings.uncertainty.level,
    )  # fmt: skip
    return _said(evaluated, both, found, [str(one) for one in types.columns], relation, counts)


def _enough(evaluated: Evaluation, both: Groups, counts: list[int]) -> None:
    settings = evaluated.data.settings
    least_people, least = settings.results.fewest_people, settings.staff_outcomes.fewest_complaints
    if (people := both.people(trained=True)) < least_people:
        raise NotEnoughData("results.few_named", people=people, least=least_people)
    if min(counts) < least:
        raise NotEnoughData("results.few_complaints", before=counts[0], after=counts[1], least=least)


def _naming(evaluated: Evaluation) -> tuple[str, pd.DataFrame]:
    """Return the complaints that name somebody, `staff_id`, `month`, `type`, in the role that the trained have more."""
    rows = _complaints(evaluated.data)
    trained = evaluated.trained["staff_id"]
    more = rows["handler_id"].isin(trained).sum() > rows["about_id"].isin(trained).sum()
    relation, column = (_HANDLED, "handler_id") if more else (_ABOUT, "about_id")
    rows = rows[rows[column].notna() & rows["category"].notna()]
    month = rows["opened_at"].dt.to_period("M").dt.to_timestamp()
    return relation, pd.DataFrame({"staff_id": rows[column], "month": month, "type": rows["category"]})


def _complaints(data: Data) -> pd.DataFrame:
    rows = fetch(data.table("complaints").select("complaint_id", "opened_at", "category", "about_id"))
    handled = fetch(data.described("complaints")).rename(columns={"staff_id": "handler_id"})
    return rows.merge(handled[["complaint_id", "handler_id"]], on="complaint_id", validate="1:1")


def _often(types: pd.Series) -> pd.Series:
    """Put the types together of which there are so few that chance alone moves their share."""
    many = types.map(types.value_counts())
    return types.where(many >= _FEWEST_OF_A_TYPE, OTHER)


def _said(
    evaluated: Evaluation, both: Groups, found: CompositionChange, types: list[str], relation: str, counts: list[int]
) -> Finding:
    alpha = 1 - evaluated.data.settings.uncertainty.level
    p_value = np.where(np.isnan(found.p_value), 1.0, found.p_value)
    raised = false_discovery_control(p_value)
    moved = (raised <= alpha) & (found.joint_p_value <= alpha)
    verdict = np.where(moved, np.where(found.change > 0, "more", "fewer"), "not_shown")
    shares = dict(
        zip(("trained_before", "trained_after", "compared_before", "compared_after"), found.shares, strict=True)
    )
    table = pd.DataFrame(
        {
            "complaint_type": types,
            "type_verdict": verdict if both.is_compared else "change",
            **{f"{name}_share": values for name, values in shares.items()},
            "shift_points": found.change,
            "shift_points_low": found.low,
            "shift_points_high": found.high,
            "fdr_p_value": raised,
        }
    ).sort_values("shift_points", key=lambda column: -column.abs(), ignore_index=True, kind="stable")
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "types": len(types), "mix_p": found.joint_p_value, "before": counts[0],
        "after": counts[1], "moved": int(moved.sum()), "people": both.people(trained=True),
        "compared": both.people(trained=False), "level": 1 - alpha,
        "list": tuple(
            Said(f"results.type_{row['type_verdict']}", {"type": _named(row["complaint_type"])})
            for row in table[table["type_verdict"].isin(["more", "fewer"])].to_dict("records")
        ),
    }  # fmt: skip
    return Finding(
        key="results.complaint_types", table=table, facts=facts, sentences=_sentences(both, found, alpha, facts),
        caveats=(f"results.types_{relation}",), design=both.design,
    )  # fmt: skip


def _named(kind: str) -> Said | str:
    return Said(f"code.complaint_type.{OTHER}") if kind == OTHER else kind


def _sentences(both: Groups, found: CompositionChange, alpha: float, facts: dict[str, Any]) -> tuple[str, ...]:
    if not both.is_compared:
        return ("change",)
    if np.isnan(found.joint_p_value):
        return ("cannot_tell",)
    if found.joint_p_value > alpha:
        return ("not_shown",)
    return ("shifted", "named") if facts["moved"] else ("shifted", "none_named")
