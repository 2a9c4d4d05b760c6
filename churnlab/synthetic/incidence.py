"""How likely is leaving, where a formula says so: in the simple mode?"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.hazard import early_weeks, fixed_predictor, weak
from churnlab.synthetic.history import History
from churnlab.synthetic.state import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
COLUMNS = ("campus", "day", "churned", "personal")


def probabilities(world: World, past: History, student: Ints, entered: Ints, start: int, stop: int) -> Floats:
    """Return the probability that each student churns within [start, stop), given in service on the first morning.

    Leaving is decided at lessons, each for the weeks since the one before: what counts are the weeks from the last
    lesson before `start` to the last before `stop`. NaN where there is no formula.
    """
    if not world.institution.has_formula:
        return np.full(len(student), np.nan)
    group = past.group[student]
    before = np.maximum(entered, _last_lesson(world, start)[group])
    last = np.maximum(before, _last_lesson(world, stop)[group])
    weeks = early_weeks(world.institution.hazards, (last - entered) / 7, (last - before) / 7)
    return _by(world, past, student, weeks)[0]


def cumulative_incidence(world: World, past: History) -> pd.DataFrame:
    """Return the probability of having churned, and of having left for personal reasons, by each day since entry.

    The competing hazards are proportional to each other, so each kind has its share of 1 − exp(−both), and that is
    averaged over the students who started. Leaving is decided at lessons: what counts on a day are the weeks until the
    class's last lesson by then. After the history the classes go on as in its last year. Empty where there is no
    formula.
    """
    if not world.institution.has_formula:
        return pd.DataFrame(columns=list(COLUMNS))
    started = np.flatnonzero(past.first_teacher >= 0)
    first = past.episodes.drop_duplicates("student").set_index("student")["entered"]
    entered = first.reindex(started).to_numpy(dtype=np.int64)[:, None]
    days = np.arange(world.days.days + 1)
    latest = latest_lessons(world, 2 * len(days))
    tenure = ((latest[past.group[started, None], entered + days] - entered) / 7).ravel()
    weeks = early_weeks(world.institution.hazards, tenure, tenure)
    each = [part.reshape(len(started), -1) for part in _by(world, past, np.repeat(started, len(days)), weeks)]
    tables = []
    for place, campus in enumerate(("", *world.institution.campus_names)):
        here = (world.students.campus[started] == place - 1) | (campus == "")
        if here.any():
            churned, personal = (part[here].mean(axis=0) for part in each)
            tables.append(pd.DataFrame({"campus": campus, "day": days, "churned": churned, "personal": personal}))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def latest_lessons(world: World, days: int) -> Ints:
    """Return each class's last lesson day on each day or before, shape (classes, days); −1 before the first."""
    history, class_day = world.days.days, world.place.class_day
    held = np.zeros((len(class_day), history), dtype=bool)
    classes, steps = np.nonzero(class_day >= 0)
    held[classes, class_day[classes, steps]] = True
    # Whole fortnights, for some classes meet every second week.
    again = min(364, history // 14 * 14)
    day = np.arange(days)
    held = held[:, np.where(day < history, day, history - again + (day - history) % again)]
    return np.maximum.accumulate(np.where(held, day, -1), axis=1)


def churn_per_week(world: World, past: History, student: Ints) -> Floats:
    """Return each student's hazard of churn in the simple mode, after her first weeks."""
    institution, who = world.institution, world.students
    predictor = fixed_predictor(world, who.channel[student], who.campus[student], who.course[student])
    predictor = predictor + institution.effects.weak_teacher * weak(world, past.first_teacher[student])
    return institution.hazards.simple_per_week * np.exp(predictor)


def _by(world: World, past: History, student: Ints, weeks: Floats) -> tuple[Floats, Floats]:
    """Return the probabilities of churn and of a personal end within these weeks of exposure."""
    institution, churn = world.institution, churn_per_week(world, past, student)
    total = churn + institution.hazards.personal_per_week
    left = -np.expm1(-total * weeks)
    return churn / total * left, (1 - churn / total) * left


def _last_lesson(world: World, before: int) -> Ints:
    """Return the last lesson day of each class before a day; −1 where there was none."""
    days = world.place.class_day
    return np.where(days < before, days, -1).max(axis=1)
