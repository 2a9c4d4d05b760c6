"""Whoever asks for a choice that an analysis does not have is told which it has."""

import inspect
from typing import Any

import pytest

from churnlab import churn
from churnlab.churn.causes.shares import causes
from churnlab.churn.choices import refuse_other
from churnlab.errors import OrderError
from tests.churn.renewal.quarters import quarters

GROUPED = {
    "churn_by": ("2025-06", "campus, channel, course_id"),
    "churn_per": (None, "teacher, class, adviser"),
    "conversion_by": (None, "channel, campaign, campus, adviser, course"),
    "incidence_by": (None, "campus, course, channel"),
    "renewal_by": (None, "campus, course, adviser"),
    "retention_by": (None, "campus, course, channel, cohort"),
    "retention_curves": (None, "None, campus, course, channel, cohort"),
    "stated": (None, "left_on, known_on"),
    "stated_causes": (None, "department, reason"),
    "steps_by": (None, "channel, campaign, campus, adviser, course"),
    "time_to_enrol_by": (None, "channel, campaign, campus, course"),
}


def test_what_came_and_what_is_allowed_are_named_in_both_languages() -> None:
    with pytest.raises(OrderError) as told:
        refuse_other("by", "weekday", ("campus", "course"))
    assert told.value.message("en") == "by='weekday' is no choice here; ask for one of campus, course."
    assert told.value.message("zh") == "这里不能选 by='weekday'，可选：campus, course。"
    assert told.value.exit_code == 2


def test_what_is_allowed_passes() -> None:
    refuse_other("by", "course", ("campus", "course"))
    refuse_other("by", None, (None, "course"))


def test_every_analysis_that_takes_a_grouping_is_tried() -> None:
    public = {name: getattr(churn, name) for name in churn.__all__}
    takes = {
        name for name, made in public.items() if inspect.isfunction(made) and "by" in inspect.signature(made).parameters
    }
    assert takes == set(GROUPED)


@pytest.mark.parametrize("came", ["weekday", "", "campus_id", ["campus"]])
@pytest.mark.parametrize("name", GROUPED)
def test_an_unknown_grouping_is_refused_in_words(name: str, came: Any) -> None:
    month, known = GROUPED[name]
    with pytest.raises(OrderError) as told:
        getattr(churn, name)(quarters(), *([month] if month else []), by=came)
    assert told.value.message("en") == f"by={came!r} is no choice here; ask for one of {known}."


def test_other_choices_are_refused_likewise() -> None:
    data = quarters()
    with pytest.raises(OrderError, match=r"dated='told_on' is no choice here; ask for one of left_on, known_on\."):
        causes(data, dated="told_on")
    with pytest.raises(OrderError, match=r"weigh='paid_cny' is no choice here; ask for one of students, paid\."):
        churn.pareto(data, weigh="paid_cny")  # type: ignore[arg-type]
    with pytest.raises(OrderError, match=r"through='trial' is no choice here; ask for one of enrolled, first_lesson, "):
        churn.conversion(data, through="trial")  # type: ignore[arg-type]
    with pytest.raises(OrderError, match=r"months=2 is no choice here; ask for one of 1, 3\."):
        churn.renewal_rate(data, "2025-06", months=2)  # type: ignore[arg-type]
