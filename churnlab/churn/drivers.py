"""What goes with leaving, all else being equal?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from churnlab.churn import encoding
from churnlab.churn.affordable import affordable
from churnlab.churn.contrasts import Contrast, contrasts, effects
from churnlab.churn.driver_caveats import against, collinear, unknown
from churnlab.churn.encoding import OUTCOME, Column
from churnlab.churn.parted import parted
from churnlab.churn.shapes import shapes
from churnlab.churn.train import check_events
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.collinearity import independent
from churnlab.stats.intervals import normal_quantile
from churnlab.stats.logistic import Logistic, fit_logistic
from churnlab.stats.multiplicity import holm
from churnlab.wording import Said

Floats = NDArray[np.float64]

# An interval that reaches a hundred times further on either side tells nothing.
_VAGUE = np.log(100)
# By more than rounding, what the other columns make of one that is left out differs from it.
_APART = 1e-6
# A page holds no more, and nobody reads further.
_MOST_ROWS = 25
_SHOWN = ["driver", "step", "odds_ratio", "odds_ratio_low", "odds_ratio_high", "p_value", "holm_p_value", "driver_note"]


def odds_ratios(panel: pd.DataFrame, *, settings: Settings) -> Finding:
    """Tell by which factor the odds of leaving differ between values of each feature, the others held.

    A logistic regression of its own on the model's columns, without penalty, over all rows of the panel, with errors
    that allow for a student standing in several months. Where few left, fewer features are compared (`affordable`). A
    feature is told as a whole, whatever the number of its columns: the ratio is exp(w·β), w being by how much the
    columns of two students differ who are alike in all else, and its variance w·V·w (see `contrasts`). It shows what
    goes together, not what would happen if a feature were changed. Read a ratio of 1.5 as "half as much again"; where
    its interval holds 1, nothing was shown.

    Parameters
    ----------
    panel : pandas.DataFrame
        As for `train`.
    settings : Settings
        `model` and `uncertainty`.

    Returns
    -------
    Finding
        `churn.drivers`; one row per comparison, features together, the strongest first (by what the spread of its
        values does to the odds), then those without a ratio: driver, step (what it is compared with), odds_ratio with
        _low and _high (NaN where there is none), p_value, holm_p_value (over the rows), driver_note (`clear`, after
        Holm; `estimated`; `separated`: it tells leavers without error, and its ratio is Firth's with profile limits, of
        which one may be infinite (see `parted`), and never called clear; `collinear`: others tell it wholly; `vague`:
        its interval spans more than a hundredfold either way; `undecided`: beside a separated one nothing is left to
        tell it by). Unknown values have no row: a caveat tells those that are clear among them. Of more than 25 rows
        those that are clear come first into the table, then the strongest; `hidden` and `hidden_clear` count the rest.

    Raises
    ------
    NotEnoughData
        If nobody left, everybody did, fewer than `model.min_events` did, or no feature varies.

    References
    ----------
    Harrell F E, Regression Modeling Strategies, 2nd ed., 2015, §5.2; `summary.rms`.
    """
    check_events(panel, settings)
    panel = panel.sort_values(["as_of", "unit_id"], ignore_index=True)
    design = _design(panel, settings)
    if all(contrast.unknown for contrast in design.told):
        raise NotEnoughData("model.no_features", n=len(panel))
    fit = fit_logistic(design.X[:, design.kept], panel[OUTCOME], clusters=panel["student_id"])
    told = _estimated(design, fit, settings)
    rows, kept = told[(told["driver_note"] == "separated") & ~told["unknown"]], design.kept
    found = parted(design.X[:, kept], panel, design.weights[rows.index][:, kept], level=settings.uncertainty.level)
    told.loc[rows.index, found.columns] = found.to_numpy()
    table = _corrected(told[~told["unknown"]], settings)
    said = {
        "collinear": collinear(design.X[:, design.kept], np.array(design.owners)[design.kept], settings),
        "against": against(table),
        "unknown": unknown(_corrected(told[told["unknown"]], settings)),
    }
    return Finding(
        key="churn.drivers",
        table=_longest(table)[_SHOWN],
        facts={**_facts(panel, table, settings), **said, "left_out": design.left_out},
        sentences=_sentences(table),
        caveats=_caveats(table, said, events=int(panel[OUTCOME].sum()), design=design, settings=settings),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Design:
    """Columns that vary, standardised, which of them can be told apart, and what is compared by them."""

    columns: tuple[Column, ...]
    X: Floats
    kept: NDArray[np.bool_]
    told: list[Contrast]
    weights: Floats
    left_out: int

    @property
    def owners(self) -> list[str]:
        return [column.feature for column in self.columns]


def _design(panel: pd.DataFrame, settings: Settings) -> _Design:
    known = shapes(settings)
    found = encoding.candidates(panel, min_students=settings.uncertainty.min_group, shapes=known)
    references = _references(panel, found)
    columns = [c for c in found if c.kind != "level" or references[c.feature] != c.levels[0]]
    values = np.column_stack([np.ones(len(panel)), *(column.of(panel[column.feature]) for column in columns)])
    varies = np.ptp(values, axis=0)[1:] > 0
    columns, values = _kept(columns, values, varies)
    all_features = {column.feature for column in columns}
    columns, values = _kept(columns, values, _affordable(columns, panel, settings))
    kept = independent(values)[1:]
    scale = values[:, 1:].std(axis=0)
    beside = _unknown_beside(panel, columns)
    told = contrasts(columns, references=references, deviations=scale, shapes=known, unknown_beside=beside)
    return _Design(
        columns=tuple(columns),
        X=(values[:, 1:] - values[:, 1:].mean(axis=0)) / scale,
        kept=kept,
        told=told,
        weights=np.array([contrast.weights for contrast in told]).reshape(len(told), len(columns)) / scale,
        left_out=len(all_features) - len({column.feature for column in columns}),
    )


def _kept(columns: list[Column], values: Floats, keep: NDArray[np.bool_]) -> tuple[list[Column], Floats]:
    """Return some of the columns with their values; the first of these is the constant."""
    return [column for column, kept in zip(columns, keep, strict=True) if kept], values[:, np.append(True, keep)]


def _affordable(columns: list[Column], panel: pd.DataFrame, settings: Settings) -> NDArray[np.bool_]:
    owners, events = [column.feature for column in columns], int(panel[OUTCOME].sum())
    return np.array(affordable(owners, events=events, settings=settings), dtype=bool)


def _unknown_beside(panel: pd.DataFrame, columns: list[Column]) -> dict[str, list[str]]:
    """Return for each feature that some lack the others that all of them lack, and some more."""
    lack = {column.feature: panel[column.feature].isna() for column in columns if column.kind == "missing"}
    return {
        name: [other for other in lack if lack[other][rows].all() and lack[other].sum() > rows.sum()]
        for name, rows in lack.items()
    }


def _references(panel: pd.DataFrame, columns: tuple[Column, ...]) -> dict[str, str]:
    """Return for each feature of words the commonest: the others are compared with it."""
    features = {column.feature for column in columns if column.kind == "level"}
    counts = {name: panel[name].astype(object).value_counts() for name in sorted(features)}
    return {name: min(count.index[count == count.max()]) for name, count in counts.items()}


def _estimated(design: _Design, fit: Logistic, settings: Settings) -> pd.DataFrame:
    weights = design.weights[:, design.kept]
    log_odds, error = effects(weights, np.nan_to_num(fit.coefficients), np.nan_to_num(fit.covariance[1:, 1:]))
    half = normal_quantile(settings.uncertainty.level) * error
    separated = (weights != 0) @ fit.separated
    lost = (weights != 0) @ np.isnan(fit.coefficients)
    notes = np.select(
        [_not_told_apart(design), separated, lost, half > _VAGUE],
        ["collinear", "separated", "undecided", "vague"],
        "estimated",
    )
    log_odds, error, half = (np.where(notes == "estimated", values, np.nan) for values in (log_odds, error, half))
    told = pd.DataFrame(
        {
            "driver": [contrast.driver for contrast in design.told],
            "step": [contrast.step for contrast in design.told],
            "odds_ratio": np.exp(log_odds),
            "odds_ratio_low": np.exp(log_odds - half),
            "odds_ratio_high": np.exp(log_odds + half),
            "p_value": 2 * norm.sf(np.abs(log_odds / error)),
            "driver_note": notes,
            "feature": [contrast.feature for contrast in design.told],
            "unknown": [contrast.unknown for contrast in design.told],
            "against": np.sign(log_odds) == [-contrast.expected or np.nan for contrast in design.told],
        }
    )
    return told.iloc[_order(told, design, fit)]


def _not_told_apart(design: _Design) -> NDArray[np.bool_]:
    """Tell which comparisons lean on a column of theirs that others make up: any share of it could be theirs.

    Such a column was left out; the comparison stands only where the columns that make it up differ as it does.
    """
    away = ~design.kept
    made_of = np.linalg.lstsq(design.X[:, design.kept], design.X[:, away], rcond=None)[0]
    apart = np.abs(design.weights[:, away] - design.weights[:, design.kept] @ made_of) > _APART
    owners = np.array(design.owners)[away]
    own = np.array([owners == contrast.feature for contrast in design.told])
    return np.asarray((apart & own).any(axis=1))


def _order(told: pd.DataFrame, design: _Design, fit: Logistic) -> NDArray[np.intp]:
    """Sort by what the known values of a feature move the odds among the students there are; words by their ratio."""
    known = np.array([column.kind != "missing" for column in design.columns])[design.kept]
    owners, X = np.array(design.owners)[design.kept], design.X[:, design.kept]
    moves = {
        feature: (X @ np.where((owners == feature) & known, np.nan_to_num(fit.coefficients), 0)).std()
        for feature in told["feature"].unique()
    }
    worded = np.array(["level" in contrast.driver.facts for contrast in design.told])
    size = np.abs(np.log(told["odds_ratio"].fillna(1)))
    within = np.where(worded, -size, np.arange(len(told)))
    place = told["feature"].map({name: at for at, name in enumerate(moves)})
    return np.lexsort((within, place, -told["feature"].map(moves), told["driver_note"] != "estimated"))


def _corrected(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    p = holm(rows["p_value"])
    # What parts leavers without error is mostly written down because they leave: that is no clear association.
    clear = (p < 1 - settings.uncertainty.level) & (rows["driver_note"] == "estimated")
    return rows.assign(holm_p_value=p, driver_note=rows["driver_note"].mask(clear, "clear")).reset_index(drop=True)


def _longest(table: pd.DataFrame) -> pd.DataFrame:
    """Return at most a page of rows in their order: those that are clear, then the first of the others."""
    first = (table["driver_note"] != "clear").sort_values(kind="stable").index[:_MOST_ROWS]
    return table.loc[first.sort_values()].reset_index(drop=True)


def _sentences(table: pd.DataFrame) -> tuple[str, ...]:
    clear = int((table["driver_note"] == "clear").sum())
    hidden = () if len(table) <= _MOST_ROWS else ("hidden",) if clear <= _MOST_ROWS else ("hidden", "hidden_clear")
    return ("sentence", "clear" if clear else "unclear", *hidden)


def _facts(panel: pd.DataFrame, table: pd.DataFrame, settings: Settings) -> dict[str, float | int | str]:
    return {
        "unit": settings.outcome.unit,
        "n": len(panel),
        "students": int(panel["unit_id"].nunique()),
        "events": int(panel[OUTCOME].sum()),
        "comparisons": int(table["p_value"].notna().sum()),
        "clear": int((table["driver_note"] == "clear").sum()),
        "hidden": max(len(table) - _MOST_ROWS, 0),
        "hidden_clear": max(int((table["driver_note"] == "clear").sum()) - _MOST_ROWS, 0),
        "horizon_days": settings.outcome.horizon_days,
        "max_vif": settings.model.max_vif,
    }


def _caveats(
    table: pd.DataFrame, said: dict[str, Said | None], *, events: int, design: _Design, settings: Settings
) -> tuple[str, ...]:
    holds = {
        "churn.association": True,
        "churn.few_events": events < settings.model.events_per_feature * int(design.kept.sum()),
        "churn.left_out": design.left_out > 0,
        "churn.collinear": said["collinear"] is not None,
        "churn.separated": bool((table["driver_note"] == "separated").any()),
        "churn.against": said["against"] is not None,
        "churn.unknown": said["unknown"] is not None,
    }
    return tuple(key for key, held in holds.items() if held)
