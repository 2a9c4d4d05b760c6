"""What became of each sheet, and in which order were they exported?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pandas as pd

from churnlab.settings import Settings
from churnlab.tables import checking, mapping, reading
from churnlab.tables.before import Before
from churnlab.tables.between import without_unknown_campuses
from churnlab.tables.checking import Checked
from churnlab.tables.contract import Table
from churnlab.tables.reading import Sheet
from churnlab.tables.schemas import TABLES
from churnlab.tables.steps import Steps
from churnlab.tables.unfilled import without_unfilled
from churnlab.tables.who import Students

_DIGITS = re.compile(r"(\d+)")
_ROSTER = "students"


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One sheet, read and checked."""

    sheet: Sheet
    checked: Checked
    read_as: str

    @property
    def source(self) -> Mapping[str, str]:
        """Its file: `file`, `sha256` and `read_as`, a digest of the mapping."""
        return {"file": self.sheet.file, "sha256": self.sheet.sha256, "read_as": self.read_as}

    @property
    def table(self) -> Table:
        """What its rows are."""
        return self.sheet.table


def parts(
    read: reading.Reading, names: mapping.Mapping, settings: Settings, before: Before, told: Steps, key: bytes
) -> list[Part]:
    """Check every sheet, the students first: by them the others tell whose their rows are.

    Parameters
    ----------
    read : Reading
        The sheets.
    names : Mapping
        The institution's own names.
    settings : Settings
        What the institution decided.
    before : Before
        What the store holds.
    told : Steps
        Told what is being done.
    key : bytes
        The institution's key.

    Returns
    -------
    list of Part
        In the order in which they were exported: by their latest day, then by name (9月 before 10月).
    """
    told.expect(len(read) + len({sheet.table.name for sheet in read}))
    zone = settings.institution.timezone
    # Under another mapping the same file says something else.
    read_as = sha256(f"{names.model_dump_json()} {zone}".encode()).hexdigest()

    def part(sheet: Sheet, students: Students) -> Part:
        told.step("checking", sheet.file)
        sheet = without_unfilled(sheet)
        checked = checking.check(sheet, mapping=names, timezone=zone, students=students)
        return Part(sheet=sheet, checked=checked, read_as=read_as)

    nobody = Students.known((), None, key)
    roster = [part(sheet, nobody) for sheet in read if sheet.table.name == _ROSTER]
    students = Students.known(
        [part.checked.kept for part in sorted(roster, key=_age)],
        before.standing.get(_ROSTER),
        key,
        aside=[part.checked.who_aside for part in roster],
        once=before.once,
    )
    others = [part(sheet, students) for sheet in read if sheet.table.name != _ROSTER]
    return sorted(_at_known_campuses([*_numbered(roster, students), *others], before), key=_age)


def by_table(found: Sequence[Part]) -> dict[str, list[Part]]:
    """Return the parts of each table that has any, in the contract's order."""
    every = {name: [part for part in found if part.table.name == name] for name in TABLES}
    return {name: of for name, of in every.items() if of}


def _numbered(roster: Sequence[Part], students: Students) -> Iterator[Part]:
    for part in roster:
        kept = students.numbered(part.checked.kept)
        yield replace(part, checked=replace(part.checked, kept=kept))


def _at_known_campuses(found: Sequence[Part], before: Before) -> list[Part]:
    campuses = [part.checked.kept["campus"] for part in found if part.table.name == "campuses"]
    if "campuses" in before.standing:
        campuses.append(before.standing["campuses"]["campus"])
    known = frozenset(str(campus) for listed in campuses for campus in listed.dropna())
    return [replace(part, checked=without_unknown_campuses(part.checked, known)) for part in found]


def _age(part: Part) -> tuple[Any, ...]:
    dated_by = part.table.dated_by
    latest = part.checked.kept[dated_by].max() if dated_by else pd.NaT
    name = [(word.isdigit(), int(word) if word.isdigit() else 0, word) for word in _DIGITS.split(part.sheet.file)]
    return pd.Timestamp.min if pd.isna(latest) else latest, name
