"""Who taught how many hours, and how many modules of the year were new?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

ALL, NOT_TOLD = "all_trainings", "not_told"


def instructor_hours(data: Data) -> Finding:
    """Count what each instructor taught in the last `needs.year_months` whole months.

    These are full counts of what was held, no estimates: they have no interval.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `needs.instructors`, one row an instructor, most hours first: `lecturer` (missing in the table of sessions:
        `not_told`), `is_on_staff`, `trainings_taught`, `sessions_taught`, `hours_taught`, `hours_share` of all hours
        (missing where none are told), `new_sessions` (new content), `sessions_with_incident`, `hours_not_told`
        (sessions whose hours nobody wrote: they count as none).

    Raises
    ------
    NotEnoughData
        If no session was held in those months.
    """
    rows = _held(data)
    rows = rows.assign(
        lecturer=rows["instructor_id"].where(rows["instructor_id"].notna(), NOT_TOLD),
        is_new=rows["new_content"].eq(True).fillna(False).astype(bool), went_wrong=rows["incident"].notna(),
        untold=rows["hours"].isna(), hours=rows["hours"].astype(float).fillna(0.0),
    )  # fmt: skip
    table = rows.groupby("lecturer", as_index=False).agg(
        trainings_taught=("training_id", "nunique"), sessions_taught=("session_id", "size"),
        hours_taught=("hours", "sum"), new_sessions=("is_new", "sum"), sessions_with_incident=("went_wrong", "sum"),
        hours_not_told=("untold", "sum"),
    )  # fmt: skip
    total = float(table["hours_taught"].sum())
    table.insert(1, "is_on_staff", table["lecturer"].isin(staff(data)["staff_id"]))
    share = table["hours_taught"] / total if total else pd.Series(float("nan"), index=table.index)
    table.insert(5, "hours_share", share)
    table = table.sort_values(["hours_taught", "lecturer"], ascending=[False, True], ignore_index=True)
    return _told(table, total, rows, data)


def _told(table: pd.DataFrame, total: float, rows: pd.DataFrame, data: Data) -> Finding:
    known = table[table["lecturer"] != NOT_TOLD]
    facts: dict[str, Any] = {
        **_year(data), "instructors": len(known), "sessions": len(rows), "hours": total,
        "not_told": int(table["hours_not_told"].sum()), "nobody": len(rows) - int(known["sessions_taught"].sum()),
    }  # fmt: skip
    sentences = ["sentence"]
    if len(known) and total:
        most = known.iloc[0]
        facts |= {"most": most["lecturer"], "most_hours": most["hours_taught"], "most_share": most["hours_share"]}
        sentences.append("most")
    sentences += ["nobody"] if facts["nobody"] else []
    sentences += ["not_told"] if facts["not_told"] else []
    return Finding(key="needs.instructors", table=table, facts=facts, sentences=tuple(sentences))


def new_modules(data: Data) -> Finding:
    """Tell which share of the modules held in the last `needs.year_months` whole months were new, against its target.

    A module is one of its training by its name, and new if one of its sessions of those months was marked as new
    content. This counts all modules there were: no interval. Where sessions are not marked at all, the bounds are those
    of all such modules old, and all new.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `needs.modules`, a row over all trainings (`all_trainings`), then one a training: `module_training`,
        `training_name`, `modules`, `new_modules`, `modules_not_told`, `new_module_share` of all, with bounds where some
        are not told, and `modules_state` (`met`, `not_met`, `open_nothing`: what is not told could decide; of all
        trainings only).

    Raises
    ------
    NotEnoughData
        If no session was held in those months, or of none is told whether its content was new.
    """
    rows = _held(data)
    if rows["new_content"].isna().all():
        raise NotEnoughData("needs.no_new_content")
    rows = rows.assign(
        is_new=rows["new_content"].eq(True).fillna(False).astype(bool), is_told=rows["new_content"].notna()
    )
    each = rows.groupby(["training_id", "module"], as_index=False)[["is_new", "is_told"]].any()
    names = fetch(data.table("trainings").select("training_id", "name")).set_index("training_id")["name"]
    parts = [(ALL, None, each)]
    parts += [(str(one), names.get(one), part) for one, part in each.groupby("training_id", sort=True)]
    goal = data.settings.needs.new_module_share
    table = pd.DataFrame([_modules(one, name, part) for one, name, part in parts])
    whole = table.iloc[0]
    low, high = (whole[f"new_module_share{end}"] for end in ("_low", "_high"))
    low, high = (whole["new_module_share"],) * 2 if pd.isna(low) else (low, high)
    state = "met" if low >= goal else "not_met" if high < goal else "open_nothing"
    table["modules_state"] = [state, *([None] * (len(table) - 1))]
    facts: dict[str, Any] = {
        **_year(data), "modules": int(whole["modules"]), "new": int(whole["new_modules"]),
        "share": whole["new_module_share"], "goal": goal, "untold": int(whole["modules_not_told"]), "least": low,
        "most": high,
    }  # fmt: skip
    sentences = ("sentence", state, *(["untold"] if facts["untold"] else []))
    return Finding(key="needs.modules", table=table, facts=facts, sentences=sentences)


def _modules(one: str, name: Any, part: pd.DataFrame) -> dict[str, Any]:
    n, new, untold = len(part), int(part["is_new"].sum()), int((~part["is_told"]).sum())
    return {
        "module_training": one, "training_name": name, "modules": n, "new_modules": new, "modules_not_told": untold,
        "new_module_share": new / n, "new_module_share_low": new / n if untold else float("nan"),
        "new_module_share_high": (new + untold) / n if untold else float("nan"),
    }  # fmt: skip


def _held(data: Data) -> pd.DataFrame:
    """Return the sessions that were held in the last whole months."""
    need(data, "training_sessions")
    rows, (first, last) = fetch(data.table("training_sessions")), _span(data)
    rows = rows[(rows["held_at"] >= first) & (rows["held_at"] < last)]
    if rows.empty:
        raise NotEnoughData("needs.none_held", months=data.settings.needs.year_months)
    return rows.sort_values(["held_at", "session_id"], ignore_index=True)


def _span(data: Data) -> tuple[pd.Timestamp, pd.Timestamp]:
    end = pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    return end - pd.DateOffset(months=data.settings.needs.year_months), end


def _year(data: Data) -> dict[str, Any]:
    first, last = _span(data)
    return {"first": first.date(), "last": (last - pd.Timedelta(days=1)).date()}
