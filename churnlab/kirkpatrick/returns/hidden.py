"""What else may the training have brought: hours saved, people who stayed, KPIs that have no price?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import KpiEffect, all_effects
from churnlab.settings import Settings
from churnlab.stats.multiplicity import holm
from churnlab.stats.rate_ratio import exact_rate_ratio
from churnlab.wording import Said

_DAYS_PER_MONTH = 365.25 / 12


def hidden_gains(evaluated: Evaluation, *, in_money: bool = False) -> Finding:
    """List what a training may have brought beside its return; in money only where somebody asks.

    Effects on KPIs without a price, Holm's p-value over them; hours of work saved, of the KPIs that the settings say
    count hours; and whether fewer of those trained left the institution than of those compared. None of it is added to
    the return.

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
        `hidden_seen` (effect with interval, in words), `hidden_verdict` (`better`, `worse`, `open`), and, in money,
        `worth_cny` with interval, missing where there is no price.

    Raises
    ------
    NotEnoughData
        If there is nobody to compare with, or nothing to list.
    """
    settings = evaluated.data.settings
    if evaluated.design is Design.BEFORE_AFTER_ONLY:
        raise NotEnoughData("returns.nothing_hidden", training_id=evaluated.course.training_id)
    rows = [*_kpis(evaluated, settings), *_turnover(evaluated, settings)]
    if not rows:
        raise NotEnoughData("returns.nothing_hidden", training_id=evaluated.course.training_id)
    table = pd.DataFrame(rows)
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
    return Finding(key="returns.hidden", table=table, facts=facts, sentences=tuple(sentences), design=evaluated.design)


def _kpis(evaluated: Evaluation, settings: Settings) -> list[dict[str, Any]]:
    rules = settings.returns
    priced = {rules.sales_rate, rules.sales_value, *(one.metric for one in rules.prices)}
    found = [one for one in all_effects(evaluated) if one.metric not in priced and one.is_claim]
    raised = holm([one.p_value for one in found])
    rows: list[dict[str, Any]] = []
    for one, p_value in zip(found, raised, strict=True):
        is_hours = one.metric in rules.saved_hours_metrics
        good = (one.effect < 0) == (is_hours or low_is_good(one.metric, settings))
        sure = p_value <= 1 - one.level and not one.is_doubtful
        worth = _hours_worth(evaluated, one, settings) if is_hours else (float("nan"),) * 3
        rows.append({
            "hidden_gain": Said("returns.kpi", {"metric": named(one.metric)}),
            "hidden_kind": "hours" if is_hours else "kpi",
            "hidden_seen": change_written(one.effect, one.low, one.high, one.metric, settings),
            "hidden_verdict": ("better" if good else "worse") if sure else "open",
            "worth_cny": worth[0], "worth_cny_low": worth[1], "worth_cny_high": worth[2],
        })  # fmt: skip
    return rows


def _hours_worth(evaluated: Evaluation, one: KpiEffect, settings: Settings) -> tuple[float, float, float]:
    """Return what fewer hours of work are worth in the person-months measured."""
    kpis = staff_kpis(evaluated.data)
    rows = kpis[(kpis["metric"] == one.metric) & kpis["staff_id"].isin(evaluated.trained["staff_id"])]
    months = int(rows["month"].between(one.first_month, one.last_month).sum())
    wage = settings.returns.hourly_wage_cny
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
    sure = "better" if found.high < 1 else "worse" if found.low > 1 else "open"
    expected = events[0] / exposure[0] * exposure[1]
    price = settings.returns.replacement_cny
    worth = (expected - events[1]) * price if price else float("nan")
    return [{
        "hidden_gain": Said("returns.turnover"), "hidden_kind": "turnover",
        "hidden_seen": Said("returns.left", {"trained": events[1], "expected": expected}), "hidden_verdict": sure,
        "worth_cny": worth, "worth_cny_low": float("nan"), "worth_cny_high": float("nan"),
    }]  # fmt: skip
