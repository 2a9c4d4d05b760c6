"""Is what was made up believable, and in the contract's form?"""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.calendar import calendar
from churnlab.tables.contract import Column
from churnlab.tables.door import fetch, to_arrow
from churnlab.tables.schemas import TABLES

DTYPES = {
    "id": "O", "word": "O", "text": "O", "code": "O", "date": "M", "time": "M", "money": "f", "hours": "f",
    "count": "i", "number": "f", "percent": "f", "flag": "bO",
}  # fmt: skip
SERVED = ("present", "late")
OPEN_WORDS = {("training_targets", "measure")}  # one of ours or, by its own name, a KPI
OPEN_REFERENCES = {("leads", "referrer_id"), ("students", "referrer_id")}


def columns() -> list[tuple[str, Column]]:
    return [(name, column) for name, table in TABLES.items() for column in table.columns]


@pytest.mark.parametrize(("table", "column"), columns(), ids=lambda part: getattr(part, "name", part))
def test_every_column_is_as_the_contract_says(made: Made, table: str, column: Column) -> None:
    values = made.frames[table][column.name]
    assert values.dtype.kind in DTYPES[column.kind]
    said = values.dropna()
    assert not (column.required and len(said) < len(values))
    if column.codes and (table, column.name) not in OPEN_WORDS:
        assert set(said) <= ({True, False} if column.kind == "flag" else set(column.codes))
    if column.kind in ("id", "word", "text", "code"):
        assert all(isinstance(value, str) and value == value.strip() and value for value in said)
    if column.low is not None:
        assert said.between(column.low, column.high or np.inf).all()
    if column.kind == "date":
        assert (said == said.dt.normalize()).all()
    if column.references:
        target = made.frames[column.references]
        assert set(said) <= set(target[TABLES[column.references].key[0]])


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_unique_and_dates_in_order(made: Made, name: str) -> None:
    table, frame = TABLES[name], made.frames[name]
    assert tuple(frame.columns) == table.names
    assert not frame.duplicated(list(table.key)).any()
    for order in table.orders:
        both = frame[[order.earlier, order.later]].dropna()
        assert (both[order.earlier] <= both[order.later]).all()
    stored = frame.rename(columns={column.name: column.stored_name for column in table.columns})
    if name != "students":  # its birth dates become age bands when they are stored
        assert len(to_arrow(stored, table)) == len(frame)


def test_nothing_is_dated_after_the_history(made: Made) -> None:
    end = pd.Timestamp(made.institution.end)
    plans = {
        ("enrolments", "starts_on"), ("enrolments", "ends_on"), ("campaigns", "ends_on"), ("measures", "due_on"),
    }  # fmt: skip
    for table, column in columns():
        if column.kind in ("date", "time") and (table, column.name) not in plans:
            assert not (made.frames[table][column.name] >= end).any(), (table, column.name)
    enrolments = made.frames["enrolments"]
    assert (enrolments["signed_at"] < end).all()


def test_the_same_seed_makes_the_same_rows_and_another_does_not(made: Made) -> None:
    again, other = make(Institution(students=600, seed=11)), make(Institution(students=600, seed=12))
    for name, frame in made.frames.items():
        pd.testing.assert_frame_equal(frame, again.frames[name])
    pd.testing.assert_frame_equal(made.truth.risk, again.truth.risk)
    assert not made.frames["lessons"].equals(other.frames["lessons"])


def test_rows_do_not_depend_on_pythonhashseed() -> None:
    code = (
        "import hashlib, pandas as pd; from churnlab.synthetic import Institution, make;"
        "made = make(Institution(students=40, months=6));"
        "print(hashlib.sha256(''.join(f.to_csv() for f in made.frames.values()).encode()).hexdigest())"
    )
    made = make(Institution(students=40, months=6))
    here = hashlib.sha256("".join(frame.to_csv() for frame in made.frames.values()).encode()).hexdigest()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert told.stdout.strip() == here


def test_no_lesson_on_a_holiday(made: Made) -> None:
    days = calendar(made.institution)
    closed = set(days.date(np.flatnonzero(days.closed)))
    assert closed.isdisjoint(made.frames["lessons"]["starts_at"].dt.normalize().unique())


def test_siblings_share_a_phone_a_guardian_and_a_campus_of_entry(made: Made) -> None:
    families = made.frames["students"].groupby("phone")
    pairs = families.filter(lambda family: len(family) > 1)
    assert families.size().max() == 2
    assert len(pairs) == 2 * round(600 * 0.09 / 2)
    assert (pairs.groupby("phone")["guardian"].nunique() == 1).all()
    assert (pairs.groupby("phone")["name"].nunique() == 2).all()


