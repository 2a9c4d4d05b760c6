"""A request is ripe once nearly all who come have come, and those still deciding are no losses."""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.funnel.journeys import journeys
from churnlab.churn.funnel.ripeness import came_by, followed, longest_days, ripe_days, waiting
from churnlab.errors import NotEnoughData
from churnlab.settings import Funnel, Retention, Settings
from churnlab.stats.survival import Stays
from tests.churn.funnel.asking import crowd, opened


#  20 waits: on days 1, 2, …, 10 one comes each, ten never; all are followed for 30 days.
def test_ripe_is_when_nineteen_of_twenty_who_come_have_come() -> None:
    days = pd.Series([*range(1, 11), *[np.nan] * 10])
    stays = followed(days, pd.Series([30] * 20), pd.Series(range(20)), 30)
    rules = Settings(retention=Retention(min_at_risk=5), funnel=Funnel(ripe_share=0.95))
    assert came_by(stays)[5] == pytest.approx(5 / 20)
    assert came_by(stays)[30] == pytest.approx(10 / 20)
    assert ripe_days(stays, rules) == 10  # 9 of 10 are too few
    assert ripe_days(stays, rules.model_copy(update={"funnel": Funnel(ripe_share=0.85)})) == 9


#  a asks ── comes on day 2;   b asks ── followed for 1 day;   c asks ── nothing in 4 days
def test_those_still_deciding_are_followed_as_long_as_they_were() -> None:
    stays = followed(pd.Series([2, np.nan, np.nan]), pd.Series([4, 1, 4]), pd.Series([0, 1, 2]), 30)
    np.testing.assert_allclose(came_by(stays), [0, 0, 1 / 2, 1 / 2, 1 / 2])


def test_what_came_after_the_longest_wait_did_not_come() -> None:
    stays = followed(pd.Series([5.0]), pd.Series([40]), pd.Series([0]), 4)
    assert (stays.exit[0], stays.cause[0]) == (4, 0)


def test_a_wait_is_known_to_the_day_before_the_date() -> None:
    data = opened("2025-01-21", crowd(2, 1))
    stays = waiting(data, journeys(data), "enrolled")
    assert stays.exit.tolist() == [10, 10]
    assert stays.cause.tolist() == [1, 0]
    assert longest_days(data, "enrolled") == 30


def test_where_nobody_came_nothing_is_ripe() -> None:
    stays = followed(pd.Series([np.nan] * 9), pd.Series([30] * 9), pd.Series(range(9)), 30)
    with pytest.raises(NotEnoughData) as told:
        ripe_days(stays, Settings(retention=Retention(min_at_risk=5)))
    assert told.value.key == "funnel.nobody_came"


#  a asks ── comes on day 2;   b asks ── lost on day 1;   c asks ── nothing in 4 days
def test_who_is_lost_comes_no_more() -> None:
    stays = Stays(entry=np.full(3, -1), exit=np.array([2, 1, 4]), cause=np.array([1, 2, 0]), cluster=np.arange(3))
    np.testing.assert_allclose(came_by(stays), [0, 0, 1 / 3, 1 / 3, 1 / 3])  # two thirds are left, half of them come
