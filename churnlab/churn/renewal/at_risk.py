"""What are the students now in service worth, and how much of it is at risk in the next months?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus, chosen, month_name
from churnlab.churn.renewal.value import Prospects, prospects
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data
from churnlab.wording import Said

MONTHS = 3
ALL = Said("renewal.all")
_MOST_CAMPUSES = 7


def worth(data: Data, campus: Campus = None) -> Finding:
    """Add up by campus what the students now in service are still worth.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `renewal.worth`: one row per campus and one for all: `in_service` (contracts running or just ended, by chain),
        `monthly_margin_cny`, `remaining_value_cny` with its interval, `mean_value_cny` and `expected_months` (means
        over those contracts). `remaining_value` says how it is estimated.

    Raises
    ------
    NotEnoughData
        As `remaining_value`; or if nobody is in service there.
    """
    found, rows = _here(data, campus)
    table = pd.DataFrame([_worth_of(rows[rows["campus"] == name], found, data) for name in _campuses(rows)])
    table.insert(0, "campus", _campuses(rows))
    total = _worth_of(rows, found, data)
    if len(table) > 1:
        table = pd.concat(
            [table.sort_values("remaining_value_cny", ascending=False), pd.DataFrame([{"campus": ALL} | total])]
        )
    facts: dict[str, Any] = _assumptions(data) | {name: total[name] for name in total}
    return Finding(key="renewal.worth", table=table.reset_index(drop=True), facts=facts, caveats=_caveats(rows, data))


def revenue_at_risk(data: Data, campus: Campus = None) -> Finding:
    """Return the worth of the students in service times their chance to leave in each of the next months.

    The worth is as of today and already allows for leaving later; so the sum is a little less than what would be won if
    nobody left. The chance to leave is that of `remaining_value`: by term and by the hazard between ends.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `renewal.at_risk`: one row per campus and month ahead, and for all campuses: `campus`, `month`, `leaving`
        (students' contracts expected to be lost) and `at_risk_cny`, both with intervals of the expectation;
        `at_risk_share` of the worth. Of more than seven campuses those with most at risk are told.

    Raises
    ------
    NotEnoughData
        As `worth`.
    """
    found, rows = _here(data, campus)
    names = sorted(
        _campuses(rows), key=lambda name: -_lost(rows[rows["campus"] == name], found, data, 0)["at_risk_cny"]
    )
    parts: list[tuple[str | Said, pd.DataFrame]] = [(name, rows[rows["campus"] == name]) for name in names]
    parts = parts[:_MOST_CAMPUSES] + ([(ALL, rows)] if len(names) > 1 else [])
    first = pd.Timestamp(data.as_of)
    table = pd.DataFrame([
        {"campus": name, "month": month_name(first + pd.DateOffset(months=month)), **_lost(part, found, data, month)}
        for name, part in parts
        for month in range(MONTHS)
    ])  # fmt: skip
    nearest = _lost(rows, found, data, 0)
    facts = (
        _assumptions(data)
        | nearest
        | {"month": table["month"].iloc[0], "unlisted": max(0, len(names) - _MOST_CAMPUSES)}
    )
    known = _caveats(rows, data) + (("renewal_unlisted",) if facts["unlisted"] else ())
    return Finding(key="renewal.at_risk", table=table, facts=facts, caveats=known)


def _here(data: Data, campus: Campus) -> tuple[Prospects, pd.DataFrame]:
    found = prospects(data)
    rows = chosen(found.chains, campus)
    if rows.empty:
        named = campus if isinstance(campus, str) else ", ".join(campus or ())
        raise NotEnoughData("renewal.nobody", unit=data.settings.outcome.unit, campus=named)
    return found, rows


def _campuses(rows: pd.DataFrame) -> list[str]:
    return sorted(rows["campus"].dropna().unique())


def _worth_of(rows: pd.DataFrame, found: Prospects, data: Data) -> dict[str, float]:
    cell, margin = rows["cell"].to_numpy(), rows["monthly_margin_cny"].to_numpy()
    sums = found.discounted_months[:, cell] @ margin
    low, high = _limits(sums, data)
    return {
        "in_service": len(rows),
        "monthly_margin_cny": float(margin.sum()),
        "remaining_value_cny": float(sums[0]),
        "remaining_value_cny_low": low,
        "remaining_value_cny_high": high,
        "mean_value_cny": float(sums[0] / len(rows)),
        "expected_months": float(found.here[0, cell, :-1].sum(axis=-1).mean()),
    }


def _lost(rows: pd.DataFrame, found: Prospects, data: Data, month: int) -> dict[str, float]:
    cell, margin = rows["cell"].to_numpy(), rows["monthly_margin_cny"].to_numpy()
    value = found.discounted_months[0, cell] * margin
    chance = (found.here[:, :, month] - found.here[:, :, month + 1])[:, cell]
    told: dict[str, float] = {}
    for name, sums in (("leaving", chance.sum(axis=1)), ("at_risk_cny", chance @ value)):
        low, high = _limits(sums, data)
        told |= {name: float(sums[0]), f"{name}_low": low, f"{name}_high": high}
    return told | {"at_risk_share": told["at_risk_cny"] / value.sum() if value.sum() else np.nan}


def _limits(sums: np.ndarray, data: Data) -> tuple[float, float]:
    tail = (1 - data.settings.uncertainty.level) / 2
    low, high = np.quantile(sums[1:], [tail, 1 - tail])
    return float(min(low, sums[0])), float(max(high, sums[0]))


def _assumptions(data: Data) -> dict[str, Any]:
    rules = data.settings.renewal
    return {
        "level": data.settings.uncertainty.level,
        "horizon_months": rules.horizon_months,
        "discount_rate": rules.discount_rate_per_year,
        "default_margin_rate": rules.margin_rate,
    }


def _caveats(rows: pd.DataFrame, data: Data) -> tuple[str, ...]:
    holds = {
        "renewal_worth": True,
        "renewal_margin": bool(rows["margin_rate"].isna().any()),
        "renewal_pace": not bool(rows["pace_is_own"].all()),
    }
    return tuple(name for name, is_so in holds.items() if is_so)
