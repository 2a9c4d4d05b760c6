from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.capacity import _blind, at_campuses, calls, calls_by_campus, calls_reach, listed
from churnlab.churn.evaluation import Backtest
from churnlab.churn.outcome import episodes
from churnlab.errors import NotEnoughData
from churnlab.settings import Calling, Model, Settings, Uncertainty
from churnlab.stats.intervals import clustered_wilson
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.builders import institution
from tests.churn.panels import month_of
from tests.churn.stays import PLAIN, by_period, weekly


def rules(calls_per_month, min_group=1):
    return Settings(
        calling=Calling(calls_per_month=calls_per_month), uncertainty=Uncertainty(min_group=min_group, bootstrap=60)
    )


def by_hand() -> Backtest:
    """Return one month at two campuses, two months the same.

    East: .9 left, .8 stayed, .7 left, .1 stayed; West: .6 left, .5 stayed, .2 left. Hours 1 to 7 in that order.
    """
    rows = [(1, 0.9), (0, 0.8), (1, 0.7), (0, 0.1), (1, 0.6), (0, 0.5), (1, 0.2)]
    seen = month_of(rows, months=2, hours_left=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] * 2)
    where = np.tile(["East"] * 4 + ["West"] * 3, 2)
    gone = np.arange(14) == 0  # one of those who left had done so before the month
    return replace(seen, scored=seen.scored.assign(campus=where, already_gone=gone))


def test_each_campus_calls_its_own_highest():
    chosen = listed(by_hand().scored, "churn_probability", 1, seed=1)
    assert np.flatnonzero(chosen).tolist() == [0, 4, 7, 11]
    # more calls than students: all are called
    assert listed(by_hand().scored, "churn_probability", 9, seed=1).all()


def test_what_calls_would_have_found_by_hand():
    # two calls at each: East .9 left and .8 stayed, West .6 left and .5 stayed; of 8 calls 4 found, of 8 leavers
    found = calls(by_hand(), settings=rules(2))
    row = found.table.set_index("method").loc["model"]
    assert (row["called"], row["found"]) == (8, 4)
    assert (row["precision_rate"], row["captured_share"]) == (4 / 8, 4 / 8)
    # by hours: East .4 stayed and .3 left, West .7 left and .6 stayed
    assert found.table.set_index("method").loc["hours_left", "found"] == 4
    # by lot: East 2 · 2/4, West 2 · 2/3 a month
    lot = found.table.set_index("method").loc["random"]
    assert lot["precision_rate"] == pytest.approx((1 + 4 / 3) / 4)
    assert lot["captured_share"] == pytest.approx((1 + 4 / 3) / 4)
    assert (found.facts["found_gone"], found.facts["events"]) == (1, 8)
    assert found.facts["lift_ratio"] == pytest.approx((1 / 2) / ((1 + 4 / 3) / 4))


def test_intervals_are_by_student():
    found, scored = calls(by_hand(), settings=rules(2)).table.set_index("method").loc["model"], by_hand().scored
    chosen = listed(scored, "churn_probability", 2, seed=1)
    limits = clustered_wilson(scored["churned"][chosen], scored["student_id"][chosen], 0.95)
    assert (found["precision_rate_low"], found["precision_rate_high"]) == limits
    assert limits[0] < clustered_wilson(scored["churned"][chosen], np.arange(8), 0.95)[0]


def test_equal_scores_are_drawn_by_a_lot_that_knows_no_order_of_rows():
    scored = month_of([(number % 3 == 0, 0.5) for number in range(90)]).scored.assign(campus="East")
    chosen = listed(scored, "churn_probability", 30, seed=1)
    assert chosen.sum() == 30
    assert not np.array_equal(chosen, np.arange(90) < 30)
    mixed = scored.sample(frac=1, random_state=2)
    again = listed(mixed, "churn_probability", 30, seed=1)
    assert sorted(mixed["unit_id"][again]) == sorted(scored["unit_id"][chosen])
    assert not np.array_equal(chosen, listed(scored, "churn_probability", 30, seed=2))


def test_more_calls_never_reach_fewer():
    found = calls_reach(by_hand(), settings=rules(2)).table
    assert found["calls_per_month"].tolist() == [1, 2, 3, 4, 6]
    assert found["captured_share"].tolist() == [2 / 4, 2 / 4, 4 / 4, 1, 1]
    assert found.loc[found["is_capacity"], "calls_per_month"].tolist() == [2]
    assert (found["random_share"].diff().dropna() >= 0).all()


def test_campuses_stand_beside_their_own_rate():
    found = calls_by_campus(by_hand(), settings=rules(1))
    table = found.table.set_index("campus")
    assert table["precision_rate"].tolist() == [1, 1]
    assert table["blind_rate"].to_dict() == {"East": 2 / 4, "West": 2 / 3}
    with pytest.raises(NotEnoughData, match="Only 0 campuses have 9 called and 9 who left"):
        calls_by_campus(by_hand(), settings=rules(1, min_group=9))


@pytest.mark.parametrize("ask", [calls, calls_by_campus, calls_reach])
def test_where_nobody_left_a_list_finds_nobody(ask):
    seen = month_of([(0, 0.2), (0, 0.1)])
    seen = replace(seen, scored=seen.scored.assign(campus="East", already_gone=False))
    with pytest.raises(NotEnoughData, match="Nobody left among the 2 judged in the 1 month tested"):
        ask(seen, settings=rules(1))


def test_a_list_that_finds_none_says_so():
    seen = month_of([(0, 0.9), (1, 0.1)])
    seen = replace(seen, scored=seen.scored.assign(campus="East", already_gone=False))
    found = calls(seen, settings=rules(1))
    assert found.sentences == ("none",)
    assert "none of the 1 called would have left within 30 days" in found.sentence("en")


