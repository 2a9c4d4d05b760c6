"""Does calling keep students?"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from churnlab.churn.calling.trial import few_left, trial
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.renewal.value import remaining_value
from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.settings import Settings
from churnlab.stats.arms import Arms, arms, drawn_for_power, rates, risk_difference, variance
from churnlab.stats.intervals import wilson
from churnlab.tables.door import Data

ARMS = {"call": True, "hold_out": False}
_DAYS_A_MONTH = 365.25 / 12
_ANY = 0.95  # where only the difference is asked for
_ENDS = ("", "_low", "_high")


def call_effect(data: Data, campus: Campus = None) -> Finding:
    """Tell by how much fewer leave of those to be called than of those held out by lot.

    By intention to treat, at each student's first list. The rates of the arms are compared within each list; lists are
    averaged by Mantel and Haenszel's weights (`stats.arms.risk_difference`). What nobody was held out of is no
    evidence: then there is no such Finding.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `calling.effect`, randomised; one row per arm: arm, drawn, churned, churn_rate (of the arm, as drawn) with
        Wilson's interval. Facts: `called_rate` and `held_out_rate` (weighed alike over the lists), their
        `difference_points` with its interval; students to be called for one that is kept (`needed`), where the effect
        is clear; months until an effect of the size assumed would be seen, where it is not.

    Raises
    ------
    NotEnoughData
        As `trial`, or if no list has both arms.
    """
    drawn = chosen(trial(data), campus)
    counts, settings = _counts(drawn), data.settings
    _refuse_few(drawn, counts, settings)
    level = settings.uncertainty.level
    difference, low, high = risk_difference(counts, level)
    called_rate, held_out_rate = rates(counts)
    table = pd.DataFrame([_arm(name, drawn[drawn["to_be_called"] == flag], level) for name, flag in ARMS.items()])
    facts: dict[str, Any] = {
        "called": int(table["drawn"].iloc[0]),
        "held_out": int(table["drawn"].iloc[1]),
        "called_rate": called_rate,
        "held_out_rate": held_out_rate,
        "difference_points": difference,
        "difference_points_low": low,
        "difference_points_high": high,
        "horizon_days": settings.outcome.horizon_days,
        "level": level,
        "campus": campus if isinstance(campus, str) else None,
    }
    if low <= 0 <= high:
        more, how = _more(drawn, held_out_rate, settings)
        facts, sentences = facts | more, ("unclear", *how)
    elif difference < 0:
        worth, how = _kept(drawn, data, facts)
        facts, sentences = facts | _fewer(facts) | worth, ("clear", *how)
    else:
        facts |= {f"more{end}": 100 * facts[f"difference_points{end}"] for end in _ENDS}
        sentences = ("harm",)
    return Finding(
        key="calling.effect",
        table=table,
        facts=facts,
        sentences=sentences,
        caveats=("calling.by_intention", *(("calling.few_left",) if few_left(drawn) else ())),
        design=Design.RANDOMISED,
    )


def call_effect_by_campus(data: Data) -> Finding:
    """Tell the same of each campus, and whether campuses differ by more than chance.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `calling.effect_by_campus`, randomised; one row per campus with `uncertainty.min_group` in either arm: campus,
        called, held_out, called_rate, held_out_rate, difference_points with its interval (each at the level, for
        itself). `p_value`: Cochran's test that all are alike.

    Raises
    ------
    NotEnoughData
        As `trial`, or if fewer than two campuses are large enough.

    References
    ----------
    Cochran W G, Biometrics 1954;10:101–129.
    """
    drawn, settings = trial(data), data.settings
    rows = [
        _campus(str(name), part, settings)
        for name, part in drawn.groupby("campus", sort=True)
        if part["to_be_called"].value_counts().reindex([True, False]).fillna(0).min() >= settings.uncertainty.min_group
        and len(_counts(part).treated)
    ]
    if len(rows) < 2:
        raise NotEnoughData("calling.few_campuses", needed=settings.uncertainty.min_group)
    table = pd.DataFrame(rows)
    p_value = _alike([_counts(drawn[drawn["campus"] == name]) for name in table["campus"]])
    tail = 1 - settings.uncertainty.level
    return Finding(
        key="calling.effect_by_campus",
        table=table.sort_values(["difference_points", "campus"], ignore_index=True),
        facts={"campuses": len(table), "p_value": p_value, "level": settings.uncertainty.level},
        sentences=("differ" if p_value < tail else "alike",),
        caveats=("calling.by_intention",),
        design=Design.RANDOMISED,
    )


def _counts(drawn: pd.DataFrame) -> Arms:
    # A list is one campus's: lists of several campuses may share their name.
    stratum = drawn["list_id"].astype(str) + " " + drawn["campus"].fillna("").astype(str)
    return arms(drawn["churned"], drawn["to_be_called"], stratum)


def _refuse_few(drawn: pd.DataFrame, counts: Arms, settings: Settings) -> None:
    called, least = int(drawn["to_be_called"].sum()), settings.uncertainty.min_group
    if min(called, len(drawn) - called) < least or not len(counts.treated):
        raise NotEnoughData("calling.few_drawn", called=called, held_out=len(drawn) - called, needed=least)


def _arm(name: str, rows: pd.DataFrame, level: float) -> dict[str, Any]:
    churned = int(rows["churned"].sum())
    low, high = wilson(churned, len(rows), level)
    told = {"churn_rate": churned / len(rows), "churn_rate_low": float(low), "churn_rate_high": float(high)}
    return {"arm": name, "drawn": len(rows), "churned": churned} | told


def _fewer(facts: dict[str, Any]) -> dict[str, Any]:
    """Turn the difference round: how many fewer of a hundred leave, and how many calls that takes for one."""
    best, low, high = (-facts[f"difference_points{end}"] for end in ("", "_high", "_low"))
    calls = {"needed": 1 / best, "needed_low": 1 / high, "needed_high": 1 / low}
    fewer = {"fewer": 100 * best, "fewer_low": 100 * low, "fewer_high": 100 * high}
    return fewer | {name: int(np.ceil(value)) for name, value in calls.items()}


def _kept(drawn: pd.DataFrame, data: Data, facts: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return how many were kept, and what that is worth, as those of the latest list were worth then."""
    latest = drawn[drawn["made_on"] == drawn["made_on"].max()]
    try:
        worth = remaining_value(data.before(latest["made_on"].iloc[0].date()))
    except NotEnoughData:
        return {}, ()
    listed = worth.loc[worth["student_id"].isin(latest["student_id"]), "remaining_value_cny"]
    if listed.empty:
        return {}, ()
    fewer, mean = _fewer(facts), float(listed.mean())
    kept = {f"kept{end}": facts["called"] * fewer[f"fewer{end}"] / 100 for end in _ENDS}
    return kept | {"mean_value_cny": mean} | {f"kept_cny{end}": kept[f"kept{end}"] * mean for end in _ENDS}, ("worth",)


