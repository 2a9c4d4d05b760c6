"""Where is taught, what, when, and by whom?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.calendar import Calendar
from churnlab.synthetic.institution import COURSES, TERMINAL, Institution
from churnlab.synthetic.names import people

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PRICE_CNY = np.array([150.0, 165.0, 120.0, 180.0, 140.0, 220.0])
HOURS_PER_LESSON = np.array([2.0, 2.0, 1.5, 2.0, 1.5, 2.0])
SUBJECTS = ("数学", "英语", "美术", "编程", "语文", "综合")
GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "初一", "初二", "初三", "高一", "高二", "高三")
GRADE_SPAN = ((0, 8), (0, 8), (0, 5), (2, 11), (0, 8), (5, 5))
STUDENTS_PER_CLASS = 9
CLASSES_PER_TEACHER = 5
TEACHER_LEAVES_PER_HALF_WEEK = 0.0022
START_TIMES = np.array([9 * 60, 10 * 60 + 30, 14 * 60, 16 * 60, 18 * 60 + 30])
OFFICE = (("客服部", "学管师"), ("市场部", "课程顾问"), ("校区管理", "校长"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Places:
    """Classes, teachers and other staff.

    Attributes
    ----------
    class_campus, class_course : ndarray, shape (classes,)
        Positions in the institution's campuses and in `COURSES`.
    class_minutes : ndarray
        Minutes after midnight at which it starts.
    class_per_week : ndarray
        Lessons a week: 2, 1 or 0.5.
    class_day : ndarray, shape (classes, half-weeks)
        Day number of its lesson, −1 without one.
    next_lesson : ndarray, shape (classes, days)
        Day number of its first lesson on this day or later; `days` without one.
    teacher : ndarray, shape (classes, half-weeks)
        Who teaches it, a row of `staff`.
    quality : ndarray, shape (staff,)
        Latent teaching quality in standard deviations; NaN for those who do not teach.
    staff : pandas.DataFrame
        The table `staff`; ordered by post, teachers first.
    """

    class_campus: Ints
    class_course: Ints
    class_minutes: Ints
    class_per_week: Floats
    class_day: Ints
    next_lesson: Ints
    teacher: Ints
    quality: Floats
    staff: pd.DataFrame


def places(institution: Institution, days: Calendar, rng: np.random.Generator) -> Places:
    """Open campuses, classes and posts, and let teachers come and go."""
    campus, course = _classes(institution)
    weekdays, per_week, phase = _timetable(len(campus), rng)
    post, post_campus = _posts(campus, rng)
    holder, staff, quality = _careers(institution, days, post_campus, rng)
    class_day = _class_days(days, weekdays, per_week, phase)
    return Places(
        class_campus=campus,
        class_course=course,
        class_minutes=rng.choice(START_TIMES, len(campus)),
        class_per_week=per_week,
        class_day=class_day,
        next_lesson=_next_lessons(class_day, days.days),
        teacher=holder[post],
        quality=quality,
        staff=staff,
    )


def _classes(institution: Institution) -> tuple[Ints, Ints]:
    cells = institution.campuses * len(COURSES)
    each = max(1, round(institution.students * 0.46 / STUDENTS_PER_CLASS / cells))
    campus, course = np.divmod(np.arange(cells), len(COURSES))
    return np.repeat(campus, each), np.repeat(course, each)


def _timetable(classes: int, rng: np.random.Generator) -> tuple[Ints, Floats, Ints]:
    per_week = rng.choice([2.0, 1.0, 0.5], classes, p=[0.60, 0.35, 0.05])
    early = rng.integers(0, 4, classes)
    late = rng.choice([4, 5, 6], classes, p=[0.16, 0.44, 0.40])
    only_early = (per_week < 2) & (rng.random(classes) < 0.2)
    weekdays = np.stack([np.where((per_week == 2) | only_early, early, -1), np.where(only_early, -1, late)], axis=1)
    return weekdays, per_week, rng.integers(0, 2, classes)


def _class_days(days: Calendar, weekdays: Ints, per_week: Floats, phase: Ints) -> Ints:
    found = np.empty((len(weekdays), days.steps), dtype=np.int64)
    for step in range(days.steps):
        on = (per_week >= 1) | ((step // 2 + phase) % 2 == 0)
        found[:, step] = np.where(on, days.lesson_day(weekdays[:, step % 2], step), -1)
    return found


def _next_lessons(class_day: Ints, days: int) -> Ints:
    found = np.full((len(class_day), days), days)
    classes, steps = np.nonzero(class_day >= 0)
    day = class_day[classes, steps]
    found[classes, day] = day
    return np.minimum.accumulate(found[:, ::-1], axis=1)[:, ::-1]


def _posts(campus: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Share each campus's classes among its teaching posts."""
    post = np.empty(len(campus), dtype=np.int64)
    post_campus: list[int] = []
    for place in np.unique(campus):
        here = np.flatnonzero(campus == place)
        posts = max(2, -(-len(here) // CLASSES_PER_TEACHER))
        post[here] = len(post_campus) + rng.permutation(np.arange(len(here)) % posts)
        post_campus += [int(place)] * posts
    return post, np.array(post_campus)


def _careers(
    institution: Institution, days: Calendar, post_campus: Ints, rng: np.random.Generator
) -> tuple[Ints, pd.DataFrame, Floats]:
    """Fill every teaching post over time; a teacher who leaves is followed at once by another."""
    leaves = rng.random((len(post_campus), days.steps)) < TEACHER_LEAVES_PER_HALF_WEEK
    leaves[:, :8] = leaves[:, -2:] = False
    following = np.cumsum(leaves, axis=1)
    first = np.concatenate([[0], np.cumsum(following[:, -1] + 1)[:-1]])
    holder = first[:, None] + following
    teachers = int(holder[-1, -1]) + 1
    starts = np.full(teachers, -1)
    posts, steps = np.nonzero(leaves)
    starts[holder[posts, steps]] = [max(0, days.first_of(int(step))) for step in steps]
    campus = np.repeat(post_campus, following[:, -1] + 1)
    followed = np.append(starts[1:] >= 0, False)
    left = np.where(followed, np.append(starts[1:], -1) - 1, -1)
    staff = _staff(institution, days, campus, starts, left, rng)
    quality = np.concatenate([rng.normal(size=teachers), np.full(len(staff) - teachers, np.nan)])
    return holder, staff, quality


def _staff(
    institution: Institution, days: Calendar, campus: Ints, starts: Ints, left: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    names = np.array(institution.campus_names)
    office = pd.DataFrame(
        [(names[place], *job) for place in range(institution.campuses) for job in OFFICE for _ in range(2)],
        columns=["campus", "department", "role"],
    )
    teachers = pd.DataFrame({"campus": names[campus], "department": "教学部", "role": "教师"})
    staff = pd.concat([teachers, office], ignore_index=True)
    total = len(staff)
    before = -rng.integers(60, 1800, total)
    starts, left = (np.concatenate([part, np.full(len(office), -1)]) for part in (starts, left))
    hired = np.where(starts >= 0, starts, before)
    return staff.assign(
        staff_id=[f"T{number:04d}" for number in range(1001, 1001 + total)],
        name=people(total, rng),
        grade=rng.choice(["P1", "P2", "P3", "P4"], total, p=[0.3, 0.4, 0.2, 0.1]),
        hired_on=days.date(hired),
        left_on=pd.Series(days.date(left)).where(left >= 0).to_numpy(),
        promoted_on=np.full(total, np.datetime64("NaT", "ns")),
    )


def campus_table(institution: Institution) -> pd.DataFrame:
    """Return the table `campuses`."""
    opened = [pd.Timestamp(f"{2016 + number % 6}-0{3 + number % 6}-01") for number in range(institution.campuses)]
    return pd.DataFrame(
        {
            "campus": list(institution.campus_names),
            "city": "上海",
            "opened_on": pd.Series(opened, dtype="datetime64[ns]"),
            "closed_on": pd.Series([pd.NaT] * institution.campuses, dtype="datetime64[ns]"),
        }
    )


def course_table() -> pd.DataFrame:
    """Return the table `courses`."""
    return pd.DataFrame(
        {
            "course_id": list(COURSES),
            "name": list(COURSES),
            "subject": list(SUBJECTS),
            "grade_from": [GRADES[low] for low, _ in GRADE_SPAN],
            "grade_to": [GRADES[high] for _, high in GRADE_SPAN],
            "terminal": [course == TERMINAL for course in COURSES],
            "margin_rate": [0.52, 0.50, 0.48, 0.55, 0.50, 0.60],
        }
    )


def class_ids(place: Places) -> npt.NDArray[np.str_]:
    """Return an id for each class."""
    return np.array([f"BJ{number:05d}" for number in range(10001, 10001 + len(place.class_campus))])


def class_table(institution: Institution, place: Places) -> pd.DataFrame:
    """Return the table `classes`, with the teacher of the last half-week."""
    staff = place.staff["staff_id"].to_numpy()
    return pd.DataFrame(
        {
            "class_id": class_ids(place),
            "course_id": np.array(COURSES)[place.class_course],
            "campus": np.array(institution.campus_names)[place.class_campus],
            "teacher_id": staff[place.teacher[:, -1]],
            "capacity": np.full(len(place.class_campus), 16, dtype=np.int64),
        }
    )
