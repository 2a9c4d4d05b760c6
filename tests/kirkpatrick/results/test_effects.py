"""By how much did a training move what people achieve?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.results.effects import kpi_effect
from tests.kirkpatrick.results.sellers import MONTHS, OTHERS, TRAINED, noisy, opened


def test_the_effect_is_the_change_of_the_trained_less_that_of_the_others():
    found = kpi_effect(opened(noisy), "sold")
    before, after = MONTHS[:6], MONTHS[7:]

    def change(who):
        return np.mean([noisy(one, m) for one in who for m in after]) - np.mean(
            [noisy(one, m) for one in who for m in before]
        )

    assert found.effect == pytest.approx(change(TRAINED) - change(OTHERS))
    assert found.low < found.effect < found.high
    assert found.counterfactual_mean == pytest.approx(found.observed_mean - found.effect)
    assert found.baseline_mean == pytest.approx(np.mean([noisy(one, m) for one in TRAINED for m in before]))
    assert (found.design, found.method) == (Design.RANDOMISED, "difference_in_differences")
    # January, the month of the training, counts neither before nor after: 8 people × (6 + 2) months.
    assert (found.n_trained, found.n_compared, found.person_months) == (4, 4, 64)
    assert (found.months_before, found.months_after) == (6, 2)
    assert found.first_month == pd.Timestamp("2026-02-01")
    assert found.selected_months == 0


def test_a_share_counts_as_much_as_its_denominator():
    def counted(one, month):
        return 1000 if (one, month) == ("A", "2026-03") else 10

    def share(one, month):
        return noisy(one, month) / 100 + (0.1 if (one, month) == ("A", "2026-03") else 0)

    plain, found = (kpi_effect(opened(share, n=n), "sold") for n in (None, counted))
    after = [(one, month) for one in TRAINED for month in MONTHS[7:]]
    # A's March is 1,000 of 1,070 asked, not one of eight months.
    assert found.observed_mean == pytest.approx(
        sum(share(*cell) * counted(*cell) for cell in after) / sum(counted(*cell) for cell in after)
    )
    # With equal weights A's March is one of the trained's eight months after; with hers it is nearly all of A's two.
    assert plain.effect == pytest.approx(0.03 + 0.1 / 8, abs=0.003)
    assert found.effect > 0.03 + 0.1 / 6


def test_who_was_not_drawn_by_lot_is_compared_without_the_months_she_may_have_been_chosen_for():
    def dipped(one, month):
        return noisy(one, month) - (4 if one in TRAINED and "2025-10" <= month <= "2025-12" else 0)

    by_choice, by_lot = (kpi_effect(opened(dipped, by_lot=lot), "sold") for lot in (False, True))
    assert (by_choice.selected_months, by_choice.months_before) == (3, 3)
    assert by_choice.effect == pytest.approx(3, abs=0.3)
    assert by_lot.effect == pytest.approx(5, abs=0.3)  # the dip would have been taken for 4 × 3/6 of effect


def test_the_future_changes_nothing():
    def later(one, month):
        return noisy(one, month) + (100 if month >= "2026-03" else 0)

    soon = [kpi_effect(opened(values, as_of="2026-03-01"), "sold").effect for values in (noisy, later)]
    assert soon[0] == soon[1]


def test_people_of_campuses_trained_as_a_whole_are_no_independent_witnesses():
    many = [f"{campus}{number}" for campus in "PQRSTU" for number in range(4)]
    trained = [one for one in many if one[0] in "PQR"]
    apart = {"arms": {one: "trained" if one in trained else "comparison" for one in many}, "people": many}

    def drifting(one, month):
        # The same of all at a campus, and a little of each one's own: of 24 people's changes 6 are told.
        own = (many.index(one) * (MONTHS.index(month) + 2) ** 2) % 7 / 50
        return 10 + (ord(one[0]) * MONTHS.index(month)) % 11 + own

    by_person = kpi_effect(opened(drifting, **apart), "sold")
    by_campus = kpi_effect(opened(drifting, campus={one: one[0] for one in many}, **apart), "sold")
    assert by_campus.effect == pytest.approx(by_person.effect)
    assert by_campus.error > 1.5 * by_person.error
    assert (by_person.groups, by_campus.groups) == (0, 6)
    # One trained person at a campus that is else compared does not make all of them independent.
    stray = {**apart["arms"], "S0": "trained"}
    assert (
        kpi_effect(opened(drifting, campus={one: one[0] for one in many}, people=many, arms=stray), "sold").groups == 6
    )


def test_a_distance_that_may_be_chance_is_told_of_and_one_that_is_not_is_doubted():
    def apart(by):
        return kpi_effect(
            opened(lambda one, month: noisy(one, month) + (by if one in TRAINED else 0), by_lot=False), "sold"
        )

    near, far = apart(-2), apart(30)
    assert near.least_g < 0.25 < abs(near.baseline_g)
    assert not near.is_doubtful
    assert far.least_g > 0.25
    assert far.is_doubtful
