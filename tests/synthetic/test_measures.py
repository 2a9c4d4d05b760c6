"""Is it told consistently what is done against leaving?"""

import pandas as pd

from churnlab.synthetic import Institution, Made, make
from churnlab.tables.schemas.reasons import REASONS


def test_a_dozen_measures_are_in_every_state(made: Made) -> None:
    rows = made.frames["measures"]
    assert len(rows) >= 12
    assert set(rows["status"]) == {"running", "done", "dropped"}
    assert set(rows["reason_code"]) <= set(REASONS)
    end = pd.Timestamp(made.institution.end)
    running, done = rows[rows["status"] == "running"], rows[rows["status"] == "done"]
    assert (running["due_on"] < end).any()
    assert (running["due_on"] >= end).any()
    assert (done["done_on"] <= done["due_on"]).any()
    assert (done["done_on"] > done["due_on"]).any()
    assert rows.loc[rows["status"] != "done", "done_on"].isna().all()


def test_some_are_given_to_campuses_by_lot(made: Made) -> None:
    rows = made.frames["measures"]
    by_lot = rows[rows["assigned_at_random"].astype(bool)]
    assert len(by_lot) >= 2
    assert set("、".join(by_lot["scope"]).split("、")) <= set(made.institution.campus_names)
    assert rows.loc[rows["reason_code"] == "scheduling", "scope"].tolist() == ["闵行校区"]


def test_progress_grows_and_ends_with_what_the_measure_is(made: Made) -> None:
    rows = made.frames["measure_progress"].merge(made.frames["measures"], on="measure_id")
    assert (rows["at"] >= rows["starts_on"]).all()
    assert (rows.groupby("measure_id")["percent"].diff().dropna() >= 0).all()
    last = rows.groupby("measure_id").tail(1).set_index("status")["percent"]
    assert (last["done"] == 100).all()
    assert (last[["running", "dropped"]] < 100).all()


def test_a_young_institution_has_none() -> None:
    made = make(Institution(students=20, months=1, campuses=1, seed=3))
    assert made.frames["measures"].empty
    assert made.frames["measure_progress"].empty
