"""Who passes on what she knows, and which documents are used most?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.stats.shrinkage import gamma_poisson
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

_DAYS_PER_MONTH = 365.25 / 12


def contributions(data: Data) -> Finding:
    """Count what members of staff passed on: sessions taught, documents of theirs that others use; and points for it.

    A document counts once somebody else applied it or passed it on; what authors do with their own does not count, nor
    do views. Points are those of the settings, and as just as these: they say what is rewarded, not what it is worth.
    Lecturers from outside are left out.

    Returns
    -------
    Finding
        `people.contributions`: one row a member of staff with any, most points first, at most `people.listed`:
        `staff_id`, `staff_role`, `campus`, `sessions_taught`, `documents_used`, `times_applied`, `times_shared`,
        `points_earned`.

    Raises
    ------
    NotEnoughData
        If neither documents nor sessions are stored, or nobody contributed anything.
    """
    need(data, "documents", "training_sessions")
    rules, counts = data.settings.people, _counts(data)
    sessions = fetch(data.table("training_sessions"))
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
        "outside": int(sessions["held_at"].notna().sum() - table["sessions_taught"].sum()),
        "documents": int(table["documents_used"].sum()),
        "applied": int(table["times_applied"].sum()),
        "shared": int(table["times_shared"].sum()),
        "points_session": rules.points_per_session,
        "points_document": rules.points_per_document,
        "points_application": rules.points_per_application,
        "points_share": rules.points_per_share,
    }
    shown = table.head(rules.listed)
    return Finding(key="people.contributions", table=shown, facts=facts, caveats=("people.points",))


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


def most_used_documents(data: Data) -> Finding:
    """Order documents by how often a month others use them, since they are there, drawn towards all documents.

    A document is there from its first use on record; that use itself is not counted, for it is how we know. Old
    documents have had more time and young ones a luckier start, so uses are per month available and drawn in. Views,
    downloads, applications and passing on all count; what authors do with their own does not.

    Returns
    -------
    Finding
        `people.most_used_documents`: one row a document, most used first, at most `people.listed`: `doc_id`,
        `doc_topic`, `months_available`, `uses`, `uses_per_month` with interval (`gamma_poisson`), `times_applied`.

    Raises
    ------
    NotEnoughData
        If fewer than two documents have a whole month behind them.
    """
    need(data, "documents")
    settings, uses = data.settings, _uses(data)
    uses = uses[~(uses["staff_id"] == uses["author_id"])].sort_values(["at", "doc_id"])
    first = uses.groupby("doc_id")["at"].transform("min")
    table = uses.assign(first=first, later=uses.duplicated("doc_id"), applied=uses["event"] == "applied")
    table = table.groupby("doc_id", as_index=False).agg(
        doc_topic=("topic", "first"), first=("first", "min"), uses=("later", "sum"), times_applied=("applied", "sum")
    )
    days = (pd.Timestamp(data.as_of) - table["first"]).dt.total_seconds() / 86_400
    table = table.assign(months_available=days / _DAYS_PER_MONTH)
    table = table[table["months_available"] >= 1]
    if len(table) < 2:
        raise NotEnoughData("people.few_documents")
    rate = gamma_poisson(table["uses"], table["months_available"], level=settings.uncertainty.level)
    table = table.assign(uses_per_month=rate.mean, uses_per_month_low=rate.low, uses_per_month_high=rate.high)
    table = table.sort_values(["uses_per_month", "doc_id"], ascending=[False, True], ignore_index=True)
    rates = ["uses_per_month", "uses_per_month_low", "uses_per_month_high"]
    columns = ["doc_id", "doc_topic", "months_available", "uses", *rates, "times_applied"]
    top = table.iloc[0]
    facts = {
        "documents": len(table),
        "document": top["doc_id"],
        "rate": float(top["uses_per_month"]),
        "rate_low": float(top["uses_per_month_low"]),
        "rate_high": float(top["uses_per_month_high"]),
        "mean": rate.prior_mean,
        "level": settings.uncertainty.level,
    }
    shown = table[columns].head(settings.people.listed)
    return Finding(key="people.most_used_documents", table=shown, facts=facts, caveats=("people.document_age",))


def _uses(data: Data) -> pd.DataFrame:
    return fetch(data.table("documents"))
