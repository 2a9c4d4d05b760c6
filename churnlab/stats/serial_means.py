"""How sure is a person's mean over months of which each is like the last?"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]
# Months more alike than that are a person's level, for all that a year or two can tell.
_HIGHEST = 0.95
_FLAT = 1e-6


def serial_means(values: ArrayLike, people: ArrayLike, times: ArrayLike) -> pd.DataFrame:
    """Return each person's mean and its standard error, where the likeness of neighbouring values is estimated.

    A value is the person's level and a rest that is like the rest before it: first-order autoregressive, of the same
    correlation and variance for all, both estimated over all people by restricted maximum likelihood, which does not
    count the levels as known; of two values each no correlation can be told, and it is taken as 0. The error is that of
    the plain mean under this model, so that months which are missing, and few months, are allowed for. Do not trust it
    where a person's level changed for good within the time.

    Parameters
    ----------
    values : array_like, shape (n,)
        Without missing values.
    people : array_like, shape (n,)
        Whose value it is.
    times : array_like, shape (n,)
        When, in whole periods; no two of one person.

    Returns
    -------
    pandas.DataFrame
        One row a person, by id: `person`, `mean`, `error` (NaN where nobody has two values), `n` values. The
        correlation of neighbours, from 0 to 0.95, is in `attrs["correlation"]`.

    References
    ----------
    Laird N M, Ware J H, Biometrics 1982;38:963–974; Chi E M, Reinsel G C, J Am Stat Assoc 1989;84:452–459 (levels and
    autoregressive rests); Patterson H D, Thompson R, Biometrika 1971;58:545–554 (restricted likelihood).
    """
    told = pd.DataFrame({"value": np.asarray(values, dtype=float), "person": people, "time": times})
    if told.duplicated(["person", "time"]).any():
        raise ValueError("a person has two values of one time")
    parts = [(rows["value"].to_numpy(), rows["time"].to_numpy(dtype=float)) for _, rows in told.groupby("person")]
    free = sum(len(own) - 1 for own, _ in parts)
    found = told.groupby("person", as_index=False)["value"].agg(["mean", "size"]).rename(columns={"size": "n"})
    correlation, square = _estimated(parts, free) if free else (0.0, np.nan)
    error = [np.sqrt(square * _alike(times, correlation).mean()) for _, times in parts]
    table = found.assign(error=np.array(error, dtype=float))[["person", "mean", "error", "n"]]
    table.attrs["correlation"] = correlation
    return table


def _alike(times: Floats, correlation: float) -> Floats:
    return np.asarray(correlation ** np.abs(times[:, None] - times[None, :]))


def _estimated(parts: list[tuple[Floats, Floats]], free: int) -> tuple[float, float]:
    """Return the correlation of neighbours and the variance of a rest."""

    def fit(correlation: float) -> tuple[float, float]:
        """Return −2 times the restricted log likelihood but for a constant, and the variance."""
        squares = logs = 0.0
        for own, times in parts:
            alike = _alike(times, correlation)
            inverse = np.linalg.inv(alike)
            of_level = float(inverse.sum())
            rest = own - float(inverse.sum(axis=0) @ own) / of_level
            squares += float(rest @ inverse @ rest)
            logs += float(np.linalg.slogdet(alike)[1] + np.log(of_level))
        # Nothing varies: whatever the correlation, the variance is 0.
        return (free * np.log(squares / free) if squares > 0 else 0.0) + logs, squares / free

    best = minimize_scalar(lambda correlation: fit(correlation)[0], bounds=(0.0, _HIGHEST), method="bounded")
    # Of two values each any correlation is as likely: what is alike then cannot be told from the level.
    correlation = float(best.x) if fit(float(best.x))[0] < fit(0.0)[0] - _FLAT else 0.0
    return correlation, fit(correlation)[1]
