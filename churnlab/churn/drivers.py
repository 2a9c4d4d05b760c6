"""What goes with leaving, all else being equal?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from churnlab.churn import encoding
from churnlab.churn.encoding import OUTCOME, Column
from churnlab.churn.reasons import label, missing_label
from churnlab.churn.shapes import shape_of, shapes
from churnlab.churn.train import check_events
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.collinearity import independent, variance_inflation
from churnlab.stats.intervals import normal_quantile
from churnlab.stats.logistic import Logistic, fit_logistic
from churnlab.stats.multiplicity import holm
from churnlab.wording import Said

Floats = NDArray[np.float64]

# An interval that reaches a hundred times further on either side tells nothing.
_VAGUE = np.log(100)


def odds_ratios(panel: pd.DataFrame, *, settings: Settings) -> Finding:
    """Tell by which factor the odds of leaving differ per step of each feature, the others held.

    A logistic regression of its own on the model's columns, without penalty, over all rows of the panel, with errors
    that allow for a student standing in several months. It shows what goes together, not what would happen if a feature
    were changed. Read a ratio of 1.5 as "half as much again"; where its interval holds 1, nothing was shown.

    Parameters
    ----------
    panel : pandas.DataFrame
        As for `train`.
    settings : Settings
        `model` and `uncertainty`.

    Returns
    -------
    Finding
        `churn.drivers`; one row per column, the strongest first (by what a standard deviation of it does to the odds),
        then those without a ratio, then those that only say that a value is unknown: driver, step (what is compared),
        odds_ratio with _low and _high (NaN where there is none), p_value, holm_p_value, vif, driver_note (`estimated`;
        `separated`: it tells leavers without error and has no finite ratio; `collinear`: others tell it wholly;
        `vague`: its interval spans more than a hundredfold either way; `undecided`: beside a separated one nothing is
        left to tell it by).

    Raises
    ------
    NotEnoughData
        If nobody left, everybody did, fewer than `model.min_events` did, or no feature varies.
    """
    check_events(panel, settings)
    panel = panel.sort_values(["as_of", "unit_id"], ignore_index=True)
    design = _design(panel, settings)
    if not design.columns:
        raise NotEnoughData("model.no_features", n=len(panel))
    fit = fit_logistic(design.X, panel[OUTCOME], clusters=panel["student_id"])
    table = _table(design, fit, settings)
    return Finding(
        key="churn.drivers",
        table=table,
        facts=_facts(panel, table, settings),
        sentences=(
            "sentence",
            "clear" if (table["holm_p_value"] < 1 - settings.uncertainty.level).any() else "unclear",
        ),
        caveats=_caveats(table, int(panel[OUTCOME].sum()), settings),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Design:
    """Columns that can be told apart, standardised, and those that cannot."""

    columns: tuple[Column, ...]
    collinear: tuple[Column, ...]
    references: dict[str, str]
    X: Floats
    scale: Floats


def _design(panel: pd.DataFrame, settings: Settings) -> _Design:
    learned = encoding.learn(panel, min_students=settings.uncertainty.min_group, shapes=shapes(settings))
    references = _references(panel, learned.columns)
    columns = [c for c in learned.columns if c.kind != "level" or references[c.feature] != _level(c)]
    values = np.column_stack([np.ones(len(panel)), *(column.of(panel[column.feature]) for column in columns)])
    alone = independent(values)[1:]
    X = values[:, 1:][:, alone]
    scale = X.std(axis=0)
    return _Design(
        columns=tuple(column for column, kept in zip(columns, alone, strict=True) if kept),
        collinear=tuple(column for column, kept in zip(columns, alone, strict=True) if not kept),
        references=references,
        X=(X - X.mean(axis=0)) / scale,
        scale=scale,
    )


def _level(column: Column) -> str | None:
    return column.levels[0] if column.kind == "level" else None


def _references(panel: pd.DataFrame, columns: tuple[Column, ...]) -> dict[str, str]:
    """Return for each feature of words the commonest: the others are compared with it."""
    features = {column.feature for column in columns if column.kind == "level"}
    counts = {name: panel[name].astype(object).value_counts() for name in sorted(features)}
    return {name: min(count.index[count == count.max()]) for name, count in counts.items()}


def _table(design: _Design, fit: Logistic, settings: Settings) -> pd.DataFrame:
    steps = [_step(column, scale, settings) for column, scale in zip(design.columns, design.scale, strict=True)]
    sizes = np.array([size for size, _ in steps]) / design.scale
    half = normal_quantile(settings.uncertainty.level) * fit.standard_errors * sizes
    vague = half > _VAGUE
    log_odds = np.where(vague, np.nan, fit.coefficients * sizes)
    p = np.where(vague, np.nan, 2 * norm.sf(np.abs(fit.coefficients / fit.standard_errors)))
    notes = np.select([fit.separated, vague, np.isnan(log_odds)], ["separated", "vague", "undecided"], "estimated")
    told = pd.DataFrame(
        {
            "driver": [_driver(column) for column in design.columns],
            "step": [
                _compared(column, words, design) for column, (_, words) in zip(design.columns, steps, strict=True)
            ],
            "odds_ratio": np.exp(log_odds),
            "odds_ratio_low": np.exp(log_odds - np.where(vague, 0, half)),
            "odds_ratio_high": np.exp(log_odds + np.where(vague, 0, half)),
            "p_value": p,
            "holm_p_value": holm(p),
            "vif": variance_inflation(design.X),
            "driver_note": notes,
        }
    )
    # What stands first moves the odds most among the students there are; that a value is unknown is no driver.
    unknown = np.array([column.kind == "missing" for column in design.columns])
    strength = np.where(vague, 0.0, np.abs(np.nan_to_num(fit.coefficients)))
    told = told.iloc[np.lexsort((-strength, notes != "estimated", unknown))]
    copies = pd.DataFrame({"driver": [_driver(column) for column in design.collinear], "driver_note": "collinear"})
    return pd.concat([told, copies], ignore_index=True) if len(copies) else told.reset_index(drop=True)


def _step(column: Column, scale: float, settings: Settings) -> tuple[float, Said | None]:
    """Return the size of a step and its words; None for a yes or no."""
    if column.kind != "value":
        return 1.0, None
    shape = shape_of(column.feature, shapes(settings))
    if shape is None:
        return scale, Said("churn.drivers.step.deviation", {"size": scale})
    return shape.step, Said(f"churn.drivers.step.{shape.unit}", {"size": shape.step, "points": round(shape.step * 100)})


def _driver(column: Column) -> Said:
    if column.kind == "missing":
        return missing_label(column.feature)
    feature = label(column.feature)
    if column.kind == "below":
        return Said(f"churn.drivers.column.{_in_words('below', column)}", {"feature": feature, "at": column.high})
    if column.kind == "value":
        return _piece(column, feature)
    return Said(f"churn.drivers.column.{column.kind}", {"feature": feature, "level": _level(column)})


def _in_words(part: str, column: Column) -> str:
    """Below 0 something is past, and between 0 and 1 nothing is left: words that need no figure."""
    return "past" if column.high == 0 else "none" if 0 < column.high < 1 else part


def _piece(column: Column, feature: Said) -> Said:
    ends = {"begins": column.begins_at, "ends": column.ends_at}
    told = {name: end for name, end in ends.items() if end is not None}
    part = {(): None, ("begins",): "above", ("ends",): "up_to"}.get(tuple(told), "between")
    return feature if part is None else Said(f"churn.drivers.column.{part}", {"feature": feature, **told})


def _compared(column: Column, words: Said | None, design: _Design) -> Said:
    if words is not None:
        return words
    if column.kind == "below":
        return Said(f"churn.drivers.step.{_in_words('reached', column)}", {"at": column.high})
    if column.kind == "missing" or column.feature not in design.references:
        return Said("churn.drivers.step.missing")
    return Said("churn.drivers.step.level", {"level": design.references[column.feature]})


def _facts(panel: pd.DataFrame, table: pd.DataFrame, settings: Settings) -> dict[str, float | int]:
    return {
        "n": len(panel),
        "students": int(panel["student_id"].nunique()),
        "events": int(panel[OUTCOME].sum()),
        "columns": len(table),
        "clear": int((table["holm_p_value"] < 1 - settings.uncertainty.level).sum()),
        "horizon_days": settings.outcome.horizon_days,
        "max_vif": settings.model.max_vif,
    }


def _caveats(table: pd.DataFrame, events: int, settings: Settings) -> tuple[str, ...]:
    said = {
        "churn.association": True,
        "churn.few_events": events < settings.model.events_per_feature * len(table),
        "churn.collinear": bool((table["vif"] > settings.model.max_vif).any()),
        "churn.separated": bool((table["driver_note"] == "separated").any()),
    }
    return tuple(key for key, holds in said.items() if holds)
