"""How are a model and its replay kept?"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from churnlab.churn import saving
from churnlab.churn.evaluation import Backtest
from churnlab.churn.train import Trained
from churnlab.finding import Finding
from churnlab.tables.keeping import kept

_SCORED, _PUSHES, _TOLD = "backtest.parquet", "contributions.parquet", "backtest.json"


def backtest(keep: Path | None, make: Callable[[], Backtest]) -> Backtest:
    """Return the backtest that was kept, else make and keep it."""
    return kept(keep, "backtest", make, write=_write, read=_read)


def trained(keep: Path | None, make: Callable[[], Trained], judge: Callable[[], tuple[Finding, ...]]) -> Trained:
    """Return the model that was kept, else train and keep it, with a card that says how good it was."""
    return kept(
        keep, "model", make, write=lambda made, folder: saving.save(made, folder, findings=judge()), read=saving.load
    )


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
