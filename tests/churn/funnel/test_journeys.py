"""Each step has the day on record, and a step passed without a record is told apart."""

from typing import Any

import pandas as pd
import pytest

from churnlab.churn.funnel.journeys import STEPS, days_until, first_attended, journeys, on_record, reached
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.funnel.asking import SMALL, contact, lead, lesson, signed, student


# Li   1 Jan asks ─ 2 Jan call ─ 3 Jan trial booked ─ 8 Jan trial (and its lesson) ─ 10 Jan signs ─ 12 Jan away
#      ─ 19 Jan first lesson ─ 1 Jun renews
# Wu   1 Jan asks ─ 5 Jan signs, nothing else on record
# He   1 Jan asks ─ 2 Jan trial booked ─ 4 Jan cancelled
# Xu   asked a year after she signed
# Ma   1 Jan asks ─ 5 Jan a contract that was void
def story(as_of: str = "2025-07-01") -> Data:
    return institution(
        as_of,
        settings=SMALL,
        leads=[lead(name, "2025-01-01 10:00") for name in ("Li", "Wu", "He", "Xu", "Ma")],
        contacts=[
            contact("Li", "2025-01-02", staff_id="Chen", outcome="likes it"),
            contact("Li", "2025-01-03", "trial_booked"),
            contact("Li", "2025-01-08", "trial_done"),
            contact("He", "2025-01-02", "trial_booked"),
            contact("He", "2025-01-04", "trial_cancelled", outcome="too far"),
        ],
        students=[student(name, "2025-01-05") for name in ("Li", "Wu", "Ma")] + [student("Xu", "2024-01-01")],
        enrolments=[
            signed("Li", "2025-01-10"), signed("Li", "2025-06-01", kind="renewal"), signed("Wu", "2025-01-05"),
            signed("Xu", "2024-01-01"), signed("Ma", "2025-01-05", status="void"),
        ],
        lessons=[
            lesson("Li", "2025-01-08 15:00"), lesson("Li", "2025-01-12 15:00", "absent"),
            lesson("Li", "2025-01-19 15:00"), lesson("Li", "2025-01-26 15:00"),
        ],
    )  # fmt: skip


def rows(data: Data) -> pd.DataFrame:
    return journeys(data).set_index("lead_id").rename(index=lambda id: id.removeprefix("lead "))


def days(row: pd.Series) -> list[str | None]:
    return [None if pd.isna(row[f"{step}_on"]) else f"{row[f'{step}_on']:%m-%d}" for step in STEPS]


def test_each_step_has_its_day() -> None:
    told = rows(story())
    assert days(told.loc["Li"]) == ["01-01", "01-02", "01-03", "01-08", "01-10", "01-19", "06-01"]
    assert days(told.loc["Wu"]) == ["01-01", None, None, None, "01-05", None, None]
    assert days(told.loc["Ma"]) == ["01-01", None, None, None, None, None, None]
    assert days(told.loc["Xu"]) == ["01-01", None, None, None, None, None, None]  # her contract was there before
    assert told.loc["Li", "adviser_id"] == "Chen"


def test_who_reached_a_later_step_has_passed_the_earlier_ones() -> None:
    told = rows(story())
    assert reached(told).loc["Wu"].tolist() == [True, True, True, True, True, False, False]
    assert on_record(told).loc["Wu"].tolist() == [True, False, False, False, True, False, False]
    assert days_until(told, "contacted")["Wu"] == days_until(told, "enrolled")["Wu"] == 4


def test_what_came_too_late_does_not_count() -> None:
    told = rows(story())
    assert reached(told, 8).loc["Li"].sum() == 4
    assert reached(told, 9).loc["Li"].sum() == 5
    assert on_record(told, 18).loc["Li"].tolist() == [True] * 6 + [False]


