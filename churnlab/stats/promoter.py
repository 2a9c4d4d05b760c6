"""How many more would recommend us than warn of us?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]

# Answers from this one on are promoters', and up to that one detractors', on the scale of 0 to 10.
_PROMOTER, _DETRACTOR = 9, 6
# Made-up answers that pull the interval to the middle, shared as an even spread over −1, 0, 1 has its variance.
_ADDED = 3.0
_ADDED_PROMOTERS = _ADDED_DETRACTORS = 0.75


@dataclass(frozen=True, kw_only=True)
class PromoterScore:
    """A net promoter score; shares, so 0.35 is what is printed as 35.

    Attributes
    ----------
    score : float
        Share of promoters less share of detractors, −1 to 1; NaN of nobody.
    low, high : float
        Interval, within −1 to 1.
    standard_error : float
        Of the score: 0 where all answered alike, which makes nothing sure; by people where they answered several times.
    promoters, passives, detractors : int
        Answers of 9 and 10, of 7 and 8, and of 0 to 6.
    n, people : int
        Answers, and who gave them.
    effective_size : float
        As many answers of different people would tell as much.
    """

    score: float
    low: float
    high: float
    standard_error: float
    promoters: int
    passives: int
    detractors: int
    n: int
    people: int
    effective_size: float


@dataclass(frozen=True, kw_only=True)
class PromoterDifference:
    """The difference of two net promoter scores.

    Attributes
    ----------
    difference, low, high : float
        Second − first, with its interval, within −2 to 2.
    standard_error : float
        Of the difference.
    """

    difference: float
    low: float
    high: float
    standard_error: float


def promoter_score(answers: ArrayLike, *, clusters: ArrayLike | None = None, level: float) -> PromoterScore:
    """Return the net promoter score with its standard error and an interval that holds in small samples.

    The interval adds three made-up answers, 3/4 of them a promoter's and 3/4 a detractor's, and then takes ± z errors.
    Worked out for twelve kinds of customers, a 95 % interval holds the score in 94.6 to 99.8 of 100 samples with 20
    answers, 93.5 to 98.2 with 50 and 94.3 to 97.9 with 100. Without the three it falls to 33 of 100 with 20 answers
    where nearly all are promoters. The score throws away most of what the scale says: where half are promoters and a
    fifth detractors, it takes 366 answers to know it to ± 8 points, and with 50 answers a month one month must differ
    from the last by 31 points to be more than chance. Each answer counts once, also those of a person who gave many.

    Parameters
    ----------
    answers : array_like, shape (n,)
        Whole numbers from 0 to 10; NaN where nothing was answered, which is left out.
    clusters : array_like, shape (n,), optional
        Whose answer it is. With fewer than some 30 people who answer several times the interval is too short.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    PromoterScore
        NaN of nobody.

    References
    ----------
    Reichheld F F, Harv Bus Rev 2003;81(12):46–54. Interval: Rocks B, Am Stat 2016;70:365–372, the adjusted Wald
    interval. Several answers of one person: by the `effective_size`, Korn E L, Graubard B I, Survey Methodology
    1998;24:193–201.
    """
    value, codes = _kinds(answers, clusters)
    n, promoters, detractors = len(value), int((value > 0).sum()), int((value < 0).sum())
    people = len(np.unique(codes))
    if n == 0:
        nan = float("nan")
        return PromoterScore(
            score=nan, low=nan, high=nan, standard_error=nan, promoters=0, passives=0, detractors=0, n=0, people=0,
            effective_size=0.0,
        )  # fmt: skip
    score, size = float(value.mean()), _effective_size(value, codes)
    middle, error = _adjusted(promoters / n, detractors / n, size)
    half = normal_quantile(level) * error
    return PromoterScore(
        score=score,
        low=max(min(middle - half, score), -1.0),  # of one or two alike, the made-up answers reach further
        high=min(max(middle + half, score), 1.0),
        standard_error=float(np.sqrt(value.var() / size)),
        promoters=promoters,
        passives=n - promoters - detractors,
        detractors=detractors,
        n=n,
        people=people,
        effective_size=size,
    )


def promoter_difference(
    first: ArrayLike,
    second: ArrayLike,
    *,
    first_clusters: ArrayLike | None = None,
    second_clusters: ArrayLike | None = None,
    level: float,
) -> PromoterDifference:
    """Return by how much a second net promoter score is higher than a first, with its interval.

    Each score gets half of the made-up answers that one alone gets. The two are taken as of different people: where
    the same people answer before and after, take the mean difference of the same people instead.

    Parameters
    ----------
    first, second : array_like, shapes (n,) and (m,)
        As for `promoter_score`.
    first_clusters, second_clusters : array_like, shapes (n,) and (m,), optional
        Whose answers they are.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    PromoterDifference
        NaN where nobody answered one of the two.

    References
    ----------
    Those of `promoter_score`; half for each of two samples: Agresti A, Caffo B, Am Stat 2000;54:280–288.
    """
    difference, middle, variance, squares = 0.0, 0.0, 0.0, 0.0
    for side, answers, clusters in ((-1, first, first_clusters), (1, second, second_clusters)):
        value, codes = _kinds(answers, clusters)
        if not len(value):
            nan = float("nan")
            return PromoterDifference(difference=nan, low=nan, high=nan, standard_error=nan)
        size = _effective_size(value, codes)
        score, error = _adjusted(float((value > 0).mean()), float((value < 0).mean()), size, half=True)
        difference += side * float(value.mean())
        middle += side * score
        variance += float(value.var()) / size
        squares += error**2
    reach = normal_quantile(level) * float(np.sqrt(squares))
    return PromoterDifference(
        difference=difference,
        low=max(min(middle - reach, difference), -2.0),
        high=min(max(middle + reach, difference), 2.0),
        standard_error=float(np.sqrt(variance)),
    )


def _kinds(answers: ArrayLike, clusters: ArrayLike | None) -> tuple[Floats, NDArray[np.intp]]:
    """Return 1 for a promoter, 0 for a passive, −1 for a detractor, and whose answer it is."""
    given = np.asarray(answers, dtype=float)
    codes = np.arange(len(given)) if clusters is None else pd.factorize(np.asarray(clusters))[0]
    assert len(codes) == len(given), "an owner for each answer"
    answered = ~np.isnan(given)
    given, codes = given[answered], np.asarray(codes)[answered]
    assert np.isin(given, np.arange(11)).all(), "answers are whole numbers from 0 to 10"
    return (given >= _PROMOTER).astype(float) - (given <= _DETRACTOR), codes


def _effective_size(value: Floats, codes: NDArray[np.intp]) -> float:
    """Return the number of answers over the design effect; alike where nothing tells the answers apart."""
    each = np.unique(codes, return_inverse=True)[1]
    answers = np.bincount(each)
    n, people = len(value), len(answers)
    if n == people:
        return float(n)
    if people == 1 or value.var() == 0:
        return float(n**2 / (answers**2).sum())
    between = np.bincount(each, weights=value - value.mean())
    by_people = people / (people - 1) * (between**2).sum()
    return float(n / max(by_people / (n / (n - 1) * n * value.var()), 1.0))


def _adjusted(promoters: float, detractors: float, size: float, *, half: bool = False) -> tuple[float, float]:
    """Return score and error with the made-up answers."""
    share = 0.5 if half else 1.0
    total = size + share * _ADDED
    up = (promoters * size + share * _ADDED_PROMOTERS) / total
    down = (detractors * size + share * _ADDED_DETRACTORS) / total
    return up - down, float(np.sqrt((up + down - (up - down) ** 2) / total))
