"""Whose KPIs are looked at, and how far is each month from the training?"""

import numpy as np
import pandas as pd

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.performance import kpi_panel, staff_kpis
from tests.builders import institution
from tests.kirkpatrick.test_evaluation import PX, STAFF, WHO

KPIS = [
    {"unit": "staff", "unit_id": one, "metric": "sales", "month": month, "value": value}
    for one, month, value in (
        ("A", "2025-12-01", 1.0), ("A", "2026-01-01", 2.0), ("A", "2026-02-01", 3.0), ("C", "2026-01-01", 4.0),
        ("X", "2026-01-01", 9.0),
    )
] + [{"unit": "campus", "unit_id": "A", "metric": "sales", "month": "2026-01-01", "value": 99.0}]  # fmt: skip


def opened(as_of="2026-03-01"):
    return institution(as_of, trainings=[PX], staff=STAFF, trainees=WHO, kpis=KPIS)


def test_months_are_counted_from_the_first_that_the_training_can_have_moved():
    panel = kpi_panel(Evaluation(opened(), "PX1"))
    assert panel["staff_id"].tolist() == ["A", "A", "A", "C"]
    assert panel["value"].tolist() == [1.0, 2.0, 3.0, 4.0]
    # A's training ended on 31 January: February is the first month that can be moved.
    assert panel["months_since"].tolist()[:3] == [-2, -1, 0]
    assert np.isnan(panel["months_since"].iloc[3])
    assert panel["is_trained"].tolist() == [True, True, True, False]


def test_only_kpis_of_single_people_in_months_that_are_over():
    assert staff_kpis(opened())["staff_id"].tolist() == ["A", "A", "A", "C", "X"]
    assert staff_kpis(opened("2026-02-01"))["month"].max() == pd.Timestamp("2026-01-01")
