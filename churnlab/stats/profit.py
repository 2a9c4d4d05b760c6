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
        Of what is promised in it (d), to those who would have stayed and to those who stay for it; at least 0.
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


def profits(left: ArrayLike, score: ArrayLike, costs: Costs, accepted: float) -> tuple[Floats, Floats]:
    """Return what calling the first of a ranking earns, per student of all, at each depth.

    Of leavers called, `accepted` stay; the others cost a call. Of stayers called, all take the offer.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who would leave.
    score : array_like, shape (n,)
        Higher for those to be called first; equal scores are called together.
    costs : Costs
        What it costs and saves.
    accepted : float
        0–1; γ.

    Returns
    -------
    share, profit : numpy.ndarray
        From nobody to everybody.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973, equation 12: the average profit of a
    classification P(t; γ, CLV, δ, φ) with δ = d/CLV, φ = f/CLV.
    """
    share, leavers, stayers = _reached(left, score)
    return share, _gained(leavers, stayers, costs, np.asarray(accepted))


def maximum_profit(left: ArrayLike, score: ArrayLike, costs: Costs, accepted: float) -> Best:
    """Return the maximum profit (MPC): of the depth to which calling pays most.

    Parameters
    ----------
    left, score, costs, accepted
        As of `profits`.
    """
    share, profit = profits(left, score, costs, accepted)
    best = int(np.argmax(profit))
    return Best(profit=float(profit[best]), share=float(share[best]))


def expected_maximum_profit(left: ArrayLike, score: ArrayLike, costs: Costs, *, alpha: float, beta_: float) -> Best:
    """Return the expected maximum profit (EMPC), where it is not known how many accept: γ ~ Beta(α, β).

    For each γ the best depth is a corner of the ROC curve's convex hull, and the next corner is better from one γ on:
    between these the profit is linear in γ, so that the expectation is exact.

    Parameters
    ----------
    left, score, costs
        As of `profits`.
    alpha, beta_ : float
        Above 0; Verbraken's are 6 and 14: 30 % accept, give or take 10.

    Returns
    -------
    Best
        Expected profit, and expected share called.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973, equations 16–19 and section 5.
    """
    share, leavers, stayers = _reached(left, score)
    corners = _hull(leavers, stayers)
    share, leavers, stayers = share[corners], leavers[corners], stayers[corners]
    edges = _edges(leavers, stayers, costs)
    held = np.diff(beta.cdf(edges, alpha, beta_))
    # ∫ γ h(γ) dγ between the edges: that of Beta(α + 1, β), times the mean.
    mean = alpha / (alpha + beta_) * np.diff(beta.cdf(edges, alpha + 1, beta_))
    slope = _gained(leavers, stayers, costs, np.ones(1)) - _gained(leavers, stayers, costs, np.zeros(1))
    fixed = _gained(leavers, stayers, costs, np.zeros(1))
    return Best(profit=float((fixed * held + slope * mean).sum()), share=float((share * held).sum()))


def _reached(left: ArrayLike, score: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return for each depth the share called, and the leavers and stayers among them as shares of all."""
    left, score = np.asarray(left, dtype=float), np.asarray(score, dtype=float)
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    leavers = np.append(0.0, np.cumsum(left[order])[last]) / len(left)
    share = np.append(0.0, last + 1) / len(left)
    return share, leavers, share - leavers


def _gained(leavers: Floats, stayers: Floats, costs: Costs, accepted: Floats) -> Floats:
    saved = accepted * (costs.value - costs.offer) - costs.call
    return np.asarray(leavers * saved - stayers * (costs.offer + costs.call), dtype=float)


def _hull(leavers: Floats, stayers: Floats) -> list[int]:
    """Return the corners of the upper convex hull of the points (stayers, leavers), from nobody to everybody."""
    corners: list[int] = []
    for at in range(len(leavers)):
        while len(corners) > 1 and _turns_up(leavers, stayers, corners[-2], corners[-1], at):
            corners.pop()
        corners.append(at)
    return corners


def _turns_up(leavers: Floats, stayers: Floats, first: int, second: int, third: int) -> bool:
    up = (leavers[second] - leavers[first]) * (stayers[third] - stayers[first])
    return bool(up <= (leavers[third] - leavers[first]) * (stayers[second] - stayers[first]))


def _edges(leavers: Floats, stayers: Floats, costs: Costs) -> Floats:
    """Return the γ from which each corner is the best one: 0, then those at which the next one takes over, then 1."""
    more_leavers, more_stayers = np.diff(leavers), np.diff(stayers)
    worth = costs.value - costs.offer
    needed = more_stayers * (costs.offer + costs.call) + more_leavers * costs.call
    crossing = np.divide(needed, more_leavers * worth, out=np.full_like(needed, np.inf), where=more_leavers > 0)
    return np.concatenate([[0.0], np.maximum.accumulate(np.clip(crossing, 0.0, 1.0)), [1.0]])
