"""What does one of the best do otherwise than her colleagues, and how much of her standing is luck?"""

from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.benchmark import is_top
from churnlab.kirkpatrick.people.deeds import counted, rated
from churnlab.kirkpatrick.people.standing import performance
from churnlab.stats.block_means import block_means
from churnlab.stats.normal_shrinkage import FEWEST, NormalShrunken, normal_normal
from churnlab.stats.shrinkage import Shrunken, gamma_poisson
from churnlab.tables.door import Data
from churnlab.wording import Said

_ENDS = (("", "mean"), ("_low", "low"), ("_high", "high"))
_OURS = ("training_hours", "document_days")
_COLUMNS = [
    "staff_id", "staff_role", "known_from", "thing", "own_value", "colleague_mean", "colleagues_below_share",
    "drawn_value", "drawn_value_low", "drawn_value_high", "unlike_for_certain",
]  # fmt: skip


def benchmark_cases(data: Data) -> Finding:
    """Write up the best of each role: what she is known to do beside her colleagues, and what of it all is luck.

    A case is the highest of a role by performance drawn towards the role's mean who still works here, if even the low
    end of her interval lies above that mean; nobody else is written up. Looked at are, over the
    `people.performance_months`: incidents of each kind and days with the knowledge base a month at work, ratings by
    others on each dimension beside those by raters of the same kind, and hours of trainings concluded. Of what is
    counted or rated, hers too is drawn towards her role; she is unlike her colleagues for certain where that estimate
    keeps its distance from their mean when all comparisons are allowed for (Bonferroni). Hours are no sample: they are
    told, not tested. Everybody is unlike the others in something; what goes with being at the top says `what_top_do`.

    Returns
    -------
    Finding
        `people.benchmark_cases`: one row per case and `thing`, what she is surely unlike in first: `staff_id`,
        `staff_role`, `known_from` (`incident`, `documents`, `rating`, `training`), `own_value`, `colleague_mean`,
        `colleagues_below_share` (half of those equal counted), `drawn_value` with interval, `unlike_for_certain`
        (missing: not tested). The sentences tell of each case her plain and drawn-in standing, and the share of the
        plain one that is probably luck, and that may be.

    Raises
    ------
    NotEnoughData
        As `performance`, or if nobody who still works here stands above her role for certain.
    """
    rules, uncertainty, standing = data.settings.people, data.settings.uncertainty, performance(data)
    here = staff(data).loc[lambda people: people["left_on"].isna(), "staff_id"]
    draws = len(standing.drawn)
    # That all of so many draws say so is not yet certainty.
    table = standing.table.assign(probability=standing.above(rules.top_share) * draws / (draws + 1))
    sure = table[is_top(table, rules.top_share) & (table["estimate_low"] > 0) & table["staff_id"].isin(here)]
    if sure.empty:
        raise NotEnoughData("people.nobody_surely_above", people=len(table), level=uncertainty.level)
    cases = sure.sort_values(["estimate", "staff_id"], ascending=[False, True]).drop_duplicates("role")
    cases = cases.sort_values("role", ignore_index=True)
    known = _beside(data, table[["staff_id", "role"]], cases)
    said = [_case(row, known[known["staff_id"] == row["staff_id"]], data) for row in cases.to_dict("records")]
    facts: dict[str, Any] = {
        "people": len(table),
        "sure": len(sure),
        "cases": len(cases),
        "compared": int(known["unlike_for_certain"].notna().sum()),
        "told": reduce(lambda before, after: Said("people.both", {"before": before, "after": after}), said),
        "months": rules.performance_months,
        "level": uncertainty.level,
    }
    return Finding(
        key="people.benchmark_cases",
        table=known[_COLUMNS],
        facts=facts,
        caveats=("people.one_case", "people.not_a_recipe", "people.beside_role"),
        hidden=("staff_role",),
    )


def _case(row: dict[Any, Any], known: pd.DataFrame, data: Data) -> Said:
    """Return what is said of one case."""
    facts = {
        "who": row["staff_id"],
        "role": row["role"],
        "plain": float(row["raw"]),
        **{f"drawn{end}": float(row[f"estimate{end}"]) for end in ("", "_low", "_high")},
        "luck": _luck(row, "estimate"),
        "most": _luck(row, "estimate_low"),
        "probability": float(row["probability"]),
        "top": data.settings.people.top_share,
        "level": data.settings.uncertainty.level,
        "habits": _trained(known, _habits(known)),
    }
    return Said("people.case", facts)


def _luck(row: dict[Any, Any], at: str) -> float:
    """Return which share of her plain standing is luck if her level is that; at least none."""
    return float(np.clip((row["raw"] - row[at]) / row["raw"], 0, 1))


