"""What will become of those in service, if of each kind as many go as went before?

Earlier months are replayed: who stood how on an earlier day, and what became of them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

FEWEST = 3  # a spread cannot be told from fewer


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """How many will do it, what hangs on them, and prediction intervals of both; NaN if too few months were replayed.

    Attributes
    ----------
    expected, low, high : float
        Chains of contracts or students; the limits are whole numbers.
    cny, cny_low, cny_high : float
        The sum of their `cny`.
    """

    expected: float
    low: float
    high: float
    cny: float
    cny_low: float
    cny_high: float


def foretold(now: pd.DataFrame, then: pd.DataFrame, *, level: float, replays: int) -> Foretold:
    """Foretell how many of some will do what others like them did.

    Of each group a share will do it; the shares come from the replays, pooled. The variance is the binomial one plus
    the uncertainty of the shares, multiplied by how much more the replayed months scattered (quasi-binomial; McCullagh
    & Nelder, Generalized Linear Models, 1989, 4.5); the interval takes Student's t with one degree of freedom less than
    months, within what is possible. `provisional.outlooks` foretells a month's churn so.

    Parameters
    ----------
    now : pandas.DataFrame
        One row each: `group`, and `cny` (≥ 0), what hangs on it.
    then : pandas.DataFrame
        One row each, of several days: `day`, `group`, `did` (flag).
    level : float
        Coverage of the intervals, between 0 and 1.
    replays : int
        How many of the latest days are replayed.
    """
    then = then[then["day"].isin(then["day"].drop_duplicates().nlargest(replays))]
    if then["day"].nunique() < FEWEST:
        return Foretold(**dict.fromkeys(Foretold.__dataclass_fields__, np.nan))
    groups = sorted({*now["group"], *then["group"]})
    by_group = then.groupby("group")["did"].agg(["size", "sum"]).reindex(groups, fill_value=0)
    # Half of one who did it and half of one who did not keep a share that was never seen from being impossible
    # (Jeffreys).
    share = (by_group["sum"] + 0.5) / (by_group["size"] + 1)
    own, unsure = share * (1 - share), share * (1 - share) / (by_group["size"] + 1)
    chance = now["group"].map(share)
    scatter, months = _scatter(then, share)
    reach = float(stats.t.ppf((1 + level) / 2, months - 1)) * np.sqrt(scatter)
    told: list[float] = []
    for weight in (pd.Series(1.0, index=now.index), now["cny"]):
        sums = weight.groupby(now["group"]).sum().reindex(groups, fill_value=0.0)
        variance = (weight**2 * now["group"].map(own)).sum() + (sums**2 * unsure).sum()
        mean, spread = float((weight * chance).sum()), reach * float(np.sqrt(variance))
        told += [mean, max(0.0, mean - spread), min(float(weight.sum()), mean + spread)]
    told[1:3] = [float(np.floor(told[1])), float(np.ceil(told[2]))]
    return Foretold(**dict(zip(Foretold.__dataclass_fields__, told, strict=True)))


def _scatter(then: pd.DataFrame, share: pd.Series) -> tuple[float, int]:
    """Return how much more the replayed months scattered than chance alone would, at least 1, and their number."""
    chance = then["group"].map(share)
    rows = then.assign(missed=then["did"] - chance, variance=chance * (1 - chance))
    months = rows.groupby("day")[["missed", "variance"]].sum()
    squares = (months["missed"] ** 2 / months["variance"])[months["variance"] > 0]
    return max(1.0, float(squares.sum() / (len(months) - 1))), len(months)
