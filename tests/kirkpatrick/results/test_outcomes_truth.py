"""Do the effects on sales and contracts hold what was planted, and is nothing found where nothing was?"""

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from churnlab.finding import Finding
from churnlab.kirkpatrick.results.effects import effects_of, series_effect
from churnlab.kirkpatrick.results.telling import told
from tests.kirkpatrick.results.sold_by_staff import drawn, training

pytestmark = pytest.mark.slow


@cache
def held(is_by_lot):
    return training(is_by_lot=is_by_lot)


def asked(seed: int, *, is_by_lot: bool = True) -> Finding:
    evaluated = held(is_by_lot)
    return told(evaluated, effects_of(evaluated, drawn(seed)), "results.outcomes")


@pytest.mark.parametrize(("is_by_lot", "seeds"), [(True, range(100)), (False, range(200, 240))])
def test_no_effect_is_told_where_none_was_planted(is_by_lot, seeds):
    # Estimand: the chance of any claim, better or worse, in a family of eight results none of which was moved; 5 %.
    claimed = [
        bool(set(asked(seed, is_by_lot=is_by_lot).table["effect_verdict"]) & {"shown", "worse"}) for seed in seeds
    ]
    assert sum(claimed) <= binom.ppf(0.995, len(seeds), 0.05), np.flatnonzero(claimed)


def test_intervals_hold_what_was_planted_at_their_rate():
    # Estimand: what the training adds in the mean of the months after it, per person and month. Many more come to book,
    # a contract is worth more and more of them are signed; who bought again is left alone.
    moved = {"booked_rate": 0.1, "contracts": 1.0, "contract_value_cny": 600.0, "repurchase_rate": 0.0}
    found = [
        (name, series_effect(held(True), name, series[name]), truth)
        for series in (drawn(seed, moved=moved) for seed in range(500, 580))
        for name, truth in moved.items()
    ]
    hits = [one.low <= truth <= one.high for _, one, truth in found]
    low, high = binom.ppf([0.005, 0.995], len(hits), 0.95)
    assert low <= sum(hits) <= high, sum(hits)
    # And they are narrow enough to tell something: what was planted on the bookings is seen as a rule.
    seen = [one.low > 0 for name, one, _ in found if name == "booked_rate"]
    assert np.mean(seen) > 0.8, np.mean(seen)
