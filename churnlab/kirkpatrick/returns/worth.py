"""How much more margin does each trained person bring in a month, and by which KPIs?

Sales are looked at as what one customer asked brings, conversion times order value: both move together by chance, and
so does their product, as one series. Other KPIs count where the settings give them a price.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import low_is_good
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import KpiEffect, effects_of
from churnlab.settings import Settings

SALES = "sales_per_asked_cny"
_KEYS = ["staff_id", "month"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Gain:
    """What a training did to one thing that is worth money.

    Attributes
    ----------
    metric : str
        `sales_per_asked_cny`, or a priced KPI.
    effect : KpiEffect
        In CNY of sales per customer asked, or in the KPI's unit, turned so that more is better.
    volume : float
        Customers asked by one trained person in a month; 1 of a priced KPI. In `Inputs`, where people of several roles
        were trained, spread over the person-months of all of them.
    price, price_low, price_high : float
        Margin of one unit of the effect: of a yuan of sales, or of a unit of the KPI in one month of one person.
    """

    metric: str
    effect: KpiEffect
    volume: float
    price: float
    price_low: float
    price_high: float

    @property
    def monthly_cny(self) -> float:
        """E2 − E1: margin of one trained person and month, at the price held most likely."""
        return self.effect.effect * self.volume * self.price


def money_series(kpis: pd.DataFrame, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return the series that are worth money, by name.

    Parameters
    ----------
    kpis : pandas.DataFrame
        As `staff_kpis` returns them.
    settings : Settings
        `returns` and `kpis`.

    Returns
    -------
    dict of str to pandas.DataFrame
        `sales_per_asked_cny`: conversion times order value, `n` how many she asked; a month without a sale brings 0,
        one in which nobody was asked tells nothing. And each priced KPI, negative where less of it is better. One row
        per `staff_id` and `month` with `value` and `n`.
    """
    rules, found = settings.returns, {}
    sold, orders = (kpis[kpis["metric"] == name] for name in (rules.sales_rate, rules.sales_value))
    sells = (sold["n"] > 0) & sold["staff_id"].isin(orders["staff_id"])
    sold = sold.loc[sells, [*_KEYS, "value", "n"]]
    both = sold.merge(orders[[*_KEYS, "value"]], on=_KEYS, how="left", suffixes=("", "_of_order"))
    # Who sold nothing has no order of any value, and brought nothing.
    each = (both["value"] * both["value_of_order"]).where(both["value"] != 0, 0.0)
    if each.notna().any():
        found[SALES] = both.assign(value=each)[[*_KEYS, "value", "n"]].dropna()
    for price in rules.prices:
        rows = kpis.loc[kpis["metric"] == price.metric, [*_KEYS, "value", "n"]]
        if len(rows):
            sign = -1.0 if low_is_good(price.metric, settings) else 1.0
            found[price.metric] = rows.assign(value=sign * rows["value"])
    return found


def gains(evaluated: Evaluation) -> list[Gain]:
    """Return what a training did to each thing that is worth money, by the comparisons of the level-4 answer.

    Raises
    ------
    NotEnoughData
        If nothing that those trained do has a price, or too few of them have months before and after.
    """
    settings, people = evaluated.data.settings, evaluated.trained["staff_id"]
    series = money_series(staff_kpis(evaluated.data), settings)
    theirs = {name: rows for name, rows in series.items() if rows["staff_id"].isin(people).any()}
    if not theirs:
        raise NotEnoughData("returns.unpriced", training_id=evaluated.course.training_id)
    found = effects_of(evaluated, theirs)
    if not found:
        raise NotEnoughData(
            "returns.few", training_id=evaluated.course.training_id, least=settings.results.fewest_people
        )
    return [_gain(one, theirs[one.metric], evaluated, settings) for one in found]


def _gain(effect: KpiEffect, rows: pd.DataFrame, evaluated: Evaluation, settings: Settings) -> Gain:
    if effect.metric != SALES:
        price = next(one for one in settings.returns.prices if one.metric == effect.metric)
        return Gain(
            metric=effect.metric, effect=effect, volume=1.0, price=price.cny, price_low=price.low_cny,
            price_high=price.high_cny,
        )  # fmt: skip
    asked = measured(rows, evaluated)["n"]
    margin, wide = settings.returns.margin_share, settings.returns.margin_error_share
    return Gain(
        metric=SALES, effect=effect, volume=float(asked.mean()), price=margin, price_low=margin * (1 - wide),
        price_high=margin * (1 + wide),
    )  # fmt: skip


def measured(rows: pd.DataFrame, evaluated: Evaluation) -> pd.DataFrame:
    """Return the months of those trained that are measured after their training.

    Parameters
    ----------
    rows : pandas.DataFrame
        A series with `staff_id`, `month`, `value` and `n`.
    evaluated : Evaluation
        Which training.

    Returns
    -------
    pandas.DataFrame
        Those rows, with `since` (int): the so-manieth whole month since her training, from 1.
    """
    trained = evaluated.trained[["staff_id", "works_from"]].dropna()
    told = rows.dropna(subset=["value"]).merge(trained, on="staff_id")
    months, begin = told["month"], told["works_from"]
    since = (months.dt.year - begin.dt.year) * 12 + months.dt.month - begin.dt.month + 1
    return told.assign(since=since.astype(int))[since >= 1].drop(columns="works_from")


def together(chosen: list[Gain], evaluated: Evaluation) -> np.ndarray:
    """Return how the chance in several gains goes together: correlations of the same people's changes.

    Of each person the mean after the first start less that before, less the mean of her group; people with all series.
    With fewer than four such people, 1: the widest that they can be.
    """
    if len(chosen) == 1:
        return np.ones((1, 1))
    series = money_series(staff_kpis(evaluated.data), evaluated.data.settings)
    people = evaluated.people.set_index("staff_id")
    start = people["works_from"].min()
    changes = {}
    for one in chosen:
        rows = series[one.metric]
        sides = rows.assign(after=rows["month"] >= start).groupby(["staff_id", "after"])["value"].mean().unstack()
        sides = sides.reindex(columns=[False, True])
        changes[one.metric] = sides[True] - sides[False]
    table = pd.DataFrame(changes).dropna()
    table = table[table.index.isin(people.index)]
    group = people.loc[table.index, "is_trained"]
    own = (table - table.groupby(group).transform("mean")).to_numpy()
    # Of too few, or where all changed alike, nothing is seen of it: then all err together, which is the widest.
    if len(table) < 4 or (np.ptp(own, axis=0) <= 1e-12 * np.abs(table.to_numpy()).max(axis=0)).any():
        return np.ones((len(chosen), len(chosen)))
    return np.corrcoef(own, rowvar=False)