def _more(drawn: pd.DataFrame, rate: float, settings: Settings) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return how many more months it takes until an effect of the size assumed would be seen."""
    rules = settings.calling
    if rate <= 0:
        return {}, ()
    held = 1 - drawn["to_be_called"].mean()
    needed = drawn_for_power(rate, -rate * rules.saved_share, held, level=settings.uncertainty.level, power=rules.power)
    days = (drawn["made_on"].max() - drawn["made_on"].min()).days
    a_month = len(drawn) / (days / _DAYS_A_MONTH + 1)
    months = int(np.ceil((needed - len(drawn)) / a_month))
    facts = {"power": rules.power, "assumed_share": rules.saved_share, "drawn_a_month": a_month}
    return (facts, ("enough_for_assumed",)) if months <= 0 else (facts | {"months_more": months}, ("months_more",))


def _campus(name: str, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    counts = _counts(rows)
    difference, low, high = risk_difference(counts, settings.uncertainty.level)
    called_rate, held_out_rate = rates(counts)
    return {
        "campus": name,
        "called": int(rows["to_be_called"].sum()),
        "held_out": int((~rows["to_be_called"]).sum()),
        "called_rate": called_rate,
        "held_out_rate": held_out_rate,
        "difference_points": difference,
        "difference_points_low": low,
        "difference_points_high": high,
    }


def _alike(campuses: Sequence[Arms]) -> float:
    """Return how likely differences so far apart are if all are truly alike; variances as they would be then."""
    common = risk_difference(Arms(**{name: np.concatenate(parts) for name, parts in _columns(campuses)}), _ANY)[0]
    found = [(risk_difference(counts, _ANY)[0], variance(counts, common)) for counts in campuses]
    distance = sum((difference - common) ** 2 / spread for difference, spread in found if spread > 0)
    return float(chi2.sf(distance, len(campuses) - 1))


def _columns(campuses: Sequence[Arms]) -> Iterator[tuple[str, list[np.ndarray]]]:
    for name in ("treated", "control", "treated_events", "control_events"):
        yield name, [getattr(counts, name) for counts in campuses]
