"""Who moved up or down among colleagues with the training, and how far is that noise?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import low_is_good, named
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.groups import groups
from churnlab.stats.block_means import block_means
from churnlab.stats.rank_intervals import rank_intervals

_QUARTER = 3  # months
_DRAWS = 4_000
_WHEN = ("before", "after")


def rank_shifts(evaluated: Evaluation, metric: str = "") -> Finding:
    """List the places of trained and compared people by a KPI, before and after, with the places that noise allows.

    A person's number is the mean of her months; how sure it is comes from how much her quarters differ. An interval of
    places holds the true places of all at once. Who is said to have moved has places after that do not meet those
    before. Whoever was last can only rise, with or without a training: a shift is no effect; `kpi_effects` asks that.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    metric : str
        A KPI; empty: the one that the trained have most months of, of several the first by name.

    Returns
    -------
    Finding
        `results.rank_shifts`: one row a person with months before and after, by place after: `staff_id`, `is_trained`,
        `before_place` and `after_place` (1: best) with their intervals, `rank_verdict` (`rose`, `fell`,
        `cannot_tell`).

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` people, or none of those trained, have months before and after, or
        months are too few to tell how sure they are.
    """
    settings = evaluated.data.settings
    kpis = staff_kpis(evaluated.data)
    kpis = kpis.dropna(subset=["value"])
    metric = metric or _main(kpis[kpis["staff_id"].isin(evaluated.trained["staff_id"])]["metric"])
    rows = groups(evaluated, kpis[kpis["metric"] == metric]).rows
    means = {name: _means(rows[rows["after"] == (name == "after")]) for name in _WHEN}
    both = means["before"].join(means["after"], lsuffix="_before", rsuffix="_after", how="inner")
    trained = rows.groupby("staff_id")["is_trained"].first().reindex(both.index)
    unknown = both[["error_before", "error_after"]].isna().to_numpy().any()
    if len(both) < settings.uncertainty.min_group or not trained.any() or unknown:
        # Months of one quarter do not tell how sure anybody's mean is.
        told = 0 if unknown or not trained.any() else len(both)
        raise NotEnoughData("results.no_ranks", people=told, least=settings.uncertainty.min_group)
    sign = -1.0 if low_is_good(metric, settings) else 1.0
    table = pd.DataFrame({"staff_id": both.index, "is_trained": trained.to_numpy(dtype=bool)})
    for name in _WHEN:
        rng = np.random.default_rng(settings.uncertainty.seed)
        value, error = sign * both[f"mean_{name}"], both[f"error_{name}"]
        found = rank_intervals(value, error, level=settings.uncertainty.level, draws=_DRAWS, rng=rng)
        table[f"{name}_place"] = found["place"]
        table[f"{name}_place_low"] = found["low_of_all"]
        table[f"{name}_place_high"] = found["high_of_all"]
    rose = table["after_place_high"] < table["before_place_low"]
    fell = table["after_place_low"] > table["before_place_high"]
    table["rank_verdict"] = np.select([rose, fell], ["rose", "fell"], "cannot_tell")
    return _said(evaluated, metric, table.sort_values(["after_place", "staff_id"], ignore_index=True))


def _main(metrics: pd.Series) -> str:
    counts = metrics.value_counts().rename_axis("metric").reset_index()
    counts = counts.sort_values(["count", "metric"], ascending=[False, True])
    return str(counts["metric"].iloc[0]) if len(counts) else ""


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=["mean", "error"], index=pd.Index([], name="staff_id"))
    found = block_means(rows["value"], rows["staff_id"], rows["period"] // _QUARTER)
    return found.set_index("person")[["mean", "error"]].rename_axis("staff_id")


def _said(evaluated: Evaluation, metric: str, table: pd.DataFrame) -> Finding:
    moved = table["rank_verdict"] != "cannot_tell"
    width = table["after_place_high"] - table["after_place_low"] + 1
    counts = table[moved].groupby(["is_trained", "rank_verdict"]).size()
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "metric": named(metric), "people": len(table), "moved": int(moved.sum()),
        "trained": int(table["is_trained"].sum()), "level": evaluated.data.settings.uncertainty.level,
        "width": float(width.median()), "rose": int(counts.get((True, "rose"), 0)),
        "fell": int(counts.get((True, "fell"), 0)), "others_rose": int(counts.get((False, "rose"), 0)),
        "others_fell": int(counts.get((False, "fell"), 0)),
        "shifted": float((table["after_place"] - table["before_place"]).abs().median()),
    }  # fmt: skip
    is_noise = facts["width"] > len(table) / 2
    sentences = ("moved" if facts["moved"] else "none_moved", "noise" if is_noise else "known")
    return Finding(key="results.rank_shifts", table=table, facts=facts, sentences=sentences, caveats=("results.ranks",))
