"""Which days of a unit say that it is with us, and when could it be told that one was the last?

Days are written as whole numbers: day 10, day 20. The calendar of these tests has no holidays.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.contracts import Contracts
from churnlab.churn.holidays import NEVER, EligibleDays
from churnlab.churn.timeline import known, timeline, unit_ids

EVERY_DAY = EligibleDays(first=0, so_far=np.arange(1, 1001), assumed_years=())


def bought(*spans: dict, holds: tuple = ()) -> Contracts:
    """Return contracts of unit `a` (or another), each from `begins` to `ends`, started as signed."""
    rows = pd.DataFrame([{"unit_id": "a", "how": "period", "starts": span["begins"]} | span for span in spans])
    return Contracts(
        signed=rows[["unit_id"]],
        spans=rows,
        holds=pd.DataFrame([{"unit_id": "a"} | hold for hold in holds], columns=["unit_id", "begins", "ends"]),
        exits=pd.DataFrame(columns=["unit_id", "day", "reason_code"]),
        contradictions={},
    )


def taught(*runs: tuple[int, int], unit: str = "a") -> pd.DataFrame:
    rows = [{"unit_id": unit, "first": first, "last": last, "campus": "East"} for first, last in runs]
    return pd.DataFrame(rows, columns=["unit_id", "first", "last", "campus"])


def told(found: pd.DataFrame, *names: str) -> list[list[int]]:
    return found[["day", *names]].astype(int).to_numpy().tolist()


#  day  10      15 ····· 30              50
#       signed  └ taught ┘               end of the period
def test_a_day_that_says_something_has_a_row_with_the_contracts_state():
    found = timeline(bought({"begins": 10, "ends": 50}), taught((15, 30)), silence_counts=True)
    assert told(found, "enters", "ends", "covered", "span", "started", "campus_row") == [
        [10, 1, 50, 10, 0, 0, -1],
        [15, 1, 50, 30, 0, 0, 0],
        [30, 1, 50, 30, 0, 0, 0],
        [50, 0, 50, 30, 0, 0, 0],
    ]


#  day  10 ───────────── 50
#              40 ─────────────── 90     signed on 40: the end on 50 says nothing
def test_the_end_of_a_period_says_nothing_while_another_runs_on():
    found = timeline(bought({"begins": 10, "ends": 50}, {"begins": 40, "ends": 90}), taught(), silence_counts=True)
    assert told(found, "ends", "span") == [[10, 50, 0], [40, 90, 1], [90, 90, 1]]


#  day  10 signed ····· 25 starts ───── 50
def test_who_waits_for_the_start_is_covered_until_then_and_enters_on_it():
    found = timeline(bought({"begins": 10, "starts": 25, "ends": 50}), taught(), silence_counts=True)
    assert told(found, "enters", "covered", "started") == [[10, 0, 25, -1], [25, 1, 25, 0], [50, 0, 25, 0]]


#  day  10 ──── 20 ~ hold ~ 35 ──── 60
def test_a_hold_covers_its_days_and_is_no_entry():
    held = bought({"begins": 10, "ends": 60}, holds=({"begins": 20, "ends": 35},))
    found = timeline(held, taught(), silence_counts=True)
    assert told(found, "enters", "covered") == [[10, 1, 10], [20, 0, 35], [35, 0, 35], [60, 0, 35]]


@pytest.mark.parametrize(("silence_counts", "days"), [(True, [10]), (False, [10, 50])])
def test_only_where_silence_is_not_told_hours_used_up_are_a_day_of_their_own(silence_counts, days):
    hours = bought({"begins": 10, "ends": 50, "how": "hours"})
    assert timeline(hours, taught(), silence_counts=silence_counts)["day"].tolist() == days


def test_one_units_days_do_not_run_into_anothers():
    two = bought({"begins": 10, "ends": 500}, {"begins": 5, "ends": 20, "unit_id": "b"})
    found = timeline(two, taught((12, 400)), silence_counts=True)
    assert unit_ids(two).tolist() == ["a", "b"]
    last = found[found["unit"] == 1]
    assert told(last, "ends", "covered", "campus_row") == [[5, 20, 5, -1], [20, 20, 5, -1]]


# Grace 30 days, silence 45.
@pytest.mark.parametrize(
    ("day", "ends", "covered", "how", "expected"),
    [
        (10, 200, 10, "period", (56, True, False)),  # 45 days of silence pass on 55, told on 56
        (10, 55, 10, "period", (56, True, False)),  # on the contract's very last day
        (10, 54, 10, "period", (55, False, False)),  # the contract ends first: told a day after, grace is over by then
        (10, 10, 10, "period", (41, False, False)),  # nothing runs: the last day of grace is 40
        (10, 5, 10, "period", (41, False, False)),  # taught after the end: grace from the lesson
        (10, 10, 10, "withdrawn", (11, False, True)),  # an exit: told at once
        (10, 200, 20, "period", (NEVER, True, False)),  # on hold until 20: this day is never the last
    ],
)
def test_when_it_could_be_told_that_a_day_was_the_last(day, ends, covered, how, expected):
    days = pd.DataFrame({"day": [day], "ends": [ends], "covered": [covered]})
    found = known(days, np.array([how]), grace_days=30, inactivity_days=45, eligible=EVERY_DAY)
    assert tuple(found.iloc[0]) == expected


def test_without_dormancy_only_the_contract_tells():
    days = pd.DataFrame({"day": [10], "ends": [200], "covered": [10]})
    found = known(days, np.array(["period"]), grace_days=30, inactivity_days=None, eligible=EVERY_DAY)
    assert tuple(found.iloc[0]) == (201, False, False)


def test_holidays_do_not_count_towards_silence():
    # Days 20 to 29 are holidays: the 45th eligible day after 10 is day 65.
    every = np.arange(1000)
    closed = EligibleDays(first=0, so_far=np.cumsum((every < 20) | (every >= 30)), assumed_years=())
    days = pd.DataFrame({"day": [10], "ends": [200], "covered": [10]})
    assert known(days, np.array(["period"]), grace_days=30, inactivity_days=45, eligible=closed)["known"].tolist() == [
        66
    ]
