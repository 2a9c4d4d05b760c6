"""Given that she is here now, how likely is she still here in three, six, twelve months?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.outcome import settled_before
from churnlab.churn.stays import CHURNED, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.conditional import can_be_told, left_by, still_here
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data
from churnlab.wording import Said

EVERYBODY = Said("competing.tenure.all")
_SHARES = ("still_here_share", "churned_share")
_MEASURED = [f"{name}{end}" for name in _SHARES for end in ("", "_low", "_high")]


def conditional_retention(data: Data, *, campus: str | None = None) -> Finding:
    """Tell how many of those here now will still be here some days on, by how long they have been.

    Here now means on the last day of which all ends are known. Each student's chance is that of those who had been here
    for as long as she has, in the last `retention.period_days`; the group's is the mean. It says what will come if at
    each tenure as many go on to leave as did in that time.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `competing.conditional`, one row a tenure (bounds: `competing.tenure_days`) and a number of days ahead
        (`competing.ahead_days`), first all tenures together: `tenure`, `students_now`, `days_ahead`,
        `still_here_share`, `churned_share` with intervals by student; the rest will have completed or left for personal
        reasons. `under_observation` is the number at risk on the day on which fewest were. Without figures where for
        less than `competing.least_told_share` of the group at least `retention.min_at_risk` went before.

    Raises
    ------
    NotEnoughData
        If no row has figures.

    References
    ----------
    See `churnlab.stats.conditional`.
    """
    rules = data.settings
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    now = rows[rows["cause"] == 0]
    if len(now) < rules.uncertainty.min_group:
        raise NotEnoughData(
            "competing.few_now", unit=rules.outcome.unit, n=len(now), needed=rules.uncertainty.min_group
        )
    table = chances(rows, rules)
    if table["still_here_share"].isna().all():
        raise NotEnoughData("competing.none_before", unit=rules.outcome.unit, needed=rules.retention.min_at_risk)
    left_out = int(rows.attrs["left_out"])
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "n": len(now), "left_out_before": left_out, "period": rules.retention.period_days,
        "on": (settled_before(data) - pd.Timedelta(days=1)).date(), "needed": rules.retention.min_at_risk,
    }  # fmt: skip
    holds = {
        "as_before": True,
        "tenure_not_told": bool(table["still_here_share"].isna().any()),
        "now_here_before": left_out > 0,
    }
    sentence, more = _said(table)
    return Finding(
        key="competing.conditional",
        table=table,
        facts=facts | more,
        sentences=sentence,
        caveats=tuple(name for name, is_so in holds.items() if is_so),
    )


def chances(rows: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    """Tell of these stays how those not ended will fare; see `conditional_retention`.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `churnlab.churn.stays.stays` returns it.
    rules : Settings
        The institution's.
    """
    watched_stays = watched(rows)
    now = rows.loc[rows["cause"] == 0, "exit"].to_numpy(dtype=int)
    bounds = [0, *sorted(set(rules.competing.tenure_days))]
    groups = [(EVERYBODY, now)] + [
        (_tenure(low, high), now[(now >= low) & (now < (high or np.inf))])
        for low, high in zip(bounds, [*bounds[1:], None], strict=True)
    ]
    table = [
        {"tenure": name, "students_now": len(group), "days_ahead": days} | _chance(watched_stays, group, days, rules)
        for name, group in groups
        for days in sorted(set(rules.competing.ahead_days))
        if len(group)
    ]
    return pd.DataFrame(table).astype(dict.fromkeys(_MEASURED, float))


def _tenure(low: int, high: int | None) -> Said:
    facts = {"low": low} if high is None else {"low": low, "high": high - 1}
    return Said(f"competing.tenure.{'longer' if high is None else 'between'}", facts)


def _chance(stays_: Stays, group: np.ndarray, days: int, rules: Settings) -> dict[str, Any]:
    told = can_be_told(stays_, group, days=days, min_at_risk=rules.retention.min_at_risk)
    if not len(group) or told.mean() < rules.competing.least_told_share:
        return dict.fromkeys(_MEASURED, np.nan) | {"under_observation": 0}
    level = rules.uncertainty.level
    here, churned = still_here(stays_, group[told], days=days), left_by(stays_, group[told], days=days, cause=CHURNED)
    values = [here.value, *here.interval(level), churned.value, *churned.interval(level)]
    return dict(zip(_MEASURED, values, strict=True)) | {"under_observation": here.at_risk}


def _said(table: pd.DataFrame) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return what is said of everybody over the longest time told, and where the risk is highest and lowest."""
    told = table.dropna(subset=["still_here_share"])
    everybody = told[told["tenure"] == EVERYBODY]
    groups = told[told["tenure"] != EVERYBODY]
    facts: dict[str, Any] = {}
    sentences: tuple[str, ...] = ()
    if len(everybody):
        row = everybody.iloc[-1]
        facts |= {"days": int(row["days_ahead"]), "share": float(row["still_here_share"])}
        facts |= {"low": float(row["still_here_share_low"]), "high": float(row["still_here_share_high"])}
        facts |= {"churned": float(row["churned_share"])}
        sentences += ("sentence",)
    if len(groups):
        ahead = int(groups["days_ahead"].min())
        nearest = groups[groups["days_ahead"] == ahead]
        least, most = (
            nearest.loc[nearest["still_here_share"].idxmin()],
            nearest.loc[nearest["still_here_share"].idxmax()],
        )
        facts |= {"ahead": ahead, "least": least["tenure"], "least_share": float(least["still_here_share"])}
        facts |= {"best": most["tenure"], "best_share": float(most["still_here_share"])}
        apart = least["still_here_share_high"] < most["still_here_share_low"]
        sentences += ("apart",) if apart else ()
    return sentences or ("some",), facts
