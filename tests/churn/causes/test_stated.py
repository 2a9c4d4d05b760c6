"""Does the reason count that was stated best, near the end, and known by the date?"""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.outcome import episodes
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.builders import institution
from tests.churn.causes import leavers
from tests.churn.causes.leavers import complaint, exit_of, gone, score, unchecked
from tests.churn.stays import by_period, settings

# How guesses are joined where they count; whether they do is worked out in test_indirect.py.
asked = partial(leavers.asked, rules=unchecked())


def asked_back(on, **more):
    return {"student_id": "a", "requested_at": on, "amount": 1.0, "reason_code": "price", "outcome": "open"} | more


def _one(data, student="a"):
    rows = stated(data)
    row = rows[rows["unit_id"] == student].iloc[-1]
    return row["department"], row["reason"], row["source"]


# a's contract runs out on 31 March and is not renewed:
#
#   5 Mar       10 Mar         20 Mar            31 Mar      12 Apr
#   low score   complaint      refund: price     form: time  interview: teacher
def test_an_interview_counts_before_all_else():
    sources = {
        "surveys": [score("a", "facility", "2025-03-05", 1)],
        "complaints": [complaint("a", "服务态度", "2025-03-10")],
        "refunds": [asked_back("2025-03-20")],
        "exits": [
            exit_of("a", "scheduling"),
            exit_of("a", "teacher", "2025-04-12", method="interview", enrolment_id="e-a"),
        ],
    }
    assert _one(asked("a", **sources)) == ("teaching", "teacher", "interview")
    assert stated(asked("a", **sources))["sources"].tolist() == [5]
    sources["exits"].pop()
    assert _one(asked("a", **sources)) == ("service", "scheduling", "form")
    sources["exits"] = []
    assert _one(asked("a", **sources)) == ("market", "price", "refund")
    sources["refunds"] = []
    assert _one(asked("a", **sources)) == ("service", "attitude", "complaint")
    sources["complaints"] = []
    assert _one(asked("a", **sources)) == ("facility", "facility", "satisfaction")
    sources["surveys"] = []
    assert _one(asked("a", **sources)) == ("unstated", None, None)


def test_what_one_says_is_nobody_elses_reason():
    sources = {
        "surveys": [score("b", "facility", "2025-03-05", 1)],
        "complaints": [complaint("b", "服务态度", "2025-03-10")],
        "refunds": [asked_back("2025-03-20", student_id="b")],
        "exits": [exit_of("b", "teacher")],
    }
    data = asked("a", "b", **sources)
    assert _one(data) == ("unstated", None, None)
    assert stated(data)["sources"].tolist() == [0, 4]


@pytest.mark.parametrize(("said", "found", "is_personal"), [("moved", "price", False), ("price", "health", True)])
def test_what_an_interview_found_decides_what_kind_of_end_it_was(said, found, is_personal):
    exits = [exit_of("a", said, "2025-03-20"), exit_of("a", found, "2025-03-20", method="interview")]
    for each in (exits, exits[::-1]):
        kinds = episodes(asked("a", exits=each))["end_kind"].tolist()
        assert (kinds == ["personal"]) == is_personal


def test_a_call_tells_why_once_it_was_made():
    call = {"list_id": "l", "student_id": "a", "made_on": "2025-03-01", "arm": "call", "reason_code": "competitor"}
    assert _one(asked("a", calls=[call | {"called_at": "2025-03-03"}])) == ("market", "competitor", "call")
    assert _one(asked("a", calls=[call | {"called_at": None}]))[0] == "unstated"


def test_a_word_that_says_nothing_counts_last():
    exits = [exit_of("a", "other", method="interview")]
    complaints = [complaint("a", "教学质量", "2025-03-10")]
    assert _one(asked("a", exits=exits, complaints=complaints)) == ("teaching", "teaching", "complaint")
    assert _one(asked("a", exits=exits)) == ("other", "other", "interview")


def test_the_order_of_sources_is_a_setting():
    data = asked("a", exits=[exit_of("a", "price")], complaints=[complaint("a", "教学质量", "2025-03-10")])
    causes = data.settings.causes.model_copy(update={"sources": ("complaint",)})
    own = type(data)(
        as_of=data.as_of, settings=data.settings.model_copy(update={"causes": causes}), versions=data.versions
    )
    assert _one(own) == ("teaching", "teaching", "complaint")


# An end on 31 March looks back 60 days, to 30 January, and 90 days on, to 29 June.
@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({"refunds": [asked_back("2025-01-30")]}, True),
        ({"refunds": [asked_back("2025-01-29")]}, False),
        ({"refunds": [asked_back("2025-06-29")]}, True),
        ({"refunds": [asked_back("2025-06-30")]}, False),
        ({"complaints": [complaint("a", "价格", "2025-01-12")]}, True),  # still open
        ({"complaints": [complaint("a", "价格", "2025-01-12", "2025-01-30")]}, True),
        ({"complaints": [complaint("a", "价格", "2025-01-12", "2025-01-29")]}, False),
        ({"complaints": [complaint("a", "价格", "2025-04-01")]}, False),  # after the end
        ({"surveys": [score("a", "market", "2025-03-31", 2)]}, True),
        ({"surveys": [score("a", "market", "2025-03-31", 3)]}, False),  # not low
        ({"surveys": [score("a", "market", "2025-04-01", 2)]}, False),
    ],
)
def test_only_what_is_near_the_end_counts(told, counts):
    assert (_one(asked("a", **told))[0] == "market") == counts


