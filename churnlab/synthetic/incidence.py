"""How likely is leaving, where a formula says so: in the simple mode?"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.hazard import early_weeks, fixed_predictor, weak
from churnlab.synthetic.history import History
from churnlab.synthetic.state import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
STEP_DAYS = 28
COLUMNS = ("campus", "day", "churned", "personal")


def probabilities(world: World, past: History, student: Ints, entered: Ints, start: int, stop: int) -> Floats:
    """Return the probability that each student churns within [start, stop), given in service on the first morning.

    Leaving is decided at lessons, each for the weeks since the one before: what counts are the weeks from the last
    lesson before `start` to the last before `stop`. NaN in the full mode.
    """
    if not world.institution.simple:
        return np.full(len(student), np.nan)
    group = past.group[student]
    before = np.maximum(entered, _last_lesson(world, start)[group])
    last = np.maximum(before, _last_lesson(world, stop)[group])
    weeks = early_weeks(world.institution.hazards, (last - entered) / 7, (last - before) / 7)
    return _by(world, past, student, weeks)[0]


def cumulative_incidence(world: World, past: History) -> pd.DataFrame:
    """Return the probability of having churned, and of having left for personal reasons, by time since entry.

    The competing hazards are proportional to each other, so each kind has its share of 1 − exp(−both), and that is
    averaged over the students who started. Empty in the full mode.
    """
    started = np.flatnonzero(past.first_teacher >= 0)
    days = np.arange(0, world.days.days + 1, STEP_DAYS) if world.institution.simple else np.empty(0, dtype=np.int64)
    tables = []
    for day in days:
        weeks = early_weeks(world.institution.hazards, np.full(len(started), day / 7), np.full(len(started), day / 7))
        churned, personal = _by(world, past, started, weeks)
        tables.append(pd.DataFrame({"day": day, "churned": churned, "personal": personal, "place": started}))
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    each = pd.concat(tables, ignore_index=True)
    campus = np.array(world.institution.campus_names, dtype=object)[world.students.campus[each["place"]]]
    both = pd.concat([each.assign(campus=""), each.assign(campus=campus)])
    return both.groupby(["campus", "day"], as_index=False)[["churned", "personal"]].mean()[list(COLUMNS)]


def _by(world: World, past: History, student: Ints, weeks: Floats) -> tuple[Floats, Floats]:
    """Return the probabilities of churn and of a personal end within these weeks of exposure."""
    institution, who = world.institution, world.students
    predictor = fixed_predictor(world, who.channel[student], who.campus[student], who.course[student])
    predictor = predictor + institution.effects.weak_teacher * weak(world, past.first_teacher[student])
    churn = institution.hazards.simple_per_week * np.exp(predictor)
    total = churn + institution.hazards.personal_per_week
    left = -np.expm1(-total * weeks)
    return churn / total * left, (1 - churn / total) * left


def _last_lesson(world: World, before: int) -> Ints:
    """Return the last lesson day of each class before a day; −1 where there was none."""
    days = world.place.class_day
    return np.where(days < before, days, -1).max(axis=1)
