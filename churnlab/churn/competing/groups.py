"""Do groups differ in how many leave, and which way?"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.choices import refuse_other
from churnlab.churn.groups import refuse_ungrouped
from churnlab.churn.stays import CHURNED, COMPLETED, PERSONAL, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.gray import gray_test
from churnlab.stats.survival import CENSORED, Stays, aalen_johansen, window
from churnlab.tables.door import Data

GROUPINGS = ("campus", "course", "channel")
ENDS = {"churned": CHURNED, "completed": COMPLETED, "personal": PERSONAL}
_MOST_ROWS = 24  # what a page holds


def incidence_by(data: Data, *, by: str, campus: str | None = None) -> Finding:
    """Compare what share of each group has left by some days, by the way they left.

    Gray's test compares the cumulative incidences up to the last day told, for each end; the log-rank test of
    `retention_by` asks another question, how fast those still here leave. A group is compared from its first day on:
    one that was only watched later is left out and counted.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"campus", "course", "channel"}
        What the stays are grouped by, as it was on their first day.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `competing.by_<by>`, one row a group, largest first, and day of `competing.told_days`: `churned_share`,
        `completed_share`, `personal_share` with intervals by student, `stays`, `under_observation`. The facts hold
        `<end>_p_value` and, corrected for all tests of a report, `<end>_adjusted_p_value`.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        If fewer than two groups have `uncertainty.min_group` stays and `retention.min_at_risk` at risk from the start.

    References
    ----------
    Gray 1988; with late entries and by student as `churnlab.stats.gray.gray_test` says.
    """
    refuse_other("by", by, GROUPINGS)
    rules = data.settings
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    refuse_ungrouped(rows, by, rules.outcome.unit)
    groups = _groups(rows, by, rules)
    if len(groups) < 2:
        raise NotEnoughData("retention.one_group", n=len(groups))
    days = sorted(set(rules.competing.told_days))
    shown = dict(list(groups.items())[: max(2, _MOST_ROWS // len(days))])
    table = pd.concat([_shares(part, group, by, days, rules) for group, part in shown.items()], ignore_index=True)
    told = pd.concat(groups.values(), ignore_index=True)
    sentence, facts = _compared(told, table, by, 1 - rules.uncertainty.level)
    left_out = len(rows) - len(told)
    facts |= {"unit": rules.outcome.unit, "left_out": left_out, "not_shown": len(groups) - len(shown)}
    holds = {
        "association": True,
        "groups_left_out": left_out > 0,
        "groups_not_shown": len(shown) < len(groups),
    }
    return Finding(
        key=f"competing.by_{by}",
        table=table,
        facts=facts,
        sentences=sentence,
        caveats=tuple(name for name, is_so in holds.items() if is_so),
    )


def incidence_tests(findings: Iterable[Finding]) -> Finding:
    """Put Gray's tests of several groupings side by side, corrected for the number that a report makes.

    Parameters
    ----------
    findings : iterable of Finding
        What `incidence_by` returned; those that could not be told are left out.

    Returns
    -------
    Finding
        `competing.tests`, one row a grouping and end: `grouping`, `fate`, `chi2`, `degrees`, `p_value`,
        `adjusted_p_value` (Bonferroni over three groupings and three ends).
    """
    rows = [
        {
            "grouping": finding.key.removeprefix("competing.by_"), "fate": end,
            **{name: finding.facts[f"{end}_{name}"] for name in ("chi2", "degrees", "p_value", "adjusted_p_value")},
        }
        for finding in findings
        for end in ENDS
        if f"{end}_chi2" in finding.facts
    ]  # fmt: skip
    if not rows:
        raise NotEnoughData("retention.one_group", n=1)
    facts = {"n": len(rows), "most": len(GROUPINGS) * len(ENDS)}
    return Finding(key="competing.tests", table=pd.DataFrame(rows), facts=facts)


def corrected(p_value: float) -> float:
    """Correct the p of one test for all groupings and ends that a report compares (Bonferroni)."""
    return min(p_value * len(GROUPINGS) * len(ENDS), 1.0)


def _groups(rows: pd.DataFrame, by: str, rules: Settings) -> dict[str, pd.DataFrame]:
    """Return the groups that were watched from their start until the first day told, largest first."""
    found = {}
    for group, part in rows.groupby(by, sort=True):
        days = window(watched(part), rules.retention.min_at_risk)
        is_watched = days is not None and days[0] == 0 and days[1] >= min(rules.competing.told_days)
        if days and is_watched and len(part) >= rules.uncertainty.min_group:
            found[str(group)] = part.assign(group=str(group), last=days[1])
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _shares(part: pd.DataFrame, group: str, by: str, days: list[int], rules: Settings) -> pd.DataFrame:
    last = int(part["last"].iloc[0])
    days = [day for day in days if day <= last]
    table = pd.DataFrame({by: group, "days_with_us": days, "stays": len(part)})
    for end, cause in ENDS.items():
        curve = aalen_johansen(watched(part), cause, last_day=last)
        low, high = curve.interval(rules.uncertainty.level)
        table[[f"{end}_share", f"{end}_share_low", f"{end}_share_high"]] = np.transpose(
            [curve.value[days], low[days], high[days]]
        )
    return table.assign(under_observation=curve.at_risk[days])


def _compared(told: pd.DataFrame, table: pd.DataFrame, by: str, error: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Test all groups up to the last day that two of them reach; name the two furthest apart if these two are."""
    reached = table["days_with_us"].value_counts()
    day = int(max(reached.index[reached > 1]))
    codes = pd.factorize(told["group"])[0]
    until_then = _until(watched(told), day)
    facts: dict[str, Any] = {"day": day}
    for end, cause in ENDS.items():
        if (until_then.cause == cause).any():
            test = gray_test(until_then, codes, cause=cause)
            facts |= {f"{end}_chi2": test.chi2, f"{end}_degrees": test.degrees, f"{end}_p_value": test.p_value}
            facts |= {f"{end}_adjusted_p_value": corrected(test.p_value)}
    others = tuple(f"{end}_differs" for end in ("completed", "personal") if _is_below(facts, end, error))
    if not _is_below(facts, "churned", error):
        return ("alike" if "churned_chi2" in facts else "nobody_churned", *others), facts
    at_day = table[table["days_with_us"] == day].set_index(by)["churned_share"]
    most, fewest = str(at_day.idxmax()), str(at_day.idxmin())
    pair = told[told["group"].isin([most, fewest])].reset_index(drop=True)
    pairs = told["group"].nunique() * (told["group"].nunique() - 1) / 2
    test = gray_test(_until(watched(pair), day), pd.factorize(pair["group"])[0], cause=CHURNED)
    facts |= {
        "most": most, "most_share": float(at_day.max()), "fewest": fewest, "fewest_share": float(at_day.min())
    }  # fmt: skip
    return ("differs" if corrected(test.p_value) * pairs < error else "differs_somewhere", *others), facts


def _is_below(facts: dict[str, Any], end: str, error: float) -> bool:
    return bool(facts.get(f"{end}_adjusted_p_value", 1.0) < error)


def _until(stays_: Stays, day: int) -> Stays:
    """Return the stays watched no longer than to a day; those that came into view later have no day left."""
    cause = np.where(stays_.exit <= day, stays_.cause, CENSORED)
    exit_ = np.maximum(np.minimum(stays_.exit, day), stays_.entry + 1)
    return replace(stays_, exit=exit_, cause=cause)
