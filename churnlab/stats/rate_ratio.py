"""By what factor did the rate at which something happens change, as against the same people before?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
# Newton needs some eight steps; a fit that needs this many climbs for ever.
_STEPS = 60
# A column of which less than this share is its own says what others say.
_COPY = 1e-8


@dataclass(frozen=True, kw_only=True)
class RateRatio:
    """A ratio of rates; NaN where it is not known.

    Attributes
    ----------
    ratio, low, high : float
        Above 1: more often. A side that the data leave open is 0 or infinite.
    error : float
        Standard error of the logarithm; NaN of an exact interval.
    p_value : float
        Two-sided, of a ratio of 1.
    clusters : int
        People, or groups, that tell of it: with time under both conditions and at least one event; 0 of an exact
        interval.
    """

    ratio: float
    low: float
    high: float
    error: float
    p_value: float
    clusters: int


def exact_rate_ratio(events: tuple[int, int], exposure: tuple[float, float], *, level: float) -> RateRatio:
    """Compare two rates of independent events by the exact conditional test.

    Given all events together, those of the second are binomial with a chance that hangs on the ratio and the exposures
    alone. It holds at least its level; do not trust it where events come in clusters, or some people have most.

    Parameters
    ----------
    events : (int, int)
        Counts of the first (what is compared with) and the second.
    exposure : (float, float)
        Their times at risk, in one unit, above 0.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    RateRatio
        Second over first. Without any event nothing is known: the interval is 0 to infinity.

    References
    ----------
    Przyborowski J, Wilenski H, Biometrika 1940;31:313–323; limits: Clopper C J, Pearson E S, Biometrika
    1934;26:404–413; the two-sided p-value adds all outcomes no likelier than what was seen, as R's `poisson.test`.
    """
    assert min(exposure) > 0, exposure
    assert 0 < level < 1, level
    first, second = events
    total = first + second
    if total == 0:
        return RateRatio(ratio=np.nan, low=0.0, high=np.inf, error=np.nan, p_value=1.0, clusters=0)
    found = stats.binomtest(second, total, exposure[1] / sum(exposure))
    share = found.proportion_ci(confidence_level=level, method="exact")
    times = exposure[0] / exposure[1]
    low, high, ratio = (
        np.inf if end == 1 else float(end / (1 - end) * times) for end in (share.low, share.high, second / total)
    )
    return RateRatio(ratio=ratio, low=low, high=high, error=np.nan, p_value=float(found.pvalue), clusters=0)


def within_people(
    events: ArrayLike,
    exposure: ArrayLike,
    design: pd.DataFrame,
    people: ArrayLike,
    *,
    level: float,
    clusters: ArrayLike | None = None,
) -> RateRatio:
    """Compare the rates of the same people under two conditions, whatever the rate each has of her own.

    Poisson, with a level for each person, by conditional likelihood: given how many events a person had, how they fall
    over her rows. People without events, or always under one condition, tell nothing of the ratio, as they should.
    Other columns (periods, so that what changed for all is taken out) are fitted along; those that say what others say
    are left out. The error is the larger of the likelihood's and the sandwich's by persons (times g / (g − 1), of g
    persons, with t of g − 1 degrees of freedom), so events that come in clusters make it wider and chance never makes
    it narrower than Poisson. Below some ten persons it is rough.

    Parameters
    ----------
    events, exposure : array_like, shape (n,)
        Counts, and time at risk in one unit; rows without time are left out.
    design : pandas.DataFrame, shape (n, p)
        First the condition (0 or 1, or how much of it), whose ratio is told; then what is to be held fixed.
    people : array_like, shape (n,)
        Whose row it is.
    level : float
        Coverage, between 0 and 1.
    clusters : array_like, shape (n,), optional
        Groups of people whose events come together, as of one campus; the same in all rows of a person. Default: each
        person is her own. They then stand where persons stand in the error.

    Returns
    -------
    RateRatio
        NaN where nobody has events and time under both conditions, where the other columns say all that the condition
        does, or where all events lie under one condition.

    References
    ----------
    Hausman J, Hall B H, Griliches Z, Econometrica 1984;52:909–938 (conditional likelihood); Whitaker H J and others,
    Stat Med 2006;25:1768–1797 (as a self-controlled case series); Wooldridge J M, J Econometrics 1999;90:77–97 (robust
    errors).
    """
    count, time = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    columns, codes = design.to_numpy(dtype=float), pd.factorize(np.asarray(people))[0]
    had = np.bincount(codes, weights=count * (time > 0))
    use = (time > 0) & (had[codes] > 0)
    count, offset, columns = count[use], np.log(time[use]), columns[use]
    codes = pd.factorize(codes[use])[0]
    groups = codes if clusters is None else pd.factorize(np.asarray(clusters)[use])[0]
    unknown = RateRatio(ratio=np.nan, low=np.nan, high=np.nan, error=np.nan, p_value=np.nan, clusters=0)
    kept = _own(columns, codes, np.exp(offset))
    if not kept or kept[0] != 0:
        return unknown
    fitted = _climb(count, offset, columns[:, kept], codes, groups)
    telling = _telling(columns[:, 0], codes, groups)
    if fitted is None or telling < 2:
        return unknown
    beta, errors = fitted
    error = max(errors[0], errors[1] * np.sqrt(telling / (telling - 1)))
    half = float(stats.t.ppf((1 + level) / 2, telling - 1)) * error
    return RateRatio(
        ratio=float(np.exp(beta)),
        low=float(np.exp(beta - half)),
        high=float(np.exp(beta + half)),
        error=float(error),
        p_value=float(2 * stats.t.sf(abs(beta) / error, telling - 1)),
        clusters=telling,
    )


def _telling(condition: Floats, codes: NDArray[np.intp], groups: NDArray[np.intp]) -> int:
    parts = pd.Series(condition).groupby(codes)
    varies = parts.transform("max") > parts.transform("min")
    return len(np.unique(groups[varies]))


def _own(columns: Floats, codes: NDArray[np.intp], weight: Floats) -> list[int]:
    """Return the columns that vary within persons, and not only as the condition or earlier columns do."""
    within = _less_mean(columns, codes, weight)
    size = np.sqrt((weight[:, None] * columns**2).sum(axis=0))
    order = [*range(1, columns.shape[1]), 0]  # the condition last: what the others say is not its own
    kept: list[int] = []
    basis: list[Floats] = []
    for column in order:
        rest = np.sqrt(weight) * within[:, column]
        for direction in basis:
            rest = rest - direction * (direction @ rest)
        length = float(np.linalg.norm(rest))
        if length > _COPY * max(float(size[column]), 1e-300):
            basis.append(rest / length)
            kept.append(column)
    return sorted(kept)


def _less_mean(columns: Floats, codes: NDArray[np.intp], weight: Floats) -> Floats:
    total = np.bincount(codes, weights=weight)
    mean = np.column_stack([np.bincount(codes, weights=weight * column) / total for column in columns.T])
    return np.asarray(columns - mean[codes])


def _climb(
    count: Floats, offset: Floats, columns: Floats, codes: NDArray[np.intp], groups: NDArray[np.intp]
) -> tuple[float, tuple[float, float]] | None:
    """Return the logarithm of the first ratio, its error by likelihood and by groups; None if there is no top."""
    beta, had = np.zeros(columns.shape[1]), np.bincount(codes, weights=count)
    for _ in range(_STEPS):
        raw = np.exp(offset + columns @ beta)
        expected = had[codes] * raw / np.bincount(codes, weights=raw)[codes]
        centred = _less_mean(columns, codes, expected)
        information = centred.T @ (centred * expected[:, None])
        if np.linalg.cond(information) > 1 / _COPY:
            return None
        step = np.linalg.solve(information, columns.T @ (count - expected))
        if np.abs(step).max() < 1e-9:
            break
        beta = beta + np.clip(step, -2, 2)
        if np.abs(beta).max() > 15:
            return None
    else:
        return None
    inverse = np.linalg.inv(information)
    rows = columns * (count - expected)[:, None]
    scores = np.column_stack([np.bincount(groups, weights=row) for row in rows.T])
    robust = inverse @ (scores.T @ scores) @ inverse
    return float(beta[0]), (float(np.sqrt(inverse[0, 0])), float(np.sqrt(robust[0, 0])))
