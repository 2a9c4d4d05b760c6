"""How many of those who renewed so far will renew again?

The shifted beta-geometric model: each customer renews with a chance of her own, the same each time; the chances to
leave follow a beta distribution over customers. So the renewal rate rises from term to term though nobody becomes more
loyal: those likely to leave have left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit, gammaln, logit
from scipy.stats import chi2

Floats = NDArray[np.float64]

_ALIKE, _SPLIT = 1e-5, 1 - 1e-5  # beyond, customers differ by nothing or in everything, as far as numbers can tell
_RAYS, _HALVINGS = 180, 50
_WIDTH, _FARTHEST = 4.0, 20.0  # of the logit of leaving: how many make one of unlikeness; beyond, it is 0 or 1
_GRID, _NEARLY_ALL = 120, 0.9999
_LEAST_EXPECTED = 5  # Cochran's rule for chi-squared


@dataclass(frozen=True, kw_only=True, eq=False)
class BetaGeometric:
    """The fitted model.

    It is held as `leaving` and `unlikeness`, which unlike α and β stay finite where the data say that all are alike.

    Attributes
    ----------
    leaving : float
        Mean chance to leave at a renewal, α / (α + β), 0–1.
    unlikeness : float
        1 / (α + β + 1), 0–1: 0 where all have the same chance (a geometric distribution), 1 where everybody renews
        always or never.
    log_likelihood : float
        At its maximum, without the constant of the counts.
    term, asked, renewed : numpy.ndarray
        What it was fitted to.
    """

    leaving: float
    unlikeness: float
    log_likelihood: float
    term: Floats
    asked: Floats
    renewed: Floats

    @property
    def alpha(self) -> float:
        """First parameter of the beta distribution of the chance to leave; infinite where all are alike."""
        return float(self.leaving / self.unlikeness - self.leaving) if self.unlikeness else np.inf

    @property
    def beta(self) -> float:
        """Second parameter; infinite where all are alike."""
        stay = 1 - self.leaving
        return float(stay / self.unlikeness - stay) if self.unlikeness else np.inf

    def renewal(self, term: ArrayLike) -> Floats:
        """Return the chance to renew at the end of a term (1, 2, …), given that it was reached."""
        return renewal(self.leaving, self.unlikeness, term)

    def survival(self, term: ArrayLike) -> Floats:
        """Return the share of all starters who renew at the end of every term up to this one (0: all)."""
        return survival(self.leaving, self.unlikeness, term)

    def interval(self, of: Callable[[Floats, Floats], Floats], level: float) -> tuple[Floats, Floats]:
        """Return the profile-likelihood interval of anything that the two parameters determine.

        Its ends are the least and the greatest value among all pairs of parameters whose deviance from the best is at
        most the quantile of χ² with one degree of freedom; that is what profiling finds. Unlike normal intervals it
        stays within what is possible, and is the same in whatever scale one thinks. Where all look alike the maximum
        lies on the edge and the interval is a little too wide (Self & Liang 1987).

        Parameters
        ----------
        of : callable
            Takes arrays of `leaving` and `unlikeness`, shape (k, 1), and returns shape (k, n).
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        low, high : numpy.ndarray, shape (n,)

        References
        ----------
        Venzon D J, Moolgavkar S H, Appl Stat 1988;37:87–94; Self S G, Liang K Y, J Am Stat Assoc 1987;82:605–610.
        """
        leaving, unlikeness = self._edge(level)
        values = of(leaving[:, None], unlikeness[:, None])
        return values.min(axis=0), values.max(axis=0)

    def parameter_intervals(self, level: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the profile-likelihood intervals of α and of β, as `interval`.

        A greatest value is infinite where the data allow that customers do not differ. The two go together: a great α
        is likely with a great β only, so that the curve is known better than either of them.
        """
        low, high = self.interval(_both, level)
        low, high = np.minimum(low, [self.alpha, self.beta]), np.maximum(high, [self.alpha, self.beta])
        return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))

    def draws(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw pairs of parameters as likely as the data make them, all pairs taken as equally likely before.

        For sums over customers who share the fit, to which no interval of one number carries over.

        Parameters
        ----------
        n : int
            How many.
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        leaving, unlikeness : numpy.ndarray, shape (n,)
        """
        ways = [np.linspace(side.min(), side.max(), _GRID) for side in self._edge(_NEARLY_ALL)]
        leaving, unlikeness = (side.ravel() for side in np.meshgrid(*ways))
        weight = np.exp(self._likelihood(leaving, unlikeness) - self.log_likelihood)
        drawn = rng.choice(len(weight), n, p=weight / weight.sum())
        return leaving[drawn], unlikeness[drawn]

    def fit_quality(self) -> tuple[float, int, float]:
        """Return Pearson's χ² of the counts against the model, its degrees of freedom and p-value.

        Counted row by row as they were handed in, where at least five are expected to renew and five to leave. A small
        p-value: the curve does not follow the data, and what it foretells is not to be trusted. NaN without a degree
        of freedom to spare.
        """
        expected = self.asked * self.renewal(self.term)
        enough = np.minimum(expected, self.asked - expected) >= _LEAST_EXPECTED
        asked, stay, missed = (side[enough] for side in (self.asked, expected, self.renewed - expected))
        spare = int(enough.sum()) - (2 if self.unlikeness else 1)
        if spare < 1:
            return np.nan, max(spare, 0), np.nan
        value = float((missed**2 * asked / (stay * (asked - stay))).sum())
        return value, spare, float(chi2.sf(value, spare))

    @cached_property
    def _centre(self) -> tuple[float, float]:
        """Return from where to look around, as the logit of `leaving` and `unlikeness`: the best pair, off the edge."""
        n = self.asked.sum()
        leaving = np.clip(self.leaving, 0.05 / n, 1 - 0.05 / n)
        return float(logit(leaving)), min(max(self.unlikeness, _ALIKE), _SPLIT)

    def _edge(self, level: float) -> tuple[Floats, Floats]:
        """Return where the deviance reaches the quantile of χ², seen from the best pair in all directions."""
        angle = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
        across, up = _WIDTH * np.cos(angle), np.sin(angle)
        x, y = self._centre
        least = self.log_likelihood - chi2.ppf(level, 1) / 2

        def at(distance: Floats) -> tuple[Floats, Floats]:
            return expit(x + distance * across), np.clip(y + distance * up, 0, _SPLIT)

        room = np.where(up > 0, _SPLIT - y, y) / np.maximum(np.abs(up), 1e-12)
        near, far = np.zeros(_RAYS), np.minimum(room, _FARTHEST / np.maximum(np.abs(across), 1e-12))
        near = np.where(self._likelihood(*at(far)) >= least, far, near)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            inside = self._likelihood(*at(middle)) >= least
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        return at(near)

    def _likelihood(self, leaving: Floats, unlikeness: Floats) -> Floats:
        return _likelihood(leaving, unlikeness, self.term, self.asked, self.renewed)


def fit_beta_geometric(term: ArrayLike, asked: ArrayLike, renewed: ArrayLike) -> BetaGeometric:
    """Fit the model by maximum likelihood.

    Each row is a cohort at the end of a term: how many were asked to renew and how many did. Given that she got so
    far, whether a customer renews is one trial; so those whose next term still runs are right-censored by not being
    asked yet, and those first seen in a later term enter there. Several cohorts with the same term are added up.

    Where all renewed, or nobody did, the rate is 1 or 0 for all; the interval tells how far that can be believed. Where
    customers do not look different from each other, the curve is a geometric one: α and β are infinite.

    Parameters
    ----------
    term : array_like of int, shape (n,)
        Which renewal it was, from 1.
    asked, renewed : array_like of int, shape (n,)
        Customers who reached the end of that term and whose answer is known; those of them who renewed.

    Raises
    ------
    ValueError
        If anybody renewed more often than asked, or fewer than two different terms were asked: one rate says nothing
        of how customers differ.

    References
    ----------
    Fader P S, Hardie B G S, J Interactive Marketing 2007;21:76–90.
    """
    t, n, k = (np.asarray(side, dtype=float) for side in (term, asked, renewed))
    if (k > n).any() or (k < 0).any() or (t < 1).any():
        raise ValueError("terms begin with 1, and nobody renews more often than asked")
    t, n, k = t[n > 0], n[n > 0], k[n > 0]
    if len(np.unique(t)) < 2:
        raise ValueError("the model needs at least two terms")
    alike = 1 - k.sum() / n.sum()
    best, spread = alike, 0.0
    top = float(_likelihood(np.array(alike), np.array(0.0), t, n, k))
    if 0 < alike < 1:
        starts = [(logit(alike), logit(start)) for start in (0.02, 0.3, 0.8)]
        found = [minimize(_loss, start, args=(t, n, k), method="Nelder-Mead", options=_PRECISELY) for start in starts]
        one = min(found, key=lambda result: float(result.fun))
        if -one.fun > top + 1e-9 and expit(one.x[1]) > _ALIKE:
            best, spread, top = float(expit(one.x[0])), min(float(expit(one.x[1])), _SPLIT), float(-one.fun)
    return BetaGeometric(leaving=best, unlikeness=spread, log_likelihood=top, term=t, asked=n, renewed=k)


def one_for_all(term: ArrayLike, asked: ArrayLike, renewed: ArrayLike, group: ArrayLike) -> tuple[float, int, float]:
    """Test whether several groups of customers share one pair of parameters (likelihood ratio).

    Parameters
    ----------
    term, asked, renewed : array_like of int, shape (n,)
        As for `fit_beta_geometric`.
    group : array_like, shape (n,)
        Of which group each row is; of each at least two terms.

    Returns
    -------
    statistic : float
        Twice the log-likelihood of a pair of parameters for each group less that of one for all, ≥ 0.
    degrees_of_freedom : int
        Two for each group but one.
    p_value : float
        Small: the groups differ. Where some look all alike the maximum lies on the edge, and it is a little too great
        (Self & Liang 1987).

    References
    ----------
    Wilks S S, Ann Math Stat 1938;9:60–62; Self S G, Liang K Y, J Am Stat Assoc 1987;82:605–610.
    """
    t, n, k, of = (np.asarray(side) for side in (term, asked, renewed, group))
    names = np.unique(of)
    own = sum(fit_beta_geometric(t[of == name], n[of == name], k[of == name]).log_likelihood for name in names)
    statistic = max(0.0, 2 * float(own - fit_beta_geometric(t, n, k).log_likelihood))
    freedom = 2 * (len(names) - 1)
    return statistic, freedom, float(chi2.sf(statistic, freedom)) if freedom else np.nan


def renewal(leaving: ArrayLike, unlikeness: ArrayLike, term: ArrayLike) -> Floats:
    """Return the chance to renew at the end of a term: (β + t − 1) / (α + β + t − 1).

    Parameters
    ----------
    leaving, unlikeness : array_like
        As in `BetaGeometric`; they broadcast against the terms.
    term : array_like of int
        From 1.

    References
    ----------
    Fader & Hardie 2007, section 3.
    """
    m, u, t = np.broadcast_arrays(*(np.asarray(side, dtype=float) for side in (leaving, unlikeness, term)))
    u = np.minimum(u, _SPLIT)
    size = 1 - u  # α + β, times the unlikeness; so are the other sums
    return ((1 - m) * size + (t - 1) * u) / (size + (t - 1) * u)


def survival(leaving: ArrayLike, unlikeness: ArrayLike, term: ArrayLike) -> Floats:
    """Return the share of starters who renewed at the end of each of the first `term` terms: B(α, β + t) / B(α, β).

    Parameters
    ----------
    leaving, unlikeness, term
        As for `renewal`; term 0 gives 1.

    References
    ----------
    Fader & Hardie 2007, section 3.
    """
    m, u, t = np.broadcast_arrays(*(np.asarray(side, dtype=float) for side in (leaving, unlikeness, term)))
    rising = np.maximum(u, 1e-12)
    a, b = m * (1 - u) / rising, (1 - m) * (1 - u) / rising
    with np.errstate(invalid="ignore"):
        mixed = np.exp(gammaln(b + t) + gammaln(a + b) - gammaln(b) - gammaln(a + b + t))
    mixed = np.where(m >= 1, t == 0, mixed)
    return np.where(u < _ALIKE, (1 - m) ** t, mixed)


def _both(leaving: Floats, unlikeness: Floats) -> Floats:
    """Return α and β, side by side; infinite where all are alike."""
    size = np.where(unlikeness > _ALIKE, 1 / np.maximum(unlikeness, _ALIKE) - 1, np.inf)
    return np.hstack([leaving * size, (1 - leaving) * size])


_PRECISELY = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}


def _loss(at: Floats, term: Floats, asked: Floats, renewed: Floats) -> float:
    return -float(_likelihood(expit(at[0]), expit(at[1]), term, asked, renewed))


def _likelihood(leaving: Floats, unlikeness: Floats, term: Floats, asked: Floats, renewed: Floats) -> Floats:
    rate = renewal(np.asarray(leaving)[..., None], np.asarray(unlikeness)[..., None], term)
    lost = asked - renewed
    # What never happened says nothing, even where it could not have happened.
    stayed = renewed * np.log(np.where(renewed > 0, np.maximum(rate, 1e-300), 1.0))
    left = lost * np.log(np.where(lost > 0, np.maximum(1 - rate, 1e-300), 1.0))
    return np.asarray((stayed + left).sum(axis=-1))
