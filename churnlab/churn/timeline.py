"""Which days say that a student is still with us, and when can silence be told from leaving?

A unit's time line is a row of days: runs of lessons, signings, starts, holds, ends of periods. Between two neighbours
the episode breaks if, before the second came, the first had been silent for long enough (see `known`).
"""

import numpy as np
import pandas as pd

from churnlab.churn.contracts import Contracts
from churnlab.churn.holidays import NEVER, EligibleDays

_FAR = 1 << 20  # more than any day, so that a running maximum cannot cross from one unit to the next


def timeline(found: Contracts, runs: pd.DataFrame, *, silence_counts: bool) -> pd.DataFrame:
    """Return one row per unit and day that says something, with the state of its contracts on that day.

    Parameters
    ----------
    found : Contracts
        What ran when.
    runs : pandas.DataFrame
        `unit_id`, `first`, `last`, `campus`: runs of lessons.
    silence_counts : bool
        Whether dormancy is told. Without it nothing but its contract says how long a student stayed, so every
        contract's end is a day of its own.

    Returns
    -------
    pandas.DataFrame
        `unit` (int, in order of `unit_id`), `day`; `enters` (a lesson or a start: such a day can begin an episode);
        `ends` and `span` (last day of the contracts signed so far, and the row in `found.spans` that has it, -1 if
        none); `covered` (until then the student is taught, on hold, or waits for the start); `started` (row in
        `found.spans` of the latest start, -1); `campus_row` (row in `runs`, -1). Sorted by unit and day, each once.
    """
    units = _units(found)
    rows = pd.concat([_spans(found.spans, units, silence_counts), _runs(runs, units), _holds(found.holds, units)])
    rows = rows.sort_values(["unit", "day", "order"], kind="stable", ignore_index=True)
    unit = rows["unit"].to_numpy()
    ends = _so_far(rows["until"].to_numpy(), unit)
    rows = rows.assign(
        span=_latest(rows["opens"].to_numpy(), (rows["until"] == ends) & (rows["opens"] >= 0), unit),
        ends=ends,
        covered=_so_far(rows["cover"].to_numpy(), unit),
        started=_latest(rows["starts"].to_numpy(), rows["starts"] >= 0, unit),
        campus_row=_latest(rows["run"].to_numpy(), rows["run"] >= 0, unit),
    )
    # The end of a period says nothing while another contract runs on.
    rows = rows[~(rows["closes"] & (rows["ends"] > rows["day"]))]
    enters = rows.groupby(["unit", "day"])["enters"].transform("max")
    kept = rows.assign(enters=enters).drop_duplicates(["unit", "day"], keep="last")
    names = ["unit", "day", "enters", "ends", "span", "covered", "started", "campus_row"]
    return kept[names].reset_index(drop=True)


def unit_ids(found: Contracts) -> np.ndarray:
    """Return the units in the order of their numbers."""
    return _units(found).to_numpy()


def _units(found: Contracts) -> pd.Index:
    return pd.Index(np.unique(found.signed["unit_id"].to_numpy(dtype=object).astype(str)), dtype=object)


def _rows(unit: np.ndarray, day: pd.Series | np.ndarray, order: int, **said: object) -> pd.DataFrame:
    silent = {"enters": False, "closes": False, "until": 0, "cover": 0, "opens": -1, "starts": -1, "run": -1}
    return pd.DataFrame({"unit": unit, "day": np.asarray(day, dtype=np.int64), "order": order, **silent, **said})


def _spans(spans: pd.DataFrame, units: pd.Index, silence_counts: bool) -> pd.DataFrame:
    unit, row = units.get_indexer(pd.Index(spans["unit_id"])), np.arange(len(spans))
    begins, starts, ends = (spans[name].to_numpy() for name in ("begins", "starts", "ends"))
    closes = spans["how"].isin(["period", "withdrawn"] if silence_counts else spans["how"].unique()).to_numpy()
    closes &= ends < NEVER
    return pd.concat([
        _rows(unit, begins, 0, until=ends, cover=starts, opens=row),
        _rows(unit, starts, 1, enters=True, starts=row),
        _rows(unit[closes], ends[closes], 3, closes=True),
    ])  # fmt: skip


def _runs(runs: pd.DataFrame, units: pd.Index) -> pd.DataFrame:
    unit, row = units.get_indexer(pd.Index(runs["unit_id"])), np.arange(len(runs))
    return pd.concat([
        _rows(unit, runs["first"], 2, enters=True, cover=runs["last"].to_numpy(dtype=np.int64), run=row),
        _rows(unit, runs["last"], 2, enters=True),
    ])  # fmt: skip


def _holds(holds: pd.DataFrame, units: pd.Index) -> pd.DataFrame:
    unit = units.get_indexer(pd.Index(holds["unit_id"]))
    return pd.concat([
        _rows(unit, holds["begins"], 2, cover=holds["ends"].to_numpy(dtype=np.int64)),
        _rows(unit, holds["ends"], 2),
    ])  # fmt: skip


def _so_far(days: np.ndarray, unit: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(days + unit * _FAR) - unit * _FAR


def _latest(values: np.ndarray, is_said: pd.Series, unit: np.ndarray) -> np.ndarray:
    """Carry the latest value said so far in the unit; -1 before the first."""
    place = np.maximum.accumulate(np.where(is_said.to_numpy(), np.arange(len(values)), -1)) if len(values) else values
    inside = (place >= 0) & (unit[np.maximum(place, 0)] == unit) if len(values) else np.empty(0, dtype=bool)
    return np.where(inside, values[np.maximum(place, 0)] if len(values) else values, -1)


def known(
    days: pd.DataFrame, how: np.ndarray, *, grace_days: int, inactivity_days: int | None, eligible: EligibleDays
) -> pd.DataFrame:
    """Say for each day on the time line when it could be told that it was the last.

    Let `p` be the day and `e` the last day of the contracts signed by then (`p` itself if they ended before).

    - dormant: `inactivity_days` eligible days after `p` passed by day `k` ≤ `e`; told on `k` + 1.
    - withdrawn: the last contract was broken off by an exit on `p`; told on `p` + 1.
    - otherwise nothing was signed and no lesson attended until the later of `p` + `grace_days` and `e`; told on the day
      after. A renewal on the last day of grace still follows.

    Parameters
    ----------
    days : pandas.DataFrame
        As `timeline` returns it.
    how : numpy.ndarray of str
        How the contract in `days.span` ended.

    Returns
    -------
    pandas.DataFrame
        `known` (int day), `dormant`, `withdrawn` (flags), one row per row of `days`.
    """
    day = days["day"].to_numpy()
    ends = np.maximum(days["ends"].to_numpy(), day)
    reached = np.full(len(day), NEVER) if inactivity_days is None else eligible.reached(day, inactivity_days)
    dormant = (reached <= ends) & (reached < NEVER)
    withdrawn = ~dormant & (how == "withdrawn") & (ends == days["ends"].to_numpy()) & (ends == day)
    told = np.select([dormant, withdrawn], [reached + 1, day + 1], np.maximum(day + grace_days, ends) + 1)
    told = np.where(days["covered"].to_numpy() > day, NEVER, told)
    return pd.DataFrame({"known": told, "dormant": dormant, "withdrawn": withdrawn})
