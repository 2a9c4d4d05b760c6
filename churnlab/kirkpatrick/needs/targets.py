"""Has a training reached what was agreed before it?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import low_is_good, named
from churnlab.kirkpatrick.needs.measured import (
    NOTHING,
    OWN,
    Measured,
    change,
    interval_written,
    kind_of,
    later,
    measured,
)  # fmt: skip
from churnlab.settings import Settings
from churnlab.tables.door import fetch
from churnlab.tables.there import need
from churnlab.wording import Said

CHANGE, UP, DOWN = "change", "up", "down"
MET, NOT_MET = "met", "not_met"
OPEN = ("open_time", "open_interval", "open_nothing")


def targets_met(evaluated: Evaluation) -> Finding:
    """Tell of each target agreed for a training whether it is met, as far as the interval and the calendar allow.

    Met: its time is over (where none was set: the training) and the whole interval lies on the good side of the line;
    not met: all of it on the other. A target that is just missed by nothing is so called met in (1 − level) / 2 of all
    cases. Else nobody can tell yet: the time is not over, the interval holds the line, or nothing is told. Of a target
    that was agreed anew what was agreed last counts. Reaching a target is no effect of the training.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `needs.targets`, one row a target of the table `training_targets`: `metric` (a KPI or a measure of ours, see
        `measured`), `target_line` and `baseline_then` (as agreed), `target_due_on` (missing: none was set),
        `people`, `measured_now` with its interval, `of_target_share` (measured over target, or the other way round
        where low is good; 1 is the target; with its interval; missing where that has no sense) and `target_state`
        (`met`, `not_met`, `open_time`, `open_interval`, `open_nothing`).

    Raises
    ------
    NotEnoughData
        If no target had been agreed by the date.
    """
    agreed = agreed_targets(evaluated)
    rows = [_row(evaluated, row) for row in agreed.to_dict("records")]
    table = pd.DataFrame(rows)
    counts = table["target_state"].value_counts()
    facts: dict[str, Any] = {
        "name": evaluated.course.name, "targets": len(table), "met": int(counts.get(MET, 0)),
        "not_met": int(counts.get(NOT_MET, 0)), "open": int(counts.reindex(OPEN).sum()),
        "level": evaluated.data.settings.uncertainty.level,
        **{f"{state}_named": _listed(table[table["target_state"] == state]) for state in (MET, NOT_MET, *OPEN)},
    }  # fmt: skip
    sentences = ["sentence", *(state for state in (NOT_MET, MET, *OPEN) if counts.get(state, 0))]
    return Finding(
        key="needs.targets", table=table, facts=facts, sentences=tuple(sentences),
        caveats=_caveats(evaluated, agreed, table),
    )  # fmt: skip


def agreed_targets(evaluated: Evaluation) -> pd.DataFrame:
    """Return the targets of a training that hold at the date, as the table `training_targets` has them.

    One row per `measure` and `months`; `kind`, `direction` filled in, `target` of shares above 1 taken for percent,
    `agreed_on` as a timestamp, `times` how often it was agreed.

    Raises
    ------
    NotEnoughData
        If there are none.
    """
    need(evaluated.data, "training_targets")
    table, settings = evaluated.data.table("training_targets"), evaluated.data.settings
    rows = fetch(table.filter(table.training_id == evaluated.course.training_id))
    if rows.empty:
        raise NotEnoughData("needs.no_targets", training_id=evaluated.course.training_id)
    rows = rows.assign(agreed_on=pd.to_datetime(rows["agreed_on"])).sort_values(["agreed_on", "measure", "months"])
    rows["times"] = rows.groupby(["measure", "months"], dropna=False)["target"].transform("size")
    rows = rows.drop_duplicates(["measure", "months"], keep="last")
    ways = [
        told if isinstance(told, str) else DOWN if low_is_good(measure, settings) else UP
        for measure, told in zip(rows["measure"], rows["direction"], strict=True)
    ]
    kinds = [told if isinstance(told, str) else "level" for told in rows["kind"]]
    rows = rows.assign(kind=kinds, direction=ways)
    for name in ("target", "baseline"):
        # 85 for a share that we work out ourselves can only be percent; of KPIs nobody but the institution knows.
        percent = rows["measure"].map(OWN).eq("share") & (rows[name] > 1)
        rows[name] = rows[name].where(~percent, rows[name] / 100)
    return rows.sort_values(["measure", "months"], ignore_index=True)


def _row(evaluated: Evaluation, told: dict[Any, Any]) -> dict[str, Any]:
    settings, measure, months = evaluated.data.settings, str(told["measure"]), told["months"]
    is_change = told["kind"] == CHANGE
    goal = float(told["target"])
    if is_change and told["direction"] == DOWN:
        goal = -abs(goal)
    if is_change:
        found = change(evaluated, measure, months=months) if measure not in OWN else NOTHING
    else:
        found = measured(evaluated, measure, months=months)
    due = _due(evaluated, measure, months)
    kind = CHANGE if is_change else kind_of(measure, settings)
    share = _of_target(found, goal, is_change=is_change, direction=told["direction"])
    sign = "at_most" if told["direction"] == DOWN else "at_least"
    alone = Measured(goal, np.nan, np.nan, 0)
    return {
        "metric": measure,
        "target_line": Said(f"needs.{sign}", {"value": interval_written(alone, kind)}),
        "baseline_then": _baseline(told["baseline"], measure, settings),
        "target_due_on": due.date() if due is not None else None,
        "people": found.people,
        "measured_now": interval_written(found, kind),
        "of_target_share": share.value, "of_target_share_low": share.low, "of_target_share_high": share.high,
        "target_state": _state(found, goal, str(told["direction"]), due, evaluated),
    }  # fmt: skip


def _baseline(value: float, measure: str, settings: Settings) -> Said | None:
    return interval_written(Measured(value, np.nan, np.nan, 0), kind_of(measure, settings))


def _due(evaluated: Evaluation, measure: str, months: float | None) -> pd.Timestamp | None:
    """Return the first day on which a target's time is over: of a KPI counted in whole months after the training."""
    if months is None or pd.isna(months):
        return None
    ended = max([pd.Timestamp(evaluated.course.ends_on), *evaluated.trained["ended_on"].dropna()])
    start = ended + (pd.Timedelta(days=1) if measure in OWN else pd.offsets.MonthBegin(1))
    return pd.Timestamp(start + later(months)).normalize()


