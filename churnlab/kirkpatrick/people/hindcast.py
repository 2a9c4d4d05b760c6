"""How far did the best of earlier quarters fall back?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.people.benchmark import FEWEST_TOP, QUARTER_MONTHS, is_top, predicted
from churnlab.kirkpatrick.people.standing import monthly_index, performance
from churnlab.stats.intervals import wilson
from churnlab.tables.door import Data


def luck_hindcast(data: Data) -> Finding:
    """Tell how far the top of earlier quarters fell back in the next one, against what was to be expected.

    For each of the last `people.hindcast_quarters` quarters: who was at the top by plain means before it, and what
    they did in it. Only what was known before the quarter is used, but for the unit, which is that of all months.

    Returns
    -------
    Finding
        `people.luck_hindcast`: one row a quarter, first to last: `quarter_from` (its first day), `top_people`,
        `plain_score` (mean of the top before), `foretold_score` (drawn in), `actual_score`, `held_share` of all
        people whose quarter lay in its interval, with numerator and interval, `people`.

    Raises
    ------
    NotEnoughData
        If there is no earlier quarter with enough before it.
    """
    rules, level, index = data.settings.people, data.settings.uncertainty.level, monthly_index(data)
    end = pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    starts = [end - pd.DateOffset(months=QUARTER_MONTHS * back) for back in range(rules.hindcast_quarters, 0, -1)]
    rows = [row for start in starts for row in _of_quarter(data, index, start)]
    if not rows:
        raise NotEnoughData("people.no_earlier_quarter")
    table = pd.DataFrame(rows)
    low, high = wilson(table["held_share_count"], table["people"], level)
    table.insert(6, "held_share_low", low)
    table.insert(7, "held_share_high", high)
    weight = table["top_people"] / table["top_people"].sum()
    facts: dict[str, Any] = {
        "quarters": len(table),
        **{name: float((table[f"{name}_score"] * weight).sum()) for name in ("plain", "foretold", "actual")},
        "held": int(table["held_share_count"].sum()),
        "people": int(table["people"].sum()),
        "held_share": float(table["held_share_count"].sum() / table["people"].sum()),
        "top": rules.top_share,
        "level": level,
    }
    return Finding(key="people.luck_hindcast", table=table, facts=facts, caveats=("people.levels_move",))


def _of_quarter(data: Data, index: pd.DataFrame, start: pd.Timestamp) -> list[dict[str, Any]]:
    """Return the row of one quarter; none where too little was known before it."""
    rules, level = data.settings.people, data.settings.uncertainty.level
    try:
        standing = performance(data, before=start, index=index)
    except NotEnoughData:
        return []
    low, high = predicted(standing, level)
    quarter = index[(index["month"] >= start) & (index["month"] < start + pd.DateOffset(months=QUARTER_MONTHS))]
    of_each = quarter.groupby("staff_id")["index"].agg(["mean", "size"])
    actual = standing.table["staff_id"].map(of_each.loc[of_each["size"] == QUARTER_MONTHS, "mean"])
    told = standing.table.assign(actual=actual, low=low, high=high)
    told = told.assign(is_top=is_top(told, rules.top_share, by="raw")).dropna(subset="actual")
    best, held = told[told["is_top"]], (told["low"] <= told["actual"]) & (told["actual"] <= told["high"])
    if len(best) < FEWEST_TOP:
        return []
    return [
        {
            "quarter_from": start.date(),
            "top_people": len(best),
            "plain_score": best["raw"].mean(),
            "foretold_score": best["estimate"].mean(),
            "actual_score": best["actual"].mean(),
            "held_share": held.mean(),
            "held_share_count": int(held.sum()),
            "people": len(told),
        }
    ]
