"""Do the funnel's intervals hold the chances with which those who ask go on, as often as they say?

Only people who ask are drawn, with the chances of each step known: three hundred campuses in one store.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.funnel.cohort import ripe_cohort
from churnlab.churn.funnel.conversion import conversion
from churnlab.churn.funnel.deciding import time_to_enrol
from churnlab.churn.funnel.journeys import STEPS
from churnlab.settings import Settings, Uncertainty
from churnlab.tables.door import Data, from_frames
from tests.truth.coverage import assert_covers

pytestmark = pytest.mark.slow

CAMPUSES, ASKED, AS_OF = 300, 150, pd.Timestamp("2026-11-01")
TOLD = STEPS[1:6]
CHANCES = {"web": (0.9, 0.6, 0.75, 0.5, 0.9), "friend": (0.95, 0.8, 0.85, 0.7, 0.97)}
MEAN_DAYS = (1, 4, 6, 5, 7)


def drawn() -> tuple[Data, pd.DataFrame]:
    """Return the store, and the chances of each lead by its number: a column per step."""
    rng, many = np.random.default_rng(20261), CAMPUSES * ASKED
    ids = np.array([f"{number:06d}" for number in range(many)], dtype=object)
    channel = rng.choice(list(CHANCES), many)
    chance = np.array([CHANCES[name] for name in channel])
    taken = np.cumprod(rng.random(chance.shape) < chance, axis=1).astype(bool)
    asked = AS_OF - pd.to_timedelta(rng.integers(1, 500, many), unit="D")
    waits = np.ceil(rng.gamma(2.0, np.array(MEAN_DAYS) / 2, chance.shape)).cumsum(axis=1).astype(int)
    on = [pd.Series(asked) + pd.to_timedelta(waits[:, step], unit="D") for step in range(len(TOLD))]
    person = pd.DataFrame(
        {"name": ids, "phone": ids, "campus": np.repeat([f"{n:03d}" for n in range(CAMPUSES)], ASKED)}
    )
    contacts = [
        pd.DataFrame({"lead_id": ids, "at": on[step], "kind": kind})[taken[:, step]]
        for step, kind in enumerate(["follow_up", "trial_booked", "trial_done"])
    ]
    said = pd.concat(contacts, ignore_index=True)
    signed = person.assign(student_id=ids, registered_on=on[3], signed_at=on[3], enrolment_id=ids)[taken[:, 3]]
    lessons = pd.DataFrame({"lesson_id": ids, "student_id": ids, "starts_at": on[4], "status": "present"})[taken[:, 4]]
    frames = {
        "leads": person.assign(lead_id=ids, channel=channel, created_at=asked),
        "contacts": said.assign(contact_id=[f"c{number}" for number in range(len(said))]),
        "students": signed[["student_id", "name", "phone", "campus", "registered_on"]],
        "enrolments": signed[["enrolment_id", "student_id", "campus", "signed_at"]].assign(
            course_id="maths", kind="new", billing="by_hours"
        ),
        "lessons": lessons,
    }
    rules = Settings(uncertainty=Uncertainty(bootstrap=50))
    data = from_frames(frames, as_of=date(2026, 11, 1), settings=rules)
    return data, pd.DataFrame(chance, index=ids, columns=list(TOLD))


def test_the_intervals_hold_the_chances_of_each_step_and_of_enrolling_at_all() -> None:
    """Estimands: the chance of a step given the one before, averaged over those of the cohort who took that one; and
    the chance to enrol at all, averaged over those who asked, the undecided among them.
    """
    data, chance = drawn()
    hits = {}
    for campus in [f"{number:03d}" for number in range(CAMPUSES)]:
        rows = conversion(data, campus=campus).table.set_index("funnel_step")
        cohort = ripe_cohort(data, "first_lesson", campus)
        held = {}
        for before, step in zip(STEPS, TOLD, strict=False):
            asked_of = cohort.passed[before] & (cohort.due if step == "first_lesson" else True)
            true = chance.loc[cohort.rows.loc[asked_of, "lead_id"], step].mean()
            low, high = (rows.loc[step, f"of_previous_rate_{side}"] for side in ("low", "high"))
            held[step] = low <= true <= high
        facts = time_to_enrol(data, campus=campus).facts
        own = chance.iloc[int(campus) * ASKED : (int(campus) + 1) * ASKED]
        held["share"] = (
            facts["enrolled_share_low"] <= own[list(TOLD[:4])].prod(axis=1).mean() <= facts["enrolled_share_high"]
        )
        hits[campus] = held
    assert_covers(pd.DataFrame(hits).T)
