"""Are those in service seen on earlier days as they were seen then, and is it foretold right what becomes of them?"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from churnlab.churn.renewal.in_service import in_service
from churnlab.churn.renewal.looks import leavers, looks, renewals
from churnlab.churn.renewal.replays import Foretold, foretold
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import by_hours, by_period, settings, weekly

DAYS = pd.to_datetime(["2025-06-01", "2025-07-01", "2025-08-01"])


def replayed(counts: dict[str, list[tuple[int, int]]]) -> pd.DataFrame:
    """Return rows of which as many did it, and were there, as `counts` says by group and day."""
    rows = [
        {"day": day, "group": group, "did": number < did}
        for group, months in counts.items()
        for day, (did, there) in zip(DAYS, months, strict=True)
        for number in range(there)
    ]
    return pd.DataFrame(rows)


# As of 1 February the month ahead ends with the 28th, as of 15 July with 14 August: 28 and 31 days.
@pytest.mark.parametrize(
    ("as_of", "ends", "due"),
    [
        ("2025-02-01", "2025-02-28", 0), ("2025-02-01", "2025-03-01", 1), ("2025-02-01", "2025-04-30", 2),
        ("2025-02-01", "2025-05-01", 3), ("2025-07-15", "2025-08-14", 0), ("2025-07-15", "2025-08-15", 1),
    ],
)  # fmt: skip
def test_a_contract_is_due_in_the_month_in_which_its_last_day_lies(as_of, ends, due):
    data = institution(as_of, settings=settings(), enrolments=[by_period("e", "2025-01-01", ends)])
    seen = looks(data)
    assert seen.loc[seen["months_ago"] == 0, "due"].tolist() == [due]


def test_a_forecast_worked_by_hand():
    # 10, 20 and 30 of 100 each did it: (60 + 1/2) of (300 + 1); the months scattered more than chance alone would.
    then = replayed({"near": [(10, 100), (20, 100), (30, 100)]})
    now = pd.DataFrame({"group": ["near"] * 50, "cny": [100.0] * 50})
    share = 60.5 / 301
    own = share * (1 - share)
    scatter = sum((came - 100 * share) ** 2 for came in (10, 20, 30)) / (100 * own) / (3 - 1)
    reach = stats.t.ppf(0.975, 2) * np.sqrt(scatter * (50 * own + 50**2 * own / 301))
    told = foretold(now, then, level=0.95, replays=12)
    assert scatter > 1
    assert told.expected == pytest.approx(50 * share)
    assert (told.low, told.high) == (max(0.0, np.floor(50 * share - reach)), min(50.0, np.ceil(50 * share + reach)))
    assert told.cny == pytest.approx(50 * share * 100)
    assert told.cny_high == pytest.approx(min(50 * share + reach, 50) * 100)


def test_each_group_has_its_own_share_and_the_dear_weigh_more():
    then = replayed({"near": [(50, 100)] * 3, "far": [(0, 100)] * 3})
    now = pd.DataFrame({"group": ["near", "far"], "cny": [1000.0, 10.0]})
    told = foretold(now, then, level=0.95, replays=12)
    assert told.expected == pytest.approx(0.5 + 0.5 / 301)
    assert told.cny == pytest.approx(1000 * 0.5 + 10 * 0.5 / 301)


def test_only_the_latest_days_are_replayed_and_fewer_than_three_tell_nothing():
    then = replayed({"near": [(1, 100), (2, 100), (3, 100)]})
    now = pd.DataFrame({"group": ["near"], "cny": [1.0]})
    earlier = then.assign(day=then["day"] - pd.DateOffset(years=1), did=True)
    both = foretold(now, pd.concat([earlier, then]), level=0.95, replays=3)
    assert both == foretold(now, then, level=0.95, replays=3)
    few = foretold(now, then[then["day"] > DAYS[0]], level=0.95, replays=12)
    assert all(np.isnan(getattr(few, name)) for name in Foretold.__dataclass_fields__)


# As of 1 December, a lesson of one hour on Saturdays; b's last ones were on 25 October and c's contract is used up.
#
#        Jul  Aug  Sep  Oct  Nov │ Dec
# a      e1──────────────────────│───         40 hours: 22 used up
# b      e2────────────────      │            quiet since 25 October
# c      e3─────────────────────┤│            ended on 22 November, 9 days ago
# d      e4──────────────────────│            renewed already: e5 begins when e4 is over
def test_how_each_stands():
    enrolments = [
        by_hours("e1", "2025-07-01", 40, student="a"),
        by_hours("e2", "2025-07-01", 40, student="b"),
        by_hours("e3", "2025-07-01", 21, student="c"),
        by_period("e4", "2025-07-01", "2025-12-10", student="d"),
        by_period("e5", "2025-11-20", "2026-06-30", student="d", kind="renewal", renews_id="e4"),
    ]
    last = {"a": ("e1", "2025-11-29"), "b": ("e2", "2025-10-25"), "c": ("e3", "2025-11-22"), "d": ("e4", "2025-11-29")}
    lessons = [row for who, (one, day) in last.items() for row in weekly(one, "2025-07-05", day, student=who)]
    data = institution("2025-12-01", settings=settings(), enrolments=enrolments, lessons=lessons)
    rows = looks(data)
    now = rows[rows["months_ago"] == 0].set_index("enrolment_id")
    assert now["state"].to_dict() == {"e1": "running", "e2": "quiet", "e3": "ended_14_days", "e5": "running"}
    assert now.loc[["e3", "e5"], "due"].tolist() == [0, 3]
    before = rows[rows["day"] == "2025-11-01"].set_index("enrolment_id")
    assert before["state"].to_dict() == dict.fromkeys(["e1", "e2", "e3", "e4"], "running")
    assert before.at["e4", "renewed_on"] == pd.Timestamp("2025-11-20")


@pytest.fixture(scope="module")
def data() -> Data:
    return make(Institution(students=400, seed=3)).data()


def test_earlier_days_are_seen_as_they_were_then(data):
    rows = looks(data)
    for months_ago in (0, 3, 8):
        seen = rows[rows["months_ago"] == months_ago].set_index("enrolment_id")
        then = in_service(data.before(seen["day"].iloc[0].date())).set_index("enrolment_id")
        assert set(seen.index) == set(then.index)
        assert seen["months_left"].to_numpy() == pytest.approx(then["months_left"].reindex(seen.index).to_numpy())


def test_only_what_is_known_is_replayed(data):
    rows, settled = looks(data), pd.Timestamp("2026-08-20")
    for month in range(3):
        now, then = renewals(rows, month)
        assert (now["months_ago"] == 0).all()
        assert then["months_ago"].min() == month + 2
        assert (then.loc[then["did"], "renewed_on"] < pd.Timestamp(data.as_of)).all()
        now, then = leavers(rows, month, settled)
        assert now["unit_id"].is_unique
        assert (then["day"] + pd.DateOffset(months=month + 1)).max() <= settled
        assert not then.duplicated(["day", "unit_id"]).any()
