"""Do students stay as many months as their worth counts on?

Estimand: how many months a student in service on a day is with us in the months after it, up to a horizon. On the day
it is told how many are expected of each; at the end of the history it is looked up how many she stayed.
"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from churnlab.churn.outcome import episodes, settled_before
from churnlab.churn.renewal.in_service import DAYS_A_MONTH
from churnlab.churn.renewal.value import remaining_value
from churnlab.settings import Settings
from churnlab.tables.door import Data
from tests.truth.many import Many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

# The further back the day, the longer the horizon whose ends are all known; and the fewer years to learn from.
HORIZONS = {"2025-12-01": 9, "2026-03-01": 6, "2026-05-01": 4}


@pytest.mark.parametrize("day", HORIZONS)
def test_as_many_months_are_stayed_as_were_expected(full: Many, day: str) -> None:
    """On average, and of those of whom few are expected as of those of whom many are; of one alone nothing is said.

    All institutions together: nearly no chance is left, so what is off is the estimate. It knows no season, and as a
    whole was 1 to 3 % off, no quarter more than 5 %, in the first thirty.
    """
    months = HORIZONS[day]
    then = full.data.before(date.fromisoformat(day))
    value = remaining_value(replace(then, settings=_within(then, months)))
    assert len(value) > 10_000
    assert value["expected_months"].between(0, months).all()
    value = value.assign(stayed=_stayed(full.data, value["unit_id"], pd.Timestamp(day), months))
    mean = value[["expected_months", "stayed"]].mean()
    assert mean["expected_months"] == pytest.approx(mean["stayed"], rel=0.05)
    assert mean["expected_months"] < 0.95 * months  # to expect all of all would not do
    quarter = pd.qcut(value["expected_months"], 4, duplicates="drop")
    parts = value.groupby(quarter, observed=True)[["expected_months", "stayed"]].mean()
    assert parts["stayed"].idxmin() == parts.index[0]
    assert parts["expected_months"].to_numpy() == pytest.approx(parts["stayed"].to_numpy(), rel=0.08), parts


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
