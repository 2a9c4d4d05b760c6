"""What stands where nothing is known?"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.tables.schemas import TABLES

_DTYPES = {
    "date": "datetime64[ns]", "time": "datetime64[ns]", "count": "int64", "flag": "boolean",
    **dict.fromkeys(("money", "hours", "number"), "float64"),
}  # fmt: skip


def where_known(known: npt.ArrayLike, values: Any) -> npt.NDArray[np.object_]:
    """Return the values where they are known, None elsewhere."""
    found = np.full(len(np.asarray(known)), None, dtype=object)
    mask = np.asarray(known, dtype=bool)
    found[mask] = np.broadcast_to(np.asarray(values, dtype=object), found.shape)[mask]
    return found


def nothing(table: str) -> pd.DataFrame:
    """Return a table without rows, its columns typed as those of a table with rows."""
    return pd.DataFrame(
        {column.name: pd.Series(dtype=_DTYPES.get(column.kind, "object")) for column in TABLES[table].columns}
    )


def with_more(frame: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return a table with more rows below, the types of its columns as they were."""
    if more.empty:
        return frame
    return pd.concat([frame, more[list(frame)].astype(frame.dtypes.to_dict())], ignore_index=True)
