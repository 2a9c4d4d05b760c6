"""How many of those who asked came how far, and where are most lost?"""

from typing import Any, get_args

import pandas as pd

from churnlab.churn.choices import refuse_other
from churnlab.churn.counts import Campus
from churnlab.churn.funnel.cohort import Cohort, Through, caveats, period, ripe_cohort, unrecorded
from churnlab.churn.funnel.journeys import on_record
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data
from churnlab.wording import Said


def conversion(data: Data, *, through: Through = "first_lesson", campus: Campus = None) -> Finding:
    """Count how many of those who asked passed each step.

    Only requests old enough to be known count (`ripe_cohort`). Whether those who enrolled come is asked of them alone
    whose agreed start lies long enough back; who has booked ahead is in neither number of that rate. To tell renewals
    requests must be older, so that these are another cohort and another Finding.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    through : {"enrolled", "first_lesson", "renewed"}
        The last step told.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.funnel` (through a renewal: `churn.funnel_renewed`): one row per step of which anything is on record.
        `reached`: how many passed it;
        `without_record`: how many of them only because a later step is on record; `not_due`, where there are any: how
        many of the step before cannot be told of yet; `of_previous_rate`, of the others, and `of_asked_rate` (NaN where
        some are not due) with Wilson intervals, by person where one asked several times.

    Raises
    ------
    OrderError
        If `through` is none of these.
    NotEnoughData
        If too few asked, or nobody came so far.
    """
    refuse_other("through", through, get_args(Through))
    cohort = ripe_cohort(data, through, campus)
    table = pd.DataFrame(_rows(cohort, data.settings.uncertainty.level))
    known, more = caveats(data, cohort, campus)
    known += unrecorded(data) + (("funnel_skipped",) if table["without_record"].any() else ())
    asked_of = table["reached"].shift() - table["not_due"]
    lost = asked_of - table["reached"]
    worst = int(lost.iloc[1:].idxmax())
    ends_with_lesson = cohort.steps[-1] == "first_lesson"
    last = table.iloc[-2 if ends_with_lesson else -1]
    facts: dict[str, Any] = {
        "level": data.settings.uncertainty.level,
        "asked": int(table["reached"].iloc[0]),
        "last": Said(f"code.funnel_step.{last['funnel_step']}"),
        "reached": int(last["reached"]),
        **{name: float(last[f"of_asked_{name}"]) for name in ("rate", "rate_low", "rate_high")},
        "lost": int(lost[worst]),
        "lost_of": int(asked_of[worst]),
        "lost_after": Said(f"code.funnel_step.{cohort.steps[worst - 1]}"),
        "lost_before": Said(f"code.funnel_step.{cohort.steps[worst]}"),
        "skipped": int(table["without_record"].sum()),
    }
    key = "churn.funnel_renewed" if through == "renewed" else "churn.funnel"
    said = {"sentence": True, "came": False, "most_lost": facts["lost"] > 0}
    if ends_with_lesson:
        facts |= _first_lesson(table.iloc[-1], int(asked_of.iloc[-1])) | {"due_days": cohort.due_days}
        said["came"] = facts["due"] > 0
        known += ("funnel_due" if cohort.due_days else "funnel_due_at_once",)
    return Finding(
        key=key,
        table=table if table["not_due"].any() else table.drop(columns="not_due"),
        facts=facts | period(cohort) | more,
        sentences=tuple(name for name, is_said in said.items() if is_said),
        caveats=known,
    )


def _first_lesson(row: pd.Series, due: int) -> dict[str, Any]:
    """Return what is said of those who should have come by now."""
    rates = {f"came_{name}": float(row[f"of_previous_{name}"]) for name in ("rate", "rate_low", "rate_high")}
    return {"due": due, "not_due": int(row["not_due"]), "came": int(row["reached"])} | rates


def _rows(cohort: Cohort, level: float) -> list[dict[str, Any]]:
    recorded = on_record(cohort.rows)
    rows = []
    for place, step in enumerate(cohort.steps):
        there = cohort.passed[cohort.steps[max(place - 1, 0)]]
        before = there & cohort.due if step == "first_lesson" else there
        not_due = int((there & ~before).sum())
        passed, person = cohort.passed[step], cohort.rows["person"]
        rows.append(
            {
                "funnel_step": step,
                "reached": int(passed.sum()),
                "without_record": int((passed & ~recorded[step]).sum()),
                "not_due": not_due,
                **_rate("of_previous", passed[before], person[before], level, told=place > 0),
                **_rate("of_asked", passed, person, level, told=place > 0 and not not_due),
            }
        )
    return rows


def _rate(name: str, did: pd.Series, person: pd.Series, level: float, *, told: bool) -> dict[str, float]:
    """Return a rate with its interval; of those who asked all asked, and that is no estimate."""
    if not told or did.empty:
        return dict.fromkeys((f"{name}_rate", f"{name}_rate_low", f"{name}_rate_high"), float("nan"))
    low, high = clustered_wilson(did, person, level)
    return {f"{name}_rate": float(did.mean()), f"{name}_rate_low": low, f"{name}_rate_high": high}
