"""Did the months go on otherwise after the training than they would have gone on without?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.serial_correlation import durbin_watson, ljung_box
from churnlab.stats.serial_regression import SerialRegression, ar1_regression, contrasts, newey_west_regression

Floats = NDArray[np.float64]

FEWEST_BEFORE, FEWEST_AFTER = 8, 3
_SEASONS = 2  # with fewer, what is season and what the year brought cannot be told apart
_TERMS = ("level_before", "slope_before", "level_change", "slope_change")


@dataclass(frozen=True, kw_only=True, eq=False)
class InterruptedSeries:
    """What changed in a series at a date.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        Columns term, estimate, low, high, p_value; terms level_before (the level that the old line reaches at the
        start), slope_before (by period), level_change, slope_change. Season is left out.
    effects : pandas.DataFrame
        Columns periods_after, effect, low, high, p_value: level_change + slope_change × periods_after. NaN where the
        series ends earlier: what nobody saw is not told.
    mean_effect, mean_low, mean_high, mean_p_value : float
        The effect on average over all periods after the start.
    path : pandas.DataFrame
        A row a period, columns observed, fitted, counterfactual, low, high: the counterfactual is the line before with
        its season (on top of the comparison series where there is one), drawn on after the start; low and high hold
        the line, not the single month.
    rho : float
        Correlation of the error of a period with that of the period before; NaN with Newey–West errors.
    durbin_watson : float
        Of the residuals of least squares; near 2 of independent errors.
    ljung_box_p : float
        Of no correlation being left that the errors do not allow for; of the plain residuals with Newey–West errors. A
        small one says that the intervals are not to be trusted.
    freedom : int
        Points less coefficients.
    before, after : int
        Periods before the start, and from it on.
    """

    coefficients: pd.DataFrame
    effects: pd.DataFrame
    mean_effect: float
    mean_low: float
    mean_high: float
    mean_p_value: float
    path: pd.DataFrame
    rho: float
    durbin_watson: float
    ljung_box_p: float
    freedom: int
    before: int
    after: int


def interrupted_series(
    series: ArrayLike,
    *,
    start: int,
    level: float,
    gap: int = 0,
    after: Sequence[int] = (3, 6, 12),
    comparison: ArrayLike | None = None,
    season_length: int | None = None,
    fourier_pairs: int | None = None,
    errors: Literal["ar1", "newey_west"] = "ar1",
) -> InterruptedSeries:
    """Compare what came after a date with the line that the months before were on.

    A segmented regression: level and slope before, change of level and of slope at the start. Read it as an effect only
    where nothing else began at the same time: prices, a competitor, a new way of counting. A comparison series that
    all this would have touched as well, and the training not, takes such things out: the model is then of the
    difference. Do not trust it where the training was held because the last months were bad: they would have got
    better anyway. Nor where the line before is no line; the path is for looking at that.

    Errors are a first-order autoregression by default. Drawn 400 times with 24 months before, 12 after and a true
    correlation of 0.3, 95 % intervals held the effect in 97 of 100 series; with Newey–West errors, which are usual but
    made for long series, in 84. More, and shorter series, under `ar1_regression`.

    Parameters
    ----------
    series : array_like, shape (n,)
        By month or by week, evenly spaced, without gaps. A rate or a mean is best of about equal numbers each period.
    start : int
        Position of the first period after the start; leave out periods that lie in between.
    level : float
        Coverage of each interval, between 0 and 1.
    gap : int
        How many periods were left out in between: the line is carried on over them, and the season goes on. Errors are
        taken as if the months before and after stood side by side.
    after : sequence of int
        Periods after the start at which the effect is told, 0 for the jump at the start. With n periods after, n is
        the end of the last.
    comparison : array_like, shape (n,), optional
        What happened meanwhile where there was no training.
    season_length : int, optional
        Periods in a year, 12 or 52; no season by default. The series must then hold two years at least, and more than
        one before the start.
    fourier_pairs : int, optional
        Season by this many pairs of sine and cosine in place of an effect of each period of the year; with weeks, two
        or three.
    errors : {"ar1", "newey_west"}
        What is assumed of the errors.

    Returns
    -------
    InterruptedSeries
        Intervals are NaN where the line passes through every point, as of a series that never changes: nothing tells
        then how much it might.

    Raises
    ------
    ValueError
        With fewer than 8 periods before or 3 after, less than two years with a season or no more than one before the
        start, a gap, or more coefficients than points.

    References
    ----------
    Wagner A K et al., J Clin Pharm Ther 2002;27:299–309. Bernal J L, Cummins S, Gasparrini A, Int J Epidemiol
    2017;46:348–355 (season), 2018;47:2082–2093 (comparison series).
    """
    values = np.asarray(series, dtype=float)
    beside = np.zeros(len(values)) if comparison is None else np.asarray(comparison, dtype=float)
    assert len(beside) == len(values), "the comparison series has as many periods"
    _refuse_if_short(len(values), start, season_length)
    time = np.arange(len(values)) - start
    time[:start] -= gap
    design = np.column_stack([_line(time), _season(time, season_length, fourier_pairs)])
    fit = ar1_regression if errors == "ar1" else newey_west_regression
    regression = fit(design, values - beside)
    seen = len(values) - start
    average = _told(regression, _effect_rows([(seen - 1) / 2], design.shape[1]), level).iloc[0]
    return InterruptedSeries(
        coefficients=_told(regression, np.eye(len(_TERMS), design.shape[1]), level).assign(term=_TERMS)[
            ["term", "estimate", "low", "high", "p_value"]
        ],
        effects=_effects(regression, list(after), seen, level),
        mean_effect=float(average["estimate"]),
        mean_low=float(average["low"]),
        mean_high=float(average["high"]),
        mean_p_value=float(average["p_value"]),
        path=_path(regression, design, values, beside, level),
        rho=regression.rho,
        durbin_watson=durbin_watson(regression.residuals),
        ljung_box_p=ljung_box(regression.innovations, lags=max(1, min(10, len(values) // 5)))[1],
        freedom=regression.freedom,
        before=start,
        after=seen,
    )


def _refuse_if_short(n: int, start: int, season_length: int | None) -> None:
    if start < FEWEST_BEFORE:
        raise ValueError(
            f"{start} periods before the start; at least {FEWEST_BEFORE} are needed to see where the line was going."
        )
    if n - start < FEWEST_AFTER:
        raise ValueError(
            f"{max(n - start, 0)} periods after the start; at least {FEWEST_AFTER} are needed to tell a jump, a change "
            "of slope and a good month apart."
        )
    if season_length is not None and n < _SEASONS * season_length:
        raise ValueError(
            f"{n} periods are less than {_SEASONS} years of {season_length}: what is season and what the training "
            "cannot be told apart. Leave the season out, and say so."
        )
    if season_length is not None and start <= season_length:
        raise ValueError(
            f"{start} periods before the start: with a season of {season_length} none comes twice before it, and the "
            "slope cannot be told from the season. Leave the season out, and say so."
        )


def _line(time: NDArray[np.int64]) -> Floats:
    later = (time >= 0).astype(float)
    return np.column_stack([np.ones(len(time)), time, later, later * time])


def _season(time: NDArray[np.int64], length: int | None, pairs: int | None) -> Floats:
    """Return columns whose sum over a year is 0, so that the level is that of a mean month."""
    if length is None:
        return np.empty((len(time), 0))
    at = time % length
    if pairs is None:
        shown = np.eye(length)[at]
        return shown[:, :-1] - shown[:, [-1]]
    assert 1 <= pairs < length / 2, pairs
    turns = 2 * np.pi * np.outer(at, np.arange(1, pairs + 1)) / length
    return np.hstack([np.sin(turns), np.cos(turns)])


def _effect_rows(periods: Sequence[float], columns: int) -> Floats:
    rows = np.zeros((len(periods), columns))
    rows[:, _TERMS.index("level_change")] = 1
    rows[:, _TERMS.index("slope_change")] = periods
    return rows


def _told(regression: SerialRegression, rows: Floats, level: float) -> pd.DataFrame:
    said = contrasts(regression, rows, level=level)
    return pd.DataFrame({"estimate": said.estimate, "low": said.low, "high": said.high, "p_value": said.p_value})


def _effects(regression: SerialRegression, periods: list[int], seen: int, level: float) -> pd.DataFrame:
    columns = regression.coefficients.shape[1]
    told = _told(regression, _effect_rows(periods, columns), level)
    told.loc[np.array(periods) > seen] = np.nan
    told.insert(0, "periods_after", periods)
    return told.rename(columns={"estimate": "effect"})


def _path(regression: SerialRegression, design: Floats, values: Floats, beside: Floats, level: float) -> pd.DataFrame:
    unchanged = design.copy()
    unchanged[:, [_TERMS.index("level_change"), _TERMS.index("slope_change")]] = 0
    told = _told(regression, unchanged, level)
    return pd.DataFrame(
        {
            "observed": values,
            "fitted": beside + design @ (regression.weights @ regression.coefficients),
            "counterfactual": beside + told["estimate"],
            "low": beside + told["low"],
            "high": beside + told["high"],
        }
    )
