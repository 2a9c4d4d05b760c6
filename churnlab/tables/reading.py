"""Which rows did the institution hand in?

From files as they come (csv, Excel, web pages that call themselves Excel) to tables of text under our column names.
Nothing is guessed and nothing is lost: every physical row is kept, set aside with a reason, or counted as a header,
note, blank or total line.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, overload

import pandas as pd

from churnlab.errors import InputError
from churnlab.i18n import LANGUAGES
from churnlab.tables import headers
from churnlab.tables.contract import Table
from churnlab.tables.files import naming, opening, strange
from churnlab.tables.files.grid import Grid, Row, Warned
from churnlab.tables.files.lines import sort_out
from churnlab.tables.headers import HEAD_ROWS, Header, Vocabulary, place, title
from churnlab.tables.mapping import FILE, LEFT_OUT, Mapping
from churnlab.tables.schemas import TABLES

_FULL_SHEETS = (65_536, 1_048_576)  # rows an .xls and an .xlsx can hold; an export that ends there was cut


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheet:
    """One table of one file.

    Attributes
    ----------
    file : str
        Path below the folder, with `/`.
    sheet : str or None
        Name of the sheet; None where the file has but one page.
    table : Table
        What it holds.
    rows : pandas.DataFrame of str
        The columns found, in the contract's order; "" where a cell is empty. The index is the row's number in the file,
        from 1, as a spreadsheet shows it.
    set_aside : pandas.DataFrame
        One row for each row that cannot be taken as one: `row`, `column`, `value` (never personal), `reason` (its
        sentence is below `set_aside.` in the locale), `facts` (what the sentence needs).
    lines : mapping of str to int
        How many `header`, `note`, `blank` and `total` lines there are.
    rows_read : int
        Physical rows; always `len(rows) + len(set_aside) + sum(lines.values())`.
    ignored_columns : tuple of str
        Headers that are none of ours.
    headers : mapping of str to str
        Canonical column to its header, as the file has it; perhaps with a name in it.
    sha256 : str
        Of the whole file.
    warnings : list of (str, dict)
        What to know: key and facts of a sentence.
    """

    file: str
    sheet: str | None
    table: Table
    rows: pd.DataFrame
    set_aside: pd.DataFrame
    lines: AnyMapping[str, int]
    rows_read: int
    ignored_columns: tuple[str, ...]
    sha256: str
    headers: AnyMapping[str, str] = field(default_factory=dict)
    warnings: list[Warned] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading(Sequence[Sheet]):
    """The sheets of a folder, and what to know of the files as such.

    Attributes
    ----------
    sheets : tuple of Sheet
        By file name, then as they stand in the file.
    warnings : list of (str, dict)
        Files and sheets left out, and why: key and facts of a sentence.
    """

    sheets: tuple[Sheet, ...]
    warnings: list[Warned] = field(default_factory=list)

    @overload
    def __getitem__(self, at: int) -> Sheet: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sheet]: ...
    def __getitem__(self, at: int | slice) -> Sheet | Sequence[Sheet]:
        return self.sheets[at]

    def __len__(self) -> int:
        return len(self.sheets)


def read(folder: Path, mapping: Mapping) -> Reading:
    """Read every export of a folder and the folders in it.

    Parameters
    ----------
    folder : Path
        Where the exports lie; hidden files, Excel's own `~$` files and the mapping are passed over.
    mapping : Mapping
        The institution's own names.

    Returns
    -------
    Reading
        A sequence of `Sheet`.

    Raises
    ------
    InputError
        If there is no folder or no file, or a file cannot be taken; what is wrong with each file is said at once.
    """
    if not folder.is_dir():
        raise InputError("reading.no_folder", folder=folder.name)
    sheets: list[Sheet] = []
    warnings: list[Warned] = []
    errors: list[InputError] = []
    for file, data in _once(_files(folder, mapping, warnings), warnings):
        try:
            reading = _read(data, file, mapping)
        except InputError as error:
            errors.append(error)
        else:
            sheets += reading.sheets
            warnings += reading.warnings
    if errors:
        raise _together(errors)
    if not sheets:
        lines = strange.listed(warnings)
        raise InputError("reading.nothing_known" if lines else "reading.nothing", folder=folder.name, files=lines)
    return Reading(sheets=tuple(sheets), warnings=warnings)


def _files(folder: Path, mapping: Mapping, warnings: list[Warned]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        file = path.relative_to(folder).as_posix()
        if path.name.startswith((".", "~$")) or path.name == FILE:
            continue
        named = mapping.table_of(file)
        if named == LEFT_OUT:
            continue
        why = _not_read(path, named)
        if why is not None:
            warnings.append((f"warning.reading.{why}", {"file": file}))
        elif path.is_file():
            yield file, path.read_bytes()


def _not_read(path: Path, named: str | None) -> str | None:
    """Say why a path is passed over, where the reader should know."""
    looks_like_one = path.suffix.lower() in opening.ENDINGS
    if path.is_dir():
        # What lies in a folder is met on its own, but for a folder that is only linked to.
        return "linked_folder" if path.is_symlink() else "folder_like_file" if looks_like_one else None
    if not path.is_file():
        return "no_file"
    return None if named or looks_like_one else "unknown_file"


def _once(files: Iterator[tuple[str, bytes]], warnings: list[Warned]) -> Iterator[tuple[str, bytes]]:
    first: dict[str, str] = {}
    for file, data in files:
        before = first.setdefault(sha256(data).hexdigest(), file)
        if before != file and data:
            warnings.append(("warning.reading.same_file", {"file": file, "first": before}))
        else:
            yield file, data


def _together(errors: Sequence[InputError]) -> InputError:
    if len(errors) == 1:
        return errors[0]
    wrong = {lang: "\n".join(f"- {error.message(lang)}" for error in errors) for lang in LANGUAGES}
    return InputError("reading.several", n=len(errors), wrong=wrong)


def _read(data: bytes, file: str, mapping: Mapping) -> Reading:
    vocabularies = headers.vocabularies(mapping)
    every = {name for words in vocabularies.values() for name in words}

    def knows(cells: Row) -> int:
        return len({headers.fold(cell) for cell in cells} & every)

    grids = opening.grids(data, file, knows=knows, head_rows=HEAD_ROWS)
    named, warnings = naming.tables(grids, file, mapping, vocabularies)
    digest = sha256(data).hexdigest()
    sheets = []
    for grid, name in named:
        sheet = _sheet(grid, TABLES[name], file, vocabularies, digest)
        if sheet is None:
            warnings.append(("warning.reading.empty", {"file": place(file, grid.sheet)}))
        else:
            sheets.append(sheet)
    return Reading(sheets=tuple(sheets), warnings=warnings)


def _sheet(grid: Grid, table: Table, file: str, vocabularies: AnyMapping[str, Vocabulary], digest: str) -> Sheet | None:
    where = {"file": place(file, grid.sheet), "table": title(table)}
    if grid.is_blank:
        if table.required:
            raise InputError("reading.empty", **where)
        return None
    header = _header(grid, table, file, vocabularies)
    placed = sort_out(grid, header, table)
    if placed.rows.empty and table.required:
        raise InputError("reading.no_rows", set_aside=len(placed.set_aside), **where)
    return Sheet(
        file=file,
        sheet=grid.sheet,
        table=table,
        rows=placed.rows,
        set_aside=placed.set_aside,
        lines=placed.lines,
        rows_read=len(grid.rows),
        ignored_columns=header.ignored,
        sha256=digest,
        headers=header.written,
        warnings=_warnings(grid, placed.rows, where),
    )


def _header(grid: Grid, table: Table, file: str, vocabularies: AnyMapping[str, Vocabulary]) -> Header:
    top = grid.top(HEAD_ROWS)
    try:
        return headers.find(top, table, vocabularies[table.name], file=file, sheet=grid.sheet)
    except InputError as error:
        other = naming.by_headers(top, vocabularies) if error.key == "reading.headers_missing" else None
        if other is None:
            raise
        raise InputError("reading.headers_of_another", **error.facts, other=title(TABLES[other])) from None


def _warnings(grid: Grid, rows: pd.DataFrame, where: dict[str, Any]) -> list[Warned]:
    if rows.empty:
        return [("warning.reading.no_rows", where)]
    if grid.sheet is not None and rows.index[-1] in _FULL_SHEETS:
        return [("warning.reading.full_sheet", {**where, "rows": int(rows.index[-1])})]
    return []
