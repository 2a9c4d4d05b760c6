"""Are the answers of some higher than those of others, on a scale of which only the order means something?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import expit

from churnlab.stats.intervals import normal_quantile
from churnlab.stats.separation import separating_direction

Floats = NDArray[np.float64]

_STEPS = 60
_TOLERANCE = 1e-10
# Where along some direction less of the curvature than this is left, the climb may be on its way to infinity.
_FLAT = 1e-6
_IMPOSSIBLE = 1e-100


@dataclass(frozen=True, kw_only=True, eq=False)
class Ordinal:
    """A proportional-odds regression by maximum likelihood.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (p,)
        Log odds ratios of a higher answer per unit of each column, the same at every threshold.
    thresholds : numpy.ndarray, shape (k − 1,)
        Log odds of an answer at or below each used category but the last, where all columns are 0.
    covariance : numpy.ndarray, shape (k − 1 + p, k − 1 + p)
        Of thresholds and coefficients: by the observed information, or by clusters where they were given.
    used, unused : tuple of float
        Categories that somebody chose, in their order, and those that nobody did: these have no threshold.
    separated : bool
        Whether the columns tell higher from lower answers without error: then there is no finite estimate, all is NaN.
    log_likelihood : float
        At the top.
    n : int
        Answers.
    """

    coefficients: Floats
    thresholds: Floats
    covariance: Floats
    used: tuple[float, ...]
    unused: tuple[float, ...]
    separated: bool
    log_likelihood: float
    n: int

    @property
    def standard_errors(self) -> Floats:
        """Standard error of each coefficient."""
        return np.sqrt(np.diag(self.covariance)[len(self.thresholds) :])

    def odds_ratios(self, *, level: float) -> tuple[Floats, Floats, Floats]:
        """Return each odds ratio of a higher answer with the ends of its normal interval."""
        half = normal_quantile(level) * self.standard_errors
        return np.exp(self.coefficients), np.exp(self.coefficients - half), np.exp(self.coefficients + half)


@dataclass(frozen=True, kw_only=True)
class Proportionality:
    """The score test of one odds ratio for all thresholds.

    Attributes
    ----------
    statistic : float
        Chi-square.
    df : int
        Columns times thresholds but one.
    p_value : float
        Small: the odds ratio is not the same at all thresholds.
    """

    statistic: float
    df: int
    p_value: float


def fit_ordinal(
    X: ArrayLike,
    answers: ArrayLike,
    *,
    categories: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Ordinal:
    """Fit a proportional-odds (cumulative logit) regression by Newton's method, without penalty.

    Read an odds ratio as: with one unit more, the odds of answering 5 rather than at most 4 are so many times as high,
    and so are those of at least 4 rather than at most 3. Look at `proportionality` first. Where columns separate, as
    when all of a group gave the highest answer, no estimate is made: take `superiority`, which always has an answer.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Columns of like scale, linearly independent of each other and of a constant.
    answers : array_like, shape (n,)
        Numbers in their order, as 1 to 5; the distances mean nothing.
    categories : array_like, optional
        All that could be answered; to tell which nobody chose. Default: those that somebody did.
    clusters : array_like, shape (n,), optional
        Whose answer it is: errors then allow for likeness within a person, with the factor g / (g − 1) for g people;
        with fewer than some 30 they are too small.

    Returns
    -------
    Ordinal
        NaN where columns separate, or all gave the same answer.

    References
    ----------
    McCullagh P, J R Stat Soc B 1980;42:109–142; one top only: Pratt J W, J Am Stat Assoc 1981;76:103–106; clusters:
    Liang K-Y, Zeger S L, Biometrika 1986;73:13–22.
    """
    y = np.asarray(answers, dtype=float)
    columns = np.asarray(X, dtype=float).reshape(len(y), -1)
    assert not np.isnan(y).any(), "leave out who did not answer"
    offered = np.unique(y if categories is None else np.asarray(categories, dtype=float))
    used, place = np.unique(y, return_inverse=True)
    assert np.isin(used, offered).all(), "an answer that is no category"
    unused = tuple(float(one) for one in offered if one not in used)
    cuts, p = max(len(used) - 1, 0), columns.shape[1]
    at, separated, top = np.full(cuts + p, np.nan), False, np.nan
    covariance = np.full((cuts + p, cuts + p), np.nan)
    if cuts:
        assert np.linalg.matrix_rank(np.column_stack([np.ones(len(y)), columns])) == p + 1, "columns depend"
        hill = _Hill(columns, place, cuts)
        found = hill.climb()
        separated = hill.curvature_left(found) < _FLAT and hill.separates()
        if not separated:
            at, top = found, hill.height(found)
            covariance = _covariance(hill, found, clusters)
    return Ordinal(
        coefficients=at[cuts:],
        thresholds=at[:cuts],
        covariance=covariance,
        used=tuple(float(one) for one in used),
        unused=unused,
        separated=separated,
        log_likelihood=top,
        n=len(y),
    )


def proportionality(
    X: ArrayLike, answers: ArrayLike, fit: Ordinal, *, clusters: ArrayLike | None = None
) -> Proportionality:
    """Test whether one odds ratio serves all thresholds, by the score of a model with one for each.

    With many answers it finds differences too small to matter, and with categories that hardly anybody chose it finds
    too many: look then at the odds ratios of the single thresholds, by logistic regressions.

    Parameters
    ----------
    X, answers
        As they were fitted.
    fit : Ordinal
        What `fit_ordinal` made of them.
    clusters : array_like, shape (n,), optional
        As they were fitted: the test then allows for likeness within a person.

    Returns
    -------
    Proportionality
        NaN with two used categories only, or without an estimate.

    References
    ----------
    Peterson B, Harrell F E, Appl Stat 1990;39:205–217, section 3; with clusters the generalised score test, Boos D D,
    Am Stat 1992;46:327–333.
    """
    y = np.asarray(answers, dtype=float)
    columns = np.asarray(X, dtype=float).reshape(len(y), -1)
    cuts, p = len(fit.thresholds), columns.shape[1]
    df = p * max(cuts - 1, 0)
    if df == 0 or np.isnan(fit.log_likelihood):
        return Proportionality(statistic=np.nan, df=df, p_value=np.nan)
    ends = fit.thresholds - (columns @ fit.coefficients)[:, None]
    outside = np.full((len(y), 1), np.inf)
    chance = _chance(np.hstack([ends, outside]), np.hstack([-outside, ends]))
    slope = _density(ends)
    # What is next to impossible for somebody tells nothing of him: there all slopes are next to 0 too.
    upside = np.divide(1, chance, out=np.zeros_like(chance), where=chance > _IMPOSSIBLE)
    chosen = np.eye(cuts + 1)[np.searchsorted(fit.used, y)] * upside
    pulls = slope * (chosen[:, :-1] - chosen[:, 1:])
    # Parameters: for each threshold its own constant and its own coefficients.
    wide = np.column_stack([np.ones(len(y)), -columns])
    scores = (pulls[:, :, None] * wide[:, None, :]).reshape(len(y), -1)
    curved = np.zeros((len(y), cuts, cuts))
    diagonal, beside = np.arange(cuts), np.arange(cuts - 1)
    curved[:, diagonal, diagonal] = slope**2 * (upside[:, :-1] + upside[:, 1:])
    curved[:, beside, beside + 1] = -slope[:, :-1] * slope[:, 1:] * upside[:, 1:-1]
    curved[:, beside + 1, beside] = curved[:, beside, beside + 1]
    information = np.einsum("nij,na,nb->iajb", curved, wide, wide).reshape(scores.shape[1], -1)
    inverse = np.linalg.pinv(information)
    # Each threshold's coefficients less the first one's: all 0 if the odds are proportional.
    contrast = np.kron(np.column_stack([-np.ones(cuts - 1), np.eye(cuts - 1)]), np.eye(p + 1)[1:])
    away = contrast @ inverse @ scores.sum(axis=0)
    middle = information if clusters is None else _between(scores, clusters)
    statistic = float(away @ np.linalg.pinv(contrast @ inverse @ middle @ inverse @ contrast.T) @ away)
    return Proportionality(statistic=statistic, df=df, p_value=float(stats.chi2.sf(statistic, df)))


class _Hill:
    """The log-likelihood over thresholds and coefficients."""

    def __init__(self, columns: Floats, place: NDArray[np.intp], cuts: int) -> None:
        self.place, self.cuts = place, cuts
        steps = np.eye(cuts)
        self.has_upper, self.has_lower = place < cuts, place > 0
        # The rows that make, of the parameters, the log odds at the upper and at the lower end of each answer.
        self.upper = np.column_stack([steps[np.minimum(place, cuts - 1)] * self.has_upper[:, None], -columns])
        self.lower = np.column_stack([steps[np.maximum(place - 1, 0)] * self.has_lower[:, None], -columns])

    def _ends(self, at: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the log odds at both ends of each answer, and how likely it was."""
        high = np.where(self.has_upper, self.upper @ at, np.inf)
        low = np.where(self.has_lower, self.lower @ at, -np.inf)
        return high, low, _chance(high, low)

    def height(self, at: Floats) -> float:
        chance = self._ends(at)[2]
        return float(np.log(chance).sum()) if (chance > 0).all() else -np.inf

    def scores(self, at: Floats) -> Floats:
        high, low, chance = self._ends(at)
        found: Floats = self.upper * (_density(high) / chance)[:, None] - self.lower * (_density(low) / chance)[:, None]
        return found

    def information(self, at: Floats) -> Floats:
        high, low, chance = self._ends(at)
        over, under = _density(high) / chance, _density(low) / chance
        upper = over**2 - over * (1 - 2 * expit(high))
        lower = under**2 + under * (1 - 2 * expit(low))
        both = (self.upper * (over * under)[:, None]).T @ self.lower
        found: Floats = (self.upper * upper[:, None]).T @ self.upper + (self.lower * lower[:, None]).T @ self.lower
        return found - both - both.T

    def start(self) -> Floats:
        shares = np.cumsum(np.bincount(self.place))[:-1] / len(self.place)
        return np.concatenate([np.log(shares / (1 - shares)), np.zeros(self.upper.shape[1] - self.cuts)])

    def climb(self) -> Floats:
        at = self.start()
        height = self.height(at)
        for _ in range(_STEPS):
            step = np.linalg.lstsq(self.information(at), self.scores(at).sum(axis=0), rcond=None)[0]
            for _ in range(_STEPS):
                if self.height(at + step) >= height - 1e-9 * abs(height):
                    break
                step = step / 2
            at = at + step
            height = self.height(at)
            if np.abs(step).max() < _TOLERANCE * (1 + np.abs(at).max()) or not np.isfinite(height):
                break
        return at

    def curvature_left(self, at: Floats) -> float:
        """Return the least share of the curvature at the start that is left here, over all directions."""
        first = self.information(self.start())
        root = np.linalg.cholesky(first)
        inner = np.linalg.solve(root, np.linalg.solve(root, self.information(at)).T)
        return float(np.linalg.eigvalsh((inner + inner.T) / 2)[0])

    def separates(self) -> bool:
        """Tell whether some direction lifts no answer's likelihood down: all thresholds as one yes-or-no question."""
        rows = np.vstack([self.upper[self.has_upper], self.lower[self.has_lower]])
        over = np.arange(len(rows)) >= self.has_upper.sum()
        cuts = np.column_stack([np.ones(len(rows)), -rows[:, 1 : self.cuts], -rows[:, self.cuts :]])
        return bool(separating_direction(cuts, over).any())


def _chance(high: Floats, low: Floats) -> Floats:
    """Return how likely it is to lie between two log odds."""
    # On the far side both would be next to 1, and their difference rounded away.
    return np.where(low > 0, expit(-low) - expit(-high), expit(high) - expit(low))


def _density(log_odds: Floats) -> Floats:
    return expit(log_odds) * expit(-log_odds)


def _covariance(hill: _Hill, at: Floats, clusters: ArrayLike | None) -> Floats:
    bread = np.asarray(np.linalg.inv(hill.information(at)), dtype=np.float64)
    return bread if clusters is None else bread @ _between(hill.scores(at), clusters) @ bread


def _between(scores: Floats, clusters: ArrayLike) -> Floats:
    """Return the variance of the sum of the scores, by sums over clusters."""
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    sums = np.zeros((codes.max() + 1, scores.shape[1]))
    np.add.at(sums, codes, scores)
    found: Floats = sums.T @ sums * (len(sums) / max(len(sums) - 1, 1))
    return found
