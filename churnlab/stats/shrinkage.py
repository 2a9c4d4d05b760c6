"""How high are the rates of many small groups, once chance is taken out of their spread?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]
_STEPS = 25  # a side of the grid of priors
_ZOOMS = 4  # each lays the grid over what the one before found likely
_UNLIKELY = 12.0  # priors whose log-likelihood lies this far below the best count for nothing
_REACH = 9.0  # prior strengths from a ten-thousandth of a group's size to ten thousand times it, as logarithms


@dataclass(frozen=True, kw_only=True, eq=False)
class Shrunken:
    """Rates of groups drawn towards what they have in common.

    Attributes
    ----------
    mean, low, high : numpy.ndarray, shape (n_groups,)
        Posterior mean and interval of each group's rate, in the order handed in.
    prior_mean : float
        The rate towards which they are drawn.
    prior_strength : float
        How many trials (or how much exposure) of its own a group needs to be drawn half the way; infinite where the
        groups differ no more than by chance, and then all have the same rate.
    """

    mean: Floats
    low: Floats
    high: Floats
    prior_mean: float
    prior_strength: float


@dataclass(frozen=True, eq=False)
class _Kind:
    """What tells rates of trials from rates per exposure: where means live, how likely counts are, what is learned."""

    link: Callable[[Any], Any]
    mean: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    log_likelihood: Callable[[Any, Any, Any, Any], Any]
    spread: Callable[[Any, Any], Any]
    limits: Callable[[Any, Any, float], tuple[Floats, Floats]]
    exact: Callable[[float, float, float], tuple[float, float]]


def beta_binomial(successes: ArrayLike, trials: ArrayLike, *, level: float) -> Shrunken:
    """Estimate the rates of many groups, each drawn towards the rate of all, the more the fewer trials it has.

    Empirical Bayes: the groups' rates are taken to come from one beta distribution, whose mean and strength are those
    under which all counts together are most likely. A group's mean is then a weighted mean of its own rate and that
    one, with `trials / (trials + strength)` as the weight of its own. An interval that took the prior for known would
    be too short, and have no length where the groups seem alike; so it is a beta distribution's with the posterior
    mean and variance over all priors, weighted by their likelihood (mean and 1 / strength uniform), widened where the
    interval of the likeliest prior reaches further; where groups seem all alike, that is the exact one of all counts
    together. Held over simulated groups at 95 %: some 94 % with ten groups, above 95 % where they hardly differ.

    Read it as: what to expect of this group next, not as what it had. It suits groups that nothing else is known of;
    where some differ for a known reason, they should not be drawn to the others. Trials are taken as independent. Do
    not turn the estimates into ranks: with small groups their order is mostly chance.

    Parameters
    ----------
    successes, trials : array_like, shape (n_groups,)
        Counts; a group without trials gets what is expected of a new one. At least one trial in all.
    level : float
        Coverage over the groups, between 0 and 1. For all m groups at once hand in 1 − (1 − level) / m.

    Returns
    -------
    Shrunken
        Rates of 0–1.

    References
    ----------
    Efron B, Morris C, J Am Stat Assoc 1975;70:311–319, the idea; Morris C N, J Am Stat Assoc 1983;78:47–55, intervals
    that allow for the estimated prior; Griffiths D A, Biometrics 1973;29:637–648, the beta-binomial's maximum
    likelihood; Tak H, Kelly J, Morris C, J Stat Softw 2017;78(5), what weighs the priors; Clopper C J, Pearson E S,
    Biometrika 1934;26:404–413, exact limits.
    """
    counts, size = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    assert ((counts >= 0) & (counts <= size)).all(), "more successes than trials"
    return _shrink(counts, size, _RATES, level)


def gamma_poisson(events: ArrayLike, exposure: ArrayLike, *, level: float) -> Shrunken:
    """Estimate the rates per exposure of many groups, each drawn towards the rate of all.

    As `beta_binomial`, with counts that are Poisson and groups' rates that come from one gamma distribution. For
    complaints per hundred students, defects per inspection: what can happen more than once to the same one.

    Parameters
    ----------
    events, exposure : array_like, shape (n_groups,)
        Counts, and over how much they were counted, as student-months; above 0 in all.
    level : float
        As for `beta_binomial`.

    Returns
    -------
    Shrunken
        Events per unit of exposure; the strength is in units of exposure.

    References
    ----------
    Those of `beta_binomial`; Christiansen C L, Morris C N, J Am Stat Assoc 1997;92:618–632, for Poisson counts.
    """
    counts, size = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    assert min(counts.min(), size.min()) >= 0, "counts and exposures are never below 0"
    assert (counts[size == 0] == 0).all(), "events without exposure"
    return _shrink(counts, size, _COUNTS, level)


def _shrink(counts: Floats, size: Floats, kind: _Kind, level: float) -> Shrunken:
    assert size.sum() > 0, "nothing was seen"
    assert 0 < level < 1, level
    # Groups that are alike are worked out once, and in one order: sums then hang on no order of rows.
    rows, back, times = np.unique(np.column_stack([counts, size]), axis=0, return_inverse=True, return_counts=True)
    y, n = rows.T
    means, strengths, weights = _priors(y, n, times, kind)
    prior_mean, strength = _best(y, n, times, kind, (means, strengths, weights))
    expected = (y + means[:, None] * strengths[:, None]) / (n + strengths[:, None])
    average = weights @ expected
    variance = weights @ (kind.spread(expected, n + strengths[:, None]) + (expected - average) ** 2)
    own = n / (n + strength)
    raw = np.divide(y, n, out=np.zeros_like(y), where=n > 0)
    estimate = own * raw + (1 - own) * prior_mean
    low, high = kind.limits(average, variance, level)
    known_low, known_high = estimate.copy(), estimate.copy()
    known = kind.spread(estimate, n + strength)
    unsure = known > 0  # not where all have one rate, nor where none or all did and the prior is next to nothing
    known_low[unsure], known_high[unsure] = kind.limits(estimate[unsure], known[unsure], level)
    # Of a distribution as skew as rates near 0 can have, the mean may lie beyond an end of its interval.
    low, high = np.fmin(np.fmin(low, known_low), estimate), np.fmax(np.fmax(high, known_high), estimate)
    if np.isinf(strength):  # One rate for all: it is known no better than their counts together tell it.
        least, most = kind.exact(float(y @ times), float(n @ times), level)
        low, high = np.fmin(low, least), np.fmax(high, most)
    back = back.ravel()
    return Shrunken(mean=estimate[back], low=low[back], high=high[back], prior_mean=prior_mean, prior_strength=strength)


def _priors(y: Floats, n: Floats, times: NDArray[Any], kind: _Kind) -> tuple[Floats, Floats, Floats]:
    """Return priors that the counts speak for: means, strengths, and how much each weighs."""
    usual = times[n > 0].sum() / (times[n > 0] / n[n > 0]).sum()
    centre = kind.link((y @ times + 0.5) / (n @ times + 1))
    box = [(centre - 8, centre + 8), (np.log(usual) - _REACH, np.log(usual) + _REACH)]
    for _ in range(_ZOOMS):
        axes = [np.linspace(*side, _STEPS) for side in box]
        opened, logs = (part.ravel() for part in np.meshgrid(*axes, indexing="ij"))
        means, strengths = kind.mean(opened), np.exp(logs)
        likely = kind.log_likelihood(y, n, means[:, None], strengths[:, None]) @ times
        # Uniform in the mean and in 1 / strength; an even step of the logarithm holds less of it the stronger.
        weighed = likely + np.log(kind.slope(means)) - logs
        near = weighed > weighed.max() - _UNLIKELY
        box = [
            (max(part[near].min() - axis[1] + axis[0], axis[0]), min(part[near].max() + axis[1] - axis[0], axis[-1]))
            for part, axis in ((opened, axes[0]), (logs, axes[1]))
        ]
    weights = np.exp(weighed - weighed.max())
    return means, strengths, weights / weights.sum()


def _best(
    y: Floats, n: Floats, times: NDArray[Any], kind: _Kind, start: tuple[Floats, Floats, Floats]
) -> tuple[float, float]:
    """Return the mean and strength of greatest likelihood; the strength is infinite where groups do not differ."""
    pooled = float(y @ times / (n @ times))
    if kind.slope(pooled) <= 0:  # none did, or all: nothing tells the groups apart
        return pooled, np.inf

    def lost(at: Floats) -> float:
        return -float(kind.log_likelihood(y, n, kind.mean(at[0]), np.exp(at[1])) @ times)

    means, strengths, weights = start
    top = np.log(n.max()) + _REACH
    first = [kind.link(means[weights.argmax()]), min(np.log(strengths[weights.argmax()]), top)]
    options = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 2000}
    found = optimize.minimize(lost, first, method="Nelder-Mead", options=options, bounds=[(None, None), (None, top)])
    alike = lost(np.array([kind.link(pooled), top]))
    # So near to one rate for all that no data could tell it from that.
    if alike - found.fun < 1e-6:
        return pooled, np.inf
    return float(kind.mean(found.x[0])), float(np.exp(found.x[1]))


def _beta_binomial(y: Any, n: Any, mean: Any, strength: Any) -> Any:
    a, b = mean * strength, (1 - mean) * strength
    return special.betaln(y + a, n - y + b) - special.betaln(a, b)


def _gamma_poisson(y: Any, n: Any, mean: Any, strength: Any) -> Any:
    a = mean * strength
    # Without what hangs on the counts alone: it moves no prior.
    rising = special.gammaln(y + a) - special.gammaln(a) - y * np.log(strength + n)
    return rising - a * np.log1p(n / strength)


def _beta_limits(mean: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    size = mean * (1 - mean) / variance - 1
    shape = stats.beta(mean * size, (1 - mean) * size)
    return shape.ppf((1 - level) / 2), shape.ppf((1 + level) / 2)


def _exact_share(did: float, n: float, level: float) -> tuple[float, float]:
    """Return the limits of Clopper and Pearson."""
    low, high = special.betaincinv([did, did + 1], [n - did + 1, n - did], [(1 - level) / 2, (1 + level) / 2])
    return (float(low) if did > 0 else 0.0), (float(high) if did < n else 1.0)


def _exact_count(events: float, exposure: float, level: float) -> tuple[float, float]:
    """Return the limits of Garwood."""
    low, high = special.gammaincinv([events, events + 1], [(1 - level) / 2, (1 + level) / 2]) / exposure
    return (float(low) if events > 0 else 0.0), float(high)


def _gamma_limits(mean: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    shape = stats.gamma(mean**2 / variance, scale=variance / mean)
    return shape.ppf((1 - level) / 2), shape.ppf((1 + level) / 2)


_RATES = _Kind(
    link=special.logit,
    mean=special.expit,
    slope=lambda mean: mean * (1 - mean),
    log_likelihood=_beta_binomial,
    spread=lambda mean, size: mean * (1 - mean) / (size + 1),
    limits=_beta_limits,
    exact=_exact_share,
)
_COUNTS = _Kind(
    link=np.log,
    mean=np.exp,
    slope=lambda mean: mean,
    log_likelihood=_gamma_poisson,
    spread=lambda mean, size: mean / size,
    limits=_gamma_limits,
    exact=_exact_count,
)
