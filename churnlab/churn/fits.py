"""What was fitted for these data before, by another language's or campus's report?

A fit is kept below the store in a folder named for all that went into it: what could be seen as of the date, settings,
code and packages. It stands there whole or not at all: it is written beside and renamed.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd

from churnlab.churn import saving
from churnlab.churn.evaluation import Backtest
from churnlab.churn.train import Trained
from churnlab.errors import ChurnlabError
from churnlab.finding import Finding

_PANEL, _SCORED, _PUSHES, _TOLD = "panel.parquet", "backtest.parquet", "contributions.parquet", "backtest.json"
_MOST_KEPT = 24  # two years of months, a few MB each
_DAMAGED = (OSError, ValueError, KeyError)  # what pyarrow and json raise on a file that is not whole
Fit = TypeVar("Fit")


def panel(keep: Path | None, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return the panel that was kept, else make and keep it."""
    return _kept(
        keep,
        "panel",
        make,
        write=lambda made, folder: made.to_parquet(folder / _PANEL),
        read=lambda folder: pd.read_parquet(folder / _PANEL),
    )


def backtest(keep: Path | None, make: Callable[[], Backtest]) -> Backtest:
    """Return the backtest that was kept, else make and keep it."""
    return _kept(keep, "backtest", make, write=_write, read=_read)


def trained(keep: Path | None, make: Callable[[], Trained], judge: Callable[[], tuple[Finding, ...]]) -> Trained:
    """Return the model that was kept, else train and keep it, with a card that says how good it was."""
    return _kept(
        keep, "model", make, write=lambda made, folder: saving.save(made, folder, findings=judge()), read=saving.load
    )


def _kept(
    keep: Path | None,
    name: str,
    make: Callable[[], Fit],
    *,
    write: Callable[[Fit, Path], None],
    read: Callable[[Path], Fit],
) -> Fit:
    if keep is None:
        return make()
    place = keep / name
    if place.exists():
        try:
            return read(place)
        except (*_DAMAGED, ChurnlabError):
            shutil.rmtree(place, ignore_errors=True)
    made = make()
    # Keeping is a convenience: a report is not stopped by a store that is full or may only be read.
    with suppress(OSError):
        _whole(place, lambda folder: write(made, folder))
        _sweep(keep)
    return made


def _write(made: Backtest, folder: Path) -> None:
    made.scored.to_parquet(folder / _SCORED)
    made.contributions.to_parquet(folder / _PUSHES)
    told = {
        "rivals": made.rivals,
        "months": [month.isoformat() for month in made.months],
        "skipped": [month.isoformat() for month in made.skipped],
    }
    (folder / _TOLD).write_text(json.dumps(told), encoding="utf-8")


def _read(folder: Path) -> Backtest:
    told = json.loads((folder / _TOLD).read_text(encoding="utf-8"))
    months, skipped = (tuple(map(date.fromisoformat, told[name])) for name in ("months", "skipped"))
    scored, pushes = (pd.read_parquet(folder / name) for name in (_SCORED, _PUSHES))
    return Backtest(scored=scored, rivals=tuple(told["rivals"]), months=months, skipped=skipped, contributions=pushes)


def _whole(place: Path, write: Callable[[Path], None]) -> None:
    beside = place.with_name(f".{place.name}-{uuid.uuid4().hex}")
    beside.mkdir(parents=True)
    try:
        write(beside)
        os.replace(beside, place)
    finally:  # another run may have kept the same fit meanwhile
        shutil.rmtree(beside, ignore_errors=True)


def _sweep(keep: Path) -> None:
    """Keep the fits of the last dates and settings only: the others can be worked out again."""
    newest_first = sorted(keep.parent.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in newest_first[_MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
