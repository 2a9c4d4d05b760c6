"""Do the calls tell what a person could know?"""

import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from churnlab.synthetic import Calling, Hazards, Institution, Made, make

OFTEN = Hazards(simple_per_week=0.015)
EASY = Calling(hold_out_share=0.1, capacity=200, log_hazard_ratio=0.0, within_days=20, rest_days=110)


@pytest.fixture(scope="module")
def told(made: Made) -> pd.DataFrame:
    return made.frames["calls"].merge(made.truth.calls, on=["call_id", "list_id", "student_id", "made_on", "arm"])


def test_the_truth_has_a_row_for_each_row_of_the_lists(made: Made, told: pd.DataFrame) -> None:
    assert len(told) == len(made.frames["calls"]) == len(made.truth.calls) > 100


def test_who_is_held_out_is_not_called(told: pd.DataFrame) -> None:
    held_out = told[told["arm"] == "hold_out"]
    assert held_out[["called_at", "called_on", "staff_id", "outcome", "reason_code", "text"]].isna().all(axis=None)
    assert not held_out["reached"].any()


def test_calls_are_made_within_some_days_of_the_list_and_known_until_the_end(made: Made, told: pd.DataFrame) -> None:
    due = told[told["arm"] == "call"]
    assert set((due["called_on"] - due["made_on"]).dt.days) == set(range(1, 1 + Calling().within_days))
    known = due["called_on"] < pd.Timestamp(made.institution.end)
    assert (due["called_at"].notna() == known).all()
    assert (due.loc[known, "called_at"].dt.normalize() == due.loc[known, "called_on"]).all()


def test_outcomes_say_who_was_reached(told: pd.DataFrame) -> None:
    called = told.dropna(subset="called_at")
    assert ((called["outcome"] == "not_reached") == ~called["reached"]).all()
    assert called["reached"].mean() == pytest.approx(Calling().reached_share, abs=0.1)
    assert set(called["outcome"]) == {"not_reached", "stays", "thinking", "leaving"}
    assert (called["reason_code"].notna() == called["outcome"].isin(["thinking", "leaving"])).all()


def test_the_person_who_calls_works_at_the_campus(made: Made, told: pd.DataFrame) -> None:
    called = told.dropna(subset="called_at").merge(made.frames["staff"], on="staff_id", suffixes=("", "_of_staff"))
    assert (called["campus"] == called["campus_of_staff"]).all()
    assert set(called["role"]) == {"学管师"}


def test_what_is_said_knows_who_has_left_but_not_who_will() -> None:
    # In the simple mode nothing that the list sees drives students away; what is said then tells nothing of the future.
    rows = []
    for seed in range(6):
        made = make(Institution(students=400, seed=seed, simple=True, hazards=OFTEN, calling=EASY))
        told = made.frames["calls"].merge(made.truth.calls[["call_id", "called_on", "reached"]], on="call_id")
        rows.append(told[told["reached"]].merge(made.truth.episodes, on="student_id"))
    said = pd.concat(rows).dropna(subset="outcome")
    gone = said["left_on"] < said["called_on"]
    assert gone.sum() > 5
    assert (said.loc[gone, "outcome"] == "leaving").all()
    here = said[~gone]
    leaves = here["left_on"] < here["called_on"] + pd.Timedelta(days=60)
    assert leaves.sum() > 100
    assert chi2_contingency(pd.crosstab(here["outcome"], leaves)).pvalue > 0.01
