"""What are the students now in service worth, and how much of it is at risk in the next months?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus, chosen, months_ahead
from churnlab.churn.memory import told_once
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.looks import MONTHS, leavers, looks
from churnlab.churn.renewal.replays import FEWEST, foretold
from churnlab.churn.renewal.value import Prospects, prospects
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data
from churnlab.wording import Said

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
        over those contracts). `remaining_value` says how it is estimated. Contracts whose price is not known are in
        no sum nor mean of money; the fact `unpriced` counts them.

    Raises
    ------
    NotEnoughData
        As `remaining_value`; or if nobody is in service there, or of no contract the price is known.
    """
    found, rows = _here(data, campus)
    table = pd.DataFrame([_worth_of(rows[rows["campus"] == name], found, data) for name in _campuses(rows)])
    table.insert(0, "campus", _campuses(rows))
    total = _worth_of(rows, found, data)
    if len(table) > 1:
        table = pd.concat(
            [table.sort_values("remaining_value_cny", ascending=False), pd.DataFrame([{"campus": ALL} | total])]
        )
    facts: dict[str, Any] = _assumptions(data) | total | {"unpriced": _unpriced(rows)}
    return Finding(key="renewal.worth", table=table.reset_index(drop=True), facts=facts, caveats=_caveats(rows, data))


@told_once
def revenue_at_risk(data: Data, campus: Campus = None) -> Finding:
    """Foretell how many of the students in service will churn in each of the next months, and what they are worth.

    Counted is what the churn rate of that month will count: students (units) who leave in it and have not completed or
    left for personal reasons. Those who have silently left already are in the number of the month in which they were
    last seen and not in this one. Of those who stood alike in earlier months (`looks`) the same share is expected to
    churn. The worth is as of today (`remaining_value`) and already allows for leaving; what would be won if nobody left
    is a little more. Months are counted from `data.as_of` and named as they are counted (`months_ahead`).

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Where the students are; default: all campuses.

    Returns
    -------
    Finding
        `renewal.at_risk`: one row per campus and month ahead, and for all campuses: `campus`, `month`, `leaving`
        (students expected to churn) and `at_risk_cny`, both with prediction intervals (`foretold`), that of the money
        also for the uncertain worth; `at_risk_share` of the worth. Missing where too few months could be replayed. Each
        campus is foretold from its own past, so that they may add up to a little more or less than all. Of more than
        seven campuses those with most at risk are told. Contracts whose price is not known are in no money; the fact
        `unpriced` counts them.

    Raises
    ------
    NotEnoughData
        As `worth`; or if too few months could be replayed for the first.
    """
    found, chains = _here(data, campus)
    rows = chosen(looks(data), campus)
    nearest = _lost(rows, chains, found, data, 0)
    if np.isnan(nearest["leaving"]):
        raise NotEnoughData("renewal.few_replays", least=FEWEST)
    parts: list[tuple[str | Said, pd.DataFrame, pd.DataFrame]] = [
        (name, rows[rows["campus"] == name], chains[chains["campus"] == name]) for name in _campuses(chains)
    ]
    first = {name: _lost(part, own, found, data, 0)["at_risk_cny"] for name, part, own in parts}
    parts.sort(key=lambda part: -np.nan_to_num(first[part[0]]))
    unlisted = max(0, len(parts) - _MOST_CAMPUSES)
    parts = parts[:_MOST_CAMPUSES] + ([(ALL, rows, chains)] if len(parts) > 1 else [])
    table = pd.DataFrame([
        {
            "campus": name,
            "month": name_of_month,
            **_lost(part, own, found, data, month),
        }
        for name, part, own in parts
        for month, name_of_month in enumerate(months_ahead(data.as_of, MONTHS))
    ])  # fmt: skip
    facts = _assumptions(data) | nearest | {"month": table["month"].iloc[0], "unlisted": unlisted}
    facts |= {"students": chains["unit_id"].nunique(), "unpriced": _unpriced(chains)}
    known = (*_caveats(chains, data), "renewal_replayed") + (("renewal_unlisted",) if unlisted else ())
    return Finding(key="renewal.at_risk", table=table, facts=facts, caveats=known)


def _here(data: Data, campus: Campus) -> tuple[Prospects, pd.DataFrame]:
    found = prospects(data)
    rows = chosen(found.chains, campus)
    if rows.empty:
        named = campus if isinstance(campus, str) else ", ".join(campus or ())
        raise NotEnoughData("renewal.nobody", unit=data.settings.outcome.unit, campus=named)
    if rows["monthly_margin_cny"].isna().all():
        raise NotEnoughData("renewal.no_prices", contracts=len(rows))
    return found, rows


def _campuses(rows: pd.DataFrame) -> list[str]:
    return sorted(rows["campus"].dropna().unique())


def _worth_of(rows: pd.DataFrame, found: Prospects, data: Data) -> dict[str, float]:
    priced = rows[rows["monthly_margin_cny"].notna()]
    margin = priced["monthly_margin_cny"].to_numpy()
    sums = found.discounted_months[:, priced["cell"].to_numpy()] @ margin
    low, high = _limits(sums, data)
    money = {
        "monthly_margin_cny": float(margin.sum()),
        "remaining_value_cny": float(sums[0]),
        "remaining_value_cny_low": low,
        "remaining_value_cny_high": high,
        "mean_value_cny": float(sums[0] / max(len(priced), 1)),
    }
    months = float(found.expected_months[rows["cell"].to_numpy()].mean())
    known = money if len(priced) else dict.fromkeys(money, np.nan)
    return {"in_service": len(rows), **known, "expected_months": months}


def _lost(rows: pd.DataFrame, chains: pd.DataFrame, found: Prospects, data: Data, month: int) -> dict[str, float]:
    priced = chains[chains["monthly_margin_cny"].notna()]
    margin, months = priced["monthly_margin_cny"].to_numpy(), found.discounted_months[:, priced["cell"].to_numpy()]
    worth_of = pd.Series(margin * months[0]).groupby(priced["unit_id"].to_numpy()).sum()
    now, then = leavers(rows, month, settled_before(data))
    rules = data.settings.uncertainty
    now, then = now.assign(cny=now["unit_id"].map(worth_of).fillna(0.0)), then.assign(cny=1.0)
    told = foretold(now, then, level=rules.level, replays=rules.replay_months)
    sums = months @ margin
    low, high = (side / sums[0] - 1 if sums[0] else 0.0 for side in _limits(sums, data))
    money = {
        "at_risk_cny": told.cny,
        # The two uncertainties are independent: their squares add up.
        "at_risk_cny_low": float(np.maximum(0.0, told.cny - np.hypot(told.cny - told.cny_low, told.cny * low))),
        "at_risk_cny_high": told.cny + float(np.hypot(told.cny_high - told.cny, told.cny * high)),
        "at_risk_share": told.cny / sums[0] if sums[0] else np.nan,
    }
    known = money if len(priced) else dict.fromkeys(money, np.nan)
    return {"leaving": told.expected, "leaving_low": told.low, "leaving_high": told.high, **known}


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


def _unpriced(rows: pd.DataFrame) -> int:
    return int(rows["monthly_margin_cny"].isna().sum())


def _caveats(rows: pd.DataFrame, data: Data) -> tuple[str, ...]:
    holds = {
        "renewal_worth": True,
        "renewal_unpriced": _unpriced(rows) > 0,
        "renewal_margin": bool(rows["margin_rate"].isna().any()),
        "renewal_pace": not bool(rows["pace_is_own"].all()),
    }
    return tuple(name for name, is_so in holds.items() if is_so)
