"""Is it told rightly who of those who would leave can still be kept?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling.keepable import keepable, learned
from churnlab.churn.capacity import already_gone
from churnlab.churn.outcome import CHURN_KINDS, episodes
from churnlab.churn.panel import scoring
from churnlab.churn.risk import Risk
from churnlab.settings import Settings
from churnlab.stats.shrinkage import beta_binomial
from churnlab.synthetic import Institution, make
from tests.builders import institution
from tests.churn.stays import by_hours, settings, weekly

# The contract is over below 0 days, due below 30 days or with hours for less than 30 days, and runs on else.
# Weeks of silence: 1–7 days one, 8–14 two, …, four at most.
FRAME = pd.DataFrame(
    [
        # days_since_lesson, days_to_contract_end, weeks_of_hours_left
        (3, -1, 9.0),  # over, however lately she came
        (40, -9, 9.0),  # over
        (7, 29, 9.0),  # due, 1 week
        (8, 300, 4.0),  # due by 28 days of hours, 2 weeks
        (7, 30, 5.0),  # runs, 1 week
        (0, 300, np.nan),  # runs, 1 week: who came this very morning has been silent for none
        (22, np.nan, np.nan),  # runs, 4 weeks
        (90, np.nan, np.nan),  # runs, 4 weeks
        (np.nan, 300, 9.0),  # runs, no lesson on record
    ],
    columns=["days_since_lesson", "days_to_contract_end", "weeks_of_hours_left"],
    index=list("abcdefghi"),
)
GROUPS = [("due", 1), ("due", 2), ("over", 1), ("runs", 0), ("runs", 1), ("runs", 4)]


def test_the_share_of_each_group_is_drawn_towards_that_of_all():
    left = pd.concat([FRAME] * 10)
    here = pd.Series(np.tile([False, False, True, True, True, True, False, False, True], 10), index=left.index)
    here.iloc[:7] = [True, False, True, False, True, False, True]
    found = learned(left, here, Settings())
    table = found.shares
    assert list(zip(table["contract"], table["weeks"], strict=True)) == GROUPS
    assert table["left"].tolist() == [10, 10, 20, 10, 20, 20]
    assert table["here"].tolist() == [10, 9, 1, 10, 19, 1]
    expected = beta_binomial([10, 9, 1, 10, 19, 1, 0], [10, 10, 20, 10, 20, 20, 0], level=0.95)
    assert table["keepable_share"].tolist() == pytest.approx(expected.mean[:-1].tolist())
    shares = found.of(FRAME)
    at = [2, 2, 0, 1, 4, 4, 5, 5, 3]
    for name, values in zip(shares, (expected.mean, expected.low, expected.high), strict=True):
        assert shares[name].tolist() == pytest.approx(values[at].tolist())
    assert shares.index.tolist() == FRAME.index.tolist()


def test_who_stands_like_nobody_who_left_has_the_share_of_a_new_group():
    left = pd.concat([FRAME.loc[["c", "d"]]] * 5)
    found = learned(left, pd.Series([True, False] * 5, index=left.index), Settings())
    expected = beta_binomial([5, 0, 0], [5, 5, 0], level=0.95)
    assert found.of(FRAME.loc[["g"]]).iloc[0].tolist() == pytest.approx(
        [expected.mean[2], expected.low[2], expected.high[2]]
    )


# Lessons on Tuesdays from 7 January on; the list is of 1 March.
#   a: last lesson 18 February          gone before the list, though it is told later only
#   b: last lesson 4 March              still here
#   c: 18 February, then 11 March       silent for a while, then left: still here
#   d: comes to the end                 stays
def test_gone_is_whose_last_day_was_before_the_day_though_nobody_could_tell():
    last = {"a": "2025-02-18", "b": "2025-03-04", "c": "2025-02-18", "d": "2025-07-29"}
    lessons = [row for name, day in last.items() for row in weekly(f"E{name}", "2025-01-07", day, student=name)]
    lessons += weekly("Ec", "2025-03-11", "2025-03-11", student="c")
    contracts = [by_hours(f"E{name}", "2025-01-06", 60, student=name) for name in last]
    data = institution("2025-08-01", settings=settings(), enrolments=contracts, lessons=lessons)
    rows = pd.DataFrame({"as_of": pd.Timestamp("2025-03-01"), "unit_id": list("cabd"), "churned": [True] * 3 + [False]})
    assert already_gone(rows, data).tolist() == [False, True, False, False]
    assert not already_gone(rows.assign(as_of=pd.Timestamp("2025-02-18")), data).any()  # on her last day she is here


@pytest.mark.slow
def test_as_many_of_the_likeliest_can_still_be_kept_as_is_said_of_them():
    """The hundred likeliest to leave of four months, all together: expected and come within three standard errors."""
    made = make(Institution(students=600, seed=11, months=26)).data()
    stays, rows = episodes(made), []
    for day in pd.date_range("2026-04-01", "2026-07-01", freq="MS"):
        risk = Risk(made.before(day.date()))
        frame = scoring(risk.data)
        told = risk.trained.score(frame).join(keepable(risk.panel, risk.data).of(frame))
        stop = day + pd.Timedelta(days=Settings().outcome.horizon_days)
        left = stays[stays["end_kind"].isin(CHURN_KINDS) & (stays["left_on"] >= day) & (stays["left_on"] < stop)]
        told = told.nlargest(100, "churn_probability")
        rows.append(told.assign(could_be_kept=told["unit_id"].isin(left["unit_id"])))
    found = pd.concat(rows)
    chance, came = found["churn_probability"] * found["keepable_share"], found["could_be_kept"].sum()
    error = np.sqrt((chance * (1 - chance)).sum())
    assert abs(chance.sum() - came) < 3 * error
    assert found["churn_probability"].sum() - came > 3 * error  # as if all of them were still here
