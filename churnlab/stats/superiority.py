"""How likely is an answer of one group higher than one of another?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats
from scipy.special import expit, logit

from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Superiority:
    """The probability of superiority of a second group over a first.

    Attributes
    ----------
    probability : float
        That an answer of the second is higher than one of the first, half of equal ones counted; 1 / 2: neither is.
    low, high : float
        Interval, 0–1.
    standard_error, df : float
        Of the probability: 0 where all of one group are above all of the other. Degrees of freedom of its t.
    p_value : float
        Of Brunner and Munzel's test against 1 / 2.
    higher, equal : float
        Share of pairs in which the second is higher, and in which both are equal.
    """

    probability: float
    low: float
    high: float
    standard_error: float
    df: float
    p_value: float
    higher: float
    equal: float


def superiority(
    first: ArrayLike,
    second: ArrayLike,
    *,
    level: float,
    first_clusters: ArrayLike | None = None,
    second_clusters: ArrayLike | None = None,
) -> Superiority:
    """Return how likely a random answer of the second group is higher than one of the first.

    It needs no distances between the answers, no equal spread and no proportional odds, and goes on saying something
    where a regression separates. The interval is a t interval on the logit scale; where no answer overlaps, the open
    end is Newcombe's, of effective sizes.

    Parameters
    ----------
    first, second : array_like, shapes (n,) and (m,)
        Answers; NaN is left out.
    level : float
        Coverage, between 0 and 1.
    first_clusters, second_clusters : array_like, shapes (n,) and (m,), optional
        Whose answers they are, both or none; one who answers in both groups is one person. With fewer than some 30
        people the interval is too short.

    Returns
    -------
    Superiority
        NaN where one group has no answer; without interval where one has only one and they overlap.

    References
    ----------
    Brunner E, Munzel U, Biom J 2000;42:17–25; on the logit scale: Pauly M, Asendorf T, Konietschke F, Biom J
    2016;58:1319–1337; clusters: Obuchowski N A, Biometrics 1997;53:567–578; without overlap: Newcombe R G, Stat Med
    2006;25:559–573, method 5.
    """
    assert (first_clusters is None) == (second_clusters is None), "clusters of both or of none"
    one, whose_one = _given(first, first_clusters)
    two, whose_two = _given(second, second_clusters)
    if not min(len(one), len(two)):
        nan = float("nan")
        return Superiority(
            probability=nan, low=nan, high=nan, standard_error=nan, df=nan, p_value=nan, higher=nan, equal=nan
        )
    higher, equal = (two[:, None] > one), (two[:, None] == one)
    wins = higher + equal / 2
    probability = float(wins.mean())
    # How far each answer moves the probability.
    moved_one, moved_two = (wins.mean(axis=0) - probability) / len(one), (wins.mean(axis=1) - probability) / len(two)
    if first_clusters is None:
        error, df = _independent(moved_one, moved_two)
        sizes = float(len(one)), float(len(two))
    else:
        error, df = _clustered((moved_one, moved_two), (whose_one, whose_two))
        sizes = _kish(whose_one), _kish(whose_two)
    low, high = _limits(probability, error, df, sizes, level)
    known = error > 0
    t = (probability - 0.5) / error if known else np.nan
    return Superiority(
        probability=probability,
        low=low,
        high=high,
        standard_error=error,
        df=df,
        p_value=float(2 * stats.t.sf(abs(t), df)) if known else np.nan,
        higher=float(higher.mean()),
        equal=float(equal.mean()),
    )


def _given(answers: ArrayLike, clusters: ArrayLike | None) -> tuple[Floats, NDArray[np.object_]]:
    value = np.asarray(answers, dtype=float)
    whose = np.asarray(np.arange(len(value)) if clusters is None else clusters, dtype=object)
    assert len(whose) == len(value), "an owner for each answer"
    return value[~np.isnan(value)], whose[~np.isnan(value)]


def _independent(one: Floats, two: Floats) -> tuple[float, float]:
    parts = [
        float((moved**2).sum() * len(moved) / (len(moved) - 1)) if len(moved) > 1 else np.nan for moved in (one, two)
    ]
    total = sum(parts)
    if not total > 0:
        return (0.0 if total == 0 else np.nan), np.nan
    df = total**2 / sum(part**2 / (len(moved) - 1) for part, moved in zip(parts, (one, two), strict=True))
    return float(np.sqrt(total)), float(df)


def _clustered(
    moved: tuple[Floats, Floats], whose: tuple[NDArray[np.object_], NDArray[np.object_]]
) -> tuple[float, float]:
    """Return the standard error by person, and Satterthwaite's degrees of freedom.

    People of the first group, of the second and of both move the probability unlike; the larger group would lend its
    many degrees of freedom to the smaller, whose people decide how far it is known.
    """
    codes, people = pd.factorize(np.concatenate(whose))
    if len(people) < 2:
        return np.nan, np.nan
    sums = np.bincount(codes, weights=np.concatenate(moved))
    sides = [np.isin(np.arange(len(people)), part) for part in (codes[: len(moved[0])], codes[len(moved[0]) :])]
    kind = np.where(sides[0] & sides[1], 2, np.where(sides[1], 1, 0))
    parts = [sums[kind == one] for one in range(3)]
    if any(len(part) == 1 for part in parts):
        parts = [sums]  # of one person alone nothing is learned
    parts = [part for part in parts if len(part)]
    squares = [float((part**2).sum() * len(part) / (len(part) - 1)) for part in parts]
    total = sum(squares)
    if not total > 0:
        return 0.0, np.nan
    df = total**2 / sum(square**2 / (len(part) - 1) for square, part in zip(squares, parts, strict=True))
    return float(np.sqrt(total)), float(df)


def _kish(whose: NDArray[np.object_]) -> float:
    answers = np.bincount(pd.factorize(whose)[0])
    return float(answers.sum() ** 2 / (answers**2).sum())


def _limits(
    probability: float, error: float, df: float, sizes: tuple[float, float], level: float
) -> tuple[float, float]:
    if probability in (0.0, 1.0):
        far = _newcombe(sizes, level)
        return (far, 1.0) if probability else (0.0, 1 - far)
    if not error > 0:
        return np.nan, np.nan
    half = float(stats.t.ppf((1 + level) / 2, df)) * error / (probability * (1 - probability))
    return float(expit(logit(probability) - half)), float(expit(logit(probability) + half))


def _newcombe(sizes: tuple[float, float], level: float) -> float:
    """Return the least probability of which seeing no overlap is no surprise."""
    z, (n, m) = normal_quantile(level), sizes
    middle = (n + m) / 2 - 1

    def surplus(at: float) -> float:
        variance = at * (1 - at) * (1 + middle * ((1 - at) / (2 - at) + at / (1 + at))) / (n * m)
        return 1 - at - z * float(np.sqrt(variance))

    return float(optimize.brentq(surplus, 0.0, 1 - 1e-9))
