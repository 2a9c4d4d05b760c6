"""Do the charts of institutions where nothing changes raise a false alert in as few months as they say?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from churnlab.improvement.monitoring.alerts import watch
from churnlab.synthetic import Institution, make, quiet
from tests.truth.coverage import LEVEL
from tests.truth.many import SEEDS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("quiet")]

INSTITUTIONS = 60
MONTHS = 6
# Nothing changes from month to month but what the calendar brings, and students who react to what happens to them.
MADE = quiet(Institution(students=400, training=None))


def months(seed: int) -> pd.Series:
    """Tell of each of the last six months whether any look at any chart raised an alert."""
    data = make(replace(MADE, seed=seed)).data()
    looks, days = watch(data).looks, 7 * data.settings.watching.told_weeks
    ago = (pd.Timestamp(data.as_of) - looks["period_on"]).dt.days - 1
    inside = ago < days  # days without lessons are no periods: as many days of lessons reach back further
    return looks.loc[inside, "is_alarm"].groupby(ago[inside] * MONTHS // days).any()


def test_all_charts_together_raise_a_false_alert_in_at_most_one_month_of_twenty() -> None:
    """Of 360 months, and as surely as 95 %: the upper end of the share of such months lies below one in twenty.

    Months of one institution share a baseline, and an alert may last: the band comes from sixty shares.
    """
    shares = np.array([months(seed).mean() for seed in SEEDS[:INSTITUTIONS]])
    band = norm.ppf(LEVEL) * shares.std(ddof=1) / np.sqrt(INSTITUTIONS)
    assert shares.mean() + band <= 0.05, (shares.mean(), band)
