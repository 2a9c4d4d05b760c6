"""What does a ranking earn, if the best part of it is called?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a call costs and may save.

    Attributes
    ----------
    value : float
        Of a student who stays, in money, above 0 (Verbraken's CLV).
    call : float
        Of one call (f), at least 0.
    offer : float
        Of what is promised in it (d), to those who would have stayed and to those who stay for it; at least 0. Who is
        gone takes nothing.
    """

    value: float
    call: float
    offer: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Best:
    """The most that can be earned, and by calling how many.

    Attributes
    ----------
    profit : float
        Per student of all, called or not.
    share : float
        Of all, from the top of the ranking: how many to call.
    """

    profit: float
    share: float


def profits(
    left: ArrayLike, score: ArrayLike, costs: Costs, accepted: float, *, gone: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Return what calling the first of a ranking earns, per student of all, at each depth.

    Of leavers called, `accepted` stay; the others cost a call. Of stayers called, all take the offer. Who is gone costs
    a call, and is neither kept nor takes the offer.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who would leave, and can be kept.
    score : array_like, shape (n,)
        Higher for those to be called first; equal scores are called together.
    costs : Costs
        What it costs and saves.
    accepted : float
        0–1; γ.
    gone : array_like of bool, shape (n,), optional
        Who had left before the call, though nobody could tell: none of `left`. Default: nobody.

    Returns
    -------
    share, profit : numpy.ndarray
        From nobody to everybody.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973, equation 12: the average profit of a
    classification P(t; γ, CLV, δ, φ) with δ = d/CLV, φ = f/CLV. There all who do not leave
    are stayers; those gone are ours.
    """
    share, leavers, spent = _reached(left, score, costs, gone)
    return share, _gained(leavers, spent, costs, accepted)


def maximum_profit(
    left: ArrayLike, score: ArrayLike, costs: Costs, accepted: float, *, gone: ArrayLike | None = None
) -> Best:
    """Return the maximum profit (MPC): of the depth to which calling pays most.

    Parameters
    ----------
    left, score, costs, accepted, gone
        As of `profits`.
    """
    share, profit = profits(left, score, costs, accepted, gone=gone)
    best = int(np.argmax(profit))
    return Best(profit=float(profit[best]), share=float(share[best]))


def expected_maximum_profit(
    left: ArrayLike, score: ArrayLike, costs: Costs, *, alpha: float, beta_: float, gone: ArrayLike | None = None
) -> Best:
    """Return the expected maximum profit (EMPC), where it is not known how many accept: γ ~ Beta(α, β).

    For each γ the best depth is a corner of the convex hull of what is spent and who is reached (where nobody is gone,
    the ROC curve's, sheared), and the next corner is better from one γ on:
    between these the profit is linear in γ, so that the expectation is exact.

    Parameters
    ----------
    left, score, costs
        As of `profits`.
    alpha, beta_ : float
        Above 0; Verbraken's are 6 and 14: 30 % accept, give or take 10.
    gone : array_like of bool, shape (n,), optional
        As of `profits`.

    Returns
    -------
    Best
        Expected profit, and expected share called.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973, equations 16–19 and section 5.
    """
    share, leavers, spent = _reached(left, score, costs, gone)
    corners = _hull(leavers, spent)
    share, leavers, spent = share[corners], leavers[corners], spent[corners]
    edges = _edges(leavers, spent, costs)
    held = np.diff(beta.cdf(edges, alpha, beta_))
    # ∫ γ h(γ) dγ between the edges: that of Beta(α + 1, β), times the mean.
    mean = alpha / (alpha + beta_) * np.diff(beta.cdf(edges, alpha + 1, beta_))
    slope, fixed = leavers * (costs.value - costs.offer), -spent
    return Best(profit=float((fixed * held + slope * mean).sum()), share=float((share * held).sum()))


def _reached(left: ArrayLike, score: ArrayLike, costs: Costs, gone: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    """Return for each depth the share called, the leavers among them, and what is spent if nobody stays for it."""
    left, score = np.asarray(left, dtype=float), np.asarray(score, dtype=float)
    lost = np.zeros_like(left) if gone is None else np.asarray(gone, dtype=float)
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    leavers, away = (np.append(0.0, np.cumsum(part[order])[last]) / len(left) for part in (left, lost))
    share = np.append(0.0, last + 1) / len(left)
    return share, leavers, share * costs.call + (share - leavers - away) * costs.offer


def _gained(leavers: Floats, spent: Floats, costs: Costs, accepted: float) -> Floats:
    return np.asarray(accepted * leavers * (costs.value - costs.offer) - spent, dtype=float)


def _hull(leavers: Floats, spent: Floats) -> list[int]:
    """Return the corners of the upper convex hull of the points (spent, leavers), from nobody to everybody."""
    corners: list[int] = []
    for at in range(len(leavers)):
        while len(corners) > 1 and _turns_up(leavers, spent, corners[-2], corners[-1], at):
            corners.pop()
        corners.append(at)
    return corners


def _turns_up(leavers: Floats, spent: Floats, first: int, second: int, third: int) -> bool:
    up = (leavers[second] - leavers[first]) * (spent[third] - spent[first])
    return bool(up <= (leavers[third] - leavers[first]) * (spent[second] - spent[first]))


def _edges(leavers: Floats, spent: Floats, costs: Costs) -> Floats:
    """Return the γ from which each corner is the best one: 0, then those at which the next one takes over, then 1."""
    more_leavers, needed = np.diff(leavers), np.diff(spent)
    worth = costs.value - costs.offer
    crossing = np.divide(needed, more_leavers * worth, out=np.full_like(needed, np.inf), where=more_leavers > 0)
    return np.concatenate([[0.0], np.maximum.accumulate(np.clip(crossing, 0.0, 1.0)), [1.0]])
