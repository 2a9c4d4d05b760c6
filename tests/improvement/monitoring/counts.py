"""Charts of counts drawn by chance, week by week."""

import numpy as np
import pandas as pd

from churnlab.improvement.monitoring.limits import Budget, budget, judged
from churnlab.settings import Settings

START = pd.Timestamp("2020-01-06")


def charts(counts: np.ndarray, *, exposure: float = 1000.0, measure: str = "complaints") -> pd.DataFrame:
    """Return series as `watched` gathers them: a row of counts for each campus, a column for each week."""
    campuses, weeks = counts.shape
    return pd.DataFrame({
        "watch_measure": measure,
        "campus": np.repeat([f"C{number:02}" for number in range(campuses)], weeks),
        "period_on": np.tile(pd.date_range(START, periods=weeks, freq="7D"), campuses),
        "counted": counts.ravel().astype(float),
        "exposure": exposure,
        "is_usual": True,
        "is_judged": True,
        "season": "",
        "season_error": 0.0,
    })  # fmt: skip


def looked_at(rows: pd.DataFrame, *, periods: int) -> tuple[pd.DataFrame, Budget]:
    """Judge the last periods of all charts, with `is_alarm`."""
    limits = budget(rows, Settings())
    found = [judged(r, limits=limits, settings=Settings(), periods=periods) for _, r in rows.groupby("watch_measure")]
    looks = pd.concat(found, ignore_index=True)
    return looks.assign(is_alarm=looks[["p_value", "late_p_value"]].min(axis=1) < limits.weekly), limits