def test_payments_add_up_to_what_was_paid(made: Made) -> None:
    paid = made.frames["payments"].groupby("enrolment_id")["amount"].sum()
    enrolments = made.frames["enrolments"].set_index("enrolment_id")
    assert (enrolments["amount_paid"] <= enrolments["amount_due"]).all()
    pd.testing.assert_series_equal(
        enrolments["amount_paid"], paid.reindex(enrolments.index, fill_value=0.0), check_names=False
    )


def test_no_contract_uses_more_hours_than_it_has(made: Made) -> None:
    used = made.frames["lessons"].groupby("enrolment_id")["hours_used"].sum()
    enrolments = made.frames["enrolments"].set_index("enrolment_id")
    bought = enrolments["hours_bought"] + enrolments["hours_free"]
    by_hours = enrolments["billing"] == "by_hours"
    left = (bought - used.reindex(bought.index, fill_value=0.0))[by_hours]
    assert (left >= 0).all()
    # A contract that ran out was followed or was the last; one that runs has hours left.
    assert (left[enrolments.loc[by_hours, "status"] == "active"] > 0).mean() > 0.97


def test_a_row_taken_back_is_followed_by_the_right_one(made: Made) -> None:
    lessons = made.frames["lessons"].set_index("lesson_id")
    back = lessons[lessons["reverses_id"].notna()]
    wrong = lessons.loc[back["reverses_id"]]
    same = ["student_id", "enrolment_id", "class_id", "starts_at", "status"]
    assert len(back) > 20
    assert (back[same].to_numpy() == wrong[same].to_numpy()).all()
    assert (back["hours_used"].to_numpy() == -wrong["hours_used"].to_numpy()).all()
    stands = lessons.drop(index=[*back.index, *wrong.index])
    assert len(stands.merge(back[same[:4]], on=same[:4])) == len(back)
    assert not stands.duplicated(["student_id", "class_id", "starts_at"]).any()


def test_students_move_as_in_life(made: Made) -> None:
    episodes = made.truth.episodes
    kinds = episodes["end_kind"].value_counts(normalize=True)
    assert set(kinds.index) == {"not_renewed", "refunded", "dormant", "withdrawn", "completed", "personal"}
    assert (episodes["episode"] > 1).any()
    assert made.frames["suspensions"]["to_on"].notna().any()
    lessons = made.frames["lessons"]
    assert (lessons.groupby("student_id")["campus"].nunique() > 1).any()
    assert lessons["status"].isin(SERVED).mean() == pytest.approx(0.89, abs=0.03)


def test_five_thousand_students_are_as_many_as_a_real_institution_has() -> None:
    truth = make(Institution()).truth
    months = truth.months[(truth.months["campus"] == "") & (truth.months["at_risk"] > 0)]
    assert (months["churned"] / months["at_risk"]).between(0.02, 0.065).all()
    assert months["churned"].sum() / months["at_risk"].sum() == pytest.approx(0.037, abs=0.004)
    assert 1800 <= truth.episodes["left_on"].isna().sum() <= 2600
    # One-year retention of those who entered in the first two months: their first year is whole.
    first = truth.episodes[(truth.episodes["entered_on"] < "2025-01-01") & (truth.episodes["episode"] == 1)]
    year = first["left_on"] < first["entered_on"] + pd.Timedelta(days=365)
    churned = year & first["end_kind"].isin(["not_renewed", "refunded", "dormant", "withdrawn"])
    assert 1 - churned.mean() == pytest.approx(0.63, abs=0.04)


def test_complaints_and_bad_moods_come_before_churn(made: Made) -> None:
    risk = made.truth.risk
    churned = risk["end_kind"].isin(["not_renewed", "refunded", "dormant", "withdrawn"])
    assert risk.loc[churned, "open_complaint"].mean() > 1.5 * risk.loc[~churned, "open_complaint"].mean()
    assert risk.loc[churned, "missed_lessons"].mean() > 1.2 * risk.loc[~churned, "missed_lessons"].mean()


def test_it_opens_like_a_store(made: Made) -> None:
    data = made.data("2025-06-01")
    assert data.made_up
    lessons = fetch(data.table("lessons"))
    assert lessons["starts_at"].max() < pd.Timestamp("2025-06-01")
    assert made.data().as_of == made.institution.as_of
    students = fetch(made.data().table("students"))
    assert students["phone"].nunique() == len(students) - round(600 * 0.09 / 2)
    assert not students["phone"].str.fullmatch(r"1\d{10}").any()
    assert students["age_band"].notna().all()


def test_the_smallest_institution_stands() -> None:
    made = make(Institution(students=20, months=1, campuses=1, seed=3))
    assert len(made.frames["students"]) == 20 + len(made.truth.to_come) + len(made.truth.never_came)
    assert made.frames["lessons"]["starts_at"].dt.strftime("%Y-%m").unique().tolist() == ["2024-11"]
