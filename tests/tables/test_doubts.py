"""Is what cannot be so counted as of the date, and said in the report?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES
from churnlab.settings import Outcome, Settings
from churnlab.tables.business import business
from churnlab.tables.door import Data, from_frames
from churnlab.tables.doubts import doubts
from churnlab.tables.schemas import TABLES
from tests.another_future import another_future
from tests.builders import institution
from tests.faults.misfits import MISFITS, with_misfits
from tests.faults.monthly import made

AS_OF = "2025-06-01"
# E1 was signed on 1 March for 100 yuan and 10 hours, with 2 given.
CONTRACT = {
    "enrolment_id": "E1", "student_id": "S1", "billing": "by_hours", "signed_at": "2025-03-01", "hours_bought": 10.0,
    "hours_free": 2.0, "amount_due": 100.0,
}  # fmt: skip
STUDENT = {"student_id": "S1", "registered_on": "2025-03-01"}
PAYMENT = {"enrolment_id": "E1", "student_id": "S1", "paid_at": "2025-03-01", "amount": 100.0}


def found(**rows: list[dict[str, Any]]) -> dict[str, tuple[str, int, int]]:
    """Return what does not fit, by check: in which table, how many, of how many."""
    table = doubts(institution(AS_OF, students=[STUDENT], enrolments=[CONTRACT], **rows)).table
    return {
        row.doubt.key.removeprefix("tables.doubts."): (row.table.say("en"), row.n, row.of) for row in table.itertuples()
    }


def refund(amount: float | None = None, **more: Any) -> dict[str, Any]:
    settled = {"settled_at": "2025-03-20", "outcome": "refunded"} if amount is not None else {}
    return {"enrolment_id": "E1", "requested_at": "2025-03-10", "amount": amount, **settled, **more}


def lesson(day: str, hours: float = 1.0, **more: Any) -> dict[str, Any]:
    held = {"student_id": "S1", "enrolment_id": "E1", "starts_at": f"{day} 09:00", "status": "present"}
    return {**held, "hours_used": hours, **more}


def test_a_refund_above_what_was_paid_or_without_payments_above_what_was_due():
    above = {"refund_above_paid": ("Refunds", 1, 1)}
    assert found(payments=[PAYMENT], refunds=[refund(100.0)]) == {}
    assert found(payments=[PAYMENT], refunds=[refund(60.0), refund(40.01)]) == above
    assert found(refunds=[refund(100.0)]) == {}
    assert found(refunds=[refund(100.01)]) == above


def test_a_refund_that_is_not_settled_yet_is_of_no_amount():
    assert found(payments=[PAYMENT], refunds=[refund(100.0, settled_at=AS_OF), refund(100.0)]) == {}
    assert found(payments=[PAYMENT], refunds=[refund(), refund()]) == {}
    assert found(refunds=[refund(500.0, outcome="kept")]) == {}


def test_a_refund_before_the_purchase_and_one_counted_twice():
    assert found(refunds=[refund(30.0, requested_at="2025-02-28"), refund(31.0), refund(32.0)]) == {
        "refund_before_purchase": ("Refunds", 1, 3)
    }
    assert found(refunds=[refund(30.0), refund(30.0), refund(31.0)]) == {"refund_twice": ("Refunds", 1, 3)}


def test_hours_used_lie_between_none_and_what_was_bought_or_given():
    days = [f"2025-03-{day:02}" for day in range(3, 16)]  # 13 lessons; 10 bought + 2 given = 12
    assert found(lessons=[lesson(day) for day in days[:12]]) == {}
    assert found(lessons=[lesson(day) for day in days]) == {"hours_above_bought": ("Lessons", 1, 1)}
    assert found(lessons=[lesson("2025-03-03", -1.0)]) == {"hours_below_zero": ("Lessons", 1, 1)}


def test_one_student_at_two_campuses_on_one_day_and_not_on_two():
    there, elsewhere = lesson("2025-03-03", campus="东"), {"campus": "西"}
    assert found(lessons=[there, lesson("2025-03-04", **elsewhere)]) == {}
    assert found(lessons=[there, lesson("2025-03-03", **elsewhere, status="absent")]) == {}
    assert found(lessons=[there, lesson("2025-03-03", **elsewhere)]) == {"two_campuses": ("Lessons", 1, 1)}


def test_ids_that_no_row_has_and_those_that_lost_their_zeros():
    data = institution(
        AS_OF,
        students=[STUDENT, {"student_id": "007", "registered_on": "2025-03-01"}],
        enrolments=[CONTRACT],
        lessons=[
            lesson("2025-03-03"),
            *(lesson(f"2025-03-0{day}", student_id=name) for day, name in ((4, "7"), (5, "S8"), (6, "S9"), (7, "S9"))),
        ],
    )
    table = doubts(data).table
    assert table[["n", "of"]].to_numpy().tolist() == [[1, 5], [3, 5]]
    assert [said.say("en") for said in table["doubt"]] == [
        "Rows whose 学号 (student_id) is found in Students only with zeros in front",
        "Rows whose 学号 (student_id) is not found in Students",
    ]
    assert [said.say("zh") for said in table["doubt"]] == [
        "“学号”所指的编号补上前面的零，才能在“学员”表里找到",
        "“学号”所指的编号在“学员”表里找不到",
    ]


def test_a_void_contract_is_one_that_lessons_may_name():
    data = institution(
        AS_OF,
        students=[STUDENT],
        enrolments=[CONTRACT, CONTRACT | {"enrolment_id": "E2", "status": "void"}],
        lessons=[lesson("2025-03-03"), lesson("2025-03-04", enrolment_id="E2")],
    )
    assert doubts(data).table.empty


def test_what_came_later_is_in_no_doubt_yet():
    assert found(lessons=[lesson(AS_OF, campus="东"), lesson(AS_OF, 99.0, campus="西", student_id="S9")]) == {}


@pytest.mark.parametrize(
    ("lessons", "payments", "zh", "en"),
    [
        (
            [lesson("2025-03-03", -1.0)], [],
            "2025年6月1日之前的记录里，有 1 类对不上的地方；这些记录照样计入，相关数字请留意。",
            "Among the records from before 1 Jun 2025, 1 kind does not fit together; they count all the same, so mind "
            "the figures that rest on them.",
        ),
        (
            [], [PAYMENT],
            "2025年6月1日之前的记录互相对得上：退费、课时、校区和编号都没有发现问题。"
            "合同上的实收金额只是导出时的现状，与收款合计是否一致，只在导入时核对。",
            "The records from before 1 Jun 2025 fit together: nothing was found amiss with refunds, hours, campuses or "
            "ids. Whether the amounts paid on contracts equal the payments is checked at the load only, as a contract "
            "says what was paid by the day of export.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_how_many_kinds_there_are(lessons, payments, zh, en):
    told = doubts(institution(AS_OF, students=[STUDENT], enrolments=[CONTRACT], lessons=lessons, payments=payments))
    assert [told.sentence(lang) for lang in LANGUAGES] == [zh, en]


def as_stored(frames: Mapping[str, pd.DataFrame], as_of: date) -> Data:
    stored = {name: rows[[n for n in rows if n in TABLES[name].stored_names]] for name, rows in frames.items()}
    return from_frames(stored, as_of=as_of)


def test_of_all_that_there_is_it_counts_what_a_load_counts():
    frames = with_misfits(made().frames)
    loaded = {key.rpartition(".")[2]: facts["n"] for key, facts in business(frames)}
    seen = doubts(as_stored(frames, date(2030, 1, 1))).table
    told = {said.key.rpartition(".")[2]: n for said, n in zip(seen["doubt"], seen["n"], strict=True)}
    assert set(told) == set(MISFITS.values())
    assert {key: n for key, n in told.items() if key not in ("not_found", "zeros_lost")} == {
        key: n for key, n in loaded.items() if key != "payments_differ"
    }


def test_the_future_moves_none_of_it():
    frames = with_misfits(made().frames)
    as_of = date(2025, 6, 1)
    before, after = (
        doubts(as_stored(tables, as_of)) for tables in (frames, another_future(frames, as_of=as_of, seed=1))
    )
    assert len(before.table) >= 5
    assert before.as_json("en") == after.as_json("en")


def test_the_first_three_are_named_so_that_they_can_be_found():
    contracts = [CONTRACT | {"enrolment_id": f"E{n}"} for n in (4, 3, 2, 1)]
    refunds = [refund(100.01, enrolment_id=f"E{n}") for n in (4, 3, 2, 1)]
    table = doubts(institution(AS_OF, students=[STUDENT], enrolments=contracts, refunds=refunds)).table
    assert [said.say("zh") for said in table["examples"]] == ["E1、E2、E3……"]
    assert [said.say("en") for said in table["examples"]] == ["E1, E2, E3, …"]


def leaving(reason: str, on: str = "2025-03-20") -> dict[str, Any]:
    return {"student_id": "S1", "left_on": on, "reason_code": reason}


def test_a_reason_that_nobody_knows_is_told_as_of_the_date():
    # Of five exits before 1 June one reason is unknown; a sixth lies after it.
    known = ["moved", "搬家", "personal.x", "太贵"]
    exits = [leaving(word, f"2025-03-{day}") for day, word in enumerate([*known, "缘分尽了"], 20)]
    assert found(exits=[*exits, leaving("随缘", AS_OF)]) == {"unknown_reason": ("Exits", 1, 5)}
    assert found(exits=exits[:4]) == {}


def test_a_reason_of_the_settings_is_known():
    own = Settings(outcome=Outcome(personal_reasons=("缘分尽了",)))
    data = institution(AS_OF, settings=own, students=[STUDENT], enrolments=[CONTRACT], exits=[leaving("缘分尽了")])
    assert doubts(data).table.empty
