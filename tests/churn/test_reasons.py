import numpy as np
import pandas as pd
import pytest

from churnlab.churn.reasons import _usual, label, missing_label, reason
from churnlab.churn.train import train
from tests.churn.panels import made_up, settings


@pytest.fixture(scope="module")
def trained():
    panel = made_up(students=1500, months=3)
    unknown = np.random.default_rng(2).random(len(panel)) < 0.2
    left = panel["churned"] | (unknown & (np.random.default_rng(3).random(len(panel)) < 0.3))
    return train(
        panel.assign(attendance_rate_28d=panel["attendance_rate_28d"].mask(unknown), churned=left), settings=settings()
    )


def _student(**values):
    usual = {"attendance_rate_28d": 0.75, "hours_left": 30.0, "days_since_contact": 20.0, "course_id": "A"}
    return pd.DataFrame([{"unit_id": "S1", "student_id": "S1", **usual, **values}])


def test_the_strongest_reason_comes_first(trained):
    said = trained.reasons(_student(attendance_rate_28d=0.2, hours_left=2.0))["S1"]
    assert [one.key for one in said] == [
        "feature.attendance_rate_28d.reason_low",
        "feature.hours_left.reason_low",
    ]
    assert said[0].facts == {"value": 0.2}


def test_what_lowers_the_risk_is_no_reason(trained):
    assert trained.reasons(_student(attendance_rate_28d=1.0, hours_left=90.0))["S1"] == ()


def test_an_unknown_value_is_one_reason_not_two(trained):
    said = trained.reasons(_student(attendance_rate_28d=np.nan))["S1"]
    assert [one.key for one in said] == ["feature.attendance_rate_28d.reason_missing"]


def test_an_unknown_value_is_no_reason_beside_one_that_can_be_acted_on(trained):
    said = trained.reasons(_student(attendance_rate_28d=np.nan, hours_left=2.0))["S1"]
    assert [one.key for one in said] == ["feature.hours_left.reason_low"]


def test_that_a_value_is_known_is_no_reason():
    # of two in five nobody knows the last contact, and they never leave: to have one at all goes with leaving
    panel = made_up(students=1500, months=3)
    unknown = np.random.default_rng(2).random(len(panel)) < 0.4
    changed = panel.assign(
        days_since_contact=panel["days_since_contact"].mask(unknown), churned=panel["churned"] & ~unknown
    )
    trained = train(changed, settings=settings())
    usual = _student(days_since_contact=float(changed["days_since_contact"].median()))
    assert trained.contributions(usual)["days_since_contact"].iloc[0] > np.log(1.1)
    assert "feature.days_since_contact.reason_low" not in {one.key for one in trained.reasons(usual)["S1"]}
    assert "feature.days_since_contact.reason_high" not in {one.key for one in trained.reasons(usual)["S1"]}


def test_a_value_on_the_unexpected_side_is_a_reason_only_where_nothing_else_is():
    # more hours go with leaving here
    panel = made_up(students=1500, months=3)
    more = (panel["hours_left"] > 40) & (np.random.default_rng(3).random(len(panel)) < 0.6)
    trained = train(panel.assign(churned=panel["churned"] | more), settings=settings())
    alone = trained.reasons(_student(hours_left=80.0, attendance_rate_28d=1.0))["S1"]
    assert [one.key for one in alone] == ["feature.hours_left.reason_high"]
    beside = trained.reasons(_student(hours_left=80.0, attendance_rate_28d=0.2))["S1"]
    assert [one.key for one in beside] == ["feature.attendance_rate_28d.reason_low"]


def test_a_feature_is_named_once(trained):
    said = trained.reasons(_student(attendance_rate_28d=0.0, hours_left=0.0, course_id="C"), n=9)["S1"]
    features = [one.key.split(".")[1] for one in said]
    assert len(features) == len(set(features)) == 3


def test_a_word_is_told_by_its_name(trained):
    said = trained.reasons(_student(course_id="C"))["S1"]
    assert [(one.key, one.facts) for one in said] == [("feature.course_id.reason_high", {"value": "C"})]


def test_no_more_reasons_than_asked_for(trained):
    worst = _student(attendance_rate_28d=0.1, hours_left=0.0, course_id="C")
    assert [len(trained.reasons(worst, n=n)["S1"]) for n in (1, 2, 3)] == [1, 2, 3]


def test_reasons_keep_the_order_of_the_frame(trained):
    frame = pd.concat([_student(attendance_rate_28d=0.1).assign(unit_id="Z"), _student().assign(unit_id="A")])
    assert trained.reasons(frame).index.tolist() == ["Z", "A"]


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        (reason("hours_left", 3.5, 30.0), "只剩 3.5 课时", "has only 3.5 hours left"),
        (reason("days_to_contract_end", -9.0, 100.0), "最近一份合同结束（到期、用完或退费）已 9 天，尚未续费",
         "last contract ended, was used up or was refunded 9 days ago, and none follows yet"),
        (reason("hours_left", 0.0, 30.0), "课时已用完", "has no hours left"),
        (reason("contracts_before", 0.0, 1.2), "这是第一份合同", "this is the first contract"),
        (reason("teacher_changes_30d", 0.0, 0.1), "近 30 天没有换过老师", None),
        (reason("clicks", 0.0, 10.0), "clicks 偏低（0.00）", "clicks is low (0.00)"),
        (reason("teacher_changes_30d", 2.0, 0.1), "近 30 天换过 2 次老师", None),
        (reason("clicks", 3.0, 10.0), "clicks 偏低（3.00）", "clicks is low (3.00)"),
        (reason("clicks", 30.0, 10.0), "clicks 偏高（30.00）", "clicks is high (30.00)"),
        (reason("region", "Wales", None), "region 为 Wales", "region is Wales"),
        (reason("region", None, None), "region 不明", "region is unknown"),
        (label("clicks"), "clicks", "clicks"),
        (label("hours_left"), "剩余课时", "Hours left"),
        (missing_label("days_since_contact"), "从未回访", "Never contacted"),
        (missing_label("attendance_rate_30d"), "近 30 天没有课", None),
        (missing_label("clicks"), "clicks（无此项）", "clicks (none)"),
    ],
)  # fmt: skip
def test_reasons_are_said_in_both_languages(said, zh, en):
    assert said.say("zh") == zh
    assert en is None or said.say("en") == en
    assert en is not None or "30" in said.say("en")


def test_a_number_in_pieces_is_compared_with_its_mean_as_a_whole():
    # 20 to 40 days to the end of the contract, 30 on average: who is below the horizon leaves
    panel = made_up(students=600, months=2)
    days = np.where(np.random.default_rng(4).random(len(panel)) < 0.5, 20.0, 40.0)
    left = panel["churned"] | ((days < 30) & (np.random.default_rng(5).random(len(panel)) < 0.5))
    trained = train(panel.assign(days_to_contract_end=days, churned=left), settings=settings())
    assert _usual(trained.encoding, trained.model)["days_to_contract_end"] == pytest.approx(days.mean(), abs=0.1)
    said = trained.reasons(_student(days_to_contract_end=25.0))["S1"]
    assert [(one.key, one.facts) for one in said] == [("feature.days_to_contract_end.reason_low", {"value": 25.0})]
    frame = panel.assign(days_to_contract_end=days)
    parts = trained.contributions(frame)
    odds = trained.model.decision_function(trained.encoding.apply(frame))
    assert parts.drop(columns=["unit_id", "student_id"]).sum(axis=1).to_numpy() == pytest.approx(odds)
