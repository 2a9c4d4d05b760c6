"""In how many pairs of the same month did the leaver have the higher score?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Concordance:
    """Pairs of a leaver and a stayer of the same group, sorted once and counted as often as a bootstrap asks.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left.
    score : array_like, shape (n,)
        Higher for a higher risk.
    groups : array_like, shape (n,)
        Only rows of the same group, as a month, make pairs: between months a score may shift.
    """

    def __init__(self, left: ArrayLike, score: ArrayLike, groups: ArrayLike) -> None:
        codes = np.unique(np.asarray(groups), return_inverse=True)[1]
        score = np.asarray(score, dtype=float)
        self._order = np.lexsort((score, codes))
        self._left = np.asarray(left, dtype=float)[self._order]
        codes, score = codes[self._order], score[self._order]
        new_group = np.diff(codes, prepend=-1) > 0
        self._ties = np.flatnonzero(new_group | (np.diff(score, prepend=np.nan) != 0))
        self._groups = np.flatnonzero(new_group[self._ties])
        self._group_of_tie = codes[self._ties]

    def share(self, weight: ArrayLike | None = None) -> float:
        """Return the share of pairs ranked rightly, ties counted half, in O(n).

        Parameters
        ----------
        weight : array_like, shape (n,), optional
            How often each row counts; default once.

        Returns
        -------
        float
            0–1, of one group the area under its ROC curve; NaN without pairs.
        """
        weight = np.ones(len(self._order)) if weight is None else np.asarray(weight, dtype=float)[self._order]
        leavers = np.add.reduceat(weight * self._left, self._ties)
        stayers = np.add.reduceat(weight * (1 - self._left), self._ties)
        before = np.cumsum(stayers) - stayers
        below = before - before[self._groups][self._group_of_tie]
        pairs = (np.add.reduceat(leavers, self._groups) * np.add.reduceat(stayers, self._groups)).sum()
        return float((leavers * (below + stayers / 2)).sum() / pairs) if pairs > 0 else float("nan")
