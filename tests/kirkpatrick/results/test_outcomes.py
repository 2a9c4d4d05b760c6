"""What did a training do to the contracts and complaints of the people trained?"""

from types import SimpleNamespace

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.results.outcomes import outcome_effects, outcomes, staff_outcomes
from tests.builders import institution

STAFF = [
    {"staff_id": "A", "role": "adviser", "hired_on": "2024-01-01"},
    {"staff_id": "B", "role": "adviser", "hired_on": "2026-02-15"},
]
STUDENTS = [
    {"student_id": "x", "registered_on": "2026-01-01", "referrer_id": "y"},
    {"student_id": "y", "registered_on": "2026-01-01"},
]


def contract(number, student, kind, signed, amount, staff="A", **more):
    return {
        "enrolment_id": number,
        "student_id": student,
        "kind": kind,
        "signed_at": signed,
        "amount_due": amount,
        "staff_id": staff,
    } | more


# A in January: x new (referred) for 100, y new for 300. In February nothing. In March x renews, whose contract ends on
# 20 March, on the 10th: ten days early; y renews hers of 12 March on the 10th: two days early; x takes another course.
SIGNED = [
    contract("1", "x", "new", "2026-01-05", 100, ends_on="2026-03-20"),
    contract("2", "y", "new", "2026-01-09", 300, ends_on="2026-03-12"),
    contract("3", "x", "renewal", "2026-03-10", 100, renews_id="1"),
    contract("4", "y", "renewal", "2026-03-10", 100, renews_id="2"),
    contract("5", "x", "expansion", "2026-03-11", 200),
    contract("6", "y", "new", "2026-03-11", 50, staff="B"),
]
TRAINING = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-02-02", "ends_on": "2026-02-20"}
WHO = [{"training_id": "PX1", "staff_id": "A", "arm": "trained", "enrolled_on": "2026-02-02"}]


def series(as_of="2026-04-01", signed=SIGNED):
    data = institution(as_of, staff=STAFF, students=STUDENTS, enrolments=signed)
    return {
        name: {
            (row["staff_id"], f"{row['month']:%m}"): (row["value"], None if row["n"] != row["n"] else row["n"])
            for row in rows.to_dict("records")
        }
        for name, rows in staff_outcomes(data).items()
    }


def values(rows):
    return {cell: value for cell, (value, _) in rows.items()}


def test_counts_and_sums_have_a_row_for_each_whole_month_that_she_was_there():
    told = series()
    # B came on 15 February: March is her first whole month.
    assert values(told["contracts"]) == {("A", "01"): 2, ("A", "02"): 0, ("A", "03"): 0, ("B", "03"): 1}
    assert values(told["contract_cny"]) == {("A", "01"): 400, ("A", "02"): 0, ("A", "03"): 400, ("B", "03"): 50}
    assert values(told["expansions"]) == {("A", "01"): 0, ("A", "02"): 0, ("A", "03"): 1, ("B", "03"): 0}
    assert values(told["referred_contracts"]) == {("A", "01"): 1, ("A", "02"): 0, ("A", "03"): 0, ("B", "03"): 0}


def test_shares_have_their_denominators():
    told = series()
    assert told["contract_value_cny"] == {("A", "01"): (200, 2), ("B", "03"): (50, 1)}
    assert told["early_renewal_rate"] == {("A", "03"): (1 / 2, 2)}


def test_whoever_is_not_renewed_at_all_is_not_renewed_early():
    # Of the two contracts that end in March x's is renewed ten days before, y's not at all.
    assert series(signed=[one for one in SIGNED if one["enrolment_id"] != "4"])["early_renewal_rate"] == {
        ("A", "03"): (1 / 2, 2)
    }
    assert series(signed=SIGNED[:2])["early_renewal_rate"] == {("A", "03"): (0, 2)}


def test_who_bought_again_is_told_of_the_contracts_that_ended():
    # x signed again before 20 March; y two days before 12 March. Told once the days of grace are over, not before.
    assert series("2026-06-01")["repurchase_rate"] == {("A", "03"): (2 / 2, 2)}
    alone = [one for one in SIGNED if one["enrolment_id"] not in ("4",)]
    assert series("2026-06-01", alone)["repurchase_rate"] == {("A", "03"): (1 / 2, 2)}
    assert "repurchase_rate" not in series("2026-04-01")


def test_a_contract_is_no_purchase_after_itself_nor_one_before_it():
    # x's renewal ends on 30 April and nothing follows; that it is a renewal itself does not count.
    renewed = [SIGNED[0], SIGNED[2] | {"ends_on": "2026-04-30"}]
    assert series("2026-07-01", renewed)["repurchase_rate"] == {("A", "03"): (1, 1), ("A", "04"): (0, 1)}
    later = contract("7", "x", "new", "2026-03-20", 100, ends_on="2026-05-10")
    assert series("2026-07-01", [*renewed, later])["repurchase_rate"][("A", "05")] == (0, 1)


def test_the_future_changes_nothing_and_a_month_that_goes_on_is_left_out():
    soon = series("2026-03-11")
    assert soon == series("2026-03-11", SIGNED[:4])
    assert set(values(soon["contracts"])) == {("A", "01"), ("A", "02")}


def test_a_share_of_too_few_cases_is_left_out_whatever_it_came_to(monkeypatch):
    told = [
        SimpleNamespace(metric="booked_rate", fewest_cases=9.0),
        SimpleNamespace(metric="visited_rate", fewest_cases=10.0),
        SimpleNamespace(metric="contracts", fewest_cases=4.0),
    ]
    monkeypatch.setattr("churnlab.kirkpatrick.results.outcomes.effects_of", lambda evaluated, series: told)
    data = institution("2026-04-01", staff=STAFF, students=STUDENTS, trainings=[TRAINING], trainees=WHO)
    assert [one.metric for one in outcome_effects(Evaluation(data, "PX1"))] == ["visited_rate", "contracts"]


def test_too_few_are_refused():
    data = institution(
        "2026-04-01", staff=STAFF, students=STUDENTS, enrolments=SIGNED, trainings=[TRAINING], trainees=WHO
    )
    with pytest.raises(NotEnoughData) as error:
        outcomes(Evaluation(data, "PX1"))
    assert error.value.message("en") == (
        "No contracts, leads or complaints name 4 of those trained, before and after: what the training did to them "
        "cannot be told."
    )
