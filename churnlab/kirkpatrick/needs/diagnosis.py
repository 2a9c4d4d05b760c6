"""Which results of the staff fall short of their target, by how much, and is it all of them or a few?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named, written
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.settings import Settings
from churnlab.stats.block_means import block_means
from churnlab.stats.gain import ratio_of_means
from churnlab.stats.intervals import normal_quantile
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import paired_difference
from churnlab.tables.door import Data
from churnlab.tables.there import need
from churnlab.wording import Said

SHORT, REACHED, UNCLEAR = "short", "reached", "unclear"


def kpi_diagnosis(data: Data) -> Finding:
    """Compare the KPIs of each role, of those who work here now, with the targets that stand beside them.

    A person counts by the mean of her last `needs.kpi_months` whole months with a target, and her target by its mean of
    the same months. A role is short of a KPI, or has reached it, where the mean gap of its people is more than chance,
    corrected for all KPIs (Holm). Where a whole role is short, train all; where a few are, those. That a KPI is short
    does not say that people lack a skill: prices, rooms or work loads may be why.

    Parameters
    ----------
    data : Data
        What had happened before a date; for the need before a training, take that of its beginning.

    Returns
    -------
    Finding
        `needs.kpis`, one row per `staff_role` and `metric`, those furthest short of their target first: `people`,
        `kpi_now` and `kpi_target` (means over people, in the KPI's unit), `kpi_gap` (now less target, with its t
        interval over people), `of_kpi_target_share` (now over target, or the other way round where low is good; 1 is
        the target; Fieller's interval), `short_people` (whose own mean is short), `surely_short_people` (more than
        chance, corrected for the people of the role), `adjusted_p_value` and `need_state` (`short`, `reached`,
        `unclear`).

    Raises
    ------
    NotEnoughData
        If no KPI of anybody who works here has a target in those months, or none is told of two people of a role.
    """
    need(data, "kpis")
    rows = _months(data)
    groups = rows.groupby(["role", "metric"], sort=True)
    found = [_row(str(role), str(metric), group, data.settings) for (role, metric), group in groups]
    table = pd.DataFrame([row for row in found if row["people"] >= 2])
    if table.empty:
        raise NotEnoughData("needs.no_kpi_targets", months=data.settings.needs.kpi_months)
    level, gap = data.settings.uncertainty.level, table.pop("gap")
    # The same gap of all has no error: nothing tells how sure it is.
    table["adjusted_p_value"] = holm(table["adjusted_p_value"])
    sure = table["adjusted_p_value"] < 1 - level
    table["need_state"] = np.select([sure & (gap < 0), sure & (gap > 0)], [SHORT, REACHED], UNCLEAR)
    order = table["of_kpi_target_share"].fillna(np.inf).argsort(kind="stable")
    return _told(table.iloc[order].reset_index(drop=True), rows, data)


def _months(data: Data) -> pd.DataFrame:
    """Return the KPIs of the last months that have a target, of those who work here and whose role is known."""
    people = staff(data)
    here = people.loc[people["left_on"].isna(), ["staff_id", "role"]].dropna()
    rows = staff_kpis(data).dropna(subset=["value", "target"]).merge(here, on="staff_id")
    end = pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    rows = rows[(rows["month"] >= end - pd.DateOffset(months=data.settings.needs.kpi_months)) & (rows["month"] < end)]
    if rows.empty:
        raise NotEnoughData("needs.no_kpi_targets", months=data.settings.needs.kpi_months)
    return rows.reset_index(drop=True)


def _row(role: str, metric: str, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    level, way = settings.uncertainty.level, -1.0 if low_is_good(metric, settings) else 1.0
    each = rows.groupby("staff_id")[["value", "target"]].mean()
    found = paired_difference(each["target"], each["value"], level=level)
    over, under = (each["target"], each["value"]) if way < 0 else (each["value"], each["target"])
    share = ratio_of_means(over, under, level=level)
    has_share = bool((each > 0).all(axis=None)) and share.bounded
    short, surely = _short_people(rows, way, settings)
    return {
        "staff_role": role, "metric": metric, "people": found.n,
        "kpi_now": written(found.after, metric, settings), "kpi_target": written(found.before, metric, settings),
        "kpi_gap": change_written(found.mean, found.low, found.high, metric, settings),
        "of_kpi_target_share": share.ratio if has_share else np.nan,
        "of_kpi_target_share_low": share.low if has_share else np.nan,
        "of_kpi_target_share_high": share.high if has_share else np.nan,
        "short_people": short, "surely_short_people": surely, "adjusted_p_value": found.p_value,
        "gap": way * found.mean,
    }  # fmt: skip


def _short_people(rows: pd.DataFrame, way: float, settings: Settings) -> tuple[int, int]:
    """Return how many people are short of the target by their own mean, and how many by more than chance."""
    blocks = rows["month"].dt.year * 12 + rows["month"].dt.month
    blocks = (blocks - blocks.min()) // settings.needs.block_months
    means = block_means(way * (rows["value"] - rows["target"]), rows["staff_id"], blocks)
    # As many intervals as people, all of which are to hold at once (Bonferroni).
    all_hold = 1 - (1 - settings.uncertainty.level) / max(len(means), 1)
    high = means["mean"] + normal_quantile(all_hold) * means["error"]
    return int((means["mean"] < 0).sum()), int((high < 0).sum())


def _told(table: pd.DataFrame, rows: pd.DataFrame, data: Data) -> Finding:
    short, counts = table[table["need_state"] == SHORT], table["need_state"].value_counts()
    facts: dict[str, Any] = {
        "kpis": len(table), "short": len(short), "reached": int(counts.get(REACHED, 0)),
        "unclear": int(counts.get(UNCLEAR, 0)), "first": rows["month"].min().date(), "last": rows["month"].max().date(),
        "level": data.settings.uncertainty.level,
    }  # fmt: skip
    sentences = ["sentence"]
    if len(short):
        worst = short.iloc[0]
        called = named(worst["metric"])
        facts |= {
            "role": worst["staff_role"], "metric": called if isinstance(called, Said) else str(called),
            "now": worst["kpi_now"], "target": worst["kpi_target"], "gap": worst["kpi_gap"],
            "people": int(worst["people"]), "own_short": int(worst["short_people"]),
            "own_surely": int(worst["surely_short_people"]),
        }  # fmt: skip
        sentences.append("worst")
    few = (table["people"] < data.settings.uncertainty.min_group).any()
    caveats = ("needs_kpis", *(["needs_few"] if few else []))
    return Finding(key="needs.kpis", table=table, facts=facts, sentences=tuple(sentences), caveats=caveats)
