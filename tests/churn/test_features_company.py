import pytest

from churnlab.churn.features import features
from churnlab.settings import Calendar, Outcome, Settings, Uncertainty
from tests.builders import institution
from tests.churn.one_student import contract, lesson

OPEN = Settings(calendar=Calendar(public_holidays="none"), uncertainty=Uncertainty(min_group=2))


def known_of(name, contracts, came, settings=OPEN):
    data = institution("2026-09-01", settings=settings, enrolments=contracts, lessons=came)
    rows = features(data, dates=["2026-03-01"]).set_index("unit_id")[name]
    return {unit: None if value != value else value for unit, value in rows.items()}


def bought(*students, **said):
    return [contract(enrolment_id=who, student_id=who, signed_at="2025-06-01", **said) for who in students]


def came(who, *days, class_id="k1", teacher_id="t1", status="present"):
    return [
        lesson(day, status, student_id=who, enrolment_id=who, class_id=class_id, teacher_id=teacher_id) for day in days
    ]


# Class k1, read on 03-01; silent for more than 45 days is gone, so is who is 30 days over the end without a lesson.
#    01-05  01-10  01-20  02-20
# a    x             x      x     here
# b    x             x            silent for 40 days: here, as far as can be told
# c    x      x                   silent for 50 days: gone
# d    x      x                   contract over since 01-15, 45 days, last seen 50 days ago: gone
# e                               only absent
DAYS = [
    *came("a", "01-05", "01-20", "02-20"), *came("b", "01-05", "01-20"), *came("c", "01-05", "01-10"),
    *came("d", "01-05", "01-10"), *came("e", "02-20", status="absent"),
]  # fmt: skip
CONTRACTS = [*bought("a", "b", "c", "e"), *bought("d", ends_on="2026-01-15")]


def test_of_the_others_in_the_class_those_count_who_could_be_seen_to_have_left():
    # a and b: c and d of three others; c and d: the other gone one of three
    found = known_of("classmates_left_share_84d", CONTRACTS, DAYS)
    assert found == {"a": 2 / 3, "b": 2 / 3, "c": 1 / 3, "d": 1 / 3, "e": None}


def test_a_class_is_as_large_as_those_who_came_lately():
    # only a came in the last four weeks; who is in another class of two as well has their mean
    assert known_of("class_size", CONTRACTS, DAYS) == {"a": 1, "b": 1, "c": 1, "d": 1, "e": None}
    two = [*DAYS, *came("a", "02-21", class_id="k2"), *came("b", "02-21", class_id="k2")]
    assert known_of("class_size", CONTRACTS, two)["a"] == (1 + 2) / 2


def test_who_is_over_the_end_but_still_comes_has_not_left():
    # d's contract was over on 01-15; a lesson on 02-20 says that she is here
    found = known_of("classmates_left_share_84d", CONTRACTS, [*DAYS, *came("d", "02-20")])
    assert found["a"] == 1 / 3


def test_who_is_over_the_end_or_silent_for_just_as_long_as_allowed_has_not_left():
    # read on 03-01; q's contract has been over for 30 days, r's for 31; s has been silent for 45 days, t for 46
    signed = [*bought("p", "s", "t"), *bought("q", ends_on="2026-01-30"), *bought("r", ends_on="2026-01-29")]
    met = [*came("p", "02-20"), *came("q", "01-20"), *came("r", "01-20"), *came("s", "01-15"), *came("t", "01-14")]
    assert known_of("classmates_left_share_84d", signed, met)["p"] == 2 / 4


def test_where_silence_is_no_end_only_contracts_tell():
    never = Settings(calendar=Calendar(public_holidays="none"), outcome=Outcome(inactivity_days=None))
    assert known_of("classmates_left_share_84d", CONTRACTS, DAYS, never)["a"] == 1 / 3


def test_who_is_alone_has_no_classmates():
    assert known_of("classmates_left_share_84d", bought("a"), came("a", "02-20")) == {"a": None}
    assert known_of("classmates_left_share_84d", bought("a", "b"), [lesson("02-20")]) == {"a": None, "b": None}


