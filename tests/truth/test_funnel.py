"""Do the funnel's intervals hold the chances with which those who ask went on, as often as they say?"""

from collections.abc import Iterator

import pandas as pd
import pytest

from churnlab.churn.funnel.cohort import ripe_cohort
from churnlab.churn.funnel.conversion import conversion
from churnlab.churn.funnel.deciding import time_to_enrol
from churnlab.churn.funnel.journeys import STEPS, journeys
from tests.truth.coverage import assert_covers
from tests.truth.many import Many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

TOLD = STEPS[1:6]  # from contacted to the first lesson


def each(many: Many) -> Iterator[tuple[str, list[str], pd.DataFrame]]:
    """Take the institutions apart: its name, its campuses, and the truth of its leads by their number here."""
    campus = journeys(many.data)["campus"]
    for name, truth in many.truths.items():
        own = sorted(campus[campus.str.startswith(name)].unique())
        yield name, own, truth.leads.assign(lead_id=name + truth.leads["lead_id"]).set_index("lead_id")


def step_hits(many: Many) -> pd.DataFrame:
    """Tell of each institution and step whether the interval holds the chance of it.

    Estimand: the probability of the step given the one before, averaged over those of the cohort who took that one.
    """
    hits = {}
    for name, campuses, truth in each(many):
        rows = conversion(many.data, campus=campuses).table.set_index("funnel_step")
        cohort = ripe_cohort(many.data, "first_lesson", campuses)
        hits[name] = {}
        for before, step in zip(STEPS, TOLD, strict=False):
            there = cohort.rows.loc[cohort.passed[before], "lead_id"]
            true = truth.loc[there, f"p_{step}"].mean()
            low, high = (rows.loc[step, f"of_previous_rate_{side}"] for side in ("low", "high"))
            hits[name][step] = low <= true <= high
    return pd.DataFrame(hits).T


def share_hits(many: Many) -> pd.DataFrame:
    """Tell of each institution whether the curve's end holds the chance to enrol, those still deciding included.

    Estimand: the probability to enrol at all, averaged over those who asked in the time; half a year holds all waits.
    """
    hits = {}
    for name, campuses, truth in each(many):
        facts = time_to_enrol(many.data, campus=campuses).facts
        asked = truth[truth["asked_at"].dt.date.between(facts["from_on"], facts["to_on"])]
        true = asked[[f"p_{step}" for step in STEPS[1:5]]].prod(axis=1).mean()
        hits[name] = {"share": facts["share_low"] <= true <= facts["share_high"]}
    return pd.DataFrame(hits).T


def test_the_intervals_of_the_steps_hold_their_chances(full: Many) -> None:
    assert_covers(step_hits(full))


def test_the_interval_of_the_curve_holds_the_chance_to_enrol(full: Many) -> None:
    assert_covers(share_hits(full))


def test_who_became_a_student_is_found_by_phone_and_name(full: Many) -> None:
    """Every lead that the truth says has signed by the date is linked, and no other."""
    told = journeys(full.data).set_index("lead_id")["enrolled_on"].notna()
    true = pd.concat([truth["enrolled_at"] < pd.Timestamp(full.data.as_of) for _, _, truth in each(full)])
    assert (told == true.reindex(told.index)).mean() > 0.999
