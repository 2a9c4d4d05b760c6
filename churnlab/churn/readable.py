"""What does it cost to use a model that one can read?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.capacity import PROBABILITY, listed
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.evaluation import CHALLENGER, MODEL, Backtest
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.calibration import calibration
from churnlab.stats.concordance import Concordance
from churnlab.stats.intervals import cluster_bootstrap

Floats = NDArray[np.float64]

DIFFERENCE = "difference"
_COLUMNS = (PROBABILITY, CHALLENGER)
_MEASURES = ("auc", "log_loss", "brier", "precision_rate", "captured_share")
# Trees may say 0 or 1; what they are sure of is cut here, or one error would cost without end.
_SUREST = 1e-6


def _with_ends(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


_SLOPE = _with_ends("calibration_slope")


def price(backtest: Backtest, *, settings: Settings) -> Finding:
    """Compare the model with boosted trees that learned from the same rows and judged the same months.

    The trees may bend and combine features as they like, but nobody can say why a student stands where she does. What
    they are better by is the price of reasons. Differences are paired: each resample of students is judged by both. The
    trees are not tuned, so that a better one may exist; and whatever comes out, the readable model stays in use.

    Parameters
    ----------
    backtest : Backtest
        As `at_campuses` returns it.
    settings : Settings
        `uncertainty`, `calling`, `outcome`.

    Returns
    -------
    Finding
        `model.challenger`; rows `model`, `challenger`, `difference` (the challenger less the model): method, auc (pairs
        within months), log_loss and brier (smaller is better), calibration_slope (1 is right) and captured_share of
        `calling.calls_per_month` calls a campus, all but brier with intervals by student (lists as they were made).

    References
    ----------
    Davison A C, Hinkley D V, Bootstrap Methods and their Application, 1997, section 3.8; scores: Gneiting T, Raftery A
    E, J Am Stat Assoc 2007;102:359–378.
    """
    scored, sure = backtest.scored, settings.uncertainty
    whose = scored["student_id"]
    measured = _measuring(scored, settings)
    value = measured(np.arange(len(scored)))
    low, high = cluster_bootstrap(measured, whose, level=sure.level, resamples=sure.bootstrap, seed=sure.seed)
    told = pd.DataFrame({"method": [MODEL, CHALLENGER, DIFFERENCE]})
    for at, name in enumerate(_MEASURES):
        told[[name, f"{name}_low", f"{name}_high"]] = np.column_stack([value[:, at], low[:, at], high[:, at]])
    slopes = [calibration(scored[OUTCOME], _sane(scored[one]), level=sure.level, clusters=whose) for one in _COLUMNS]
    told[_SLOPE] = [*((one.slope, one.slope_low, one.slope_high) for one in slopes), (np.nan,) * 3]
    facts = _facts(backtest, told, settings)
    return Finding(
        key="model.challenger",
        table=told[
            ["method", *_with_ends("auc"), *_with_ends("log_loss"), "brier", *_SLOPE, *_with_ends("captured_share")]
        ],
        facts=facts,
        sentences=("sentence", *_verdict(told, facts), "stays"),
        caveats=(
            "model.not_tuned",
            *(("model.few_judged",) if scored[OUTCOME].sum() < settings.model.min_events else ()),
        ),
    )


def _measuring(scored: pd.DataFrame, settings: Settings) -> Callable[[NDArray[np.intp]], Floats]:
    """Return what measures both and their difference on some rows, shape (3, measures)."""
    gone = scored[OUTCOME].to_numpy(dtype=np.float64)
    areas = [Concordance(gone, scored[column], scored["as_of"]) for column in _COLUMNS]
    n, seed = settings.calling.calls_per_month, settings.uncertainty.seed
    parts = []
    for column in _COLUMNS:
        p, on_list = _sane(scored[column]), listed(scored, column, n, seed=seed).astype(float)
        loss = -np.log(np.where(gone > 0, p, 1 - p))
        parts.append(np.stack([loss, (p - gone) ** 2, on_list, on_list * gone, gone, np.ones(len(gone))]))

    def measured(rows: NDArray[np.intp]) -> Floats:
        weight = np.bincount(rows, minlength=len(scored))
        told = []
        for area, part in zip(areas, parts, strict=True):
            loss, square, called, found, left, n_rows = part @ weight
            shares = [found / called if called else np.nan, found / left if left else np.nan]
            told.append([area.share(weight), loss / n_rows, square / n_rows, *shares])
        return np.array([*told, np.subtract(told[1], told[0])], dtype=np.float64)

    return measured


def _sane(probability: pd.Series) -> Floats:
    return np.asarray(probability.clip(_SUREST, 1 - _SUREST), dtype=np.float64)


def _facts(backtest: Backtest, table: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    scored, n, seed = backtest.scored, settings.calling.calls_per_month, settings.uncertainty.seed
    gone = scored[OUTCOME].to_numpy(dtype=bool)
    lists = [listed(scored, column, n, seed=seed) for column in _COLUMNS]
    model, other = (int((on_list & gone).sum()) for on_list in lists)
    gap = table.iloc[2]
    called = int(lists[0].sum())
    return {
        "unit": settings.outcome.unit,
        "months": len(backtest.months),
        "first_month": backtest.months[0],
        "last_month": backtest.months[-1],
        "horizon_days": settings.outcome.horizon_days,
        "calls_per_month": n,
        "called": called,
        "model_found": model,
        "challenger_found": other,
        "more_found": abs(other - model),
        # A share of the called is a number of people: the lists are equally long.
        "more_low": called * float(gap["precision_rate_low"]),
        "more_high": called * float(gap["precision_rate_high"]),
        **{f"gain{end}": float(gap[f"auc{end}"]) for end in ("", "_low", "_high")},
    }


def _verdict(table: pd.DataFrame, facts: dict[str, Any]) -> tuple[str, str]:
    gap = table.iloc[2]
    better = [gap["auc_low"] > 0, gap["log_loss_high"] < 0]
    worse = [gap["auc_high"] < 0, gap["log_loss_low"] > 0]
    if any(better) and not any(worse):
        verdict = "better" if all(better) else "better_partly"
    else:
        verdict = "worse" if any(worse) and not any(better) else "alike"
    if facts["challenger_found"] == facts["model_found"]:
        return verdict, "as_many"
    return verdict, "more" if facts["challenger_found"] > facts["model_found"] else "fewer"
