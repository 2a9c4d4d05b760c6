"""Time lines: `=` a contract runs, `x` lessons, `~` on hold, `|` the last day of service, `!` the end can be told."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import churnlab
from churnlab.churn.outcome import CHURN_KINDS, at_risk, episodes, label, settled_before
from churnlab.settings import Calendar, Outcome, Settings
from churnlab.tables.loading import load
from tests.builders import institution
from tests.churn.stays import by_hours, by_period, dates, left, refund, settings, weekly
from tests.exports import ENROLMENTS, LESSONS, STUDENTS, write


def stays(as_of, *, rules=None, **tables):
    return episodes(institution(as_of, settings=rules or settings(), **tables))


def ends(frame):
    return [
        [*when, kind]
        for when, kind in zip(dates(frame, "entered_on", "left_on", "known_on"), frame["end_kind"], strict=True)
    ]


HALF_YEAR = {
    "enrolments": [by_period("e1", "2025-01-01", "2025-06-30")],
    "lessons": weekly("e1", "2025-01-07", "2025-06-24"),
}


# 1 Jan ====x==x==x==x====| 30 Jun ......30 days of grace...... ! 31 Jul
def test_a_period_that_nothing_follows_ends_on_its_last_day_and_is_told_after_the_grace():
    assert ends(stays("2025-07-31", **HALF_YEAR)) == [["2025-01-01", "2025-06-30", "2025-07-31", "not_renewed"]]


def test_within_the_grace_the_end_is_pending_and_no_end():
    found = stays("2025-07-30", **HALF_YEAR)
    assert ends(found) == [["2025-01-01", None, None, None]]
    assert dates(found, "ended_on", "last_service_on") == [["2025-06-30", "2025-06-24"]]


# 1 Jan ====| 30 Jun .. 30 Jul signed ======  (the last day on which a renewal follows)
@pytest.mark.parametrize(("signed", "stays_found"), [("2025-07-30", 1), ("2025-07-31", 2)])
def test_a_renewal_signed_on_the_last_day_of_grace_follows_and_one_signed_later_does_not(signed, stays_found):
    tables = HALF_YEAR | {"enrolments": [*HALF_YEAR["enrolments"], by_period("e2", signed, "2026-06-30")]}
    found = stays("2025-08-01", **tables)
    assert len(found) == stays_found
    assert found["left_on"].isna().tolist() == [False] * (stays_found - 1) + [True]


# 1 Jan ====| 30 Jun . 20 Jul signed ...waiting... 1 Sep =====: the summer before a term that is paid for is no absence
def test_a_renewal_signed_within_the_grace_may_start_after_it():
    autumn = by_period("e2", "2025-07-20", "2026-01-31", starts_on="2025-09-01")
    tables = HALF_YEAR | {"enrolments": [*HALF_YEAR["enrolments"], autumn]}
    assert ends(stays("2025-09-02", **tables)) == [["2025-01-01", None, None, None]]


# 1 Jan x x x x| 28 Jan: 4 of 4 hours ..... ! 28 Feb
def test_hours_end_with_the_lesson_that_uses_them_up():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 3, hours_free=1.0)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
    }
    assert ends(stays("2025-03-01", **tables)) == [["2025-01-01", "2025-01-28", "2025-02-28", "not_renewed"]]


# 1 Jan x x x x| 28 Jan .. 20 Feb valid until .. ! 28 Feb: the grace runs from the last lesson
def test_hours_that_expire_end_with_the_last_lesson():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 10, ends_on="2025-02-20")],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
    }
    assert ends(stays("2025-03-01", **tables)) == [["2025-01-01", "2025-01-28", "2025-02-28", "not_renewed"]]


# 1 Jan x x x| 21 Jan ... 10 Mar settled ! 11 Mar (the grace since the last lesson had passed, dormancy had not)
def test_a_refund_ends_with_the_last_lesson_and_is_told_when_settled():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 10)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
        "refunds": [refund("e1", "2025-03-10")],
    }
    assert ends(stays("2025-03-11", **tables)) == [["2025-01-01", "2025-01-28", "2025-03-11", "refunded"]]
    assert ends(stays("2025-03-10", **tables)) == [["2025-01-01", None, None, None]]


# 1 Jan x x x x| 28 Jan, kept, x on 4 Feb ...
@pytest.mark.parametrize("outcome", ["kept", "open"])
def test_a_refund_that_was_not_paid_ends_nothing(outcome):
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 10)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
        "refunds": [refund("e1", "2025-02-10", outcome=outcome)],
    }
    assert ends(stays("2025-03-11", **tables)) == [["2025-01-01", None, None, None]]


# x x x x 28 Jan, refunded 30 Jan, x 4 Feb x x ...: the contract was not over
def test_a_lesson_after_a_refund_says_that_the_contract_runs_on():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-05-27"),
        "refunds": [refund("e1", "2025-01-30")],
    }
    found = stays("2025-06-15", **tables)
    assert ends(found) == [["2025-01-01", None, None, None]]
    assert dates(found, "ended_on") == [[None]]


# 1 Jan x x x x| 28 Jan ====45 days==== 14 Mar ! 15 Mar
def test_silence_in_a_running_contract_is_dormancy():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 40)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
    }
    assert ends(stays("2025-03-15", **tables)) == [["2025-01-01", "2025-01-28", "2025-03-15", "dormant"]]
    assert ends(stays("2025-03-14", **tables)) == [["2025-01-01", None, None, None]]


def test_leave_and_absence_are_silence():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28") + weekly("e1", "2025-02-04", "2025-03-25", status="leave"),
    }
    assert ends(stays("2025-03-26", **tables)) == [["2025-01-01", "2025-01-28", "2025-03-15", "dormant"]]


# x x x| 10 Feb 2026, festival 15–23 Feb, Qingming 4–6 Apr do not count: 45 days reached on 8 Apr, not on 27 Mar
def test_spring_festival_is_not_silence():
    tables = {
        "enrolments": [by_hours("e1", "2026-01-01", 40)],
        "lessons": weekly("e1", "2026-01-06", "2026-02-10"),
    }
    rules = Settings(outcome=Outcome(inactivity_days=45))
    assert ends(stays("2026-04-08", rules=rules, **tables)) == [["2026-01-01", None, None, None]]
    assert ends(stays("2026-04-09", rules=rules, **tables)) == [["2026-01-01", "2026-02-10", "2026-04-09", "dormant"]]


# x x x 28 Jan, 3 Feb ~~~~~ 1 Apr .. 31 May (to_on is the day back: 31 Mar was the last on hold)
def test_a_suspension_is_not_silence():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 40)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
        "suspensions": [{"student_id": "a", "enrolment_id": "e1", "from_on": "2025-02-03", "to_on": "2025-04-01"}],
    }
    assert ends(stays("2025-05-15", **tables)) == [["2025-01-01", None, None, None]]
    # Who never came back was with us while on hold: the last day on hold is the last day of service.
    assert ends(stays("2025-05-16", **tables)) == [["2025-01-01", "2025-03-31", "2025-05-16", "dormant"]]


def test_an_open_suspension_keeps_a_student_until_a_lesson_ends_it():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 40)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28"),
        "suspensions": [{"student_id": "a", "enrolment_id": None, "from_on": "2025-02-03", "to_on": None}],
    }
    assert ends(stays("2026-02-01", **tables)) == [["2025-01-01", None, None, None]]
    back = tables | {"lessons": tables["lessons"] + weekly("e1", "2025-06-03", "2025-06-03")}
    assert ends(stays("2026-02-01", **back)) == [["2025-01-01", "2025-06-03", "2025-07-19", "dormant"]]


# 1 Jan ==== 1 Mar ~~~30 days~~~ 31 Mar ==== 30 Jun + 30 days = 30 Jul | ... ! 30 Aug
def test_suspended_days_are_added_to_a_period():
    tables = HALF_YEAR | {
        "lessons": weekly("e1", "2025-01-07", "2025-07-29"),
        "suspensions": [{"student_id": "a", "enrolment_id": "e1", "from_on": "2025-03-01", "to_on": "2025-03-31"}],
    }
    tables["lessons"] = [
        row for row in tables["lessons"] if not 20250301 <= int(f"{row['starts_at']:%Y%m%d}") < 20250331
    ]
    assert ends(stays("2025-09-01", **tables)) == [["2025-01-01", "2025-07-30", "2025-08-30", "not_renewed"]]


# x x x ====| 15 Mar, registered: will not come again ! 16 Mar
def test_an_exit_in_a_running_contract_is_a_withdrawal_and_told_on_the_day_after():
    tables = HALF_YEAR | {"lessons": weekly("e1", "2025-01-07", "2025-03-11"), "exits": [left("2025-03-15", "teacher")]}
    assert ends(stays("2025-03-16", **tables)) == [["2025-01-01", "2025-03-15", "2025-03-16", "withdrawn"]]
    assert ends(stays("2025-03-15", **tables)) == [["2025-01-01", None, None, None]]


def test_an_exit_from_one_of_two_contracts_ends_nothing():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-06-30"), by_period("e2", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e2", "2025-01-07", "2025-09-30"),
        "exits": [left("2025-03-15", "teacher", enrolment_id="e1")],
    }
    assert ends(stays("2025-10-10", **tables)) == [["2025-01-01", None, None, None]]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("personal", "personal"),
        ("personal.moved", "personal"),
        ("health", "personal"),
        ("graduated", "completed"),
        ("搬家", "personal"),
        ("毕业", "completed"),
    ],
)
@pytest.mark.parametrize("day", ["2025-06-25", "2025-07-10"])
def test_a_reason_registered_near_the_end_tells_personal_and_graduated_from_churn(reason, kind, day):
    tables = HALF_YEAR | {"exits": [left(day, reason)]}
    assert stays("2025-09-01", **tables)["end_kind"].tolist() == [kind]


def test_a_reason_registered_long_before_says_nothing_of_the_end():
    tables = HALF_YEAR | {"exits": [left("2025-02-01", "moved")]}
    found = stays("2025-09-01", **tables)
    # It was itself an end on 1 February; the lesson of 4 February began a new stay, which was not renewed.
    assert found["end_kind"].tolist() == ["personal", "not_renewed"]


def test_a_terminal_course_that_was_finished_is_completed():
    courses = [{"course_id": "maths", "terminal": True}]
    assert stays("2025-09-01", courses=courses, **HALF_YEAR)["end_kind"].tolist() == ["completed"]
    by_settings = settings(terminal_courses=("maths",))
    assert stays("2025-09-01", rules=by_settings, **HALF_YEAR)["end_kind"].tolist() == ["completed"]


@pytest.mark.parametrize("told_at", [0, 1])
def test_a_terminal_course_counts_though_a_student_bears_its_name(tmp_path: Path, told_at):
    # 高思 is a student, 高思毕业班 a course; the settings name it before the first load, or only before the second.
    raw = tmp_path / "data/raw"
    write(raw, "mapping.toml", "made_up = true")
    write(raw, "学员.csv", STUDENTS, "S1,高思,13800001111,东,2025-01-01")
    header = ENROLMENTS + ",课程开始日期,课程有效期"
    write(raw, "学员课程.csv", header, "E1,S1,东,高思毕业班,新签,按期,2025-01-01,1000,2025-01-01,2025-06-30")
    days = pd.date_range("2025-01-07", "2025-06-24", freq="7D")
    write(raw, "考勤.csv", LESSONS, *(f"L{at},S1,东,{day:%Y-%m-%d} 09:00,到课" for at, day in enumerate(days)))
    for number in range(2):
        if number == told_at:
            write(tmp_path, "churnlab.toml", "[outcome]", 'terminal_courses = ["高思毕业班"]')
        rules = Settings.read(tmp_path / "churnlab.toml")
        load(raw, home=tmp_path, settings=rules, loaded_at=datetime(2025, 9, 1 + number))
    data = churnlab.open(tmp_path / "data/store", as_of="2025-09-01")
    found = episodes(data)[["course_id", "end_kind"]].to_numpy().tolist()
    data.close()
    assert found == [["高思毕业班", "completed"]]


def test_a_terminal_course_that_was_broken_off_is_churn():
    tables = HALF_YEAR | {
        "lessons": weekly("e1", "2025-01-07", "2025-03-04"),
        "courses": [{"course_id": "maths", "terminal": True}],
    }
    assert stays("2025-09-01", **tables)["end_kind"].tolist() == ["dormant"]
    unused = {
        "enrolments": [by_hours("e1", "2025-01-01", 20, ends_on="2025-03-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-03-04"),
        "courses": [{"course_id": "maths", "terminal": True}],
    }
    assert stays("2025-09-01", **unused)["end_kind"].tolist() == ["not_renewed"]


# ====| 30 Jun ...! 31 Jul ... 1 Sep signed, starts 8 Sep ====x==x==
def test_who_returns_begins_a_second_stay():
    again = by_period("e2", "2025-09-01", "2026-06-30", starts_on="2025-09-08")
    tables = HALF_YEAR | {"enrolments": [*HALF_YEAR["enrolments"], again]}
    found = stays("2025-10-01", **tables)
    assert found["episode"].tolist() == [1, 2]
    assert ends(found) == [
        ["2025-01-01", "2025-06-30", "2025-07-31", "not_renewed"],
        ["2025-09-08", None, None, None],
    ]
    assert dates(found, "cohort") == [["2025-01-01"], ["2025-01-01"]]


# x x| 14 Jan ====45 days==== ! 1 Mar ... x 3 Jun x x: the hours of the old contract are still there
def test_a_lesson_after_dormancy_begins_a_second_stay():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 40)],
        "lessons": weekly("e1", "2025-01-07", "2025-01-14") + weekly("e1", "2025-06-03", "2025-06-17"),
    }
    found = stays("2025-07-01", **tables)
    assert ends(found) == [
        ["2025-01-01", "2025-01-14", "2025-03-01", "dormant"],
        ["2025-06-03", None, None, None],
    ]


def test_siblings_who_share_a_phone_stay_and_leave_each_for_themselves():
    tables = {
        "students": [
            {"student_id": "a", "phone": "p", "campus": "East", "registered_on": "2025-01-01"},
            {"student_id": "b", "phone": "p", "campus": "East", "registered_on": "2025-01-01"},
        ],
        "enrolments": [
            by_period("e1", "2025-01-01", "2025-06-30"),
            by_period("e2", "2025-01-01", "2025-12-31", student="b"),
        ],
        "lessons": weekly("e1", "2025-01-07", "2025-06-24") + weekly("e2", "2025-01-07", "2025-08-26", student="b"),
    }
    found = stays("2025-09-01", **tables)
    assert found["unit_id"].tolist() == ["a", "b"]
    assert found["end_kind"].tolist() == ["not_renewed", None]


# East ====x==x====| 30 Jun;  West 1 Jul ====x==x==
TRANSFER = {
    "enrolments": [
        by_period("e1", "2025-01-01", "2025-06-30"),
        by_period("e2", "2025-07-01", "2025-12-31", campus="West", kind="transfer"),
    ],
    "lessons": weekly("e1", "2025-01-07", "2025-06-24") + weekly("e2", "2025-07-01", "2025-08-26", campus="West"),
}


def test_a_transfer_between_campuses_is_no_churn_of_a_student():
    found = stays("2025-09-01", **TRANSFER)
    assert ends(found) == [["2025-01-01", None, None, None]]
    assert found["campus"].tolist() == ["West"]


def test_a_transfer_is_an_end_where_the_unit_is_the_student_at_a_campus():
    found = stays("2025-09-01", rules=settings(unit="student-campus"), **TRANSFER)
    assert found["unit_id"].tolist() == ["a|East", "a|West"]
    assert found["campus"].tolist() == ["East", "West"]
    assert found["end_kind"].tolist() == ["not_renewed", None]


def test_each_contract_ends_for_itself_where_the_unit_is_the_enrolment():
    found = stays("2025-09-01", rules=settings(unit="enrolment"), **TRANSFER)
    assert found["unit_id"].tolist() == ["e1", "e2"]
    assert found["student_id"].tolist() == ["a", "a"]
    assert found["end_kind"].tolist() == ["not_renewed", None]


def test_a_void_contract_never_was():
    tables = HALF_YEAR | {
        "enrolments": [*HALF_YEAR["enrolments"], by_period("e2", "2025-07-05", "2025-12-31", status="void")]
    }
    assert ends(stays("2025-07-31", **tables)) == [["2025-01-01", "2025-06-30", "2025-07-31", "not_renewed"]]
    assert stays("2025-07-31", enrolments=[by_period("e2", "2025-07-05", status="void")]).empty


# 1 Sep signed and started, refunded the same day: |! a stay of no days
@pytest.mark.parametrize("how", ["refunds", "exits"])
def test_who_leaves_on_the_first_day_stayed_zero_days(how):
    row = refund("e1", "2025-09-01") if how == "refunds" else left("2025-09-01", "price")
    found = stays("2025-11-01", enrolments=[by_period("e1", "2025-09-01", "2026-06-30")], **{how: [row]})
    assert dates(found, "entered_on", "left_on") == [["2025-09-01", "2025-09-01"]]
    assert at_risk(found, pd.Timestamp("2025-09-01")).empty


# 1 Aug signed for 1 Sep, refunded on 15 Aug: never started, entered and left on that day, never before entry
def test_who_is_refunded_before_the_start_stayed_zero_days():
    contract = by_period("e1", "2025-08-01", "2026-06-30", starts_on="2025-09-01")
    found = stays("2025-11-01", enrolments=[contract], refunds=[refund("e1", "2025-08-15")])
    assert ends(found) == [["2025-08-15", "2025-08-15", "2025-09-15", "refunded"]]


def test_a_signed_contract_that_has_not_started_is_no_stay_yet():
    contract = by_period("e1", "2025-08-01", "2026-06-30", starts_on="2025-09-01")
    assert stays("2025-09-01", enrolments=[contract]).empty
    assert len(stays("2025-09-02", enrolments=[contract])) == 1


def test_a_trial_lesson_before_the_first_signing_is_no_stay():
    tables = {"enrolments": [by_hours("e1", "2025-01-10", 40)], "lessons": weekly(None, "2025-01-01", "2025-01-22")}
    assert dates(stays("2025-02-01", **tables), "entered_on") == [["2025-01-10"]]


def test_lessons_without_a_contract_use_up_the_hours_of_the_one_for_their_course():
    tables = {
        "enrolments": [by_hours("e1", "2025-01-01", 3), by_hours("e2", "2025-01-02", 100, course_id="art")],
        "lessons": weekly(None, "2025-01-07", "2025-01-21", course_id="maths"),
    }
    found = stays("2025-03-20", rules=settings(unit="enrolment"), **tables)
    assert found["end_kind"].tolist() == ["not_renewed", "dormant"]
    assert dates(found, "left_on") == [["2025-01-21"], ["2025-01-02"]]


def test_without_any_lesson_only_contracts_tell():
    contract = by_hours("e1", "2025-01-01", 40, ends_on="2025-06-30")
    found = stays("2025-08-01", enrolments=[contract])
    assert ends(found) == [["2025-01-01", "2025-06-30", "2025-07-31", "not_renewed"]]


def test_at_risk_are_those_who_entered_before_and_left_that_day_or_later():
    found = stays("2025-09-01", **HALF_YEAR)
    counts = [
        len(at_risk(found, pd.Timestamp(day))) for day in ("2025-01-01", "2025-01-02", "2025-06-30", "2025-07-01")
    ]
    assert counts == [0, 1, 1, 0]


def test_the_label_is_churn_within_the_horizon():
    found = stays("2025-12-01", **HALF_YEAR)
    assert label(found, as_of=pd.Timestamp("2025-06-01"), horizon_days=30).to_dict() == {"a": True}
    assert label(found, as_of=pd.Timestamp("2025-06-01"), horizon_days=29).to_dict() == {"a": False}
    graduated = stays("2025-12-01", exits=[left("2025-07-01", "graduated")], **HALF_YEAR)
    assert label(graduated, as_of=pd.Timestamp("2025-06-01"), horizon_days=30).to_dict() == {"a": False}


def test_who_had_left_without_anybody_knowing_is_labelled_gone():
    # left on 2025-06-30, known on 2025-07-31
    found = stays("2025-12-01", **HALF_YEAR)
    assert label(found, as_of=pd.Timestamp("2025-07-15"), horizon_days=30).to_dict() == {"a": True}
    assert label(found, as_of=pd.Timestamp("2025-07-30"), horizon_days=30).to_dict() == {"a": True}
    assert label(found, as_of=pd.Timestamp("2025-07-31"), horizon_days=30).to_dict() == {}


def test_a_label_that_may_still_change_is_refused():
    data = institution("2025-09-01", settings=settings(), **HALF_YEAR)
    assert settled_before(data) == pd.Timestamp("2025-07-18")  # 45 days before 1 September
    found = episodes(data)
    assert label(found, as_of=pd.Timestamp("2025-06-18"), horizon_days=30).to_dict() == {"a": True}
    with pytest.raises(ValueError, match="ends before 2025-07-19 are not all known; those before 2025-07-18 are"):
        label(found, as_of=pd.Timestamp("2025-06-19"), horizon_days=30)


def test_holidays_put_off_the_day_before_which_all_is_settled():
    data = institution("2026-04-09", settings=Settings(), lessons=weekly("e", "2026-01-06", "2026-02-10"))
    plain = Settings(calendar=Calendar(public_holidays="none"))
    without = institution("2026-04-09", settings=plain, lessons=weekly("e", "2026-01-06", "2026-02-10"))
    assert settled_before(data) == pd.Timestamp("2026-02-11")
    assert settled_before(without) == pd.Timestamp("2026-02-23")


def test_every_kind_that_is_churn_is_named():
    assert CHURN_KINDS == ("not_renewed", "refunded", "dormant", "withdrawn")


def written_down(day, when, reason="teacher", **more):
    return left(day, reason, **more) | {"recorded_on": when}


# x x x x|15 Mar . . . . . . asked on 2 Apr ! 3 Apr; had nobody asked, silence would have told on 26 Apr
def test_an_exit_that_is_written_down_later_is_known_from_then_on_and_leaves_the_days_before_as_they_were():
    taught = weekly("e1", "2025-01-07", "2025-03-11")
    tables = HALF_YEAR | {"lessons": taught, "exits": [written_down("2025-03-15", "2025-04-02")]}
    assert ends(stays("2025-04-02", **tables)) == [["2025-01-01", None, None, None]]
    assert ends(stays("2025-04-03", **tables)) == [["2025-01-01", "2025-03-15", "2025-04-03", "withdrawn"]]
    # Who was told by silence before anybody asked, was told then.
    late = HALF_YEAR | {"lessons": taught, "exits": [written_down("2025-03-15", "2025-05-20")]}
    assert ends(stays("2025-09-01", **late)) == [["2025-01-01", "2025-03-11", "2025-04-26", "dormant"]]


# x x x on hold from 12 Mar; asked on 20 May of 15 Mar: the days before 20 April had been settled with her here
def test_what_is_written_down_later_than_the_grace_moves_no_day_that_was_settled():
    hold = [{"student_id": "a", "enrolment_id": "e1", "from_on": "2025-03-12", "to_on": None}]
    taught = weekly("e1", "2025-01-07", "2025-03-11")
    tables = {"lessons": taught, "suspensions": hold, "exits": [written_down("2025-03-15", "2025-05-20")]}
    assert ends(stays("2025-06-01", **HALF_YEAR | tables)) == [["2025-01-01", "2025-04-20", "2025-05-21", "withdrawn"]]


# x x |15 Feb x x x x: she came on; on 1 Apr somebody writes that she left on 15 Feb
def test_an_exit_that_is_written_down_after_she_had_come_again_ends_nothing():
    tables = HALF_YEAR | {"exits": [written_down("2025-02-15", "2025-04-01")]}
    assert ends(stays("2025-06-01", **tables)) == [["2025-01-01", None, None, None]]


# x x x|15 Mar registered ! 16 Mar . . . . interviewed on 10 Apr: it was a move
def test_an_interview_later_changes_why_she_left_and_not_when():
    said = [left("2025-03-15", "price"), written_down("2025-03-15", "2025-04-10", "moved") | {"method": "interview"}]
    tables = HALF_YEAR | {"lessons": weekly("e1", "2025-01-07", "2025-03-11"), "exits": said}
    then = [["2025-01-01", "2025-03-15", "2025-03-16"]]
    assert ends(stays("2025-04-10", **tables)) == [[*then[0], "withdrawn"]]
    assert ends(stays("2025-04-11", **tables)) == [[*then[0], "personal"]]


def test_an_exit_that_was_announced_beforehand_counts_from_the_day_on_which_she_leaves():
    tables = HALF_YEAR | {
        "lessons": weekly("e1", "2025-01-07", "2025-03-11"), "exits": [written_down("2025-03-15", "2025-02-20")],
    }  # fmt: skip
    assert ends(stays("2025-03-15", **tables)) == [["2025-01-01", None, None, None]]
    assert ends(stays("2025-03-16", **tables)) == [["2025-01-01", "2025-03-15", "2025-03-16", "withdrawn"]]


# e1: x x x|15 Mar . . . . asked on 2 Apr; e2: 20 Mar == x 25 Mar == 28 Mar
def test_who_came_to_another_contract_since_left_after_her_last_lesson():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-06-30"), by_period("e2", "2025-03-20", "2025-03-28")],
        "lessons": weekly("e1", "2025-01-07", "2025-03-11") + weekly("e2", "2025-03-25", "2025-03-25"),
        "exits": [written_down("2025-03-15", "2025-04-02", enrolment_id="e1")],
    }
    assert ends(stays("2025-04-20", **tables)) == [["2025-01-01", "2025-03-25", "2025-04-03", "withdrawn"]]
