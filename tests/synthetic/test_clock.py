"""Are times of day those of an office?"""

from datetime import date

import numpy as np

from churnlab.synthetic.calendar import calendar
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.institution import Institution


def test_a_moment_is_a_day_of_the_history_and_minutes_after_midnight():
    days = calendar(Institution())
    first = days.date(np.array([0]))[0]
    found = moments(days, np.array([0, 1]), np.array([0, 90]))
    assert (found - first).astype("timedelta64[m]").astype(int).tolist() == [0, 24 * 60 + 90]
    assert isinstance(first.astype("datetime64[D]").item(), date)


def test_the_office_is_open_from_half_past_nine_to_half_past_seven():
    drawn = office_minutes(10_000, np.random.default_rng(1))
    assert (drawn.min(), drawn.max()) == (9 * 60 + 30, 19 * 60 + 29)
