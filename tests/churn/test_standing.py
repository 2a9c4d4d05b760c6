from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.churn.outcome import episodes
from churnlab.churn.standing import standing
from tests.builders import institution
from tests.churn import stays
from tests.churn.random_stays import RULES, random_tables

LOOKS = [date(2025, 3, 1), date(2025, 4, 16), date(2025, 6, 1), date(2025, 8, 1)]


def test_quiet_are_those_without_lesson_start_or_hold_for_silent_days():
    # a: last seen 28 Jan; b: on hold; c: contract ended 31 Jan. 14 days not seen on 11 Feb, as the at-risk list counts.
    data = institution(
        "2025-02-12",
        settings=stays.settings(),
        enrolments=[
            stays.by_hours("e1", "2025-01-01", 40),
            stays.by_hours("e2", "2025-01-01", 40, student="b"),
            stays.by_period("e3", "2025-01-01", "2025-01-31", student="c"),
        ],
        lessons=[
            row for student, contract in (("a", "e1"), ("b", "e2"), ("c", "e3"))
            for row in stays.weekly(contract, "2025-01-07", "2025-01-28", student=student)
        ],
        suspensions=[{"student_id": "b", "enrolment_id": "e2", "from_on": "2025-02-01", "to_on": None}],
    )  # fmt: skip
    stood = standing(data, [date(2025, 2, 10), date(2025, 2, 11)])
    assert stood["unit_id"].tolist() == ["a", "a", "b", "b", "c", "c"]
    assert stood["is_quiet"].tolist() == [False, True, False, False, False, True]
    assert stood["has_ended"].tolist() == [False, False, False, False, True, True]
    seen = ["2025-01-28", "2025-01-28", "2025-02-09", "2025-02-10", "2025-01-28", "2025-01-28"]
    assert stood["days_not_seen"].tolist() == [13, 14, 1, 1, 13, 14]
    assert stood["seen_on"].dt.strftime("%Y-%m-%d").tolist() == seen


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**6))
def test_looking_back_at_a_day_is_the_same_as_standing_on_it(seed):
    data = institution("2025-08-01", settings=RULES, **random_tables(seed))
    back = standing(data, LOOKS).set_index(["day", "unit_id"])
    for look in LOOKS:
        then = data.before(look)
        open_units = episodes(then).loc[lambda stays: stays["left_on"].isna(), "unit_id"]
        stood = standing(then, [look]).set_index(["day", "unit_id"])
        asked = pd.MultiIndex.from_product([[pd.Timestamp(look)], open_units], names=["day", "unit_id"])
        pd.testing.assert_frame_equal(back.loc[asked], stood.loc[asked])
