"""How many people does it take to see each target, and what could these people show?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, count, text
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import named
from churnlab.kirkpatrick.needs.measured import Measured, interval_written, kind_of
from churnlab.kirkpatrick.needs.scatter import COMPARED, CUSTOMERS, NOTHING_SEEN, Scatter, scatter
from churnlab.kirkpatrick.needs.targets import CHANGE, DOWN, agreed_targets
from churnlab.settings import Settings
from churnlab.stats.sample_size import (
    people_for_difference,
    people_for_gain,
    smallest_difference,
    smallest_gain,
)  # fmt: skip
from churnlab.wording import Said

ENOUGH, TOO_FEW, THERE, UNKNOWN = "enough", "too_few", "there_before", "not_known"
_TWO_GROUPS = (COMPARED, CUSTOMERS)


def sample_needed(evaluated: Evaluation) -> Finding:
    """Tell of each target how many people it takes to see that it is reached, and what so many people can show.

    To be seen is the way from where people stood before to the target, so that its interval leaves out no change in
    `needs.power` of all cases. The scatter is the one that was seen before the training, see `scatter`: of a KPI by how
    much a person's mean of some months differs from that of the months before without any training. Where others are
    compared, changes of the two groups are; else the trained with themselves.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `needs.sample`, one row a target: `metric`, `target_line`, `level_before` and `scatter_people` (of whom it is),
        `change_to_see` (from before to the target), `seen_against` (`compared`, `before`, `earlier_trainings`,
        `customers_before`), `needed_people` (in each of two groups, or in all), `trained` and `compared` (here; of
        customers those who answered before and after), `smallest_to_see` (what these can show with that power) and
        `sample_state` (`enough`, `too_few`, `there_before`: the target was reached before already, `not_known`: no
        scatter is).

    Raises
    ------
    NotEnoughData
        If no target had been agreed by the date.
    """
    agreed, settings = agreed_targets(evaluated), evaluated.data.settings
    table = pd.DataFrame([_row(evaluated, row) for row in agreed.to_dict("records")])
    counts = table["sample_state"].value_counts()
    facts: dict[str, Any] = {
        "name": evaluated.course.name, "targets": len(table), "power": settings.needs.power,
        "level": settings.uncertainty.level, "trained": len(evaluated.trained), "compared": len(evaluated.compared),
        **{state: int(counts.get(state, 0)) for state in (ENOUGH, TOO_FEW, THERE, UNKNOWN)},
        **{f"{state}_named": _listed(table[table["sample_state"] == state]) for state in (TOO_FEW, THERE, UNKNOWN)},
    }  # fmt: skip
    sentences = ["sentence" if len(evaluated.compared) else "alone"]
    sentences += [state for state in (TOO_FEW, THERE, UNKNOWN) if counts.get(state, 0)]
    few = table["scatter_people"].between(1, settings.uncertainty.min_group - 1).any()
    caveats = ("needs_sample", *(["needs_few"] if few else []))
    return Finding(key="needs.sample", table=table, facts=facts, sentences=tuple(sentences), caveats=caveats)


def _row(evaluated: Evaluation, told: dict[Any, Any]) -> dict[str, Any]:
    settings, measure = evaluated.data.settings, str(told["measure"])
    seen = scatter(evaluated, measure)
    way, is_change = -1.0 if told["direction"] == DOWN else 1.0, told["kind"] == CHANGE
    goal = way * abs(float(told["target"])) if is_change else float(told["target"])
    # A change is agreed as a share of what was before.
    to_see = way * (goal * seen.mean if is_change else goal - seen.mean)
    needed, smallest = _numbers(seen, to_see, settings)
    kind = kind_of(measure, settings)
    line = interval_written(Measured(goal, np.nan, np.nan, 0), CHANGE if is_change else kind)
    return {
        "metric": measure,
        "target_line": Said(f"needs.{'at_least' if way > 0 else 'at_most'}", {"value": line}),
        "level_before": interval_written(Measured(seen.mean, np.nan, np.nan, 0), kind),
        "scatter_people": seen.people,
        "change_to_see": _difference(way * to_see, kind),
        "seen_against": seen.against or None,
        "needed_people": needed,
        "trained": seen.trained, "compared": seen.compared if seen.against in _TWO_GROUPS else None,
        "smallest_to_see": _difference(way * smallest, kind),
        "sample_state": _state(seen, to_see, smallest),
    }  # fmt: skip


def _numbers(seen: Scatter, to_see: float, settings: Settings) -> tuple[float, float]:
    """Return how many people it takes, and the smallest difference that those here can show; NaN: not known."""
    rule = {"level": settings.uncertainty.level, "power": settings.needs.power}
    if not seen.sd > 0:
        return np.nan, np.nan
    if seen.against in _TWO_GROUPS:
        enough = min(seen.trained, seen.compared) > 0 and seen.trained + seen.compared > 2
        smallest = smallest_difference(seen.trained, seen.compared, **rule) if enough else np.nan
        needed = people_for_difference(to_see / seen.sd, **rule) if to_see > 0 else np.nan
    else:
        smallest = smallest_gain(seen.trained, **rule)
        needed = people_for_gain(to_see / seen.sd, **rule) if to_see > 0 else np.nan
    return needed if np.isfinite(needed) else np.nan, smallest * seen.sd


def _state(seen: Scatter, to_see: float, smallest: float) -> str:
    if seen == NOTHING_SEEN or not seen.sd > 0:
        return UNKNOWN
    if to_see <= 0:
        return THERE
    return ENOUGH if to_see >= smallest else TOO_FEW


def _difference(value: float, kind: str) -> Said | None:
    if pd.isna(value):
        return None
    return Said(f"kpi.{kind}_change_alone", {"change": (100.0 if kind == "share" else 1.0) * value})


def _listed(table: pd.DataFrame) -> dict[str, str]:
    """Return what targets are called in a sentence, those that people are too few for with the numbers, by language."""
    said: dict[str, str] = {}
    for lang in LANGUAGES:
        parts = []
        for row in table.to_dict("records"):
            called = named(row["metric"])
            facts = {"metric": called.say(lang) if isinstance(called, Said) else called}
            numbers = (row["needed_people"], row["smallest_to_see"])
            if row["sample_state"] != TOO_FEW or pd.isna(numbers[0]) or numbers[1] is None:
                parts.append(facts["metric"])
                continue
            facts |= {"needed": count(numbers[0], lang), "see": row["change_to_see"].say(lang)}
            key = "each" if row["seen_against"] in _TWO_GROUPS else "all"
            parts.append(text(f"needs.sample.{key}", lang, smallest=numbers[1].say(lang), **facts))
        said[lang] = {"zh": "；", "en": "; "}[lang].join(parts)
    return said
