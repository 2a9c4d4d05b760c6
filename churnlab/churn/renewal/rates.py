"""How many of the contracts that came to their end were renewed, and is that more than before?"""

from typing import Any, Literal

import numpy as np
import pandas as pd

from churnlab.churn.choices import refuse_other
from churnlab.churn.comparison import Rate, difference, month_before, same_month_last_year
from churnlab.churn.counts import Campus, chosen, month_name, month_start
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.terms import ASKED, terms
from churnlab.errors import OrderError
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data
from churnlab.wording import Said

_RATES = ("renewal_rate", "early_rate")


def renewal_rate(data: Data, month: str, campus: Campus = None, *, months: Literal[1, 3] = 1) -> Finding:
    """Return the share of contracts that were renewed of those that came to their end in a month or three.

    The base are contracts that ran to their end (`renewed`, `not_renewed` in `terms`). Left out and told apart: those
    broken off before, those that ended beside another that goes on, and those that completed or left for personal
    reasons. Of a period whose answers are not all known there is no rate: renewals are known sooner than losses, so
    that it would be too high; only between which bounds it will lie.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    month : str
        As `2026-10`; the last one of three.
    campus : str or sequence of str, optional
        Of the contract; default: all campuses.
    months : {1, 3}
        How many months together.

    Returns
    -------
    Finding
        `renewal.rate`: this period, the one before, and the one a year before (of one month, Spring Festival aligned):
        `came_due`, `renewed`, `answer_open`, `renewal_rate` and `early_rate` (signed at least `renewal.early_days`
        before the end), both of those with an answer, Wilson's intervals by student; `difference_points` is this period
        less the other (Newcombe).

    Raises
    ------
    OrderError
        If `months` is none of these, or the month lies before the first contract or after what is known.
    """
    refuse_other("months", months, (1, 3))
    _refuse_outside(data, month)
    last_year, is_moved = same_month_last_year(month)
    before = month_before(month) if months == 1 else month_name(month_start(month) - pd.DateOffset(months=months))
    if months > 1:
        last_year, is_moved = month_name(month_start(month) - pd.DateOffset(years=1)), False
    rows = chosen(terms(data), campus)
    periods = [_period(data, rows, last, months) for last in (month, before, last_year)]
    gaps = [difference(_rate(periods[0]), _rate(other)) for other in periods[1:]]
    table = pd.DataFrame(periods).astype({name: "Int64" for name in ("came_due", "renewed", "answer_open")})
    table = table.drop(columns=["is_settled", "left_out", *(["answer_open"] if all(table["is_settled"]) else [])])
    table = table.assign(
        difference_points=[np.nan, *(gap.value for gap in gaps)],
        difference_points_low=[np.nan, *(gap.low for gap in gaps)],
        difference_points_high=[np.nan, *(gap.high for gap in gaps)],
    )
    table.insert(0, "comparison", ["this_month", "previous_month", "last_year"] if months == 1 else _QUARTERS)
    facts = (
        _facts(data, periods[0]) | _compared("previous", periods[1], gaps[0]) | _compared("year", periods[2], gaps[1])
    )
    spoken = "month" if months == 1 else "three_months"
    moved = ("churn_spring_festival",) if is_moved and periods[2]["came_due"] else ()
    return Finding(
        key="renewal.rate",
        table=table,
        facts=facts
        | {"months": months, "year_month": last_year, "when": Said(f"renewal.period.{spoken}", {"month": month})},
        sentences=_sentences(periods, gaps),
        caveats=("renewal_base", *moved),
    )


_QUARTERS = ["these_months", "previous_months", "last_years_months"]


def _refuse_outside(data: Data, month: str) -> None:
    first, last = terms(data)["starts_on"].min(), pd.Timestamp(data.as_of) - pd.Timedelta(days=1)
    if month_start(month) > last or month_start(month) + pd.offsets.MonthBegin(1) <= first:
        raise OrderError("renewal.month", month=month, first=month_name(min(first, last)), last=month_name(last))


def _period(data: Data, rows: pd.DataFrame, last: str, months: int) -> dict[str, Any]:
    start = month_start(last) - pd.DateOffset(months=months - 1)
    stop = month_start(last) + pd.offsets.MonthBegin(1)
    ended = rows[(rows["ended_on"] >= start) & (rows["ended_on"] < stop)]
    due, still_open = ended[ended["outcome"].isin(ASKED)], int((ended["outcome"] == "open").sum())
    settled = stop <= settled_before(data) or (stop <= pd.Timestamp(data.as_of) and not still_open)
    row: dict[str, Any] = {
        "month": last,
        "came_due": len(due) + (0 if settled else still_open),
        "renewed": int((due["outcome"] == "renewed").sum()),
        "answer_open": still_open,
        "is_settled": settled,
        "left_out": int((~ended["outcome"].isin([*ASKED, "open"])).sum()),
    }
    early = due["is_early"] & (due["outcome"] == "renewed")
    for name, did in zip(_RATES, (due["outcome"] == "renewed", early), strict=True):
        known = settled and len(due)
        limits = clustered_wilson(did, due["student_id"], data.settings.uncertainty.level) if known else (np.nan,) * 2
        row |= {name: did.mean() if known else np.nan, f"{name}_low": limits[0], f"{name}_high": limits[1]}
    return row


def _rate(period: dict[str, Any]) -> Rate:
    return Rate(*(period[f"renewal_rate{side}"] for side in ("", "_low", "_high")))


def _facts(data: Data, period: dict[str, Any]) -> dict[str, Any]:
    due = period["came_due"]
    return {
        **{name: value for name, value in period.items() if name != "is_settled"},
        "level": data.settings.uncertainty.level,
        "early_days": data.settings.renewal.early_days,
        "grace_days": data.settings.outcome.grace_days,
        "least_rate": period["renewed"] / due if due else np.nan,
        "most_rate": (period["renewed"] + period["answer_open"]) / due if due else np.nan,
    }


def _compared(name: str, period: dict[str, Any], gap: Rate) -> dict[str, Any]:
    return {
        f"{name}_last": period["month"],
        f"{name}_rate": period["renewal_rate"],
        f"{name}_difference": gap.value,
        f"{name}_difference_low": gap.low,
        f"{name}_difference_high": gap.high,
    }


def _sentences(periods: list[dict[str, Any]], gaps: list[Rate]) -> tuple[str, ...]:
    this = periods[0]
    if not this["came_due"]:
        return ("nobody",)
    if not this["is_settled"]:
        return ("provisional",)
    told = [("previous", gaps[0]), ("year", gaps[1])]
    return ("final", "early", *(_verdict(name, gap) for name, gap in told if not np.isnan(gap.value)))


def _verdict(name: str, gap: Rate) -> str:
    if gap.low > 0:
        return f"{name}_higher"
    return f"{name}_lower" if gap.high < 0 else f"{name}_unclear"
