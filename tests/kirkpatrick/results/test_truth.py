"""Do the effects' intervals hold what was planted, and is nothing found where nothing was?"""

import pandas as pd
import pytest

from churnlab.finding import attempt
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.results.kpi_effects import kpi_effects
from tests.kirkpatrick.results.trained_staff import estimates, made, truth

pytestmark = pytest.mark.slow
SEEDS = range(5)


@pytest.fixture(scope="module")
def institutions():
    return [made(seed) for seed in SEEDS]


def test_intervals_hold_what_was_planted(institutions):
    hits = [
        {"training": training, "held": found.low <= truth(training, metric, found) <= found.high}
        for data in institutions
        for training in ("PX002", "PX003", "PX005")
        for metric, found in estimates(data, training).items()
    ]
    held = pd.DataFrame(hits)["held"]
    # 35 intervals, two or three of one institution: 95 % of them, less what chance takes in one of some 100.
    assert len(held) == 7 * len(SEEDS)
    assert held.mean() >= 0.86, pd.DataFrame(hits)


def test_where_nothing_was_planted_no_effect_is_told(institutions):
    told = [
        set(attempt(kpi_effects, Evaluation(data, training)).table.get("effect_verdict", []))
        for data in institutions
        for training in ("PX001", "PX004")
    ]
    wrong = sum(bool(verdicts & {"shown", "worse"}) for verdicts in told)
    assert sum(bool(verdicts) for verdicts in told) >= len(SEEDS)
    assert wrong <= 2, told  # of 10 families 0.5 are expected, more than two in one of 80


def test_a_lot_and_a_waiting_list_find_what_they_are_there_to_find(institutions):
    found = [
        attempt(kpi_effects, Evaluation(data, training)).table.set_index("metric")["effect_verdict"].get(metric)
        for data in institutions
        for training, metric in (("PX002", "conversion_rate"), ("PX005", "lesson_quality"), ("PX003", "reply_hours"))
    ]
    assert found.count("shown") >= 0.8 * len(found), found
    assert "worse" not in found
