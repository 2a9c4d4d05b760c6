"""Is who still waits counted as waiting?"""

from datetime import date

import numpy as np
import pandas as pd

from churnlab.churn.causes.waiting import median_days


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
