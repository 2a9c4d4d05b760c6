"""At which step are more lost than in the same season a year ago?"""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.comparison import Rate, difference, same_month_last_year
from churnlab.churn.counts import Campus, chosen, month_name
from churnlab.churn.funnel.cohort import ripe_everywhere, steps_through
from churnlab.churn.funnel.journeys import journeys, reached
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.multiplicity import holm
from churnlab.stats.proportions import rates_differ
from churnlab.tables.door import Data
from churnlab.tables.there import need
from churnlab.wording import Said


def funnel_change(data: Data, *, campus: Campus = None) -> Finding:
    """Compare each step's conversion with that of the same season a year before.

    The season is the latest `funnel.season_months` whole months of which all requests are old enough. Each month is set
    beside the one of last year that has Spring Festival where it has (`same_month_last_year`). In both years only what
    came within the same number of days counts. The differences have Newcombe's intervals, their p-values are Fisher's
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
        `churn.funnel_change`: one row per step after the first: `at_step_before` and `of_previous_rate` of this season,
        `at_step_before_last_year` and `last_year_rate` of a year ago, `difference_points` and `adjusted_p_value`.

    Raises
    ------
    NotEnoughData
        If the store holds no leads, or in one of the two seasons fewer than `uncertainty.min_group` asked.
    """
    need(data, "leads")
    rules = data.settings
    rows = chosen(journeys(data), campus)
    rows = rows[~rows["was_student"]]
    steps = steps_through(data, "first_lesson")
    within = ripe_everywhere(data, steps[-1])
    now, before = _seasons(data, within)
    month = rows["asked_on"].dt.strftime("%Y-%m")
    both = rows[month.isin([*now, *before])].reset_index(drop=True)
    here = both["asked_on"].dt.strftime("%Y-%m").isin(now)
    fewest = int(min(here.sum(), (~here).sum()))
    if fewest < rules.uncertainty.min_group:
        raise NotEnoughData("funnel.season_too_few", asked=fewest, needed=rules.uncertainty.min_group)
    passed = reached(both, within)
    table = pd.DataFrame([_compared(last, step, passed, both["person"], here, rules) for last, step in pairwise(steps)])
    table = table.assign(adjusted_p_value=holm(table.pop("p_value")))
    sentence, facts = _worst(table, 1 - rules.uncertainty.level)
    short, told = set_aside(data)
    facts |= {
        "from_month": now[-1], "to_month": now[0], "before_from_month": before[-1], "before_to_month": before[0],
        "within_days": within, "asked": int(here.sum()), "asked_before": int((~here).sum()),
        "level": rules.uncertainty.level, "known_to": data.as_of - timedelta(days=1),
    } | told  # fmt: skip
    moved = any(same_month_last_year(name)[1] for name in now)
    known = (*short, "funnel_season", *(("funnel_festival",) if moved else ()))
    return Finding(key="churn.funnel_change", table=table, facts=facts, sentences=(sentence,), caveats=known)


def _seasons(data: Data, within: int) -> tuple[list[str], list[str]]:
    """Return the months of this season, the latest first, and those of a year ago that they are compared with."""
    known_to = pd.Timestamp(data.as_of) - pd.Timedelta(days=within)
    latest = known_to.to_period("M") - 1  # all of its requests were asked at least so many days before the date
    now = [month_name((latest - back).start_time) for back in range(data.settings.funnel.season_months)]
    return now, sorted((same_month_last_year(month)[0] for month in now), reverse=True)


def _compared(
    last: str, step: str, passed: pd.DataFrame, person: pd.Series, here: pd.Series, rules: Settings
) -> dict[str, Any]:
    came_so_far, level = passed[last], rules.uncertainty.level
    did, who, now = passed.loc[came_so_far, step], person[came_so_far], here[came_so_far]
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
    """Name the step that lost most against the year before, if by more than chance; else the one that gained."""
    apart = [row for row in table.to_dict("records") if row["adjusted_p_value"] < alpha]
    if not apart:
        return "alike", {}
    row = min(apart, key=lambda row: row["difference_points"])
    fell = row["difference_points"] < 0
    row = row if fell else max(apart, key=lambda row: row["difference_points"])
    facts = {
        "step": Said(f"code.funnel_step.{row['funnel_step']}"),
        "rate": row["of_previous_rate"],
        "before_rate": row["last_year_rate"],
        **{name: row[name] for name in ("difference_points", "difference_points_low", "difference_points_high")},
    }
    return ("worse" if fell else "better"), facts
