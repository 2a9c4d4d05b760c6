"""Is what each was worth on an earlier day told as it was told then?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.renewal.past_value import past_value
from churnlab.churn.renewal.value import remaining_value
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data


@pytest.fixture(scope="module")
def data() -> Data:
    return make(Institution(students=400, seed=3)).data()


def test_of_today_it_is_the_remaining_value(data: Data):
    today = pd.Timestamp(data.as_of)
    told, own = past_value(data, [today]), remaining_value(data)
    assert told["unit_id"].tolist() == own["unit_id"].tolist()
    assert np.allclose(told["remaining_value_cny"], own["remaining_value_cny"])
    assert (told["day"] == today).all()


@pytest.mark.parametrize("days_ago", [92, 100])
def test_of_an_earlier_day_it_is_hardly_another_than_was_told_then(data: Data, days_ago: int):
    """The made-up history ends with October: 92 days ago a month began, as it does on the days of `looks`."""
    day = pd.Timestamp(data.as_of) - pd.Timedelta(days=days_ago)
    own, told = remaining_value(data.before(day.date())), past_value(data, [day])
    assert told["unit_id"].tolist() == own["unit_id"].tolist()
    assert np.corrcoef(told["remaining_value_cny"], own["remaining_value_cny"])[0, 1] > 0.99
    assert told["remaining_value_cny"].mean() == pytest.approx(own["remaining_value_cny"].mean(), rel=0.15)


def test_several_days_are_told_side_by_side(data: Data):
    days = [pd.Timestamp(data.as_of) - pd.Timedelta(days=ago) for ago in (100, 92)]
    both = past_value(data, days)
    alone = pd.concat([past_value(data, [day]) for day in days], ignore_index=True)
    pd.testing.assert_frame_equal(both, alone)
