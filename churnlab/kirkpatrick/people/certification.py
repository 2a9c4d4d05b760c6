"""Who tries for a certificate, and how many pass at the first attempt and later?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.shrinkage import beta_binomial
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

ATTEMPTS = ("first", "later")


def certification(data: Data) -> Finding:
    """Tell which share passes each certificate at the first attempt, and which of the later attempts succeed.

    An attempt belongs to the training that the person had concluded last before her first attempt. Shares are drawn
    towards those of all certificates at the same attempt, the more the fewer tried; read them as what to expect of the
    next ones. Certificates differ in difficulty and in who tries, so a lower share need not be a worse training; who
    tries again had failed, so later shares are of other people.

    Returns
    -------
    Finding
        `people.certification`: one row per `certificate`, `training_id` (missing: none concluded before) and `attempt`
        (`first`, `later`): `tried`, `passed`, `passed_share` (plain) and `expected_pass_rate` (drawn in) with interval.

    Raises
    ------
    NotEnoughData
        If there are fewer than `uncertainty.min_group` first attempts.
    """
    need(data, "certificates")
    uncertainty = data.settings.uncertainty
    told = _attempts(data)
    first = told[told["attempt"] == "first"]
    if len(first) < uncertainty.min_group:
        raise NotEnoughData("people.few_certificates", tried=len(first), least=uncertainty.min_group)
    counts = told.groupby(["certificate", "training_id", "attempt"], as_index=False, dropna=False)["did"].agg(
        tried="size", passed="sum"
    )
    parts = []
    for attempt in ATTEMPTS:
        rows = counts[counts["attempt"] == attempt]
        if len(rows):
            rate = beta_binomial(rows["passed"], rows["tried"], level=uncertainty.level)
            limits = {"expected_pass_rate": rate.mean, "expected_pass_rate_low": rate.low}
            parts.append(rows.assign(**limits, expected_pass_rate_high=rate.high))
    table = pd.concat(parts).sort_values(["certificate", "training_id", "attempt"], ignore_index=True)
    table.insert(5, "passed_share", table["passed"] / table["tried"])
    low, high = clustered_wilson(first["did"] == 1, first["staff_id"], uncertainty.level)
    ever = told.groupby(["staff_id", "certificate"])["did"].max()
    again = told[told["attempt"] == "later"]
    facts: dict[str, Any] = {
        "certificates": told["certificate"].nunique(),
        "tried": len(first),
        "passed": int(first["did"].sum()),
        "rate": float(first["did"].mean()),
        "rate_low": low,
        "rate_high": high,
        "again": len(again),
        "again_passed": int(again["did"].sum()),
        "ever": int(ever.sum()),
        "level": uncertainty.level,
    }
    sentences = ("sentence", "again") if len(again) else ("sentence",)
    caveats = ("people.certificates",)
    return Finding(key="people.certification", table=table, facts=facts, sentences=sentences, caveats=caveats)


def _attempts(data: Data) -> pd.DataFrame:
    """Return one row an attempt: `certificate`, `attempt`, `did` (1 passed) and `training_id`."""
    told = fetch(data.table("certificates")).rename(columns={"name": "certificate"})
    told = told.assign(on=pd.to_datetime(told["taken_on"]).astype("datetime64[ns]"), did=told["passed"].astype(float))
    told = told.sort_values(["on", "staff_id", "certificate"], ignore_index=True)
    later = told.duplicated(["staff_id", "certificate"])
    told = told.assign(attempt=later.map({False: "first", True: "later"}))
    done = fetch(data.table("trainees").filter(lambda rows: rows.arm != "comparison"))
    done = done.assign(on=pd.to_datetime(done["concluded_on"]).astype("datetime64[ns]")).dropna(subset="on")
    done = done[["staff_id", "training_id", "on"]].sort_values(["on", "training_id"])
    first = pd.merge_asof(told[~later], done, on="on", by="staff_id")[["staff_id", "certificate", "training_id"]]
    return told.merge(first, on=["staff_id", "certificate"], how="left")
