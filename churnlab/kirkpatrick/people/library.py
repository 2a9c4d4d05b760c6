"""Which documents of the knowledge base are used most, and by how many?"""

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.shrinkage import gamma_poisson
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

_DAYS_PER_MONTH = 365.25 / 12


def most_used_documents(data: Data) -> Finding:
    """Order documents by how often a month others use them, since they are there, drawn towards all documents.

    A document is there from its first use on record; that use itself is not counted, for it is how we know. Old
    documents have had more time and young ones a luckier start, so uses are per month available and drawn in. Views,
    downloads, applications and passing on all count; what authors do with their own does not. Fifty uses by one
    enthusiast are one person's word, and fifty people's are fifty: with c uses by each, a document's uses count as
    (Σ c)² / Σ c² independent ones (Kish) or, where that is fewer, as those of the middle one of all documents, over as
    much less time: its rate stays and its weight goes down. Uses of nobody known are taken for one person's each.

    Returns
    -------
    Finding
        `people.most_used_documents`: one row a document, most used first, at most `people.listed`: `doc_id`,
        `doc_topic`, `months_available`, `uses`, `users_known` (who used it, after the first use), `uses_per_month`
        with interval (`gamma_poisson`, by user), `times_applied`.

    Raises
    ------
    NotEnoughData
        If fewer than two documents have a whole month behind them.

    References
    ----------
    Kish L, Survey Sampling, 1965, section 11.7, the effective number; Rao J N K, Scott A J, Biometrics 1992;48:577–585
    and Stat Med 1999;18:1373–1385, counts divided by their design effect.
    """
    need(data, "documents")
    settings = data.settings
    table = _used(data)
    table = table[table["months_available"] >= 1]
    if len(table) < 2:
        raise NotEnoughData("people.few_documents")
    own = table["squares"] / table["uses"].where(table["uses"] > 0)
    # How many uses are as good as one by one person alone; the own figure of a few users may be low by chance.
    effect = np.maximum(own.fillna(1.0), own.median() if own.notna().any() else 1.0)
    rate = gamma_poisson(table["uses"] / effect, table["months_available"] / effect, level=settings.uncertainty.level)
    table = table.assign(uses_per_month=rate.mean, uses_per_month_low=rate.low, uses_per_month_high=rate.high)
    table = table.sort_values(["uses_per_month", "doc_id"], ascending=[False, True], ignore_index=True)
    rates = ["uses_per_month", "uses_per_month_low", "uses_per_month_high"]
    columns = ["doc_id", "doc_topic", "months_available", "uses", "users_known", *rates, "times_applied"]
    top = table.iloc[0]
    facts = {
        "documents": len(table),
        "document": top["doc_id"],
        "uses": int(top["uses"]),
        "users": int(top["users_known"]),
        "rate": float(top["uses_per_month"]),
        "rate_low": float(top["uses_per_month_low"]),
        "rate_high": float(top["uses_per_month_high"]),
        "mean": rate.prior_mean,
        "level": settings.uncertainty.level,
    }
    shown = table[columns].head(settings.people.listed)
    return Finding(key="people.most_used_documents", table=shown, facts=facts, caveats=("people.document_age",))


def _used(data: Data) -> pd.DataFrame:
    """Return one row a document: its uses by others after the first, and `squares`, the sum of each user's squared."""
    uses = fetch(data.table("documents"))
    uses = uses[~(uses["staff_id"] == uses["author_id"])].sort_values(["at", "doc_id"], ignore_index=True)
    uses["later"], uses["applied"] = uses.duplicated("doc_id"), uses["event"] == "applied"
    unknown = pd.Series([f"?{row}" for row in uses.index], index=uses.index, dtype=object)
    later = uses.assign(user=uses["staff_id"].where(uses["staff_id"].notna(), unknown))[uses["later"]]
    by_user = later.groupby(["doc_id", "user"]).size()
    table = uses.groupby("doc_id", as_index=False).agg(
        doc_topic=("topic", "first"), first=("at", "min"), uses=("later", "sum"), times_applied=("applied", "sum")
    )
    days = (pd.Timestamp(data.as_of) - table["first"]).dt.total_seconds() / 86_400
    told = {
        "users_known": later.groupby("doc_id")["staff_id"].nunique(),
        "squares": (by_user**2).groupby("doc_id").sum(),
    }
    counted = {name: table["doc_id"].map(values).astype(float).fillna(0.0) for name, values in told.items()}
    return table.assign(**counted, months_available=days / _DAYS_PER_MONTH)
