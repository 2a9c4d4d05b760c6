"""Every fault of what a model is taught, asked or kept by; each says what came of it: stop, warn or taken."""

import io
import json
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from churnlab.churn.drivers import odds_ratios
from churnlab.churn.saving import load, save
from churnlab.churn.train import Trained, train
from churnlab.errors import ChurnlabError
from churnlab.finding import Finding
from churnlab.stats.survival import Stays, aalen_johansen, kaplan_meier
from tests.churn.panels import made_up, settings

RULES = settings()


@cache
def panel() -> pd.DataFrame:
    return made_up(students=150, months=6)


@cache
def trained() -> Trained:
    return train(panel(), settings=RULES)


def _of(finding: Finding, caveat: str) -> str:
    assert not finding.table["odds_ratio"].isin([np.inf, 0]).any()
    return "warn" if caveat in finding.caveats else "taken"


def _drivers(**columns: object) -> Finding:
    return odds_ratios(panel().assign(**columns), settings=RULES)


def _named(**columns: object) -> str:
    """Train with another column; what cannot teach is left out and named on the model's card."""
    other = train(panel().assign(**columns), settings=RULES)
    assert np.isfinite(other.score(panel().assign(**columns))["churn_probability"]).all()
    return "warn" if {dropped.name for dropped in other.encoding.dropped} == set(columns) else "taken"


def _nearly(column: str) -> pd.Series:
    return panel()[column] + np.random.default_rng(1).normal(size=len(panel()))


def _separated() -> str:
    flag = (np.random.default_rng(2).random(len(panel())) < 0.1).astype(float)
    return _of(_drivers(open_complaints=flag, churned=panel()["churned"] | (flag == 1)), "churn.separated")


def _stays(entry: list[int], exit_: list[int], cause: list[int]) -> Stays:
    return Stays(entry=np.array(entry), exit=np.array(exit_), cause=np.array(cause), cluster=np.arange(len(exit_)))


def _curve(entry: list[int], exit_: list[int], cause: list[int]) -> str:
    try:
        curve = kaplan_meier(_stays(entry, exit_, cause))
    except ValueError:
        return "stop"
    assert np.isfinite(curve.value).all()
    return "taken"


def _coded_2() -> str:
    """Two of four left for another cause: they are ends, and no churn."""
    stays = _stays([-1] * 4, [1, 2, 3, 4], [1, 2, 2, 0])
    assert aalen_johansen(stays, 1).value[-1] == 1 / 4
    return "taken" if kaplan_meier(stays).value[-1] == 1 / 4 else "stop"


def _asked(frame: pd.DataFrame) -> str:
    scored = trained().score(frame)
    assert scored["churn_probability"].between(0, 1, inclusive="neither").all()
    return "taken"


def _reordered() -> str:
    frame = panel()[[*panel().columns[::-1]]]
    pd.testing.assert_frame_equal(trained().score(frame), trained().score(panel()), check_exact=True)
    return _asked(frame)


def _kept(folder: Path, change: Callable[[Path], object]) -> str:
    save(trained(), folder)
    change(folder)
    load(folder)
    return "taken"


def _record(folder: Path, **told: object) -> None:
    file = folder / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | told), encoding="utf-8")


class _Evil:
    def __reduce__(self):
        return Path.touch, (Path("ran"),)


def _pickled() -> bytes:
    held = io.BytesIO()
    pickle.dump(_Evil(), held)
    return held.getvalue()


FAULTS: dict[str, Callable[[Path], str]] = {
    "nothing_wrong": lambda folder: _kept(folder, lambda _: None),
    "nobody_left": lambda _: _of(_drivers(churned=False), ""),
    "nobody_left_to_learn_from": lambda _: _named(churned=False),
    "everybody_left": lambda _: _of(_drivers(churned=True), ""),
    "everybody_left_to_learn_from": lambda _: _named(churned=True),
    "no_rows": lambda _: str(train(panel().head(0), settings=RULES)),
    "constant_column": lambda _: _named(open_complaints=1.0),
    "two_equal_columns": lambda _: _named(siblings_with_us=panel()["hours_left"]),
    "two_nearly_equal_columns": lambda _: _of(
        _drivers(weeks_of_hours_left=_nearly("hours_left")), "churn.collinear"
    ),
    "perfect_separation": lambda _: _separated(),
    "column_that_knows_the_outcome": lambda _: _of(
        _drivers(siblings_with_us=panel()["churned"].astype(float)), "churn.separated"
    ),
    "durations_of_zero": lambda _: _curve([-1, -1, -1], [0, 0, 5], [1, 0, 1]),
    "durations_below_zero": lambda _: _curve([-1, -1], [-3, 5], [1, 1]),
    "entry_after_exit": lambda _: _curve([4, -1], [3, 5], [1, 1]),
    "event_coded_2": lambda _: _coded_2(),
    "level_never_seen": lambda _: _asked(panel().assign(course_id="never seen")),
    "columns_in_another_order": lambda _: _reordered(),
    "column_missing": lambda _: _asked(panel().drop(columns="hours_left")),
    "model_of_another_version": lambda folder: _kept(folder, lambda place: _record(place, churnlab="0.0.7")),
    "model_of_another_form": lambda folder: _kept(folder, lambda place: _record(place, format=99)),
    "model_without_its_record": lambda folder: _kept(folder, lambda place: (place / "model.json").unlink()),
    "pickle_as_model": lambda folder: _kept(folder, lambda place: (place / "model.skops").write_bytes(_pickled())),
}  # fmt: skip


def observed(fault: str, folder: Path) -> str:
    """Return what came of a fault."""
    try:
        return FAULTS[fault](folder)
    except ChurnlabError:
        return "stop"
