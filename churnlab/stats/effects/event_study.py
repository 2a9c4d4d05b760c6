"""When did the treated part from the others: only after the start, or before?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import f, ncf

from churnlab.stats.effects.difference_in_differences import less_mean
from churnlab.stats.effects.regression import least_squares

Floats = NDArray[np.float64]

# A noncentrality from which on the power is 1 to all digits that matter, and the distribution is not computed well.
_FAR = 1e4
# Beyond this condition a covariance is of fewer effects than it has rows, but for rounding.
_SINGULAR = 1e12


@dataclass(frozen=True, kw_only=True, eq=False)
class EventStudy:
    """How far the treated were from the others, period by period, with what the periods before can tell.

    Attributes
    ----------
    effects : pandas.DataFrame
        A row for each period before and after the start: `event_time` (0 is the first period treated; −1, the last
        before, is what all others are measured from), `effect`, `error`, `degrees_of_freedom`, `low`, `high`, and
        `units`, how many treated have a row there. At −1 the effect is 0 and has no error.
    mean_effect : float
        Mean of the effects from 0 on.
    pre_trend_p : float
        That the effects before −1 are all 0; NaN where there are none, or too few clusters to test so many at once.
    pre_trend_power : float
        How probably that test, at 1 − level, finds a straight trend that alone would make up the mean effect; NaN where
        there is no test, or two clusters too few to say.
    slope_as_large : float
        That trend, in units of the outcome a period.
    before : numpy.ndarray, shape (leads,)
        The event times that were tested.
    before_covariance : numpy.ndarray, shape (leads, leads)
        Of their effects.
    before_degrees_of_freedom : float
        The smallest of theirs.
    level : float
        Coverage of the intervals.
    """

    effects: pd.DataFrame
    mean_effect: float
    pre_trend_p: float
    pre_trend_power: float
    slope_as_large: float
    before: Floats
    before_covariance: Floats
    before_degrees_of_freedom: float
    level: float


def event_study(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    start: str,
    leads: int,
    lags: int,
    level: float,
    clusters: str | None = None,
) -> EventStudy:
    """Estimate the distance of treated and others for each period about the start, from the last period before it.

    Errors are by clusters, CR2 with Satterthwaite's degrees of freedom; each interval is for its own period. That no
    trend was found before the start is worth only what the test could have found: read `pre_trend_p` beside
    `pre_trend_power`. With a power below some 0.8, "no trend before" says little; and an effect that is reported only
    because the test passed is further from the truth than one that was not tested. Where units start at different times
    and the effect grows with time, periods before mix with periods after: ask `group_time_effects` then.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per unit and period. Rows of treated units outside of the window are left out.
    unit, period, outcome : str
        Columns: whose row, of when (whole numbers, one apart), how much (finite).
    start : str
        Column: the unit's first period treated, in all its rows; NaN if never.
    leads : int
        How many periods before the start, at least 1; the last of them is the base.
    lags : int
        How many periods after the first treated one, at least 0.
    level : float
        Coverage of each interval, between 0 and 1; 1 − level is the level of the test.
    clusters : str, optional
        Column of what units belong to; default: each unit by itself.

    Raises
    ------
    ValueError
        Where fewer than two clusters have treated units, or others; where a unit has two rows of a period, or starts
        twice; where no treated unit has a row at −1, or at 0 or later; where the outcome is not finite.

    References
    ----------
    Roth J, American Economic Review: Insights 2022;4:305–322 (what the test of a trend can find, and what passing it
    does). The test: Hotelling's T² with the smallest of Satterthwaite's degrees of freedom, after Pustejovsky J E,
    Tipton E, J Bus Econ Stat 2018;36:672–683, section 4. Different starts: Sun L, Abraham S, J Econometrics 2021;225:
    175–199.
    """
    assert leads >= 1, leads
    assert lags >= 0, lags
    rows = _window(panel, unit, period, start, leads, lags, clusters)
    times = np.unique(rows["event_time"].dropna())
    shown = times[times != -1]
    columns = pd.DataFrame({f"at {time:+.0f}": (rows["event_time"] == time).astype(float) for time in shown})
    dummies = pd.get_dummies(rows[period], dtype=float, drop_first=True).add_prefix("period ")
    fit = least_squares(
        less_mean(rows[outcome].to_numpy(dtype=float), rows[unit]),
        pd.concat([columns, dummies], axis=1).apply(lambda column: less_mean(column, rows[unit])),
        variance="cr2",
        clusters=rows[clusters or unit],
    )
    low, high = fit.interval(level)
    found = pd.DataFrame({
        "effect": fit.coefficients,
        "error": fit.standard_errors,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "low": low,
        "high": high,
    })[: len(shown)].set_axis(shown)  # fmt: skip
    effects = found.reindex(times).rename_axis("event_time").fillna({"effect": 0.0}).reset_index()
    units = rows.groupby("event_time")[unit].nunique()
    return _told(effects.assign(units=units.to_numpy()), fit.covariance, level)


def detectable_slope(study: EventStudy, *, power: float) -> float:
    """Return the straight trend before the start that the test would find with this probability.

    A trend up to this could be there unseen: over h periods it makes up h times this of an effect.

    Parameters
    ----------
    study : EventStudy
        As `event_study` returns it.
    power : float
        Between 1 − level and 1, as 0.8.

    Returns
    -------
    float
        In units of the outcome a period, above 0; NaN where `pre_trend_power` is.

    References
    ----------
    Roth J, American Economic Review: Insights 2022;4:305–322.
    """
    assert 1 - study.level < power < 1, power
    if not np.isfinite(study.pre_trend_power):
        return np.nan

    def short(slope: float) -> float:
        trend = slope * (study.before + 1)
        return _power(trend, study.before_covariance, study.before_degrees_of_freedom, study.level) - power

    steep = float(np.sqrt(np.diag(study.before_covariance).clip(min=0)).min())
    ends = short(0.0), short(steep)
    while ends[1] < 0 < steep:
        steep *= 2
        ends = ends[0], short(steep)
    # Where nothing scatters before but by rounding, no number is left to tell a slope by.
    if not steep > 0 or not ends[0] < 0 <= ends[1]:
        return np.nan
    # In shares of the steepest: next to 0 the search would divide 0 by 0.
    return steep * float(brentq(lambda share: short(share * steep), 0.0, 1.0, xtol=1e-9))


def _window(
    panel: pd.DataFrame, unit: str, period: str, start: str, leads: int, lags: int, clusters: str | None
) -> pd.DataFrame:
    if panel.duplicated([unit, period]).any():
        raise ValueError("a unit has two rows of one period")
    for column in filter(None, (start, clusters)):
        if panel.groupby(unit, observed=True)[column].nunique(dropna=False).gt(1).any():
            raise ValueError(f"{column} is not the same in all rows of one unit")
    event_time = (panel[period] - panel[start]).astype(float)
    rows = panel.assign(event_time=event_time)[event_time.isna() | event_time.between(-leads, lags)]
    treated = rows["event_time"].notna()
    sides = [rows.loc[side, clusters or unit].nunique() for side in (treated, ~treated)]
    if min(sides) < 2:
        raise ValueError(f"clusters treated: {sides[0]}, others: {sides[1]}; at least two of each are needed")
    if not ((rows["event_time"] == -1).any() and (rows["event_time"] >= 0).any()):
        raise ValueError("no treated unit has a row in the last period before the start, or none from the start on")
    return rows


def _told(effects: pd.DataFrame, covariance: Floats, level: float) -> EventStudy:
    early, late = effects[effects["event_time"] < -1], effects[effects["event_time"] >= 0]
    before, many = early["event_time"].to_numpy(), len(early)
    # A trend of this slope is, on the mean of the periods after, as large as what was found.
    slope = float(late["effect"].mean() / (late["event_time"] + 1).mean())
    freedom = float(early["degrees_of_freedom"].min()) if many else np.nan
    inner = covariance[:many, :many]
    return EventStudy(
        effects=effects,
        mean_effect=float(late["effect"].mean()),
        pre_trend_p=_p_value(early["effect"].to_numpy(), inner, freedom),
        pre_trend_power=_power(slope * (before + 1), inner, freedom, level),
        slope_as_large=slope,
        before=before,
        before_covariance=inner,
        before_degrees_of_freedom=freedom,
        level=level,
    )


def _can_test(covariance: Floats, freedom: float) -> bool:
    if not (len(covariance) > 0 and bool(np.isfinite(covariance).all()) and freedom > len(covariance) - 1):
        return False
    # Months in which nobody differed have no spread: there is nothing to hold their effects against.
    return bool(np.linalg.cond(covariance) < _SINGULAR)


def _p_value(effects: Floats, covariance: Floats, freedom: float) -> float:
    """Return Hotelling's p-value of all being 0."""
    if not _can_test(covariance, freedom):
        return np.nan
    many, rest = len(effects), freedom - len(effects) + 1
    wald = effects @ np.linalg.solve(covariance, effects)
    return float(f.sf(wald * rest / (freedom * many), many, rest))


def _power(truth: Floats, covariance: Floats, freedom: float, level: float) -> float:
    """Return how probably Hotelling's test refuses if the effects truly are these; NaN of too few clusters to say."""
    if not (_can_test(covariance, freedom) and freedom > len(truth) + 1):
        return np.nan
    many, rest = len(truth), freedom - len(truth) + 1
    # The inverse of an estimated covariance is too large, by this on the mean.
    apart = min(float(truth @ np.linalg.solve(covariance, truth)) * (rest - 2) / freedom, _FAR)
    return float(ncf.sf(f.ppf(level, many, rest), many, rest, apart))
