"""Do the effects' intervals hold what was planted, and is nothing found where nothing was?"""

import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.finding import attempt
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.results.kpi_effects import kpi_effects
from tests.kirkpatrick.results.trained_staff import estimates, made, truth

pytestmark = pytest.mark.slow
SEEDS, MORE = range(12), range(12, 40)


@pytest.fixture(scope="module")
def institutions():
    return [made(seed) for seed in SEEDS]


def few(many: int, of: int, rate: float) -> bool:
    """Tell whether so many are no more than chance makes of the rate, but for one in 200."""
    return many <= binom.ppf(0.995, of, rate)


def test_intervals_hold_the_mean_that_was_planted_over_trained_months(institutions):
    hits = [
        {"training": training, "missed": not found.low <= truth(training, metric, found) <= found.high}
        for data in institutions
        for training in ("PX001", "PX002", "PX003", "PX005")
        for metric, found in estimates(data, training).items()
    ]
    # Of one institution 10 intervals, two or three of the same people.
    assert len(hits) == 10 * len(SEEDS)
    missed = pd.DataFrame(hits).groupby("training")["missed"].agg(["sum", "size"])
    assert few(int(missed["sum"].sum()), len(hits), 0.05), missed


def test_where_nothing_was_planted_no_effect_is_told(institutions):
    told = [
        set(attempt(kpi_effects, Evaluation(data, training)).table.get("effect_verdict", []))
        for data in (*institutions, *(made(seed) for seed in MORE))
        for training in ("PX001", "PX004")
    ]
    wrong = sum(bool(verdicts & {"shown", "worse"}) for verdicts in told)
    answered = sum(bool(verdicts & {"shown", "worse", "not_shown"}) for verdicts in told)
    assert answered >= len(told) / 2
    assert few(wrong, len(told), 0.05), told


def test_a_lot_finds_what_it_is_there_to_find(institutions):
    found = [
        attempt(kpi_effects, Evaluation(data, training)).table.set_index("metric")["effect_verdict"].get(metric)
        for data in institutions
        for training, metric in (("PX002", "conversion_rate"), ("PX005", "lesson_quality"))
    ]
    assert found.count("shown") >= 0.8 * len(found), found
    assert "worse" not in found


def test_of_three_campuses_trained_one_after_the_other_hardly_anything_can_be_told(institutions):
    found = [kpi_effects(Evaluation(data, "PX003")) for data in institutions]
    assert {"worse", "change"}.isdisjoint(verdict for one in found for verdict in one.table["effect_verdict"])
    assert all("results.few_groups" in one.caveats for one in found)
