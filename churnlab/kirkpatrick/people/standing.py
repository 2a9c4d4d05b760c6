"""How well does each do beside colleagues of the same role, once luck is taken out?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.metrics import low_is_good
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.stats.normal_shrinkage import FEWEST, NormalShrunken, normal_normal
from churnlab.stats.serial_means import serial_means
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

FEWEST_MONTHS = 3
_DRAWS = 4000

Judge = Callable[[pd.DataFrame, float], tuple[pd.DataFrame, NormalShrunken] | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """How high people stand in something, each drawn towards those of her role.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a person, by `role` and `staff_id`: `campus`, `raw` and `error` (of it), `n` values, and `estimate` with
        `estimate_low` and `estimate_high`. 0 is the role's mean, 1 the standard deviation between colleagues in one
        month (or test).
    by_role : mapping of str to NormalShrunken
        The estimates of each role, in the order of its rows.
    seed : int
        Of what is drawn.
    unlinked : int
        How many of these roles are left out, for no chain of tests in common leads to the others.
    """

    table: pd.DataFrame
    by_role: dict[str, NormalShrunken]
    seed: int
    unlinked: int = 0

    @cached_property
    def drawn(self) -> np.ndarray:
        """Sets of true values, shape (draws, rows of the table)."""
        rng = np.random.default_rng(self.seed)
        return np.hstack([shrunken.drawn(_DRAWS, rng) for shrunken in self.by_role.values()])

    @cached_property
    def place(self) -> np.ndarray:
        """Of each draw: which share of the role lies below each person, from 0 to below 1; shape as `drawn`."""
        places = np.empty_like(self.drawn)
        for role in self.by_role:
            inside = (self.table["role"] == role).to_numpy()
            order = self.drawn[:, inside].argsort(axis=1).argsort(axis=1)
            places[:, inside] = order / inside.sum()
        return places

    def above(self, share: float) -> np.ndarray:
        """Return how likely each is among this uppermost share of her role."""
        return np.asarray((self.place >= 1 - share - 1e-9).mean(axis=0))


def monthly_index(data: Data) -> pd.DataFrame:
    """Return one number per person and month: her KPIs beside those of her role in that month.

    Each KPI less its mean over colleagues of the role and month (season and what struck all falls out), in standard
    deviations between colleagues in a month, turned round where low is good; weighed as the table `kpis` says (where
    it does not, all alike). Roles with fewer than `uncertainty.min_group` people in a month have none.

    Returns
    -------
    pandas.DataFrame
        `staff_id`, `role`, `campus`, `month` (timestamp), `index`; by person and month.
    """
    need(data, "kpis")
    rows = data.table("kpis")
    weight = fetch(rows.filter(rows.unit == "staff").group_by("metric").aggregate(weight=rows.weight.mean()))
    people = staff(data)[["staff_id", "role", "campus"]]
    told = staff_kpis(data).merge(people, on="staff_id").merge(weight, on="metric")
    beside = told.groupby(["role", "metric", "month"])["value"]
    told = told.assign(off=told["value"] - beside.transform("mean"), people=beside.transform("size"))
    told = told[told["people"] >= data.settings.uncertainty.min_group]
    spread = told.groupby(["role", "metric"])["off"].transform(lambda off: np.sqrt((off**2).mean()))
    sign = np.where([low_is_good(metric, data.settings) for metric in told["metric"]], -1.0, 1.0)
    told = told.assign(off=sign * told["off"] / spread.where(spread > 0), weight=told["weight"].astype(float))
    told = told.dropna(subset="off")
    told["weight"] = told["weight"].where(told["weight"] > 0, 1.0)
    told["off"] *= told["weight"]
    found = told.groupby(["staff_id", "role", "campus", "month"], as_index=False, dropna=False)[["off", "weight"]].sum()
    return found.assign(index=found["off"] / found["weight"])[["staff_id", "role", "campus", "month", "index"]]


def performance(data: Data, *, before: pd.Timestamp | None = None, index: pd.DataFrame | None = None) -> Standing:
    """Return how high each stands in KPIs over the last `people.performance_months` whole months.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    before : pandas.Timestamp, optional
        First day of a month: what was known then; default the date of the data.
    index : pandas.DataFrame, optional
        As `monthly_index` returns it, where it is at hand.

    Returns
    -------
    Standing
        Of all with at least three months of KPIs in the time; neighbouring months are alike (see `serial_means`).

    Raises
    ------
    NotEnoughData
        If no role has `uncertainty.min_group` such people.
    """
    index = monthly_index(data) if index is None else index
    end = pd.Timestamp(data.as_of) if before is None else before
    end = end.to_period("M").to_timestamp()
    start = end - pd.DateOffset(months=data.settings.people.performance_months)
    told = index[(index["month"] >= start) & (index["month"] < end)]
    ago = (end.year - told["month"].dt.year) * 12 + end.month - told["month"].dt.month
    return stand(told.assign(value=told["index"], time=-ago), data, _of_months)


def _of_months(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, NormalShrunken] | None:
    own = serial_means(rows["value"], rows["staff_id"], rows["time"])
    own = own[own["n"] >= FEWEST_MONTHS]
    if len(own) < FEWEST or not (own["error"] > 0).all():
        return None
    return own, normal_normal(own["mean"], own["error"], level=level)


def stand(told: pd.DataFrame, data: Data, judge: Judge) -> Standing:
    """Return the standing of people from their values.

    Parameters
    ----------
    told : pandas.DataFrame
        `staff_id`, `role`, `campus`, and what `judge` reads.
    data : Data
        Whose settings count.
    judge : callable
        Of the rows of a role and the level: the table with `person`, `mean`, `error`, `n`, and the levels of its rows
        drawn towards each other; None where nothing can be told.

    Raises
    ------
    NotEnoughData
        If no role has `uncertainty.min_group` people of whom an error can be told.
    """
    uncertainty, parts, by_role = data.settings.uncertainty, [], {}
    for role, rows in told.groupby("role", sort=True):
        judged = judge(rows, uncertainty.level)
        if judged is None or len(judged[0]) < uncertainty.min_group:
            continue
        own, shrunken = judged
        by_role[str(role)] = shrunken
        limits = {"estimate": shrunken.mean, "estimate_low": shrunken.low, "estimate_high": shrunken.high}
        parts.append(own.assign(role=role, **limits))
    if not parts:
        raise NotEnoughData("people.few_people", least=uncertainty.min_group)
    campus = told.drop_duplicates("staff_id", keep="last").set_index("staff_id")["campus"]
    table = pd.concat(parts, ignore_index=True).rename(columns={"person": "staff_id", "mean": "raw"})
    table = table.assign(campus=table["staff_id"].map(campus))
    columns = ["staff_id", "role", "campus", "raw", "error", "n", "estimate", "estimate_low", "estimate_high"]
    return Standing(table=table[columns], by_role=by_role, seed=uncertainty.seed)
