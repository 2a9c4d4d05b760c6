"""Does a ranking put first those on whom a treatment works?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Order = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """What treating the first of a ranking gains.

    Attributes
    ----------
    share : numpy.ndarray
        Of all, from the top of the ranking: 0 to 1.
    gain : numpy.ndarray
        Events prevented by treating them, per person of all; may be negative.
    """

    share: Floats
    gain: Floats

    @property
    def coefficient(self) -> float:
        """Area between the curve and the straight line to its end: above 0 where the ranking beats a lot.

        In events prevented per person, averaged over all depths of the list.
        """
        return float(np.trapezoid(self.gain, self.share)) - float(self.gain[-1]) / 2


def qini(score: ArrayLike, event: ArrayLike, is_treated: ArrayLike, weight: ArrayLike | None = None) -> Curve:
    """Return the Qini curve of a ranking, from people whom a lot put into two arms.

    Among the first φ of the ranking, the gain is the events of the control arm, brought to the size of the treated one,
    minus those of the treated; over the treated of all. Those of equal score come together, in one step.

    Parameters
    ----------
    score : array_like, shape (n,)
        Higher for those to be treated first; told before the lot.
    event : array_like of bool, shape (n,)
        What the treatment is to prevent.
    is_treated : array_like of bool, shape (n,)
        The arm; both must have someone.
    weight : array_like, shape (n,), optional
        How many each stands for (`arm_weights`), where the lot held out other shares of other lists. Default: all for
        one.

    References
    ----------
    Radcliffe N J, Direct Marketing Analytics Journal 2007;3:14–21, the Qini curve and coefficient (here not divided by
    that of a perfect ranking, which nobody knows).
    """
    score = np.asarray(score, dtype=float)
    weighs = np.ones(len(score)) if weight is None else np.asarray(weight, dtype=float)
    treated = weighs * np.asarray(is_treated, dtype=float)
    happened = weighs * np.asarray(event, dtype=float)
    happened_treated = treated * np.asarray(event, dtype=float)
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    counts = [np.cumsum(part[order])[last] for part in (treated, weighs - treated, happened_treated, happened)]
    n, m, treated_events, events = counts
    brought = np.divide(n, m, out=np.zeros_like(n), where=m > 0)
    gain = ((events - treated_events) * brought - np.where(m > 0, treated_events, 0.0)) / n[-1]
    return Curve(share=np.append(0.0, (last + 1) / len(score)), gain=np.append(0.0, gain))


def arm_weights(is_treated: ArrayLike, stratum: ArrayLike) -> Floats:
    """Return how many of her stratum each stands for, so that either arm stands for all of it: N/n of her arm.

    A list of which fewer were held out, and of which more leave, would otherwise look as if calling changed something
    there.

    Parameters
    ----------
    is_treated : array_like of bool, shape (n,)
        The arm.
    stratum : array_like, shape (n,)
        Where she was drawn, as a list's id.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 where the stratum has one arm only: it tells nothing.

    References
    ----------
    Horvitz D G, Thompson D J, J Am Stat Assoc 1952;47:663–685: weights of one over the probability to be drawn.
    """
    treated = np.asarray(is_treated, dtype=bool)
    code = np.unique(np.asarray(stratum), return_inverse=True)[1]
    arms = np.array([np.bincount(code, weights=~treated), np.bincount(code, weights=treated)])
    own = arms[treated.astype(int), code]
    return np.where(arms.min(axis=0)[code] > 0, arms.sum(axis=0)[code] / own, 0.0)


def at_shares(curve: Curve, shares: ArrayLike) -> Floats:
    """Return the gain at these shares of the ranking, on straight lines between its steps.

    Parameters
    ----------
    curve : Curve
        As `qini` returns it.
    shares : array_like
        Between 0 and 1.
    """
    return np.interp(np.asarray(shares, dtype=float), curve.share, curve.gain)
