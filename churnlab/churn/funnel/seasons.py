"""At which step are more lost than in the same season a year ago?"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.comparison import Rate, difference, same_month_last_year
from churnlab.churn.counts import Campus, chosen, month_name, month_start
from churnlab.churn.funnel.cohort import ripe_everywhere, steps_through
from churnlab.churn.funnel.due import due, due_days
from churnlab.churn.funnel.journeys import journeys, reached
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.multiplicity import holm
from churnlab.stats.proportions import rates_differ
from churnlab.tables.door import Data
from churnlab.tables.there import need
from churnlab.wording import Said


def funnel_change(data: Data, *, campus: Campus = None) -> Finding:
    """Compare each step's conversion with that of the same season a year before.

    The season is the latest `funnel.season_months` whole months of which all requests are old enough for the step, so
    that one of an earlier step is later: a fall is seen as soon as that step can be told. Each month is set beside the
    one of last year that has Spring Festival where it has (`same_month_last_year`). In both years only what came within
    the same number of days counts; to the first lesson, from the agreed start, of those who were due at the date and of
    those who were due a year before it. The differences have Newcombe's intervals, their p-values are Fisher's
    exact ones, by person, corrected over the steps after Holm.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.funnel_change`: one row per step after the first that can be told: `season` (if not all have the same
        one), `at_step_before` and `of_previous_rate` of this season,
        `at_step_before_last_year` and `last_year_rate` of a year ago, `difference_points` and `adjusted_p_value`.

    Raises
    ------
    NotEnoughData
        If the store holds no leads, or for each step fewer than `uncertainty.min_group` asked in one of its seasons.
    """
    need(data, "leads")
    rules = data.settings
    rows = chosen(journeys(data), campus)
    rows = rows[~rows["was_student"]]
    steps = steps_through(data, "first_lesson")
    pairs = [(_beside(data, rows, step), last, step) for last, step in pairwise(steps)]
    told = [pair for pair in pairs if pair[0].fewest >= rules.uncertainty.min_group]
    if not told:
        most = max(beside.fewest for beside, _, _ in pairs)
        raise NotEnoughData("funnel.season_too_few", asked=most, needed=rules.uncertainty.min_group)
    table = pd.DataFrame([_compared(data, *pair) for pair in told])
    table = table.assign(adjusted_p_value=holm(table.pop("p_value")))
    sentence, facts = _worst(table, 1 - rules.uncertainty.level)
    short, more = set_aside(data)
    latest = told[0][0]
    facts |= {
        **_period(latest), "asked": int(latest.here.sum()), "asked_before": int((~latest.here).sum()),
        "steps": len(told), "untold": len(pairs) - len(told), "level": rules.uncertainty.level,
        "known_to": data.as_of - timedelta(days=1), "longest_wait_days": max(beside.within for beside, _, _ in told),
    } | more  # fmt: skip
    differ = len({beside.now[0] for beside, _, _ in told}) > 1
    if differ:
        table.insert(1, "season", [Said("churn.funnel_change.season", _period(beside)) for beside, _, _ in told])
    doubts = {
        "funnel_season": not differ,
        "funnel_seasons": differ,
        "funnel_season_untold": facts["untold"] > 0,
        "funnel_festival": any(same_month_last_year(name)[1] for beside, _, _ in told for name in beside.now),
    }
    known = (*short, "funnel_one_year", *(name for name, is_so in doubts.items() if is_so))
    return Finding(key="churn.funnel_change", table=table, facts=facts, sentences=(sentence,), caveats=known)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Beside:
    """Requests of the latest season that is ripe for a step and of the same one a year ago; `here`: of the latest."""

    rows: pd.DataFrame
    here: pd.Series
    now: list[str]
    before: list[str]
    within: int

    @property
    def fewest(self) -> int:
        return int(min(self.here.sum(), (~self.here).sum()))


def _beside(data: Data, rows: pd.DataFrame, step: str) -> _Beside:
    # Whether those who enrolled come, their start decides and not the day of asking.
    within = ripe_everywhere(data, "enrolled" if step == "first_lesson" else step)
    now, before = _seasons(data, within)
    month = rows["asked_on"].dt.strftime("%Y-%m")
    both = rows[month.isin([*now, *before])].reset_index(drop=True)
    here = both["asked_on"].dt.strftime("%Y-%m").isin(now)
    return _Beside(rows=both, here=here, now=now, before=before, within=within)


def _period(beside: _Beside) -> dict[str, str]:
    now, before = beside.now, beside.before
    return {
        "from_month": now[-1], "to_month": now[0], "before_from_month": before[-1], "before_to_month": before[0]
    }  # fmt: skip


def _seasons(data: Data, within: int) -> tuple[list[str], list[str]]:
    """Return the months of this season, the latest first, and those of a year ago that they are compared with."""
    known_to = pd.Timestamp(data.as_of) - pd.Timedelta(days=within)
    latest = known_to.to_period("M") - 1  # all of its requests were asked at least so many days before the date
    now = [month_name((latest - back).start_time) for back in range(data.settings.funnel.season_months)]
    return now, sorted((same_month_last_year(month)[0] for month in now), reverse=True)


def _came(data: Data, beside: _Beside, enrolled: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Tell who had enrolled and was due, this season by the date and a year ago by that of then, and who came.

    So both have booked ahead alike, and have had as long since their start. The date of then lies as far behind a
    month as this one behind the month that it is set beside, which Spring Festival may have moved.
    """
    rows, days = beside.rows, due_days(data, newcomers(data))
    month = rows["asked_on"].dt.strftime("%Y-%m")
    stands_for = {same_month_last_year(now)[0]: now for now in beside.now}
    later = (month.map(stands_for).where(~beside.here, month).map(month_start) - month.map(month_start)).to_numpy()
    is_due = enrolled & due(rows.assign(starts_on=rows["starts_on"] + later), pd.Timestamp(data.as_of), days)
    return is_due, is_due & (rows["first_lesson_on"] <= rows["starts_on"] + pd.Timedelta(days=days))


def _compared(data: Data, beside: _Beside, last: str, step: str) -> dict[str, Any]:
    passed, level = reached(beside.rows, beside.within), data.settings.uncertainty.level
    there, went_on = passed[last], passed[step]
    if step == "first_lesson":
        there, went_on = _came(data, beside, there)
    did, who, now = went_on[there], beside.rows.loc[there, "person"], beside.here[there]
    one, other = (Rate(did[part].mean(), *clustered_wilson(did[part], who[part], level)) for part in (now, ~now))
    gap = difference(one, other)
    both = now.any() and (~now).any()
    return {
        "funnel_step": step,
        "at_step_before": int(now.sum()),
        "of_previous_rate": one.value, "of_previous_rate_low": one.low, "of_previous_rate_high": one.high,
        "at_step_before_last_year": int((~now).sum()),
        "last_year_rate": other.value,
        "last_year_rate_low": other.low, "last_year_rate_high": other.high,
        "difference_points": gap.value, "difference_points_low": gap.low, "difference_points_high": gap.high,
        "p_value": rates_differ(did, now, who) if both else float("nan"),
    }  # fmt: skip


def _worst(table: pd.DataFrame, alpha: float) -> tuple[str, dict[str, Any]]:
    """Name the step that lost most against the year before, if by more than chance; else the one that gained.

    Where none did, name the one of which least can be told.
    """
    apart = [row for row in table.to_dict("records") if row["adjusted_p_value"] < alpha]
    if not apart:
        gaps = table["difference_points_high"] - table["difference_points_low"]
        return "alike", _told(table.loc[gaps.idxmax()].to_dict())
    row = min(apart, key=lambda row: row["difference_points"])
    fell = row["difference_points"] < 0
    row = row if fell else max(apart, key=lambda row: row["difference_points"])
    return ("worse" if fell else "better"), _told(row)


def _told(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "step": Said(f"code.funnel_step.{row['funnel_step']}"),
        "rate": row["of_previous_rate"],
        "before_rate": row["last_year_rate"],
        **{name: row[name] for name in ("difference_points", "difference_points_low", "difference_points_high")},
    }
