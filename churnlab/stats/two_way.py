"""How high is each of many people, where not all took the same tests?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2

from churnlab.stats.normal_shrinkage import NormalShrunken, quantile

Floats = NDArray[np.float64]
_SPREADS, _CHANCES = 40, 15  # spreads of levels, and sizes of chance, that are looked at
_FEWEST_FREE = 3  # levels that tell how far people of the same tests lie apart
_NOTHING = 1e-9  # of the largest: what rounding leaves of nothing


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """Least squares: means, what is known of people in units of chance, and what is left."""

    table: pd.DataFrame
    information: Floats
    taken: Floats
    tests: int
    rest: float
    freedom: int
    spread: float


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoWayShrunken(NormalShrunken):
    """Levels drawn towards each other, of which some are known together only.

    Attributes
    ----------
    mean, low, high, prior_mean, prior_sd, weights, means, sds
        As `NormalShrunken` has them; beside the mean of the people.
    table : pandas.DataFrame
        The rows of `two_way_means` of the largest group of linked people; those of `mean`.
    roots : numpy.ndarray, shape (spreads, n, n)
        Of how the levels may lie off together, a root of the covariance, were that the spread.
    """

    table: pd.DataFrame
    roots: Floats

    def drawn(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draw sets of true levels from the posterior, shape (draws, n); who shares a test is off together."""
        at = np.sort(rng.choice(len(self.weights), size=draws, p=self.weights))
        off = rng.normal(size=(draws, len(self.mean)))
        parts = [self.means[one] + off[at == one] @ self.roots[one].T for one in np.unique(at)]
        return np.asarray(rng.permutation(np.concatenate(parts)))


def two_way_normal(values: ArrayLike, people: ArrayLike, tests: ArrayLike, *, level: float) -> TwoWayShrunken | None:
    """Estimate each person's level from tests of unlike difficulty that not all took.

    A value is the sum of a person, a test and chance of one variance. People who took the same tests are drawn towards
    each other, as levels from one normal distribution; how high those of one test stand beside those of another is
    told by who took both alone, and by nothing beforehand: the strong may all have been sent to one. So where few link
    two tests the intervals are wide (where three alone linked two halves that managers had sorted, intervals of 95 %
    held the truth in 93 of 100). Levels are beside the mean of the people at hand; the standard deviation of levels
    is uniform beforehand, and that of chance uniform as a logarithm.

    Parameters
    ----------
    values, people, tests : array_like, shape (n,)
        As for `two_way_means`.
    level : float
        Coverage over the people, between 0 and 1.

    Returns
    -------
    TwoWayShrunken or None
        Of the largest group of linked people, in the unit of the values; None where they are too few to tell chance
        and spread by.

    References
    ----------
    Patterson H D, Thompson R, Biometrika 1971;58:545–554 (restricted likelihood); Searle S R, Casella G, McCulloch C E,
    Variance Components, 1992, section 7.4 (predicting levels with a mean for each part); Gelman A, Bayesian Anal
    2006;1:515–534, the uniform spread.
    """
    whole = two_way_means(values, people, tests)
    linked = set(whole.loc[whole["group"] == 0, "person"])
    inside = pd.Series(people).isin(linked).to_numpy()
    value, who, test = (np.asarray(part)[inside] for part in (values, people, tests))
    fit = _fitted(value, who, test)
    even, free = _parts(fit.taken)
    if free < _FEWEST_FREE or fit.freedom < 1 or fit.rest <= _NOTHING * float(((value - value.mean()) ** 2).sum()):
        return None
    chance, spread = _grid(fit)
    mean = fit.table["mean"].to_numpy()
    information = fit.information / chance[:, None, None] ** 2
    # The mean of all is nobody's level, and stays where it is.
    middle = np.full_like(even, 1 / len(even))
    precision = information + even / spread[:, None, None] ** 2 + middle
    covariance = np.linalg.inv(precision)
    pulled = information @ mean
    means = (covariance @ pulled[:, :, None])[:, :, 0]
    lost = (pulled * mean).sum(axis=1) - (pulled * means).sum(axis=1) + fit.rest / chance**2
    logs = np.linalg.slogdet(precision)[1] + 2 * free * np.log(spread) + 2 * (len(value) - fit.tests) * np.log(chance)
    weights = np.exp(-(lost + logs - (lost + logs).min()) / 2)
    weights = weights / weights.sum()
    covariance = covariance - middle
    sds = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0))
    own, turn = np.linalg.eigh(covariance)
    low, high = (quantile(end, weights, means, sds) for end in ((1 - level) / 2, (1 + level) / 2))
    return TwoWayShrunken(
        mean=weights @ means, low=low, high=high, prior_mean=0.0, prior_sd=float(weights @ spread), weights=weights,
        means=means, sds=sds, table=fit.table, roots=turn * np.sqrt(np.maximum(own, 0))[:, None, :],
    )  # fmt: skip


