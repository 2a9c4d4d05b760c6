"""How long do students stay?"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from churnlab.churn.choices import refuse_other
from churnlab.churn.groups import refuse_ungrouped
from churnlab.churn.stays import CHURNED, COMPLETED, PERSONAL, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.hazards import log_rank, observed_over_expected
from churnlab.stats.survival import Curve, Stays, aalen_johansen, kaplan_meier, median, restricted_mean, window
from churnlab.tables.door import Data

Told = tuple[float, float, float]
GROUPINGS = ("campus", "course", "channel", "cohort")
MARKS_DAYS = (30, 90, 180, 365, 540, 730)
_STEP_DAYS = 7  # a point a week draws as smooth a curve as one a day
_SHORTEST_CURVE_DAYS = 30  # the first mark: a few weeks tell of trial lessons, not of staying
_SHORTEST_MEAN_DAYS = 90  # a term: over fewer days every group has been here for nearly all of them
_EFFECTS = ["median_stay_days", "restricted_mean_days", "still_here_share"]


def retention(data: Data, *, campus: str | None = None) -> Finding:
    """Tell how many of those who start are still here after some months, and how the others ended.

    Over the experience of the last `retention.period_days`; who started earlier comes into view late. The shares of the
    ends are cumulative incidences, not one minus a Kaplan–Meier curve, so that each row adds up to one.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `retention.overall`, one row a mark: `days_with_us`, `still_here_share`, `churned_share`, `completed_share`,
        `personal_share` with intervals, `under_observation`.

    Raises
    ------
    NotEnoughData
        If fewer than `retention.min_at_risk` are at risk on any day.
    """
    rules = data.settings
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    watched_stays = watched(rows)
    first, last = _range(watched_stays, rules)
    here = kaplan_meier(watched_stays, first_day=first, last_day=last)
    shown = {"still_here_share": here} | {
        name: aalen_johansen(watched_stays, cause, first_day=first, last_day=last)
        for name, cause in (("churned_share", CHURNED), ("completed_share", COMPLETED), ("personal_share", PERSONAL))
        if (watched_stays.cause == cause).any()
    }
    marks = [day for day in MARKS_DAYS if here.at(day) is not None]
    if not marks:
        raise NotEnoughData("retention.too_short", days=last)
    table = pd.DataFrame({"days_with_us": marks})
    for name, curve in shown.items():
        table = table.join(_at(curve, marks, name, rules.uncertainty.level))
    mark = max(day for day in marks if day <= 365)
    row = table[table["days_with_us"] == mark].iloc[0]
    half = median(here, rules.uncertainty.level)
    facts = {
        "unit": rules.outcome.unit,
        "days": mark,
        "share": float(row["still_here_share"]),
        "low": float(row["still_here_share_low"]),
        "high": float(row["still_here_share_high"]),
        "median_days": half[0],
        "median_low": half[1],
        "median_high": half[2],
        "first_day": first,
        "left_out_before": rows.attrs["left_out"],
    }
    reached = "no_median" if np.isnan(half[0]) else _median_said(*half)
    return Finding(
        key="retention.overall",
        table=table.assign(under_observation=[int(here.at_risk[here.at(day)]) for day in marks]),
        facts=facts,
        sentences=("sentence", reached),
        caveats=(*(("late_start",) if first else ()), *(("here_before",) if rows.attrs["left_out"] else ())),
    )


def _median_said(day: float, low: float, high: float) -> str:
    if not np.isfinite([day, low, high]).all():
        return "median_open"
    return "median_sharp" if low == high else "median"


def retention_curves(data: Data, *, by: str | None = None, campus: str | None = None) -> Finding:
    """Return the curves themselves, a point a week, each drawn only where enough are at risk.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"campus", "course", "channel", "cohort"}, optional
        One curve a group; cohorts are watched from their start, all others over the last period.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `retention.curves`: `group`, `days_with_us`, `still_here_share` with interval, `under_observation`.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        If too few were watched for any curve, or none is long enough to be drawn.
    """
    refuse_other("by", by, (None, *GROUPINGS))
    rows = _rows(data, by, campus)
    refuse_ungrouped(rows, by, data.settings.outcome.unit)
    points, longest = [], 0
    for group, part in _groups(rows, by, data.settings):
        found = window(watched(part), data.settings.retention.min_at_risk)
        if found is None:
            continue
        longest = max(longest, found[1])
        curve = kaplan_meier(watched(part), first_day=found[0], last_day=found[1])
        days = np.arange(found[0], found[1] + 1, _STEP_DAYS)
        drawn = _at(curve, list(days), "still_here_share", data.settings.uncertainty.level)
        points.append(drawn.assign(group=group, days_with_us=days, under_observation=curve.at_risk[days - found[0]]))
    if not points:
        parts = [part for _, part in rows.groupby(by)] if by else [rows]
        most = max((_most(watched(part)) for part in parts), default=0)
        key = "retention.too_few_by" if by else "retention.too_few"
        rules = data.settings
        raise NotEnoughData(key, unit=rules.outcome.unit, most=most, needed=rules.retention.min_at_risk)
    if longest < _SHORTEST_CURVE_DAYS:
        raise NotEnoughData("retention.short_curves", days=longest, needed=_SHORTEST_CURVE_DAYS)
    shares = ["still_here_share", "still_here_share_low", "still_here_share_high"]
    names = ["group", "days_with_us", *shares, "under_observation"]
    key = f"retention.curves_by_{by}" if by else "retention.curves"
    rules = data.settings
    facts = {"unit": rules.outcome.unit, "period_days": rules.retention.period_days, "level": rules.uncertainty.level}
    table = pd.concat(points, ignore_index=True)[names]
    return Finding(key=key, table=table, facts=facts, caveats=("not_one_minus",))


def retention_by(data: Data, *, by: str, campus: str | None = None) -> Finding:
    """Compare how long groups stay: median and restricted mean stay, share still here at its end.

    The log-rank test compares how fast they churn: who completes a short course has left too, and nothing is amiss.
    Where a student has several stays it is by student, as `churnlab.stats.hazards.log_rank` says.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"campus", "course", "channel", "cohort"}
        What the stays are grouped by, as it was on their first day.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `retention.by_<by>`, one row a group, largest first; cohorts as they came. Groups of fewer than
        `uncertainty.min_group` stays are left out and counted.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        If fewer than two groups are large enough.
    """
    refuse_other("by", by, GROUPINGS)
    rules = data.settings
    rows = _rows(data, by, campus)
    refuse_ungrouped(rows, by, data.settings.outcome.unit)
    groups = dict(_groups(rows, by, rules))
    if len(groups) < 2:
        raise NotEnoughData("retention.one_group", n=len(groups))
    days = _common_days(groups, rules)
    table = pd.DataFrame([_summary(watched(part), days, rules) | {by: group} for group, part in groups.items()])
    told = pd.concat(groups.values())
    shown = table[_EFFECTS].notna().any(axis=1)
    sentence, facts = _compared(told, by, set(table.loc[shown, by]), 1 - rules.uncertainty.level)
    left_out = len(rows) - len(told)
    facts |= {"unit": rules.outcome.unit, "left_out": left_out, "days": days}
    holds = {
        "within_days": bool(table["restricted_mean_days"].notna().any()),
        "named_among_shown": sentence == "differs" and not shown.all(),
        "small_groups_left_out": left_out > 0,
    }
    names = [by, *(name for name in table if name != by)]
    return Finding(
        key=f"retention.by_{by}",
        table=table[names] if by == "cohort" else table[names].sort_values("stays", ascending=False, ignore_index=True),
        facts=facts,
        sentences=(sentence,),
        caveats=tuple(name for name, is_so in holds.items() if is_so),
    )


def _compared(rows: pd.DataFrame, by: str, shown: set[str], error: float) -> tuple[str, dict[str, float | int | str]]:
    """Test whether groups churn at the same rate; other ends only end the watch. Say which sentence holds.

    Two groups are named only if figures of both are shown and the test of these two, corrected for the number of pairs,
    tells them apart.
    """
    codes, names = pd.factorize(rows[by].astype(str))
    churn = _only_churn(rows)
    test, ratio = log_rank(churn, codes), observed_over_expected(churn, codes)
    p_value = corrected(test.p_value)
    facts: dict[str, float | int | str] = {
        "chi2": test.chi2,
        "degrees": test.degrees,
        "p_value": test.p_value,
        "adjusted_p_value": p_value,
    }
    if np.isnan(ratio).all() or not p_value < error:
        return "alike", facts
    pairs = len(ratio) * (len(ratio) - 1) / 2
    ratio = np.where([str(name) in shown for name in names], ratio, np.nan)
    if np.isfinite(ratio).sum() < 2:
        return "differs_unshown", facts
    fastest, slowest = str(names[int(np.nanargmax(ratio))]), str(names[int(np.nanargmin(ratio))])
    pair = rows[rows[by].astype(str).isin([fastest, slowest])]
    is_sure = log_rank(_only_churn(pair), pd.factorize(pair[by])[0]).p_value * pairs < error
    return ("differs" if is_sure else "differs_somewhere"), facts | {"fastest": fastest, "slowest": slowest}


def _only_churn(rows: pd.DataFrame) -> Stays:
    return watched(rows.assign(cause=(rows["cause"] == CHURNED).astype(int)))


def corrected(p_value: float) -> float:
    """Correct the p of one grouping for all that a report compares (Bonferroni), so that each can be told alone."""
    return min(p_value * len(GROUPINGS), 1.0)


def retention_tests(findings: Iterable[Finding]) -> Finding:
    """Put the log-rank tests of churn by several groupings side by side, corrected for the number a report compares.

    Parameters
    ----------
    findings : iterable of Finding
        What `retention_by` returned; those that could not be told are left out.
    """
    findings = [finding for finding in findings if "chi2" in finding.facts]
    if not findings:
        raise NotEnoughData("retention.one_group", n=1)
    table = pd.DataFrame(
        {
            "grouping": [finding.key.removeprefix("retention.by_") for finding in findings],
            "chi2": [finding.facts["chi2"] for finding in findings],
            "degrees": [finding.facts["degrees"] for finding in findings],
            "p_value": [finding.facts["p_value"] for finding in findings],
        }
    )
    table = table.assign(adjusted_p_value=table["p_value"].map(corrected))
    return Finding(key="retention.tests", table=table, facts={"n": len(table), "most": len(GROUPINGS)})


def _rows(data: Data, by: str | None, campus: str | None) -> pd.DataFrame:
    period = None if by == "cohort" else data.settings.retention.period_days
    return stays(data, campus=campus, period_days=period)


def _groups(rows: pd.DataFrame, by: str | None, rules: Settings) -> Iterator[tuple[str, pd.DataFrame]]:
    if by is None:
        yield "", rows
        return
    for group, part in rows.groupby(by, sort=True):
        if len(part) >= rules.uncertainty.min_group:
            yield str(group), part


def _range(watched_stays: Stays, rules: Settings) -> tuple[int, int]:
    found = window(watched_stays, rules.retention.min_at_risk)
    if found is None:
        told = {"unit": rules.outcome.unit, "needed": rules.retention.min_at_risk}
        raise NotEnoughData("retention.too_few", most=_most(watched_stays), **told)
    return found


def _most(watched_stays: Stays) -> int:
    """Return how many were at risk on the day on which most were."""
    return int(watched_stays.at_risk().max(initial=0))


def _common_days(groups: dict[str, pd.DataFrame], rules: Settings) -> int:
    """Return for how many days all groups can be compared: no mean stay is told beyond what each was watched for."""
    ranges = (window(watched(part), rules.retention.min_at_risk) for part in groups.values())
    lasts = [found[1] + 1 for found in ranges if found and found[0] == 0]
    whole = rules.retention.restricted_days
    if sum(last >= whole for last in lasts) > 1:
        return whole
    # A group watched for a short time only has no mean of its own, rather than shortening that of all others.
    return min([whole, *(last for last in lasts if last >= _SHORTEST_MEAN_DAYS)])


def _summary(part: Stays, days: int, rules: Settings) -> dict[str, float]:
    level = rules.uncertainty.level
    found = window(part, rules.retention.min_at_risk)
    row: dict[str, float] = {"stays": len(part.exit), "ended": int((part.cause != 0).sum())}
    missing: Told = (np.nan, np.nan, np.nan)
    whole = found is not None and found[0] == 0
    curve = kaplan_meier(part, last_day=found[1]) if found and whole else None
    mean = restricted_mean(part, days=days, level=level) if found and whole and found[1] >= days - 1 else missing
    year = missing
    if curve is not None and (position := curve.at(days - 1)) is not None:
        low, high = curve.interval(level)
        year = (float(curve.value[position]), float(low[position]), float(high[position]))
    told: dict[str, Told] = {"median_stay_days": median(curve, level) if curve else missing}
    told |= {"restricted_mean_days": mean, "still_here_share": year}
    for name, (value, lower, upper) in told.items():
        row |= {name: value, f"{name}_low": lower, f"{name}_high": upper}
    return row


def _at(curve: Curve, days: list[int], name: str, level: float) -> pd.DataFrame:
    low, high = curve.interval(level)
    positions = np.array(days) - curve.first_day
    return pd.DataFrame({name: curve.value[positions], f"{name}_low": low[positions], f"{name}_high": high[positions]})
