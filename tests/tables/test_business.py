"""Is money, time or place that cannot be so counted right?"""

import pytest

from churnlab.i18n import text
from churnlab.tables.business import business, named
from tests.tables.sheets import kept


def told(**rows):
    return {
        key.removeprefix("warning.business."): facts
        for key, facts in business({name: kept(name, *of) for name, of in rows.items()})
    }


def one(which):
    return {"n": 1, "which": {"zh": which, "en": which}}


def refund(number, amount, **more):
    return {"refund_id": f"R{number}", "enrolment_id": "E1", "amount": amount, **more}


# E1 was signed on 1 March for 100 yuan, and paid.
CONTRACT = {"enrolments": [{"hours_bought": "10", "hours_free": "2"}], "payments": [{}]}


def test_a_contract_can_be_refunded_what_was_paid_and_no_more():
    assert told(**CONTRACT, refunds=[refund(1, "100")]) == {}
    assert told(**CONTRACT, refunds=[refund(1, "100.01")]) == {"refund_above_paid": one("E1")}
    assert told(**CONTRACT, refunds=[refund(1, "60"), refund(2, "40.01")]) == {"refund_above_paid": one("E1")}


def test_a_refund_that_was_talked_out_of_is_none():
    assert told(**CONTRACT, refunds=[refund(1, "100"), refund(2, "50", outcome="已挽回")]) == {}


def test_without_payments_the_contract_says_what_was_paid():
    contracts = {"enrolments": CONTRACT["enrolments"]}
    assert told(**contracts, refunds=[refund(1, "100")]) == {}
    assert told(**contracts, refunds=[refund(1, "101")]) == {"refund_above_paid": one("E1")}


def test_nothing_is_refunded_before_it_was_bought():
    assert told(**CONTRACT, refunds=[refund(1, "50", requested_at="2025-03-01 08:00")]) == {}
    assert told(**CONTRACT, refunds=[refund(1, "50", requested_at="2025-02-28")]) == {
        "refund_before_purchase": one("E1")
    }


def test_the_same_amount_for_the_same_contract_may_be_counted_twice():
    assert told(**CONTRACT, refunds=[refund(1, "30"), refund(2, "30"), refund(3, "31")]) == {"refund_twice": one("E1")}


def lesson(number, hours="1", **more):
    return {"lesson_id": f"L{number}", "enrolment_id": "E1", "hours_used": hours, **more}


def test_hours_used_lie_between_none_and_what_was_bought_or_given():
    # 10 bought + 2 given = 12
    assert told(**CONTRACT, lessons=[lesson(n) for n in range(12)]) == {}
    assert told(**CONTRACT, lessons=[lesson(n) for n in range(13)]) == {"hours_above_bought": one("E1")}
    assert told(**CONTRACT, lessons=[lesson(1, "-1")]) == {"hours_below_zero": one("E1")}


def test_a_lesson_taken_back_and_the_row_that_takes_it_back_use_nothing():
    lessons = [lesson(n) for n in range(13)] + [lesson(13, "-1", reverses_id="L12")]
    assert told(**CONTRACT, lessons=lessons) == {}
    assert told(**CONTRACT, lessons=[lesson(1), lesson(2, "-1", reverses_id="L1")]) == {}


def test_a_void_contract_never_was():
    contract = {"enrolments": [{"status": "已作废", "hours_bought": "1", "amount_paid": "5"}], "payments": [{}]}
    assert told(**contract, lessons=[lesson(1), lesson(2)]) == {}


def test_nobody_is_at_two_campuses_on_one_day():
    here, there = (
        {"campus": "浦东", "starts_at": "2025-03-01 09:00"},
        {"campus": "静安", "starts_at": "2025-03-01 18:00"},
    )
    assert told(lessons=[lesson(1, **here), lesson(2, **there)]) == {"two_campuses": one("S1")}
    assert told(lessons=[lesson(1, **here), lesson(2, **{**there, "starts_at": "2025-03-02 09:00"})]) == {}  # moved
    assert told(lessons=[lesson(1, **here), lesson(2, **there, status="请假")]) == {}


# March:  1 exit ··· 5 lesson
EXIT = {"exits": [{"left_on": "2025-03-01"}], "lessons": [lesson(1, starts_at="2025-03-05 09:00")]}