def test_the_end_of_a_classmate_is_not_known_before_it_can_be_told():
    # c was last seen on 01-10: more than 45 days are over on 02-25; nothing said later of the past moves it
    data = institution("2026-09-01", settings=OPEN, enrolments=CONTRACTS, lessons=DAYS)
    days = ["2026-02-24", "2026-02-25"]
    told = features(data, dates=days).set_index(["as_of", "unit_id"])["classmates_left_share_84d"]
    # d: last seen on 01-10 as well, contract over on 01-15: 30 days after it is 02-14
    assert [told[(day, "a")] for day in days] == [1 / 3, 2 / 3]


def test_a_teachers_share_leaves_the_student_out_and_is_drawn_to_that_of_all():
    # t1 taught a, b, c, d (c, d gone); t2 taught f, g (none gone). All together 2 of 6. min_group is 2.
    # a: (2 + 2 · 1/3) / (3 + 2); c: (1 + 2/3) / 5; f: (0 + 2/3) / (1 + 2)
    more = [*came("f", "02-20", teacher_id="t2"), *came("g", "02-20", teacher_id="t2")]
    found = known_of("teacher_left_share_84d", [*CONTRACTS, *bought("f", "g")], [*DAYS, *more])
    assert found["a"] == found["b"] == pytest.approx((2 + 2 / 3) / 5)
    assert found["c"] == found["d"] == pytest.approx((1 + 2 / 3) / 5)
    assert found["f"] == pytest.approx((0 + 2 / 3) / 3)
    # e was never at t1's lessons, only booked: all four are others
    assert found["e"] == pytest.approx((2 + 2 / 3) / (4 + 2))


def test_who_was_seen_within_the_days_of_grace_has_not_left_though_her_contract_is_over():
    # read on 03-01; both contracts have been over for 45 days; q was seen 30 days ago, r 31
    signed = [*bought("p"), *bought("q", "r", ends_on="2026-01-15")]
    met = [*came("p", "02-20"), *came("q", "01-30"), *came("r", "01-29")]
    assert known_of("classmates_left_share_84d", signed, met)["p"] == 1 / 2


def test_a_class_is_of_the_last_28_days_their_first_day_included():
    # 28 days before 03-01 is 02-01
    met = [*came("a", "02-20"), *came("b", "02-01"), *came("c", "01-31")]
    assert known_of("class_size", bought("a", "b", "c"), met)["a"] == 2


def test_the_share_of_all_teachers_is_that_of_the_date_and_of_teachers_who_are_named():
    # a, b with t1; read on 02-01, when both were here, and on 03-01, when b has been silent for 50 days: for a one of
    # one other, drawn to 1 / 2. c, gone too, had nobody whose name is known: of all teachers she says nothing.
    met = [*came("a", "01-05", "02-20"), *came("b", "01-05", "01-10"), *came("c", "01-05", teacher_id=None)]
    data = institution("2026-09-01", settings=OPEN, enrolments=bought("a", "b", "c"), lessons=met)
    told = features(data, dates=["2026-02-01", "2026-03-01"]).set_index(["as_of", "unit_id"])["teacher_left_share_84d"]
    assert [told[(day, "a")] for day in ("2026-02-01", "2026-03-01")] == [0, pytest.approx((1 + 2 / 2) / (1 + 2))]


def test_days_with_the_teacher_count_from_the_first_lesson_of_the_two():
    # t1 until 01-20, then t2 from 02-10 on; t2 had taught once, long ago
    days = [*came("a", "01-05", "01-20"), *came("a", "02-10", "02-20", teacher_id="t2")]
    assert known_of("days_with_teacher", bought("a"), days) == {"a": 19}
    old = lesson("old", enrolment_id="a", teacher_id="t2", starts_at="2025-07-01 10:00")
    assert known_of("days_with_teacher", bought("a"), [old, *days]) == {"a": 243}
    assert known_of("days_with_teacher", bought("a"), [lesson("02-20", enrolment_id="a", teacher_id=None)]) == {
        "a": None
    }
