"""What goes into the return of a training, and how far may each of it be off?"""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.returns.cost import costs
from churnlab.kirkpatrick.returns.service import Service, service
from churnlab.kirkpatrick.returns.worth import SALES, Gain, gains, measured, money_series, together
from churnlab.settings import Returns
from churnlab.stats.drawing import between, estimates
from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]
COMPARED = (Design.RANDOMISED, Design.COMPARISON_GROUP)


@dataclass(frozen=True, kw_only=True, eq=False)
class Inputs:
    """Everything that the return is worked out from.

    Attributes
    ----------
    gains : tuple of Gain
        E2 − E1, for each thing that is worth money.
    correlation : numpy.ndarray, shape (k, k)
        How the chance in the gains goes together.
    cost, reckoned : float
        C, in CNY; what of it is wages that nobody booked, hours times what an hour is taken to cost. The rest is known.
    service : Service
        TS, by month.
    life, life_low, life_high : float
        T: months that the skill lasts.
    settings : Returns
        Decay and horizon.
    """

    gains: tuple[Gain, ...]
    correlation: Floats
    cost: float
    reckoned: float
    service: Service
    life: float
    life_low: float
    life_high: float
    settings: Returns

    @property
    def months(self) -> int:
        """How far is looked."""
        return len(self.service.worked)

    @property
    def is_compared(self) -> bool:
        """Whether all gains are told by people who were not trained.

        A line drawn on from the months before is not enough for money: where two years are known, season and trend can
        hardly be told apart, and over a year of person-months that is more than any training brings.
        """
        return all(one.effect.design in COMPARED for one in self.gains)

    @property
    def is_doubtful(self) -> bool:
        """Whether those trained and those compared were not alike, or too few groups could have told."""
        return any(one.effect.is_doubtful for one in self.gains)


@dataclass(frozen=True, kw_only=True, eq=False)
class Values:
    """Values that the inputs may have, n sets of them; k gains.

    Attributes
    ----------
    effects, prices : numpy.ndarray, shape (n, k)
        As of `Gain`.
    life, leaving : numpy.ndarray, shape (n,)
        Months; leavers per person-month.
    fading : numpy.ndarray, shape (n,)
        How fast the effect fades: 1 along the curve of the settings, 0 not at all, 2 as if each month were two.
    wages : numpy.ndarray, shape (n,)
        What an hour whose wage is reckoned truly costs, over what it is taken to cost.
    """

    effects: Floats
    prices: Floats
    life: Floats
    leaving: Floats
    fading: Floats
    wages: Floats


def inputs_of(evaluated: Evaluation) -> Inputs:
    """Return what the return of a training is worked out from.

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, or too few have months before and after.
    """
    rules, spent = evaluated.data.settings.returns, costs(evaluated)
    cost, reckoned = (float(rows["cost_cny"].sum()) for rows in (spent, spent[spent["is_reckoned"].astype(bool)]))
    if not cost > 0:
        raise NotEnoughData("returns.no_costs", training_id=evaluated.course.training_id)
    found = gains(evaluated)
    chosen = [one for one in found if one.effect.design in COMPARED] or found
    series = money_series(staff_kpis(evaluated.data), evaluated.data.settings)
    months_of = [measured(series[one.metric], evaluated).drop_duplicates(["staff_id", "month"]) for one in chosen]
    told = pd.concat(months_of, ignore_index=True)
    together_months = len(told.drop_duplicates(["staff_id", "month"]))
    # A gain of some of the people, as of one role of two, is spread over the person-months of all.
    chosen = [
        replace(one, volume=one.volume * len(own) / together_months) for one, own in zip(chosen, months_of, strict=True)
    ]
    life = evaluated.course.skill_life_months or rules.life_months
    ends = (life * (1 - rules.life_error_share), life * (1 + rules.life_error_share))
    months = max(ceil(ends[1]), rules.horizon_months, int(told["since"].max()))
    first, last = (
        end(getattr(one.effect, name) for one in chosen) for end, name in ((min, "first_month"), (max, "last_month"))
    )
    served = service(told, evaluated, first=first, last=last, months=months)
    least = float(np.flatnonzero(served.told)[0] + 1)  # the effect was there in a month that tells of it
    return Inputs(
        gains=tuple(chosen), correlation=together(chosen, evaluated), cost=cost, reckoned=reckoned, service=served,
        life=max(life, least), life_low=max(ends[0], least), life_high=max(ends[1], least), settings=rules,
    )  # fmt: skip


