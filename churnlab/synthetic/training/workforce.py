"""Who works there, since when, and how able is each?"""

from itertools import pairwise

import numpy as np
import pandas as pd

from churnlab.synthetic.names import people
from churnlab.synthetic.state import World
from churnlab.synthetic.training.programmes import ADVISER, DEPARTMENTS, SERVICE, TEACHER, Ints, Training

HIRED_SINCE_SHARE = 0.3
"""Of the further staff, how many are hired after the history begins."""
SETTLED_DAYS = 60
"""Nobody of the further staff leaves in the first days, and nobody is hired in the last."""
GRADES = ("P1", "P2", "P3", "P4")
PROMOTED_LOG_ODDS, PROMOTED_PER_ABILITY, PROMOTED_PER_HOUR = -1.6, 1.0, 0.0
"""Of promotion within the history: the able rise, and hours of training have nothing to do with it."""


def workforce(world: World, training: Training, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a person: those of the other tables as they are, the further staff after them.

    Columns of the table `staff`, and `place` (number of the campus), `hired` and `left` (days; −1: there at the end),
    `further` (not in the other tables) and `ability`, standard normal, which shows in tests and in KPIs.
    """
    staff = world.place.staff
    known = staff.assign(
        hired=_day(world, staff["hired_on"]), left=_day(world, staff["left_on"]), further=False, promoted=-1
    )
    both = pd.concat([known, _further(world, training, rng)], ignore_index=True)
    names = list(world.institution.campus_names)
    both["place"] = both["campus"].map({name: number for number, name in enumerate(names)}).astype("int64")
    both["ability"] = rng.normal(size=len(both))
    return _promoted(world, both, rng)


def _day(world: World, on: pd.Series) -> Ints:
    days = (pd.to_datetime(on).to_numpy() - world.institution.first_day) / np.timedelta64(1, "D")
    return np.where(np.isnan(days), -1, days).astype(np.int64)


def _further(world: World, training: Training, rng: np.random.Generator) -> pd.DataFrame:
    institution, days = world.institution, world.days.days
    per = {
        ADVISER: training.students_per_adviser,
        SERVICE: training.students_per_service,
        TEACHER: training.students_per_teacher,
    }
    posts = [
        (name, role)
        for name in institution.campus_names
        for role, students in per.items()
        for _ in range(max(2, round(institution.students / institution.campuses / students)))
    ]
    many = len(posts)
    since = (rng.random(many) < HIRED_SINCE_SHARE) & (days > 2 * SETTLED_DAYS)
    hired = np.where(since, rng.integers(1, max(2, days - SETTLED_DAYS), many), -rng.integers(60, 1500, many))
    stays = SETTLED_DAYS + 7 * rng.geometric(training.leaves_per_week, many)
    left = np.where(np.maximum(hired, 0) + stays < days, np.maximum(hired, 0) + stays, -1)
    first = 1001 + len(world.place.staff)
    return pd.DataFrame(
        {
            "staff_id": [f"T{number:04d}" for number in range(first, first + many)],
            "name": people(many, rng),
            "department": [DEPARTMENTS[role] for _, role in posts],
            "role": [role for _, role in posts],
            "grade": rng.choice(GRADES[:3], many, p=[0.45, 0.4, 0.15]),
            "campus": [campus for campus, _ in posts],
            "hired_on": world.days.date(hired),
            "left_on": pd.Series(world.days.date(left)).where(left >= 0),
            "promoted_on": np.datetime64("NaT", "ns"),
            "hired": hired,
            "left": left,
            "further": True,
            "promoted": -1,
        }
    )


def _promoted(world: World, people_: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Let some of the further staff rise by one grade in the second half of the history."""
    days = world.days.days
    odds = np.exp(PROMOTED_LOG_ODDS + PROMOTED_PER_ABILITY * people_["ability"].to_numpy())
    rises = (rng.random(len(people_)) < odds / (1 + odds)) & people_["further"].to_numpy()
    on = rng.integers(days // 2, max(days // 2 + 1, days - 7), len(people_))
    left = people_["left"].to_numpy()
    rises &= (people_["hired"].to_numpy() + 180 < on) & ((left < 0) | (on < left)) & (on < days)
    grade = people_["grade"].to_numpy()
    higher = {low: high for low, high in pairwise(GRADES)} | {GRADES[-1]: GRADES[-1]}
    return people_.assign(
        promoted=np.where(rises, on, -1),
        from_grade=grade,
        grade=[higher[now] if up else now for now, up in zip(grade, rises, strict=True)],
        promoted_on=pd.Series(world.days.date(on)).where(rises),
    )


def there(staff: pd.DataFrame, day: int) -> np.ndarray:
    """Tell who works there on a day."""
    left = staff["left"].to_numpy()
    return (staff["hired"].to_numpy() <= day) & ((left < 0) | (left >= day))
