"""Does the model still fit: do its students look as those who taught it, and do as many leave as it says?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.declarations import declared
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.judgement import PROBABILITY
from churnlab.churn.panel import scoring
from churnlab.churn.reasons import label
from churnlab.churn.risk import Risk
from churnlab.churn.train import lag_days
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.improvement.monitoring.alerts import watch
from churnlab.settings import Settings
from churnlab.stats.drift import (
    as_far,
    as_far_robust,
    calibration_test,
    farthest_robust,
    psi,
    psi_excess,
    psi_expected,
    spiegelhalter,
)  # fmt: skip
from churnlab.tables.door import Data
from churnlab.wording import Said

_CELLS = 10
_LEAST_MONTHS = 3  # months to compare with, and months in which it was seen how far features usually move
_MOST_ROWS = 25
_BLIND = 1.0  # an index this high is another population: a limit above it would never be reached
_SHOWN = ["drift_of", "drift_measure", "drift_value", "drift_limit", "drift_p_value", "is_alarm"]


def drift(data: Data, *, risk: Risk | None = None) -> Finding:
    """Tell which features have moved away from the months that taught the model, and whether it is still right.

    The students of the first of this month are held against those of the firsts of months that taught the model: a
    Monday in a holiday is no first of a month. A feature's index (PSI) is held against how far the same feature moved
    in past months against the months before them, for samples of this size: the folk limits 0.1 and 0.25 know neither.
    A feature that moves so unevenly that its limit would be above 1 is not watched, nor is one that never varied: a
    caveat names them, those with their limits. Of calibration the latest month whose outcome is known is tested (Cox's
    intercept and slope together), stretched alike. All looks share a part of the false alerts of `alerts`.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    risk : Risk, optional
        The model of the same data, where it was worked out before.

    Returns
    -------
    Finding
        `watch.drift`; calibration first, then the features with the least likely index: `drift_of` (the feature, or
        the month judged), `drift_measure` (`psi` or `calibration`), `drift_value` (the index; for calibration the
        ratio of leavers that came to those told), `drift_limit` (the index from which on an alert is raised),
        `drift_p_value` and `is_alarm`. At most 25 rows. Facts: `features` (watched), `drifted`, `unsteady` and
        `constant` (not watched), and in each language the names of these, `unsteady_named` and `constant_named`.

    Raises
    ------
    NotEnoughData
        If there are fewer than six months to compare, or too few left to train a model.
    """
    risk = risk or Risk(data)
    settings, limits = data.settings, watch(data).limits
    features = [feature.name for feature in declared(settings)]
    moved = pd.DataFrame([*_moved(risk.panel, _first_of_month(data), features, limits.features, settings)])
    fits = _calibration(risk.backtest.scored, limits.calibration)
    if moved.empty:
        raise NotEnoughData("watch.few_months", months=risk.panel["as_of"].nunique(), needed=2 * _LEAST_MONTHS)
    is_steady = moved["drift_limit"] <= _BLIND
    unsteady = moved[~is_steady].sort_values(["drift_limit", "name"])
    constant = [name for name in features if name not in set(moved["name"])]
    moved = moved[is_steady].sort_values(["drift_p_value", "drift_value", "name"], ascending=[True, False, True])
    table = pd.concat([fits, moved], ignore_index=True)
    drifted = moved[moved["is_alarm"]]
    needed = [
        Said("watch.drift.needs", {"feature": feature, "limit": limit})
        for feature, limit in zip(unsteady["drift_of"], unsteady["drift_limit"], strict=True)
    ]
    facts: dict[str, Any] = {
        "features": len(moved), "drifted": len(drifted), "unsteady": len(unsteady), "constant": len(constant),
        "drifted_named": _listed(drifted["drift_of"]), "unsteady_named": _listed(needed),
        "constant_named": _listed(map(label, constant)), "months": int(risk.panel["as_of"].nunique()),
        "alarms": int(table["is_alarm"].sum()), "model_share": settings.watching.model_share,
        "false_alarm_share": settings.watching.false_alarm_share, "unit": settings.outcome.unit,
        "calibration_ratio": float(fits["drift_value"].iloc[0]), "spiegelhalter": float(fits["spiegelhalter"].iloc[0]),
    }  # fmt: skip
    return Finding(
        key="watch.drift", table=table[_SHOWN].head(_MOST_ROWS), facts=facts, sentences=_sentences(facts, fits),
        caveats=("watch_drift", *(f"watch_{name}" for name in ("unsteady", "constant") if facts[name])),
    )  # fmt: skip


def _sentences(facts: Mapping[str, Any], fits: pd.DataFrame) -> tuple[str, ...]:
    moved = ("drifted" if facts["drifted"] else "steady",) if facts["features"] else ()
    uneven = ("unsteady",) if facts["unsteady"] else ()
    return (*moved, *uneven, "misfits" if bool(fits["is_alarm"].iloc[0]) else "fits")


def _listed(named: Iterable[Said]) -> dict[str, str]:
    each = [*named]
    return {lang: {"zh": "、", "en": ", "}[lang].join(one.say(lang) for one in each) for lang in LANGUAGES}


def _first_of_month(data: Data) -> pd.DataFrame:
    day = data.as_of.replace(day=1)
    return scoring(data if day == data.as_of else data.before(day))


def _moved(
    panel: pd.DataFrame, now: pd.DataFrame, features: list[str], share: float, settings: Settings
) -> Iterator[dict[str, Any]]:
    months = np.sort(panel["as_of"].unique())
    lag = pd.Timedelta(days=lag_days(settings))
    usual = [month for month in months if (months <= month - lag).sum() >= _LEAST_MONTHS]
    if len(usual) < _LEAST_MONTHS:
        return
    level = share / len(features)
    for name in features:
        cells = _cells(panel[name])
        if cells(panel[name]).nunique() < 2:
            continue
        excess = []
        for month in usual:
            one, other = (
                cells(panel.loc[part, name]) for part in (panel["as_of"] <= month - lag, panel["as_of"] == month)
            )
            excess.append(psi_excess(*_index(one, other)))
        index, before, many, size = _index(cells(panel[name]), cells(now[name]))
        p = as_far_robust(psi_excess(index, before, many, size), excess, size)
        yield {
            "name": name, "drift_of": label(name), "drift_measure": "psi", "drift_value": index,
            "drift_limit": farthest_robust(level, excess, size) * psi_expected(before, many, size),
            "drift_p_value": p, "is_alarm": p < level,
        }  # fmt: skip


def _cells(values: pd.Series) -> Any:
    """Return what puts values into cells: tenths of these, words as they are, the unknown in a cell of its own."""
    if values.dtype == object:
        return lambda other: other.fillna("").astype(str)
    edges = np.unique(values.dropna().quantile(np.linspace(0, 1, _CELLS + 1)[1:-1]))
    return lambda other: pd.Series(np.where(other.isna(), -1, np.searchsorted(edges, other.fillna(0.0), side="left")))


def _index(one: pd.Series, other: pd.Series) -> tuple[float, int, int, int]:
    """Return the index, the sizes of both samples and how many cells they fill."""
    before, now = one.value_counts(), other.value_counts()
    cells = sorted(set(before.index) | set(now.index))
    counts = [part.reindex(cells, fill_value=0).to_numpy() for part in (before, now)]
    return psi(*counts), len(one), len(other), max(len(cells), 2)


def _calibration(scored: pd.DataFrame, share: float) -> pd.DataFrame:
    """Test the latest judged month, by how far the months before it were off."""
    found = []
    for month, rows in scored.groupby("as_of", sort=True):
        test = calibration_test(rows[OUTCOME], rows[PROBABILITY])
        ratio = rows[OUTCOME].sum() / rows[PROBABILITY].sum()
        found.append((month, test.statistic, ratio, spiegelhalter(rows[OUTCOME], rows[PROBABILITY])))
    *past, (month, statistic, ratio, z) = found
    usual = [value / 2 for _, value, _, _ in past if value == value]
    p = as_far(statistic / 2, usual, 3) if usual and statistic == statistic else np.nan
    row = {
        "name": "calibration", "drift_of": f"{month:%Y-%m}", "drift_measure": "calibration",
        "drift_value": ratio, "drift_limit": np.nan, "drift_p_value": p, "is_alarm": bool(p < share),
        "spiegelhalter": z,
    }  # fmt: skip
    return pd.DataFrame([row])
