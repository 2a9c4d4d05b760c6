"""How many left this month, and is that more than before?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.caveats import caveats
from churnlab.churn.comparison import Rate, difference, month_before, same_month_last_year
from churnlab.churn.counts import Campus, month_name, month_start, stock_of
from churnlab.churn.memory import told_once
from churnlab.churn.outcome import episodes
from churnlab.churn.provisional import Outlook, is_settled, outlooks
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson, effective_size, wilson
from churnlab.tables.door import Data

_SHOWN = (
    "month", "at_risk", "churned", "churn_rate", "churn_rate_low", "churn_rate_high", "provisional",
    "expected_rate", "expected_rate_low", "expected_rate_high",
)  # fmt: skip
_EXPECTED = (
    "pending", "months", "expected", "expected_low", "expected_high", "expected_at_risk", "expected_rate",
    "expected_rate_low", "expected_rate_high", "process_low", "process_high",
)  # fmt: skip


@told_once
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
        has several units, where the month is settled. Else `expected_rate` has the prediction interval of `outlooks`;
        it is the expected number over those at risk when all is known, both whole as they are printed, and has no
        interval where no open case can still turn. Of a month before the first record nothing is known.
        `difference_points` is this month less the other one; a provisional month enters it with the Wilson limits of
        its predicted range.
    """
    last_year, is_moved = same_month_last_year(month)
    months = [month, month_before(month), last_year]
    rows = _monthly(data, months, campus)
    gaps = [difference(_estimate(rows.iloc[0]), _estimate(rows.iloc[place])) for place in (1, 2)]
    table = _shown(rows, data).assign(
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
    rows = rows[rows["at_risk"].cumsum() > 0].reset_index(drop=True)
    table, settled = _shown(rows, data), rows[~rows["provisional"] & (rows["at_risk"] > 0)]
    known, more = caveats(data, month_name(last), n=None)
    facts: dict[str, Any] = {"months": len(table), "last_month": names[-1]}
    facts |= _summary(data, settled, campus) if len(settled) else {}
    sentences = ("sentence",) if len(settled) else ("none",)
    return Finding(key="churn.history", table=table, facts=facts | more, sentences=sentences, caveats=known)


def _summary(data: Data, settled: pd.DataFrame, campus: Campus) -> dict[str, Any]:
    """Return the pooled rate of settled months, its interval by student, and the months of the lowest and highest."""
    there = pd.concat([stock_of(data, month, campus) for month in settled["month"]])
    level = data.settings.uncertainty.level
    low, high = clustered_wilson(there["churned"], there["student_id"], level)
    lowest, highest = (settled.loc[at] for at in (settled["churn_rate"].idxmin(), settled["churn_rate"].idxmax()))
    return {
        "level": level,
        "average_rate": float(there["churned"].mean()),
        "average_rate_low": low,
        "average_rate_high": high,
        "lowest_rate": float(lowest["churn_rate"]),
        "highest_rate": float(highest["churn_rate"]),
        "lowest_month": lowest["month"],
        "highest_month": highest["month"],
    }


def _shown(rows: pd.DataFrame, data: Data) -> pd.DataFrame:
    """Return the columns to be shown; what nobody knows, as of months before the first record, is not 0."""
    table = rows[list(_SHOWN)].astype({"at_risk": "Int64", "churned": "Int64", "provisional": "boolean"})
    first = episodes(data)["entered_on"].min()
    is_early = np.array([not month_start(month) > first for month in rows["month"]], dtype=bool)
    is_empty = (rows["at_risk"] == 0).to_numpy()
    table.loc[is_empty, ["churned", "provisional"]] = pd.NA
    table.loc[is_empty & is_early, "at_risk"] = pd.NA
    return table


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
    told = {**dict.fromkeys(_EXPECTED, np.nan), "pending": outlook.pending, "months": outlook.months}
    if not outlook.expected_at_risk >= 0.5:
        return told
    # Whole students, as they are printed: the rate is the printed number over the printed one.
    n, worth = round(outlook.expected_at_risk), _worth(there)
    low, high = min(outlook.low, n), min(outlook.high, n)
    is_open = outlook.low < outlook.high  # an interval of no width would look sure of what is only not open
    return told | {
        "expected": min(round(outlook.expected), n),
        "expected_low": outlook.low,
        "expected_high": outlook.high,
        "expected_at_risk": n,
        "expected_rate": min(round(outlook.expected), n) / n,
        "expected_rate_low": low / n if is_open else np.nan,
        "expected_rate_high": high / n if is_open else np.nan,
        "process_low": float(wilson(worth * low, worth * n, level)[0]),
        "process_high": float(wilson(worth * high, worth * n, level)[1]),
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
        "fewer": float(row["at_risk"] - row["expected_at_risk"]),
        **{name: float(row[name]) for name in _EXPECTED[2:]},
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
    said = _outlook_said(this) if this["provisional"] else "final"
    return (said, _verdict("previous", previous, gaps[0]), _verdict("year", year, gaps[1]))


def _outlook_said(this: pd.Series) -> str:
    if np.isnan(this["expected"]):
        return "few"
    if np.isnan(this["expected_rate_low"]):
        return "provisional_sure"
    return "provisional" if this["expected_at_risk"] == this["at_risk"] else "provisional_fewer"


def _verdict(name: str, row: pd.Series, gap: Rate) -> str:
    if row["at_risk"] == 0:
        return f"{name}_missing"
    if np.isnan(gap.value):
        return f"{name}_unknown"
    if gap.low > 0:
        return f"{name}_higher"
    return f"{name}_lower" if gap.high < 0 else f"{name}_unclear"