def test_lessons_after_the_exit_are_told_unless_the_student_came_back():
    assert told(**EXIT) == {"after_exit": one("S1")}
    assert told(**EXIT, enrolments=[{"signed_at": "2025-02-01"}]) == {"after_exit": one("S1")}
    assert told(**EXIT, enrolments=[{"signed_at": "2025-03-04", "hours_bought": "9"}]) == {}
    assert told(exits=EXIT["exits"], lessons=[lesson(1, starts_at="2025-03-01 18:00")]) == {}  # on the day itself
    assert told(exits=EXIT["exits"], lessons=[lesson(1, starts_at="2025-03-05", status="旷课")]) == {}


def test_contracts_and_payments_add_up_to_the_same_to_the_cent():
    contracts = [{"amount_paid": "0.30"}, {"enrolment_id": "E2", "amount_paid": "50"}]
    payments = [{"payment_id": f"P{n}", "amount": "0.10"} for n in range(3)]
    assert told(enrolments=contracts[:1], payments=payments) == {}
    assert told(enrolments=contracts, payments=payments) == {
        "payments_differ": one("E2") | {"of": 2, "contracts": 50.30, "payments": 0.30}
    }


@pytest.mark.parametrize("table", ["enrolments", "payments", "refunds", "lessons", "exits"])
def test_one_table_alone_contradicts_nobody(table):
    assert told(**{table: [{}]}) == {}
    assert told(**{table: []}) == {}


SAID = {
    "refund_above_paid": ("有 1 份合同的退费超过了实收：E1。", "1 contract was refunded more than was paid: E1."),
    "refund_before_purchase": (
        "有 1 笔退费的申请日期早于签约日期（合同 E1）。",
        "1 refund was requested before the contract was signed (contracts E1).",
    ),
    "refund_twice": (
        "有 1 笔退费与同一合同的另一笔金额相同，可能重复计入（合同 E1）。",
        "1 refund has the amount of another refund of the same contract, and may be counted twice (contracts E1).",
    ),
    "hours_above_bought": (
        "有 1 份合同消耗的课时多于购买和赠送的课时：E1。",
        "1 contract has used more hours than were bought or given: E1.",
    ),
    "hours_below_zero": (
        "有 1 份合同剩余的课时多于购买的课时（消耗合计为负）：E1。",
        "1 contract has more hours left than were bought, as the hours used add up to less than none: E1.",
    ),
    "two_campuses": (
        "有 1 名学员同一天在两个校区上了课：E1。",
        "1 student had lessons at two campuses on one day: E1.",
    ),
    "after_exit": (
        "有 1 节课发生在学员的流失日期之后，而此后并没有新签合同（学员 E1）。",
        "1 lesson was attended after the student's exit, with no contract signed since (students E1).",
    ),
}


@pytest.mark.parametrize("key", sorted(SAID))
def test_a_warning_is_said_whole_in_both_languages(key):
    assert tuple(text(f"warning.business.{key}", lang, **one("E1")) for lang in ("zh", "en")) == SAID[key]


def test_a_gap_between_contracts_and_payments_is_said_with_both_sums():
    facts = {"n": 2, "of": 40, "contracts": 5000.3, "payments": 4000.0, "which": named(["E7", "E2"], 5)}
    assert text("warning.business.payments_differ", "zh", **facts) == (
        "40 份合同中有 2 份的实收金额与收款合计不符：E2、E7（合同合计 ¥5,000，收款合计 ¥4,000）；金额一律以收款为准。"
    )
    assert text("warning.business.payments_differ", "en", **facts) == (
        "Of 40 contracts, 2 have a paid amount that differs from the sum of the payments: E2, E7 (contracts ¥5,000, "
        "payments ¥4,000); every amount in the reports comes from the payments."
    )


def test_of_many_the_first_few_are_named_each_once():
    assert named(["E3", "E1", "E2", "E1"], 2) == {"zh": "E1、E2……", "en": "E1, E2, …"}
    assert named(["E2", "E1", "E1"], 2) == {"zh": "E1、E2", "en": "E1, E2"}
    seven = [{"enrolment_id": f"E{n}", "hours_bought": "1"} for n in range(1, 8)]
    lessons = [lesson(f"{n}-{k}", enrolment_id=f"E{n}") for n in range(1, 8) for k in (1, 2)]
    ((_, facts),) = told(enrolments=seven, lessons=lessons).items()
    assert facts == {"n": 7, "which": {"zh": "E1、E2、E3、E4、E5……", "en": "E1, E2, E3, E4, E5, …"}}
