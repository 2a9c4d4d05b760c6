"""Which of Phillips' conservative rules does this return keep, and which does it break?"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import series_effect
from churnlab.kirkpatrick.returns.benefit import by_month, monthly_cny
from churnlab.kirkpatrick.returns.cost import WAGES, costs
from churnlab.kirkpatrick.returns.inputs import Inputs, central, inputs_of
from churnlab.kirkpatrick.returns.outcome import Return, design, drawn_from, still_to_come
from churnlab.kirkpatrick.returns.worth import measured, money_series
from churnlab.tables.door import fetch
from churnlab.wording import Said

KEPT, BROKEN, UNKNOWN, ALWAYS = "kept", "broken", "unknown", "always"
_LOWER = {"reactions": 1, "test_answers": 2, "ratings": 3}
Ruling = tuple[str, Said]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Case:
    """What is known: the inputs, and the return; None where they cannot be told."""

    evaluated: Evaluation
    inputs: Inputs | None
    found: Return | None


def _case(evaluated: Evaluation) -> _Case:
    try:
        inputs = inputs_of(evaluated)
    except NotEnoughData:
        return _Case(evaluated=evaluated, inputs=None, found=None)
    is_told = inputs.is_compared and not inputs.is_doubtful
    found = drawn_from(inputs, evaluated.data.settings) if is_told else None
    return _Case(evaluated=evaluated, inputs=inputs, found=found)


def conservative_rules(evaluated: Evaluation) -> Finding:
    """Say which of Phillips' rules for a return that can be defended is kept, and what in the data decides it.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.rules`, one row a rule: `roi_rule`, `rule_state` (`kept`, `broken`, `unknown`: the data do not tell,
        `always`: by the way the return is worked out, whatever the data), `rule_because` (in words). Of the published
        twelve, those that data can decide, and one more: that most of the benefit is a result and no forecast.

    Raises
    ------
    NotEnoughData
        If no cost is told.

    References
    ----------
    Phillips J J, Phillips P P, Show Me the Money, 2007: the twelve guiding principles of the ROI methodology.
    """
    costs(evaluated)
    case = _case(evaluated)
    rulings = {
        "lower_levels": _lower_levels(evaluated),
        "isolated": _isolated(case),
        "unknown_is_nothing": _unknown_is_nothing(case),
        "error_adjusted": _error_adjusted(case),
        "no_extremes": _no_extremes(case),
        "first_year": _first_year(evaluated),
        "not_forecast": _not_forecast(case),
        "fully_loaded": _fully_loaded(evaluated),
        "intangible_apart": _intangible_apart(evaluated),
    }
    table = pd.DataFrame(
        {
            "roi_rule": list(rulings),
            "rule_state": [state for state, _ in rulings.values()],
            "rule_because": pd.Series([why for _, why in rulings.values()], dtype=object),
        }
    )
    counts = table["rule_state"].value_counts()
    facts: dict[str, Any] = {name: int(counts.get(name, 0)) for name in (KEPT, BROKEN, UNKNOWN, ALWAYS)}
    broken = table.loc[table["rule_state"] == BROKEN, "roi_rule"]
    facts |= {
        "rules": len(table),
        "list": tuple(Said(f"code.roi_rule.{rule}") for rule in broken),
        "training": evaluated.course.name,
    }
    sentences = [] if case.found else ["no_return"]
    sentences += ["some"] if len(broken) else ["none"]
    sentences += ["always"] if facts[ALWAYS] else []
    sentences += ["untold"] if facts[UNKNOWN] else []
    return Finding(key="returns.rules", table=table, facts=facts, sentences=tuple(sentences))


def _because(rule: str, state: str, **facts: Any) -> Ruling:
    return state, Said(f"returns.because.{rule}_{state}", facts)


def _lower_levels(evaluated: Evaluation) -> Ruling:
    """Hold to it: whoever tells of money tells of the levels below."""
    lacking = [
        level for table, level in _LOWER.items()
        if "training_id" not in (rows := evaluated.data.table(table)).columns
        or fetch(rows.filter(rows.training_id == evaluated.course.training_id).limit(1)).empty
    ]  # fmt: skip
    if not lacking:
        return _because("lower_levels", KEPT)
    return _because("lower_levels", BROKEN, levels=", ".join(map(str, lacking)))


def _isolated(case: _Case) -> Ruling:
    if case.inputs is None:
        return _because("isolated", UNKNOWN)
    if case.found is None:
        return _because("isolated", BROKEN)
    return _because("isolated", KEPT, design=Said(f"code.judged_by.{design(case.inputs)}"))


def _unknown_is_nothing(case: _Case) -> Ruling:
    if case.inputs is None:
        return _because("unknown_is_nothing", UNKNOWN)
    people, trained = case.inputs.service.people, len(case.evaluated.trained)
    return _because("unknown_is_nothing", ALWAYS, people=people, trained=trained, rest=trained - people)


def _error_adjusted(case: _Case) -> Ruling:
    found = case.found
    if found is None:
        return _because("error_adjusted", UNKNOWN)
    months = case.evaluated.data.settings.returns.horizon_months
    row = by_month(found.inputs, found.draws)[:, months - 1]
    low = float(pd.Series(row).quantile((1 - found.level) / 2))
    return _because("error_adjusted", ALWAYS, low=low, level=found.level)


def _no_extremes(case: _Case) -> Ruling:
    """Break it where one trained person makes the gain: without her it would be less than half."""
    evaluated, found = case.evaluated, case.inputs
    if found is None:
        return _because("no_extremes", UNKNOWN)
    whole = float(monthly_cny(found, central(found))[0])
    series = money_series(staff_kpis(evaluated.data), evaluated.data.settings)
    rows = {one.metric: series[one.metric] for one in found.gains}
    people = sorted(set(pd.concat([measured(own, evaluated)["staff_id"] for own in rows.values()])))
    if len(people) < 2 or whole <= 0:
        return _because("no_extremes", UNKNOWN)
    try:
        least = min(_without(one, case, rows) for one in people)
    except NotEnoughData:
        return _because("no_extremes", UNKNOWN)
    return _because("no_extremes", KEPT if least >= whole / 2 else BROKEN, whole=whole, without=least)


def _without(staff_id: str, case: _Case, rows: dict[str, pd.DataFrame]) -> float:
    """Return the gain of a person and month, had she not been there."""
    assert case.inputs
    left = (
        replace(one, effect=series_effect(case.evaluated, one.metric, own[own["staff_id"] != staff_id]))
        for one in case.inputs.gains
        for own in (rows[one.metric],)
    )
    return float(sum(one.monthly_cny for one in left))


def _first_year(evaluated: Evaluation) -> Ruling:
    rules, course = evaluated.data.settings.returns, evaluated.course
    days = (course.ends_on - course.starts_on).days + 1
    facts = {"days": days, "months": rules.horizon_months, "short": rules.short_days}
    broken = days <= rules.short_days and rules.horizon_months > 12
    return _because("first_year", BROKEN if broken else KEPT, **facts)


def _not_forecast(case: _Case) -> Ruling:
    if case.found is None:
        return _because("not_forecast", UNKNOWN)
    rules = case.evaluated.data.settings.returns
    share = still_to_come(case.found, rules.horizon_months)
    state = BROKEN if share > rules.projected_most_share else KEPT
    return _because("not_forecast", state, share=share, most=rules.projected_most_share)


def _fully_loaded(evaluated: Evaluation) -> Ruling:
    rows = costs(evaluated)
    has_wages, has_direct = WAGES in set(rows["cost_category"]), bool(rows["is_direct"].any())
    facts = {"cost": float(rows["cost_cny"].sum()), "kinds": int(rows["cost_category"].nunique())}
    return _because("fully_loaded", KEPT if has_wages and has_direct else BROKEN, **facts)


def _intangible_apart(evaluated: Evaluation) -> Ruling:
    kpis = staff_kpis(evaluated.data)
    rules = evaluated.data.settings.returns
    priced = {rules.sales_rate, rules.sales_value, *(one.metric for one in rules.prices)}
    theirs = set(kpis.loc[kpis["staff_id"].isin(evaluated.trained["staff_id"]), "metric"])
    return _because("intangible_apart", ALWAYS, kpis=len(theirs - priced))
