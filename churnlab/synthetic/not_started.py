"""Who had signed and paid by the end, and had no lesson yet?

Some come after the end, others never; nothing in the tables tells which.
"""

import numpy as np
import pandas as pd

from churnlab.synthetic.asking import TIMES, Askers
from churnlab.synthetic.contracting import WEEKS, WEEKS_SHARE, choose_class
from churnlab.synthetic.customers import SCHOOLS
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.institution import CHANNELS, COURSES
from churnlab.synthetic.leads import moments_of
from churnlab.synthetic.names import people, phones
from churnlab.synthetic.people import student_ids, with_role
from churnlab.synthetic.places import GRADE_SPAN, GRADES, HOURS_PER_LESSON, PRICE_CNY
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import STEPS

_ENROLLED = STEPS.index("enrolled") + 1


def not_started(world: World, askers: Askers) -> pd.DataFrame:
    """Return one row for each who had signed by the end and is not among those whose lessons had begun.

    Returns
    -------
    pandas.DataFrame
        `asker` (position), `student_id` (after those of the students), `name`, `phone`, `signed_at`, `starts_on`,
        `first_lesson_on` (after the end; NaT: never), `course`, `campus`, `lessons`, `grade`.
    """
    world = with_own_dice(world, "never_came")
    signed = askers.times[:, TIMES.index("enrolled")]
    who = np.flatnonzero((askers.student < 0) & (askers.reached >= _ENROLLED) & (signed < world.days.days))
    many, rng = len(who), world.rng
    group = choose_class(world, askers.campus[who], askers.course[who])
    low, high = np.array(GRADE_SPAN)[askers.course[who]].T
    first, width = 1001 + len(world.students), len(student_ids(world)[0])
    return pd.DataFrame(
        {
            "asker": who,
            "student_id": [f"{number:0{width}d}" for number in range(first, first + many)],
            "name": people(many, rng),
            "phone": phones(many, rng),
            "signed_at": moments_of(world, signed[who]),
            "starts_on": world.days.date(askers.starts[who]),
            "first_lesson_on": pd.Series(world.days.date(askers.first[who])).where(askers.reached[who] > _ENROLLED),
            "course": askers.course[who],
            "campus": askers.campus[who],
            "lessons": np.maximum(4, rng.choice(WEEKS, many, p=WEEKS_SHARE) * world.place.class_per_week[group]),
            "grade": rng.integers(low, high + 1),
        }
    )


def on_file(world: World, askers: Askers, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what stands of them in `students`, `enrolments` and `payments`."""
    world = with_own_dice(world, "never_came")
    contracts = _contracts(world, askers, rows)
    paid = contracts[["enrolment_id", "student_id"]].assign(
        payment_id=_numbers("SK", len(rows)),
        paid_at=contracts["signed_at"] + pd.Timedelta(minutes=20),
        amount=contracts["amount_paid"],
        method="微信",
    )
    return {"students": _students(world, askers, rows), "enrolments": contracts, "payments": paid}


def _students(world: World, askers: Askers, rows: pd.DataFrame) -> pd.DataFrame:
    rng, many, signed = world.rng, len(rows), pd.DatetimeIndex(rows["signed_at"])
    year = signed.year - 7 - rows["grade"].to_numpy()
    return rows[["student_id", "name", "phone"]].assign(
        guardian=rows["name"],
        birth_date=pd.to_datetime({"year": year, "month": 1 + rng.integers(0, 12, many), "day": 1}),
        gender=rng.choice(np.array(["female", "male"], dtype=object), many),
        school=rng.choice(np.array(SCHOOLS, dtype=object), many),
        grade=np.array(GRADES, dtype=object)[rows["grade"]],
        campus=np.array(world.institution.campus_names, dtype=object)[rows["campus"]],
        registered_on=signed.normalize(),
        channel=np.array(CHANNELS, dtype=object)[askers.channel[rows["asker"]]],
        referrer_id=None,
        advisor_id=with_role(world, "学管师")[rows["campus"], rng.integers(0, 2, many)],
        tier=rng.choice(np.array(["A", "B", "C"], dtype=object), many, p=[0.2, 0.5, 0.3]),
    )


def _contracts(world: World, askers: Askers, rows: pd.DataFrame) -> pd.DataFrame:
    hours = rows["lessons"].to_numpy() * HOURS_PER_LESSON[rows["course"]]
    due = np.round(hours * PRICE_CNY[rows["course"]])
    return rows[["student_id", "signed_at", "starts_on"]].assign(
        enrolment_id=_numbers("HT", len(rows)),
        campus=np.array(world.institution.campus_names, dtype=object)[rows["campus"]],
        course_id=np.array(COURSES, dtype=object)[rows["course"]],
        kind="new",
        billing="by_hours",
        ends_on=np.datetime64("NaT"),
        hours_bought=hours,
        hours_free=0.0,
        amount_due=due,
        amount_paid=due,
        renews_id=None,
        staff_id=askers.owner[rows["asker"]],
        status="active",
    )


def _numbers(kind: str, many: int) -> list[str]:
    return [f"{kind}{number:08d}" for number in range(80_000_001, 80_000_001 + many)]
