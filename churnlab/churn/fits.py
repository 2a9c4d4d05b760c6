"""What was fitted for these data before, by another language's or campus's report?

A fit is kept below the store in a folder named for all that went into it: loads, date, settings and version. It stands
there whole or not at all: it is written beside and renamed.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from churnlab.churn import saving
from churnlab.churn.evaluation import Backtest
from churnlab.churn.train import Trained
from churnlab.finding import Finding

_PANEL, _SCORED, _TOLD, _MODEL = "panel.parquet", "backtest.parquet", "backtest.json", "model"


def panel(keep: Path | None, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return the panel that was kept, else make and keep it."""
    if keep is None:
        return make()
    place = keep / "panel"
    if not place.exists():
        made = make()
        _whole(place, lambda folder: made.to_parquet(folder / _PANEL))
        return made
    return pd.read_parquet(place / _PANEL)


def backtest(keep: Path | None, make: Callable[[], Backtest]) -> Backtest:
    """Return the backtest that was kept, else make and keep it."""
    if keep is None:
        return make()
    place = keep / "backtest"
    if not place.exists():
        made = make()
        _whole(place, lambda folder: _write(made, folder))
        return made
    told = json.loads((place / _TOLD).read_text(encoding="utf-8"))
    months, skipped = (tuple(map(date.fromisoformat, told[name])) for name in ("months", "skipped"))
    return Backtest(
        scored=pd.read_parquet(place / _SCORED), rivals=tuple(told["rivals"]), months=months, skipped=skipped
    )


def trained(keep: Path | None, make: Callable[[], Trained], judge: Callable[[], tuple[Finding, ...]]) -> Trained:
    """Return the model that was kept, else train and keep it, with a card that says how good it was."""
    if keep is None:
        return make()
    place = keep / _MODEL
    if not place.exists():
        made = make()
        _whole(place, lambda folder: saving.save(made, folder, findings=judge()))
        return made
    return saving.load(place)


def _write(made: Backtest, folder: Path) -> None:
    made.scored.to_parquet(folder / _SCORED)
    told = {
        "rivals": made.rivals,
        "months": [month.isoformat() for month in made.months],
        "skipped": [month.isoformat() for month in made.skipped],
    }
    (folder / _TOLD).write_text(json.dumps(told), encoding="utf-8")


def _whole(place: Path, write: Callable[[Path], None]) -> None:
    beside = place.with_name(f".{place.name}-{uuid.uuid4().hex}")
    beside.mkdir(parents=True)
    write(beside)
    try:
        os.replace(beside, place)
    except OSError:  # another run kept the same fit meanwhile
        shutil.rmtree(beside)
