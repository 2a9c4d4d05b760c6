"""Who has signed and not come to a lesson yet, and how likely is each still to come?

It is another question than whether those who attend will leave: there is no attendance yet to tell anything by. What is
known is how long she has let her start go by, and how many of those who once had let as much go by came after all.
"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.calling.trial import held_out
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.funnel.losses import paid
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.churn.funnel.ripeness import followed
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import episodes, inactivity_days, with_us
from churnlab.churn.panel import scoring
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.conditional import can_be_told, left_by
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data

_CAME = 1
_CHANCE = ["start_probability", "start_probability_low", "start_probability_high"]
_SHOWN = ["student_id", "campus", "waited_days", "past_start_days", "paid_cny", *_CHANCE]


def not_started(data: Data, *, campus: Campus = None) -> Finding:
    """List those with us who have not come to a lesson yet though their start has passed, the longest past it first.

    The chance that such a one still comes is that of the newcomers of the last `funnel.period_days` who had let as many
    days of their start go by: the cumulative incidence of the first lesson from that day until
    `outcome.inactivity_days` after the start, when silence counts as leaving. Who was paid back counts as one who had
    not come. No chance is told where fewer than `retention.min_at_risk` had let as many days go by.

    Whom a lot holds out of all calls is counted and not named: who sees her may call her.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Whom to list; the chance is that of all campuses.

    Returns
    -------
    Finding
        `churn.not_started`, at most `report.at_risk_students` rows: `student_id`, `campus`, `waited_days` since
        signing, `past_start_days` since the start agreed, `paid_cny`, `start_probability` with its interval by student.

    Raises
    ------
    NotEnoughData
        If there is nobody of whom to tell.

    References
    ----------
    See `churnlab.stats.conditional`.
    """
    rows, ahead, rules = chosen(waiting(data), campus), _ahead(data, campus), data.settings
    if rows.empty and not ahead:
        raise NotEnoughData("risk.all_started", unit=rules.outcome.unit)
    first = rows.head(rules.report.at_risk_students)
    back = held_out(data, first["student_id"])
    listed = first[~back].reset_index(drop=True)
    told = rows["start_probability"].notna()
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "waiting": len(rows), "ahead": ahead, "listed": len(listed),
        "held_out": int(back.sum()),
        "paid_cny": float(rows["paid_cny"].sum(min_count=min(1, len(rows)))),
        "told": int(told.sum()), "within": inactivity_days(data) or 0,
        "expected_away": float((1 - rows["start_probability"]).sum()), "period": rules.funnel.period_days,
        "needed": rules.retention.min_at_risk,
    }  # fmt: skip
    holds = {
        "sentence": len(rows) > 0, "expected": bool(told.any()), "listed": len(listed) > 0 and len(first) < len(rows),
        "held_out": bool(back.any()), "ahead": ahead > 0,
    }  # fmt: skip
    doubts = {"churn.start_as_before": bool(told.any()), "churn.start_untold": bool((~told).any())}
    return Finding(
        key="churn.not_started",
        table=listed[[name for name in _SHOWN if name != "campus" or not isinstance(campus, str)]],
        facts=facts,
        sentences=tuple(name for name, is_so in holds.items() if is_so),
        caveats=tuple(name for name, is_so in doubts.items() if is_so),
    )


def waiting(data: Data) -> pd.DataFrame:
    """Return those with us who have not come to a lesson yet though their start has passed.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        One row per unit, the longest past the start first: `unit_id`, `student_id`, `campus`, and as in `not_started`
        `waited_days`, `past_start_days`, `paid_cny` and `start_probability` with its interval (NaN: not told).
    """
    return _waiting(data).copy()


@remembered
def _waiting(data: Data) -> pd.DataFrame:
    as_of = pd.Timestamp(data.as_of)
    rows = with_us(episodes(data), as_of)[["unit_id", "student_id", "campus", "entered_on"]]
    rows = rows[~rows["unit_id"].isin(scoring(data)["unit_id"])]
    signed = rows["student_id"].map(newcomers(data).set_index("student_id")["signed_on"])
    rows = rows.assign(
        waited_days=(as_of - signed).dt.days.astype(float),
        past_start_days=(as_of - rows["entered_on"]).dt.days,
        paid_cny=paid(data, rows["student_id"])["paid_cny"],
    )
    within = inactivity_days(data) or 0
    stays = _starts(data, within)
    # Of today nothing is known yet: who should have started yesterday has let one day go by, day 0.
    chances = {days: _chance(stays, days - 1, within, data.settings) for days in sorted(set(rows["past_start_days"]))}
    found = pd.DataFrame([chances[days] for days in rows["past_start_days"]], index=rows.index, columns=_CHANCE)
    rows = rows.drop(columns="entered_on").join(found.astype(float))
    return rows.sort_values(["past_start_days", "unit_id"], ascending=[False, True], ignore_index=True)


def _starts(data: Data, within: int) -> Stays:
    """Return how many days of their start newcomers let go by before they came."""
    as_of, new = pd.Timestamp(data.as_of), newcomers(data)
    since = as_of - pd.Timedelta(days=data.settings.funnel.period_days)
    new = new[(new["starts_on"] < as_of) & (new["starts_on"] >= since)].reset_index(drop=True)
    days = (new["first_lesson_on"] - new["starts_on"]).dt.days.clip(lower=0)
    whose = pd.Series(np.arange(len(new)))
    return followed(days, (as_of - new["starts_on"]).dt.days - 1, whose, within)


def _chance(stays: Stays, gone_by: int, within: int, rules: Settings) -> list[float]:
    if not can_be_told(stays, np.array([gone_by]), days=1, min_at_risk=rules.retention.min_at_risk).all():
        return [np.nan] * len(_CHANCE)
    found = left_by(stays, np.array([gone_by]), days=within - gone_by, cause=_CAME)
    return [found.value, *found.interval(rules.uncertainty.level)]


def _ahead(data: Data, campus: Campus) -> int:
    """Count those who signed, have not come, and need not have: their start lies ahead."""
    new = chosen(newcomers(data), campus)
    return int((new["first_lesson_on"].isna() & (new["starts_on"] >= pd.Timestamp(data.as_of))).sum())
