"""How many of those who complained stayed, by who handled it?"""

import pandas as pd

from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has

_KEPT, _LEFT = "kept", "left"


def staff_saved(data: Data) -> dict[str, pd.DataFrame]:
    """Return the share that stayed of each member of staff's complaints, month by month.

    `complaint_save_rate`: a frame with one row per `staff_id` and `month` (timestamp, its first day), `value` and `n`,
    the denominator: of complaints that she handled and that were dealt with in the month, those after which the student
    stayed. By the day it was over and not the day it began: the quick ones are known first. Who handled a complaint is
    told as `Data.described` has it. Of requests for money back nobody writes down who dealt with them, and whoever
    serves the student now need not be who served her then: students who stay are handed on, and who left is not.
    """
    rows = _complaints(data)
    return {"complaint_save_rate": _share(rows)} if len(rows) else {}


def _complaints(data: Data) -> pd.DataFrame:
    rows = fetch(data.table("complaints").select("complaint_id", "resolved_at")) if has(data, "complaints") else None
    if rows is None:
        return pd.DataFrame()
    rows = rows.merge(fetch(data.described("complaints")), on="complaint_id", validate="1:1")
    rows = rows[rows["resolved_at"].notna() & rows["staff_id"].notna() & rows["outcome"].isin([_KEPT, _LEFT])]
    return pd.DataFrame({"staff_id": rows["staff_id"], "at": rows["resolved_at"], "kept": rows["outcome"] == _KEPT})


def _share(rows: pd.DataFrame) -> pd.DataFrame:
    told = rows.assign(month=rows["at"].dt.to_period("M").dt.to_timestamp(), kept=rows["kept"].astype(float))
    found = told.groupby(["staff_id", "month"], as_index=False).agg(value=("kept", "mean"), n=("kept", "size"))
    return found.astype({"n": float})
