"""Are complaints counted by channel, and the unanswered not forgotten?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.causes.voices import voices
from churnlab.churn.outcome import episodes
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from tests.builders import institution
from tests.churn.causes.leavers import complaint, gone
from tests.churn.stays import by_hours, by_period, settings, weekly


# Ten students at the end of January: a leaves on 31 March, the others stay. The horizon is 30 days.
@pytest.fixture(name="data", scope="module")
def of_ten():
    contracts = [gone("a")]
    contracts += [by_period(f"s{number}", "2025-01-10", "2026-12-31", student=f"s{number}") for number in range(9)]
    said = [
        complaint("a", "x", "2025-03-05", "2025-03-09", channel="hotline", first_reply_at="2025-03-06"),
        complaint("s1", "x", "2025-03-05", "2025-03-15", channel="hotline", first_reply_at="2025-03-05"),
        complaint("s2", "x", "2025-03-05", None, channel="hotline"),
        complaint("s3", "x", "2025-07-25", None, channel="box"),  # too late to tell whether she leaves
        complaint(None, "x", "2025-06-01", "2025-06-01", channel=None),
        complaint("a", "x", "2024-07-01", None, channel="box"),  # more than a year ago
    ]
    return institution("2025-08-01", settings=settings(inactivity_days=None), enrolments=contracts, complaints=said)


def test_each_channel_has_its_number_times_and_outcome(data):
    table = voices(data).table.set_index("complaint_channel")
    assert table["complaints"].to_dict() == {"hotline": 3, "box": 1, "unknown": 1}
    assert table["per_100_students"].to_dict() == {"hotline": 30, "box": 10, "unknown": 10}
    assert table["open_complaints"].to_dict() == {"hotline": 1, "box": 1, "unknown": 0}
    assert table.loc["hotline", "reply_days"] == 1  # 0, 1 and still waiting
    assert table.loc["hotline", "resolving_days"] == 10  # 4, 10 and still waiting
    assert np.isnan(table.loc["box", "resolving_days"])
    assert table.loc["hotline", "left_after_rate"] == 1 / 3
    assert np.isnan(table.loc["box", "left_after_rate"])
    assert np.isnan(table.loc["unknown", "left_after_rate"])


def test_students_without_a_campus_are_students_too():
    contracts = [
        by_period(f"s{n}", "2025-01-10", "2026-12-31", student=f"s{n}") | {"campus": "东" if n < 2 else None}
        for n in range(10)
    ]
    said = [complaint(f"s{n}", "x", "2025-03-05", None, channel="hotline") for n in range(5)]
    asked = institution("2025-08-01", settings=settings(inactivity_days=None), enrolments=contracts, complaints=said)
    assert voices(asked).facts["per_100"] == 100 * 5 / 10


def test_the_exact_interval_of_three_in_ten_students(data):
    # R: poisson.test(3, T = 0.1)$conf.int
    row = voices(data).table.set_index("complaint_channel").loc["hotline"]
    assert [row["per_100_students_low"], row["per_100_students_high"]] == pytest.approx([6.186721, 87.672731], abs=1e-4)


def test_what_is_open_is_said(data):
    found = voices(data)
    assert (found.facts["open"], found.facts["unanswered"]) == (2, 2)
    for lang in LANGUAGES:
        assert "5" in found.sentence(lang)


def test_without_complaints_nothing_is_told(data):
    with pytest.raises(NotEnoughData) as told:
        voices(data, campus="West")
    assert told.value.message("en") == "No complaint or suggestion is on record since 1 Aug 2024."


def test_what_is_resolved_later_is_open_now():
    said = [complaint("a", "x", "2025-03-05", "2025-06-01", channel="box")]
    contracts = [by_period("ea", "2024-10-01", "2026-12-31")]
    rules = settings(inactivity_days=None)
    open_ = [
        voices(institution(day, settings=rules, enrolments=contracts, complaints=said)).facts["open"]
        for day in ("2025-06-01", "2025-06-02")
    ]
    assert open_ == [1, 0]


# Lesson on Tuesdays; both complain on Thursday 6 March, and the horizon is 30 days, to 4 April.
#     a  |--- lessons ---| 4 March   6 March: complains   never comes again; told as dormant weeks later
#     b  |--- lessons ------------------------------------------------------------------- 29 July ---|
def test_who_complains_between_two_lessons_and_never_comes_again_left_after_it():
    lessons = weekly("ea", "2025-01-07", "2025-03-04", student="a")
    lessons += weekly("eb", "2025-01-07", "2025-07-29", student="b")
    data = institution(
        "2025-08-01",
        settings=settings(),
        enrolments=[by_hours("ea", "2025-01-06", 60, student="a"), by_hours("eb", "2025-01-06", 60, student="b")],
        lessons=lessons,
        complaints=[complaint(student, "x", "2025-03-06", None, channel="box") for student in "ab"],
    )
    assert voices(data).table["left_after_rate"].to_list() == [1 / 2]


# a's last lesson is on 4 March and her end is known on `known_on`: on that day she is one who has left, no student.
def test_who_complains_once_her_end_is_known_is_no_student_who_left_after_it():
    def told(complained_on):
        data = institution(
            "2025-12-01",
            settings=settings(),
            enrolments=[by_hours("ea", "2025-01-06", 60, student="a"), by_hours("eb", "2025-01-06", 60, student="b")],
            lessons=weekly("ea", "2025-01-07", "2025-03-04", student="a")
            + weekly("eb", "2025-01-07", "2025-11-25", student="b"),
            complaints=[complaint("a", "x", complained_on, None, channel="box")],
        )
        known_on = episodes(data).set_index("student_id").loc["a", "known_on"]
        return known_on, voices(data).table["left_after_rate"].iloc[0]

    known_on, _ = told("2025-03-06")
    assert told((known_on - pd.Timedelta(days=1)).strftime("%Y-%m-%d"))[1] == 1
    assert np.isnan(told(known_on.strftime("%Y-%m-%d"))[1])


def test_within_how_many_days_they_left_is_said(data):
    # Of the three by hotline a left on 31 March, 26 days after; of two nobody knows: one is too late, one has no name.
    found = voices(data)
    assert found.sentences[-1] == "left"
    assert {name: found.facts[name] for name in ("known", "left", "left_after_rate", "horizon_days")} == {
        "known": 3, "left": 1, "left_after_rate": 1 / 3, "horizon_days": 30,
    }  # fmt: skip
    assert "after 1 of 3 complaints" in found.sentence("en")
    assert "within 30 days" in found.sentence("en")
    assert "30 天内流失" in found.sentence("zh")
