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

    Of each group a share will do it; the shares come from the replays, pooled. Money has shares of its own, of the
    money that hung on all of them (a ratio estimate; Cochran, Sampling Techniques, 1977, ch. 6): those on whom much
    hangs may do it more often, as dear contracts are renewed more often than cheap ones. The variance is the binomial
    one plus the uncertainty of the shares, multiplied by how much more the replayed months scattered (quasi-binomial;
    McCullagh & Nelder, Generalized Linear Models, 1989, 4.5); the interval takes Student's t with one degree of freedom
    less than months, within what is possible. `provisional.outlooks` foretells a month's churn so.

    Parameters
    ----------
    now : pandas.DataFrame
        One row each: `group`, and `cny` (≥ 0), what hangs on it.
    then : pandas.DataFrame
        One row each, of several days: `day`, `group`, `did` (flag), and `cny` (≥ 0), what hung on it; the same for all
        where that is not known: then each counts alike.
    level : float
        Coverage of the intervals, between 0 and 1.
    replays : int
        How many of the latest days are replayed.
    """
    then = then[then["day"].isin(then["day"].drop_duplicates().nlargest(replays))]
    if then["day"].nunique() < FEWEST:
        return Foretold(**dict.fromkeys(Foretold.__dataclass_fields__, np.nan))
    reach = float(stats.t.ppf((1 + level) / 2, then["day"].nunique() - 1))
    told: list[float] = []
    for name in ("each", "cny"):
        mean, spread = _sum(*(rows.assign(each=1.0).rename(columns={name: "weight"}) for rows in (now, then)))
        most = float(now["cny"].sum() if name == "cny" else len(now))
        told += [mean, max(0.0, mean - reach * spread), min(most, mean + reach * spread)]
    told[1:3] = [float(np.floor(told[1])), float(np.ceil(told[2]))]
    return Foretold(**dict(zip(Foretold.__dataclass_fields__, told, strict=True)))


def _sum(now: pd.DataFrame, then: pd.DataFrame) -> tuple[float, float]:
    """Return what of the `weight` of some will be that of those who do it, and its standard error."""
    groups = sorted({*now["group"], *then["group"]})
    seen = then.assign(did=then["weight"] * then["did"], squares=then["weight"] ** 2).groupby("group")
    sums = seen[["weight", "did", "squares"]].sum().reindex(groups, fill_value=0.0)
    # One more, who did it as often as all together, keeps a share that was never seen from being impossible: a half, as
    # is usual, would make of small groups' rare events too many. All together have half of one who did (Jeffreys).
    one = seen["weight"].mean().reindex(groups).replace(0.0, np.nan).fillna(1.0)
    usual = (sums["did"].sum() + one.mean() / 2) / (sums["weight"].sum() + one.mean())
    share = (sums["did"] + one * usual) / (sums["weight"] + one)
    own = share * (1 - share)
    unsure = own * (sums["squares"] + one**2) / (sums["weight"] + one) ** 2
    ahead = now["weight"].groupby(now["group"]).sum().reindex(groups, fill_value=0.0)
    mean = (now["weight"] * now["group"].map(share)).sum()
    variance = (now["weight"] ** 2 * now["group"].map(own)).sum() + (ahead**2 * unsure).sum()
    return float(mean), float(np.sqrt(_scatter(then, share) * variance))


def _scatter(then: pd.DataFrame, share: pd.Series) -> float:
    """Return how much more the replayed months scattered than chance alone would, at least 1."""
    chance = then["group"].map(share)
    rows = then.assign(
        missed=then["weight"] * (then["did"] - chance), variance=then["weight"] ** 2 * chance * (1 - chance)
    )
    months = rows.groupby("day")[["missed", "variance"]].sum()
    squares = (months["missed"] ** 2 / months["variance"])[months["variance"] > 0]
    return max(1.0, float(squares.sum() / (len(months) - 1)))
