from dataclasses import FrozenInstanceError
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from churnlab.churn.features import FEATURES, features
from churnlab.settings import Outcome, Settings
from churnlab.tables.schemas import TABLES
from tests.builders import institution
from tests.churn.one_student import contract, lesson
from tests.churn.random_institution import another_future, random_institution

END = "2026-07-15"
DATES = ["2026-01-01", "2026-03-01", "2026-05-15"]
UNITS = ("student", "enrolment", "student-campus")
# An example is forty students in ten tables; a seed cannot be shrunk.
a_few = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
a_seed = given(seed=st.integers(0, 2**32 - 1), unit=st.sampled_from(UNITS))


def opened(tables, unit="student", as_of=END):
    return institution(as_of, settings=Settings(outcome=Outcome(unit=unit)), **tables)


@pytest.mark.slow
@a_few
@a_seed
def test_many_dates_at_once_give_what_each_gives_alone(seed, unit):
    data = opened(random_institution(np.random.default_rng(seed)), unit)
    alone = [features(data.before(date.fromisoformat(on)), dates=[on]) for on in DATES]
    assert_frame_equal(features(data, dates=DATES), pd.concat(alone, ignore_index=True), check_exact=True)


@pytest.mark.slow
@a_few
@a_seed
@example(seed=1, unit="student-campus")  # a lesson on a contract that was signed after it
@example(seed=7280, unit="student")  # a refund settled before it was asked for
def test_the_future_changes_nothing(seed, unit):
    rng = np.random.default_rng(seed)
    tables = random_institution(rng)
    on = DATES[rng.integers(len(DATES))]
    changed = another_future(tables, date.fromisoformat(on), rng)
    assert changed != tables
    known = features(opened(tables, unit), dates=[on])
    assert_frame_equal(features(opened(changed, unit), dates=[on]), known, check_exact=True)


@pytest.mark.slow
@a_few
@a_seed
def test_row_order_changes_nothing(seed, unit):
    rng = np.random.default_rng(seed)
    tables = random_institution(rng)
    mixed = {name: [rows[place] for place in rng.permutation(len(rows))] for name, rows in tables.items()}
    known = features(opened(tables, unit), dates=DATES)
    assert_frame_equal(features(opened(mixed, unit), dates=DATES[::-1]), known, check_exact=True)


def test_neither_exits_nor_later_refunds_move_a_feature():
    # a came until 02-24; | 03-01 | leaves on 03-05, is refunded on 03-20 what was asked for on 02-27
    tables = {"enrolments": [contract()], "lessons": [lesson("02-17"), lesson("02-24")]}
    refund = {"student_id": "a", "enrolment_id": "e1", "requested_at": "2026-02-27", "amount": 500}
    asked = {"refunds": [{**refund, "settled_at": None, "outcome": "open"}]}
    known = features(opened(tables | asked), dates=["2026-03-01"])
    for settled_at, outcome in (("2026-03-20", "refunded"), ("2026-03-20", "kept"), (None, "open")):
        told = {"refunds": [{**refund, "settled_at": settled_at, "outcome": outcome}]}
        told["exits"] = [
            {"student_id": "a", "left_on": day, "reason_code": "price"} for day in ("2026-02-26", "2026-03-05")
        ]
        assert_frame_equal(features(opened(tables | told), dates=["2026-03-01"]), known)


def test_a_row_is_a_unit_with_a_contract_signed_before_the_date():
    contracts = [
        contract(),
        contract(enrolment_id="e2", campus="east", signed_at="2026-02-28 23:59"),
        contract(enrolment_id="e3", student_id="b", signed_at="2026-03-01 00:00"),
        contract(enrolment_id="e4", student_id="c", status="void"),
    ]
    units = {
        unit: features(opened({"enrolments": contracts}, unit), dates=["2026-03-01"])["unit_id"].to_list()
        for unit in UNITS
    }
    assert units == {"student": ["a"], "enrolment": ["e1", "e2"], "student-campus": ["a|east", "a|west"]}


def test_lessons_go_to_the_unit_of_their_contract():
    # piano in the west: came on 02-20; chess in the east: missed on 02-25
    contracts = [contract(), contract(enrolment_id="e2", course_id="chess", campus="east")]
    days = [lesson("02-20"), lesson("02-25", "absent", enrolment_id=None, course_id="chess", campus="east")]
    tables = {"enrolments": contracts, "lessons": days}
    rates = {
        unit: features(opened(tables, unit), dates=["2026-03-01"]).set_index("unit_id")["attendance_rate_28d"].to_dict()
        for unit in UNITS
    }
    assert rates == {
        "student": {"a": 1 / 2},
        "enrolment": {"e1": 1, "e2": 0},
        "student-campus": {"a|west": 1, "a|east": 0},
    }


def test_without_lessons_or_money_the_rest_is_still_told():
    # as open data of a university: contracts and activity only
    by_period = contract(billing="by_period", hours_bought=None, amount_due=None, ends_on="2026-06-29")
    activity = [{"student_id": "a", "enrolment_id": "e1", "on": "2026-02-01", "kind": "click", "count": 3}]
    row = features(opened({"enrolments": [by_period], "activity": activity}, "enrolment"), dates=["2026-03-01"]).iloc[0]
    told = row.dropna().drop(["as_of", "unit_id", "student_id"]).to_dict()
    assert told == {
        "days_to_contract_end": 120, "tenure_days": 59, "contracts_before": 0, "course_id": "piano",
        "courses_at_once": 1, "activity_days_28d": 1, "activity_change_28d": 7 / 28 - 7 / 59,
    }  # fmt: skip


@pytest.mark.parametrize("dates", [[], ["2026-03-01"]])
def test_no_rows_have_the_same_columns(dates):
    none = features(opened({}), dates=dates)
    assert none.empty
    assert list(none) == ["as_of", "unit_id", "student_id", *(feature.name for feature in FEATURES)]
    kinds = none.dtypes.astype(str)
    assert kinds["as_of"] == "datetime64[ns]"
    assert set(kinds[[f.name for f in FEATURES if f.unit != "code"]]) == {"float64"}


def test_the_door_opens_backwards_only():
    with pytest.raises(ValueError, match="2026-07-16 lies after 2026-07-15: the door opens backwards only"):
        features(opened({}), dates=["2026-07-16"])


def test_dates_may_repeat_and_come_in_any_form():
    data = opened({"enrolments": [contract()]})
    forms = ["2026-03-01", date(2026, 3, 1), pd.Timestamp("2026-03-01")]
    assert_frame_equal(features(data, dates=forms), features(data, dates=["2026-03-01"]))


def test_every_source_says_when_it_was_known():
    assert len(FEATURES) == 40
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    for feature in FEATURES:
        dated = {f"{name}.{TABLES[name].dated_by}" for name in feature.source}
        assert dated - {"refunds.requested_at"} <= set(feature.known_at), feature.name
        tables = {known.split(".")[0] for known in feature.known_at}
        assert tables == set(feature.source), feature.name
        assert all(known.split(".")[1] in TABLES[known.split(".")[0]].names for known in feature.known_at)


def test_a_declaration_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        FEATURES[0].stem = "another"  # type: ignore[misc]
