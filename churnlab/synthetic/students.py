"""Who are the students, before the first lesson?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from churnlab.synthetic.calendar import Calendar
from churnlab.synthetic.institution import CHANNELS, COURSES, TERMINAL, Institution
from churnlab.synthetic.names import RARE, given, phones, surnames
from churnlab.synthetic.places import GRADE_SPAN

Ints = npt.NDArray[np.int64]

INTAKE_BY_MONTH = np.array([1.25, 1.30, 0.95, 0.80, 0.75, 1.05, 1.60, 1.35, 1.20, 0.75, 0.70, 0.80])
"""How readily people come, January to December: before and after both school holidays."""
CHANNEL_SHARE = (0.22, 0.27, 0.24, 0.15, 0.12)
SIBLING_SHARE = 0.09
PRICE_SPREAD = 0.12
"""Standard deviation of the logarithm of a student's price per hour against the list."""
FINAL = 11
RARE_EVERY = 500
COURSE_SHARE = (0.27, 0.24, 0.15, 0.14, 0.17, 0.03)


@dataclass(frozen=True, kw_only=True, eq=False)
class Students:
    """One entry a student, in the order in which they are put on file.

    Attributes
    ----------
    wanted : ndarray of int
        Day on which she wants to start; 0 for those who were there when the history begins.
    opening : ndarray of bool
        Was there when the history begins.
    campus, channel, course, grade : ndarray of int
        Positions in the institution's lists; the grade is that of the day on which she wants to start.
    sibling : ndarray of int
        Position of a sibling, −1 without one.
    discount : ndarray of float
        Logarithm of her price against the list.
    name, guardian, phone : ndarray of object
        Made up; siblings share guardian and phone.
    """

    wanted: Ints
    opening: npt.NDArray[np.bool_]
    campus: Ints
    channel: Ints
    course: Ints
    grade: Ints
    sibling: Ints
    discount: npt.NDArray[np.float64]
    name: npt.NDArray[np.object_]
    guardian: npt.NDArray[np.object_]
    phone: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.wanted)

    def grade_on(self, days: Calendar, who: Ints, day: Ints | int) -> Ints:
        """Return the grades of these students on a day; a school year begins in September."""
        return np.minimum(self.grade[who] + school_year(days, day) - school_year(days, self.wanted[who]), FINAL)


def school_year(days: Calendar, day: Ints | int) -> Ints:
    """Return the year in which the school year of a day began."""
    months = (days.first_day + np.asarray(day)).astype("datetime64[M]").astype(np.int64)
    return (months - 8) // 12


def students(institution: Institution, days: Calendar, rng: np.random.Generator) -> Students:
    """Draw the students and their families."""
    many = institution.students
    wanted = _wanted(institution, days, rng)
    course = rng.choice(len(COURSES), many, p=course_share(institution))
    low, high = np.array(GRADE_SPAN)[course].T
    sibling = _siblings(many, rng)
    younger = sibling >= 0
    younger &= np.arange(many) > sibling
    campus = rng.choice(institution.campuses, many, p=campus_share(institution.campuses))
    campus[younger] = campus[sibling[younger]]
    surname, phone, guardian = surnames(many, rng), phones(many, rng), given(many, rng)
    for family in (surname, phone, guardian):
        family[younger] = family[sibling[younger]]
    return Students(
        wanted=wanted,
        opening=wanted == 0,
        campus=campus,
        channel=rng.choice(len(CHANNELS), many, p=CHANNEL_SHARE),
        course=course,
        grade=np.minimum(low + rng.integers(0, 12, many) % (high - low + 1), high),
        sibling=sibling,
        discount=rng.normal(0, PRICE_SPREAD, many),
        name=surname + np.where(np.arange(many) % RARE_EVERY == 7, RARE, given(many, rng)),
        guardian=surname + guardian,
        phone=phone,
    )


def _wanted(institution: Institution, days: Calendar, rng: np.random.Generator) -> Ints:
    there = rng.random(institution.students) < institution.opening
    month_of_year = (days.first_day + np.arange(days.days)).astype("datetime64[M]").astype(int) % 12
    weight = INTAKE_BY_MONTH[month_of_year]
    weight[:14] = 0  # The move into the new system came first.
    weight = weight if weight.sum() else np.ones(days.days)
    day = rng.choice(days.days, institution.students, p=weight / weight.sum())
    return np.sort(np.where(there, 0, day))


def course_share(institution: Institution) -> npt.NDArray[np.float64]:
    """Return the share of the students who come for each course."""
    share = np.array(COURSE_SHARE)
    if institution.simple:
        share[COURSES.index(TERMINAL)] = 0
    return share / share.sum()


def campus_share(campuses: int) -> npt.NDArray[np.float64]:
    """Return the share of the students who come to each campus."""
    share = 1 / (2 + np.arange(campuses))
    return share / share.sum()


def _siblings(many: int, rng: np.random.Generator) -> Ints:
    """Pair some students with another, at most one each."""
    pairs = round(many * SIBLING_SHARE / 2)
    chosen = rng.permutation(many)[: 2 * pairs]
    older, younger = np.sort(chosen.reshape(2, -1), axis=0)
    sibling = np.full(many, -1)
    sibling[older], sibling[younger] = younger, older
    return sibling
