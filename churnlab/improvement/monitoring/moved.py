"""Which features have moved further from earlier months than they usually do?

A month can be held against all earlier months, against the latest of them or against the same season a year before.
What grows slowly (months with us, in a young institution) differs from all of the past, but hardly from the latest;
what comes and goes with the year differs from both, but not from a year before. For each feature the way is taken that
would tell the smallest change; how far the feature usually moves that way is known from past months alone, so that the
choice knows nothing of the month in question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.train import lag_days
from churnlab.settings import Settings
from churnlab.stats.drift import as_far_robust, farthest_robust, psi, psi_expected

LEAST_MONTHS = 3
"""Months to compare with, and months in which it was seen how far features usually move."""
WAYS = {"psi": LEAST_MONTHS, "psi_late": LEAST_MONTHS, "psi_season": 6}
"""How a month can be compared, and in how many past months it must have been: a season's few would look steady."""
SMALL = 0.1
"""An index below is no change of note, however sure of it many students make us (Siddiqi N, Credit Risk Scorecards,
2006, ch. 8)."""
_CELLS = 10
_LATE = 3  # months
_NOW = -1


@dataclass(frozen=True, kw_only=True)
class _Look:
    """How far one month is from others: in units of what chance makes (`excess`), and how much that is."""

    excess: float
    by_chance: float
    cells: int


def moved(
    panel: pd.DataFrame, now: pd.DataFrame, *, on: pd.Timestamp, features: Sequence[str], share: float,
    settings: Settings,
) -> pd.DataFrame:  # fmt: skip
    """Hold each feature of one month's students against earlier months.

    Parameters
    ----------
    panel : pandas.DataFrame
        As `churnlab.churn.panel` returns it: the months whose outcome is known.
    now : pandas.DataFrame
        The students of the month in question.
    on : pandas.Timestamp
        Its first day.
    features : sequence of str
        Their columns.
    share : float
        How often any of them may raise a false alert, 0–1.
    settings : Settings
        How long an outcome takes to be known.

    Returns
    -------
    pandas.DataFrame
        One row per feature that ever varied, in their order: `name`, `drift_measure` (`psi`: against all
        months; `psi_late`: the latest three; `psi_season`: a year before, with the month before and after),
        `drift_value` (the index), `drift_limit` (0.1 at least), `drift_p_value` and `is_alarm` (the limit is passed).
        Empty while there are fewer than three months to compare with, each against three others, and where there is
        nobody now.
    """
    if now.empty:
        return pd.DataFrame()
    months = pd.DatetimeIndex(np.sort(panel["as_of"].unique()))
    lag = pd.Timedelta(days=lag_days(settings))
    if sum(len(against("psi", month, months[months <= month - lag])) > 0 for month in months) < LEAST_MONTHS:
        return pd.DataFrame()
    rows = []
    for name in features:
        counts = _counts(panel, now, name, months)
        if (counts[:, :_NOW].sum(axis=1) > 0).sum() < 2:
            continue
        judged = [*_judged(counts, months, on, lag, share / len(features))]
        best = min(judged, key=lambda row: float(row["drift_limit"]))
        rows.append({"name": name, **best})
    return pd.DataFrame(rows)


def against(way: str, month: pd.Timestamp, known: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return with which of the known months one is compared; none where there are too few for it.

    Parameters
    ----------
    way : {"psi", "psi_late", "psi_season"}
        All months, the latest three, or those about the same month a year before.
    month : pandas.Timestamp
        Which month is compared.
    known : pandas.DatetimeIndex
        Those whose outcome was known then, in order.
    """
    if len(known) < LEAST_MONTHS:
        return known[:0]
    if way == "psi_season":
        then, near = month - pd.DateOffset(years=1), pd.DateOffset(months=1)
        return known[(known >= then - near) & (known <= then + near)] if then in known else known[:0]
    return known[-_LATE:] if way == "psi_late" else known


def _judged(
    counts: NDArray[np.int64], months: pd.DatetimeIndex, on: pd.Timestamp, lag: pd.Timedelta, level: float
) -> Iterator[dict[str, Any]]:
    for way, least in WAYS.items():
        looked = {
            place: _look(counts, months.isin(others), place)
            for place, month in enumerate(months)
            if len(others := against(way, month, months[months <= month - lag]))
        }
        others = against(way, on, months)
        if len(looked) < least or not len(others):
            continue
        look = _look(counts, months.isin(others), _NOW)
        usual, when = [one.excess for one in looked.values()], [*looked]
        limit = max(farthest_robust(level, usual, look.cells, periods=when) * look.by_chance, SMALL)
        index = look.excess * look.by_chance
        yield {
            "drift_measure": way, "drift_value": index, "drift_limit": limit,
            "drift_p_value": as_far_robust(look.excess, usual, look.cells, periods=when), "is_alarm": index > limit,
        }  # fmt: skip


def _look(counts: NDArray[np.int64], others: NDArray[np.bool_], place: int) -> _Look:
    before, now = counts[:, :_NOW][:, others].sum(axis=1), counts[:, place]
    filled = before + now > 0
    cells = max(int(filled.sum()), 2)
    by_chance = psi_expected(int(before.sum()), int(now.sum()), cells)
    return _Look(excess=psi(before[filled], now[filled]) / by_chance, by_chance=by_chance, cells=cells)


def _counts(panel: pd.DataFrame, now: pd.DataFrame, name: str, months: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Return how many fall into each cell (rows), in each of the months and, last, now."""
    cells = _cells(panel[name])
    codes, names = pd.factorize(pd.concat([cells(panel[name]), cells(now[name])], ignore_index=True))
    column = np.concatenate([months.get_indexer(pd.DatetimeIndex(panel["as_of"])), np.full(len(now), len(months))])
    counts = np.zeros((len(names), len(months) + 1), dtype=np.int64)
    np.add.at(counts, (codes, column), 1)
    return counts


def _cells(values: pd.Series) -> Any:
    """Return what puts values into cells: tenths of these, words as they are, the unknown in a cell of its own."""
    if values.dtype == object:
        return lambda other: other.fillna("").astype(str)
    edges = np.unique(values.dropna().astype(float).quantile(np.linspace(0, 1, _CELLS + 1)[1:-1]))

    def cells(other: pd.Series) -> pd.Series:
        return pd.Series(np.where(other.isna(), -1, np.searchsorted(edges, other.astype(float).fillna(0.0))))

    return cells
