"""Which answers are right?"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from churnlab.synthetic.history import History
from churnlab.synthetic.institution import CHANNELS, COURSES
from churnlab.synthetic.people import student_ids
from churnlab.synthetic.state import CHURN, KINDS, World

_KIND_OR_NONE = np.array([*KINDS, None], dtype=object)


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """The answers of a made-up institution; only tests read them.

    Attributes
    ----------
    episodes : pandas.DataFrame
        One row per student and episode that began: `student_id`, `episode`, `entered_on` (first lesson), `left_on`
        (last lesson attended; NaT: in service at the end), `end_kind` (None likewise), and the covariates at the entry
        of the first episode: `campus`, `channel`, `course_id`.
    months : pandas.DataFrame
        One row per month and campus ("" for all): `month`, `campus`, `at_risk` (in service on the morning of its first
        day: entered before it, left on it or later), `churned` (of those, by `left_on` within the month and a kind of
        churn), `expected_churned` (sum of their cumulative hazards of churn in the month, while in service).
    risk : pandas.DataFrame
        One row per student and lesson at which leaving could be decided: `student_id`, `on`, `weeks` of exposure,
        `predictor` (sum of the true log hazard ratios), `churn` and `personal` (cumulative hazards), `finishing`
        (a contract's last lesson), `end_kind` (None: stayed).
    log_hazard_ratios : mapping of str to float
        By covariate.
    """

    episodes: pd.DataFrame
    months: pd.DataFrame
    risk: pd.DataFrame
    log_hazard_ratios: Mapping[str, float]


def truth(world: World, past: History) -> Truth:
    """Work out the answers from the history."""
    episodes = _episodes(world, past)
    return Truth(
        episodes=episodes,
        months=_months(world, past),
        risk=_risk(world, past),
        log_hazard_ratios=_ratios(world),
    )


def _episodes(world: World, past: History) -> pd.DataFrame:
    rows, days, who = past.episodes, world.days, world.students
    student = rows["student"].to_numpy()
    kind = _KIND_OR_NONE[rows["kind"].to_numpy()]
    left = rows["left"].to_numpy()
    return pd.DataFrame(
        {
            "student_id": student_ids(world)[student],
            "episode": rows["episode"].to_numpy(),
            "entered_on": days.date(rows["entered"].to_numpy()),
            "left_on": pd.Series(days.date(left)).where(left >= 0).to_numpy(),
            "end_kind": kind,
            "campus": np.array(world.institution.campus_names, dtype=object)[who.campus[student]],
            "channel": np.array(CHANNELS, dtype=object)[who.channel[student]],
            "course_id": np.array(COURSES, dtype=object)[who.course[student]],
        }
    )


def _risk(world: World, past: History) -> pd.DataFrame:
    rows = past.risk
    return pd.DataFrame(
        {
            "student_id": student_ids(world)[rows["student"]],
            "on": world.days.date(rows["day"].to_numpy()),
            **{name: rows[name].to_numpy() for name in ("weeks", "predictor", "churn", "personal")},
            "finishing": rows["finishing"].to_numpy(dtype=bool),
            "end_kind": _KIND_OR_NONE[rows["kind"].to_numpy()],
        }
    )


def _months(world: World, past: History) -> pd.DataFrame:
    """Count by month, over all campuses."""
    days, rows = world.days, past.episodes
    starts = np.searchsorted(days.month(np.arange(days.days)), np.arange(world.institution.months + 1))
    left = np.where(rows["left"] < 0, days.days, rows["left"])
    churn = rows["kind"].between(0, len(CHURN) - 1).to_numpy()
    entered = rows["entered"].to_numpy()
    risk_day = past.risk["day"].to_numpy()
    since = pd.Series(entered, index=pd.MultiIndex.from_frame(rows[["student", "episode"]]))
    assert since.index.is_unique
    counts = []
    for month, (start, stop) in enumerate(pairwise(starts)):
        there = (entered < start) & (left >= start)
        inside = (risk_day >= start) & (risk_day < stop)
        exposed = np.isin(past.risk["student"].to_numpy()[inside], rows["student"].to_numpy()[there])
        counts.append(
            (
                days.date(int(start)),
                "",
                int(there.sum()),
                int((there & churn & (left < stop)).sum()),
                float(past.risk["churn"].to_numpy(dtype=float)[inside][exposed].sum()),
            )
        )
        assert month < world.institution.months
    return pd.DataFrame(counts, columns=["month", "campus", "at_risk", "churned", "expected_churned"])


def _ratios(world: World) -> dict[str, float]:
    effects = world.institution.effects
    found = {
        f"{name}={value}": ratio
        for name in ("campus", "channel", "course")
        for value, ratio in getattr(effects, name).items()
    }
    if world.institution.simple:
        return found | {"weak_teacher": effects.weak_teacher}
    dynamic = ("teacher_quality", "teacher_change", "missed_lessons", "price", "open_complaint", "sibling_with_us")
    return found | {name: getattr(effects, name) for name in dynamic}