def _parts(taken: Floats) -> tuple[Floats, int]:
    """Return the projection on what tells people of the same tests apart, and its rank."""
    ones = np.ones((len(taken), 1))
    turn, sizes, _ = np.linalg.svd(np.column_stack([ones, taken]), full_matrices=True)
    apart = turn[:, int((sizes > _NOTHING * sizes[0]).sum()) :]
    return apart @ apart.T, apart.shape[1]


def _grid(fit: _Fit) -> tuple[Floats, Floats]:
    """Return pairs of what chance and what the spread of levels may be."""
    far = np.sqrt(fit.rest / chi2.ppf([1 - 1e-4, 1e-4], fit.freedom))
    most = 3 * np.sqrt(fit.rest / fit.freedom) + 3 * fit.spread
    chance = np.geomspace(far[0], min(far[1], most), _CHANCES)
    spread = (np.arange(_SPREADS) + 0.5) / _SPREADS * 4 * (fit.spread + np.sqrt(fit.rest / fit.freedom))
    both = np.meshgrid(chance, spread, indexing="ij")
    return both[0].ravel(), both[1].ravel()


def two_way_means(values: ArrayLike, people: ArrayLike, tests: ArrayLike) -> pd.DataFrame:
    """Return each person's mean, as if all had taken all tests.

    A value is the sum of a person, a test and chance of one variance; least squares. People of different tests are
    compared through those who took both, so that who sat among strong colleagues loses nothing by it; in an incomplete
    block design it is the intra-block estimate. Where no chain of shared tests leads from one to the other, two people
    cannot be compared: each group of linked people has a mean of its own. Do not trust it where tests favour some: that
    all gain the same by an easy test is assumed. Errors of people of one test are not independent, for they share what
    is not known of the test.

    Parameters
    ----------
    values : array_like, shape (n,)
        Without missing values.
    people, tests : array_like, shape (n,)
        Whose value it is, and in which test.

    Returns
    -------
    pandas.DataFrame
        One row a person, by id: `person`, `mean` (0: the mean of the people linked), `error` (of it; NaN where nothing
        is left to tell chance by), `n` values, `group` of linked people (0: the largest, of several the first by id).

    References
    ----------
    Montgomery D C, Design and Analysis of Experiments, 5th ed. 2001, section 4-4 (balanced incomplete blocks); Searle
    S R, Linear Models, 1971, section 7.1 (unequal numbers), 7.4 (connectedness).
    """
    return _fitted(values, people, tests).table


def _fitted(values: ArrayLike, people: ArrayLike, tests: ArrayLike) -> _Fit:
    value = np.asarray(values, dtype=float)
    who, names = pd.factorize(pd.Series(people), sort=True)
    test, kinds = pd.factorize(pd.Series(tests), sort=True)
    group = _linked(who, test, len(names), len(kinds))
    row, columns = np.arange(len(value)), len(names) + len(kinds)
    design = np.zeros((len(value), columns))
    design[row, who] = design[row, len(names) + test] = 1.0
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    fitted = inverse @ (design.T @ value)
    freedom = len(value) - columns + len(np.unique(group))
    left = float(((value - design @ fitted) ** 2).sum())
    square = left / freedom if freedom > 0 else np.nan
    # Beside the mean of those linked.
    alike = (group[:, None] == group[None, :]).astype(float)
    beside = np.eye(len(names)) - alike / alike.sum(axis=1, keepdims=True)
    spread = np.einsum("ij,jk,ik->i", beside, inverse[: len(names), : len(names)], beside)
    table = pd.DataFrame(
        {
            "person": np.asarray(names, dtype=object),
            "mean": beside @ fitted[: len(names)],
            "error": np.sqrt(square * np.maximum(spread, 0)),
            "n": np.bincount(who, minlength=len(names)),
            "group": group,
        }
    )
    of_people, of_tests = design[:, : len(names)], design[:, len(names) :]
    rest = of_people - of_tests @ ((of_tests.T @ of_people) / of_tests.sum(axis=0)[:, None])
    taken = np.zeros((len(names), len(kinds)))
    taken[who, test] = 1.0
    return _Fit(
        table=table, information=of_people.T @ rest, taken=taken, tests=len(kinds), rest=left, freedom=freedom,
        spread=float(table["mean"].std(ddof=0)),
    )  # fmt: skip


def _linked(who: np.ndarray, test: np.ndarray, people: int, tests: int) -> np.ndarray:
    """Return the number of each person's group, by size."""
    both = people + tests
    taken = coo_array((np.ones(len(who)), (who, people + test)), shape=(both, both))
    label = connected_components(taken, directed=False)[1][:people]
    members = pd.DataFrame({"label": label, "place": np.arange(people)}).groupby("label")["place"].agg(["size", "min"])
    order = members.sort_values(["size", "min"], ascending=[False, True]).index
    return np.asarray(order.get_indexer(label))
