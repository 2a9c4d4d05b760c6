"""Are the lists made by the rule, and the arms by the lot?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from churnlab.synthetic import Calling, Institution, Made, make

SERVED = ("present", "late")


@pytest.fixture(scope="module")
def several() -> list[Made]:
    return [make(Institution(students=500, seed=seed)) for seed in range(8)]


@pytest.fixture(scope="module")
def listed(several: list[Made]) -> pd.DataFrame:
    return pd.concat([made.frames["calls"].assign(seed=made.institution.seed) for made in several])


def standing(made: Made) -> pd.DataFrame:
    """Return the lessons without wrong rows and those that take them back."""
    lessons = made.frames["lessons"]
    back = lessons[lessons["reverses_id"].notna()]
    return lessons[~lessons["lesson_id"].isin([*back["lesson_id"], *back["reverses_id"]])]


def test_the_lot_holds_out_as_many_as_it_should(listed: pd.DataFrame) -> None:
    drawn = listed.drop_duplicates(["seed", "student_id"])
    held_out = (drawn["arm"] == "hold_out").sum()
    assert binomtest(int(held_out), len(drawn), Calling().hold_out_share).pvalue > 0.01


def test_arms_do_not_differ_in_what_was_known_at_the_list(several: list[Made]) -> None:
    # What the rule saw, the campus, the position and the true hazards just before the list.
    drawn = pd.concat([made.frames["calls"].drop_duplicates("student_id") for made in several])
    risks = []
    for made in several:
        first = made.frames["calls"].drop_duplicates("student_id")[["student_id", "made_on", "arm"]]
        before = first.merge(made.truth.risk, on="student_id")
        before = before[before["on"] < before["made_on"]].groupby("student_id").last()
        risks.append(before)
    risk = pd.concat(risks)
    for values, arm in ((drawn["position"], drawn["arm"]), (risk["predictor"], risk["arm"])):
        arms = [values[arm == name].astype(float) for name in ("call", "hold_out")]
        z = (arms[0].mean() - arms[1].mean()) / np.sqrt(sum(part.var() / len(part) for part in arms))
        assert abs(z) < 2.58


def test_a_student_keeps_her_arm(listed: pd.DataFrame) -> None:
    of_student = listed.groupby(["seed", "student_id"])
    assert (of_student.size() > 1).sum() > 100
    assert (of_student["arm"].nunique() == 1).all()


def test_a_list_is_no_longer_than_the_campus_can_call_and_counts_from_one(several: list[Made]) -> None:
    made = make(Institution(students=500, seed=1, calling=Calling(capacity=7)))
    lists = made.frames["calls"].groupby("list_id")["position"]
    assert lists.max().max() == 7
    for rows in [made.frames["calls"], *(other.frames["calls"] for other in several)]:
        for _, position in rows.groupby("list_id")["position"]:
            assert position.tolist() == list(range(1, 1 + len(position)))


def test_nobody_is_listed_again_before_the_rest_is_over(listed: pd.DataFrame) -> None:
    pause = listed.groupby(["seed", "student_id"])["made_on"].diff().dropna()
    assert pause.min() >= pd.Timedelta(days=Calling().rest_days)


def test_lists_come_monthly_from_their_first_month(made: Made) -> None:
    days = made.frames["calls"]["made_on"].drop_duplicates()
    assert days.dt.strftime("%Y-%m").tolist() == list(pd.period_range("2026-02", "2026-10", freq="M").astype(str))
    assert (days.dt.day <= 4).all()


def test_who_is_listed_is_in_service(several: list[Made]) -> None:
    for made in several:
        stays = made.frames["calls"].merge(made.truth.episodes, on="student_id")
        here = (stays["entered_on"] < stays["made_on"]) & ~(stays["left_on"] < stays["made_on"])
        assert here.groupby(stays["call_id"]).sum().eq(1).all()


def test_the_rule_can_be_followed_in_the_tables(several: list[Made]) -> None:
    for made in several:
        enrolments = made.frames["enrolments"]
        one_course = ~made.frames["calls"]["student_id"].isin(
            enrolments.loc[enrolments["kind"] == "expansion", "student_id"]
        )
        rows = made.frames["calls"][one_course]
        lessons = standing(made).merge(rows[["student_id", "made_on", "call_id"]], on="student_id")
        lessons = lessons[lessons["starts_at"] < lessons["made_on"]].sort_values("starts_at")
        last = lessons.groupby("call_id").tail(4)
        missed = (~last["status"].isin(SERVED)).groupby(last["call_id"]).sum().reindex(rows["call_id"], fill_value=0)
        told = rows["reasons"].str.extract(r"缺(\d)次")[0].fillna(0).astype(int)
        # Who came back after a break begins anew: her missed lessons of before do not count.
        assert (missed.to_numpy() == told.to_numpy()).mean() > 0.97
        assert ((told >= 2) | rows["reasons"].str.contains("合同快到期")).all()


def test_until_the_first_list_everything_is_as_without_lists(made: Made) -> None:
    without = make(Institution(students=600, seed=11, calling=None))
    first = made.frames["calls"]["made_on"].min()
    before, other = (told.truth.risk[told.truth.risk["on"] < first] for told in (made, without))
    pd.testing.assert_frame_equal(before, other)
    assert not made.truth.risk.equals(without.truth.risk)
    assert without.frames["calls"].empty


def test_the_simple_mode_has_calls_only_if_asked() -> None:
    assert Institution(simple=True).calling is None
    assert Institution(simple=True, calling=Calling()).calling == Calling()
    assert Institution().calling == Calling()
    assert Institution(calling=None).calling is None


def test_without_a_hold_out_nothing_is_drawn_by_lot() -> None:
    rows = make(Institution(students=200, seed=2, calling=Calling(hold_out_share=0.0))).frames["calls"]
    assert set(rows["arm"]) == {"call"}
    assert not rows["assigned_at_random"].any()
