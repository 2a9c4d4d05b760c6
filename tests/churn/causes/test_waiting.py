"""Is who still waits counted as waiting?"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from churnlab.churn.causes.waiting import median_days

AS_OF = pd.Timestamp("2025-04-01")


def _median(*pairs):
    since, until = (pd.Series(pd.to_datetime(part, format="mixed")) for part in zip(*pairs, strict=True))
    return median_days(since, until, as_of=date(2025, 4, 1), level=0.95, whose=since.index.to_series())[0]


# Answered after 0, 2 and 4 days; one asked on 20 March still waits on the 31st.
def test_the_median_counts_those_still_waiting():
    done = [("2025-03-01 18:00", "2025-03-01 19:00"), ("2025-03-01", "2025-03-03"), ("2025-03-01", "2025-03-05")]
    assert _median(*done) == 2
    # Of four half are done after two days; without the one who waits it would be the same, of two who wait 4.
    assert _median(*done, ("2025-03-20", None)) == 2
    assert _median(*done, ("2025-03-20", None), ("2025-03-20", None)) == 4


def test_where_fewer_than_half_are_done_no_median_is_told():
    assert np.isnan(_median(("2025-03-01", "2025-03-02"), ("2025-03-01", None), ("2025-03-01", None)))


def asked(seed, n):
    """Return when each of n was asked and, if before April, answered; many on the same day, some at once."""
    rng = np.random.default_rng(seed)
    since = pd.Series(pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 80, n), unit="D"))
    until = since + pd.to_timedelta(rng.geometric(0.12, n) - 1, unit="D")
    return since, until.where(until < AS_OF)


@pytest.mark.parametrize("seed", range(20))
def test_the_median_is_where_the_curve_of_lifelines_falls_to_half(seed):
    """Its own median comes later where half is 0.5000000000000001; its interval takes each row for another person's."""
    since, until = asked(seed, 40)
    waited = (until.fillna(AS_OF - pd.Timedelta(days=1)) - since).dt.days
    fitted = KaplanMeierFitter(alpha=0.05).fit(waited, until.notna())
    curve = fitted.survival_function_.iloc[:, 0]
    low, high = median_survival_times(fitted.confidence_interval_).iloc[0]
    found = median_days(since, until, as_of=AS_OF.date(), level=0.95, whose=pd.Series(range(40)))
    assert found == (curve.index[curve <= 1 / 2 + 1e-9][0], low, high)


def test_what_one_student_asks_often_is_one_source_of_chance():
    since, until = asked(5, 40)
    once = median_days(since, until, as_of=AS_OF.date(), level=0.95, whose=pd.Series(range(40)))
    often = [pd.concat([part] * 4, ignore_index=True) for part in (since, until)]
    assert median_days(*often, as_of=AS_OF.date(), level=0.95, whose=pd.Series([*range(40)] * 4)) == once
    by_row = median_days(*often, as_of=AS_OF.date(), level=0.95, whose=pd.Series(range(160)))
    assert by_row[2] - by_row[1] < once[2] - once[1]
