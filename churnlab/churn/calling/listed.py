"""What are the lists of calls worth, and how do they differ from lists by risk alone?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.calling.lists import candidates, standing_lists
from churnlab.churn.calling.lot import CALL
from churnlab.churn.calling.saving import SavedShare, saved_share
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Calling
from churnlab.tables.pseudonym import is_pseudonym

_TABLE = [
    "student_id", "campus", "churn_probability", "churn_probability_low", "churn_probability_high",
    "remaining_value_cny", "saved_value_cny", "saved_value_cny_low", "saved_value_cny_high", "reasons",
]  # fmt: skip
_FIRST_REASONS = 2


def call_list(risk: Risk) -> Finding:
    """List those to be called this month, by what their calls are expected to save, and say what it is worth in all.

    Held-out students are counted and not shown: who sees them may call them. Where a campus's list of that morning was
    already made (`churnlab call-list`), that list is shown and none is drawn anew.

    Parameters
    ----------
    risk : Risk
        The model as of the day on which the list is made.

    Returns
    -------
    Finding
        `calling.list`; one row per student to be called, of all campuses the `calling.shown_students` by whose calls
        most is saved: student_id, campus, churn_probability, remaining_value_cny, saved_value_cny with intervals, and
        the first two reasons (the worksheet has them all). `saved_value_cny` in the facts is the sum over all who are
        to be called. In its interval the share that a call saves, and the share that can still be kept, err for all
        alike and add up; what errs for each on her own, her chance and her worth, adds up in squares. `expected_left`
        and `expected_kept` tell how many of those to be called are expected to leave, and how many of these can still
        be kept.

    Raises
    ------
    NotEnoughData
        As `call_lists`.
    """
    saves, settings = saved_share(risk.data), risk.data.settings
    rows = standing_lists(risk, saves)
    called = rows[rows["arm"] == CALL].sort_values(["saved_value_cny", "call_id"], ascending=[False, True])
    shown = called.head(settings.calling.shown_students)
    shown = shown.assign(reasons=[reasons[:_FIRST_REASONS] for reasons in shown["reasons"]])
    by_risk = _by_risk(risk, saves, rows)
    made = [str(code) for code in shown["student_id"] if is_pseudonym(str(code))]
    facts: dict[str, Any] = {
        "made_on": risk.data.as_of,
        "called": len(called),
        "held_out": len(rows) - len(called),
        "campuses": rows["campus"].nunique(),
        "as_made": rows.loc[rows["is_made"], "campus"].nunique(),
        "untold": int((~called["is_told"]).sum()),
        "not_shown": len(called) - len(shown),
        "horizon_days": settings.outcome.horizon_days,
        "listed": len(rows),
        "changed": int((~rows["student_id"].isin(by_risk["student_id"])).sum()),
        "whole_list_cny": float(rows["saved_value_cny"].sum()),
        "by_risk_cny": float(by_risk["saved_value_cny"].sum()) if len(by_risk) else None,
        "cost_cny": len(called) * settings.calling.cost_per_call_cny,
        "level": settings.uncertainty.level,
        "code": made[0] if made else None,
        **_in_all(called, saves, settings.calling),
        **saves.facts,
    }
    return Finding(
        key="calling.list",
        table=shown[_TABLE].reset_index(drop=True),
        facts=facts,
        sentences=_sentences(facts),
        caveats=_caveats(saves, facts),
    )


def _in_all(called: pd.DataFrame, saves: SavedShare, rules: Calling) -> dict[str, float]:
    """Return what all calls together are expected to save, with an interval; that of one is `call_lists`'s."""
    value, total = called["saved_value_cny"], float(called["saved_value_cny"].sum())
    gross = value + (1 - called["churn_probability"]) * rules.offer_cny + rules.cost_per_call_cny
    leaves, here = called["churn_probability"].where(called["is_told"]), called["keepable_share"]
    told = {"saved_value_cny": total, "expected_left": leaves.sum(), "expected_kept": (leaves * here).sum()}
    for end, sign in (("low", -1), ("high", 1)):
        share = getattr(saves, end) / saves.share - 1 if saves.share else 0.0
        alike = gross * np.hypot(share, (called[f"keepable_share_{end}"] / here.where(here > 0) - 1).fillna(0.0))
        own = ((called[f"saved_value_cny_{end}"] - value) ** 2 - alike**2).clip(lower=0)
        told[f"saved_value_cny_{end}"] = total + sign * float(np.hypot(alike.sum(), np.sqrt(own.sum())))
    return told


def _by_risk(risk: Risk, saves: SavedShare, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the lists as long as ours that risk alone would make, of the same students."""
    try:
        ranked = candidates(risk, saves)
    except NotEnoughData:  # a list was made, and by what is known now nobody would be on it
        return rows.head(0)
    room = ranked["campus"].map(rows["campus"].value_counts())
    ordered = ranked.assign(room=room).sort_values(["churn_probability", "unit_id"], ascending=[False, True])
    return ordered[ordered.groupby("campus").cumcount() < ordered["room"]]


def _sentences(facts: dict[str, Any]) -> tuple[str, ...]:
    held = ("held_out",) if facts["held_out"] else ()
    made = ("made",) if facts["as_made"] else ()
    first = ("sentence", "still_here", *made, *held)
    return first if facts["by_risk_cny"] is None else (*first, "by_risk" if facts["changed"] else "same_by_risk")


def _caveats(saves: SavedShare, facts: dict[str, Any]) -> tuple[str, ...]:
    holds = {
        "calling.order": True,
        saves.caveat: True,
        "calling.not_shown": facts["not_shown"] > 0,
        "calling.untold": facts["untold"] > 0,
        "churn.at_risk_who": facts["code"] is not None,
    }
    return tuple(name for name, is_so in holds.items() if is_so)
