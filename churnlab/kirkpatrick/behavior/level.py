"""Do people act differently after the training: the answer of level 3 in one place?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.behavior.change import behavior_change
from churnlab.kirkpatrick.behavior.documents import document_use
from churnlab.kirkpatrick.behavior.drivers import required_drivers
from churnlab.kirkpatrick.behavior.incidents import incident_rates
from churnlab.kirkpatrick.behavior.matters import matter_durations
from churnlab.kirkpatrick.behavior.scores import SELF
from churnlab.kirkpatrick.behavior.transfer import transfer
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.multiplicity import holm
from churnlab.wording import Said


@dataclass(frozen=True, kw_only=True)
class _Sign:
    found: Said
    p_value: float
    is_better: bool


def behavior_level(evaluated: Evaluation) -> Finding:
    """Put together what ratings, incidents, requests and the use of documents say, corrected for looking at all.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.level`, one row per `evidence` of which anything is told: `evidence_found` (the surest number of its
        kind, with its interval), `adjusted_p_value` (Holm over the kinds of evidence, each with its own correction
        before), `evidence_answer` (`better`, `worse`, `open`, or `described` for what is only told) and `judged_by`
        (missing where no cause is claimed). Its design is the weakest of what its sentence rests on: the evidence that
        is better (or worse), else the nearest to it.

    Raises
    ------
    NotEnoughData
        If nothing is told of what people do.
    """
    rows = []
    for evidence, ask, read in _TESTED:
        if (told := _asked(ask, evaluated)) is not None and (sign := read(told)) is not None:
            rows.append({
                "evidence": evidence, "evidence_found": sign.found, "p_value": sign.p_value,
                "is_better": sign.is_better, "judged_by": told.design,
            })  # fmt: skip
    for evidence, ask, describe in _DESCRIBED:
        if (told := _asked(ask, evaluated)) is not None:
            rows.append({
                "evidence": evidence, "evidence_found": describe(told), "p_value": np.nan, "is_better": False,
                "judged_by": None,
            })  # fmt: skip
    if not rows:
        raise NotEnoughData("behavior.nothing", training_id=evaluated.course.training_id)
    table = pd.DataFrame(rows)
    level = evaluated.data.settings.uncertainty.level
    table["adjusted_p_value"] = holm(table["p_value"].astype(float))
    sure = table["adjusted_p_value"] < 1 - level
    tested = table["p_value"].notna()
    table["evidence_answer"] = np.select(
        [~tested, sure & table["is_better"], sure], ["described", "better", "worse"], default="open"
    )
    return _told(evaluated, table[["evidence", "evidence_found", "adjusted_p_value", "evidence_answer", "judged_by"]])


def _told(evaluated: Evaluation, table: pd.DataFrame) -> Finding:
    answer = table["evidence_answer"]
    better, worse, tested = table[answer == "better"], table[answer == "worse"], table[answer != "described"]
    leading = better if len(better) else worse if len(worse) else tested
    beside = leading[leading["judged_by"] != Design.BEFORE_AFTER_ONLY]
    alone = beside.empty
    leading = leading if alone or leading is tested else beside
    facts: dict[str, Any] = {
        "name": evaluated.course.name, "trained": len(evaluated.trained), "tested": len(tested),
        "better": len(leading), "worse": len(leading if better.empty else worse),
        "level": evaluated.data.settings.uncertainty.level,
    }  # fmt: skip
    nearest = ""
    if len(leading):
        main = leading.loc[leading["adjusted_p_value"].astype(float).idxmin()]
        nearest = str(main["evidence"])
        facts |= {"evidence": Said(f"code.evidence.{main['evidence']}"), "found": main["evidence_found"]}
    way = "untested" if tested.empty else "better" if len(better) else "worse" if len(worse) else "open"
    sentences = [way if way in ("untested", "open") or not alone else f"{way}_alone"]
    sentences += ["but_worse"] if len(better) and len(worse) else []
    described = table[answer == "described"].set_index("evidence")["evidence_found"]
    for name in ("transfer", "drivers"):
        if name in described.index:
            facts[name] = described[name]
            sentences.append(name)
    caveats = ("behavior_level",) if len(tested) > 1 else ()
    rests_on = leading if way in ("better", "worse") else leading[leading["evidence"] == nearest]
    design = max(rests_on["judged_by"], key=list(Design).index, default=None)
    return Finding(
        key="behavior.level", table=table, facts=facts, sentences=tuple(sentences), caveats=caveats, design=design
    )


def _asked(ask: Callable[[Evaluation], Finding], evaluated: Evaluation) -> Finding | None:
    try:
        return ask(evaluated)
    except NotEnoughData:
        return None


def _surest(table: pd.DataFrame) -> Any:
    known = table.dropna(subset=["adjusted_p_value"])
    return None if known.empty else known.loc[known["adjusted_p_value"].astype(float).idxmin()]


def _of_ratings(told: Finding) -> _Sign | None:
    row = _surest(told.table[told.table["seen_by"] != SELF])
    if row is None:
        return None
    name = "difference" if pd.notna(row["rating_difference_low"]) else "change"
    facts = {
        "role": Said(f"code.seen_by.{row['seen_by']}"), "occasion": Said(f"code.behavior_when.{row['behavior_when']}"),
        "found": row[f"rating_{name}"], "low": row[f"rating_{name}_low"],
        "high": row[f"rating_{name}_high"], "n": int(row["n"]),
    }  # fmt: skip
    return _Sign(
        found=Said(f"behavior.level.rated_{name}", facts),
        p_value=row["adjusted_p_value"],
        is_better=row[f"rating_{name}"] > 0,
    )


def _of_incidents(told: Finding) -> _Sign | None:
    rows = told.table[told.table["incident_kind"].map(lambda kind: isinstance(kind, Said))]
    row = _surest(rows)
    if row is None:
        return None
    is_bad = row["incident_kind"].key.endswith("bad")
    found = Said("behavior.level.ratio", {"what": row["incident_kind"], **_interval(row, "rate_ratio")})
    # The surer of two: bad incidents and good ones.
    p_value = min(1.0, row["adjusted_p_value"] * int(rows["adjusted_p_value"].notna().sum()))
    return _Sign(found=found, p_value=p_value, is_better=(row["rate_ratio"] < 1) == is_bad)


def _of_matters(told: Finding) -> _Sign | None:
    row = _surest(told.table)
    if row is None:
        return None
    facts = {"what": Said(f"code.matter_kind.{row['matter_kind']}"), **_interval(row, "hazard_ratio")}
    found = Said("behavior.level.sooner", facts)
    return _Sign(found=found, p_value=row["adjusted_p_value"], is_better=row["hazard_ratio"] > 1)


def _of_documents(told: Finding) -> _Sign | None:
    row = told.table.iloc[0]
    if pd.isna(row["adjusted_p_value"]):
        return None
    found = Said("behavior.level.ratio", {"what": Said("behavior.level.uses"), **_interval(row, "rate_ratio")})
    return _Sign(found=found, p_value=row["adjusted_p_value"], is_better=row["rate_ratio"] > 1)


def _interval(row: Any, name: str) -> dict[str, float]:
    return {"ratio": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}


def _transfer(told: Finding) -> Said:
    return Said("behavior.level.applying", dict(told.facts))


def _drivers(told: Finding) -> Said:
    return Said("behavior.level.driven", dict(told.facts))


_TESTED: tuple[tuple[str, Callable[[Evaluation], Finding], Callable[[Finding], _Sign | None]], ...] = (
    ("ratings", behavior_change, _of_ratings),
    ("incidents", incident_rates, _of_incidents),
    ("matters", matter_durations, _of_matters),
    ("documents", document_use, _of_documents),
)
_DESCRIBED: tuple[tuple[str, Callable[[Evaluation], Finding], Callable[[Finding], Said]], ...] = (
    ("transfer", transfer, _transfer),
    ("drivers", required_drivers, _drivers),
)
