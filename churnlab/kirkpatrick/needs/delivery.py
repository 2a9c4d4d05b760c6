"""Was a training held as planned, and did people come?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.needs.measured import CAME
from churnlab.stats.intervals import clustered_wilson, wilson
from churnlab.stats.rating import share_limits

ON_TIME, LATE, EARLY, NOT_HELD = "on_time", "late", "early", "not_held"
_STATUS = ("present", "made_up", "absent")
_MINUTES_PER_DAY = 1440


def delivery(evaluated: Evaluation) -> Finding:
    """Tell session by session whether a training was held when planned, who came, and what went wrong.

    A session was on time if it began within `needs.on_time_minutes` of the plan; one that was planned before the date
    and had not been held by then was not held. Seats are the rows of the attendance table: of people nobody wrote a row
    for nothing is known. Who made a session up came.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `needs.delivery`, one row a session planned before the date, by plan: `session_id`, `module`, `planned_on`,
        `session_state` (`on_time`, `late`, `early`, `not_held`), `delay_days` (missing: not held), `seats`,
        `seats_present`, `seats_made_up`, `seats_absent`, `came_share` of the seats with Wilson's interval (missing: no
        seats told), `had_incident`.

    Raises
    ------
    NotEnoughData
        If no session of it was planned before the date.
    """
    if evaluated.sessions.empty:
        raise NotEnoughData("needs.no_sessions", training_id=evaluated.course.training_id)
    table = _sessions(evaluated)
    facts, sentences = _schedule(table, evaluated)
    rows = evaluated.attendance
    if len(rows):
        more, said = _attendance(rows, evaluated)
        facts, sentences = facts | more, sentences + said
    few = len(table) < evaluated.data.settings.uncertainty.min_group
    return Finding(
        key="needs.delivery", table=table, facts=facts, sentences=tuple(sentences),
        caveats=("needs_few_sessions",) if few else (),
    )  # fmt: skip


def _sessions(evaluated: Evaluation) -> pd.DataFrame:
    sessions, rules = evaluated.sessions, evaluated.data.settings.needs
    delay = (sessions["held_at"] - sessions["planned_at"]).dt.total_seconds() / 60
    state = np.select(
        [delay.isna(), delay > rules.on_time_minutes, delay < -rules.on_time_minutes], [NOT_HELD, LATE, EARLY], ON_TIME
    )
    came = pd.crosstab(evaluated.attendance["session_id"], evaluated.attendance["status"])
    came = came.reindex(index=sessions["session_id"], columns=list(_STATUS), fill_value=0)
    seats = came.sum(axis=1).to_numpy()
    there = came[list(CAME)].sum(axis=1).to_numpy()
    low, high = wilson(there, seats, evaluated.data.settings.uncertainty.level)
    return pd.DataFrame(
        {
            "session_id": sessions["session_id"], "module": sessions["module"],
            "planned_on": sessions["planned_at"].dt.date, "session_state": state,
            "delay_days": delay / _MINUTES_PER_DAY, "seats": seats,
            **{f"seats_{name}": came[name].to_numpy() for name in _STATUS},
            "came_share": there / np.where(seats > 0, seats, np.nan), "came_share_low": low, "came_share_high": high,
            "had_incident": sessions["incident"].notna(),
        }
    )  # fmt: skip


def _schedule(table: pd.DataFrame, evaluated: Evaluation) -> tuple[dict[str, Any], list[str]]:
    rules, level, n = evaluated.data.settings.needs, evaluated.data.settings.uncertainty.level, len(table)
    counts = table["session_state"].value_counts()
    on_time = int(counts.get(ON_TIME, 0))
    low, high = wilson(on_time, n, level)
    late = table.loc[table["session_state"] == LATE, "delay_days"]
    held = n - int(counts.get(NOT_HELD, 0))
    incidents = int(table["had_incident"].sum())
    facts: dict[str, Any] = {
        "name": evaluated.course.name, "sessions": n, "held": held, "not_held": n - held, "on_time": on_time,
        "on_time_rate": on_time / n, "on_time_low": float(low), "on_time_high": float(high),
        "on_time_goal": rules.on_time_share, "minutes": rules.on_time_minutes, "late": len(late),
        "early": int(counts.get(EARLY, 0)), "most_days": float(late.max()) if len(late) else 0.0,
        "middle_days": float(late.median()) if len(late) else 0.0, "incidents": incidents, "level": level,
    }  # fmt: skip
    sentences = ["sentence", _side("on_time", float(low), float(high), rules.on_time_share)]
    sentences += ["late"] if len(late) else []
    sentences += ["not_held"] if n > held else []
    if held:
        low, high = wilson(incidents, max(held, incidents), level)
        facts |= {"incident_low": float(low), "incident_high": float(high)}
        sentences.append("incidents" if incidents else "no_incident")
    return facts, sentences


def _attendance(rows: pd.DataFrame, evaluated: Evaluation) -> tuple[dict[str, Any], list[str]]:
    level, goal = evaluated.data.settings.uncertainty.level, evaluated.data.settings.needs.attended_share
    came, missed = rows["status"].isin(CAME), rows[rows["status"] != "present"]
    low, high = _limits(came, rows["staff_id"], level)
    facts: dict[str, Any] = {
        "seats": len(rows), "people": rows["staff_id"].nunique(), "came": int(came.sum()), "came_rate": came.mean(),
        "came_low": low, "came_high": high, "came_goal": goal,
    }  # fmt: skip
    sentences = ["came", _side("came", low, high, goal)]
    if len(missed):
        made_up = missed["status"] == "made_up"
        low, high = _limits(made_up, missed["staff_id"], level)
        facts |= {
            "missed": len(missed), "made_up": int(made_up.sum()), "made_up_rate": made_up.mean(), "made_up_low": low,
            "made_up_high": high,
        }  # fmt: skip
        sentences.append("made_up")
    return facts, sentences


def _limits(did: pd.Series, whose: pd.Series, level: float) -> tuple[float, float]:
    """Return the limits of a share of seats; one person's seats are taken to be all alike."""
    if whose.nunique() < 2:
        return clustered_wilson(did, whose, level)
    return share_limits(did, whose, level=level)


def _side(name: str, low: float, high: float, goal: float) -> str:
    """Return which sentence tells on which side of its goal a share lies."""
    return f"{name}_reached" if low >= goal else f"{name}_short" if high < goal else f"{name}_unclear"
