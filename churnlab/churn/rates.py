"""How many left this month, and is that more than before?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.caveats import caveats
from churnlab.churn.comparison import Rate, difference, month_before, same_month_last_year
from churnlab.churn.counts import Campus, month_name, month_start, stock_of
from churnlab.churn.provisional import Outlook, is_settled, outlooks
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson, effective_size, wilson
from churnlab.tables.door import Data

_SHOWN = (
    "month", "at_risk", "churned", "churn_rate", "churn_rate_low", "churn_rate_high", "provisional",
    "expected_rate", "expected_rate_low", "expected_rate_high",
)  # fmt: skip
_EXPECTED = (
    "pending", "months", "expected", "expected_low", "expected_high", "expected_rate", "expected_rate_low",
    "expected_rate_high", "process_low", "process_high",
)  # fmt: skip


def churn_rate(data: Data, month: str, campus: Campus = None) -> Finding:
    """Return the share of the students of a month's first day who churned in it, beside last month's and last year's.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    month : str
        As `2026-10`.
    campus : str or sequence of str, optional
        Default: all campuses. Students count where they were last taught before the month.

    Returns
    -------
    Finding
        `churn.rate`: this month, the month before, and the same month last year with Spring Festival aligned
        (`same_month_last_year`). `churn_rate` is what is confirmed; it has its Wilson interval, by student where one
        has several units, where the month is settled. Else `expected_rate` has the prediction interval of `outlooks`.
        `difference_points` is this month less the other one; a provisional month enters it with the Wilson limits of
        its predicted range.
    """
    last_year, is_moved = same_month_last_year(month)
    months = [month, month_before(month), last_year]
    rows = _monthly(data, months, campus)
    gaps = [difference(_estimate(rows.iloc[0]), _estimate(rows.iloc[place])) for place in (1, 2)]
    table = rows[list(_SHOWN)].assign(
        difference_points=[np.nan, *(gap.value for gap in gaps)],
        difference_points_low=[np.nan, *(gap.low for gap in gaps)],
        difference_points_high=[np.nan, *(gap.high for gap in gaps)],
    )
    table.insert(0, "comparison", ["this_month", "previous_month", "last_year"])
    this = rows.iloc[0]
    facts = _facts(data, this) | _compared("previous", rows.iloc[1], gaps[0]) | _compared("year", rows.iloc[2], gaps[1])
    known, more = caveats(data, month, n=int(this["at_risk"]))
    moved = ("churn_spring_festival",) if is_moved and rows.iloc[2]["at_risk"] > 0 else ()
    return Finding(
        key="churn.rate",
        table=table,
        facts=facts | more,
        sentences=_sentences(this, rows.iloc[1], rows.iloc[2], gaps),
        caveats=known + moved,
    )


def churn_history(data: Data, months: int = 24, *, until: str | None = None, campus: Campus = None) -> Finding:
    """Return the churn rate month by month.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    months : int
        How many months, from the first in which anybody was at risk.
    until : str, optional
        Last month; default: the last whole month before `data.as_of`.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `churn.history`, one row a month, columns as in `churn_rate`.
    """
    last = (
        month_start(until) if until else pd.Timestamp(data.as_of).to_period("M").start_time - pd.offsets.MonthBegin(1)
    )
    names = [month_name(start) for start in pd.date_range(end=last, periods=months, freq="MS")]
    rows = _monthly(data, names, campus)
    table = rows.loc[rows["at_risk"].cumsum() > 0, list(_SHOWN)].reset_index(drop=True)
    settled = table[~table["provisional"] & (table["at_risk"] > 0)]
    known, more = caveats(data, month_name(last), n=None)
    facts: dict[str, Any] = {"months": len(table), "last_month": names[-1]}
    if len(settled):
        facts |= {
            "average_rate": settled["churned"].sum() / settled["at_risk"].sum(),
            "lowest_rate": settled["churn_rate"].min(),
            "highest_rate": settled["churn_rate"].max(),
            "lowest_month": settled["month"].iloc[int(settled["churn_rate"].to_numpy().argmin())],
            "highest_month": settled["month"].iloc[int(settled["churn_rate"].to_numpy().argmax())],
        }
    sentences = ("sentence",) if len(settled) else ("none",)
    return Finding(key="churn.history", table=table, facts=facts | more, sentences=sentences, caveats=known)


def _monthly(data: Data, months: Sequence[str], campus: Campus) -> pd.DataFrame:
    level = data.settings.uncertainty.level
    unsettled = [month for month in months if not is_settled(data, month)]
    looks = outlooks(data, unsettled, campus=campus) if unsettled else {}
    stocks = {month: stock_of(data, month, campus) for month in months}
    rows = pd.DataFrame({
        "month": list(months),
        "at_risk": [len(stocks[month]) for month in months],
        "churned": [int(stocks[month]["churned"].sum()) for month in months],
        "provisional": [month in looks for month in months],
    })  # fmt: skip
    rows = rows.assign(churn_rate=rows["churned"] / rows["at_risk"].where(rows["at_risk"] > 0))
    limits = [(np.nan, np.nan) if month in looks else _limits(stocks[month], level) for month in months]
    rows[["churn_rate_low", "churn_rate_high"]] = limits
    expected = pd.DataFrame([_expected(looks.get(month), stocks[month], level) for month in months])
    rows = pd.concat([rows, expected], axis=1)
    return rows.assign(
        estimate=rows["expected_rate"].where(rows["provisional"], rows["churn_rate"]),
        estimate_low=rows["process_low"].where(rows["provisional"], rows["churn_rate_low"]),
        estimate_high=rows["process_high"].where(rows["provisional"], rows["churn_rate_high"]),
    )


def _limits(there: pd.DataFrame, level: float) -> tuple[float, float]:
    return clustered_wilson(there["churned"], there["student_id"], level)


def _worth(there: pd.DataFrame) -> float:
    """Return what a unit tells of the rate, as a share of what a student with one unit tells."""
    return effective_size(there["churned"], there["student_id"]) / len(there) if len(there) else 1.0


def _expected(outlook: Outlook | None, there: pd.DataFrame, level: float) -> dict[str, float]:
    if outlook is None:
        return dict.fromkeys(_EXPECTED, np.nan)
    n = outlook.expected_at_risk if outlook.expected_at_risk > 0 else np.nan
    worth = _worth(there)
    return {
        "pending": outlook.pending,
        "months": outlook.months,
        "expected": outlook.expected,
        "expected_low": outlook.low,
        "expected_high": outlook.high,
        "expected_rate": outlook.expected / n,
        "expected_rate_low": outlook.low / n,
        "expected_rate_high": min(1.0, outlook.high / n) if n == n else np.nan,
        "process_low": float(wilson(worth * outlook.low, worth * n, level)[0]) if n == n else np.nan,
        "process_high": float(wilson(worth * min(outlook.high, n), worth * n, level)[1]) if n == n else np.nan,
    }


def _estimate(row: pd.Series) -> Rate:
    return Rate(float(row["estimate"]), float(row["estimate_low"]), float(row["estimate_high"]))


def _facts(data: Data, row: pd.Series) -> dict[str, Any]:
    return {
        "month": row["month"],
        "at_risk": int(row["at_risk"]),
        "churned": int(row["churned"]),
        "rate": float(row["churn_rate"]),
        "rate_low": float(row["churn_rate_low"]),
        "rate_high": float(row["churn_rate_high"]),
        "level": data.settings.uncertainty.level,
        "pending": 0 if np.isnan(row["pending"]) else int(row["pending"]),
        "rate_most": float((row["churned"] + row["pending"]) / row["at_risk"]) if row["at_risk"] else np.nan,
        "replayed": 0 if np.isnan(row["months"]) else int(row["months"]),
        **{name: float(row[name]) for name in ("expected", "expected_low", "expected_high")},
        **{name: float(row[name]) for name in ("expected_rate", "expected_rate_low", "expected_rate_high")},
    }


def _compared(name: str, row: pd.Series, gap: Rate) -> dict[str, Any]:
    return {
        f"{name}_month": row["month"],
        f"{name}_rate": float(row["estimate"]),
        f"{name}_difference": gap.value,
        f"{name}_difference_low": gap.low,
        f"{name}_difference_high": gap.high,
    }


def _sentences(this: pd.Series, previous: pd.Series, year: pd.Series, gaps: list[Rate]) -> tuple[str, ...]:
    if this["at_risk"] == 0:
        return ("nobody",)
    unsettled = "few" if np.isnan(this["expected"]) else "provisional"
    said = unsettled if this["provisional"] else "final"
    return (said, _verdict("previous", previous, gaps[0]), _verdict("year", year, gaps[1]))


def _verdict(name: str, row: pd.Series, gap: Rate) -> str:
    if row["at_risk"] == 0:
        return f"{name}_missing"
    if np.isnan(gap.value):
        return f"{name}_unknown"
    if gap.low > 0:
        return f"{name}_higher"
    return f"{name}_lower" if gap.high < 0 else f"{name}_unclear"
