"""Is nothing found where nothing was planted, and is what was planted held at the stated rate?"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from churnlab.finding import Finding
from churnlab.kirkpatrick import Evaluation, behavior_level, document_use, incident_rates, matter_durations
from churnlab.kirkpatrick.behavior.meetings import meetings_held
from churnlab.kirkpatrick.behavior.series import kpi_moves, kpi_series
from churnlab.kirkpatrick.behavior.stacked import stacked
from churnlab.synthetic.training.programmes import PROGRAMMES, share_left
from tests.kirkpatrick.behavior.made_up import IN_VAIN, TEACHING, WEAKEST, Maker

pytestmark = pytest.mark.slow

LEVEL = 0.95
COMPLAINING = replace(IN_VAIN, rate_ratio=0.55, kpi_effects=dict(PROGRAMMES[2].kpi_effects))


@cache
def maker() -> Maker:
    return Maker()


def seldom(claimed: list[bool]) -> bool:
    """Tell whether claims are no more frequent than 1 − LEVEL, but for chance."""
    return sum(claimed) <= binom.ppf(0.995, len(claimed), 1 - LEVEL)


def at_their_rate(held: list[bool]) -> bool:
    """Tell whether so many intervals hold the truth as is said of them, but for chance."""
    low, high = binom.ppf([0.005, 0.995], len(held), LEVEL)
    return bool(low <= sum(held) <= high)


def ways(found: Finding) -> set[str]:
    """Return what the sentences claim."""
    return {one.split("_")[0] for one in found.sentences} & {
        "better",
        "worse",
        "more",
        "fewer",
        "less",
        "sooner",
        "later",
    }


def test_level_three_says_of_a_training_in_vain_that_it_was():
    # Estimand: the chance that level 3 says better or worse of a training that changed nothing; at most 5 %.
    claimed = [
        bool(ways(behavior_level(Evaluation(data, one))))
        for data in (maker().made(seed, IN_VAIN, TEACHING) for seed in range(30))
        for one in ("PX001", "PX002")
    ]
    assert seldom(claimed), np.flatnonzero(claimed)


def test_incidents_documents_meetings_and_matters_move_only_by_chance_where_nothing_was_planted():
    # Estimand: each one's chance of a claim (one interval or test of 5 % leads) about a training that changed nothing.
    asked = (incident_rates, document_use, meetings_held, matter_durations)
    claimed = {ask.__name__: [] for ask in asked}
    for seed in range(200, 270):
        evaluated = maker().evaluated(seed, IN_VAIN)
        for ask in asked:
            claimed[ask.__name__].append(bool(ways(ask(evaluated))))
    assert all(map(seldom, claimed.values())), {name: sum(one) for name, one in claimed.items()}


def test_intervals_of_incidents_hold_the_planted_ratio_and_that_of_documents_one():
    # Estimand: the ratio of rates of a trained person after, to that had she not been trained: 0.55; of uses 1.
    bad, good, uses = [], [], []
    for seed in range(300, 370):
        evaluated = maker().evaluated(seed, COMPLAINING)
        table, used = incident_rates(evaluated).table, document_use(evaluated).table.iloc[0]
        bad.append(table["rate_ratio_low"].iloc[0] <= 0.55 <= table["rate_ratio_high"].iloc[0])
        good.append(table["rate_ratio_low"].iloc[1] <= 1 <= table["rate_ratio_high"].iloc[1])
        uses.append(used["rate_ratio_low"] <= 1 <= used["rate_ratio_high"])
    assert all(map(at_their_rate, (bad, good, uses))), [sum(one) for one in (bad, good, uses)]


def test_series_hold_what_was_planted_over_the_first_three_months():
    # Estimand: what the training adds to a KPI in the mean of the first three months after, per trained person.
    held, seen = [], []
    for seed in range(500, 535):
        evaluated = maker().evaluated(seed, COMPLAINING)
        for row in kpi_moves(stacked(evaluated), evaluated.data.settings)[1].to_dict("records"):
            true = COMPLAINING.kpi_effects[row["metric"]] * share_left([1, 2, 3], 18).mean()
            held.append(row["low"] <= true <= row["high"])
            seen.append(not row["low"] <= 0 <= row["high"])
    assert at_their_rate(held), np.mean(held)
    assert np.mean(seen) > 0.7, np.mean(seen)


def test_series_claim_nothing_of_those_chosen_for_low_months_who_come_back():
    # Estimand: the chance of any claim in the family of a role's KPIs, none of which was moved; at most 5 %. Who was
    # chosen for three low months comes back by herself, and that is no effect.
    claimed = [bool(ways(kpi_series(maker().evaluated(seed, WEAKEST)))) for seed in range(600, 630)]
    assert seldom(claimed), np.flatnonzero(claimed)
