"""Do those who rate one person agree, and more than they would by chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
SLIGHT_SKEW = (0.05, 0.15, 0.20, 0.35, 0.25)
"""Raters who are a little too kind on five options: James, Demaree & Wolf 1984; variance 1.34."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WithinGroup:
    """How far the raters of each target agree.

    Attributes
    ----------
    targets : pandas.DataFrame
        By target, in sorted order: `raters`, `rwg`; NaN with fewer than two raters.
    mean, median : float
        Over targets with two raters or more; NaN without any.
    share_enough : float
        Share of those targets that reach `enough`, 0–1.
    """

    targets: pd.DataFrame
    mean: float
    median: float
    share_enough: float


def rwg(
    ratings: ArrayLike,
    targets: ArrayLike,
    *,
    options: int,
    null: Sequence[float] | None = None,
    enough: float = 0.70,
) -> WithinGroup:
    """Return rWG of each target, or rWG(J) with several items.

    The share by which raters' variance is smaller than if each had ticked by chance. Unlike intraclass correlations it
    asks of no differences between targets. 1 is full agreement. A variance above that of chance gives 0, as James,
    Demaree & Wolf advise, and not a number below 0 (or, with several items, above 1 or below). .70 is a convention and
    no test: with few raters chance reaches it often, for which see `rwg_critical`; many items raise it by themselves.
    Raters are mostly kind, and a uniform null then makes agreement of kindness: look at a skewed null too, and believe
    what both say.

    Parameters
    ----------
    ratings : array_like, shape (n,) or (n, n_items)
        A row is what one rater said of one target, in 1 … `options`; a column is an item, all on one scale. Rows with
        a gap (NaN) are left out.
    targets : array_like, shape (n,)
        Who was rated.
    options : int
        Points of the scale, at least 2.
    null : sequence of float, shape (options,), optional
        How often chance ticks each option; sums to 1. Default: all equally often. `SLIGHT_SKEW` for five options.
    enough : float
        From where on raters are said to agree, 0–1.

    Returns
    -------
    WithinGroup
        Each target's agreement, 0–1, and what they come to; NaN where nobody has two raters.

    Raises
    ------
    ValueError
        If a rating lies off the scale.

    References
    ----------
    James L R, Demaree R G, Wolf G, J Appl Psychol 1984;69:85–98, formulas 4 and 5 (uniform) and p. 92–94 (skew).
    LeBreton J M, Senter J L, Organ Res Methods 2008;11:815–852, tables of nulls and what .70 means.
    """
    marks = np.asarray(ratings, dtype=float)
    marks = marks[:, None] if marks.ndim == 1 else marks
    whole = ~np.isnan(marks).any(axis=1)
    marks, who = marks[whole], np.asarray(targets)[whole]
    if ((marks < 1) | (marks > options)).any():
        raise ValueError(f"ratings: expected 1 to {options}; got {marks.min():g} to {marks.max():g}")
    chance = _null_variance(options, null)
    names, codes = np.unique(who, return_inverse=True)
    each = np.bincount(codes, minlength=len(names))
    found = np.full(len(names), np.nan)
    for place in np.flatnonzero(each >= 2):
        found[place] = _rwg(marks[codes == place], chance)
    table = pd.DataFrame({"raters": each, "rwg": found}, index=pd.Index(names, name="target"))
    known = found[~np.isnan(found)]
    if not len(known):
        return WithinGroup(targets=table, mean=np.nan, median=np.nan, share_enough=np.nan)
    return WithinGroup(
        targets=table,
        mean=float(known.mean()),
        median=float(np.median(known)),
        # Halves and tenths are not held exactly: .70 worked out in two ways must reach .70.
        share_enough=float((known >= enough - 1e-12).mean()),
    )


def rwg_critical(
    raters: int, options: int, items: int, *, level: float, rng: np.random.Generator, drawings: int
) -> float:
    """Return the rWG that raters who tick by chance exceed in at most 1 − level of all cases.

    Agreement above it is more than chance. Items are drawn apart from each other; where items are alike, as those of
    one scale mostly are, chance reaches more than this says, and the value for one item is the careful one. With two or
    three raters it is often 1: no agreement of so few can be told from chance.

    Parameters
    ----------
    raters, options, items : int
        Of one target; at least 2, 2 and 1.
    level : float
        As 0.95.
    rng : numpy.random.Generator
        Draws the ratings, all options equally often.
    drawings : int
        How many targets to draw; some 10,000.

    Returns
    -------
    float
        In 0–1.

    References
    ----------
    Dunlap W P, Burke M J, Smith-Crowe K, J Appl Psychol 2003;88:356–362 (one item). Cohen A, Doveh E, Eick U, Psychol
    Methods 2001;6:297–310 (several).
    """
    assert min(raters, options, items + 1) >= 2, "two raters, two options and an item at least"
    assert 0 < level < 1, level
    drawn = rng.integers(1, options + 1, size=(drawings, raters, items)).astype(float)
    found = _rwg(drawn, _null_variance(options, None))
    return float(np.quantile(found, level, method="inverted_cdf"))


def mean_rwg_critical(
    raters: Sequence[int], options: int, *, level: float, rng: np.random.Generator, drawings: int
) -> float:
    """Return the mean rWG of several targets that raters who tick by chance exceed in at most 1 − level of all cases.

    Where each target has so few raters that no agreement of theirs can be told from chance (two on five options tick
    the same in a fifth of all cases), many targets together still can. It says that raters agree on the whole, not of
    which target they do; one item, and raters of one target apart from those of another.

    Parameters
    ----------
    raters : sequence of int
        Of each target, at least 2.
    options : int
        Points of the scale, at least 2.
    level : float
        As 0.95.
    rng : numpy.random.Generator
        Draws the ratings, all options equally often.
    drawings : int
        How often to draw all targets; some 2,000.

    Returns
    -------
    float
        In 0–1.

    References
    ----------
    Cohen A, Doveh E, Eick U, Psychol Methods 2001;6:297–310; Cohen A, Doveh E, Nahum-Shani I, Organ Res Methods 2009;
    12:148–164 (the mean over groups as what is tested).
    """
    assert len(raters) > 0, "a target at least"
    assert min(*raters, options, 2) >= 2, "two raters of each target, and two options"
    assert 0 < level < 1, level
    chance, total = _null_variance(options, None), np.zeros(drawings)
    for many, targets in zip(*np.unique(np.asarray(raters), return_counts=True), strict=True):
        drawn = rng.integers(1, options + 1, size=(drawings, targets, many, 1)).astype(float)
        total += _rwg(drawn, chance).sum(axis=1)
    return float(np.quantile(total / len(raters), level, method="inverted_cdf"))


def _null_variance(options: int, null: Sequence[float] | None) -> float:
    assert options >= 2, "a scale has two points at least"
    if null is None:
        return (options**2 - 1) / 12
    shares, points = np.asarray(null, dtype=float), np.arange(1, options + 1)
    assert shares.shape == points.shape, "one share for each option"
    assert np.isclose(shares.sum(), 1), "shares sum to 1"
    assert (shares >= 0).all(), "a share is never below 0"
    variance = float(shares @ points**2 - (shares @ points) ** 2)
    assert variance > 0, "chance that always ticks one option cannot be told from agreement"
    return variance


def _rwg(marks: Floats, chance: float) -> Floats:
    """Return rWG of marks whose last two axes are raters and items."""
    items = marks.shape[-1]
    ratio = np.minimum(np.var(marks, axis=-2, ddof=1).mean(axis=-1) / chance, 1.0)
    return np.asarray(items * (1 - ratio) / (items * (1 - ratio) + ratio))
