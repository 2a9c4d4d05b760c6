"""What do lists of those at highest risk hold, each list made among rows of one group?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What lists hold, over all groups.

    Attributes
    ----------
    average_precision : float
        Mean, over the leavers, of the share of leavers among those of their group scored at least as high. Its floor is
        the share of leavers, not 0.5: always tell the two together.
    captured_share : float
        Of all leavers, the share on the lists.
    lift : float
        How many times as many leavers as on lists of the same length drawn blindly.
    """

    average_precision: float
    captured_share: float
    lift: float


class Listing:
    """Rows by falling score within their group, sorted once and counted as often as a bootstrap asks.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left.
    score : array_like, shape (n,)
        Higher for a higher risk.
    groups : array_like, shape (n,)
        A list is made in each, as in each month by a service team.
    """

    def __init__(self, left: ArrayLike, score: ArrayLike, groups: ArrayLike) -> None:
        codes = np.unique(np.asarray(groups), return_inverse=True)[1]
        fall = -np.asarray(score, dtype=float)
        self._order = np.lexsort((fall, codes))
        self._left = np.asarray(left, dtype=float)[self._order]
        codes, fall = codes[self._order], fall[self._order]
        new_group = np.diff(codes, prepend=-1) > 0
        self._ties = np.flatnonzero(new_group | (np.diff(fall, prepend=np.nan) != 0))
        self._groups = np.append(np.flatnonzero(new_group[self._ties]), len(self._ties))

    def held(self, share: float, weight: ArrayLike | None = None) -> Held:
        """Tell what the highest `share` of each group holds, in O(n).

        Parameters
        ----------
        share : float
            How much of a group is listed, between 0 and 1; a list has at least one name. Equal scores at its end count
            in proportion.
        weight : array_like, shape (n,), optional
            How often each row counts; default once.

        Returns
        -------
        Held
            NaN without a leaver.

        References
        ----------
        Manning C D, Raghavan P, Schütze H, Introduction to Information Retrieval, 2008, section 8.4.
        """
        weight = np.ones(len(self._order)) if weight is None else np.asarray(weight, dtype=float)[self._order]
        rows, leavers = (np.add.reduceat(count, self._ties) for count in (weight, weight * self._left))
        everybody, gone = rows.sum(), leavers.sum()
        if not gone:
            return Held(average_precision=np.nan, captured_share=np.nan, lift=np.nan)
        precise = caught = listed = 0.0
        for start, stop in zip(self._groups[:-1], self._groups[1:], strict=True):
            above, left_above = np.cumsum(rows[start:stop]), np.cumsum(leavers[start:stop])
            if above[-1] == 0:  # a resample without a row of this group
                continue
            n = max(round(share * above[-1]), 1)
            listed += n
            caught += np.interp(n, np.append(0, above), np.append(0, left_above))
            precise += (leavers[start:stop] * left_above / np.maximum(above, 1)).sum()
        captured = float(caught / gone)
        return Held(
            average_precision=float(precise / gone), captured_share=captured, lift=captured * float(everybody) / listed
        )