def test_students_stand_where_they_were_taught_then_and_who_had_gone_is_known_now():
    # a was taught at East until May and at West from June; b's last lesson was on May 25, she is told gone in July
    contracts = [by_period(name, "2026-01-01", "2026-12-31", student=name) for name in "ab"]
    lessons = [
        *weekly("a", "2026-01-05", "2026-05-25", student="a"),
        *weekly("a", "2026-06-01", "2026-09-28", student="a", campus="West"),
        *weekly("b", "2026-01-05", "2026-05-25", student="b"),
    ]
    data = institution("2026-10-01", settings=PLAIN, enrolments=contracts, lessons=lessons)
    days = [date(2026, 6, 1), date(2026, 7, 1)]
    scored = pd.DataFrame({
        "as_of": pd.to_datetime(np.repeat(days, 2)), "unit_id": ["a", "b"] * 2, "student_id": ["a", "b"] * 2,
        "churned": [False, True, False, True],
    })  # fmt: skip
    assert episodes(data).set_index("unit_id").loc["b", "left_on"] == pd.Timestamp("2026-05-25")
    found = at_campuses(Backtest(scored=scored, rivals=(), months=tuple(days), skipped=()), data).scored
    assert found["campus"].tolist() == ["East", "East", "West", "East"]
    assert found["already_gone"].tolist() == [False, True, False, True]


@pytest.fixture(scope="module")
def made():
    return make(Institution(students=300, months=15, campuses=2, seed=6))


QUICK = Settings(
    model=Model(min_events=5, penalties=(0.1,), snapshots=10, test_months=2),
    uncertainty=Uncertainty(bootstrap=60, min_group=4),
)


def asked(data):
    risk = churn.Risk(data)
    return [risk.calls(), risk.calls_by_campus(), risk.calls_reach(), risk.price_of_reasons()]


@pytest.mark.slow
def test_the_future_changes_nothing(made):
    as_of = date(2026, 5, 1)
    other = replace(made, frames=another_future(made.frames, as_of=as_of, seed=3))
    for one, two in zip(*(asked(each.data(as_of, settings=QUICK)) for each in (made, other)), strict=True):
        pd.testing.assert_frame_equal(one.table, two.table)
        assert one.facts == two.facts


@pytest.mark.slow
def test_it_can_be_said(made):
    for found, lang in product(asked(made.data(settings=QUICK)), ("zh", "en")):
        assert found.sentence(lang)
        assert found.warnings(lang)
        assert len(found.as_json(lang)["columns"]) <= 8


def test_who_had_her_last_lesson_on_the_date_had_not_gone_before_it():
    contracts = [by_period("b", "2026-01-01", "2026-12-31", student="b")]
    lessons = weekly("b", "2026-01-05", "2026-06-01", student="b")
    data = institution("2026-10-01", settings=PLAIN, enrolments=contracts, lessons=lessons)
    days = [date(2026, 6, 1), date(2026, 7, 1)]
    scored = pd.DataFrame({"as_of": pd.to_datetime(days), "unit_id": "b", "student_id": "b", "churned": True})
    found = at_campuses(Backtest(scored=scored, rivals=(), months=tuple(days), skipped=()), data).scored
    assert found["already_gone"].tolist() == [False, True]


def test_a_lot_calls_all_of_a_small_campus_and_finds_at_each_its_own_rate():
    # four calls: all 4 of East, 2 of whom left, and all 3 of West, 2 of whom left
    assert _blind(by_hand().scored, 4)["precision_rate"] == pytest.approx(4 / 7)
    # three calls: of East 3 · 2/4, of West 2
    assert _blind(by_hand().scored, 3)["precision_rate"] == pytest.approx((3 / 2 + 2) / 6)


def test_a_campus_must_have_called_and_lost_enough_to_stand_beside_others():
    # three calls a month: 6 called at each campus, 4 left
    assert len(calls_by_campus(by_hand(), settings=rules(3, min_group=4)).table) == 2
    with pytest.raises(NotEnoughData):
        calls_by_campus(by_hand(), settings=rules(3, min_group=5))


def test_campuses_are_told_apart_by_their_intervals():
    seen = by_hand()
    gone = seen.scored["churned"] & (seen.scored["churn_probability"] != 0.6)
    found = calls_by_campus(replace(seen, scored=seen.scored.assign(churned=gone)), settings=rules(1))
    # of two called at each, two and none would have left: too few to tell
    assert found.table["precision_rate"].tolist() == [1, 0]
    assert found.sentences == ("sentence", "alike")


def test_where_few_left_among_those_judged_it_is_said():
    eight = rules(2).model_copy(update={"model": Model(min_events=8)})
    nine = rules(2).model_copy(update={"model": Model(min_events=9)})
    assert "model.few_judged" not in calls(by_hand(), settings=eight).caveats
    assert "model.few_judged" in calls(by_hand(), settings=nine).caveats


def test_the_best_rule_stands_beside_each_number_of_calls():
    # one rule knows who leaves, one who stays; two left at each campus
    seen, gone = by_hand(), by_hand().scored["churned"].astype(float)
    scored = seen.scored.assign(days_since_lesson=-gone, hours_left=gone)
    known = replace(seen, scored=scored, rivals=("last_rate", "days_since_lesson", "hours_left"))
    found = calls_reach(known, settings=rules(2))
    assert found.table["rule_share"].tolist() == [1 / 2, 1, 1, 1, 1]
    assert found.sentences[-1] == "rule_hours_left"