def claimed(evaluated: Evaluation) -> Inputs:
    """Return the inputs of a training of which a return may be told.

    Raises
    ------
    NotEnoughData
        As `inputs_of`; and if there is nobody to compare with, so that nobody knows what would have been without it,
        or those who are were not alike before.
    """
    found = inputs_of(evaluated)
    if not found.is_compared:
        raise NotEnoughData("returns.no_comparison", training_id=evaluated.course.training_id)
    if found.is_doubtful:
        raise NotEnoughData("returns.doubtful", training_id=evaluated.course.training_id)
    return found


def central(inputs: Inputs) -> Values:
    """Return each input at its likeliest."""
    return Values(
        effects=np.array([[one.effect.effect for one in inputs.gains]]),
        prices=np.array([[one.price for one in inputs.gains]]),
        life=np.array([inputs.life]),
        leaving=np.array([inputs.service.leaving.value]),
        fading=np.ones(1),
        wages=np.ones(1),
    )


def drawn(inputs: Inputs, draws: int, rng: np.random.Generator, shared: dict[str, Floats] | None = None) -> Values:
    """Draw all inputs from what they may be.

    Effects from their errors, together as they share people; the margin evenly within its bounds, prices and the
    skill's life as triangles; leaving from the leavers. How fast it fades and what a reckoned hour costs are triangles
    too; what was booked is what it was.

    Parameters
    ----------
    inputs : Inputs
        What is known.
    draws : int
        How many.
    rng : numpy.random.Generator
        Chance.
    shared : dict of str to numpy.ndarray, optional
        The draws, shape (draws,), of what is the same for several trainings and errs alike in all: by KPI its price (of
        sales: the margin), `fading` and `wages`. Those that are not in it yet are put in.
    """
    found, shared = inputs.gains, {} if shared is None else shared
    effects = estimates(
        [one.effect.effect for one in found], [error(one) for one in found],
        [one.effect.degrees_of_freedom for one in found], inputs.correlation, draws=draws, rng=rng,
    )  # fmt: skip
    for one in found:
        if (price := f"price of {one.metric}") not in shared:
            shared[price] = (
                rng.uniform(one.price_low, one.price_high, draws)
                if one.metric == SALES
                else between(one.price_low, one.price, one.price_high, draws=draws, rng=rng)
            )
    life = between(inputs.life_low, inputs.life, inputs.life_high, draws=draws, rng=rng)
    leaving = inputs.service.leaving.drawn(draws, rng)
    for name, wide in (
        ("fading", inputs.settings.fading_error_share), ("wages", inputs.settings.wage_error_share),
    ):  # fmt: skip
        if name not in shared:
            shared[name] = between(1 - wide, 1.0, 1 + wide, draws=draws, rng=rng)
    return Values(
        effects=effects, prices=np.column_stack([shared[f"price of {one.metric}"] for one in found]), life=life,
        leaving=leaving, fading=shared["fading"], wages=shared["wages"],
    )  # fmt: skip


def error(gain: Gain) -> float:
    """Return the standard error of a gain's effect; of one told only by an interval, that of a normal one as wide."""
    found = gain.effect
    if np.isfinite(found.error):
        return found.error
    return (found.high - found.low) / 2 / normal_quantile(found.level)


def with_only(inputs: Inputs, metric: str, **changes: float) -> Values:
    """Return the inputs at their likeliest but for one: `effect` or `price` of a metric, or another of `Values`."""
    found = central(inputs)
    place = [one.metric == metric for one in inputs.gains]
    for name, value in changes.items():
        if name in ("life", "leaving", "fading", "wages"):
            found = replace(found, **{name: np.array([value])})
        else:
            column = f"{name}s"
            found = replace(found, **{column: np.where(place, value, getattr(found, column))})
    return found
