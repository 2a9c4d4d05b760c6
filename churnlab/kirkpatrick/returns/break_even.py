"""How large an effect would have paid for the training, and was it that large?"""

from dataclasses import replace
from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named
from churnlab.kirkpatrick.results.effects import KpiEffect, kpi_effect
from churnlab.kirkpatrick.returns.arithmetic import break_even_gain
from churnlab.kirkpatrick.returns.benefit import full_months
from churnlab.kirkpatrick.returns.inputs import COMPARED, central, inputs_of
from churnlab.kirkpatrick.returns.outcome import design
from churnlab.kirkpatrick.returns.worth import SALES, Gain
from churnlab.settings import Settings
from churnlab.wording import Said

_YEAR = 12


def break_even(evaluated: Evaluation) -> Finding:
    """Say how large the effect had to be for the training to pay within the months of the settings.

    Exact: cost = effect · price · person-months of full effect, solved for the effect, all else at its likeliest. It
    needs nobody to compare with, so it is told where a return is not.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.break_even`, one row per thing that alone would have to pay, `metric`; sales also by conversion alone
        and by order value alone: `effect_needed` and `effect_seen` (in words, the second with its interval),
        `effect_reaches` (`surely`, `surely_not`, `open`; `change_only` where there is nobody to compare with,
        `doubtful` where those compared were not alike before).

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, or too few have months before and after.
    """
    settings, found = evaluated.data.settings, inputs_of(evaluated)
    months = settings.returns.horizon_months
    person_months = float(sum(part[0, :months].sum() for part in full_months(found, central(found))))
    needed = break_even_gain(years=person_months / _YEAR, people=1, cost=found.cost) / _YEAR
    alone = [one for gain in found.gains for one in _alone(evaluated, gain, needed)]
    seen = "change_only" if not found.is_compared else "doubtful" if found.is_doubtful else "seen"
    rules = settings.returns
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "cost": found.cost, "months": months, "person_months": person_months,
        "people": found.service.people, "margin": rules.margin_share, "margin_error": rules.margin_error_share,
        "needed": needed, "seen": sum(one.monthly_cny for one in found.gains),
        "alone": _listed([Said("returns.one_needed", _named(one, effect, settings)) for effect, one in alone]),
    }  # fmt: skip
    table = pd.DataFrame([_row(effect, one, seen, settings) for effect, one in alone])
    return Finding(
        key="returns.break_even", table=table, facts=facts, sentences=("sentence", "alone", seen),
        caveats=("returns_priced",), design=design(found) if seen == "seen" else None,
    )  # fmt: skip


def _alone(evaluated: Evaluation, gain: Gain, needed: float) -> list[tuple[KpiEffect, float]]:
    """Return what each KPI alone would have to change by: its effect as measured, and the one needed."""
    own = needed / (gain.volume * gain.price)
    if gain.metric != SALES:
        return [(_as_printed(gain.effect, evaluated.data.settings), _sign(gain.metric, evaluated.data.settings) * own)]
    rules = evaluated.data.settings.returns
    found = [(gain.effect, own)]
    for metric, other in (
        (rules.sales_rate, rules.sales_value), (rules.sales_value, rules.sales_rate),
    ):  # fmt: skip
        try:
            effect, beside = kpi_effect(evaluated, metric), kpi_effect(evaluated, other)
        except NotEnoughData:
            continue
        level = beside.counterfactual_mean if beside.is_claim else beside.baseline_mean
        found.append((effect, own / level))
    return found


def _sign(metric: str, settings: Settings) -> float:
    return -1.0 if low_is_good(metric, settings) else 1.0


def _as_printed(effect: KpiEffect, settings: Settings) -> KpiEffect:
    """Turn an effect back that was turned so that more is better."""
    if not low_is_good(effect.metric, settings):
        return effect
    return replace(effect, effect=-effect.effect, low=-effect.high, high=-effect.low)


def _row(effect: KpiEffect, needed: float, seen: str, settings: Settings) -> dict[str, Any]:
    nothing = float("nan")
    return {
        "metric": effect.metric,
        "effect_needed": change_written(needed, nothing, nothing, effect.metric, settings),
        "effect_seen": change_written(effect.effect, effect.low, effect.high, effect.metric, settings),
        "effect_reaches": _reaches(effect, needed, seen),
    }


def _reaches(effect: KpiEffect, needed: float, seen: str) -> str:
    if seen == "change_only" or effect.design not in COMPARED:
        return "change_only"
    if seen == "doubtful" or effect.is_doubtful:
        return "doubtful"
    low, high = (effect.low, effect.high) if needed >= 0 else (-effect.high, -effect.low)
    return "surely" if low >= abs(needed) else "surely_not" if high < abs(needed) else "open"


def _named(needed: float, effect: KpiEffect, settings: Settings) -> dict[str, Any]:
    nothing = float("nan")
    change = change_written(needed, nothing, nothing, effect.metric, settings)
    return {"metric": named(effect.metric), "change": change}


def _listed(items: list[Said]) -> Said:
    said = items[0]
    for item in items[1:]:
        said = Said("returns.or", {"first": said, "rest": item})
    return said
