"""What else may the training have brought: hours saved, people who stayed, KPIs that have no price?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import KpiEffect, all_effects
from churnlab.kirkpatrick.returns.cost import wage_of
from churnlab.settings import Settings
from churnlab.stats.multiplicity import holm
from churnlab.stats.rate import Rate, rate_difference
from churnlab.stats.rate_ratio import exact_rate_ratio
from churnlab.wording import Said

_DAYS_PER_MONTH = 365.25 / 12


def hidden_gains(evaluated: Evaluation, *, in_money: bool = False) -> Finding:
    """List what a training may have brought beside its return; in money only where somebody asks.

    Effects on KPIs without a price; hours of work saved, of the KPIs that the settings say count hours; and whether
    fewer of those trained left the institution than of those compared. Holm's p-value over all of them. None of it is
    added to the return.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    in_money : bool
        Also say what hours (at the wage of the settings) and people kept (at `replacement_cny`) may be worth.

    Returns
    -------
    Finding
        `returns.hidden`, one row a gain: `hidden_gain` (in words), `hidden_kind` (`kpi`, `hours`, `turnover`),
        `hidden_seen` (effect with interval, in words), `hidden_verdict` (`better`, `worse`, `open`),
        `claim_design` (what the row rests on: `randomised`, `comparison_group`, `time_series`), and, in money,
        `worth_cny` with interval, missing where there is no price. The Finding's design is the weakest of them.

    Raises
    ------
    NotEnoughData
        If there is nobody to compare with, or nothing to list.
    """
    settings = evaluated.data.settings
    rows = [*_kpis(evaluated, settings), *_turnover(evaluated, settings)]
    if not rows:
        raise NotEnoughData("returns.nothing_hidden", training_id=evaluated.course.training_id)
    table = pd.DataFrame(_judged(rows, 1 - settings.uncertainty.level))
    if not in_money:
        table = table.drop(columns=["worth_cny", "worth_cny_low", "worth_cny_high"])
    better, worse = (table["hidden_verdict"].eq(one) for one in ("better", "worse"))
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "gains": len(table), "better": int(better.sum()),
        "level": settings.uncertainty.level, "list": tuple(table.loc[better, "hidden_gain"]),
        "worse": int(worse.sum()), "worse_list": tuple(table.loc[worse, "hidden_gain"]),
        "priced": int(table["worth_cny"].notna().sum()) if in_money else 0,
    }  # fmt: skip
    sentences = ["some" if better.any() else "none", *(["worse"] if worse.any() else [])]
    sentences += ["in_money" if in_money else "apart"]
    return Finding(key="returns.hidden", table=table, facts=facts, sentences=tuple(sentences), design=_weakest(table))


def _judged(rows: list[dict[str, Any]], alpha: float) -> list[dict[str, Any]]:
    """Give each gain its verdict, by its p-value raised for all of them."""
    raised = holm([one.pop("p_value") for one in rows])
    return [
        {
            name: (value if p_value <= alpha else "open") if name == "hidden_verdict" else value
            for name, value in one.items()
        }
        for one, p_value in zip(rows, raised, strict=True)
    ]


def _weakest(table: pd.DataFrame) -> Design:
    return max((Design(one) for one in table["claim_design"]), key=list(Design).index)


def _kpis(evaluated: Evaluation, settings: Settings) -> list[dict[str, Any]]:
    rules = settings.returns
    priced = {rules.sales_rate, rules.sales_value, *(one.metric for one in rules.prices)}
    found = [one for one in all_effects(evaluated) if one.metric not in priced and one.is_claim]
    rows: list[dict[str, Any]] = []
    for one in found:
        is_hours = one.metric in rules.saved_hours_metrics
        good = (one.effect < 0) == (is_hours or low_is_good(one.metric, settings))
        worth = _hours_worth(evaluated, one) if is_hours else (float("nan"),) * 3
        rows.append({
            "hidden_gain": Said("returns.kpi", {"metric": named(one.metric)}),
            "hidden_kind": "hours" if is_hours else "kpi",
            "hidden_seen": change_written(one.effect, one.low, one.high, one.metric, settings),
            "hidden_verdict": "open" if one.is_doubtful else "better" if good else "worse",
            "claim_design": str(one.design), "p_value": np.nan if one.is_doubtful else one.p_value,
            "worth_cny": worth[0], "worth_cny_low": worth[1], "worth_cny_high": worth[2],
        })  # fmt: skip
    return rows


def _hours_worth(evaluated: Evaluation, one: KpiEffect) -> tuple[float, float, float]:
    """Return what fewer hours of work are worth in the person-months measured, at the mean wage of those trained."""
    kpis = staff_kpis(evaluated.data)
    rows = kpis[(kpis["metric"] == one.metric) & kpis["staff_id"].isin(evaluated.trained["staff_id"])]
    months = int(rows["month"].between(one.first_month, one.last_month).sum())
    wage = float(wage_of(evaluated).mean())
    return -one.effect * wage * months, -one.high * wage * months, -one.low * wage * months


def _turnover(evaluated: Evaluation, settings: Settings) -> list[dict[str, Any]]:
    """Compare how often those trained and those compared left, from the first whole month after the training on."""
    people, end = evaluated.people, pd.Timestamp(evaluated.data.as_of)
    start = people["works_from"].min()
    if evaluated.people.loc[evaluated.people["is_trained"], "works_from"].nunique() != 1 or start >= end:
        return []
    there = people[people["left_on"].isna() | (people["left_on"] >= start)]
    months = (there["left_on"].fillna(end) - start).dt.days / _DAYS_PER_MONTH
    left = there["left_on"].notna()
    sides = [~there["is_trained"], there["is_trained"]]
    exposure = [float(months[side].sum()) for side in sides]
    if min(exposure) <= 0 or not left.any():
        return []
    events = [int(left[side].sum()) for side in sides]
    level = settings.uncertainty.level
    found = exact_rate_ratio((events[0], events[1]), (exposure[0], exposure[1]), level=level)
    rates = [Rate(events=many, exposure=time) for many, time in zip(events, exposure, strict=True)]
    kept = [one * exposure[1] for one in rate_difference(rates[0], rates[1], level=level)]
    price = settings.returns.replacement_cny or float("nan")
    expected = rates[0].value * exposure[1]
    return [{
        "hidden_gain": Said("returns.turnover"), "hidden_kind": "turnover",
        "hidden_seen": Said("returns.left", {"trained": events[1], "expected": expected}),
        "hidden_verdict": "better" if found.high < 1 else "worse" if found.low > 1 else "open",
        "claim_design": str(evaluated.design), "p_value": found.p_value,
        "worth_cny": kept[0] * price, "worth_cny_low": kept[1] * price, "worth_cny_high": kept[2] * price,
    }]  # fmt: skip
