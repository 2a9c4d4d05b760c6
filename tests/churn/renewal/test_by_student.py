"""Is each student's worth told, and does the list say of how many it is?"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from churnlab.churn.renewal import by_student
from churnlab.churn.renewal.at_risk import worth
from churnlab.churn.renewal.by_student import student_worth
from churnlab.churn.renewal.value import remaining_value
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.builders import institution
from tests.churn.renewal.quarters import quarters
from tests.churn.stays import by_hours, by_period, settings, weekly


# On 15 August all 24 are in their third contract, from 1 July to 30 September, with 47 of its 92 days to come; s00, s01
# and s02 pay 6,000 for it, the other 21 pay 3,000. So three are worth twice what one of the others is.
def test_those_worth_most_stand_first_and_the_sentence_says_how_much_they_hold():
    found = student_worth(quarters(dear=3))
    table = found.table
    assert table["student_id"].tolist() == [f"s{number:02}" for number in range(24)]
    assert table["campus"].tolist() == ["West", "East"] * 12
    assert set(table["course_id"]) == {"maths"}
    one = table["remaining_value_cny"].iloc[-1]
    assert table["remaining_value_cny"].tolist() == pytest.approx([2 * one] * 3 + [one] * 21)
    assert table["prepaid_cny"].tolist() == pytest.approx([6000 * 47 / 92] * 3 + [3000 * 47 / 92] * 21)
    assert (table["remaining_value_cny_low"] < table["remaining_value_cny"]).all()
    assert (table["remaining_value_cny"] < table["remaining_value_cny_high"]).all()
    assert found.facts["remaining_value_cny"] == pytest.approx(27 * one)
    assert found.facts["median_cny"] == pytest.approx(one)
    assert [found.facts["top"], found.facts["top_share"]] == [3, pytest.approx(6 / 27)]
    assert found.sentences == ("sentence", "tenth")
    assert "Of 24 students in service ¥" in found.sentence("en")
    assert "The 3 worth most, a tenth of them, hold 22.2% of it." in found.sentence("en")
    assert "在读的 24 名学员预计" in found.sentence("zh")
    assert "剩余价值最高的一成（3 名）占 22.2%" in found.sentence("zh")


def test_the_sum_and_its_interval_are_those_of_the_worth_by_campus():
    for campus in (None, "East", ["East", "West"]):
        found, total = student_worth(quarters(dear=3), campus), worth(quarters(dear=3), campus)
        last = total.table.iloc[-1]
        assert found.table["remaining_value_cny"].sum() == pytest.approx(last["remaining_value_cny"])
        for side in ("", "_low", "_high"):
            assert found.facts[f"remaining_value_cny{side}"] == pytest.approx(last[f"remaining_value_cny{side}"])
        assert found.caveats == (*total.caveats, "renewal_student")
    assert set(student_worth(quarters(), "East").table["campus"]) == {"East"}


# Beside her months s00 bought 20 hours of art at 100 yuan, of which 16 are used by 15 August, one a week; of music she
# bought 30 days at 100 a day, of which 14 have passed. Music brings more a month: 30 days of it against 4 or 5 hours.
def test_all_running_contracts_are_owed_and_the_course_is_that_of_the_dearer():
    rows = [
        by_period(f"{number}-{month}", f"2025-0{month}-01", f"2025-0{month}-28", student=f"s{number:02}")
        for number in range(40)
        for month in (5, 6, 7)
    ]
    art = by_hours("art", "2025-05-01", 20, student="s00") | {"amount_due": 2000.0, "course_id": "art"}
    music = by_period("music", "2025-08-01", "2025-08-30", student="s00") | {"amount_due": 3000.0, "course_id": "music"}
    payments = [
        {"enrolment_id": bought["enrolment_id"], "student_id": "s00", "paid_at": "2025-08-01"}
        | {"amount": bought["amount_due"]}
        for bought in (art, music)
    ]
    lessons = weekly("art", "2025-05-01", "2025-08-14", student="s00")
    assert len(lessons) == 16
    data = institution(
        "2025-08-15", settings=settings(), enrolments=[*rows, art, music], payments=payments, lessons=lessons
    )
    table = student_worth(data).table
    her = table.set_index("student_id").loc["s00"]
    assert her["prepaid_cny"] == pytest.approx(4 * 100 + 16 * 100)
    assert her["course_id"] == "music"
    assert (table["student_id"] == "s00").sum() == 1


def test_where_no_payments_are_stored_what_is_prepaid_is_unknown_and_not_nought():
    found = student_worth(quarters(paid=False))
    assert found.table["prepaid_cny"].isna().all()
    assert (found.table["remaining_value_cny"] > 0).all()


def test_a_longer_list_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(by_student, "_MOST_ROWS", 5)
    found = student_worth(quarters(dear=3))
    assert found.table["student_id"].tolist() == [f"s{number:02}" for number in range(5)]
    assert found.facts["students"] == 24
    assert found.facts["top_share"] == pytest.approx(6 / 27)  # of all, not of those shown
    assert "The table holds the 5 worth most." in found.sentence("en")
    assert "表中只列剩余价值最高的 5 名学员" in found.sentence("zh")


def test_of_fewer_than_ten_there_is_no_tenth():
    values = pd.Series([3.0, 1.0, 2.0])
    assert by_student._spread(values) == {"students": 3, "median_cny": 2.0, "top": 1, "top_share": None}
    assert by_student._spread(pd.Series([1.0] * 9 + [3.0]))["top_share"] == 3 / 12
    assert by_student._spread(pd.Series([0.0] * 10))["top_share"] is None  # all are paid up and nobody renews


def test_who_is_worth_nothing_told_is_refused_as_the_worth_is():
    with pytest.raises(NotEnoughData):
        student_worth(institution("2025-08-15", settings=settings(), enrolments=[by_period("a", "2025-01-01")]))
    with pytest.raises(NotEnoughData):
        student_worth(quarters(), "North")


@pytest.fixture(scope="module")
def made():
    return make(Institution(students=360, seed=5, campuses=2, months=20))


def test_another_future_changes_nothing_and_every_student_stands_once(made):
    as_of = date(2026, 3, 1)
    other = replace(made, frames=another_future(made.frames, as_of=as_of, seed=2))
    before, after = (student_worth(one.data(as_of)) for one in (made, other))
    pd.testing.assert_frame_equal(before.table, after.table)
    assert str(before.facts) == str(after.facts)
    assert before.table["student_id"].is_unique
    assert sorted(before.table["student_id"]) == sorted(remaining_value(made.data(as_of))["student_id"])
    for lang in LANGUAGES:
        said = [before.title(lang), before.sentence(lang), *before.warnings(lang), *before.presented(lang)]
        assert all(said)
    assert before.presented("en").shape[1] <= 8
