"""Who passes on what she knows?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need
from churnlab.wording import Said


def contributions(data: Data) -> Finding:
    """Count what members of staff passed on: sessions taught, documents of theirs that others use; and points for it.

    A document counts once somebody else applied it or passed it on; what authors do with their own does not count, nor
    do views. Points are those of the settings, and as just as these: they say what is rewarded, not what it is worth.
    Who taught sessions and is not on the list of staff is a lecturer from outside: told apart, below, without points.

    Returns
    -------
    Finding
        `people.contributions`: one row a member of staff with any, most points first, at most `people.listed`:
        `staff_id`, `staff_role`, `campus`, `sessions_taught`, `documents_used`, `times_applied`, `times_shared`,
        `points_earned`; then those from outside, most sessions first, at most as many: `staff_role` says so, and
        they have no campus and no points (missing).

    Raises
    ------
    NotEnoughData
        If neither documents nor sessions are stored, or nobody contributed anything.
    """
    need(data, "documents", "training_sessions")
    rules, counts = data.settings.people, _counts(data)
    lecturers, unnamed = _outside(data, counts.index)
    worth = {
        "sessions_taught": rules.points_per_session,
        "documents_used": rules.points_per_document,
        "times_applied": rules.points_per_application,
        "times_shared": rules.points_per_share,
    }
    counts["points_earned"] = counts[[*worth]].to_numpy() @ [*worth.values()]
    table = counts[counts[[*worth]].sum(axis=1) > 0].reset_index()
    if table.empty:
        raise NotEnoughData("people.nobody_shared")
    table = table.sort_values(["points_earned", "staff_id"], ascending=[False, True], ignore_index=True)
    facts: dict[str, Any] = {
        "people": len(table),
        "of": len(counts),
        "sessions": int(table["sessions_taught"].sum()),
        "outside": int(lecturers["sessions_taught"].sum()),
        "lecturers": len(lecturers),
        "unnamed": unnamed,
        "documents": int(table["documents_used"].sum()),
        "applied": int(table["times_applied"].sum()),
        "shared": int(table["times_shared"].sum()),
        "points_session": rules.points_per_session,
        "points_document": rules.points_per_document,
        "points_application": rules.points_per_application,
        "points_share": rules.points_per_share,
    }
    shown = pd.concat([table.head(rules.listed), lecturers.head(rules.listed)], ignore_index=True)
    said = ("sentence", *(("apart",) if len(lecturers) else ()), *(("unnamed",) if unnamed else ()), "worth")
    return Finding(
        key="people.contributions", table=shown[[*table]], facts=facts, sentences=said, caveats=("people.points",)
    )


def _outside(data: Data, known: pd.Index) -> tuple[pd.DataFrame, int]:
    """Return the lecturers who are not on the list of staff, and how many sessions name no lecturer."""
    sessions = fetch(data.table("training_sessions"))
    held = sessions[sessions["held_at"].notna()]
    others = held[held["instructor_id"].notna() & ~held["instructor_id"].isin(known)]
    table = others.groupby("instructor_id").size().rename("sessions_taught").rename_axis("staff_id").reset_index()
    role = pd.Series([Said("people.from_outside")] * len(table), index=table.index, dtype=object)
    table = table.assign(staff_role=role, campus=None)
    table = table.sort_values(["sessions_taught", "staff_id"], ascending=[False, True], ignore_index=True)
    return table, int(held["instructor_id"].isna().sum())


def _counts(data: Data) -> pd.DataFrame:
    """Return what each member of staff passed on, by id."""
    people = staff(data)[["staff_id", "role", "campus"]].rename(columns={"role": "staff_role"})
    sessions, uses = fetch(data.table("training_sessions")), _uses(data)
    uses = uses[uses["event"].isin(["applied", "shared"]) & (uses["staff_id"] != uses["author_id"])]
    counted: dict[str, pd.Series] = {
        "sessions_taught": sessions[sessions["held_at"].notna()].groupby("instructor_id").size(),
        "documents_used": uses.groupby("author_id")["doc_id"].nunique(),
        "times_applied": (uses["event"] == "applied").groupby(uses["author_id"]).sum(),
        "times_shared": (uses["event"] == "shared").groupby(uses["author_id"]).sum(),
    }
    people = people.set_index("staff_id")
    return people.assign(
        **{name: many.reindex(people.index).astype(float).fillna(0).astype(int) for name, many in counted.items()}
    )


def _uses(data: Data) -> pd.DataFrame:
    return fetch(data.table("documents"))
