"""How many of those who complained, or asked for their money back, stayed with each member of staff?"""

import pandas as pd

from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has

_KEPT, _LEFT, _REFUNDED = "kept", "left", "refunded"


def staff_saved(data: Data) -> dict[str, pd.DataFrame]:
    """Return the share that stayed of each member of staff's complaints and requests for money back, month by month.

    Each is a frame with one row per `staff_id` and `month` (timestamp, its first day), `value` and `n`, the
    denominator. `complaint_save_rate`: of complaints that she handled and that were dealt with in the month, those
    after which the student stayed; `refund_save_rate`: of the students that she serves, of their requests for money
    back that were settled in the month, those taken back. By the day it was over and not the day it began: the quick
    ones are known first. Who handles a complaint and whom a student's adviser is told as `Data.described` has it.
    """
    series = {"complaint_save_rate": _complaints(data), "refund_save_rate": _refunds(data)}
    return {name: _share(rows) for name, rows in series.items() if len(rows)}


def _complaints(data: Data) -> pd.DataFrame:
    rows = fetch(data.table("complaints").select("complaint_id", "resolved_at")) if has(data, "complaints") else None
    if rows is None:
        return pd.DataFrame()
    rows = rows.merge(fetch(data.described("complaints")), on="complaint_id", validate="1:1")
    rows = rows[rows["resolved_at"].notna() & rows["staff_id"].notna() & rows["outcome"].isin([_KEPT, _LEFT])]
    return pd.DataFrame({"staff_id": rows["staff_id"], "at": rows["resolved_at"], "kept": rows["outcome"] == _KEPT})


def _refunds(data: Data) -> pd.DataFrame:
    if not has(data, "refunds"):
        return pd.DataFrame()
    rows = fetch(data.table("refunds").select("student_id", "settled_at", "outcome"))
    serving = fetch(data.described("students")).set_index("student_id")["advisor_id"]
    rows = rows.assign(staff_id=rows["student_id"].map(serving))
    rows = rows[rows["settled_at"].notna() & rows["staff_id"].notna() & rows["outcome"].isin([_KEPT, _REFUNDED])]
    return pd.DataFrame({"staff_id": rows["staff_id"], "at": rows["settled_at"], "kept": rows["outcome"] == _KEPT})


def _share(rows: pd.DataFrame) -> pd.DataFrame:
    told = rows.assign(month=rows["at"].dt.to_period("M").dt.to_timestamp(), kept=rows["kept"].astype(float))
    found = told.groupby(["staff_id", "month"], as_index=False).agg(value=("kept", "mean"), n=("kept", "size"))
    return found.astype({"n": float})
