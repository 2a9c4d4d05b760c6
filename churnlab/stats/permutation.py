"""Does more go wrong in one group than in the others, whatever its visits have in common?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TIE = 1e-9


def worse_by_permutation(
    failed: ArrayLike, checked: ArrayLike, groups: ArrayLike, *, draws: int, rng: np.random.Generator
) -> Floats:
    """Return for each group the p-value of failing no more than the others, by exchanging whole visits.

    Were all groups alike, any visit could have been anybody's. So visits are dealt out anew, and a group's statistic is
    held against those of as many visits at random. What fails together on one visit stays together: however strict one
    visit is, the level holds. The statistic is the sum over the items of the squared standard scores of those of which
    the group fails more than the others: an item that seldom fails elsewhere counts for more than one that often does.

    Read a small p-value as: some items fail more often here. Do not trust it where visits remember each other, as when
    a defect that nobody mends fails again at every visit.

    Parameters
    ----------
    failed, checked : array_like, shape (visits, items)
        How many of each item failed, and were checked, on each visit.
    groups : array_like, shape (visits,)
        Whose visit it was; at least two groups.
    draws : int
        How often visits are dealt out; no p-value is below 1 / (draws + 1).
    rng : numpy.random.Generator
        Deals.

    Returns
    -------
    numpy.ndarray, shape (groups,)
        In 0–1, one-sided, in order of the sorted names of the groups; not adjusted for their number.

    References
    ----------
    Pesarin F, Salmaso L, Permutation Tests for Complex Data, 2010, ch. 4 (one-sided tests combined over items);
    Phipson B, Smyth G K, Stat Appl Genet Mol Biol 2010;9:39 (why 1 is added to both counts).
    """
    bad, seen = np.asarray(failed, dtype=float), np.asarray(checked, dtype=float)
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    dealt = np.vstack([codes, rng.permuted(np.tile(codes, (draws, 1)), axis=1)])
    found = np.empty(len(names))
    for group in range(len(names)):
        scores = _scores((dealt == group).astype(float), bad, seen)
        found[group] = (scores >= scores[0] * (1 - _TIE) - _TIE).mean()
    return found


def _scores(own: Floats, failed: Floats, checked: Floats) -> Floats:
    """Return the statistic of each deal; `own` tells, deals by visits, which are the group's."""
    whole = checked.sum(axis=0)
    rate = np.divide(failed.sum(axis=0), whole, out=np.zeros_like(whole), where=whole > 0)
    over = own @ (failed - rate * checked)
    here = own @ checked
    variance = rate * (1 - rate) * here * (whole - here) / np.maximum(whole, 1)
    score = np.divide(over, np.sqrt(variance), out=np.zeros_like(over), where=variance > 0)
    return np.asarray((np.maximum(score, 0.0) ** 2).sum(axis=1))
