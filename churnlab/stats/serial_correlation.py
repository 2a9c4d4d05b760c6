"""Does each month resemble the one before?"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2


def durbin_watson(residuals: ArrayLike) -> float:
    """Return the Durbin–Watson statistic: near 2 of independent errors, towards 0 where neighbours are alike.

    About 2 (1 − ρ), less what the regression took away: with many columns it lies below 2 less easily.

    Parameters
    ----------
    residuals : array_like, shape (n,)
        In order of time.

    Returns
    -------
    float
        In 0–4; NaN where all are 0.

    References
    ----------
    Durbin J, Watson G S, Biometrika 1950;37:409–428.
    """
    left = np.asarray(residuals, dtype=float)
    whole = float((left**2).sum())
    return float((np.diff(left) ** 2).sum()) / whole if whole > 0 else float("nan")


def ljung_box(residuals: ArrayLike, *, lags: int) -> tuple[float, float]:
    """Return the Ljung–Box statistic and its p-value of there being no correlation over these lags.

    A test that finds nothing in 20 points does not say that nothing is there: of six with a ρ of 0.3 it sees one.

    Parameters
    ----------
    residuals : array_like, shape (n,)
        In order of time.
    lags : int
        From 1 to n − 1.

    Returns
    -------
    statistic, p_value : float
        NaN where all are 0.

    References
    ----------
    Ljung G M, Box G E P, Biometrika 1978;65:297–303, formula 3.
    """
    left = np.asarray(residuals, dtype=float)
    n, whole = len(left), float((left**2).sum())
    assert 1 <= lags < n, lags
    if not whole > 0:
        return float("nan"), float("nan")
    at = np.arange(1, lags + 1)
    alike = np.array([left[lag:] @ left[:-lag] for lag in at]) / whole
    statistic = float(n * (n + 2) * (alike**2 / (n - at)).sum())
    return statistic, float(chi2.sf(statistic, lags))


def newey_west_lags(n: int) -> int:
    """Return over how many periods errors are let be correlated in a series of n: ⌊4 (n / 100)^(2/9)⌋, at most n − 1.

    Parameters
    ----------
    n : int
        Periods, at least 1.

    References
    ----------
    Newey W K, West K D, Rev Econ Stud 1994;61:631–653, table II (Bartlett kernel, first step).
    """
    return min(int(4 * (n / 100) ** (2 / 9)), n - 1)
