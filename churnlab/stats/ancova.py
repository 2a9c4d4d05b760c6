"""Did the trained gain more than others, and does the answer hang on how they are compared?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

# A person whose leverage is this near to 1 decides a coefficient alone: no error is left to see.
_ALONE = 1e-9


@dataclass(frozen=True, kw_only=True)
class AdjustedAndGain:
    """Two answers to one question: by how much more did the trained gain?

    Attributes
    ----------
    adjusted, adjusted_low, adjusted_high, adjusted_p : float
        Difference of the scores after, at equal scores before: analysis of covariance.
    gain, gain_low, gain_high, gain_p : float
        Difference of the mean gains.
    apart, apart_low, apart_high : float
        `gain` − `adjusted`, with its interval.
    disagree : bool
        Whether the two are further apart than chance allows: Lord's paradox.
    slope : float
        By how much the score after rises with the score before, within groups.
    baseline_difference : float
        Trained − others, before.
    n_trained, n_others, incomplete : int
        People with both scores in each group, and people without.
    """

    adjusted: float
    adjusted_low: float
    adjusted_high: float
    adjusted_p: float
    gain: float
    gain_low: float
    gain_high: float
    gain_p: float
    apart: float
    apart_low: float
    apart_high: float
    disagree: bool
    slope: float
    baseline_difference: float
    n_trained: int
    n_others: int
    incomplete: int


def adjusted_and_gain(
    before: ArrayLike, after: ArrayLike, trained: ArrayLike, *, level: float, clusters: ArrayLike | None = None
) -> AdjustedAndGain:
    """Compare trained with others, adjusted for the score before and by gains.

    `gain` − `adjusted` is (`slope` − 1) · `baseline_difference`. Where a coin chose who was trained, both are right and
    `adjusted` is the sharper. Where people were chosen by their score before, `adjusted` is right. Where two groups
    differ that were there already, `gain` is right if they would have gone on side by side, `adjusted` if people with
    equal scores would have ended equal; the data cannot tell which, so where they disagree print both. A score before
    that measures badly makes `adjusted` lean towards the difference that there was before.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        A row a person; NaN where a score is missing.
    trained : array_like of bool, shape (n,)
        Who was trained.
    level : float
        Coverage, between 0 and 1.
    clusters : array_like, shape (n,), optional
        Rows that go together, as those of one campus or of one person on both sides. Errors then come of leaving out
        one after the other, with Student's t of their number less one; rough below some ten. Default: each row alone.

    Returns
    -------
    AdjustedAndGain
        Intervals allow for unequal variances (HC3, or the jackknife over clusters); NaN where a group has fewer than
        two people with both scores, nothing but the group tells the scores before apart, or that is so without one
        cluster.

    References
    ----------
    Lord F M, Psychol Bull 1967;68:304–305; Wright D B, Br J Educ Psychol 2006;76:663–675, what each one assumes;
    errors: MacKinnon J G, White H, J Econom 1985;29:305–325, HC3 and the jackknife; Long J S, Ervin L H, Am Stat
    2000;54:217–224.
    """
    assert 0 < level < 1, level
    group = np.asarray(trained, dtype=bool)
    scores = np.array([np.asarray(before, dtype=float), np.asarray(after, dtype=float)])
    assert scores.shape[1:] == group.shape, "all are of the same people"
    assert not np.isinf(scores).any(), "scores are finite"
    full = ~np.isnan(scores).any(axis=0)
    (first, second), inside, n = scores[:, full], group[full], int(full.sum())
    sizes = int(inside.sum()), int((~inside).sum())
    apart_before = float(first[inside].mean() - first[~inside].mean()) if min(sizes) else float("nan")
    estimates, shares, slope = _fits(first, second, inside)
    free = [n - 3, n - 2]
    if clusters is not None:
        of = np.unique(np.asarray(clusters, dtype=str)[full], return_inverse=True)[1]
        shares = list(_left_out(first, second, inside, of, estimates).T)
        free = [len(shares[0]) - 1] * 2
    adjusted_low, adjusted_high, adjusted_p = _test(estimates[0], shares[0], free[0], level)
    gain_low, gain_high, gain_p = _test(estimates[1], shares[1], free[1], level)
    apart = estimates[1] - estimates[0]
    apart_low, apart_high, _ = _test(apart, shares[1] - shares[0], free[0], level)
    return AdjustedAndGain(
        adjusted=estimates[0], adjusted_low=adjusted_low, adjusted_high=adjusted_high, adjusted_p=adjusted_p,
        gain=estimates[1], gain_low=gain_low, gain_high=gain_high, gain_p=gain_p,
        apart=apart, apart_low=apart_low, apart_high=apart_high, disagree=bool(apart_low > 0 or apart_high < 0),
        slope=slope, baseline_difference=apart_before,
        n_trained=sizes[0], n_others=sizes[1], incomplete=int((~full).sum()),
    )  # fmt: skip


def _fits(first: Floats, second: Floats, inside: NDArray[np.bool_]) -> tuple[list[float], list[Floats], float]:
    """Return the adjusted difference and that of the gains, each person's part in their errors, and the slope."""
    if min(inside.sum(), (~inside).sum()) < 2 or not _differs_within(first, inside):
        return [np.nan, np.nan], [np.full(len(first), np.nan)] * 2, np.nan
    ones = np.ones(len(first))
    (adjusted, slope, _), in_adjusted = _regress(np.column_stack([inside, first, ones]), second)
    (gain, _), in_gain = _regress(np.column_stack([inside, ones]), second - first)
    return [float(adjusted), float(gain)], [in_adjusted, in_gain], float(slope)


def _differs_within(first: Floats, inside: NDArray[np.bool_]) -> bool:
    return any(np.ptp(first[part]) > 0 for part in (inside, ~inside))


def _left_out(
    first: Floats, second: Floats, inside: NDArray[np.bool_], of: NDArray[np.intp], estimates: list[float]
) -> Floats:
    """Return each cluster's part in the errors, a column an estimate; NaN where nothing is told without one of them."""
    clusters = int(of.max()) + 1 if len(of) else 0
    parts = np.full((clusters, 2), np.nan)
    for one in range(clusters):
        kept = of != one
        sides = int(inside[kept].sum()), int((~inside[kept]).sum())
        if min(sides) > 1 and _differs_within(first[kept], inside[kept]):
            ones = np.ones(int(kept.sum()))
            adjusted = _regress(np.column_stack([inside[kept], first[kept], ones]), second[kept])[0][0]
            gain = _regress(np.column_stack([inside[kept], ones]), (second - first)[kept])[0][0]
            parts[one] = adjusted - estimates[0], gain - estimates[1]
    found: Floats = np.sqrt((clusters - 1) / max(clusters, 1)) * parts
    return found


def _regress(X: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return coefficients, and each person's part in the error of the first one by HC3; NaN if one person is alone."""
    X = np.asarray(X, dtype=float)
    inverse = np.linalg.pinv(X)
    coefficients = inverse @ y
    free = 1 - np.einsum("ij,ji->i", X, inverse)
    alone = (free < _ALONE).any()
    parts = np.full(len(y), np.nan) if alone else inverse[0] * (y - X @ coefficients) / free
    return coefficients, parts


def _test(estimate: float, parts: Floats, df: int, level: float) -> tuple[float, float, float]:
    """Return limits and p-value; NaN where there is no error to see or no degree of freedom."""
    error = float(np.sqrt((parts**2).sum()))
    if df < 1 or not error > 0:
        return np.nan, np.nan, np.nan
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    return estimate - half, estimate + half, float(2 * stats.t.sf(abs(estimate) / error, df))
