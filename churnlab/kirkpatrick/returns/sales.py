"""What did those trained sell since, and how much of it would not have been sold without the training?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.performance import kpi_panel
from churnlab.kirkpatrick.results.kpi_effects import KpiEffect, kpi_effect

Floats = NDArray[np.float64]
_WEAKEST = (Design.BEFORE_AFTER_ONLY, Design.TIME_SERIES, Design.COMPARISON_GROUP, Design.RANDOMISED)


@dataclass(frozen=True, kw_only=True)
class Sales:
    """Sales of the trained since the training could show, and its effects on them.

    Attributes
    ----------
    asked : float
        Customers that the trained had to do with in those months.
    share, value_cny : float
        Of them the share that bought, and the mean order.
    share_effect, value_effect : KpiEffect
        What the training did to either.
    months : float
        Mean number of months of a trained person in them.
    """

    asked: float
    share: float
    value_cny: float
    share_effect: KpiEffect
    value_effect: KpiEffect
    months: float

    @property
    def design(self) -> Design:
        """The weaker of the two designs."""
        return min(self.share_effect.design, self.value_effect.design, key=_WEAKEST.index)

    def gained(self, share_effect: Floats | float, value_effect: Floats | float) -> Floats:
        """Return by how much sales would have been less without these effects: asked · (c v − (c − Δc)(v − Δv)).

        Parameters
        ----------
        share_effect, value_effect : float or ndarray
            Δc and Δv, in the units of share and order.

        Returns
        -------
        ndarray
            CNY of sales over all those months; no margin yet.
        """
        without = (self.share - np.asarray(share_effect)) * (self.value_cny - np.asarray(value_effect))
        gain: Floats = self.asked * (self.share * self.value_cny - without)
        return gain


def sales_since(evaluated: Evaluation) -> Sales:
    """Return what the trained sold since the training, with its effects.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Raises
    ------
    NotEnoughData
        If the trained have no KPI of sales with its denominator, as those who do not sell, or there is nobody to
        compare with: before and after alone give no return.
    """
    settings = evaluated.data.settings.returns
    panel = kpi_panel(evaluated)
    since = panel[panel["is_trained"] & (panel["months_since"] >= 0)]
    asked = since[(since["metric"] == settings.sales_rate) & (since["n"] > 0)]
    orders = since[since["metric"] == settings.sales_value]
    both = asked.merge(orders[["staff_id", "month", "value"]], on=["staff_id", "month"], suffixes=("", "_order"))
    if both.empty:
        raise NotEnoughData("returns.no_price", training_id=evaluated.course.training_id)
    sold = both["n"] * both["value"]
    found = Sales(
        asked=float(both["n"].sum()),
        share=float(sold.sum() / both["n"].sum()),
        value_cny=float((sold * both["value_order"]).sum() / sold.sum()) if sold.sum() > 0 else float("nan"),
        share_effect=kpi_effect(evaluated, settings.sales_rate),
        value_effect=kpi_effect(evaluated, settings.sales_value),
        months=len(both) / both["staff_id"].nunique(),
    )
    if found.design is Design.BEFORE_AFTER_ONLY:
        raise NotEnoughData("returns.no_comparison", training_id=evaluated.course.training_id)
    return found


def drawn(effect: KpiEffect, drawings: int, rng: np.random.Generator) -> Floats:
    """Draw an effect as often as asked from the t distribution that its interval comes from."""
    places: Floats = stats.t.rvs(effect.degrees_of_freedom, size=drawings, random_state=rng)
    return effect.effect + effect.error * places
