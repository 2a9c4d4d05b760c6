"""What did a training do, told from people who were like those trained before it?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.effects import effects_of
from churnlab.kirkpatrick.results.groups import other_trainings
from churnlab.kirkpatrick.results.people_alike import PeopleAlike, people_alike
from churnlab.kirkpatrick.results.window import is_by_campus
from churnlab.settings import Settings
from churnlab.stats.balance import ADJUSTABLE_G
from churnlab.stats.matching import Matched, matched
from churnlab.stats.multiplicity import holm
from churnlab.wording import Said

SHOWN, WORSE, NOT_SHOWN, DOUBTFUL, SHAKY = "shown", "worse", "not_shown", "doubtful", "shaky"

_VERDICTS = (SHOWN, WORSE, NOT_SHOWN, SHAKY, DOUBTFUL)


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchedEffect:
    """A KPI of the trained beside people who were like them.

    Attributes
    ----------
    metric : str
        Which KPI.
    found : Matched
        What matching told.
    alike : PeopleAlike
        Of whom.
    unmatched_g, matched_g : float
        How far apart in what is known of them before, in the worst: all people, and matches; in standard deviations,
        without sign; NaN where nobody has a match.
    p_value : float
        Of the matched effect; NaN where there is none.
    is_shaky : bool
        A number and no verdict: too few are matched for an error of large samples, whole campuses were trained, or the
        trained were apart from the others before, without any lot. Drawn without effect, 4 to 16 matched found one in
        8 to 20 of 100, campuses trained as a whole in 29, and trained who were better for good, by 0.7 standard
        deviations, in 21: who is like them in some months goes back to her own level.
    """

    metric: str
    found: Matched
    alike: PeopleAlike
    unmatched_g: float
    matched_g: float
    p_value: float
    is_shaky: bool


def matched_effects(evaluated: Evaluation) -> Finding:
    """Say what a training did, each person trained beside the person not trained who was most like her before.

    Nearest neighbours by the KPI before and the time with the institution, of the same role and, where everybody has
    somebody there, the same campus; what is left of the differences is adjusted for. Where trained and matched still
    differ by more than a quarter of a standard deviation in anything, no effect is told. p-values are Holm's.

    Returns
    -------
    Finding
        `results.matched_effects`: one row a KPI: `metric`, `effect_verdict` (`shown`, `worse`, `not_shown`,
        `doubtful`: not comparable even after matching; `shaky`: a number, and no verdict on it), `unmatched_g` and
        `matched_g` (how far apart all people, and matches, were before in what they differed most in, in standard
        deviations), `baseline_verdict` (of that after matching, in words: alike up to 0.05, when adjusted up to 0.25,
        else not comparable, and in what), `unmatched_effect` (as `kpi_effects` has it) and `matched_effect` (in words,
        with intervals), `people_matched`.

    Raises
    ------
    NotEnoughData
        If of no KPI `results.fewest_people` trained and as many others have months before and after.

    References
    ----------
    What Works Clearinghouse, Standards Handbook, version 4.1, 2020 (both lines); Abadie A, Imbens G W, J Bus Econ Stat
    2011;29:1–11.
    """
    settings, kpis = evaluated.data.settings, staff_kpis(evaluated.data)
    metrics = kpis.loc[kpis["staff_id"].isin(evaluated.trained["staff_id"]), "metric"].unique()
    series = {str(one): kpis[kpis["metric"] == one] for one in sorted(metrics)}
    elsewhere = other_trainings(evaluated)
    alike = {name: people_alike(evaluated, rows, elsewhere) for name, rows in series.items()}
    least = settings.results.fewest_people
    by_lot = evaluated.design is Design.RANDOMISED
    found = [_effect(name, one, settings, by_lot=by_lot) for name, one in alike.items() if _is_enough(one, least)]
    if not found:
        raise NotEnoughData("results.nobody_alike", least=least)
    plain = {one.metric: one for one in effects_of(evaluated, {one.metric: series[one.metric] for one in found})}
    raised = holm([one.p_value for one in found])
    verdicts = [_verdict(one, p, settings) for one, p in zip(found, raised, strict=True)]
    rows = []
    for one, said in zip(found, verdicts, strict=True):
        beside = plain.get(one.metric)
        if beside is not None and beside.is_claim:
            unmatched = change_written(beside.effect, beside.low, beside.high, one.metric, settings)
        else:
            unmatched = None
        rows.append(_row(one, said, unmatched, settings))
    return _told(evaluated, found, verdicts, pd.DataFrame(rows))


def _is_enough(one: PeopleAlike, least: int) -> bool:
    trained = one.people["is_trained"]
    return bool(min(trained.sum(), (~trained).sum()) >= least)


def _effect(metric: str, alike: PeopleAlike, settings: Settings, *, by_lot: bool) -> MatchedEffect:
    people = alike.people
    found = matched(
        people["after"], people["is_trained"], alike.known, level=settings.uncertainty.level, by="mahalanobis",
        exact=alike.exact,
    )  # fmt: skip
    p_value = float(2 * norm.sf(abs(found.estimate / found.standard_error))) if found.standard_error > 0 else np.nan
    whole = people.assign(staff_id=people.index, start=np.where(people["is_trained"], 1.0, np.nan))
    few = found.treated - found.unmatched < settings.results.matched_people
    apart = not by_lot and found.before.worst_g > ADJUSTABLE_G
    return MatchedEffect(
        metric=metric, found=found, alike=alike, unmatched_g=found.before.worst_g,
        matched_g=np.nan if found.after is None else found.after.worst_g, p_value=p_value,
        is_shaky=few or apart or is_by_campus(whole, settings.results.campus_share),
    )  # fmt: skip


def _verdict(one: MatchedEffect, raised: float, settings: Settings) -> str:
    if not one.found.comparable:
        return DOUBTFUL
    if one.is_shaky:
        return SHAKY
    if not raised <= 1 - settings.uncertainty.level:
        return NOT_SHOWN
    return SHOWN if (one.found.estimate < 0) == low_is_good(one.metric, settings) else WORSE


def _row(one: MatchedEffect, verdict: str, unmatched: Said | None, settings: Settings) -> dict[str, object]:
    found = one.found
    return {
        "metric": one.metric,
        "effect_verdict": verdict,
        "unmatched_g": one.unmatched_g,
        "matched_g": one.matched_g,
        "baseline_verdict": _baseline(found),
        "unmatched_effect": unmatched,
        "matched_effect": change_written(found.estimate, found.low, found.high, one.metric, settings),
        "people_matched": found.treated - found.unmatched,
    }


def _baseline(found: Matched) -> Said:
    if found.after is None:
        return Said("results.baseline_nobody")
    worst = Said(f"results.known_{found.after.worst}")
    return Said(f"results.baseline_{found.after.verdict}", {"worst": worst})


def _told(evaluated: Evaluation, found: list[MatchedEffect], verdicts: list[str], table: pd.DataFrame) -> Finding:
    settings = evaluated.data.settings
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "kpis": len(found), "level": settings.uncertainty.level,
        "people": max(one.found.treated for one in found), "compared": max(one.found.controls for one in found),
        "unmatched": max(one.found.unmatched for one in found), "few": settings.results.matched_people,
    }  # fmt: skip
    for verdict in _VERDICTS:
        of = [one for one, said in zip(found, verdicts, strict=True) if said == verdict]
        facts[verdict] = len(of)
        facts[f"{verdict}_list"] = tuple(_said(one, settings) for one in of)
    told = [one for one in found if one.found.comparable]
    asked = {
        "results.alike_by_luck": True,
        "results.alike_in_campus": all(one.alike.by_campus for one in found),
        "results.alike_elsewhere": not all(one.alike.by_campus for one in found),
        "results.without_match": facts["unmatched"] > 0,
        "results.few_matched": any(one.found.treated < settings.results.matched_people for one in told),
    }
    return Finding(
        key="results.matched_effects", table=table, facts=facts,
        sentences=tuple(one for one in _VERDICTS if facts[one]),
        caveats=tuple(key for key, holds in asked.items() if holds), design=Design.COMPARISON_GROUP,
    )  # fmt: skip


def _said(one: MatchedEffect, settings: Settings) -> Said | str:
    found = one.found
    change = change_written(found.estimate, found.low, found.high, one.metric, settings)
    if change is None:
        return named(one.metric)
    return Said("results.one_effect", {"metric": named(one.metric), "change": change})
