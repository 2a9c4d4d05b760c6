"""How much of what could be learned was learned, did it stay, and how much would have come by chance?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A ratio of two means of the same people.

    Attributes
    ----------
    n, incomplete : int
        People with all scores, and people without.
    ratio : float
        Of the means; NaN where the mean below the line is 0.
    low, high : float
        Fieller's interval; infinite on both sides where it has no ends, NaN with fewer than two people.
    bounded : bool
        Whether the interval has ends. It has none where the mean below the line may well be 0.
    gap_low, gap_high : float
        Between these no ratio agrees with the data though the interval has no ends; else NaN.
    """

    n: int
    incomplete: int
    ratio: float
    low: float
    high: float
    bounded: bool
    gap_low: float
    gap_high: float


def ratio_of_means(above: ArrayLike, below: ArrayLike, *, level: float) -> Ratio:
    """Return the ratio of two means of the same people with Fieller's interval.

    The interval holds all ratios r for which the t test does not tell the mean of above − r · below from 0. So it is
    exact where both are normal, and it says openly when the data allow any ratio at all.

    Parameters
    ----------
    above, below : array_like, shape (n,)
        A row a person; NaN where something is missing. Such people are counted and left out.
    level : float
        Coverage, between 0 and 1.

    References
    ----------
    Fieller E C, J R Stat Soc B 1954;16:175–185; the three shapes: Franz V H, Ratios: a short guide to confidence limits
    and proper use, 2007, arXiv:0710.2024.
    """
    assert 0 < level < 1, level
    (a, b), incomplete = _complete(above, below)
    n, nan = len(a), float("nan")
    ratio = float(a.mean() / b.mean()) if n and b.mean() != 0 else nan
    if n < 2 or not b.any():
        return Ratio(
            n=n, incomplete=incomplete, ratio=ratio, low=nan, high=nan, bounded=False, gap_low=nan, gap_high=nan
        )
    spread = np.cov(a, b) / n * stats.t.ppf((1 + level) / 2, n - 1) ** 2
    # The ratios r with (mean of a − r b)² ≤ t² · variance of it: a quadratic in r.
    square = float(b.mean() ** 2 - spread[1, 1])
    linear = float(a.mean() * b.mean() - spread[0, 1])
    rest = float(a.mean() ** 2 - spread[0, 0])
    inside = linear**2 - square * rest
    ends = sorted((linear + side * np.sqrt(max(inside, 0.0))) / square for side in (-1, 1)) if square else [nan, nan]
    bounded, split = square > 0, square < 0 and inside > 0
    return Ratio(
        n=n,
        incomplete=incomplete,
        ratio=ratio,
        low=float(ends[0]) if bounded else -np.inf,
        high=float(ends[1]) if bounded else np.inf,
        bounded=bounded,
        gap_low=float(ends[0]) if split else nan,
        gap_high=float(ends[1]) if split else nan,
    )


def retention(before: ArrayLike, after: ArrayLike, delayed: ArrayLike, *, level: float) -> Ratio:
    """Return the share of what was learned that is still there at a later test: (delayed − before) / (after − before).

    Of means, not of single people: where one learned next to nothing, his own share says nothing and would rule a mean
    of shares. Above 1 they went on learning. Where it is not sure that anything was learned, the interval has no ends.

    Parameters
    ----------
    before, after, delayed : array_like, shape (n,)
        A row a person; NaN where a score is missing. Who misses the later test is often not like the others.
    level : float
        Coverage, between 0 and 1.

    References
    ----------
    Those of `ratio_of_means`.
    """
    (first, second, third), incomplete = _complete(before, after, delayed)
    found = ratio_of_means(third - first, second - first, level=level)
    return Ratio(**{**vars(found), "incomplete": incomplete})


@dataclass(frozen=True, kw_only=True)
class NormalisedGain:
    """What was learned of what could still be learned.

    Attributes
    ----------
    gain, low, high : float
        Hake's, of the means: (after − before) / (highest − before), with Fieller's interval.
    bounded : bool
        Whether the interval has ends.
    single : float
        Mean of the people's own gains, of those who could still gain.
    at_top : int
        People with the highest score before: they have no gain of their own.
    change, change_low, change_high : float
        Marx and Cummings' normalised change, its mean over people and t interval.
    n, incomplete : int
        People with both scores, and people without.
    """

    gain: float
    low: float
    high: float
    bounded: bool
    single: float
    at_top: int
    change: float
    change_low: float
    change_high: float
    n: int
    incomplete: int


