"""Does calling keep students?"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.calling.plan import Plan, counted, so_far
from churnlab.churn.calling.trial import few_left, trial
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.renewal.value import remaining_value
from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.settings import Settings
from churnlab.stats.arms import Arms, rates, risk_difference, variance
from churnlab.stats.intervals import wilson
from churnlab.stats.repeated_looks import looks_p_value
from churnlab.tables.door import Data

ARMS = {"call": True, "hold_out": False}
_DAYS_A_MONTH = 365.25 / 12
_ANY = 0.95  # where only the difference is asked for
_ENDS = ("", "_low", "_high")
_TOLD = ("called", "held_out")  # the arms, as sentences name them
_RAW = {"": "drawn", "_left": "churned", "_left_rate": "churn_rate"}


def call_effect(data: Data, campus: Campus = None) -> Finding:
    """Tell by how much fewer leave of those to be called than of those held out by lot.

    By intention to treat, at each student's first list. The rates of the arms are compared within each list; lists are
    averaged by Mantel and Haenszel's weights (`stats.arms.risk_difference`). What nobody was held out of is no
    evidence: then there is no such Finding.

    Each month's report looks at the trial anew. So that it does not find by chance, sooner or later, what is not there,
    the interval is wide while few are drawn (`stats.repeated_looks`), and the trial ends at its planned size
    (`plan.so_far`).

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
        `difference_points` with its interval, which all looks together keep to the level; the `planned` size and the
        `information_share` that is in; students to be called for one that is kept (`needed`), where the effect is
        clear; months until an effect of the size assumed would be seen, where it is not.

    Raises
    ------
    NotEnoughData
        As `trial`, or if no list has both arms.
    """
    drawn, settings = chosen(trial(data), campus), data.settings
    _refuse_few(drawn, settings)
    plan = so_far(drawn, settings)
    drawn, counts = plan.drawn, counted(plan.drawn)
    level = settings.uncertainty.level
    difference, low, high = risk_difference(counts, level, information=plan.share)
    called_rate, held_out_rate = rates(counts)
    table = pd.DataFrame([_arm(name, drawn[drawn["to_be_called"] == flag], level) for name, flag in ARMS.items()])
    facts: dict[str, Any] = {
        **{f"{name}{end}": table[column][at] for at, name in enumerate(_TOLD) for end, column in _RAW.items()},
        "called_rate": called_rate,
        "held_out_rate": held_out_rate,
        "difference_points": difference,
        "difference_points_low": low,
        "difference_points_high": high,
        "information_share": plan.share,
        "ended_on": drawn["made_on"].max().date(),
        "horizon_days": settings.outcome.horizon_days,
        "level": level,
        "campus": campus if isinstance(campus, str) else None,
    }
    facts |= {"planned": int(np.ceil(plan.planned))} if np.isfinite(plan.planned) else {}
    verdict = "unclear" if low <= 0 <= high else "clear" if difference < 0 else "harm"
    more, how = _VERDICTS[verdict](facts, plan, data)
    return Finding(
        key="calling.effect",
        table=table,
        facts=facts | more,
        sentences=(verdict, "over" if plan.share >= 1 else "looks" if "planned" in facts else "nobody_left", *how),
        caveats=(
            "calling.by_intention",
            "calling.by_service",
            *(("calling.worth_at_most",) if "worth" in how else ()),
            *(("calling.few_left",) if few_left(drawn) else ()),
        ),
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
        itself and at this look alone). `p_value`: Cochran's test that all are alike, corrected for looking every month.

    Raises
    ------
    NotEnoughData
        As `trial`, or if fewer than two campuses are large enough.

    References
    ----------
    Cochran W G, Biometrics 1954;10:101–129.
    """
    plan, settings = so_far(trial(data), data.settings), data.settings
    drawn = plan.drawn
    rows = [
        _campus(str(name), part, settings)
        for name, part in drawn.groupby("campus", sort=True)
        if part["to_be_called"].value_counts().reindex([True, False]).fillna(0).min() >= settings.uncertainty.min_group
        and len(counted(part).treated)
    ]
    if len(rows) < 2:
        raise NotEnoughData("calling.few_campuses", needed=settings.uncertainty.min_group)
    table = pd.DataFrame(rows)
    p_value = _alike([counted(drawn[drawn["campus"] == name]) for name in table["campus"]], plan.share)
    tail = 1 - settings.uncertainty.level
    return Finding(
        key="calling.effect_by_campus",
        table=table.sort_values(["difference_points", "campus"], ignore_index=True),
        facts={"campuses": len(table), "p_value": p_value, "level": settings.uncertainty.level},
        sentences=("differ" if p_value < tail else "alike",),
        caveats=("calling.by_intention", "calling.by_service", "calling.single_look"),
        design=Design.RANDOMISED,
    )


