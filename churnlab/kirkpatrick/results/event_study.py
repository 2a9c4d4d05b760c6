"""Did trained and compared part only after the training, or before, and could one have seen it?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import named
from churnlab.kirkpatrick.results.effects import KpiEffect, all_effects
from churnlab.wording import Said

ALIKE, BLIND, APART, UNTESTED = "alike", "blind", "apart", "untested"


def event_study(evaluated: Evaluation) -> Finding:
    """Follow the effect on each KPI month by month, each person against her own mean before the training.

    Before the training there can be none: if trained and compared part there already, what comes after is no effect.
    That no parting was found is worth what could have been found: the steady trend that the test of the months before
    finds with probability `results.power`, and what that trend alone would make of the mean effect.

    Returns
    -------
    Finding
        `results.event_study`: one row per `metric` and `event_month` (0: first whole month after the training; −1: the
        last before it that counts; months left out are skipped), the KPI whose effect is surest first:
        `event_effect_share`, the effect as a share of what the trained had before, with its interval, for that month
        alone; `people_trained`; `trend_verdict` (`alike`: no parting before, and a trend that would make up the whole
        effect would have been found; `blind`: none found, but such a trend would have been overlooked; `apart`: they
        parted before; `untested`: too few months or people before); `pre_trend_p_value`; `hidden_share`, the steepest
        trend a month that may have been overlooked, as a share of what the trained had before. Facts: how many KPIs of
        each verdict.

    Raises
    ------
    NotEnoughData
        If no KPI's effect can be told by months.

    References
    ----------
    Roth J, American Economic Review: Insights 2022;4:305–322.
    """
    found = [one for one in all_effects(evaluated) if one.is_claim and len(one.by_month)]
    if not found:
        raise NotEnoughData("results.no_months", least=evaluated.data.settings.results.fewest_people)
    found = sorted(found, key=lambda one: (one.p_value, one.metric))
    verdicts = [trend_verdict(one) for one in found]
    table = pd.concat([_rows(one, said) for one, said in zip(found, verdicts, strict=True)], ignore_index=True)
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "kpis": len(found), "level": evaluated.data.settings.uncertainty.level,
        "power": evaluated.data.settings.results.power,
    }  # fmt: skip
    for verdict in (ALIKE, BLIND, APART, UNTESTED):
        of = [one for one, said in zip(found, verdicts, strict=True) if said == verdict]
        facts[verdict] = len(of)
        facts[f"{verdict}_list"] = tuple(_said(one) for one in of)
    sentences = tuple(verdict for verdict in (ALIKE, BLIND, APART, UNTESTED) if facts[verdict])
    asked = {
        "results.each_month": True,
        "results.several_beginnings": any(one.method == "staggered" for one in found),
        "results.trend_by_lot": all(one.by_lot for one in found),
    }
    caveats = tuple(key for key, holds in asked.items() if holds)
    order = list(Design)
    return Finding(
        key="results.event_study", table=table, facts=facts, sentences=sentences, caveats=caveats,
        design=max((one.design for one in found), key=order.index),
    )  # fmt: skip


def trend_verdict(one: KpiEffect) -> str:
    """Tell whether the months before speak for a comparison.

    Parameters
    ----------
    one : KpiEffect
        With people to compare with, or not.

    Returns
    -------
    str
        `alike`, `blind`, `apart` or `untested`, as `event_study` explains them.
    """
    if np.isnan(one.pre_trend_p):
        return UNTESTED
    if one.pre_trend_p < 1 - one.level:
        return APART
    return ALIKE if hidden_effect(one) < abs(one.effect) else BLIND


def hidden_effect(one: KpiEffect) -> float:
    """Return what an overlooked trend may make up of the mean effect, in the KPI's unit; infinite where not known."""
    times = one.by_month["event_time"]
    after, before = times[times >= 0], times[times < 0]
    if np.isnan(one.detectable_slope) or after.empty or before.empty:
        return float("inf")
    return float(one.detectable_slope * (after.mean() - before.mean()))


def _rows(one: KpiEffect, verdict: str) -> pd.DataFrame:
    base = abs(one.baseline_mean) or np.nan
    told = one.by_month.sort_values("event_time")
    return pd.DataFrame(
        {
            "metric": one.metric,
            "event_month": told["event_time"].astype(int),
            "event_effect_share": told["effect"].astype(float) / base,
            "event_effect_share_low": told["low"].astype(float) / base,
            "event_effect_share_high": told["high"].astype(float) / base,
            "people_trained": told["units"].astype(float),
            "trend_verdict": verdict,
            "pre_trend_p_value": one.pre_trend_p,
            "hidden_share": one.detectable_slope / base,
        }
    )


def _said(one: KpiEffect) -> Said | str:
    hidden, base = hidden_effect(one), abs(one.baseline_mean)
    if not (np.isfinite(hidden) and base > 0):
        return named(one.metric)
    facts = {"metric": named(one.metric), "effect": abs(one.effect) / base, "hidden": hidden / base}
    return Said("results.one_trend", facts)
