"""How does a covariate move the share that ends one way by a day, where other ends compete?

Fine and Gray's model is Cox's with other risk sets: who ended another way stays in them, for she is among those who did
not end this way. Her weight falls as others are lost from view, and rises as others come late into it.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.cox import Cox, fit_cox
from churnlab.stats.risk_sets import Lingering
from churnlab.stats.survival import CENSORED, Stays

Floats = NDArray[np.float64]


def fit_fine_gray(stays: Stays, X: ArrayLike, *, cause: int, ties: Literal["efron", "breslow"] = "efron") -> Cox:
    """Fit the proportional subdistribution hazards of one cause.

    A ratio above 1 means a higher cumulative incidence on every day; how much higher it does not say. It is no ratio of
    the rates of those still here: that is the cause-specific hazard ratio, of `fit_cox`. The errors are by student and
    take the weights as given, as R's do.

    Parameters
    ----------
    stays : Stays
        All causes.
    X : array_like, shape (n, p)
        Columns, as of the start.
    cause : int
        The cause told.
    ties : {"efron", "breslow"}
        How stays are treated that ended on the same day.

    Returns
    -------
    Cox
        `robust_covariance` is the one to use: those who stay in the risk sets with a weight make the other too small.

    References
    ----------
    Fine J P, Gray R J, J Am Stat Assoc 1999;94:496–509; weights with late entries: Geskus R B, Biometrics
    2011;67:39–49, as R's `survival::finegray`.
    """
    competing = (stays.cause != CENSORED) & (stays.cause != cause)
    days, in_view = view(stays)
    return fit_cox(
        stays.entry, stays.exit, stays.cause == cause, X, clusters=stays.cluster, ties=ties,
        lingering=Lingering(time=days, value=in_view, rows=competing),
    )  # fmt: skip


def view(stays: Stays) -> tuple[Floats, Floats]:
    """Return the days from the first entry on, and how likely a stay is in view after each, but for a factor.

    The product of two curves: of not yet being lost from view, and, looked at from the last day backwards, of having
    come into it. Of those who end on a day on which others are lost from view, the end comes first.

    Parameters
    ----------
    stays : Stays
        All causes.
    """
    days = np.arange(-1, int(stays.exit.max(initial=0)) + 1)
    many = len(days)
    is_lost = stays.cause == CENSORED
    lost, left = (np.bincount(stays.exit[who] + 1, minlength=many) for who in (is_lost, ~is_lost))
    came = np.bincount(stays.entry + 1, minlength=many)
    before = np.cumsum(came) - came - (np.cumsum(lost + left) - lost - left)
    not_lost = np.cumprod(1 - _ratio(lost, before - left))
    there = before + came - lost - left
    not_late = 1 - _ratio(came, there)
    # At a day the entries of that day still count as to come: they are in view only from the next day on.
    later = np.concatenate([np.cumprod(not_late[::-1])[::-1][1:], [1.0]])
    return days.astype(float), not_lost * later


def _ratio(over: NDArray[np.int64], under: NDArray[np.int64]) -> Floats:
    return np.divide(over, under, out=np.zeros(len(over)), where=under > 0)