def _refuse_few(drawn: pd.DataFrame, settings: Settings) -> None:
    called, least = int(drawn["to_be_called"].sum()), settings.uncertainty.min_group
    if min(called, len(drawn) - called) < least or not len(counted(drawn).treated):
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


def _clear(facts: dict[str, Any], plan: Plan, data: Data) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return how many were kept, and what that is worth, as those of the latest list were worth then."""
    fewer, latest = _fewer(facts), plan.drawn[plan.drawn["made_on"] == plan.drawn["made_on"].max()]
    try:
        worth = remaining_value(data.before(latest["made_on"].iloc[0].date()))
    except NotEnoughData:
        return fewer, ()
    listed = worth.loc[worth["student_id"].isin(latest["student_id"]), "remaining_value_cny"]
    if listed.empty:
        return fewer, ()
    mean = float(listed.mean())
    kept = {f"kept{end}": facts["called"] * fewer[f"fewer{end}"] / 100 for end in _ENDS}
    money = {f"kept_cny{end}": kept[f"kept{end}"] * mean for end in _ENDS}
    return fewer | kept | money | {"mean_value_cny": mean}, ("worth",)


def _harm(facts: dict[str, Any], plan: Plan, data: Data) -> tuple[dict[str, Any], tuple[str, ...]]:
    return {f"more{end}": 100 * facts[f"difference_points{end}"] for end in _ENDS}, ()


def _unclear(facts: dict[str, Any], plan: Plan, data: Data) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return how many more months it takes until an effect of the size assumed would be seen."""
    rules, drawn = data.settings.calling, plan.drawn
    if "planned" not in facts:
        return {}, ()
    days = (drawn["made_on"].max() - drawn["made_on"].min()).days
    a_month = len(drawn) / (days / _DAYS_A_MONTH + 1)
    more = {"power": rules.power, "assumed_share": rules.saved_share, "drawn_a_month": a_month}
    if plan.share >= 1:
        return more, ("enough_for_assumed",)
    months = int(np.ceil(len(drawn) * (1 / plan.share - 1) / a_month)) if plan.share else 0
    return (more | {"months_more": months}, ("months_more",)) if months else ({}, ())


_VERDICTS = {"clear": _clear, "harm": _harm, "unclear": _unclear}


def _campus(name: str, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    counts = counted(rows)
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


def _alike(campuses: Sequence[Arms], share: float) -> float:
    """Return how likely differences so far apart are at any look if all are alike; variances as they would be then."""
    common = risk_difference(Arms(**{name: np.concatenate(parts) for name, parts in _columns(campuses)}), _ANY)[0]
    found = [(risk_difference(counts, _ANY)[0], variance(counts, common)) for counts in campuses]
    distance = sum((difference - common) ** 2 / spread for difference, spread in found if spread > 0)
    return looks_p_value(float(distance), len(campuses) - 1, share)


def _columns(campuses: Sequence[Arms]) -> Iterator[tuple[str, list[np.ndarray]]]:
    for name in ("treated", "control", "treated_events", "control_events"):
        yield name, [getattr(counts, name) for counts in campuses]
