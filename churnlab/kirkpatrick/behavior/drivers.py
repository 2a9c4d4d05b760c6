"""Was done what makes people apply a training: check-ins, follow-up, feedback from above, tools?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has
from churnlab.wording import Said

_CAME = ("present", "made_up")
Rows = pd.DataFrame


def required_drivers(evaluated: Evaluation) -> Finding:
    """Tell of each thing that should go with a training how often it was done, against its target.

    `check_ins`: weekly tasks done. `followed_up`: people who checked in within so many days of the last
    session they came to.
    `superior_rated`: trained people whose superior rated what they do afterwards, of those due (three months after).
    `documents`: trained people who applied a document within so many days after, of those for whom they are over.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.drivers`, one row a `support` of which anything is told: `n` (what is counted), `carried_out_share`
        with its interval (by person), `support_target_share`, and `support_state`: `met` or `missed` where the
        interval says so, else `open`.

    Raises
    ------
    NotEnoughData
        If nothing is told of any of them.
    """
    rules, level = evaluated.data.settings.behavior, evaluated.data.settings.uncertainty.level
    asked = (
        ("check_ins", _check_ins(evaluated), rules.check_in_share),
        ("followed_up", _followed_up(evaluated), rules.followed_up_share),
        ("superior_rated", _superior_rated(evaluated), rules.superior_rated_share),
        ("documents", _documents(evaluated), rules.documents_applied_share),
    )
    table = pd.DataFrame([_row(name, rows, target, level) for name, rows, target in asked if len(rows)])
    if table.empty:
        raise NotEnoughData("behavior.no_drivers", training_id=evaluated.course.training_id)
    counts = table["support_state"].value_counts()
    weakest = table.loc[(table["carried_out_share"] - table["support_target_share"]).idxmin()]
    facts: dict[str, Any] = {
        "drivers": len(table), **{name: int(counts.get(name, 0)) for name in ("met", "missed", "open")},
        "driver": Said(f"code.support.{weakest['support']}"), "share": weakest["carried_out_share"],
        "low": weakest["carried_out_share_low"], "high": weakest["carried_out_share_high"],
        "target": weakest["support_target_share"],
        "level": level, "n": int(weakest["n"]),
    }  # fmt: skip
    sentences = ("sentence", "missed" if facts["missed"] else "none_missed")
    return Finding(key="behavior.drivers", table=table, facts=facts, sentences=sentences)


def _row(name: str, rows: Rows, target: float, level: float) -> dict[str, Any]:
    low, high = clustered_wilson(rows["did"], rows["staff_id"], level)
    share = float(rows["did"].mean())
    state = "met" if low >= target else "missed" if high < target else "open"
    return {
        "support": name, "n": len(rows), "carried_out_share": share, "carried_out_share_low": low,
        "carried_out_share_high": high, "support_target_share": target, "support_state": state,
    }  # fmt: skip


def _told(data: Data, table: str, evaluated: Evaluation) -> Rows:
    rows = data.table(table)
    return fetch(rows.filter(rows.training_id == evaluated.course.training_id))


def _check_ins(evaluated: Evaluation) -> Rows:
    rows = _told(evaluated.data, "check_ins", evaluated)
    rows = rows[rows["staff_id"].isin(evaluated.trained["staff_id"])].dropna(subset=["done"])
    return rows.assign(did=rows["done"].astype(bool))[["staff_id", "did"]]


def _followed_up(evaluated: Evaluation) -> Rows:
    tasks = _told(evaluated.data, "check_ins", evaluated)
    if tasks.empty:
        return tasks
    within = pd.Timedelta(days=evaluated.data.settings.behavior.follow_up_days)
    came = evaluated.attendance
    came = came[came["status"].isin(_CAME) & came["staff_id"].isin(evaluated.trained["staff_id"])]
    last = came.groupby("staff_id", as_index=False)["day"].max()
    last = last[last["day"] + within <= pd.Timestamp(evaluated.data.as_of)]
    done = tasks[tasks["done"].eq(True)].assign(week=lambda rows: pd.to_datetime(rows["week"]))
    met = last.merge(done[["staff_id", "week"]], on="staff_id", how="left")
    # A task is dated by the first day of its week, so that of the session's own week may be dated before it.
    met["did"] = (met["week"] + pd.Timedelta(days=6) >= met["day"]) & (met["week"] <= met["day"] + within)
    return met.groupby("staff_id", as_index=False)["did"].any()


def _due(evaluated: Evaluation, *, days: int) -> Rows:
    trained = evaluated.trained.dropna(subset=["ended_on"])
    until = trained["ended_on"] + pd.Timedelta(days=days)
    return trained[(until <= pd.Timestamp(evaluated.data.as_of)) & ~(trained["left_on"] < until)]


def _superior_rated(evaluated: Evaluation) -> Rows:
    rows = _told(evaluated.data, "ratings", evaluated)
    rows = rows[rows["kind"] == "behavior"]
    due = _due(evaluated, days=120)  # three months after, and a month to answer
    if rows.empty or due.empty:
        return due.iloc[:0]
    seen = rows[(rows["rater_role"] == "superior") & (rows["occasion"] != "pre")]
    return pd.DataFrame({"staff_id": due["staff_id"], "did": due["staff_id"].isin(set(seen["staff_id"]))})


def _documents(evaluated: Evaluation) -> Rows:
    days = evaluated.data.settings.behavior.apply_days
    due = _due(evaluated, days=days)
    if due.empty or not has(evaluated.data, "documents"):
        return due.iloc[:0]
    rows = fetch(evaluated.data.table("documents").select("staff_id", "at", "event"))
    used = rows[rows["event"] == "applied"].merge(due[["staff_id", "ended_on"]], on="staff_id")
    since = (pd.to_datetime(used["at"]) - used["ended_on"]).dt.days
    did = set(used.loc[(since >= 0) & (since < days), "staff_id"])
    return pd.DataFrame({"staff_id": due["staff_id"], "did": np.isin(due["staff_id"], list(did))})
