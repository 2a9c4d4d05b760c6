"""What was worked out for these data before, by another language's or campus's report?

It is kept below the store in a folder named for all that went into it: what could be seen as of the date, settings,
code and packages. It stands there whole or not at all: it is written beside and renamed.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow as pa

from churnlab.errors import ChurnlabError
from churnlab.finding import Finding
from churnlab.tables.finding_form import NoForm, finding_of, form_of

_FRAME = "frame.parquet"
_FINDING = "finding.json"
_MOST_KEPT = 24  # two years of months, a few MB each
# What reading a file that is not whole raises.
_DAMAGED = (OSError, ValueError, LookupError, TypeError, pa.lib.ArrowException)
Work = TypeVar("Work")


def kept(
    keep: Path | None,
    name: str,
    make: Callable[[], Work],
    *,
    write: Callable[[Work, Path], None],
    read: Callable[[Path], Work],
) -> Work:
    """Return what was kept by this name, else make and keep it.

    Parameters
    ----------
    keep : pathlib.Path or None
        The folder of these data, `data.keep`; None: nothing is kept.
    name : str
        Of the folder below it.
    make : callable
        Works it out.
    write, read : callable
        Put it into an empty folder, and take it from there as it was.
    """
    if keep is None:
        return make()
    place = keep / name
    if place.exists():
        try:
            return read(place)
        except (*_DAMAGED, ChurnlabError):
            shutil.rmtree(place, ignore_errors=True)
    made = make()
    # Keeping is a convenience: a report is not stopped by a store that is full or may only be read, nor by its form.
    with suppress(OSError, pa.lib.ArrowException, NoForm):
        _whole(place, lambda folder: write(made, folder))
        _sweep(keep)
    return made


def kept_frame(keep: Path | None, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return the frame that was kept by this name, else make and keep it."""
    return kept(
        keep,
        name,
        make,
        write=lambda made, folder: made.to_parquet(folder / _FRAME, write_page_checksum=True),
        read=lambda folder: pd.read_parquet(folder / _FRAME, page_checksum_verification=True),
    )


def kept_finding(keep: Path | None, name: str, make: Callable[[], Finding]) -> Finding:
    """Return the Finding that was kept by this name, else make and keep it, if it has a form."""
    return kept(keep, name, make, write=_write, read=_read)


def _write(finding: Finding, folder: Path) -> None:
    form = json.dumps(form_of(finding), ensure_ascii=False)
    (folder / _FINDING).write_text(f"{_print(form)}\n{form}", encoding="utf-8")


def _read(folder: Path) -> Finding:
    mark, form = (folder / _FINDING).read_text(encoding="utf-8").split("\n", 1)
    if mark != _print(form):
        raise ValueError("not what was written")
    return finding_of(json.loads(form))


def _print(form: str) -> str:
    return hashlib.sha256(form.encode()).hexdigest()


def _whole(place: Path, write: Callable[[Path], None]) -> None:
    beside = place.with_name(f".{place.name}-{uuid.uuid4().hex}")
    beside.mkdir(parents=True)
    try:
        write(beside)
        os.replace(beside, place)
    finally:  # another run may have kept the same meanwhile
        shutil.rmtree(beside, ignore_errors=True)


def _sweep(keep: Path) -> None:
    """Keep what belongs to the last dates and settings only: the rest can be worked out again."""
    newest_first = sorted(keep.parent.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in newest_first[_MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
