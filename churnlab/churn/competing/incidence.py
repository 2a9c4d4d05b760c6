"""By how long after they start have how many left, and which way?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.outcome import CHURN_KINDS, END_KINDS
from churnlab.churn.stays import stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.survival import Curve, Stays, aalen_johansen, kaplan_meier, window
from churnlab.tables.door import Data
from churnlab.wording import Said

_STEP_DAYS = 7  # a point a week draws as smooth a curve as one a day
_CODES = {kind: code for code, kind in enumerate(END_KINDS, start=1)}


def cumulative_incidence(data: Data, *, campus: str | None = None) -> Finding:
    """Tell what share of those who start have left by some days, by the way they left.

    Over the experience of the last `retention.period_days`; who started earlier comes into view late. Each share is a
    cumulative incidence: who left one way can no longer leave another, and all shares of a day add up to 1.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `competing.incidence`, one row a day of `competing.told_days` and a fate: `days_with_us`, `fate` (`still_here`,
        `churned`, each kind of churn that occurred, `completed`, `personal`), `fate_share` with its interval by
        student, `under_observation`.

    Raises
    ------
    NotEnoughData
        If fewer than `retention.min_at_risk` are at risk on each day up to the first one told.

    References
    ----------
    Aalen & Johansen 1978; see `churnlab.stats.survival`.
    """
    rules = data.settings
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    first, last = span(rows, rules)
    days = [day for day in sorted(set(rules.competing.told_days)) if first <= day <= last]
    curves = dict(_curves(rows, first, last))
    table = pd.concat([_at(curves, day, rules.uncertainty.level) for day in days], ignore_index=True)
    return Finding(
        key="competing.incidence",
        table=table,
        facts=_facts(table, rules) | {"first_day": first, "left_out_before": rows.attrs["left_out"]},
        sentences=("sentence", *_said(table)),
        caveats=(*(("late_start",) if first else ()), *(("here_before",) if rows.attrs["left_out"] else ())),
    )


def incidence_curves(data: Data, *, campus: str | None = None) -> Finding:
    """Return the curves themselves, a point a week: how many have left which way, and how many are still here.

    Parameters
    ----------
    data, campus
        As for `cumulative_incidence`.

    Returns
    -------
    Finding
        `competing.curves`: `fate`, `days_with_us`, `fate_share` with its interval, `under_observation`. Kinds of churn
        stand each for themselves, so that the shares of a day add up to 1.
    """
    rules = data.settings
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    first, last = span(rows, rules)
    days = np.arange(first, last + 1, _STEP_DAYS)
    points = []
    for fate, curve in _curves(rows, first, last):
        if fate == "churned":
            continue
        low, high = curve.interval(rules.uncertainty.level)
        points.append(pd.DataFrame({
            "fate": fate, "days_with_us": days, "fate_share": curve.value[days - first],
            "fate_share_low": low[days - first], "fate_share_high": high[days - first],
            "under_observation": curve.at_risk[days - first],
        }))  # fmt: skip
    facts = {
        "unit": rules.outcome.unit, "period_days": rules.retention.period_days, "first_day": first,
    }  # fmt: skip
    caveats = ("late_start",) if first else ()
    return Finding(key="competing.curves", table=pd.concat(points, ignore_index=True), facts=facts, caveats=caveats)


def span(rows: pd.DataFrame, rules: Settings) -> tuple[int, int]:
    """Return the days that curves of these stays can tell of.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `churnlab.churn.stays.stays` returns it.
    rules : Settings
        The institution's.

    Raises
    ------
    NotEnoughData
        If there are none, or none of the days to be told is among them.
    """
    everybody = watched(rows)
    found = window(everybody, rules.retention.min_at_risk)
    if found is None:
        most = int(everybody.at_risk().max(initial=0))
        needed = rules.retention.min_at_risk
        raise NotEnoughData("retention.too_few", unit=rules.outcome.unit, most=most, needed=needed)
    if not any(found[0] <= day <= found[1] for day in rules.competing.told_days):
        raise NotEnoughData("competing.too_short", first=found[0], last=found[1])
    return found


def _curves(rows: pd.DataFrame, first: int, last: int) -> Iterator[tuple[str, Curve]]:
    everybody = watched(rows)
    yield "still_here", kaplan_meier(everybody, first_day=first, last_day=last)
    by_kind = rows["end_kind"].map(_CODES).fillna(0).astype(int)
    kinds = Stays(entry=everybody.entry, exit=everybody.exit, cause=by_kind.to_numpy(), cluster=everybody.cluster)
    ended = set(by_kind[(rows["exit"] >= first) & (rows["exit"] <= last)])
    churn = by_kind.isin([_CODES[kind] for kind in CHURN_KINDS])
    together = Stays(
        entry=everybody.entry, exit=everybody.exit, cluster=everybody.cluster,
        cause=np.where(churn, 1, np.where(by_kind > 0, 2, 0)),
    )  # fmt: skip
    yield "churned", aalen_johansen(together, 1, first_day=first, last_day=last)
    for kind, code in _CODES.items():
        if code in ended:
            yield kind, aalen_johansen(kinds, code, first_day=first, last_day=last)


def _at(curves: dict[str, Curve], day: int, level: float) -> pd.DataFrame:
    rows = []
    for fate, curve in curves.items():
        low, high = curve.interval(level)
        place = day - curve.first_day
        rows.append({
            "days_with_us": day, "fate": fate, "fate_share": curve.value[place], "fate_share_low": low[place],
            "fate_share_high": high[place], "under_observation": int(curve.at_risk[place]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _facts(table: pd.DataFrame, rules: Settings) -> dict[str, Any]:
    """Return what the sentences say of the last day within a year, or else of the first."""
    days = table["days_with_us"].unique()
    day = max([one for one in days if one <= 365], default=min(days))
    rows = table[table["days_with_us"] == day].set_index("fate")
    churned, kinds = rows.loc["churned"], rows["fate_share"].reindex(list(CHURN_KINDS)).dropna()
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "day": int(day), "here": float(rows.loc["still_here", "fate_share"]),
        "churned": float(churned["fate_share"]), "low": float(churned["fate_share_low"]),
        "high": float(churned["fate_share_high"]),
    }  # fmt: skip
    if len(kinds):
        facts |= {"kind": Said(f"code.fate.{kinds.idxmax()}"), "kind_share": float(kinds.max())}
    return facts | {name: float(rows["fate_share"].get(name, 0.0)) for name in ("completed", "personal")}


def _said(table: pd.DataFrame) -> tuple[str, ...]:
    occurred = set(table["fate"])
    most = ("most",) if occurred & set(CHURN_KINDS) else ()
    return (*most, *(("others",) if occurred & {"completed", "personal"} else ()))
