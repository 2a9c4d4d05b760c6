"""When is the trial over, and does a trial without an effect show none, however often it is looked at?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.churn.calling.plan import counted, so_far
from churnlab.settings import Calling, Settings
from churnlab.stats.arms import drawn_for_power, risk_difference

SETTINGS = Settings(calling=Calling(saved_share=0.5))


def lists(months, called, held_out, *, called_rate, held_out_rate, rng):
    """Draw so many students a month at one campus."""
    parts = [
        pd.DataFrame({
            "made_on": month, "list_id": f"CL{month:%Y%m}", "campus": "East",
            "to_be_called": np.arange(called + held_out) < called,
            "churned": rng.random(called + held_out) < np.repeat([called_rate, held_out_rate], [called, held_out]),
        })
        for month in pd.date_range("2024-01-01", periods=months, freq="MS")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def regular(months):
    """Return lists of 100, 20 held out; of every list 8 of those called left and 4 of the others."""
    rows = lists(months, 80, 20, called_rate=0, held_out_rate=0, rng=np.random.default_rng(1))
    place = rows.groupby("list_id").cumcount()
    return rows.assign(churned=place.lt(8) | place.between(80, 83))


def test_the_trial_ends_with_the_list_by_which_it_has_its_planned_size():
    # 12 of 100 left; if calling kept half of 80 %, it is 0.12 / 0.6 = 0.2 of those held out.
    planned = drawn_for_power(0.2, -0.1, 0.2, level=0.975, power=0.8)
    assert 600 < planned < 800
    last = int(np.ceil(planned / 100))
    half = so_far(regular(4), SETTINGS)
    assert half.planned == pytest.approx(planned)
    assert half.share == pytest.approx(400 / planned)
    assert len(half.drawn) == 400
    over = so_far(regular(24), SETTINGS)
    assert len(over.drawn) == last * 100
    assert over.share == 1


def test_what_is_drawn_after_the_end_changes_nothing():
    over = so_far(regular(24), SETTINGS)
    later = regular(24).assign(churned=lambda t: t["churned"] | (t["made_on"] > over.drawn["made_on"].max()))
    assert so_far(later, SETTINGS).drawn.equals(over.drawn)


def test_while_nobody_left_nothing_can_be_planned():
    plan = so_far(regular(4).assign(churned=False), SETTINGS)
    assert (plan.planned, plan.share) == (np.inf, 0)


def test_lists_with_other_shares_held_out_tell_less_than_as_many_students_of_one():
    rows = regular(2)
    other = rows["made_on"] > rows["made_on"].min()
    mixed = rows.assign(to_be_called=rows["to_be_called"].where(~other, rows.groupby("list_id").cumcount() < 40))
    plan = so_far(mixed, SETTINGS)
    assert 0 < plan.share < len(mixed) / plan.planned


def verdicts(trials, *, called_rate, held_out_rate):
    """Look at each of many trials once a month for two years; return in how many something was ever found."""
    rng, found = np.random.default_rng(7), 0
    for _ in range(trials):
        rows = lists(24, 63, 27, called_rate=called_rate, held_out_rate=held_out_rate, rng=rng)
        for day in rows["made_on"].unique()[1:]:
            plan = so_far(rows[rows["made_on"] <= day], SETTINGS)
            _, low, high = risk_difference(counted(plan.drawn), 0.95, information=plan.share)
            if low > 0 or high < 0:
                found += 1
                break
            if plan.share >= 1:
                break
    return found


@pytest.mark.slow
def test_in_two_years_of_monthly_looks_a_false_effect_is_found_in_five_percent_of_trials_at_most():
    trials = 250
    assert verdicts(trials, called_rate=0.2, held_out_rate=0.2) <= binom.ppf(0.999, trials, 0.05)


@pytest.mark.slow
def test_the_effect_that_was_assumed_is_found_with_the_power_that_was_planned():
    trials = 100
    assert verdicts(trials, called_rate=0.1, held_out_rate=0.2) >= binom.ppf(0.001, trials, 0.8)
