"""What does a rating scale show of what lies behind it?"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from churnlab.synthetic.training.programmes import Floats, Ints

_NODES = np.linspace(-8.0, 8.0, 1601)
_DENSITY = norm.pdf(_NODES) / norm.pdf(_NODES).sum()


class Shown(NamedTuple):
    """Mean and variance of a score, given what lies behind it."""

    mean: Floats
    variance: Floats


def standard_normal() -> tuple[Floats, Floats]:
    """Return points of the standard normal distribution and their weights; sums over them are exact to 1e-10."""
    return _NODES, _DENSITY


def category(latent: npt.ArrayLike, cuts: tuple[float, ...]) -> Ints:
    """Return the category, from 1, in which each latent answer falls."""
    return 1 + np.searchsorted(np.asarray(cuts), np.asarray(latent)).astype(np.int64)


def shown(mean: Floats, sd: float, cuts: tuple[float, ...]) -> Shown:
    """Return mean and variance of the category of a normal latent answer, for each mean."""
    above = norm.sf((np.asarray(cuts) - np.asarray(mean)[:, None]) / sd)
    lower = np.arange(1, len(cuts) + 1)
    first = 1 + above.sum(axis=1)
    second = 1 + (above * (2 * lower + 1)).sum(axis=1)  # (k + 1)² − k²
    return Shown(first, second - first**2)


def alpha(items: list[Shown], weights: Floats) -> float:
    """Return Cronbach's alpha of a population whose items are independent given one latent variable.

    k / (k − 1) · (1 − Σ Var(item) / Var(sum)), with Var(sum) = Var(Σ E[item | F]) + E[Σ Var(item | F)]: Cronbach
    (1951), "Coefficient alpha and the internal structure of tests", Psychometrika 16, 297–334.
    """
    weights = weights / weights.sum()
    each = sum(spread(item, weights) for item in items)
    whole = spread(Shown(sum(i.mean for i in items), sum(i.variance for i in items)), weights)  # type: ignore[arg-type]
    return float(len(items) / (len(items) - 1) * (1 - each / whole))


def spread(item: Shown, weights: Floats) -> float:
    """Return the variance of a score over the population."""
    mean = weights @ item.mean
    return float(weights @ (item.mean - mean) ** 2 + weights @ item.variance)


def intraclass(item: Shown, weights: Floats) -> float:
    """Return the share of a score's variance that lies between those rated: ICC(1) of the population."""
    mean = weights @ item.mean
    return float(weights @ (item.mean - mean) ** 2 / spread(item, weights))
