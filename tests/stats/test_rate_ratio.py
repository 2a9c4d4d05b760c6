"""Do ratios of rates agree with published ones, and do their intervals hold?"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from churnlab.stats.rate_ratio import exact_rate_ratio, within_people


def test_the_exact_ratio_is_that_of_rs_documentation():
    # example(poisson.test) in R 4: 11 in 800 against 21 in 3,011 person-years.
    found = exact_rate_ratio((21, 11), (3011, 800), level=0.95)
    assert found.ratio == pytest.approx(1.971488, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-7)
    assert found.p_value == pytest.approx(0.07967, abs=1e-5)


def test_without_events_nothing_is_known_and_without_any_on_one_side_one_end_is_open():
    none = exact_rate_ratio((0, 0), (1, 1), level=0.95)
    assert (none.low, none.high, none.p_value) == (0, np.inf, 1)
    assert exact_rate_ratio((0, 5), (1, 1), level=0.95).high == np.inf
    assert exact_rate_ratio((5, 0), (1, 1), level=0.95).low == 0


def test_one_person_is_her_two_rates():
    # A: 4 events in 2 months, then 3 in 3: (3/3) / (4/2) = 1/2. B, twice as busy, the same ratio.
    design = pd.DataFrame({"after": [0, 1, 0, 1]})
    found = within_people([4, 3, 8, 6], [2, 3, 2, 3], design, ["A", "A", "B", "B"], level=0.95)
    assert found.ratio == pytest.approx(1 / 2)
    # Of 21 events in all the binomial variance of 9 with chance 9/21: error² = 1/9 + 1/12.
    assert found.error == pytest.approx(np.sqrt(1 / 9 + 1 / 12))
    assert found.clusters == 2


def test_the_oxford_case_series_comes_out_as_published():
    # Whitaker and others 2006, section 3.1: meningitis after measles, mumps and rubella vaccine, 10 children watched
    # from day 366 to 730, at risk 15 to 35 days after, two ages: relative incidence 12.04.
    events = [398, 413, 449, 455, 472, 474, 485, 524, 700, 399]
    given = [458, 392, 429, 433, 432, 395, 470, 496, 428, 716]
    rows = []
    for child, (event, vaccine) in enumerate(zip(events, given, strict=True)):
        cuts = sorted({365, 547, 730, *[cut for cut in (vaccine + 14, vaccine + 35) if 365 < cut < 730]})
        for first, last in pairwise(cuts):
            at_risk = first >= vaccine + 14 and last <= vaccine + 35
            rows.append((child, last - first, first < event <= last, at_risk, first >= 547))
    told = pd.DataFrame(rows, columns=["child", "days", "event", "at_risk", "older"]).astype(float)
    found = within_people(told["event"], told["days"], told[["at_risk", "older"]], told["child"], level=0.95)
    assert found.ratio == pytest.approx(12.04, abs=0.005)


def test_columns_that_say_the_same_are_left_out_and_a_condition_that_they_say_is_unknown():
    design = pd.DataFrame({"after": [0, 1, 0, 1.0]})
    people, events, time = ["A", "A", "B", "B"], [4, 3, 8, 6], [2, 3, 2, 3]
    twice = design.assign(always=1.0, period=design["after"])
    assert np.isnan(within_people(events, time, twice, people, level=0.95).ratio)
    assert within_people(events, time, design.assign(always=1.0), people, level=0.95).ratio == pytest.approx(1 / 2)
    assert np.isnan(within_people([4, 0, 8, 0], time, design, people, level=0.95).ratio)  # no top: none after


def test_people_without_events_or_always_under_one_condition_change_nothing():
    design = pd.DataFrame({"after": [0, 1, 0, 1, 0, 1, 1.0]})
    people = ["A", "A", "B", "B", "C", "C", "D"]
    more = within_people([4, 3, 8, 6, 0, 0, 5], [2, 3, 2, 3, 9, 9, 1], design, people, level=0.95)
    few = within_people([4, 3, 8, 6], [2, 3, 2, 3], design[:4], people[:4], level=0.95)
    assert more.ratio == pytest.approx(few.ratio)
    assert more.clusters == few.clusters == 2


def test_events_that_come_in_clusters_make_the_interval_wider():
    design = pd.DataFrame({"after": [0, 1] * 6})
    people = np.repeat(list("ABCDEF"), 2)
    even = within_people([6, 6] * 6, [1] * 12, design, people, level=0.95)
    uneven = within_people([12, 0, 0, 12] * 3, [1] * 12, design, people, level=0.95)
    assert even.ratio == pytest.approx(uneven.ratio)
    assert uneven.error > 2 * even.error


@pytest.mark.slow
def test_intervals_hold_the_ratio_at_their_level_whatever_people_and_periods_are_like():
    rng, held, seeds = np.random.default_rng(5), 0, 400
    people, period = np.repeat(np.arange(24), 8), np.tile(np.arange(8), 24)
    design = pd.DataFrame({"after": (period >= people % 6 + 2).astype(float)})
    design = design.join(pd.get_dummies(period, dtype=float, drop_first=True).add_prefix("period "))
    for _ in range(seeds):
        own = np.exp(0.5 * rng.normal(size=24))[people] * np.exp(0.05 * period)
        events = rng.poisson(2 * own * np.where(design["after"], 0.6, 1.0))
        found = within_people(events, np.ones(len(people)), design, people, level=0.95)
        held += found.low <= 0.6 <= found.high
    assert 0.92 <= held / seeds <= 0.99


def test_groups_stand_where_people_stand():
    """People who are copies of one another say no more than one of them; grouped, they do not pretend to."""
    rng = np.random.default_rng(2)
    events = rng.poisson(3.0, (6, 4)).astype(float)
    person, cell = np.indices(events.shape).reshape(2, -1)
    design = pd.DataFrame({"after": ((person < 3) & (cell >= 2)).astype(float), "later": (cell >= 2).astype(float)})
    alone = within_people(events.ravel(), np.ones(24), design, person, level=0.95)
    twice = [np.concatenate([one, one]) for one in (events.ravel(), np.ones(24), person)]
    both = pd.concat([design, design], ignore_index=True)
    named = np.concatenate([person, person + 6])
    grouped = within_people(twice[0], twice[1], both, named, level=0.95, clusters=twice[2])
    assert grouped.ratio == pytest.approx(alone.ratio)
    assert grouped.clusters == alone.clusters == 3
    free = within_people(twice[0], twice[1], both, named, level=0.95)
    assert free.clusters == 6
    assert np.log(free.high / free.low) < np.log(grouped.high / grouped.low)
