"""Are the tables of staff and training believable, and in the contract's form?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.made import make
from churnlab.synthetic.training.programmes import Training
from churnlab.synthetic.training.telling import OF_STAFF, OF_TRAININGS, train, training_tables
from churnlab.tables.schemas import TABLES
from tests.synthetic.training.conftest import Told, tell

NAMES = ("staff", *OF_STAFF, *OF_TRAININGS)


def tables_of(institution: Institution) -> dict[str, pd.DataFrame]:
    _, world = begin(institution)
    return training_tables(world, train(world))


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_the_columns_of_the_contract_and_what_is_required(told: Told, name: str) -> None:
    table, frame = TABLES[name], told.tables[name]
    assert tuple(frame.columns) == table.names
    assert len(frame) > 5
    assert not frame.duplicated(list(table.key)).any()
    for column in table.columns:
        said = frame[column.name].dropna()
        assert not (column.required and len(said) < len(frame)), column.name
        # A target's measure is one of ours or, in its own words, a KPI.
        if column.codes and column.kind != "flag" and (name, column.name) != ("training_targets", "measure"):
            assert set(said) <= set(column.codes), column.name
        if column.low is not None:
            assert said.between(column.low, column.high or np.inf).all(), column.name
        if column.references in told.tables:
            assert set(said) <= set(told.tables[column.references][TABLES[column.references].key[0]]), column.name
    for order in table.orders:
        both = frame[[order.earlier, order.later]].dropna()
        assert (both[order.earlier] <= both[order.later]).all()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_dated_after_the_history(told: Told, name: str) -> None:
    for column in TABLES[name].columns:
        if column.kind in ("date", "time"):
            assert not (told.tables[name][column.name] >= pd.Timestamp(told.world.institution.end)).any()


def test_nobody_does_anything_before_she_is_hired_or_after_she_left(told: Told) -> None:
    staff = told.tables["staff"].set_index("staff_id")
    dated = {
        "test_answers": ("staff_id", "taken_at"), "reactions": ("respondent_id", "answered_at"),
        "ratings": ("staff_id", "at"), "incidents": ("staff_id", "at"), "certificates": ("staff_id", "taken_on"),
        "check_ins": ("staff_id", "week"), "training_attendance": ("staff_id", "at"),
    }  # fmt: skip
    for name, (who, when) in dated.items():
        rows = told.tables[name].dropna(subset=[when])
        at = rows[when].dt.normalize().to_numpy()
        assert (at >= staff["hired_on"].reindex(rows[who]).to_numpy() - np.timedelta64(10, "D")).all(), name
        gone = staff["left_on"].reindex(rows[who]).to_numpy()
        late = np.timedelta64(3 if name == "reactions" else 0, "D")  # she may answer from home
        assert not (at > gone + late).any(), name


def test_the_same_seed_tells_the_same_and_another_does_not() -> None:
    again, other = tables_of(Institution(students=600, seed=11)), tables_of(Institution(students=600, seed=12))
    for name, frame in tell(11, 600).tables.items():
        pd.testing.assert_frame_equal(frame, again[name])
        assert not frame.equals(other[name])


def test_an_institution_that_trains_nobody_has_no_rows_and_no_further_staff() -> None:
    institution = Institution(students=600, seed=11, training=None)
    _, world = begin(institution)
    assert train(world) is None
    tables = training_tables(world, None)
    assert set(tables) == set(NAMES)
    assert all(frame.empty for name, frame in tables.items() if name != "staff")
    pd.testing.assert_frame_equal(tables["staff"], world.place.staff, check_like=True)


@pytest.mark.parametrize(("students", "months", "campuses"), [(20, 1, 1), (20, 6, 1), (60, 24, 2), (300, 40, 12)])
def test_small_young_and_old_ones_stand_and_end_in_their_own_time(students: int, months: int, campuses: int) -> None:
    institution = Institution(students=students, months=months, campuses=campuses, seed=3)
    tables = tables_of(institution)
    for name, frame in tables.items():
        assert tuple(frame.columns) == TABLES[name].names
        for column in TABLES[name].columns:
            if column.kind in ("date", "time"):
                assert not (frame[column.name] >= pd.Timestamp(institution.end)).any()
    assert tables["trainings"].empty == (months < 7)


ADVISERS = {"leads": ("owner_id",), "contacts": ("staff_id",), "enrolments": ("staff_id",)}


def test_training_moves_no_row_of_any_other_table() -> None:
    trained, plain = make(Institution(students=300, seed=5)), make(Institution(students=300, seed=5, training=None))
    for name, frame in plain.frames.items():
        if name == "staff":
            pd.testing.assert_frame_equal(trained.frames[name].head(len(frame)), frame)
            assert len(trained.frames[name]) > len(frame)
        elif name in (*OF_STAFF, *OF_TRAININGS):
            assert frame.empty
            assert len(trained.frames[name]) > 0
        else:  # all advisers share the work, of whom there are more
            told = frame.drop(columns=list(ADVISERS.get(name, ())))
            pd.testing.assert_frame_equal(trained.frames[name][list(told)], told)
    assert plain.truth.training is None
    assert trained.truth.training is not None
    assert (
        trained.truth.training.programmes["training_id"].tolist() == trained.frames["trainings"]["training_id"].tolist()
    )


def test_the_simple_mode_trains_nobody_unless_it_is_told_to() -> None:
    assert Institution(simple=True).training is None
    assert Institution(simple=True, training=Training(leaves_per_week=0.003)).training is not None


def test_names_in_texts_are_made_up_and_some_are_there(told: Told) -> None:
    assert told.tables["incidents"]["text"].str.contains("家长").all()
    assert told.tables["reactions"]["text"].dropna().str.contains("老师讲得清楚").any()
