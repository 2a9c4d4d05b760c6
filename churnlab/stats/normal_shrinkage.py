"""How high is each of many, known only with error, once chance is taken out of their spread?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]
FEWEST = 4
"""Of fewer than these nothing is learned about how far they lie apart: the posterior of the spread has no mean."""
_STEPS = 400  # spreads looked at
_HALVINGS = 60  # of the interval in which an end of an interval is looked for


@dataclass(frozen=True, kw_only=True, eq=False)
class NormalShrunken:
    """Estimates drawn towards what they have in common.

    Attributes
    ----------
    mean, low, high : numpy.ndarray, shape (n,)
        Posterior mean and interval of each true value, in the order handed in.
    prior_mean, prior_sd : float
        Posterior means of the middle of the true values and of their standard deviation.
    weights : numpy.ndarray, shape (spreads,)
        How likely each spread of the true values is; they add up to 1.
    means, sds : numpy.ndarray, shape (spreads, n)
        Posterior mean and standard deviation of each true value, were that the spread.
    """

    mean: Floats
    low: Floats
    high: Floats
    prior_mean: float
    prior_sd: float
    weights: Floats
    means: Floats
    sds: Floats

    def drawn(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draw sets of true values from the posterior, shape (draws, n).

        That all are drawn towards one middle, which is not known for certain, is in each value's spread but not in how
        the values of a draw go together: with ten or more that is next to nothing.
        """
        at = rng.choice(len(self.weights), size=draws, p=self.weights)
        drawn: Floats = self.means[at] + self.sds[at] * rng.normal(size=(draws, self.means.shape[1]))
        return drawn

    def predicted(self, errors: ArrayLike, *, level: float) -> tuple[Floats, Floats]:
        """Return the interval in which a further estimate of each, with these errors, lies.

        Parameters
        ----------
        errors : array_like, shape (n,)
            Standard errors of the further estimates, 0 or above.
        level : float
            Coverage over the values, between 0 and 1.
        """
        wide = np.hypot(self.sds, np.asarray(errors, dtype=float))
        low, high = (quantile(end, self.weights, self.means, wide) for end in ((1 - level) / 2, (1 + level) / 2))
        return low, high


def normal_normal(values: ArrayLike, errors: ArrayLike, *, level: float) -> NormalShrunken:
    """Estimate many true values, each drawn towards the middle of all, the more the less certain it is.

    The true values are taken to come from one normal distribution. Its mean and its standard deviation are both
    uniform beforehand, and the answer is the posterior with both unknown: an interval that took the spread for known
    would be too short, and have no length where all seem alike.

    Read it as: what this person's level is, not what she had. It suits people of whom nothing else is known; where
    some differ for a known reason, they should not be drawn to the others. Of the highest estimate the true value is
    as likely below it as above; of the highest raw value it is not. Do not trust it where a few lie far from all
    others: these are drawn in too far. With fewer than ten the intervals lean on the prior.

    Parameters
    ----------
    values : array_like, shape (n,)
        Estimates, each without bias and roughly normal; at least four.
    errors : array_like, shape (n,)
        Their standard errors, above 0.
    level : float
        Coverage over the values, between 0 and 1.

    Returns
    -------
    NormalShrunken
        In the unit of the values.

    References
    ----------
    Rubin D B, J Educ Stat 1981;6:377–401; Gelman A et al., Bayesian Data Analysis, 3rd ed. 2013, section 5.4
    (equations 5.17–5.21); Gelman A, Bayesian Anal 2006;1:515–534, the uniform spread.
    """
    value, error = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)
    assert len(value) >= FEWEST, "too few to learn how far they lie apart"
    assert (error > 0).all(), "an estimate without error"
    assert 0 < level < 1, level
    spreads = _spreads(value, error)
    total = 1 / (error**2 + spreads[:, None] ** 2)
    information = total.sum(axis=1)
    middle = (total @ value) / information
    fit = np.log(total).sum(axis=1) - (total * (value - middle[:, None]) ** 2).sum(axis=1) - np.log(information)
    weights = np.exp((fit - fit.max()) / 2)
    weights = weights / weights.sum()
    own = spreads[:, None] ** 2 * total  # the weight of its own value
    means = own * value + (1 - own) * middle[:, None]
    sds = np.sqrt(own * error**2 + (1 - own) ** 2 / information[:, None])
    low, high = (quantile(end, weights, means, sds) for end in ((1 - level) / 2, (1 + level) / 2))
    return NormalShrunken(
        mean=weights @ means, low=low, high=high, prior_mean=float(weights @ middle),
        prior_sd=float(weights @ spreads), weights=weights, means=means, sds=sds,
    )  # fmt: skip


def _spreads(value: Floats, error: Floats) -> Floats:
    """Return spreads from none to far beyond what the values can have, evenly: all are as likely beforehand."""
    widest = 8 * (float(np.std(value)) + float(np.median(error)))
    return (np.arange(_STEPS) + 0.5) / _STEPS * widest


def quantile(share: float, weights: Floats, means: Floats, sds: Floats) -> Floats:
    """Return where mixtures of normals have this share below them, by halving.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    weights : numpy.ndarray, shape (parts,)
        How much each normal counts in a mixture; they add up to 1.
    means, sds : numpy.ndarray, shape (parts, n)
        Of the normals, a column each mixture.

    Returns
    -------
    numpy.ndarray, shape (n,)
        In the unit of the means.
    """
    reach = (normal_quantile(0.9999) + 6) * sds.max(axis=0)
    low, high = means.min(axis=0) - reach, means.max(axis=0) + reach
    for _ in range(_HALVINGS):
        centre = (low + high) / 2
        below = weights @ special.ndtr((centre - means) / sds)
        low, high = np.where(below < share, centre, low), np.where(below < share, high, centre)
    found: Floats = (low + high) / 2
    return found
