"""Do the tables agree with each other?

Runs over everything that the store would hold after a load: the rows it has, and those that come. Only an unknown
campus costs a row its place; whatever else disagrees is a warning with its count, and names nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from churnlab.tables.business import business
from churnlab.tables.checking import SET_ASIDE, Checked, days_of
from churnlab.tables.contract import Table
from churnlab.tables.faults import header
from churnlab.tables.identity import key_is_told, latest
from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import masked

Frames = Mapping[str, pd.DataFrame]
# A campus that had so many rows in the month before does not fall silent by chance: below exp(-10).
_COMING_BACK = frozenset({"calls"})  # worksheets: the list is known, what was filled in is new
_ROWS_OF_A_CAMPUS = 10
# A month with less than a quarter of the rows of the month before has just begun; nothing can be missing from it yet.
_BEGUN = 0.25
_CAMPUSES_SHOWN = 20  # the rarest; a mistyped name is rare


def between(
    frames: Frames, *, loaded_on: date, incoming: Frames | None = None, loaded_until: Mapping[str, date] | None = None
) -> list[Warned]:
    """Check the tables against each other.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By table what would stand after the load, earlier rows first; typed, in canonical or stored columns. Of rows
        with one key the last counts.
    loaded_on : datetime.date
        The day of the load: what lies after it has not happened.
    incoming : mapping of str to pandas.DataFrame, optional
        The rows of this load alone; default: all.
    loaded_until : mapping of str to datetime.date, optional
        For each table the last day that earlier loads brought; default: there were none.

    Returns
    -------
    list of (str, dict)
        Key and facts of a sentence each; counts only, no personal data.
    """
    stand = {name: latest(frame.reset_index(drop=True), TABLES[name]) for name, frame in sorted(frames.items())}
    return [
        *_dangling(stand),
        *business(stand),
        *_future(stand, loaded_on),
        *_again(frames if incoming is None else incoming, loaded_until or {}),
        *_absent_campuses(stand, loaded_on),
        *_untold_campuses(stand),
    ]


def without_unknown_campuses(checked: Checked, campuses: frozenset[str]) -> Checked:
    """Set aside the rows at a campus that the table of campuses does not have.

    Parameters
    ----------
    checked : Checked
        One sheet.
    campuses : frozenset of str
        Known campuses, those of the store included; where there are none, nothing is known and every row stays.

    Returns
    -------
    Checked
        The same rows, some of them moved from `kept` to `set_aside`.
    """
    places = [column for column in checked.table.columns if column.references == "campuses"]
    if not campuses or not places:
        return checked
    kept, listed = checked.kept, ", ".join(sorted(campuses))
    unknown = {column.name: kept[column.name].notna() & ~kept[column.name].isin(campuses) for column in places}
    told = [_unknown_campus(kept[wrong], checked, name, listed) for name, wrong in unknown.items()]
    bad = pd.DataFrame(unknown).any(axis=1)
    if not bad.any():
        return checked
    set_aside = pd.concat([frame for frame in (checked.set_aside, *told) if len(frame)], ignore_index=True)
    faulty = {name: np.flatnonzero(wrong) for name, wrong in unknown.items()}
    lost = kept.assign(_told=key_is_told(kept, checked.table, faulty)).loc[bad, [*checked.unkept]]
    unkept = pd.concat([frame for frame in (checked.unkept, lost) if len(frame)], ignore_index=True)
    return replace(checked, kept=kept[~bad].reset_index(drop=True), unkept=unkept, set_aside=set_aside)


def _unknown_campus(rows: pd.DataFrame, checked: Checked, name: str, listed: str) -> pd.DataFrame:
    table, own = checked.table, checked.headers.get(name, "")
    values = masked([(str(value), table.column(name)) for value in rows[name]])
    places = zip(rows["_file"], rows["_sheet"], rows["_row"], values, days_of(rows, table), strict=True)
    told = [
        (file, sheet, table.name, row, name, own, value, "unknown_campus", {"value": value, "known": listed}, day)
        for file, sheet, row, value, day in places
    ]
    return pd.DataFrame(told, columns=list(SET_ASIDE))


def _dangling(frames: Frames) -> Iterator[Warned]:
    """Warn of ids that no row of the table they point to has; of those apart that have lost their leading zeros."""
    for name, frame in frames.items():
        for column in TABLES[name].columns:
            known = _keys(frames, column.references)
            if not known or column.stored_name not in frame:
                continue
            pointing = frame[column.stored_name].dropna()
            lost = pointing[~pointing.isin(known)]
            stripped = lost.isin({key.lstrip("0") for key in known if key.startswith("0")})
            for key, rows in (("zeros_lost", lost[stripped]), ("not_found", lost[~stripped])):
                if len(rows):
                    place = {"table": title(TABLES[name]), "column": header(column)}
                    place["other"] = title(TABLES[str(column.references)])
                    yield f"warning.between.{key}", {**place, "n": len(rows), "ids": int(rows.nunique())}


def _keys(frames: Frames, table: str | None) -> frozenset[str]:
    if table is None or table not in frames:
        return frozenset()
    return frozenset(frames[table][TABLES[table].key[0]].dropna())


def title(table: Table) -> dict[str, str]:
    """Name a table as a reader of each language knows it."""
    return {"zh": table.zh, "en": table.name}


def _future(frames: Frames, loaded_on: date) -> Iterator[Warned]:
    tomorrow = pd.Timestamp(loaded_on) + pd.Timedelta(days=1)
    for name, frame in frames.items():
        dated_by = TABLES[name].dated_by
        number = int((frame[dated_by] >= tomorrow).sum()) if dated_by else 0
        if number:
            yield "warning.between.future", {"table": title(TABLES[name]), "n": number, "on": loaded_on.isoformat()}


def _again(incoming: Frames, loaded_until: Mapping[str, date]) -> Iterator[Warned]:
    """Warn of exports that end where, or before, the store already ended: last month's file, handed in again."""
    for name, frame in sorted(incoming.items()):
        if name in _COMING_BACK:
            continue
        dated_by, before = TABLES[name].dated_by, loaded_until.get(name)
        if name == "exits" and "method" in frame:
            # Who is interviewed left before: that is no export that ends early.
            frame = frame[frame["method"] != "interview"]
        last = frame[dated_by].max() if dated_by and len(frame) else pd.NaT
        if before is not None and not pd.isna(last) and last.date() <= before:
            facts = {"last": last.date().isoformat(), "before": before.isoformat()}
            yield "warning.between.nothing_new", {"table": title(TABLES[name]), **facts}


