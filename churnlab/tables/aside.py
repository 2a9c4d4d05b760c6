"""Which rows were not taken, and how does an institution learn of them?

One csv for each load, for a spreadsheet: where the row stands, what stood there (masked where personal), why it was not
taken, in both languages. It is written beside its place before the load stands, and put there after.
"""

import csv
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from churnlab.errors import StoreError
from churnlab.i18n import LANGUAGES, text
from churnlab.tables.faults import header
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import masked, scrubber
from churnlab.tables.table_counts import by_day

_HEADER = (
    "文件 file", "工作表 sheet", "表 table", "行 row", "列 column", "值 value", "原因", "reason",
)  # fmt: skip
_BESIDE = re.compile(r"\.load-(\d+)\.csv\.partial")
# What a spreadsheet would run as a formula; a number may begin with a sign.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d.,]+")


@contextmanager
def put_aside(folder: Path, number: int, rows: pd.DataFrame) -> Iterator[Path | None]:
    """Write the rows beside their place, and put them there when the block is done; when it fails, take them away.

    Parameters
    ----------
    folder : pathlib.Path
        `data/set_aside`; made when needed.
    number : int
        Of the load.
    rows : pandas.DataFrame
        From `checking`: one row per bad cell. Without any there is no file.

    Yields
    ------
    pathlib.Path or None
        The file's place once the block is done.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    if rows.empty:
        yield None
        return
    beside, place = _beside(folder, number), _place(folder, number)
    try:
        _write(beside, rows)
        yield place
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    os.replace(beside, place)


def recover(folder: Path, *, last: int) -> None:
    """Finish what a load that was killed left: a file of a load that stands is put in its place, any other removed.

    Parameters
    ----------
    folder : pathlib.Path
        `data/set_aside`.
    last : int
        Number of the last load in the store.
    """
    for beside in sorted(folder.glob(".load-*.csv.partial")):
        told = _BESIDE.fullmatch(beside.name)
        if told and int(told[1]) <= last:
            os.replace(beside, _place(folder, int(told[1])))
        else:
            beside.unlink()


def days_by_reason(rows: pd.DataFrame) -> Mapping[str, Mapping[str, int]]:
    """Count the rows set aside by reason and own day, each row once, under the first of its bad cells."""
    firsts = rows.drop_duplicates(["file", "sheet", "row"])
    return {str(reason): by_day(told["day"]) for reason, told in firsts.groupby("reason", sort=True)}


def without_names(rows: pd.DataFrame, names: frozenset[str]) -> pd.DataFrame:
    """Take out what is a name in any sheet of the load: checking masks what it knows, one sheet at a time.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `checking`: one row per bad cell.
    names : frozenset of str
        All that stands in personal columns, in all sheets.
    """
    shown = rows.copy()
    placed = rows[rows["column"] != ""]
    columns = [TABLES[table].column(name) for table, name in zip(placed["table"], placed["column"], strict=True)]
    values = masked(list(zip(placed["value"], columns, strict=True)), names=names)
    facts = [told | {"value": value} for told, value in zip(placed["facts"], values, strict=True)]
    scrub = scrubber(names)
    shown["header"] = [scrub(own) for own in rows["header"]]
    for told in (told for told in facts if "earlier" in told):
        told["earlier"] = {lang: scrub(said) for lang, said in told["earlier"].items()}
    shown.loc[placed.index, "value"] = values
    shown.loc[placed.index, "facts"] = pd.Series(facts, placed.index, dtype=object)
    return shown


def _beside(folder: Path, number: int) -> Path:
    return folder / f".load-{number:04}.csv.partial"


def _place(folder: Path, number: int) -> Path:
    return folder / f"load-{number:04}.csv"


def _write(file: Path, rows: pd.DataFrame) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            write = csv.writer(out).writerow
            write(_HEADER)
            for row in rows.to_dict("records"):
                said = [text(f"set_aside.{row['reason']}", lang, **row["facts"]) for lang in LANGUAGES]
                column = (
                    header(TABLES[row["table"]].column(row["column"]), row["header"])["en"] if row["column"] else ""
                )
                where = [row["file"], row["sheet"] or "", row["table"], row["row"], column, row["value"]]
                write([_harmless(str(cell)) for cell in (*where, *said)])
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise StoreError("store.not_writable", folder=file.parent, what=error.strerror) from None


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
