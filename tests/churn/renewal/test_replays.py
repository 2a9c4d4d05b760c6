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
        {"day": day, "group": group, "did": number < did, "cny": 1.0}
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
    # 10, 20 and 30 of 100 each did it, and one more did it as often as all, (60 + 1/2) of (300 + 1); the months
    # scattered more than chance alone would.
    then = replayed({"near": [(10, 100), (20, 100), (30, 100)]})
    now = pd.DataFrame({"group": ["near"] * 50, "cny": [100.0] * 50})
    share = (60 + 60.5 / 301) / 301
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
    told, usual = foretold(now, then, level=0.95, replays=12), 150.5 / 601
    near, far = (150 + usual) / 301, usual / 301
    assert told.expected == pytest.approx(near + far)
    assert told.cny == pytest.approx(1000 * near + 10 * far)


def test_a_small_group_is_not_told_more_than_it_had_and_one_never_seen_what_all_had():
    """Of twelve of whom none did it half a one more would make 4 %; of 1,200 others 3 % did."""
    then = replayed({"small": [(0, 4)] * 3, "large": [(12, 400)] * 3})
    usual = 36.5 / 1213
    for group, share in (("small", usual / 13), ("new", usual)):
        told = foretold(pd.DataFrame({"group": [group], "cny": [1.0]}), then, level=0.95, replays=12)
        assert told.expected == pytest.approx(share)


# Each day 10 contracts of 100 yuan are due, of which 2 are renewed, and 10 of 300, of which 8 are: half of the
# contracts, but 2600 of 4000 yuan.
def test_money_goes_on_as_money_did():
    day = pd.DataFrame({"group": "near", "did": [n < 2 for n in range(10)] + [n < 8 for n in range(10)]})
    day = day.assign(cny=[100.0] * 10 + [300.0] * 10)
    then = pd.concat([day.assign(day=one) for one in DAYS])
    now = pd.DataFrame({"group": "near", "cny": [100.0] * 5 + [300.0] * 5})
    told = foretold(now, then, level=0.5, replays=12)
    one = 200.0  # what hangs on one of them on average; one more did it as often as all
    share = (3 * 2600 + one * (3 * 2600 + one / 2) / (3 * 4000 + one)) / (3 * 4000 + one)
    assert told.expected == pytest.approx(10 * (30 + 0.5) / (60 + 1))
    assert told.cny == pytest.approx(2000 * share)
    own = share * (1 - share)
    unsure = own * (30 * 100**2 + 30 * 300**2 + one**2) / (3 * 4000 + one) ** 2
    spread = np.sqrt((5 * 100**2 + 5 * 300**2) * own + 2000**2 * unsure)  # no month differs from another
    reach = stats.t.ppf(0.75, 2)
    assert told.cny_low == pytest.approx(2000 * share - reach * spread)
    assert told.cny_high == pytest.approx(2000 * share + reach * spread)
    assert foretold(now, then, level=0.95, replays=12).cny_high == 2000  # more than hangs on them cannot come
    alike = foretold(now.assign(cny=7.0), then.assign(cny=7.0), level=0.95, replays=12)
    assert alike.cny == pytest.approx(7 * alike.expected)


def test_where_nothing_hung_on_anybody_no_money_is_made_up():
    then = replayed({"near": [(1, 10), (2, 10), (3, 10)]}).assign(cny=0.0)
    told = foretold(pd.DataFrame({"group": ["near", "new"], "cny": [0.0, 0.0]}), then, level=0.95, replays=12)
    assert (told.cny, told.cny_low, told.cny_high) == (0, 0, 0)
    assert told.expected == pytest.approx((6 + 6.5 / 31) / 31 + 6.5 / 31)


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


# Of a contract's end the days are counted that have passed by the morning of the day: ended yesterday is one.
@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, "running"), (1, "ended_7_days"), (7, "ended_7_days"), (8, "ended_14_days"), (14, "ended_14_days"),
        (15, "ended_long"), (30, "ended_long"),
    ],
)  # fmt: skip
def test_how_long_ago_a_contract_ended_is_told_to_the_day(days, state):
    ends = str((pd.Timestamp("2025-12-01") - pd.Timedelta(days=days)).date())
    data = institution("2025-12-01", settings=settings(), enrolments=[by_period("e", "2025-07-01", ends)])
    seen = looks(data)
    assert seen.loc[seen["months_ago"] == 0, "state"].tolist() == [state]


def stood(**columns: list[str | None]) -> pd.DataFrame:
    """Return how one chain each stood on 1 June, four months ago; due in June."""
    n = len(next(iter(columns.values())))
    dates = {name: pd.to_datetime(pd.Series(days)) for name, days in columns.items()}
    units = [f"s{number}" for number in range(n)]
    rows = pd.DataFrame({"unit_id": units, "enrolment_id": units, "months_left": 0.5, "due": 0, "state": "running"})
    return rows.assign(day=pd.Timestamp("2025-06-01"), months_ago=4, **dates)


# Due in June: an answer counts that is signed by the end of July. Due in July, by the end of August.
def test_who_renews_on_the_first_day_after_the_month_after_has_not_renewed():
    rows = stood(renewed_on=["2025-06-10", "2025-07-31", "2025-08-01", None])
    assert renewals(rows, 0)[1]["did"].tolist() == [True, True, False, False]
    rows = stood(renewed_on=["2025-08-31", "2025-09-01"]).assign(due=1)
    assert renewals(rows, 1)[1]["did"].tolist() == [True, False]


# A month ahead begins with its first day and ends before the next one's.
def test_who_leaves_on_the_first_day_of_the_month_after_leaves_in_that():
    rows = stood(left_on=["2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01", "2025-07-31", None])
    rows = rows.assign(churned=rows["left_on"].notna())
    settled = pd.Timestamp("2025-09-01")
    assert leavers(rows, 0, settled)[1]["did"].tolist() == [False, True, True, False, False, False]
    assert leavers(rows, 1, settled)[1]["did"].tolist() == [False, False, False, True, True, False]
    assert not leavers(rows.assign(churned=False), 0, settled)[1]["did"].any()


# Ends before 1 July are all known: of June, and of no later month.
def test_a_month_is_replayed_from_the_day_on_which_its_last_end_is_known():
    rows = stood(left_on=["2025-06-10"]).assign(churned=True)
    assert len(leavers(rows, 0, pd.Timestamp("2025-07-01"))[1]) == 1
    assert len(leavers(rows, 0, pd.Timestamp("2025-06-30"))[1]) == 0
    assert len(leavers(rows, 1, pd.Timestamp("2025-07-01"))[1]) == 0


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
