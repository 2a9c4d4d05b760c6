"""Does the comparison find effects where there can be none?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import KpiEffect, effects_of
from churnlab.kirkpatrick.results.pretended import Pretended, pretended_months, until_chosen
from churnlab.stats.intervals import clustered_wilson

FOUND, NOTHING, REFUSED = "found", "nothing", "refused"
EARLIER, UNMOVED, TRUE = "earlier", "unmoved", "true_start"


def placebo_checks(evaluated: Evaluation) -> Finding:
    """Ask the same comparison for effects where there can be none: before the training, and on KPIs it cannot move.

    The training is pretended to have begun earlier, and only months before its true beginning are read; months that
    people may have been chosen for are not. Further, at the true beginning, KPIs that the settings say no training
    moves (`results.unmoved`). If nothing is amiss, 1 − level of these come out as an effect by chance.

    Returns
    -------
    Finding
        `results.placebo_checks`: one row per `metric` and question: `placebo_kind` (`earlier`: pretended to have begun
        earlier; `unmoved`; `true_start`: the effect itself, for comparison), `month` (first whole month after the
        training, as pretended), `relative_change_share` with its interval (the effect over what it was before),
        `p_value`, not adjusted, `placebo_verdict` (`found`: would be called an effect; `refused`: would not, as the
        groups were not alike; `nothing`; of the true beginning missing), `people_trained`, `months_after`. Facts: how
        many there were and came out, and the share's interval (rows of one KPI hang together).

    Raises
    ------
    NotEnoughData
        If no placebo can be told: no KPI with people compared has months enough before, and none is unmoved.

    References
    ----------
    Abadie A, Diamond A, Hainmueller J, Am J Polit Sci 2015;59:495–510, section 4.2 (placebo in time). Lipsitch M,
    Tchetgen Tchetgen E, Cohen T, Epidemiology 2010;21:383–388 (negative control outcomes).
    """
    settings = evaluated.data.settings
    series = _series(evaluated)
    true = [one for one in effects_of(evaluated, series) if one.is_claim]
    rows = [_row(one, UNMOVED if one.metric in settings.results.unmoved else TRUE) for one in true]
    rows += _earlier(evaluated, {one.metric: series[one.metric] for one in true})
    table = pd.DataFrame(rows)
    placebos = table[table["placebo_kind"] != TRUE] if len(table) else table
    if placebos.empty:
        raise NotEnoughData("results.no_placebos", least=settings.results.placebo_months)
    order = {TRUE: 0, UNMOVED: 1, EARLIER: 2}
    at = table["placebo_kind"].map(order)
    table = table.assign(at=at).sort_values(["metric", "at", "month"], ascending=[True, True, False])
    return _told(evaluated, table.drop(columns="at").reset_index(drop=True), true)


def _series(evaluated: Evaluation) -> dict[str, pd.DataFrame]:
    kpis = staff_kpis(evaluated.data)
    metrics = kpis.loc[kpis["staff_id"].isin(evaluated.trained["staff_id"]), "metric"].unique()
    return {str(one): kpis[kpis["metric"] == one] for one in sorted(metrics)}


def _earlier(evaluated: Evaluation, series: Mapping[str, pd.DataFrame]) -> list[dict[str, object]]:
    rules = evaluated.data.settings.results
    before = {metric: until_chosen(evaluated, rows) for metric, rows in series.items()}
    rows = []
    for months in pretended_months(evaluated, rules.placebo_months, rules.placebo_dates) if before else []:
        found = effects_of(Pretended(evaluated, months), before)
        # A comparison over fewer months before would not be the one that is checked.
        rows += [_row(one, EARLIER) for one in found if one.is_claim and one.months_before >= rules.placebo_months]
    return rows


def _row(one: KpiEffect, kind: str) -> dict[str, object]:
    base = abs(one.baseline_mean) or np.nan
    found = REFUSED if one.is_doubtful else FOUND if one.p_value < 1 - one.level else NOTHING
    return {
        "metric": one.metric,
        "placebo_kind": kind,
        "month": one.first_month,
        "relative_change_share": one.effect / base,
        "relative_change_share_low": one.low / base,
        "relative_change_share_high": one.high / base,
        "p_value": one.p_value,
        "placebo_verdict": None if kind == TRUE else found,
        "people_trained": one.n_trained,
        "months_after": one.months_after,
    }


def _told(evaluated: Evaluation, table: pd.DataFrame, true: list[KpiEffect]) -> Finding:
    settings = evaluated.data.settings
    placebos = table[table["placebo_kind"] != TRUE]
    did = placebos["placebo_verdict"] == FOUND
    level = settings.uncertainty.level
    low, high = clustered_wilson(did.to_numpy(), placebos["metric"].to_numpy(), level)
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "placebos": len(placebos), "found": int(did.sum()),
        "earlier": int((placebos["placebo_kind"] == EARLIER).sum()), "kpis": placebos["metric"].nunique(),
        "unmoved": int((placebos["placebo_kind"] == UNMOVED).sum()), "share": float(did.mean()),
        "share_low": low, "share_high": high, "level": level, "chance": 1 - level,
        "refused": int((placebos["placebo_verdict"] == REFUSED).sum()),
    }  # fmt: skip
    verdict = "more" if low > 1 - level else "none_found" if not did.any() else "as_chance"
    asked = {
        "results.placebos_hang_together": facts["earlier"] > facts["kpis"],
        "results.placebos_refused": facts["refused"] > 0,
        "results.no_unmoved": not settings.results.unmoved,
    }
    order = list(Design)
    return Finding(
        key="results.placebo_checks", table=table, facts=facts, sentences=("sentence", verdict),
        caveats=tuple(key for key, holds in asked.items() if holds),
        design=max((one.design for one in true), key=order.index),
    )  # fmt: skip
