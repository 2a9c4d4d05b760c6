"""Were two groups alike before one of them was trained?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]

# The What Works Clearinghouse's two lines, in standard deviations: up to the first groups are as good as equal; up to
# the second the analysis must adjust for the difference; beyond, no adjustment is trusted.
EQUAL_G = 0.05
ADJUSTABLE_G = 0.25
_PER_LOG_ODDS = 1.65  # log odds in a standard deviation, as Cox has it


@dataclass(frozen=True, kw_only=True, eq=False)
class Balance:
    """How far two groups differ in what was known before.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a covariate, in their order: `covariate`, `treated_mean`, `control_mean`, `g`, `low`, `high` and
        `verdict`. `g` is in standard deviations, treated minus control.
    worst : str
        The covariate with the largest `g` either way.
    worst_g : float
        Its size, without sign.
    verdict : str
        Of the worst: "equal" up to 0.05, "adjust" up to 0.25, else "not_comparable".
    """

    table: pd.DataFrame
    worst: str
    worst_g: float
    verdict: str


def balance(covariates: pd.DataFrame, treated: ArrayLike, *, level: float, weights: ArrayLike | None = None) -> Balance:
    """Return how far two groups differ in each covariate, and whether they may be compared.

    Of a measure Hedges' g, the difference of means in pooled standard deviations, corrected for small samples. Of a
    share (a column of 0 and 1) the Cox index, which is on the same scale. Read the verdict by `g` itself: the line is
    one of size and not of significance. The interval tells whether so few people could have told. Groups alike in
    these columns may still differ in what nobody wrote down.

    Parameters
    ----------
    covariates : pandas.DataFrame, shape (n, p)
        One row a person, one numeric column a covariate, known before the training; nothing missing. Of a name with
        several values make a column of 0 and 1 for each.
    treated : array_like of bool, shape (n,)
        Who was trained; both groups must have people.
    level : float
        Coverage, between 0 and 1.
    weights : array_like, shape (n,), optional
        How much each row counts, as after matching; at least 0. Numbers of people are then Kish's effective ones.

    Returns
    -------
    Balance
        Where a measure does not vary within either group, `g` is 0 if the groups are equal and infinite if not, and
        the interval is NaN. So is that of a share that is 0, or 1, in both. Where it is so in one group only, half a
        person is added to each count.

    References
    ----------
    What Works Clearinghouse, Procedures Handbook, version 4.1, 2020, appendix E: g, its error and its correction
    1 − 3 / (4n − 9), the Cox index and its 1.65; Standards Handbook, version 4.1, 2020: both lines. Hedges L V, J Educ
    Stat 1981;6:107–128. The error of the Cox index: Sánchez-Meca J, Marín-Martínez F, Chacón-Moscoso S, Psychol Methods
    2003;8:448–467, formula 19. Effective size: Kish L, Survey Sampling, 1965, section 11.7.
    """
    inside, values = np.asarray(treated, dtype=bool), covariates.to_numpy(dtype=float)
    weight = np.ones(len(inside)) if weights is None else np.asarray(weights, dtype=float)
    assert np.isfinite(values).all(), "covariates are missing or infinite"
    assert weight[inside].sum() > 0, "nobody was trained"
    assert weight[~inside].sum() > 0, "nobody to compare with"
    rows = [_row(column, inside, weight, normal_quantile(level)) for column in values.T]
    table = pd.DataFrame(rows, columns=["treated_mean", "control_mean", "g", "low", "high"])
    table.insert(0, "covariate", [str(name) for name in covariates.columns])
    table["verdict"] = [verdict(g) for g in table["g"]]
    worst = int(np.argmax(table["g"].abs()))
    worst_g = float(table["g"].abs().iloc[worst])
    return Balance(table=table, worst=table["covariate"].iloc[worst], worst_g=worst_g, verdict=verdict(worst_g))


def verdict(g: float) -> str:
    """Return what the What Works Clearinghouse makes of a baseline difference.

    Parameters
    ----------
    g : float
        In standard deviations, of either sign.

    Returns
    -------
    str
        "equal", "adjust" or "not_comparable".
    """
    return "equal" if abs(g) <= EQUAL_G else "adjust" if abs(g) <= ADJUSTABLE_G else "not_comparable"


def _row(column: Floats, inside: NDArray[np.bool_], weight: Floats, z: float) -> tuple[float, ...]:
    groups = [(column[part], weight[part]) for part in (inside, ~inside)]
    means = [float(np.average(x, weights=w)) for x, w in groups]
    sizes = [float(w.sum() ** 2 / (w**2).sum()) for _, w in groups]
    is_share = bool(np.isin(column, (0.0, 1.0)).all())
    if is_share:
        g, error = _cox_index(means, sizes)
    else:
        variances = [float(np.average((x - mean) ** 2, weights=w)) for (x, w), mean in zip(groups, means, strict=True)]
        g, error = _hedges_g(means, variances, sizes)
    return (*means, g, g - z * error, g + z * error) if np.isfinite(g) else (*means, g, np.nan, np.nan)


def _hedges_g(means: list[float], variances: list[float], sizes: list[float]) -> tuple[float, float]:
    """Return g and its error; the variances are those of the people at hand, not yet of all like them."""
    degrees = sum(sizes) - 2
    spread = np.dot(variances, sizes) / degrees if degrees > 0 else 0.0
    gap = means[0] - means[1]
    # What rounding leaves of a constant is no spread.
    if spread <= (1e-12 * max(map(abs, means))) ** 2:
        return (0.0, np.nan) if abs(gap) <= 1e-9 * max(map(abs, means)) else (float(np.copysign(np.inf, gap)), np.nan)
    d = gap / np.sqrt(spread)
    correction = _correction(sum(sizes))
    error = np.sqrt(1 / sizes[0] + 1 / sizes[1] + (correction * d) ** 2 / (2 * sum(sizes)))
    return float(correction * d), float(correction * error)


def _cox_index(shares: list[float], sizes: list[float]) -> tuple[float, float]:
    """Return the difference of log odds in standard deviations, and its error."""
    if shares[0] == shares[1] and shares[0] in (0, 1):
        return 0.0, np.nan
    half = 0.5 if any(share in (0, 1) for share in shares) else 0.0
    yes = [share * n + half for share, n in zip(shares, sizes, strict=True)]
    no = [(1 - share) * n + half for share, n in zip(shares, sizes, strict=True)]
    log_odds = np.log(yes[0] / no[0]) - np.log(yes[1] / no[1])
    scale = _correction(sum(sizes)) / _PER_LOG_ODDS
    return float(scale * log_odds), float(scale * np.sqrt(sum(1 / count for count in [*yes, *no])))


def _correction(n: float) -> float:
    # Of three people or fewer nothing is left to correct with.
    return 1 - 3 / (4 * n - 9) if n > 3 else 1.0
