"""What happened at each campus? The case is drawn in `four.py`."""

import pandas as pd

from churnlab.churn.weekly.by_campus import weekly_counts_by_campus
from churnlab.churn.weekly.counts import EVENTS, weekly_counts
from churnlab.synthetic import Institution, make
from tests.churn.weekly.four import opened


def test_each_event_stands_at_its_campus_in_its_week():
    counts = weekly_counts_by_campus(opened(), weeks=2).set_index(["campus", "week_on"])
    assert counts.loc[("East", pd.Timestamp("2026-01-19")), ["lost", "refunds_requested"]].tolist() == [2, 1]
    assert counts.loc["East"]["complaints_opened"].tolist() == [1, 0]
    assert counts.loc["West"]["complaints_opened"].tolist() == [0, 1]


def test_the_campuses_add_up_to_the_institution():
    data = make(Institution(students=200, months=10, seed=4)).data()
    counts = weekly_counts_by_campus(data, weeks=20).groupby("week_on")[["at_start", *EVENTS]].sum()
    whole = weekly_counts(data, weeks=20).iloc[::-1].set_index("week_on")[["at_start", *EVENTS]]
    assert counts.to_numpy().tolist() == whole.to_numpy().tolist()