def normalised_gain(
    before: ArrayLike, after: ArrayLike, *, highest: float, lowest: float = 0.0, level: float
) -> NormalisedGain:
    """Return Hake's normalised gain of a class, and two means over people beside it.

    Below 0.3 is low, from 0.7 high, in physics courses of a term: 14 traditional courses had 0.23 on average, 48 with
    active learners 0.48, each course counted by its means. Read `gain`. `single` is pulled far down by people who were
    near the top and lost a point; `change` divides a loss by what there was to lose, and stays within −1 and 1. The
    gain is no less confounded than the difference is: it favours classes that knew more before.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        A row a person; NaN where a score is missing.
    highest, lowest : float
        Best and worst possible score.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    NormalisedGain
        NaN where everybody was at the top before, or nobody has both scores.

    References
    ----------
    Hake R R, Am J Phys 1998;66:64–74; Marx J D, Cummings K, Am J Phys 2007;75:87–91; Coletta V P, Steinert J J, Phys
    Rev Phys Educ Res 2020;16:010108, on what the gain favours.
    """
    (first, second), incomplete = _complete(before, after)
    scores = np.concatenate([first, second])
    assert ((scores >= lowest) & (scores <= highest)).all(), f"scores lie between {lowest} and {highest}"
    room, rest = highest - first, highest - second
    missed = ratio_of_means(rest, room, level=level)  # the gain is 1 − what is still missed of what was missed
    could, rose, fell = room > 0, second > first, second < first
    ends = ((first == lowest) | (first == highest)) & (first == second)
    change = np.divide(second - first, room, out=np.zeros_like(room), where=rose)
    change += np.divide(second - first, first - lowest, out=np.zeros_like(room), where=fell)
    change = change[~ends]
    middle = float(change.mean()) if len(change) else np.nan
    half = np.nan
    if len(change) > 1:
        half = float(stats.t.ppf((1 + level) / 2, len(change) - 1) * stats.sem(change))
    return NormalisedGain(
        gain=1 - missed.ratio,
        low=1 - missed.high,
        high=1 - missed.low,
        bounded=missed.bounded,
        single=float(((second - first)[could] / room[could]).mean()) if could.any() else np.nan,
        at_top=int((~could).sum()),
        change=middle,
        change_low=middle - half,
        change_high=middle + half,
        n=len(first),
        incomplete=incomplete,
    )


@dataclass(frozen=True, kw_only=True)
class ByRegression:
    """What happens to people chosen for low scores if nothing is done.

    Attributes
    ----------
    share : float
        Of all that score below the cut-off.
    first, second : float
        Their mean score when they are chosen, and the one to expect at a second test.
    gain : float
        Second − first: no training made it.
    """

    share: float
    first: float
    second: float
    gain: float


def expected_by_regression(mean: float, sd: float, reliability: float, cutoff: float) -> ByRegression:
    """Return by how much people chosen for scores below a cut-off gain by regression to the mean alone.

    Compare the gain of trainees who were chosen so with it: what does not exceed it is no sign of learning. It takes
    scores as normal and the two tests as equally hard; take `mean` and `sd` of all who were tested, not of the chosen.

    Parameters
    ----------
    mean, sd : float
        Of the scores of all, in points.
    reliability : float
        Correlation of two tests of the same people with no training between, 0–1.
    cutoff : float
        Who scored below was chosen, in points.

    References
    ----------
    Davis C E, Am J Epidemiol 1976;104:493–498; Barnett A G, van der Pols J C, Dobson A J, Int J Epidemiol
    2005;34:215–220, formula 1.
    """
    assert sd > 0, sd
    assert 0 <= reliability <= 1, reliability
    z = (cutoff - mean) / sd
    # Logarithms: far below the mean both density and share are too small to divide.
    below = sd * float(np.exp(stats.norm.logpdf(z) - special.log_ndtr(z)))
    return ByRegression(
        share=float(special.ndtr(z)),
        first=mean - below,
        second=mean - reliability * below,
        gain=(1 - reliability) * below,
    )


def toward_the_mean(mean: float, first: float, reliability: float) -> float:
    """Return by how much people with a mean score of `first` gain by regression to the mean alone.

    For a group chosen by its scores in whatever way, where `expected_by_regression` wants one cut-off. Chosen by other
    signs of ability too, they gain less: what is returned is then the most that chance explains.

    Parameters
    ----------
    mean, first : float
        Mean score of all who were tested, and of the chosen, in points.
    reliability : float
        Correlation of two tests of the same people with no training between, 0–1.

    References
    ----------
    Kelley T L, Fundamentals of Statistics, 1947, p. 409: the true score is expected at mean + reliability · (score −
    mean).
    """
    assert 0 <= reliability <= 1, reliability
    return (1 - reliability) * (mean - first)


def _complete(*columns: ArrayLike) -> tuple[list[Floats], int]:
    """Return the rows without a gap, column by column, and how many had one."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    assert len({array.shape for array in arrays}) == 1, "all scores are of the same people"
    assert not np.isinf(arrays).any(), "scores are finite"
    full = ~np.isnan(arrays).any(axis=0)
    return [array[full] for array in arrays], int((~full).sum())
