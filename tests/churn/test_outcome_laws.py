"""What holds of every institution, whatever happens in it."""

from datetime import timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from churnlab.churn.outcome import CHURN_KINDS, at_risk, episodes, settled_before
from tests.builders import institution
from tests.churn import day_by_day
from tests.churn.random_stays import FIRST, RULES, random_tables

AS_OF = "2025-08-01"
seeds = st.integers(0, 10**6)
few = settings(max_examples=5, deadline=None)
TOLD = ["unit_id", "episode", "entered_on", "left_on", "known_on", "end_kind"]


def found(tables, as_of=AS_OF):
    return episodes(institution(as_of, settings=RULES, **tables))


@few
@given(seeds)
def test_each_stay_is_as_told_day_by_day(seed):
    tables = random_tables(seed, students=80)
    slowly = day_by_day.stays(tables, AS_OF, RULES)
    assert_frame_equal(found(tables)[TOLD], slowly, check_dtype=False)


def written_down_later(exits, limit):
    return [row for row in exits if row["recorded_on"] is not None and row["recorded_on"] >= limit]


def moved_future(tables):
    """Change all that happens on the date or after it, undated columns included, and add more."""
    limit = pd.Timestamp(AS_OF)
    changed = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for row in changed["lessons"]:
        if row["starts_at"] >= limit:
            row |= {"status": "absent", "hours_used": 9.0, "campus": "Elsewhere"}
    for name, when in (("suspensions", "from_on"), ("exits", "left_on"), ("enrolments", "signed_at")):
        changed[name] = [row for row in changed[name] if row[when] < limit]
    for row in written_down_later(changed["exits"], limit):
        row |= {"left_on": FIRST, "reason_code": "moved", "enrolment_id": None}
    for row in changed["suspensions"]:
        if row["to_on"] is not None and row["to_on"] >= limit:
            row["to_on"] = None
    for row in changed["refunds"]:
        if row["settled_at"] >= limit:
            row |= {"outcome": "kept", "settled_at": row["settled_at"] + pd.Timedelta(days=30)}
    for row in changed["enrolments"]:
        row["status"] = "ended"
    return changed


@few
@given(seeds)
def test_the_future_changes_nothing(seed):
    tables = random_tables(seed)
    assert_frame_equal(found(tables), found(moved_future(tables)))


@few
@given(seeds, st.integers(1, 40))
def test_an_end_once_known_stays_known(seed, days):
    tables = random_tables(seed)
    later = institution("2025-08-01", settings=RULES, **tables)
    then = episodes(later.before(later.as_of - timedelta(days=days)))
    told = then[then["left_on"].notna()][TOLD].reset_index(drop=True)
    now = episodes(later)[TOLD].merge(told[["unit_id", "episode"]], on=["unit_id", "episode"])
    assert_frame_equal(now, told)


@few
@given(seeds, st.randoms(use_true_random=False))
def test_row_order_changes_nothing(seed, shuffler):
    tables = random_tables(seed)
    shuffled = {name: shuffler.sample(rows, len(rows)) for name, rows in tables.items()}
    assert_frame_equal(found(tables), found(shuffled))


@few
@given(seeds)
def test_students_at_the_end_are_those_at_the_start_less_the_left_plus_the_entered(seed):
    stays = found(random_tables(seed))
    months = pd.date_range(FIRST, AS_OF, freq="MS")
    for start, end in pairwise(months):
        left = stays["left_on"].between(start, end, inclusive="left").sum()
        entered = stays["entered_on"].between(start, end, inclusive="left").sum()
        assert len(at_risk(stays, end)) == len(at_risk(stays, start)) - left + entered


@few
@given(seeds)
def test_no_stay_is_negative_none_overlap_and_nothing_is_known_after_the_date(seed):
    stays = found(random_tables(seed))
    gone = stays[stays["left_on"].notna()]
    assert (gone["left_on"] >= gone["entered_on"]).all()
    assert (gone["known_on"] > gone["left_on"]).all()
    assert (gone["known_on"] <= pd.Timestamp(AS_OF)).all()
    assert (stays["last_service_on"] < pd.Timestamp(AS_OF)).all()
    before = stays.groupby("unit_id")["known_on"].shift()
    assert (stays["entered_on"] >= before)[before.notna()].all()
    assert stays["end_kind"].isin([*CHURN_KINDS, "completed", "personal"]).equals(stays["left_on"].notna())


@few
@given(seeds, st.sampled_from(["student", "enrolment", "student-campus"]))
def test_every_end_before_the_settled_day_is_known(seed, unit):
    rules = RULES.model_copy(update={"outcome": RULES.outcome.model_copy(update={"unit": unit})})
    data = institution("2025-08-01", settings=rules, **random_tables(seed))
    then = data.before(data.as_of - timedelta(days=60))
    day = settled_before(then)
    names = ["unit_id", "left_on", "end_kind"]
    was, now = (
        stays[stays["left_on"] < day][names].reset_index(drop=True) for stays in (episodes(then), episodes(data))
    )
    assert_frame_equal(was, now)


@pytest.mark.parametrize("unit", ["enrolment", "student-campus"])
def test_every_unit_has_its_own_stays(unit):
    rules = RULES.model_copy(update={"outcome": RULES.outcome.model_copy(update={"unit": unit})})
    tables = random_tables(7)
    stays = episodes(institution(AS_OF, settings=rules, **tables))
    signed = [row for row in tables["enrolments"] if row["signed_at"] < pd.Timestamp(AS_OF)]
    names = {row["enrolment_id"] if unit == "enrolment" else f"{row['student_id']}|{row['campus']}" for row in signed}
    assert set(stays["unit_id"]) <= names
