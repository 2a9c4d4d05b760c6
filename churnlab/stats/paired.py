"""Do the same people score higher after than before, and by how much?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from churnlab.stats.intervals import normal_quantile, wilson

Floats = NDArray[np.float64]

# The signed ranks' distribution is counted out up to so many people; with more the normal one is as good.
_COUNTED_OUT = 200
# Differences nearer to each other than this share of the largest score are ties that rounding pulled apart.
_TIED = 1e-12


@dataclass(frozen=True, kw_only=True)
class PairedDifference:
    """What changed in people who were measured twice; NaN where there are too few of them, or none differs.

    Attributes
    ----------
    n, incomplete : int
        People with both scores, and with only one or none.
    before, after : float
        Mean scores of those with both.
    mean, low, high, standard_error : float
        Mean of after − before, its t interval and error, in points.
    t, p_value : float
        Of the paired t test against no change, two-sided.
    dz, dz_low, dz_high : float
        Mean over the standard deviation of the differences.
    dav, dav_low, dav_high : float
        Mean over the root of the mean variance of before and after.
    gav : float
        `dav` with Hedges' correction: nearly without bias.
    improved, improved_low, improved_high : float
        Share with a higher score after than before, and Wilson's interval.
    correlation : float
        Of before and after.
    """

    n: int
    incomplete: int
    before: float
    after: float
    mean: float
    low: float
    high: float
    standard_error: float
    t: float
    p_value: float
    dz: float
    dz_low: float
    dz_high: float
    dav: float
    dav_low: float
    dav_high: float
    gav: float
    improved: float
    improved_low: float
    improved_high: float
    correlation: float


def paired_difference(before: ArrayLike, after: ArrayLike, *, level: float) -> PairedDifference:
    """Compare two scores of the same people: points, standardised, and how many rose.

    Read `mean` first: it is in points. `dav` is what compares with other trainings and with the effect sizes of the
    literature; `dz` only tells how sure the change is, and grows with the correlation of the two tests however small
    the change. None of the three is an effect of the training: without a comparison group, what people would have
    learned anyway, the practice that the first test gave and the way back to the mean are all in it. Do not trust the
    t interval with fewer than some 15 people and skew scores; take `signed_rank` then.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        A row a person; NaN where a score is missing. Such people are counted and left out.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    PairedDifference
        Errors, tests and standardised differences are NaN with fewer than two people, or where all changed by the same
        amount. `dav_low` and `dav_high` take both scores as normal.

    References
    ----------
    Standardised differences: Lakens D, Front Psychol 2013;4:863; Cumming G, Understanding the New Statistics, 2012,
    chapter 11 (`dav` has his root of the mean variance). Interval of `dz` by the noncentral t distribution: Cumming G,
    Finch S, Educ Psychol Meas 2001;61:532–574. Interval of `dav`: Bonett D G, Psychol Methods 2008;13:99–109, the
    contrast of two paired means. Correction: Hedges L V, J Educ Stat 1981;6:107–128, with the degrees of freedom of a
    mean of two correlated variances, Cousineau D, Quant Methods Psychol 2020;16:418–421.
    """
    first, second, incomplete = _pairs(before, after)
    n, change = len(first), second - first
    nan = float("nan")
    rose = int((change > 0).sum())
    share_low, share_high = wilson(rose, n, level)
    spread = float(change.std(ddof=1)) if n > 1 else nan
    if spread <= _rounding(first, second):
        spread = nan
    mean = float(change.mean()) if n else nan
    error = spread / np.sqrt(n) if n else nan
    half = float(stats.t.ppf((1 + level) / 2, max(n - 1, 1))) * error
    t = mean / error
    dz_low, dz_high = _noncentral(t, n - 1, level) if np.isfinite(t) else (nan, nan)
    dav, dav_error, gav, correlation = _standardised(first, second, spread)
    dav_half = normal_quantile(level) * dav_error
    return PairedDifference(
        n=n,
        incomplete=incomplete,
        before=float(first.mean()) if n else nan,
        after=float(second.mean()) if n else nan,
        mean=mean,
        low=mean - half,
        high=mean + half,
        standard_error=error,
        t=t,
        p_value=float(2 * stats.t.sf(abs(t), max(n - 1, 1))),
        dz=mean / spread,
        dz_low=dz_low / np.sqrt(max(n, 1)),
        dz_high=dz_high / np.sqrt(max(n, 1)),
        dav=dav,
        dav_low=dav - dav_half,
        dav_high=dav + dav_half,
        gav=gav,
        improved=rose / n if n else nan,
        improved_low=float(share_low),
        improved_high=float(share_high),
        correlation=correlation,
    )


@dataclass(frozen=True, kw_only=True)
class SignedRank:
    """The signed-rank test and the shift that goes with it.

    Attributes
    ----------
    n, unchanged, incomplete : int
        People with both scores, those of them whose scores are equal, and people without both.
    shift : float
        Hodges and Lehmann's: the median of the means of every two differences, each also with itself.
    low, high : float
        Its interval; infinite where so few people cannot give one of this level.
    p_value : float
        Two-sided, over all ways to give the differences their signs; those that are 0 are left out.
    """

    n: int
    unchanged: int
    incomplete: int
    shift: float
    low: float
    high: float
    p_value: float


def signed_rank(before: ArrayLike, after: ArrayLike, *, level: float) -> SignedRank:
    """Test and estimate a shift of paired scores by their ranks: for few people, skew scores or outliers.

    It needs no normal distribution, only differences that lie symmetrically about the shift. Exact up to 200 people,
    by the normal distribution with more. With ties and differences of 0, as scores in whole points have, the interval
    holds at least its level and the test is exact for the differences that were seen.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        A row a person; NaN where a score is missing.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    SignedRank
        NaN of nobody; `p_value` is 1 where no score changed.

    References
    ----------
    Wilcoxon F, Biometrics Bull 1945;1:80–83; Hodges J L, Lehmann E L, Ann Math Stat 1963;34:598–611; Hollander M,
    Wolfe D A, Chicken E, Nonparametric Statistical Methods, 2014, sections 3.1–3.3; with ties: Noether G E, J Am Stat
    Assoc 1967;62:184–188.
    """
    first, second, incomplete = _pairs(before, after)
    assert 0 < level < 1, level
    n, change = len(first), second - first
    nan = float("nan")
    if n == 0:
        return SignedRank(n=0, unchanged=0, incomplete=incomplete, shift=nan, low=nan, high=nan, p_value=nan)
    rounding = _rounding(first, second)
    moved = change[np.abs(change) > rounding]
    rows, columns = np.triu_indices(n)
    walsh = np.sort((change[rows] + change[columns]) / 2)
    at = _limit_place(n, level)
    return SignedRank(
        n=n,
        unchanged=n - len(moved),
        incomplete=incomplete,
        shift=float(np.median(walsh)),
        low=float(walsh[at - 1]) if at > 0 else -np.inf,
        high=float(walsh[-at]) if at > 0 else np.inf,
        p_value=_signed_rank_p(moved, rounding),
    )


def _pairs(before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats, int]:
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    assert first.ndim == 1, "one score a person"
    assert first.shape == second.shape, "before and after are of the same people"
    assert not (np.isinf(first) | np.isinf(second)).any(), "scores are finite"
    both = ~(np.isnan(first) | np.isnan(second))
    return first[both], second[both], int((~both).sum())


def _rounding(first: Floats, second: Floats) -> float:
    return _TIED * float(np.abs([first, second]).max(initial=0.0))


def _noncentral(t: float, df: int, level: float) -> tuple[float, float]:
    """Return the noncentralities of which a t as large, or as small, would be a chance of (1 − level) / 2."""
    if t < 0:  # the distribution function is exact on the other side only
        low, high = _noncentral(-t, df, level)
        return -high, -low
    z = normal_quantile(level)
    # That the normal part lies below 0 is less than that T lies below t, so no limit lies below −z.
    least, most = -z - 0.01, t + (z + 3) * np.sqrt(1 + t**2 / (2 * df))

    def limit(chance: float) -> float:
        return float(optimize.brentq(lambda at: special.nctdtr(df, at, t) - chance, least, most))

    return limit((1 + level) / 2), limit((1 - level) / 2)


def _standardised(first: Floats, second: Floats, spread: float) -> tuple[float, float, float, float]:
    """Return dav, its standard error, gav and the correlation."""
    nan, n = float("nan"), len(first)
    if n < 2:
        return nan, nan, nan, nan
    one, two = float(first.var(ddof=1)), float(second.var(ddof=1))
    shared = float(np.cov(first, second)[0, 1])
    mean = (one + two) / 2
    if not mean > 0 or np.isnan(spread):
        return nan, nan, nan, shared / np.sqrt(one * two) if one * two > 0 else nan
    dav = float((second - first).mean() / np.sqrt(mean))
    own = dav**2 * (one**2 + two**2 + 2 * shared**2) / (8 * mean**2)
    error = float(np.sqrt((own + spread**2 / mean) / (n - 1)))
    df = (n - 1) * (one + two) ** 2 / (one**2 + two**2 + 2 * shared**2)
    shrunken = float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2))
    return dav, error, dav * shrunken, shared / np.sqrt(one * two) if one * two > 0 else nan


def _limit_place(n: int, level: float) -> int:
    """Return which mean of two differences, from below and from above, ends the interval; 0 if none is far enough."""
    if n > _COUNTED_OUT:
        half = normal_quantile(level) * np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return max(int(np.floor(n * (n + 1) / 4 - half)), 0)
    below = np.cumsum(_sums(np.arange(1, n + 1)))
    return int((below <= (1 - level) / 2).sum())


def _signed_rank_p(moved: Floats, rounding: float) -> float:
    n = len(moved)
    if n == 0:
        return 1.0
    ranks = stats.rankdata(np.round(np.abs(moved) / rounding))
    positive, all_ranks = float(ranks[moved > 0].sum()), n * (n + 1) / 2
    if n > _COUNTED_OUT:
        return float(2 * stats.norm.sf(abs(positive - all_ranks / 2) / np.sqrt((ranks**2).sum() / 4)))
    # Ranks of ties end in a half: doubled they are whole.
    fewer = round(2 * min(positive, all_ranks - positive))
    return float(min(1.0, 2 * _sums(np.round(2 * ranks).astype(int))[: fewer + 1].sum()))


def _sums(ranks: NDArray[np.int_]) -> Floats:
    """Return how likely each sum is, from 0 on, if every rank is in it or not as a coin falls."""
    chance = np.zeros(int(ranks.sum()) + 1)
    chance[0] = 1.0
    for rank in ranks:
        with_it = np.zeros_like(chance)
        with_it[rank:] = chance[: len(chance) - rank]
        chance = (chance + with_it) / 2
    return chance
