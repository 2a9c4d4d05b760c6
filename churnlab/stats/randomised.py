"""What did a training do to those who were drawn for it?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from churnlab.stats.collinearity import independent

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]

_FULL = 1e-9  # rows that decide all but this of their own fitted values have no residual to be judged by
_TIE = 1e-9  # draws as far off as this one, but for rounding


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The difference that a draw made.

    Attributes
    ----------
    estimate : float
        Mean of the treated minus mean of the control group, in units of the outcome; adjusted if that was asked for.
    standard_error : float
        Of the estimate.
    degrees : float
        Of freedom, of its t distribution.
    low, high : float
        Interval.
    p_value : float
        Two-sided, of no mean difference.
    treated, control : int
        People in each group.
    """

    estimate: float
    standard_error: float
    degrees: float
    low: float
    high: float
    p_value: float
    treated: int
    control: int


def difference_in_means(
    outcome: ArrayLike,
    treated: ArrayLike,
    *,
    level: float,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    adjust: ArrayLike | None = None,
    pooled: bool = False,
) -> Difference:
    """Return by how much the means of two groups differ, one of which was drawn for a training.

    Without choices it is Welch's comparison, whose error is Neyman's of a draw. Read it as an effect only where a lot
    decided, and where those who were drawn count as treated whether they came or not. Each group has a regression of
    its own on the centred columns of `adjust`, so that adjusting cannot bias the estimate by more than a share of
    1 / n, nor, with many people, make its error larger. Name those columns before the outcome is seen.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        One row a person; nothing missing.
    treated : array_like of bool, shape (n,)
        Who was drawn.
    level : float
        Coverage, between 0 and 1.
    clusters : array_like, shape (n,), optional
        Whose row it is, if whole classes or campuses were drawn. The error is then by cluster, corrected for few of
        them; with fewer than some four an arm trust no interval.
    strata : array_like, shape (n,), optional
        Within what the draw was made. Each stratum's difference counts by its people. Each must have two people of
        either group or more; for pairs, take the mean of the differences.
    adjust : array_like, shape (n, p), optional
        Numbers known before the draw. Columns that say nothing new are left out.
    pooled : bool
        Take one variance for both groups, as older articles do: too small an error where the smaller group varies
        more. Not with clusters.

    Returns
    -------
    Difference
        With NaN for error and interval where the people are too few to tell: one in a group, or a cluster that alone
        is an arm. Where the outcome does not vary the error is 0 and the p-value NaN.

    Raises
    ------
    ValueError
        If a stratum has too few of one group, or a group has too few people for as many columns.

    References
    ----------
    Neyman J, 1923, in Stat Sci 1990;5:465–480; Welch B L, Biometrika 1947;34:28–35, the degrees of freedom. Adjusting:
    Lin W, Ann Appl Stat 2013;7:295–318, with errors HC2: MacKinnon J G, White H, J Econom 1985;29:305–325. Clusters:
    Bell R M, McCaffrey D F, Survey Methodology 2002;28:169–181, and the degrees of freedom as there (Imbens G W,
    Kolesár M, Rev Econ Stat 2016;98:701–712).
    """
    y, inside = np.asarray(outcome, dtype=float), np.asarray(treated, dtype=bool)
    assert np.isfinite(y).all(), "outcomes are missing or infinite"
    assert inside.any(), "nobody was drawn"
    assert not inside.all(), "nobody to compare with"
    assert not (pooled and clusters is not None), "one variance for both groups knows no clusters"
    wide = _two_regressions(_columns(len(y), strata, adjust), inside)
    if strata is not None:
        _refuse_thin_strata(inside, pd.factorize(np.asarray(strata))[0])
    if np.linalg.matrix_rank(wide) < wide.shape[1]:
        raise ValueError(
            f"{wide.shape[1] // 2 - 1} columns are too many for {inside.sum()} and {(~inside).sum()} people"
        )
    bread: Floats = np.asarray(np.linalg.inv(wide.T @ wide), dtype=np.float64)
    contrast = np.zeros(wide.shape[1])
    contrast[[0, wide.shape[1] // 2]] = 1, -1
    estimate = float(contrast @ bread @ wide.T @ y)
    residual = _zeroed(y - wide @ (bread @ (wide.T @ y)), y)
    pull = wide @ (bread @ contrast)  # by how much each outcome moves the estimate
    if clusters is not None:
        codes = pd.factorize(np.asarray(clusters))[0]
        variance, degrees = _by_cluster(wide, bread, pull, residual, codes)
    elif pooled:
        degrees = float(len(y) - wide.shape[1])
        variance = float((residual**2).sum() / degrees * (pull**2).sum()) if degrees > 0 else np.nan
    else:
        variance, degrees = _by_person(wide, bread, pull, residual, inside)
    return _told(estimate, variance, degrees, level, inside)


def randomisation_p(
    outcome: ArrayLike,
    treated: ArrayLike,
    *,
    draws: int,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    adjust: ArrayLike | None = None,
) -> float:
    """Return how likely a draw alone makes a difference as large as this one, by drawing again.

    Of the hypothesis that the training changed nothing for anybody (Fisher's), and exact for that, however few the
    people and odd the outcomes. The statistic is the size of the difference in means, strata weighed by their people.
    A small p-value may also mean that the training moved the spread and not the mean, if the groups differ in size.

    Parameters
    ----------
    outcome, treated
        As for `difference_in_means`.
    draws : int
        How often; no p-value is below 1 / (draws + 1).
    rng : numpy.random.Generator
        Draws.
    clusters, strata
        As for `difference_in_means`; within a stratum as many are drawn again as were. A cluster lies in one stratum
        and one arm. A stratum of one arm tells nothing, and does no harm.
    adjust : array_like, shape (n, p), optional
        The outcome is first brought to what is left of it after a regression on these, in which the arms have no part.

    Returns
    -------
    float
        Above 0 and at most 1, two-sided; 1 where the outcome does not vary, NaN where no stratum has both arms.

    References
    ----------
    Fisher R A, The Design of Experiments, 1935, chapter 2; residuals: Rosenbaum P R, Stat Sci 2002;17:286–327; why 1 is
    added to both counts: Phipson B, Smyth G K, Stat Appl Genet Mol Biol 2010;9:39.
    """
    y, inside = np.asarray(outcome, dtype=float), np.asarray(treated, dtype=bool)
    plain = np.column_stack([np.ones(len(y)), _columns(len(y), None, adjust)])
    y = _zeroed(y - plain @ np.linalg.lstsq(plain, y, rcond=None)[0], y)
    unit = np.arange(len(y)) if clusters is None else pd.factorize(np.asarray(clusters))[0]
    stratum = np.zeros(len(y), dtype=int) if strata is None else pd.factorize(np.asarray(strata))[0]
    people, sums = (np.bincount(unit, weights=weight).astype(np.float64) for weight in (None, y))
    drawn, at = np.bincount(unit, weights=inside) / people, np.empty(len(people), dtype=int)
    at[unit] = stratum
    assert np.isin(drawn, (0, 1)).all(), "a cluster lies in both arms"
    assert (at[unit] == stratum).all(), "a cluster lies in several strata"
    told = _distance(sums, people, drawn, at)
    places, again = np.argsort(at, kind="stable"), np.empty(draws)
    for draw in range(draws):
        # Within a stratum the arms keep their numbers; who stands where is shuffled.
        drawn[places] = drawn[np.lexsort((rng.random(len(at)), at))]
        again[draw] = _distance(sums, people, drawn, at)
    as_far = again >= told - _TIE * np.abs(y).max(initial=0)
    return float((1 + as_far.sum()) / (draws + 1)) if np.isfinite(told) else np.nan


def _distance(sums: Floats, people: Floats, drawn: Floats, at: Codes) -> float:
    """Return how far apart the means of the arms are, whichever is higher; strata count by their people."""
    whole, of_drawn = np.bincount(at, weights=people), np.bincount(at, weights=people * drawn)
    total, with_drawn = np.bincount(at, weights=sums), np.bincount(at, weights=sums * drawn)
    both = (of_drawn > 0) & (of_drawn < whole)
    if not both.any():
        return np.nan
    first = with_drawn[both] / of_drawn[both]
    other = (total - with_drawn)[both] / (whole - of_drawn)[both]
    return float(abs(np.average(first - other, weights=whole[both])))


def _columns(n: int, strata: ArrayLike | None, adjust: ArrayLike | None) -> Floats:
    """Return what is adjusted for, each column centred on all people; what repeats others is left out."""
    parts = [np.ones((n, 1))]
    if strata is not None:
        codes = pd.factorize(np.asarray(strata))[0]
        parts.append((codes[:, None] == np.arange(1, codes.max() + 1)).astype(float))
    if adjust is not None:
        parts.append(np.asarray(adjust, dtype=float).reshape(n, -1))
    wide = np.column_stack(parts)
    assert np.isfinite(wide).all(), "what is adjusted for is missing or infinite"
    kept = wide[:, independent(wide)][:, 1:]
    centred: Floats = kept - kept.mean(axis=0)
    # Of like lengths, so that euros and shares are told apart from copies alike.
    return centred / np.sqrt((centred**2).mean(axis=0))


def _two_regressions(columns: Floats, inside: Flags) -> Floats:
    """Return the columns of one regression a group; the first of each half is the group's mean."""
    block = np.column_stack([np.ones(len(inside)), columns])
    return np.hstack([block * inside[:, None], block * ~inside[:, None]])


def _refuse_thin_strata(inside: Flags, codes: Codes) -> None:
    least = min(int(np.bincount(codes[part], minlength=codes.max() + 1).min()) for part in (inside, ~inside))
    if least < 2:
        raise ValueError(f"a stratum has {least} of one group; to tell chance from effect takes two of either")


def _zeroed(residual: Floats, outcome: Floats) -> Floats:
    """Return residuals without what rounding leaves of nothing."""
    return np.where(np.abs(residual) < 1e-12 * np.abs(outcome).max(initial=0), 0.0, residual)


def _by_person(wide: Floats, bread: Floats, pull: Floats, residual: Floats, inside: Flags) -> tuple[float, float]:
    """Return the variance HC2, and Welch's degrees of freedom."""
    free = 1 - ((wide @ bread) * wide).sum(axis=1)
    if (free < _FULL).any():
        return np.nan, np.nan
    moved = pull**2 * residual**2 / free
    parts = [float(moved[part].sum()) for part in (inside, ~inside)]
    degrees = [int(part.sum()) - wide.shape[1] // 2 for part in (inside, ~inside)]
    if min(degrees) <= 0:
        return np.nan, np.nan
    spread = sum(part**2 / df for part, df in zip(parts, degrees, strict=True))
    return sum(parts), sum(parts) ** 2 / spread if spread > 0 else float(sum(degrees))


def _by_cluster(wide: Floats, bread: Floats, pull: Floats, residual: Floats, codes: Codes) -> tuple[float, float]:
    """Return the variance CR2, and the degrees of freedom that it would have were all errors alike."""
    variance, sizes, moved = 0.0, [], []
    for rows in np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1]):
        own = wide[rows]
        roots, axes = np.linalg.eigh(np.eye(len(rows)) - own @ bread @ own.T)
        seen = axes.T @ pull[rows]
        fixed = roots < _FULL
        # What the cluster alone decides leaves no residual: nothing says how far it may be off.
        if (np.abs(seen[fixed]) > _FULL * np.abs(pull).max()).any():
            return np.nan, np.nan
        raised = axes[:, ~fixed] @ (seen[~fixed] / np.sqrt(roots[~fixed]))
        variance += float(raised @ residual[rows]) ** 2
        sizes.append(float(raised @ raised))
        moved.append(own.T @ raised)
    shared = np.diag(sizes) - np.array(moved) @ bread @ np.array(moved).T
    return variance, float(np.trace(shared) ** 2 / (shared**2).sum())


def _told(estimate: float, variance: float, degrees: float, level: float, inside: Flags) -> Difference:
    assert 0 < level < 1, level
    error = float(np.sqrt(variance))
    half = float(t.ppf((1 + level) / 2, degrees)) * error
    return Difference(
        estimate=estimate,
        standard_error=error,
        degrees=degrees,
        low=estimate - half,
        high=estimate + half,
        p_value=float(2 * t.sf(abs(estimate) / error, degrees)) if error > 0 else np.nan,
        treated=int(inside.sum()),
        control=int((~inside).sum()),
    )