def test_of_low_scores_the_lowest_of_the_latest_sheet_counts():
    surveys = [
        score("a", "facility", "2025-01-20", 1),
        score("a", "service", "2025-03-20", 2),
        score("a", "teaching", "2025-03-20", 1),
    ]
    assert _one(asked("a", surveys=surveys)) == ("teaching", "teaching", "satisfaction")


def test_a_lowest_score_that_two_share_names_neither():
    surveys = [score("a", name, "2025-03-20", 1) for name in ("service", "teaching")]
    assert _one(asked("a", surveys=surveys))[0] == "unstated"
    assert _one(asked("a", surveys=surveys[:1]))[0] == "service"
    assert _one(asked("a", surveys=[surveys[0] | {"item": each} for each in ("x", "y")]))[0] == "service"


def test_who_was_talked_into_staying_left_for_another_reason():
    refund = asked_back("2025-02-20", settled_at="2025-02-25", outcome="kept")
    assert _one(asked("a", refunds=[refund]))[0] == "unstated"


# a leaves on 31 March for the price, comes again on 10 May and leaves on 30 June because of the teacher.
def test_each_stay_has_its_own_reason():
    contracts = [gone("a"), by_period("again", "2025-05-10", "2025-06-30")]
    exits = [exit_of("a", "price", "2025-04-02"), exit_of("a", "teacher", "2025-06-30")]
    data = institution("2025-10-01", settings=settings(inactivity_days=None), enrolments=contracts, exits=exits)
    assert stated(data)[["episode", "reason"]].to_numpy().tolist() == [[1, "price"], [2, "teacher"]]


def test_personal_reasons_are_kept_apart_from_churn():
    data = asked("a", "b", exits=[exit_of("a", "moved"), exit_of("b", "price")])
    assert stated(data)["end_kind"].tolist() == ["personal", "not_renewed"]
    assert churned(stated(data))["unit_id"].tolist() == ["b"]


def test_a_reason_of_one_contract_is_not_another_ones():
    contracts = [by_period(name, "2025-01-10", "2025-03-31") for name in ("one", "two")]
    exits = [exit_of("a", "price", enrolment_id="one")]
    data = institution(
        "2025-08-01", settings=settings(inactivity_days=None, unit="enrolment"), enrolments=contracts, exits=exits
    )
    assert stated(data)["department"].tolist() == ["market", "unstated"]


def test_what_is_registered_later_is_not_known_yet():
    exits = [exit_of("a", "price", "2025-05-20")]
    assert _one(asked("a", as_of="2025-05-20", exits=exits))[0] == "unstated"
    assert _one(asked("a", as_of="2025-05-21", exits=exits))[0] == "market"


def test_the_period_may_be_of_leaving_or_of_knowing():
    data = asked("a")  # left on 31 March, known on 1 May
    day = pd.Timestamp("2025-05-01").date()
    assert len(stated(data, start=day)) == 0
    assert len(stated(data, start=day, by="known_on")) == 1


@pytest.fixture(name="made", scope="module")
def made_up():
    return make(Institution(students=400, months=16, campuses=2, seed=5))


def test_the_future_changes_nothing(made):
    day = pd.Timestamp("2026-05-01").date()
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=3))
    one, two = (stated(each.data(day)) for each in (made, other))
    pd.testing.assert_frame_equal(one, two)
    assert len(one) > 30


def test_the_order_of_rows_changes_nothing(made):
    rng = np.random.default_rng(1)
    mixed = {name: rows.iloc[rng.permutation(len(rows))] for name, rows in made.frames.items()}
    pd.testing.assert_frame_equal(stated(made.data()), stated(replace(made, frames=mixed).data()))


# first stay ====| 5 Jan ... 1 Feb: refund, price ... 10 Feb == 20 Feb: refund, price ==second stay==| 31 Mar
# Both refunds lie within 90 days after the first end and within 60 days before the second.
@pytest.mark.parametrize(("on", "departments"), [("02-01", ["market", "unstated"]), ("02-20", ["unstated", "market"])])
def test_a_reason_is_that_of_the_stay_that_it_was_stated_in_or_after(on, departments):
    contracts = [
        by_period("e1", "2024-10-01", "2025-01-05", student="a"),
        by_period("e2", "2025-02-10", "2025-03-31", student="a"),
    ]
    rows = stated(asked(enrolments=contracts, refunds=[asked_back(f"2025-{on}")]))
    assert rows["department"].tolist() == departments
    assert rows["sources"].tolist() == [int(name == "market") for name in departments]
