"""How many answered, and what might those have said who did not?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from churnlab.stats.intervals import normal_quantile, wilson

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Response:
    """How many of those who were asked answered.

    Attributes
    ----------
    answered, asked : int
        People.
    rate, low, high : float
        Share who answered, and Wilson's interval; NaN where nobody was asked.
    """

    answered: int
    asked: int
    rate: float
    low: float
    high: float


def response_rate(answered: int, asked: int, *, level: float) -> Response:
    """Return the share who answered.

    A high rate is no proof of a fair picture and a low one no proof of a false one; `nonresponse_bounds` says what it
    leaves open.

    Parameters
    ----------
    answered, asked : int
        People; whoever was asked several times is one.
    level : float
        Coverage, between 0 and 1.

    References
    ----------
    Groves R M, Peytcheva E, Public Opin Q 2008;72:167–189: rate and bias hardly go together.
    """
    assert 0 <= answered <= asked, "more answers than asked"
    low, high = wilson(answered, asked, level)
    rate = answered / asked if asked else np.nan
    return Response(answered=answered, asked=asked, rate=rate, low=float(low), high=float(high))


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Between what a mean of all who were asked lies, whatever the silent would have said.

    Attributes
    ----------
    least, most : float
        The mean if all who did not answer had said the least, and the most, that is thought possible.
    low, high : float
        Interval of the mean of all: the bounds, and chance on top of them.
    answered_mean : float
        Mean of those who answered.
    answered, asked : int
        People.
    """

    least: float
    most: float
    low: float
    high: float
    answered_mean: float
    answered: int
    asked: int


def nonresponse_bounds(
    values: ArrayLike, asked: int, *, lowest: float, highest: float, shift: float | None = None, level: float
) -> Bounds:
    """Return between what the mean of all who were asked lies, answers of the silent being unknown.

    Without `shift` nothing is assumed: the silent may all have given the lowest answer, or all the highest. So of a
    share of 0–1, 60 % answering leaves 40 points open. With `shift` their mean differs by at most so much from that of
    those who answered: the bounds are then as good as that number, which is to be told with them. For the share of top
    boxes hand in 1 and 0 for each answer.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value of each who answered.
    asked : int
        How many were asked; at least n.
    lowest, highest : float
        Ends of the scale.
    shift : float, optional
        How far the mean of the silent may lie from that of those who answered, at least 0; beyond the ends of the scale
        it cannot.
    level : float
        Coverage of the mean of all, between 0 and 1.

    Returns
    -------
    Bounds
        NaN where nobody was asked; the whole scale where nobody answered.

    References
    ----------
    Manski C F, Partial Identification of Probability Distributions, 2003, chapter 1; Horowitz J L, Manski C F, J Am
    Stat Assoc 2000;95:77–84; interval: Imbens G W, Manski C F, Econometrica 2004;72:1845–1857, formulas 6 and 7.
    """
    given = np.asarray(values, dtype=float)
    n = len(given)
    assert n <= asked, "more answers than asked"
    assert shift is None or shift >= 0, shift
    assert ((given >= lowest) & (given <= highest)).all(), f"values lie between {lowest} and {highest}"
    nan = float("nan")
    if n == 0:
        ends = (float(lowest), float(highest)) if asked else (nan, nan)
        return Bounds(
            least=ends[0], most=ends[1], low=ends[0], high=ends[1], answered_mean=nan, answered=0, asked=asked
        )
    reach = highest - lowest if shift is None else shift
    (least, low_error), (most, high_error) = (_bound(given, asked, side * reach, (lowest, highest)) for side in (-1, 1))
    worst = max(low_error, high_error)
    times = _imbens_manski((most - least) / worst, level) if worst > 0 else 0.0
    return Bounds(
        least=least,
        most=most,
        low=max(least - times * low_error, lowest),
        high=min(most + times * high_error, highest),
        answered_mean=float(given.mean()),
        answered=n,
        asked=asked,
    )


@dataclass(frozen=True, kw_only=True)
class LateDifference:
    """What those who answered late said otherwise.

    Attributes
    ----------
    difference, low, high : float
        Mean of the late − mean of the early, with Welch's interval.
    p_value : float
        Of Welch's test, two-sided.
    early, late : int
        People.
    """

    difference: float
    low: float
    high: float
    p_value: float
    early: int
    late: int


def late_difference(values: ArrayLike, late: ArrayLike, *, level: float) -> LateDifference:
    """Compare those who answered late, or after a reminder, with those who did at once.

    A hint only: the silent are thought to be more like the late than like the early, which often does not hold. What
    it finds can serve as a `shift` to try in `nonresponse_bounds`; that it finds nothing proves nothing.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value of each who answered; NaN is left out.
    late : array_like of bool, shape (n,)
        Who answered late.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    LateDifference
        NaN with fewer than two of a kind, or where neither kind's answers differ.

    References
    ----------
    Armstrong J S, Overton T S, J Mark Res 1977;14:396–402; Welch B L, Biometrika 1947;34:28–35.
    """
    assert 0 < level < 1, level
    given, is_late = np.asarray(values, dtype=float), np.asarray(late, dtype=bool)
    there = ~np.isnan(given)
    groups = given[there & ~is_late], given[there & is_late]
    sizes = [len(group) for group in groups]
    nan = float("nan")
    difference = float(groups[1].mean() - groups[0].mean()) if min(sizes) else nan
    if min(sizes) < 2 or not any(np.ptp(group) > 0 for group in groups):
        return LateDifference(difference=difference, low=nan, high=nan, p_value=nan, early=sizes[0], late=sizes[1])
    parts = [float(group.var(ddof=1)) / len(group) for group in groups]
    error = float(np.sqrt(sum(parts)))
    df = sum(parts) ** 2 / sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    return LateDifference(
        difference=difference,
        low=difference - half,
        high=difference + half,
        p_value=float(2 * stats.t.sf(abs(difference) / error, df)),
        early=sizes[0],
        late=sizes[1],
    )


def _bound(given: Floats, asked: int, shift: float, scale: tuple[float, float]) -> tuple[float, float]:
    """Return the mean of all if that of the silent lies so far from that of the others, and its standard error."""
    n, mean = len(given), float(given.mean())
    silent = min(max(mean + shift, scale[0]), scale[1])
    moves = silent not in scale or shift == 0  # with those who answered; at an end of the scale it stands
    rate = n / asked
    # By how much each who was asked moves it: those who answered by their value, all by having answered or not.
    by_value = (given - mean) * (1 / rate if moves else 1.0)
    answering, not_answering = (mean - silent) * (1 - rate), -(mean - silent) * rate
    squares = float(((by_value + answering) ** 2).sum()) + (asked - n) * not_answering**2
    error = float(np.sqrt(squares / max(asked - 1, 1) / asked))
    return rate * mean + (1 - rate) * silent, error


def _imbens_manski(width: float, level: float) -> float:
    """Return how many errors beyond bounds that lie `width` errors apart hold each value between them."""

    def surplus(times: float) -> float:
        return float(stats.norm.cdf(times + width) - stats.norm.cdf(-times)) - level

    # Between a one-sided and a two-sided quantile.
    return float(optimize.brentq(surplus, 0.0, normal_quantile(level) + 1e-6))