def _state(found: Measured, goal: float, direction: str, due: pd.Timestamp | None, evaluated: Evaluation) -> str:
    over = due or pd.Timestamp(evaluated.course.ends_on) + pd.Timedelta(days=1)
    if over > pd.Timestamp(evaluated.data.as_of):
        return "open_time"
    if pd.isna(found.value):
        return "open_nothing"
    good, bad = (found.low >= goal, found.high < goal) if direction == UP else (found.high <= goal, found.low > goal)
    return MET if good else NOT_MET if bad else "open_interval"


def _of_target(found: Measured, goal: float, *, is_change: bool, direction: str) -> Measured:
    """Return how much of the target is reached: 1 is all of it, and more is better."""
    shift = 1.0 if is_change else 0.0
    value, low, high, line = (one + shift for one in (found.value, found.low, found.high, goal))
    if not (line > 0 and low > 0):
        return NOTHING
    if direction == DOWN:
        return Measured(line / value, line / high, line / low, found.people)
    return Measured(value / line, low / line, high / line, found.people)


def _listed(table: pd.DataFrame) -> dict[str, str]:
    """Return what targets are called in a sentence, each with what was measured, by language."""
    said: dict[str, str] = {}
    for lang in LANGUAGES:
        parts = []
        for row in table.to_dict("records"):
            key = "needs.targets.one" if row["measured_now"] is not None else "needs.targets.one_alone"
            called = named(row["metric"])
            parts.append(
                text(
                    key,
                    lang,
                    metric=called.say(lang) if isinstance(called, Said) else called,
                    found=row["measured_now"].say(lang) if row["measured_now"] is not None else "",
                    line=row["target_line"].say(lang),
                )
            )
        said[lang] = {"zh": "；", "en": "; "}[lang].join(parts)
    return said


def _caveats(evaluated: Evaluation, agreed: pd.DataFrame, table: pd.DataFrame) -> tuple[str, ...]:
    few = table["people"].between(1, evaluated.data.settings.uncertainty.min_group - 1).any()
    late = (agreed["agreed_on"] > evaluated.trained["began_on"].min()).any()
    said = ["needs_targets"]
    said += ["needs_few"] if few else []
    said += ["needs_agreed_late"] if late else []
    said += ["needs_promoters"] if (table["metric"] == "nps").any() else []
    said += ["needs_agreed_anew"] if (agreed["times"] > 1).any() else []
    return tuple(said)
