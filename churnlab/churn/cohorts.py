"""Of those who began in the same months, what share is still here so many months later?"""

from typing import Any

import pandas as pd

from churnlab.churn.comparison import Rate, difference
from churnlab.churn.outcome import episodes, settled_before
from churnlab.churn.stays import stays
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import wilson
from churnlab.tables.door import Data

MONTHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24)
_DAYS_PER_MONTH = 365.25 / 12
# Months while they fill a cohort, else longer spans; half a year is the longest in which a season does not blur.
_SPANS = {"month": 1, "quarter": 3, "half_year": 6}
_MOST_COHORTS = 18
_COMPARED_MONTHS = 6
_SHARES = ("still_here_share", "still_here_share_low", "still_here_share_high")


def cohorts(data: Data, *, campus: str | None = None) -> Finding:
    """Tell by cohort of entry what share is still here 1, 2, … 24 months after their first day.

    A cell stands only where it is known of everyone in the cohort whether she was still here by then: the youngest of
    them has been watched so long, and the end of her stay could be told. So each share is one of whole persons, with
    its own denominator, and needs no curve that guesses; what is not ripe is left blank. Whoever left counts as gone,
    also if she finished or came back later. Cohorts are months of entry; quarters or half-years where the middle month
    brought fewer than `retention.min_at_risk`. One smaller than `uncertainty.min_group` is pooled with the next; the
    newest, not followed by enough, is left out.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only those who began there.

    Returns
    -------
    Finding
        `retention.cohorts`, one row per cohort and number of months, ripe ones only: cohort (`2025-03`, `2025-Q1`,
        `2025-H1`, or two with a dash), months_since_entry, still_here_share with Wilson's interval, still_here,
        entered. The newest 18 cohorts; facts tell how many older ones there are.

    Raises
    ------
    NotEnoughData
        If no cohort of `uncertainty.min_group` has been here for a month.
    """
    rules = data.settings
    rows = _first_stays(data, campus)
    span = _span(rows["entered_on"], rules.retention.min_at_risk)
    table, older = _cells(_pooled(rows, span, rules.uncertainty.min_group), settled_before(data))
    if table.empty:
        raise NotEnoughData("retention.no_cohorts", n=len(rows), needed=rules.uncertainty.min_group)
    low, high = wilson(table["still_here"], table["entered"], rules.uncertainty.level)
    table = table.assign(still_here_share_low=low, still_here_share_high=high)
    sentences, facts = _newest(table, rules.uncertainty.level)
    facts |= {"unit": rules.outcome.unit, "older": older, "n": len(rows), "cohorts": table["cohort"].nunique()}
    return Finding(
        key="retention.cohorts",
        table=table[["cohort", "months_since_entry", *_SHARES, "still_here", "entered"]],
        facts=facts,
        sentences=(f"by_{span}", *sentences),
        caveats=("cohorts_ripe", *(("cohorts_older",) if older else ())),
    )


def _first_stays(data: Data, campus: str | None) -> pd.DataFrame:
    """Return the first stay of each, with its first day and after how many days it ended, if it has."""
    began = episodes(data)[["unit_id", "episode", "entered_on"]]
    rows = stays(data, campus=campus)
    rows = rows[rows["episode"] == 1].merge(began, on=["unit_id", "episode"], validate="one_to_one")
    return rows.assign(ended_after=rows["exit"].where(rows["cause"] > 0)).sort_values(["entered_on", "unit_id"])


def _span(entered: pd.Series, enough: int) -> str:
    for name, months in _SPANS.items():
        if len(entered) and _start(entered, months).value_counts().median() >= enough:
            return name
    return name


def _start(entered: pd.Series, months: int) -> pd.Series:
    """Return the first month of the span in which a day lies, counted from year 0."""
    month = entered.dt.year * 12 + entered.dt.month - 1
    return month // months * months


def _pooled(rows: pd.DataFrame, span: str, least: int) -> pd.DataFrame:
    """Put each in a cohort of at least so many: small ones go with the next, and the newest wait for more to begin."""
    start = _start(rows["entered_on"], _SPANS[span])
    cohort, place, many = {}, 0, 0
    counts = start.value_counts().sort_index()
    for month, n in counts.items():
        cohort[month] = place
        many += n
        if many >= least:
            place, many = place + 1, 0
    grown = start.map(cohort) < place
    rows, start = rows[grown], start[grown]
    whose = start.map(cohort)
    ends = start.groupby(whose).agg(["min", "max"])
    names = {at: _name(first, last, span) for at, first, last in ends.itertuples()}
    return rows.assign(order=whose, cohort=whose.map(names))


def _name(first: int, last: int, span: str) -> str:
    one, other = (_named(month, span) for month in (first, last))
    return one if one == other else f"{one}–{other}"


def _named(month: int, span: str) -> str:
    year, at = divmod(month, 12)
    return {"month": f"{year}-{at + 1:02}", "quarter": f"{year}-Q{at // 3 + 1}", "half_year": f"{year}-H{at // 6 + 1}"}[
        span
    ]


def _cells(rows: pd.DataFrame, settled: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """Return the ripe cells of the newest cohorts, and how many older cohorts there are."""
    told: list[dict[str, Any]] = []
    for _, part in rows.groupby("order", sort=True):
        watched_days = (settled - part["entered_on"].max()).days - 1
        for months in MONTHS:
            days = _days(months)
            if days > watched_days:
                break
            here = int((part["ended_after"].isna() | (part["ended_after"] > days)).sum())
            told.append({
                "cohort": part["cohort"].iloc[0], "months_since_entry": months,
                "still_here_share": here / len(part), "still_here": here, "entered": len(part),
            })  # fmt: skip
    table = pd.DataFrame(told, columns=["cohort", "months_since_entry", "still_here_share", "still_here", "entered"])
    names = table["cohort"].drop_duplicates()
    return table[table["cohort"].isin(names[-_MOST_COHORTS:])].reset_index(drop=True), max(
        len(names) - _MOST_COHORTS, 0
    )


def _days(months: int) -> int:
    return round(months * _DAYS_PER_MONTH)


def _newest(table: pd.DataFrame, level: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Compare the newest cohort that is ripe at half a year, or as long as two are, with those before it together."""
    ripe = table.groupby("months_since_entry")["cohort"].size()
    marks = ripe.index[(ripe >= 2) & (ripe.index <= _COMPARED_MONTHS)]
    if not len(marks):
        row = table.iloc[-1]
        return ("one",), {name: row[name] for name in ("cohort", "still_here_share", "entered")} | {
            "after_months": int(row["months_since_entry"]),
            "after_days": _days(int(row["months_since_entry"])),
            "level": level,
        }
    rows = table[table["months_since_entry"] == marks.max()]
    new, old = rows.iloc[-1], rows.iloc[:-1]
    here, entered = int(old["still_here"].sum()), int(old["entered"].sum())
    one = Rate(*(float(new[name]) for name in _SHARES))
    gap = difference(one, Rate(here / entered, *map(float, wilson(here, entered, level))))
    facts = {name: new[name] for name in ("cohort", "still_here_share", "entered")}
    facts |= {"after_months": int(marks.max()), "after_days": _days(int(marks.max())), "level": level}
    facts |= {"before_share": here / entered, "before_entered": entered}
    facts |= {"gap": gap.value, "gap_low": gap.low, "gap_high": gap.high}
    apart = "higher" if gap.low > 0 else "lower" if gap.high < 0 else "as_before"
    return ("newest", apart), facts
