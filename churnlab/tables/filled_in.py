"""What do the worksheets say that people filled in and handed back?

What was drawn is what was drawn: of a row that is known only the columns that people fill in are taken (`Table.fills`),
everything else stands as it was written down when the list was made. A row that speaks of another student, list, arm
or day is set aside, and so is an answer of which nobody says when it was given (`undated`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.tables.attempts import all_words, called_again, latest
from churnlab.tables.before import Before
from churnlab.tables.checking import SET_ASIDE, Checked, days_of
from churnlab.tables.contract import STUDENT_ID, Table
from churnlab.tables.identity import key_is_told
from churnlab.tables.parts import Part
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.pseudonym import fingerprint, names_a_person, normal_id, pseudonym
from churnlab.tables.reading import Warned
from churnlab.tables.scrubbing import masked
from churnlab.tables.undated import undated_results, undated_talks
from churnlab.tables.values import Fault

_DRAWN = re.compile(r"CL\d{8}(-.*)?")
_MADE_UP = re.compile(rf"CL\d{{8}}-.+-{fingerprint(PUBLIC_KEY)}")
_AS_DRAWN = (STUDENT_ID, "list_id", "arm", "made_on")
_PLACES_SHOWN = 5

_Faults = dict[str, dict[int, Fault]]


def filled_in(found: Sequence[Part], before: Before, key: bytes) -> list[Part]:
    """Take from worksheets what was filled in, and set aside the rows that are none of the lists.

    Parameters
    ----------
    found : sequence of Part
        In the order in which they were exported.
    before : Before
        What the store holds; what was drawn is known from it, or from a record among the exports.
    key : bytes
        The institution's key.

    Returns
    -------
    list of Part
        The same parts in their order; of tables that people fill in, rows as drawn, or moved to those set aside.
    """
    done: dict[int, Part] = {}
    drawn: dict[str, pd.DataFrame] = {}
    # The record first: it is what was drawn, whatever a sheet says.
    for at in sorted(range(len(found)), key=lambda at: _is_filled(found[at])):
        part = found[at]
        if part.table.fills:
            known = drawn.get(part.table.name, before.standing.get(part.table.name))
            checked = _checked(part, known, before, key)
            done[at] = replace(part, checked=checked)
            drawn[part.table.name] = _more(known, checked.kept, part.table, key)
        elif part.table.recorded_by in part.sheet.rows:
            done[at] = replace(part, checked=_set_aside(part.checked, part.checked.kept, undated_talks(part, before)))
    return [done.get(at, part) for at, part in enumerate(found)]


def _is_filled(part: Part) -> bool:
    """Tell whether somebody could fill anything in: a record of what was drawn has no such column."""
    return any(name in part.sheet.rows for name in part.table.fills)


def _more(known: pd.DataFrame | None, kept: pd.DataFrame, table: Table, key: bytes) -> pd.DataFrame:
    """Return what is known to have been drawn, with what this part brings; the first stands."""
    told = kept.assign(student_id=_told(kept[STUDENT_ID], key)).dropna(subset=table.key[0])
    rows = [frame[_fixed(table)] for frame in (known, told) if frame is not None and len(frame)]
    return pd.concat(rows, ignore_index=True).drop_duplicates(table.key[0]) if rows else kept[_fixed(table)]


def _fixed(table: Table) -> list[str]:
    return [name for name in table.names if name not in table.fills]


def _told(students: pd.Series, key: bytes) -> pd.Series:
    """Return numbers of students as the store has them."""

    def told(value: str) -> str:
        return pseudonym(normal_id(value), key) if names_a_person(value, STUDENT_ID, "students") else value

    return students.map(told, na_action="ignore")


def _checked(part: Part, known: pd.DataFrame | None, before: Before, key: bytes) -> Checked:
    table, kept = part.table, part.checked.kept
    drawn = kept.head(0)[_fixed(table)] if known is None else known[_fixed(table)]
    drawn = drawn.drop_duplicates(table.key[0]).set_index(table.key[0], drop=False)
    ids = _ids(kept, drawn, table, key)
    faults: _Faults = {name: {} for name in table.names}
    _add_not_as_drawn(faults, kept, drawn, ids, key)
    _add_not_drawn(faults, part, ids, key)
    faults |= undated_results(kept, table, before)
    checked = _set_aside(part.checked, _as_drawn(kept, drawn, ids), faults)
    return replace(checked, kept=all_words(checked.kept, table))


def _ids(kept: pd.DataFrame, drawn: pd.DataFrame, table: Table, key: bytes) -> pd.Series:
    """Return the id of each row, by list and student where it lost its own; missing where it is not known."""
    by_nature = {
        tuple(row): row_id
        for row_id, row in zip(drawn.index, drawn[list(table.natural_key)].to_numpy().tolist(), strict=True)
    }
    told = kept.assign(student_id=_told(kept[STUDENT_ID], key))[list(table.natural_key)].to_numpy().tolist()
    found = pd.Series([by_nature.get(tuple(row)) for row in told], index=kept.index, dtype=object)
    ids = kept[table.key[0]].where(kept[table.key[0]].notna(), found)
    return ids.mask(~ids.isin(drawn.index))


def _as_drawn(kept: pd.DataFrame, drawn: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    is_known = ids.notna()
    if not is_known.any():
        return kept
    of = drawn.reindex(ids[is_known])
    rows = kept.copy()
    for name in drawn.columns:
        rows[name] = rows[name].where(~is_known, pd.Series(of[name].array, index=ids.index[is_known]))
    return rows.astype(kept.dtypes.to_dict())


def _add_not_as_drawn(faults: _Faults, kept: pd.DataFrame, drawn: pd.DataFrame, ids: pd.Series, key: bytes) -> None:
    is_known = ids.notna().to_numpy()
    for name in _AS_DRAWN:
        came, is_drawn = kept[name], ids.map(drawn[name])
        if name == STUDENT_ID:
            # A spreadsheet takes leading zeros off numbers; that student is still that student.
            came, is_drawn = (
                _told(of, key).map(lambda id: id.lstrip("0"), na_action="ignore") for of in (came, is_drawn)
            )
        for place in np.flatnonzero(is_known & (came.astype(object) != is_drawn.astype(object)).to_numpy()).tolist():
            faults[name][place] = Fault("not_as_drawn", {"row_id": str(ids.iat[place])})


def _add_not_drawn(faults: _Faults, part: Part, ids: pd.Series, key: bytes) -> None:
    """Tell the rows of lists that nobody wrote down here: they are another institution's, or the record is missing."""
    kept, name = part.checked.kept, part.table.key[0]
    own = kept[name].where(kept[name].notna(), kept["list_id"]).astype(str)
    is_unknown = ids.isna() & own.map(lambda told: _DRAWN.fullmatch(told) is not None)
    made_up = own.map(lambda told: key != PUBLIC_KEY and _MADE_UP.fullmatch(told) is not None)
    for place in np.flatnonzero(is_unknown.to_numpy()).tolist():
        if made_up.iat[place]:
            faults[name][place] = Fault("made_up_list")
        elif _is_filled(part):
            faults[name][place] = Fault("not_drawn")


