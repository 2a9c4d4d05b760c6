"""Did trained and compared part only after the training, or before?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import event_study
from churnlab.kirkpatrick.results.effects import kpi_effect
from churnlab.kirkpatrick.results.event_study import hidden_effect, trend_verdict
from tests.kirkpatrick.results.sellers import MONTHS, OTHERS, OWN, TRAINED, noisy, opened

# Training in January: July to December are the months −6 to −1, February and March 0 and 1.


def drifting(one, month):
    """Let the trained gain one a month on the others from the beginning, and nothing from the training."""
    own = noisy(one, month) - (3 if one in TRAINED and month >= "2026-02" else 0)
    return own + (MONTHS.index(month) if one in TRAINED else 0)


def test_each_month_is_what_the_trained_are_further_from_the_others_than_in_the_mean_month_before():
    found = event_study(opened(noisy))
    table = found.table.set_index("event_month")
    assert list(table.index) == [-6, -5, -4, -3, -2, -1, 0, 1]

    def apart(month):
        return np.mean([noisy(one, month) for one in TRAINED]) - np.mean([noisy(one, month) for one in OTHERS])

    before = np.mean([noisy(one, month) for one in TRAINED for month in MONTHS[:6]])
    usual = np.mean([apart(month) for month in MONTHS[:6]])
    assert table["event_effect_share"][1] == pytest.approx((apart("2026-03") - usual) / before)
    assert table["event_effect_share"][-6] == pytest.approx((apart("2025-07") - usual) / before)
    assert table["event_effect_share_low"][1] < table["event_effect_share"][1] < table["event_effect_share_high"][1]
    assert set(table["people_trained"]) == {4}
    assert found.design == Design.RANDOMISED


def test_who_parted_before_the_training_is_told_so():
    evaluated = opened(drifting, by_lot=False, selection_months=0, trend_months=2)
    found, one = event_study(evaluated), kpi_effect(evaluated, "sold")
    assert one.pre_trend_p < 0.05
    assert set(found.table["trend_verdict"]) == {"apart"}
    assert found.sentences == ("apart",)
    assert found.sentence("en").startswith(
        "For 1 of 1 KPI they parted already before the training, so what came after need not come from it: sold"
    )


def trend(p, slope, effect=2.0, after=(0, 1, 2)):
    by_month = pd.DataFrame({"event_time": [-2, -1, *after]})
    return type("Told", (), {
        "pre_trend_p": p, "detectable_slope": slope, "effect": effect, "level": 0.95, "by_month": by_month,
    })  # fmt: skip


def test_a_trend_is_worth_as_many_months_as_the_mean_month_after_is_from_the_mean_before():
    # Months −2 and −1 before, 0, 1, 2 after: from −1.5 to 1.
    assert hidden_effect(trend(0.5, 0.7)) == pytest.approx(0.7 * 2.5)
    assert hidden_effect(trend(0.5, np.nan)) == np.inf


@pytest.mark.parametrize(
    ("p", "slope", "verdict"),
    [(0.5, 0.7, "alike"), (0.5, 0.9, "blind"), (0.5, np.nan, "blind"), (0.04, 0.1, "apart"), (np.nan, 0.1, "untested")],
)
def test_the_test_before_is_worth_what_it_could_have_found(p, slope, verdict):
    # 0.7 · 2.5 = 1.75 of an effect of 2 would have been overlooked; 0.9 · 2.5 is more than all of it.
    assert trend_verdict(trend(p, slope)) == verdict


def test_both_languages_say_what_could_have_been_overlooked():
    found = event_study(opened(noisy, trend_months=2))
    assert found.sentences == ("alike",)
    before = found.table["hidden_share"].iloc[0]
    overlooked = before * ((0 + 1) / 2 - (-6 - 1) / 2)
    assert f"{overlooked:.0%}" in found.sentence("en")
    assert f"{overlooked:.0%}" in found.sentence("zh")
    assert "{" not in found.sentence("zh") + "".join(found.warnings("en") + found.warnings("zh"))


def test_by_lot_a_trend_before_is_no_reason_for_doubt():
    assert event_study(opened(noisy)).caveats == ("results.each_month", "results.trend_by_lot")
    assert event_study(opened(noisy, by_lot=False, selection_months=0)).caveats == ("results.each_month",)


def test_the_future_changes_nothing():
    def later(one, month):
        return noisy(one, month) + (99 if month >= "2026-03" else 0)

    now, then = (event_study(opened(values, as_of="2026-03-01")).table for values in (noisy, later))
    assert now.equals(then)


def test_without_anybody_to_compare_with_there_are_no_months_to_tell():
    with pytest.raises(NotEnoughData) as error:
        event_study(opened(noisy, people=TRAINED))
    assert error.value.message("en").startswith("No KPI's effect can be followed month by month: fewer than 4")
    assert set(OWN) == {*TRAINED, *OTHERS}
