"""A season is compared with the same season a year ago, step by step."""

import pytest

from churnlab.churn.funnel.seasons import funnel_change
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.stats.multiplicity import holm
from churnlab.stats.proportions import rates_differ
from tests.churn.funnel.asking import crowd, opened, signed, student


# 40 ask in May of each year: 30 came in 2024, 10 in 2025. As of 1 Jul 2025 those of May are 31 days old.
def test_the_step_that_lost_most_is_named() -> None:
    data = opened("2025-07-01", crowd(40, 30, on="2024-05-10"), crowd(40, 10, on="2025-05-10", of="b"))
    found = funnel_change(data)
    table = found.table.set_index("funnel_step")
    # Those of June have not had ten days each, within which those who came had come.
    assert (found.facts["to_month"], found.facts["before_to_month"]) == ("2025-05", "2024-05")
    assert found.facts["within_days"] == 10
    assert table.loc["trial_booked", "of_previous_rate"] == 10 / 40
    assert table.loc["trial_booked", "last_year_rate"] == 30 / 40
    raw = rates_differ([True] * 10 + [False] * 30 + [True] * 30 + [False] * 10, [True] * 40 + [False] * 40, range(80))
    assert table.loc["trial_booked", "adjusted_p_value"] == pytest.approx(holm([1, raw, 1, 1, 1])[1])
    assert table["difference_points"].drop("trial_booked").abs().max() == 0
    assert found.sentences == ("worse",)
    assert "“Trial booked” than a year ago: 25.0% went on, 75.0% then, −50.0 points" in found.sentence("en")
    for lang in LANGUAGES:
        assert len(found.warnings(lang)) == len(found.caveats)


# 60 of 80 came after 10 days in both years. In 2024 two more came after 25 days: those of 2025 have not had so long.
def test_both_years_have_the_same_time_to_come() -> None:
    late = crowd(2, 2, on="2024-05-10", after_days=25, of="c")
    before, now = crowd(78, 60, on="2024-05-10"), crowd(80, 60, on="2025-05-10", of="b")
    table = funnel_change(opened("2025-07-01", before, late, now)).table.set_index("funnel_step")
    assert table.loc["trial_booked", "last_year_rate"] == table.loc["trial_booked", "of_previous_rate"] == 60 / 80


def test_a_gain_and_no_difference_are_told_as_such() -> None:
    gained = opened("2025-07-01", crowd(40, 10, on="2024-05-10"), crowd(40, 30, on="2025-05-10", of="b"))
    assert funnel_change(gained).sentences == ("better",)
    alike = opened("2025-07-01", crowd(40, 20, on="2024-05-10"), crowd(40, 21, on="2025-05-10", of="b"))
    assert funnel_change(alike).sentences == ("alike",)


# Spring Festival: 29 Jan 2025, 17 Feb 2026. February 2026 is set beside January 2025.
def test_the_month_of_the_festival_is_set_beside_the_month_of_the_festival() -> None:
    data = opened("2026-03-15", crowd(40, 30, on="2025-01-10"), crowd(40, 30, on="2026-02-10", of="b"))
    found = funnel_change(data)
    assert (found.facts["asked"], found.facts["asked_before"]) == (40, 40)
    assert "funnel_festival" in found.caveats


def test_a_year_without_requests_is_not_compared_with() -> None:
    with pytest.raises(NotEnoughData) as told:
        funnel_change(opened("2025-07-01", crowd(40, 30, on="2025-05-10")))
    assert told.value.key == "funnel.season_too_few"


def test_students_who_ask_again_are_in_no_season() -> None:
    old = crowd(10, 0, on="2025-05-10", of="old")
    old |= {"students": [student(row["name"], "2024-01-01") for row in old["leads"]]}
    old |= {"enrolments": [signed(row["name"], "2024-01-01") for row in old["leads"]]}
    both = crowd(40, 30, on="2024-05-10"), crowd(40, 30, on="2025-05-10", of="b")
    found = funnel_change(opened("2025-07-01", *both, old))
    assert (found.facts["asked"], found.facts["asked_before"]) == (40, 40)
