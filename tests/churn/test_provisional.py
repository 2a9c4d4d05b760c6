import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from churnlab.churn.counts import stock_of
from churnlab.churn.provisional import is_settled, outlooks, still_to_come
from tests.builders import institution
from tests.churn.stays import by_hours, settings, weekly

MONTHS_OPEN = 24


def steady(as_of, *, students=240, seed=5):
    """Open an institution that loses about the same share every month; lessons weekly, hours never run out."""
    rng = np.random.default_rng(seed)
    first = pd.Timestamp("2024-01-01")
    enrolments, lessons = [], []
    for number in range(students):
        student = f"s{number:03d}"
        begins = first + pd.Timedelta(days=int(rng.integers(0, 500)))
        ends = begins + pd.Timedelta(days=int(rng.exponential(300)))
        enrolments.append(by_hours(f"e{student}", f"{begins:%Y-%m-%d}", 1000, student=student))
        lessons += weekly(f"e{student}", str(begins), str(min(ends, pd.Timestamp("2026-06-01"))), student=student)
    return institution(as_of, settings=settings(), enrolments=enrolments, lessons=lessons)


def test_a_month_is_settled_when_grace_and_inactivity_have_passed_since_its_end():
    # 45 days of silence and a day to tell: an end on 31 May is known on 16 July at the latest.
    rows = {"enrolments": [by_hours("e1", "2025-01-01", 10)], "lessons": weekly("e1", "2025-01-07", "2025-01-28")}
    assert not is_settled(institution("2025-07-15", settings=settings(), **rows), "2025-05")
    assert is_settled(institution("2025-07-16", settings=settings(), **rows), "2025-05")


# a came last on 10 Mar, b on 31 Mar, c on 25 Mar; as of 1 Apr nothing is known, a alone has been silent for 14 days
def test_who_has_been_silent_for_a_while_is_pending():
    rows = {"enrolments": [], "lessons": []}
    for student, last in (("a", "2025-03-10"), ("b", "2025-03-31"), ("c", "2025-03-25")):
        rows["enrolments"].append(by_hours(f"e{student}", "2025-01-01", 100, student=student))
        start = pd.Timestamp(last) - pd.Timedelta(weeks=8)
        rows["lessons"] += weekly(f"e{student}", str(start), last, student=student)
    data = institution("2025-04-01", settings=settings(), **rows)
    outlook = outlooks(data, ["2025-03"])["2025-03"]
    assert (outlook.at_risk, outlook.confirmed, outlook.pending, outlook.open_count) == (3, 0, 1, 3)
    assert outlook.months == 0
    assert np.isnan(outlook.expected)


def test_what_is_expected_is_near_what_happened():
    data = steady("2026-06-01")
    misses, expected, happened = [], 0.0, 0
    for month in ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"):
        then = data.before((pd.Period(month) + 1).start_time.date())
        outlook = outlooks(then, [month])[month]
        final = int(stock_of(data, month)["churned"].sum())
        assert outlook.months == 12
        assert outlook.confirmed <= final
        assert outlook.confirmed <= outlook.low <= outlook.expected <= outlook.high
        misses.append(not outlook.low <= final <= outlook.high)
        expected, happened = expected + outlook.expected, happened + final
    assert sum(misses) <= 1
    assert expected == pytest.approx(happened, rel=0.3)


def test_the_replays_count_what_became_of_the_pending():
    # Four months, each with 10 pending of whom 5 went and 90 others of whom none did: half of 20 pending will go.
    then = pd.DataFrame({"quiet": [10] * 4, "other": [90] * 4, "from_quiet": [5] * 4, "from_other": [0] * 4})
    expected, low, high = still_to_come({"quiet": 20, "other": 0}, then, level=0.95)
    assert expected == pytest.approx(20 * 20.5 / 41)
    assert (low, high) == (1, 19)


# Each month three come last on the 15th and two on the 25th, and for 45 days nobody can tell that they are gone. At the
# end of a month its own three are quiet, its own two not yet; those of the 25th of the month before are quiet too, but
# left before it. In the last month there are twelve of those, as after a long holiday.
def test_who_was_last_seen_before_a_month_is_not_expected_to_have_left_in_it():
    rows = {"enrolments": [], "lessons": []}
    lasts = [(f"{month}-15", 3) for month in pd.period_range("2024-09", "2025-05", freq="M")]
    lasts += [
        (f"{month}-25", 12 if str(month) == "2025-04" else 2)
        for month in pd.period_range("2024-09", "2025-05", freq="M")
    ]
    for last, many in [*lasts, ("2025-05-31", 60)]:
        for number in range(many):
            student = f"{last} {number}"
            rows["enrolments"].append(by_hours(f"e{student}", "2024-06-01", 1000, student=student))
            start = pd.Timestamp(last) - pd.Timedelta(weeks=(pd.Timestamp(last) - pd.Timestamp("2024-06-01")).days // 7)
            rows["lessons"] += weekly(f"e{student}", str(start), last, student=student)
    outlook = outlooks(institution("2025-06-01", settings=settings(), **rows), ["2025-05"])["2025-05"]
    assert (outlook.confirmed, outlook.pending, outlook.months) == (0, 3 + 12, 9)
    assert outlook.expected == pytest.approx(3 + 2, abs=1)
    # Of 115, those of the 15th until April and of the 25th until March are known to be gone. Of those that seemed at
    # risk in the replays, July to March, 18 had gone before: two each from October on, and three of 15 January and of
    # 15 February, whose 45 days were not over at the end of the next month.
    seemed = 3 * 115 + 112 + 107 + 102 + 97 + 95 + 90
    assert outlook.at_risk == 115 - 8 * 3 - 7 * 2
    assert outlook.expected_at_risk == pytest.approx(77 * (1 - 18 / seemed))


@law(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10**6))
def test_the_prediction_stays_within_what_is_possible(quiet, other, seed):
    rng = np.random.default_rng(seed)
    then = pd.DataFrame({"quiet": rng.integers(0, 30, 5), "other": rng.integers(0, 90, 5)})
    then = then.assign(from_quiet=rng.binomial(then["quiet"], 0.4), from_other=rng.binomial(then["other"], 0.02))
    expected, low, high = still_to_come({"quiet": quiet, "other": other}, then, level=0.95)
    assert 0 <= low <= expected <= high <= quiet + other


@pytest.mark.parametrize("unsteady", [0.0, 0.1])
def test_the_prediction_interval_keeps_its_level(unsteady):
    """Months drawn at random, their shares unsteady as well: nominal 95 %, at least 93 % over 600 draws."""
    rng = np.random.default_rng(11)
    hits = []
    for _ in range(600):
        share = np.clip(rng.normal(0.4, unsteady, 13), 0.02, 0.98)
        quiet, other = rng.integers(20, 80, 13), rng.integers(150, 300, 13)
        months = pd.DataFrame({
            "quiet": quiet, "other": other,
            "from_quiet": rng.binomial(quiet, share), "from_other": rng.binomial(other, 0.01),
        })  # fmt: skip
        now = months.iloc[-1]
        _, low, high = still_to_come(now[["quiet", "other"]].to_dict(), months.iloc[:-1], level=0.95)
        hits.append(low <= now["from_quiet"] + now["from_other"] <= high)
    assert np.mean(hits) >= 0.93