def test_a_trial_that_was_cancelled_was_booked() -> None:
    told = rows(story())
    assert reached(told).loc["He"].sum() == 3
    assert told["trial_cancelled"].to_dict() == {"Li": False, "Wu": False, "He": True, "Xu": False, "Ma": False}
    assert told.loc["He", "outcome"] == "too far"


def test_who_had_signed_before_is_a_student_who_asks() -> None:
    told = rows(story())
    assert told["was_student"].to_dict() == {"Li": False, "Wu": False, "He": False, "Xu": True, "Ma": False}


@pytest.mark.parametrize(
    ("as_of", "steps"), [("2025-01-02", 1), ("2025-01-03", 2), ("2025-01-19", 5), ("2025-01-20", 6)]
)
def test_a_step_is_known_the_day_after_it(as_of: str, steps: int) -> None:
    assert reached(rows(story(as_of))).loc["Li"].sum() == steps


#  asks 1 Jan (lost) ─────────── asks 1 Jun ── signs 5 Jun
def test_a_contract_is_of_the_latest_request_before_it() -> None:
    asked = [lead("Li", on, lead_id=on) for on in ("2025-01-01", "2025-06-01")]
    data = institution(
        "2025-07-01", settings=SMALL, leads=asked, students=[student("Li", "2025-06-05")],
        enrolments=[signed("Li", "2025-06-05")],
    )  # fmt: skip
    assert journeys(data)["enrolled_on"].notna().tolist() == [False, True]


def test_what_is_said_with_a_second_lead_belongs_to_the_request() -> None:
    asked = [lead("Li", on, lead_id=f"lead {on}") for on in ("2025-01-01", "2025-01-10")]
    data = institution("2025-07-01", settings=SMALL, leads=asked, contacts=[contact("2025-01-10", "2025-01-11")])
    told = journeys(data)
    assert told["leads"].tolist() == [2]
    assert told["contacted_on"].tolist() == [pd.Timestamp("2025-01-11")]


#  asks 1 Jan ── lost 5 Jan (dear) ── asks 10 Jan ── lost 20 Jan (far)
@pytest.mark.parametrize(
    ("as_of", "lost"), [("2025-01-05", None), ("2025-01-06", "dear"), ("2025-01-11", None), ("2025-01-21", "far")]
)
def test_who_asks_again_after_the_loss_is_not_lost(as_of: str, lost: str | None) -> None:
    asked = [
        lead("Li", "2025-01-01 10:00", lead_id="1", lost_on="2025-01-05", lost_reason="dear"),
        lead("Li", "2025-01-10 10:00", lead_id="2", lost_on="2025-01-20", lost_reason="far"),
    ]
    told = journeys(institution(as_of, settings=SMALL, leads=asked))
    assert len(told) == 1
    assert told["lost_on"].notna().item() == bool(lost)
    assert [why if isinstance(why, str) else None for why in told["lost_reason"]] == [lost]


def test_a_lesson_of_the_day_of_signing_is_the_first_one() -> None:
    data = institution("2025-07-01", settings=SMALL, lessons=[lesson("Li", "2025-01-05 15:00")])
    marks: dict[str, Any] = {
        "student_id": ["no. Li", "no. Li", None],
        "from_on": pd.to_datetime(["2025-01-05", "2025-01-06", None]),
    }
    assert pd.isna(first_attended(data, pd.DataFrame(marks))).tolist() == [False, True, True]


#  asks, signs, and signs a second contract called a renewal, all on 1 Jan
def test_who_signs_on_the_day_of_asking_was_no_student_and_has_not_renewed() -> None:
    first, second = signed("Li", "2025-01-01"), signed("Li", "2025-01-01", enrolment_id="more", kind="renewal")
    data = institution(
        "2025-07-01", settings=SMALL, leads=[lead("Li", "2025-01-01 10:00")], students=[student("Li", "2025-01-01")],
        enrolments=[first, second],
    )  # fmt: skip
    row = journeys(data).iloc[0]
    assert (row["was_student"], row["enrolled_on"]) == (False, pd.Timestamp("2025-01-01"))
    assert pd.isna(row["renewed_on"])


