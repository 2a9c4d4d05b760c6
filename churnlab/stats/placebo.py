"""Would the same comparison have found as much where there was nothing to find?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.multiplicity import holm

Floats = NDArray[np.float64]

_TIE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceboDates:
    """What the estimator finds at dates when nothing began.

    Attributes
    ----------
    estimate : float
        At the true start.
    pretended : pandas.DataFrame
        Columns start, estimate; a row a pretended start.
    as_large : int
        How many pretended estimates are as far from 0 as the true one.
    share_as_large : float
        Of those that could be told; NaN where none could. No p-value: windows that overlap find nearly the same.
    """

    estimate: float
    pretended: pd.DataFrame
    as_large: int
    share_as_large: float


def placebo_dates(
    series: ArrayLike, *, start: int, pretended: Sequence[int], estimate: Callable[[Floats, int], float]
) -> PlaceboDates:
    """Estimate the effect of a start that was none, at earlier dates, from what came before the true start alone.

    Read it as: where the estimator finds as much at dates when nothing began, what it finds at the true one is no news.
    As many periods after the pretended start are used as there are after the true one, or as lie before it: shorter
    windows find larger numbers by chance. An estimate over its standard error is fairer to them.

    Parameters
    ----------
    series : array_like, shape (..., periods)
        In order of time; the last axis is cut. Several rows for an estimator that compares regions.
    start : int
        Position of the first period of the training.
    pretended : sequence of int
        Positions before `start`, above 0.
    estimate : callable
        Takes a series and a start, gives a number that is 0 where there is no effect. What it raises is not caught:
        name only starts that leave it enough before and after.

    Raises
    ------
    ValueError
        Where a pretended start is none before the true one.

    References
    ----------
    Abadie A, Diamond A, Hainmueller J, Am J Polit Sci 2015;59:495–510, section 4.2 (placebo in time).
    """
    values = np.asarray(series, dtype=float)
    late = [one for one in pretended if not 0 < one < start]
    if late:
        raise ValueError(f"Pretended starts {late} do not lie before the true one, {start}, with a period before them.")
    after = values.shape[-1] - start
    true = float(estimate(values, start))
    found = np.array([estimate(values[..., : min(start, one + after)], one) for one in pretended], dtype=float)
    told = found[~np.isnan(found)]
    as_large = int((np.abs(told) >= abs(true) * (1 - _TIE)).sum())
    return PlaceboDates(
        estimate=true,
        pretended=pd.DataFrame({"start": list(pretended), "estimate": found}),
        as_large=as_large,
        share_as_large=as_large / len(told) if len(told) and not np.isnan(true) else float("nan"),
    )


def placebo_outcomes(outcomes: Mapping[str, Any], *, estimate: Callable[[Any], tuple[float, float]]) -> pd.DataFrame:
    """Estimate the effect on outcomes that the training cannot have touched.

    A small adjusted p-value says that the comparison finds effects where none can be: the groups differ, or something
    else began at the same time, and the effects on the other outcomes are not to be trusted either. Large ones do not
    prove the comparison right.

    Parameters
    ----------
    outcomes : mapping of str to anything
        What the estimator takes, by name of the outcome.
    estimate : callable
        Gives the effect and its two-sided p-value.

    Returns
    -------
    pandas.DataFrame
        Columns outcome, effect, p_value, p_value_holm (the chance of any so small one among all is at most this).

    References
    ----------
    Lipsitch M, Tchetgen Tchetgen E, Cohen T, Epidemiology 2010;21:383–388 (negative control outcomes).
    """
    found = [estimate(one) for one in outcomes.values()]
    frame = pd.DataFrame(found, columns=["effect", "p_value"], dtype=float).assign(outcome=list(outcomes))
    return frame.assign(p_value_holm=holm(frame["p_value"]))[["outcome", "effect", "p_value", "p_value_holm"]]


def max_t(outcomes: ArrayLike, treated: ArrayLike, *, draws: int, rng: np.random.Generator) -> Floats:
    """Return a p-value for each outcome such that the chance of any false finding among them stays below each.

    Which units were trained is dealt out anew, and each outcome's t is held against the largest of those that are not
    yet decided (step-down). Where outcomes go together it finds more than `holm`, which must reckon with the worst.
    It tests that the training changed nothing at all for anybody; where groups of different size also differ in spread
    it may reject for that. Units must be exchangeable: not classes of one teacher, of whom all or none were trained.

    Parameters
    ----------
    outcomes : array_like, shape (units, outcomes)
        Best the change of each unit from before to after. NaN where a unit has none.
    treated : array_like of bool, shape (units,)
        Which units were trained; at least one, and one not.
    draws : int
        How often units are dealt out; where there are no more ways than that, each is taken once, and no p-value is
        below 1 over their number, otherwise none below 1 / (draws + 1).
    rng : numpy.random.Generator
        Deals.

    Returns
    -------
    numpy.ndarray, shape (outcomes,)
        Adjusted, two-sided, in 0–1; NaN for an outcome that is the same for all, or missing for all of a group.

    Raises
    ------
    ValueError
        Where all were trained or none.

    References
    ----------
    Westfall P H, Young S S, Resampling-Based Multiple Testing, 1993, algorithm 4.1. Ge Y, Dudoit S, Speed T P, Test
    2003;12:1–77, box 2. Phipson B, Smyth G K, Stat Appl Genet Mol Biol 2010;9:39 (why 1 is added to both counts).
    """
    values, mask = np.asarray(outcomes, dtype=float), np.asarray(treated, dtype=bool)
    if mask.all() or not mask.any():
        raise ValueError("There must be units that were trained, and some that were not.")
    deals = _deals(mask, draws, rng)
    scores = _scores(deals, values)
    raised = np.full(values.shape[1], np.nan)
    tested = np.flatnonzero(~np.isnan(scores[0]))
    order = tested[np.argsort(-scores[0, tested], kind="stable")]
    # The largest of each outcome and all those that come after it; one that a deal leaves untested tells nothing.
    rest = np.nan_to_num(scores[:, order], nan=0.0, posinf=np.inf)
    largest = np.maximum.accumulate(rest[:, ::-1], axis=1)[:, ::-1]
    shares = (largest >= scores[0, order] * (1 - _TIE)).mean(axis=0)
    raised[order] = np.maximum.accumulate(shares)
    return raised


def _deals(mask: NDArray[np.bool_], draws: int, rng: np.random.Generator) -> Floats:
    """Return who is taken for trained, deals by units: as it was in the first row, then all other ways, or draws."""
    many = int(mask.sum())
    if comb(len(mask), many) > draws:
        return np.vstack([mask, rng.permuted(np.tile(mask, (draws, 1)), axis=1)]).astype(float)
    chosen = np.array(list(combinations(range(len(mask)), many)))
    every = np.zeros((len(chosen), len(mask)))
    np.put_along_axis(every, chosen, 1.0, axis=1)
    others = every[(every != mask).any(axis=1)]
    return np.vstack([mask.astype(float), others])


def _scores(own: Floats, values: Floats) -> Floats:
    """Return |t| with pooled variance, deals by outcomes."""
    there = ~np.isnan(values)
    n = there.sum(axis=0)
    # About the mean, lest large numbers of small spread be lost in rounding.
    mean = np.divide(np.where(there, values, 0.0).sum(axis=0), n, out=np.zeros(len(n)), where=n > 0)
    centred = np.where(there, values - mean, 0.0)
    whole = (centred**2).sum(axis=0)
    varies = whole > _TIE**2 * n * np.maximum(mean**2, np.finfo(float).tiny)
    here = own @ there
    between = np.divide(
        (own @ centred) ** 2 * n, here * (n - here), out=np.full(here.shape, np.nan), where=_both(here, n)
    )
    between = np.where(varies, np.minimum(between, whole), np.nan)
    within = np.where(whole - between > _TIE * whole, whole - between, 0.0)
    t_squared = np.divide(between * (n - 2), within, out=np.full(here.shape, np.inf), where=within > 0)
    return np.asarray(np.sqrt(np.where(np.isnan(between), np.nan, t_squared)))


def _both(here: Floats, n: NDArray[np.int_]) -> NDArray[np.bool_]:
    return np.asarray((here > 0) & (here < n))
