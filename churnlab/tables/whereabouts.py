"""Where in the exports does a student stand whom a report names?

A report names students by their number. Where an export has none, or a phone in its place, that is a pseudonym, and no
list leads from it back to the child: the way back is the export, read again under the institution's key. Only places
are told, no name and no phone: whoever may open the export finds the child there, and nobody else learns of him.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from churnlab.errors import OrderError
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.settings import Settings
from churnlab.tables import reading
from churnlab.tables.before import Before
from churnlab.tables.contract import STUDENT_ID
from churnlab.tables.headers import place, title
from churnlab.tables.identity import PHONE, identified, of_phone_and_name
from churnlab.tables.parts import Part, by_table, parts
from churnlab.tables.places import need_folder
from churnlab.tables.preparing import mapped
from churnlab.tables.pseudonym import names_a_person, normal_id, normal_phone, pseudonym
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import MASK
from churnlab.tables.steps import Progress, Steps
from churnlab.tables.store import Store
from churnlab.tables.values import short

SHORTEST_START = 6  # characters: of 10,000 pseudonyms fewer than one in a thousand shares so many with another
_ROSTER = "students"
_SHEETS_SHOWN, _ROWS_SHOWN = 5, 5
_PLACE = ["_file", "_sheet", "_row"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a student stands: rows of one sheet, as a spreadsheet numbers them."""

    table: str
    file: str
    sheet: str | None
    rows: tuple[int, ...]

    def say(self, lang: Lang | None = None) -> str:
        """Name file, sheet and rows."""
        where = place(self.file, self.sheet)
        if len(self.rows) == 1:
            return text("whereabouts.row", lang, place=where, row=self.rows[0])
        shown, more = [str(row) for row in self.rows[:_ROWS_SHOWN]], len(self.rows) > _ROWS_SHOWN
        rows = {"zh": "、".join(shown) + "……" * more, "en": ", ".join(shown) + ", …" * more}
        return text("whereabouts.rows", lang, place=where, rows=rows, n=len(self.rows))


@dataclass(frozen=True, kw_only=True, eq=False)
class Whereabouts:
    """What became of a search.

    Attributes
    ----------
    found : mapping of str to tuple of Place
        By the student's whole number as reports have it: where in the table of students, the latest export first; else
        where in the first other table that knows of him.
    lost : OrderError or None
        Which numbers lead nowhere, or not to one student, and why.
    """

    found: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    lost: OrderError | None = None

    def lines(self, lang: Lang | None = None) -> list[str]:
        """Say who was found where."""
        return [line for id, places in self.found.items() for line in _lines(id, places, lang)]


def find(
    asked: Iterable[str],
    folder: Path,
    *,
    home: Path,
    settings: Settings,
    loaded_at: datetime,
    mapping_file: Path | None = None,
    progress: Progress | None = None,
) -> Whereabouts:
    """Look students up in the exports of a folder, as a load would read them; write nothing.

    Parameters
    ----------
    asked : iterable of str
        Numbers of students as reports have them, or their first characters.
    folder, home, settings, loaded_at, mapping_file, progress
        As of `loading.check`; the store may be empty.

    Raises
    ------
    InputError
        If a file cannot be taken, or there is none.
    PrivacyError
        If the key that pseudonyms need is missing.
    StoreError
        If a load is writing into the store.
    """
    names, key = mapped(folder, mapping_file)
    store, told = Store(home / settings.paths.store), Steps(progress)
    need_folder(store.folder)
    # A student without a number in these files may have had one in files that were loaded before.
    before = Before((), store.standing(), loaded_at, once=store.students_once())
    told.step("reading", folder.name)
    return look(asked, parts(reading.read(folder, names), names, settings, before, told, key), key)


