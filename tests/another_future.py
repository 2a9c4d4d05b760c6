"""What if everything after a date had come differently? The same institution, with the same past."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from churnlab.tables.contract import ALWAYS, CURRENT, ROW, Column, Table
from churnlab.tables.schemas import TABLES

Frames = dict[str, pd.DataFrame]
_DAYS = 90  # how far the other future reaches


def another_future(frames: Mapping[str, pd.DataFrame], *, as_of: date, seed: int) -> Frames:
    """Delete, alter and invent rows dated on or after a day, and change all that was not known before it.

    Rows of the past keep what was known then; what became known later and what is only true at export is changed. A
    contract that is void stays void, and no other becomes it: that is a correction of the past, no later event.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        All tables in the contract's form, as `synthetic.make` returns them.
    as_of : datetime.date
        First day of the future.
    seed : int
        Another seed, another future.
    """
    rng, day = np.random.default_rng(seed), pd.Timestamp(as_of)
    newcomers = [f"NEW{number:03}" for number in range(20)]
    changed = {}
    for name, table in TABLES.items():
        frame = with_days(frames, table)
        is_past = frame[table.dated_by] < day if table.dated_by else pd.Series(True, index=frame.index)
        is_past &= ~(frame[table.recorded_by] >= day) if table.recorded_by else True
        past = _with_another_end(frame[is_past], table, day, rng)
        later = _altered(frame[~is_past], table, rng)
        invented = _invented(frame, table, day, rng, newcomers)
        # A table may begin only after the day: of no rows, or of nothing but blanks, pandas would guess the type.
        parts = [part.astype(object) for part in (past, later, invented)]
        changed[name] = pd.concat(parts, ignore_index=True).astype(frame.dtypes.to_dict())
    return changed


def with_open_ends(frames: Mapping[str, pd.DataFrame], *, as_of: date, seed: int) -> Frames:
    """Let half of what was settled, resolved or resumed before a day be so only later: few rows are open otherwise.

    Parameters are those of `another_future`.
    """
    rng, day = np.random.default_rng(seed), pd.Timestamp(as_of)
    changed = {}
    for name, table in TABLES.items():
        frame = frames[name]
        later = pd.Series(_days(len(frame), day, rng)).where(rng.random(len(frame)) < 1 / 2)
        ends = sorted({column.known for column in table.columns} & set(table.names))
        changed[name] = frame.assign(**{end: later.where(frame[end] < day).fillna(frame[end]) for end in ends})
    return changed


def with_days(frames: Mapping[str, pd.DataFrame], table: Table) -> pd.DataFrame:
    """Write down the days that rows have only from what they belong to: by them it is told what is past."""
    rows = frames[table.name]
    for column, (pointer, *days) in table.dates_from.items():
        other = frames[str(table.column(pointer).references)]
        day = other[days].bfill(axis=1).iloc[:, 0].set_axis(other[pointer])
        rows = rows.assign(**{column: rows[column].fillna(rows[pointer].map(day[~day.index.duplicated()]))})
    return rows


def _with_another_end(rows: pd.DataFrame, table: Table, day: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    columns = [column for column in table.columns if column.known not in (ROW, ALWAYS)]
    rows = rows.assign(**{column.name: _later_values(rows, column, table, day, rng) for column in columns})
    ends = {order.later: order.earlier for order in table.orders if table.column(order.later).known == order.later}
    # A row that contradicts itself would be set aside, and so take its past with it. A day without a time is no earlier
    # than any time of it.
    rows = rows.assign(
        **{end: rows[end].mask(rows[end].dt.normalize() < rows[start].dt.normalize()) for end, start in ends.items()}
    )
    counts = [order for order in table.orders if table.column(order.later).kind in ("count", "number", "hours")]
    return rows.assign(
        **{one.earlier: rows[one.earlier].mask(rows[one.earlier] > rows[one.later], rows[one.later]) for one in counts}
    )


def _later_values(
    rows: pd.DataFrame, column: Column, table: Table, day: pd.Timestamp, rng: np.random.Generator
) -> pd.Series:
    values = rows[column.name]
    always, void = pd.Series(True, index=rows.index), table.void_when.get(column.name)
    unknown = always if column.known == CURRENT else ~(rows[column.known] < day)
    unknown &= values != void if void else True
    if column.name == column.known:
        # A blank is no later day where it stands for that of what the row belongs to.
        missing = 0.0 if column.name in table.dates_from else 0.3
        return values.mask(unknown, _days(len(rows), day, rng, share_missing=missing))
    known = values[values != void].dropna()
    other = np.sort(known.astype(str).unique()) if column.kind in ("id", "word", "code", "text") else known.to_numpy()
    if not len(other):
        return values
    drawn = pd.Series(rng.choice(other, len(rows)), index=rows.index)
    return values.mask(unknown, drawn.astype(values.dtype))


def _days(n: int, day: pd.Timestamp, rng: np.random.Generator, *, share_missing: float = 0.0) -> np.ndarray:
    days = day.to_datetime64() + rng.integers(0, _DAYS * 1440, n).astype("timedelta64[m]")
    return np.where(rng.random(n) < share_missing, np.datetime64("NaT"), days)


def _altered(rows: pd.DataFrame, table: Table, rng: np.random.Generator) -> pd.DataFrame:
    """Delete a third of the rows; of the others every value stands with another row's date and id."""
    kept = rows[rng.random(len(rows)) > 1 / 3]
    order = rng.permutation(len(kept))
    stay = {*table.key, table.dated_by, table.recorded_by, table.reverses}
    return kept.assign(**{name: kept[name].to_numpy()[order] for name in kept.columns if name not in stay})


def _invented(
    frame: pd.DataFrame, table: Table, day: pd.Timestamp, rng: np.random.Generator, newcomers: list[str]
) -> pd.DataFrame:
    """Write new rows for old and new students, with the values of others, every date on or after the day."""
    if frame.empty:
        return frame
    n = len(newcomers) * (1 if table.name == "students" or not table.dated_by else 8)
    rows = frame.iloc[rng.integers(0, len(frame), n)].reset_index(drop=True)
    at = pd.Series(_days(n, day, rng))
    for column in table.columns:
        if column.kind in ("date", "time") and (column.name == table.dated_by or rows[column.name].notna().any()):
            moved = at if column.name == table.dated_by else at + pd.Timedelta(days=int(rng.integers(0, 60)))
            rows[column.name] = (moved.dt.normalize() if column.kind == "date" else moved).astype("datetime64[ns]")
    if "student_id" in rows and table.name != "students":
        rows["student_id"] = rng.choice([*newcomers, *np.sort(frame["student_id"].dropna().unique())], n)
    key = table.column(table.key[0])
    if table.name == "students":
        rows[key.name] = newcomers
    else:
        # What says anew what a row of the past is about is a correction, no later event.
        ids = [name for name in table.key if table.column(name).kind == "id" and name != "student_id"]
        own = next((name for name in ids if not table.column(name).references), ids[-1] if ids else key.name)
        rows[own] = [f"{table.name}-new-{number}" for number in range(n)]
    if table.reverses:
        rows[table.reverses] = pd.Series(rng.choice(frame[key.name].to_numpy(), n)).where(rng.random(n) < 0.5, None)
    return rows