def _set_aside(checked: Checked, as_drawn: pd.DataFrame, faults: _Faults) -> Checked:
    kept, table = checked.kept, checked.table
    bad = sorted({place for of in faults.values() for place in of})
    good = np.setdiff1d(np.arange(len(kept)), bad)
    taken = as_drawn.take(good).reset_index(drop=True)
    if not bad:
        return replace(checked, kept=taken)
    days = days_of(kept, table)
    rows = []
    for name, of in faults.items():
        column = table.column(name)
        for place, fault in sorted(of.items()):
            row = kept.iloc[place]
            value = "" if pd.isna(row[name]) else masked([(_shown(row[name]), column)])[0]
            where = (row["_file"], row["_sheet"], table.name, row["_row"], name, checked.headers.get(name, ""))
            rows.append((*where, value, fault.reason, {"value": value, **fault.facts}, days.iat[place]))
    told = pd.DataFrame(rows, columns=list(SET_ASIDE))
    lost = kept.assign(_told=key_is_told(kept, table, faults)).iloc[bad][[*checked.unkept]]
    aside, unkept = (
        pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
        for frames in ((checked.set_aside, told), (checked.unkept, lost))
    )
    return replace(checked, kept=taken, unkept=unkept, set_aside=aside)


def _shown(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def disagreements(found: Sequence[Part], before: Before) -> Iterator[Warned]:
    """Warn where two files answer differently of one row, and where a new one answers otherwise than was loaded before.

    Parameters
    ----------
    found : sequence of Part
        From `filled_in`.
    before : Before
        What the store holds; files that an earlier load took say nothing new.

    Yields
    ------
    (str, dict)
        Key and facts of a sentence: the places, no answers.
    """
    for table in {part.table.name: part.table for part in found if part.table.fills}.values():
        new = [part.checked.kept for part in found if part.table is table and not before.took(part.source)]
        if not new:
            continue
        rows = pd.concat(new, ignore_index=True).dropna(subset=table.key[0])
        yield from _told_again(rows, table)
        yield from _told_apart(rows, table)
        yield from _told_before(latest(rows, table), table, before.standing.get(table.name))


def _told_again(rows: pd.DataFrame, table: Table) -> Iterator[Warned]:
    again = rows[called_again(rows, table)]
    if len(again):
        by_row = [part for _, part in again.groupby(["_file", table.key[0]], sort=True)]
        told = _joined([_places(part, " / ") for part in by_row[:_PLACES_SHOWN]])
        yield "warning.filled_in.again", {"n": len(by_row), **told}


def _told_apart(rows: pd.DataFrame, table: Table) -> Iterator[Warned]:
    of = rows.groupby(table.key[0], sort=True)
    apart = (of[list(table.fills)].nunique() > 1).any(axis=1) & (of["_file"].nunique() > 1)
    if apart.any():
        answered = rows[rows[list(table.fills)].notna().any(axis=1)]
        by_row = [answered[answered[table.key[0]] == row] for row in apart.index[apart][:_PLACES_SHOWN]]
        yield "warning.filled_in.apart", {"n": int(apart.sum()), **_joined([_places(row, " / ") for row in by_row])}


def _told_before(rows: pd.DataFrame, table: Table, standing: pd.DataFrame | None) -> Iterator[Warned]:
    if standing is None:
        return
    stands = standing.drop_duplicates(table.key[0]).set_index(table.key[0])
    other = pd.Series(False, index=rows.index)
    for name in (name for name in table.fills if name in stands):  # texts are not handed out in clear
        was = rows[table.key[0]].map(stands[name])
        other |= rows[name].notna() & was.notna() & (rows[name].astype(object) != was.astype(object))
    if other.any():
        yield "warning.filled_in.otherwise", {"n": int(other.sum()), **_joined([_places(rows[other], "; ")])}


def _places(rows: pd.DataFrame, between: str) -> tuple[str, str]:
    shown = list(rows[["_file", "_row"]].drop_duplicates().head(_PLACES_SHOWN).itertuples(index=False))
    return (
        between.join(f"{file} 第 {row} 行" for file, row in shown),
        between.join(f"{file} row {row}" for file, row in shown),
    )


def _joined(places: Sequence[tuple[str, str]]) -> Mapping[str, Mapping[str, str]]:
    zh, en = zip(*places, strict=True)
    return {"places": {"zh": "；".join(zh), "en": "; ".join(en)}}
