"""Time lines: `=` a contract runs, `x` lessons, `~` on hold, `|` the last day of service, `!` the end can be told."""

import pytest

from churnlab.churn.features import features
from churnlab.churn.outcome import episodes, settled_before
from churnlab.churn.suspensions import long_suspensions
from tests.builders import institution
from tests.churn.stays import by_period, dates, settings, weekly

PAID = {
    "enrolments": [by_period("e1", "2025-01-01", "2025-06-30")],
    "lessons": weekly("e1", "2025-01-07", "2025-02-25"),
}


def held(begins, back=None, student="a", enrolment_id=None):
    return {"student_id": student, "enrolment_id": enrolment_id, "from_on": begins, "to_on": back}


def ends(as_of, *holds, tables=PAID, **outcome):
    found = episodes(institution(as_of, settings=settings(**outcome), suspensions=list(holds), **tables))
    return [[*when, kind] for when, kind in zip(dates(found, "left_on", "known_on"), found["end_kind"], strict=True)]


OPEN = held("2025-03-01")


# 1 Jan ==x==x== 1 Mar ~~~~~~ 365 days ~~~~~~| 28 Feb 2026 ==45 days== 14 Apr ! 15 Apr   (paid until 30 Jun + 365 days)
def test_a_hold_forgotten_open_hides_a_leaver_no_longer_than_its_limit():
    assert ends("2026-02-28", OPEN) == [[None, None, None]]
    assert ends("2026-04-14", OPEN) == [[None, None, None]]
    for as_of in ("2026-04-15", "2028-06-01"):
        assert ends(as_of, OPEN) == [["2026-02-28", "2026-04-15", "dormant"]]


# 1 Jan ==x==x== 1 Mar ~~ 100 days ~~| 8 Jun ==45 days== 23 Jul ! 24 Jul
def test_the_limit_is_a_setting():
    assert ends("2025-07-24", OPEN, longest_suspension_days=100) == [["2025-06-08", "2025-07-24", "dormant"]]
    assert ends("2025-07-23", OPEN, longest_suspension_days=100) == [[None, None, None]]


# paid until 30 Jun, ~ 100 days of it on hold =====| 8 Oct .. 30 days of grace .. ! 8 Nov
def test_where_absence_says_nothing_the_contract_is_longer_by_the_limit_and_no_more():
    rules = {"longest_suspension_days": 100, "inactivity_days": None}
    assert ends("2025-11-07", OPEN, **rules) == [[None, None, None]]
    assert ends("2026-06-01", OPEN, **rules) == [["2025-10-08", "2025-11-08", "not_renewed"]]


# 1 Mar ~~~~ back on 1 May ====| 29 Aug (30 Jun + 60 days, but silent since 30 Apr: told 15 Jun)
def test_a_hold_that_is_closed_in_time_is_believed_as_it_is():
    closed = held("2025-03-01", "2025-05-01")
    assert ends("2025-08-01", closed, longest_suspension_days=100) == [["2025-04-30", "2025-06-15", "dormant"]]
    assert ends("2025-08-01", closed) == ends("2025-08-01", closed, longest_suspension_days=61)


# 1 Mar ~~ 100 days ~~| 8 Jun ... ! 24 Jul ... 1 Sep, closed in the register: what was told stays told
def test_a_hold_closed_after_its_end_was_told_takes_nothing_back():
    late = held("2025-03-01", "2025-09-01")
    assert ends("2025-10-01", late, longest_suspension_days=100) == [["2025-06-08", "2025-07-24", "dormant"]]


# 1 Mar ~~ 100 days ~~ 8 Jun ... 1 Jul x x x: back before the end could be told, the same stay
def test_who_comes_back_soon_after_the_limit_has_stayed():
    back = PAID | {"lessons": PAID["lessons"] + weekly("e1", "2025-07-01", "2025-07-29")}
    assert ends("2025-08-01", OPEN, tables=back, longest_suspension_days=100) == [[None, None, None]]


def test_an_open_hold_leaves_no_month_unsettled():
    with_hold = institution("2026-01-01", settings=settings(), suspensions=[OPEN], **PAID)
    assert settled_before(with_hold) == settled_before(institution("2026-01-01", settings=settings(), **PAID))


# last lesson 25 Feb, ~ 1 Mar … 8 Jun; read on 1 Jul: 3 days before the hold, 22 after it, and the day itself
@pytest.mark.parametrize(("limit", "days"), [(100, 3 + 22 + 1), (365, 3 + 1)])
def test_days_since_the_last_lesson_leave_out_no_more_of_a_hold_than_counts(limit, days):
    data = institution(
        "2025-07-01", settings=settings(longest_suspension_days=limit, inactivity_days=90), suspensions=[OPEN], **PAID
    )
    assert features(data, dates=[data.as_of])["days_since_lesson"].tolist() == [days]


# on 1 Sep  a: on hold for 184 days   b: for 62   c: back since 1 May   d: 200 days were over on 30 Jun   e: likewise, x
def test_long_holds_are_counted_and_those_that_ran_out_apart():
    paid = [by_period(f"e{who}", "2024-09-01", "2026-06-30", student=who) for who in "abcde"]
    lessons = [row for who in "abcde" for row in weekly(f"e{who}", "2024-09-03", "2024-12-10", student=who)]
    lessons += [row for who in "abc" for row in weekly(f"e{who}", "2024-12-17", "2025-02-25", student=who)]
    lessons += weekly("eb", "2025-03-04", "2025-06-24", student="b") + weekly(
        "ec", "2025-05-06", "2025-08-26", student="c"
    )
    lessons += weekly("ee", "2025-07-08", "2025-08-26", student="e")
    holds = [
        held("2025-03-01"), held("2025-07-01", student="b"), held("2025-03-01", "2025-05-01", student="c"),
        held("2024-12-13", student="d"), held("2024-12-13", student="e"),
    ]  # fmt: skip
    data = institution(
        "2025-09-01",
        settings=settings(longest_suspension_days=200),
        enrolments=paid,
        lessons=lessons,
        suspensions=holds,
    )
    found = long_suspensions(data)
    assert found.table.to_numpy().tolist() == [["East", 2, 1, 1]]
    assert found.sentence("en") == (
        "1 student has been on hold for more than 90 days (of 2 on hold) without a day of return so far: ask whether "
        "they will return, and register the return or the exit. For 1 student the hold reached 200 days and nobody "
        "came back: since then that counts as absence."
    )
    assert long_suspensions(data, "West").facts["on_hold"] == 0
    east = long_suspensions(data, "East")  # one row of one campus would repeat the sentence
    assert east.table.empty
    assert east.sentence("en") == found.sentence("en")


def test_where_nobody_is_on_hold_it_is_said():
    found = long_suspensions(institution("2025-03-01", settings=settings(), **PAID))
    assert found.table.empty
    assert found.sentence("zh") == "现有 0 名学员停课，均未超过 90 天。"