def look(asked: Iterable[str], checked: Sequence[Part], key: bytes) -> Whereabouts:
    """Look students up in checked sheets; parameters as of `find` and from `parts.parts`."""
    tables = {
        name: pd.concat([_stands(part, key) for part in reversed(of)], ignore_index=True)
        for name, of in by_table(checked).items()
        if STUDENT_ID in TABLES[name].names
    }
    # The table of students first; what only others know follows in the contract's order.
    every = sorted(tables, key=lambda name: name != _ROSTER)
    known = frozenset().union(*(tables[name]["id"] for name in every))
    found: dict[str, tuple[Place, ...]] = {}
    lost = []
    for written in dict.fromkeys(asked):
        meant = _meant(written, known, key)
        if isinstance(meant, OrderError):
            lost.append(meant)
        else:
            rows = (tables[name][tables[name]["id"] == meant].assign(table=name) for name in every)
            found[meant] = _places(next(rows_of for rows_of in rows if len(rows_of)))
    return Whereabouts(found=found, lost=_together(lost))


def _stands(part: Part, key: bytes) -> pd.DataFrame:
    """Return each student's number in the stored form, with the place of the row, without what is personal."""
    kept = part.checked.kept
    rows = (identified(kept, part.table, key) if part.table.name == _ROSTER else kept)[[STUDENT_ID, *_PLACE]]
    rows = rows.rename(columns={STUDENT_ID: "id"}).dropna(subset="id")
    ids = {id: _stored(id, key) for id in rows["id"].unique()}
    rows = rows.assign(id=rows["id"].map(ids))
    if part.table.name == _ROSTER:
        # Who has a number today may stand in the store under the one that phone and name gave before.
        pairs = kept.dropna(subset=[PHONE, "name"])
        pairs = pairs[pairs[PHONE].map(normal_phone).notna().astype(bool)]
        made = [of_phone_and_name(phone, name, key) for phone, name in zip(pairs[PHONE], pairs["name"], strict=True)]
        rows = pd.concat([rows, pairs[_PLACE].assign(id=made)]).drop_duplicates()
    return rows


def _stored(id: str, key: bytes) -> str:
    return pseudonym(normal_id(id), key) if names_a_person(id, STUDENT_ID, _ROSTER) else id


def _meant(written: str, known: frozenset[str], key: bytes) -> str | OrderError:
    """Return the one number that is meant, or why there is none."""
    told = short(written).rstrip(".")  # as where a narrow column cuts it off: 656d6ed14d48…
    shown = MASK if names_a_person(told, STUDENT_ID, _ROSTER) else told
    whole = _stored(told, key)
    if whole in known:
        return whole
    if len(told) < SHORTEST_START:
        return OrderError("whereabouts.too_short", id=shown, least=SHORTEST_START)
    begun = [id for id in known if id.startswith(told)]
    if len(begun) > 1:
        return OrderError("whereabouts.several", id=shown, n=len(begun))
    return begun[0] if begun else OrderError("whereabouts.unknown", id=shown)


def _together(lost: Sequence[OrderError]) -> OrderError | None:
    if not lost:
        return None
    return OrderError("whereabouts.lost", wrong={lang: "\n".join(e.message(lang) for e in lost) for lang in LANGUAGES})


def _places(rows: pd.DataFrame) -> tuple[Place, ...]:
    sheets: dict[tuple[str, str, str | None], list[int]] = {}
    for table, file, sheet, row in zip(*(rows[name] for name in ("table", *_PLACE)), strict=True):
        sheets.setdefault((table, file, sheet if isinstance(sheet, str) else None), []).append(int(row))
    return tuple(Place(table=of, file=file, sheet=sheet, rows=tuple(at)) for (of, file, sheet), at in sheets.items())


def _lines(id: str, places: Sequence[Place], lang: Lang | None) -> list[str]:
    table = places[0].table
    said = text(
        f"whereabouts.{'student' if table == _ROSTER else 'elsewhere'}", lang, id=id, table=title(TABLES[table])
    )
    lines = [said, *(f"  {where.say(lang)}" for where in places[:_SHEETS_SHOWN])]
    more = len(places) - _SHEETS_SHOWN
    return [*lines, f"  {text('whereabouts.more', lang, n=more)}"] if more > 0 else lines