def _trained(known: pd.DataFrame, habits: Said) -> Said:
    """Return what is said of her hours of training, and then the rest."""
    hours = known[known["known_from"] == "training"]
    if hours.empty:
        return habits
    told = {"own": float(hours["own_value"].iloc[0]), "beside": float(hours["colleague_mean"].iloc[0])}
    return Said("people.case_trained", {**told, "habits": habits})


def _habits(known: pd.DataFrame) -> Said:
    tested = known[known["unlike_for_certain"].notna()]
    unlike = tested[tested["unlike_for_certain"].astype(bool)]
    if tested.empty:
        return Said("people.case_unknown")
    if unlike.empty:
        return Said("people.case_alike", {"compared": len(tested)})
    things = tuple(
        Said(f"people.case_{row['known_from']}", {
            "thing": _named(row["thing"]), "own": row["own_value"], "beside": row["colleague_mean"],
        })
        for row in unlike.to_dict("records")
    )  # fmt: skip
    return Said("people.case_apart", {"things": things})


def _named(thing: str) -> Said | str:
    return Said(f"code.thing.{thing}") if thing in _OURS else thing


def _beside(data: Data, people: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return one row per case and thing, what she is surely unlike in first."""
    roles, least = people[people["role"].isin(cases["role"])], max(data.settings.uncertainty.min_group, FEWEST)
    groups = [
        (str(source), str(thing), rows.set_index("staff_id"))
        for (_, source, thing), rows in counted(data, roles).groupby(["role", "source", "thing"], sort=True)
    ]
    groups += [
        ("rating", str(thing), _means(rows))
        for (_, thing), rows in rated(data, roles).groupby(["role", "thing"], sort=True)
    ]
    told = [
        (source, thing, rows, case)
        for source, thing, rows in groups
        if len(rows) >= least
        for case in cases["staff_id"]
        if case in rows.index
    ]
    tested = sum(source != "training" for source, *_ in told)
    strict = 1 - (1 - data.settings.uncertainty.level) / max(tested, 1)
    levels = data.settings.uncertainty.level, strict
    rows = [_row(source, thing, of_role, case, levels) for source, thing, of_role, case in told]
    table = pd.DataFrame([row for row in rows if row], columns=[*_COLUMNS, "distance"])
    table = table.assign(first=table["unlike_for_certain"].eq(True), staff_role=table["staff_role"].astype(object))
    order = ["staff_role", "staff_id", "first", "distance", "known_from", "thing"]
    return table.sort_values(order, ascending=[True, True, False, False, True, True], ignore_index=True)


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each one's mean rating beside the role, its error by rater, and the role's mean."""
    means = block_means(rows["off"], rows["staff_id"], rows["rater_id"]).rename(columns={"person": "staff_id"})
    return means.assign(role=rows["role"].iloc[0], level=rows["score"].mean()).set_index("staff_id")


def _row(
    source: str, thing: str, of_role: pd.DataFrame, case: str, levels: tuple[float, float]
) -> dict[str, Any] | None:
    """Return the row of one thing in one case; none where nothing tells how sure a rating is."""
    drawn: list[NormalShrunken | Shrunken] = []
    if source == "rating":
        value, shift = of_role["level"] + of_role["mean"], of_role["level"].iloc[0]
        if not (of_role["error"] > 0).all():
            return None
        drawn += [normal_normal(of_role["mean"], of_role["error"], level=level) for level in levels]
    else:
        value, shift = of_role["many"] / of_role["months"], 0.0
        if source != "training":
            drawn += [gamma_poisson(of_role["many"], of_role["months"], level=level) for level in levels]
    at, others = of_role.index.get_loc(case), value.drop(case)
    own = float(value[case])
    row = {
        "staff_id": case,
        "staff_role": of_role["role"].iloc[0],
        "known_from": source,
        "thing": thing,
        "own_value": own,
        "colleague_mean": float(others.mean()),
        "colleagues_below_share": float((others < own).mean() + (others == own).mean() / 2),
        "drawn_value": np.nan, "drawn_value_low": np.nan, "drawn_value_high": np.nan,
        "unlike_for_certain": None,
    }  # fmt: skip
    row["distance"] = abs(row["colleagues_below_share"] - 0.5)
    if drawn:
        usual, strict = drawn
        row |= {f"drawn_value{end}": shift + getattr(usual, name)[at] for end, name in _ENDS}
        row["unlike_for_certain"] = bool(not strict.low[at] <= strict.prior_mean <= strict.high[at])
    return row
