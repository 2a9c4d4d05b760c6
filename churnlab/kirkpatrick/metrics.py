"""Which way is a KPI good, and how is its number written?

Institutions name their KPIs themselves. The name's ending says what the number is, in English (`_rate`, `_share`,
`_cny`) as in Chinese (率, 占比, 额, 单价); what it does not say, the settings do.
"""

from typing import Literal

import pandas as pd

from churnlab import i18n
from churnlab.settings import Settings
from churnlab.wording import Said

_SHARES = ("_rate", "_share", "_probability", "率", "占比")
_MONEY = ("_cny", "额", "单价", "金额", "收入")

Measured = Literal["share", "money", "plain"]


def measured(metric: str, settings: Settings) -> Measured:
    """Tell what a KPI's numbers are: shares from 0 to 1, money in CNY, or neither."""
    if metric in settings.kpis.shares or (metric.endswith(_SHARES) and metric not in settings.kpis.money):
        return "share"
    return "money" if metric in settings.kpis.money or metric.endswith(_MONEY) else "plain"


def low_is_good(metric: str, settings: Settings) -> bool:
    """Tell whether less of a KPI is better."""
    return metric in settings.kpis.low_is_good


def written(value: float | None, metric: str, settings: Settings) -> Said | None:
    """Return a KPI's value as a table cell writes it: 31.2%, ¥9,000 or 27.3; missing: None."""
    if value is None or pd.isna(value):
        return None
    return Said(f"kpi.{measured(metric, settings)}", {"value": float(value)})


def change_written(change: float, low: float, high: float, metric: str, settings: Settings) -> Said | None:
    """Return a change of a KPI with its interval as a cell writes it, +8.0 points (+2.1 to +13.9); missing: None."""
    if pd.isna(change):
        return None
    kind = measured(metric, settings)
    scale = 100.0 if kind == "share" else 1.0
    facts = {"change": scale * change, "low": scale * low, "high": scale * high}
    bounded = "" if pd.notna(low) and pd.notna(high) else "_alone"
    return Said(f"kpi.{kind}_change{bounded}", facts)


def named(metric: str) -> Said | str:
    """Return what a KPI is called in a sentence: a word of ours for the usual ones, else the institution's own."""
    key = f"code.metric.{metric}"
    return Said(key) if i18n.has(key) else metric
