"""Did the mix of kinds change in one group, and more than in another?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import f, t

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class CompositionChange:
    """How shares of kinds moved from before to after among the treated, less how they moved among the others.

    Attributes
    ----------
    shares : numpy.ndarray, shape (4, k)
        Of the treated before and after, of the others before and after; NaN where there are no others.
    change, low, high, p_value : numpy.ndarray, shape (k,)
        Of each kind, between −2 and 2; they sum to 0. Two-sided, not adjusted for the number of kinds. NaN where no
        spread is seen.
    joint_p_value : float
        That no share moved at all; NaN where there are too few people for so many kinds.
    """

    shares: Floats
    change: Floats
    low: Floats
    high: Floats
    p_value: Floats
    joint_p_value: float


def composition_change(
    counts: ArrayLike, people: ArrayLike, *, after: ArrayLike, treated: ArrayLike, level: float
) -> CompositionChange:
    """Compare how the mix of kinds changed among the treated with how it changed among the others.

    A share is the ratio of sums over people, and what one person has is taken as one whole: her counts before and after
    may hang together in any way. So the interval holds however much people differ. Shares of one mix go up only where
    others go down; the joint test takes that into account and is asked first. Without others it is the change of the
    treated alone, which is no effect. Do not trust it with fewer than some ten people in a group, or where a kind
    occurs fewer than some ten times.

    Parameters
    ----------
    counts : array_like, shape (n, k)
        How many of each kind, in each row; at least two kinds.
    people : array_like, shape (n,)
        Whose row it is; a person is either treated or not.
    after, treated : array_like of bool, shape (n,)
        Whether the row lies after; whose it is.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        If a group has nothing before or nothing after, or only one person.

    References
    ----------
    Cochran W G, Sampling Techniques, 3rd ed. 1977, section 6.3 and 11.9 (ratios of sums, people as clusters);
    Krishnamoorthy K, Yu J, Stat Probab Lett 2004;66:161–169 (joint test, unequal covariances; with two kinds Welch's).
    """
    number, later, is_treated = np.asarray(counts, dtype=float), np.asarray(after, bool), np.asarray(treated, bool)
    names = np.asarray(people)
    parts = [_moved(number[side], names[side], later[side]) for side in (is_treated, ~is_treated) if side.any()]
    change = parts[0][1] - sum(part[1] for part in parts[1:])
    covariance = np.asarray(sum(part[2] for part in parts))
    shares = np.vstack([part[0] for part in parts] + [np.full((2, number.shape[1]), np.nan)] * (2 - len(parts)))
    variance, own = np.diag(covariance), [np.diag(part[2]) for part in parts]
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = variance**2 / sum(each**2 / (part[3] - 1) for each, part in zip(own, parts, strict=True))
        error = np.where(variance > 0, np.sqrt(variance), np.nan)
        half = t.ppf((1 + level) / 2, freedom) * error
        p_value = 2 * t.sf(np.abs(change) / error, freedom)
    return CompositionChange(
        shares=shares, change=change, low=change - half, high=change + half, p_value=p_value,
        joint_p_value=_joint(change, [part[2] for part in parts], [part[3] for part in parts]),
    )  # fmt: skip


def _moved(counts: Floats, people: NDArray[np.generic], after: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, int]:
    """Return a group's shares before and after, their difference, its covariance, and how many people stand behind."""
    codes = np.unique(people, return_inverse=True)[1]
    many = int(codes.max()) + 1
    influence, shares = np.zeros((many, counts.shape[1])), []
    for side, sign in ((~after, -1.0), (after, 1.0)):
        whole = counts[side].sum()
        if not whole or many < 2:
            raise ValueError("a group has one person only, or nothing before or after")
        share = counts[side].sum(axis=0) / whole
        off = (counts[side] - share * counts[side].sum(axis=1, keepdims=True)) / whole
        np.add.at(influence, codes[side], sign * off)
        shares.append(share)
    return np.array(shares), shares[1] - shares[0], many / (many - 1) * influence.T @ influence, many


def _joint(change: Floats, covariances: list[Floats], people: list[int]) -> float:
    """Test that nothing moved; the last kind is what the others leave."""
    kinds = len(change) - 1
    parts = [part[:kinds, :kinds] for part in covariances]
    whole = np.asarray(sum(parts))
    if np.linalg.matrix_rank(whole, hermitian=True) < kinds:
        return float("nan")
    inverse = np.linalg.inv(whole)
    spread = [part @ inverse for part in parts]
    under = sum(
        (np.trace(one @ one) + np.trace(one) ** 2) / (many - 1) for one, many in zip(spread, people, strict=True)
    )
    freedom = float((kinds + kinds**2) / under)
    left = freedom - kinds + 1
    if left <= 0:
        return float("nan")
    squared = float(change[:kinds] @ inverse @ change[:kinds])
    return float(f.sf(squared * left / (kinds * freedom), kinds, left))
