"""Do students stay as many months, and bring as much, as their worth counts on?

Estimands: how many months a student in service on a day is with us in the months after it, up to a horizon; and the
margin of the lessons that she has in them under contracts signed from that day on. On the day it is told how much is
expected of each; at the end of the history it is looked up how much it was.
"""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pytest

from churnlab.churn.outcome import episodes, settled_before
from churnlab.churn.renewal.in_service import DAYS_A_MONTH, in_service
from churnlab.churn.renewal.value import remaining_value
from churnlab.settings import Settings
from churnlab.tables.door import Data, fetch
from tests.truth.many import Many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

# The further back the day, the longer the horizon whose ends are all known; and the fewer years to learn from.
HORIZONS = {"2025-12-01": 9, "2026-03-01": 6, "2026-05-01": 4}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Told:
    """What was told on a day of everybody's worth within so many months."""

    day: str
    months: int
    then: Data
    worth: pd.DataFrame


@pytest.fixture(scope="module", params=HORIZONS)
def told(request: pytest.FixtureRequest, full: Many) -> _Told:
    months = HORIZONS[request.param]
    then = full.data.before(date.fromisoformat(request.param))
    then = replace(then, settings=_within(then, months))
    return _Told(day=request.param, months=months, then=then, worth=remaining_value(then))


def test_as_many_months_are_stayed_as_were_expected(full: Many, told: _Told) -> None:
    """On average, and of those of whom few are expected as of those of whom many are; of one alone nothing is said.

    All institutions together: nearly no chance is left, so what is off is the estimate. It knows no season, and as a
    whole was 1 to 3 % off, no quarter more than 5 %, in the first thirty.
    """
    months, value = told.months, told.worth
    assert len(value) > 10_000
    assert value["expected_months"].between(0, months).all()
    value = value.assign(stayed=_stayed(full.data, value["unit_id"], pd.Timestamp(told.day), months))
    mean = value[["expected_months", "stayed"]].mean()
    assert mean["expected_months"] == pytest.approx(mean["stayed"], rel=0.05)
    assert mean["expected_months"] < 0.95 * months  # to expect all of all would not do
    quarter = pd.qcut(value["expected_months"], 4, duplicates="drop")
    parts = value.groupby(quarter, observed=True)[["expected_months", "stayed"]].mean()
    assert parts["stayed"].idxmin() == parts.index[0]
    assert parts["expected_months"].to_numpy() == pytest.approx(parts["stayed"].to_numpy(), rel=0.08), parts


def test_as_much_is_brought_as_was_expected_by_one_course_and_by_several(full: Many, told: _Told) -> None:
    """Of those with a second contract beside the first as of others: what was bought beside is seldom bought again."""
    rows = _money(full.data, told)
    parts = rows.groupby("courses")[["told", "came"]].sum()
    assert rows["courses"].value_counts()["several"] > 1_000
    # Few contracts come to their end within four months, and the several bring 2 % of all: chance is left.
    assert parts["told"]["one"] == pytest.approx(parts["came"]["one"], rel=0.08), parts
    assert parts["told"]["several"] == pytest.approx(parts["came"]["several"], rel=0.2), parts


def _money(data: Data, told: _Told) -> pd.DataFrame:
    """Return of each student in service what margin was `told` and `came`, and whether she has `one` or `several`."""
    beside = in_service(told.then).groupby("unit_id").size() > 1
    expected = told.worth.groupby("student_id")["remaining_value_cny"].sum()
    start = pd.Timestamp(told.day)
    came = _brought(data, start, start + pd.DateOffset(months=told.months))
    several = told.worth.set_index("student_id")["unit_id"].map(beside).groupby(level=0).any()
    courses = several.map({True: "several", False: "one"})
    return pd.DataFrame({"told": expected, "came": came.reindex(expected.index).fillna(0.0), "courses": courses})


def _brought(data: Data, start: pd.Timestamp, stop: pd.Timestamp) -> pd.Series:
    """Look up by student the margin of lessons between two days, of contracts signed from the first of them on."""
    contracts, lessons, courses = (data.table(name) for name in ("enrolments", "lessons", "courses"))
    new = contracts.filter(contracts.signed_at.cast("date") >= start.date()).select("enrolment_id", "course_id")
    had = lessons.filter((lessons.starts_at >= start) & (lessons.starts_at < stop)).drop("course_id")
    had = had.inner_join(new, "enrolment_id").left_join(courses.select("course_id", "margin_rate"), "course_id")
    margin = (had.amount_used.cast("float64") * had.margin_rate.fill_null(data.settings.renewal.margin_rate)).sum()
    return fetch(had.group_by("student_id").agg(came=margin).order_by("student_id")).set_index("student_id")["came"]


def _within(data: Data, months: int) -> Settings:
    rules = data.settings
    return rules.model_copy(update={"renewal": rules.renewal.model_copy(update={"horizon_months": months})})


def _stayed(data: Data, units: pd.Series, day: pd.Timestamp, months: int) -> pd.Series:
    """Look up how many months each stayed; who had silently left already stayed none."""
    assert day + pd.DateOffset(months=months) <= settled_before(data)
    stays = episodes(data)
    there = stays[stays["entered_on"] < day].drop_duplicates("unit_id", keep="last").set_index("unit_id")
    days = (units.map(there["left_on"]) - day).dt.days
    return (days.clip(lower=0) / DAYS_A_MONTH).fillna(months).clip(upper=months)