def _absent_campuses(frames: Frames, loaded_on: date) -> Iterator[Warned]:
    """Warn of a campus that was in a table the month before, and is not in the latest month that the table reaches."""
    for name in frames:
        rows = _months(frames, name)
        rows = rows[rows["month"] <= pd.Period(loaded_on, "M")]
        if rows.empty:
            continue
        month = _reached(rows["month"].value_counts())
        before = rows.loc[rows["month"] == month - 1, "campus"].value_counts()
        now = set(rows.loc[rows["month"] == month, "campus"])
        for campus in sorted(before[before >= _ROWS_OF_A_CAMPUS].index):
            if campus not in now and _open(frames, campus, month):
                facts = {"table": title(TABLES[name]), "campus": campus, "month": str(month)}
                yield "warning.between.campus_absent", {**facts, "n": int(before[campus])}


def _untold_campuses(frames: Frames) -> Iterator[Warned]:
    """List the campuses with their rows, the rarest first, where no table of campuses can show which is mistyped."""
    if len(frames.get("campuses", ())):
        return
    named = [frame["campus"] for frame in frames.values() if "campus" in frame]
    counted = pd.concat([pd.Series(dtype=object), *named]).value_counts().sort_index().sort_values(kind="stable")
    if len(counted) > 1:
        rarest, more = list(counted.head(_CAMPUSES_SHOWN).items()), len(counted) > _CAMPUSES_SHOWN
        zh = [f"{campus}（{n:,} 行）" for campus, n in rarest] + ["……"] * more
        en = [f"{campus} ({n:,} {'row' if n == 1 else 'rows'})" for campus, n in rarest] + ["…"] * more
        seen = {"zh": "、".join(zh), "en": ", ".join(en)}
        yield "warning.between.campuses_untold", {"n": len(counted), "seen": seen}


def _reached(counts: pd.Series) -> pd.Period:
    month: pd.Period = counts.index.max()
    return month - 1 if counts.get(month, 0) < _BEGUN * counts.get(month - 1, 0) else month


def _months(frames: Frames, name: str) -> pd.DataFrame:
    """Return month and campus of each row; payments and others without a campus have their contract's."""
    frame, table = frames[name], TABLES[name]
    campus = frame.get("campus")
    if campus is None and "enrolment_id" in frame and "enrolments" in frames:
        contracts = frames["enrolments"].dropna(subset="enrolment_id").set_index("enrolment_id")["campus"]
        campus = frame["enrolment_id"].map(contracts)
    if campus is None or table.dated_by is None:
        return pd.DataFrame({"month": pd.Series(dtype="period[M]"), "campus": pd.Series(dtype=object)})
    return pd.DataFrame({"month": frame[table.dated_by].dt.to_period("M"), "campus": campus}).dropna()


def _open(frames: Frames, campus: str, month: pd.Period) -> bool:
    campuses = frames.get("campuses")
    if campuses is None or "closed_on" not in campuses:
        return True
    closed = campuses.loc[campuses["campus"] == campus, "closed_on"].dropna()
    return not (closed < month.end_time).any()