#  asks 1 Jan ── lost 5 Jan ── asks again 10 Jan, and Chen calls on that day
def test_who_calls_on_the_day_of_asking_again_is_their_adviser() -> None:
    asked = [lead("Li", "2025-01-01", lead_id="1", lost_on="2025-01-05"), lead("Li", "2025-01-10", lead_id="2")]
    call = contact("", "2025-01-10 17:00", lead_id="2", staff_id="Chen")
    data = institution("2025-07-01", settings=SMALL, leads=asked, contacts=[call])
    assert journeys(data)["adviser_id"].tolist() == ["Chen"]


#  asks 1 Jan ── lost 5 Jan (or at once) ── Sun calls on that day, or two days later
@pytest.mark.parametrize(
    ("lost_on", "called_on", "adviser"),
    [("2025-01-05", "2025-01-05", "Sun"), ("2025-01-01", "2025-01-03", None), ("2025-01-05", "2025-01-06", None)],
)
def test_a_call_on_the_day_of_the_loss_comes_before_it(lost_on: str, called_on: str, adviser: str | None) -> None:
    asked = [lead("Li", "2025-01-01", lost_on=lost_on)]
    data = institution("2025-07-01", settings=SMALL, leads=asked, contacts=[contact("Li", called_on, staff_id="Sun")])
    told = journeys(data)["adviser_id"].iloc[0]
    assert (told if isinstance(told, str) else None) == adviser


#  asks 1 Jan ── Sun calls on 5 Jan, and she signs ── 1 Mar a second course ── 1 Jun a renewal
def test_a_call_on_the_day_of_signing_comes_before_it_and_another_course_is_no_renewal() -> None:
    more = [signed("Li", "2025-03-01", kind="expansion"), signed("Li", "2025-06-01", kind="renewal")]
    data = institution(
        "2025-07-01", settings=SMALL, leads=[lead("Li", "2025-01-01")], students=[student("Li", "2025-01-05")],
        contacts=[contact("Li", "2025-01-05", staff_id="Sun")], enrolments=[signed("Li", "2025-01-05"), *more],
    )  # fmt: skip
    row = journeys(data).iloc[0]
    assert (row["adviser_id"], row["renewed_on"]) == ("Sun", pd.Timestamp("2025-06-01"))


def test_nobody_asked() -> None:
    assert journeys(institution("2025-07-01", settings=SMALL)).empty


#  asks 1 Jan ── lost 5 Jan ── Sun calls 7 Jan ── asks 10 Jan ── Chen calls 12 Jan ── signs 15 Jan ── Wu calls 17 Jan
@pytest.mark.parametrize(
    ("until", "adviser", "contacted_on"),
    [("2025-01-08", None, None), ("2025-01-13", "Chen", "2025-01-12"), ("2025-02-01", "Chen", "2025-01-12")],
)
def test_only_who_spoke_with_them_while_the_request_was_open_is_their_adviser(
    until: str, adviser: str | None, contacted_on: str | None
) -> None:
    asked = [
        lead("Li", "2025-01-01 10:00", lead_id="1", lost_on="2025-01-05", lost_reason="dear"),
        lead("Li", "2025-01-10 10:00", lead_id="2"),
    ]
    calls = [("1", "2025-01-07", "Sun"), ("2", "2025-01-12", "Chen"), ("2", "2025-01-17", "Wu")]
    data = institution(
        until, settings=SMALL, leads=asked, students=[student("Li", "2025-01-15")],
        enrolments=[signed("Li", "2025-01-15")],
        contacts=[contact("", on, lead_id=id_, staff_id=who, outcome=who) for id_, on, who in calls],
    )  # fmt: skip
    row = journeys(data).iloc[0]
    told = [None if pd.isna(row[name]) else row[name] for name in ("adviser_id", "contacted_on", "outcome")]
    assert told == [adviser, pd.Timestamp(contacted_on) if contacted_on else None, adviser]
