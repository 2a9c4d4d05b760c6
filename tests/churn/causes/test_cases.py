"""Is who is to be interviewed picked by the rule that is told, and nobody twice?"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.causes import cases as told
from churnlab.churn.causes.cases import chosen_cases, interview_cases
from churnlab.churn.causes.portraits import portraits
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from churnlab.settings.causes import Causes
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.churn.causes.leavers import asked, exit_of, gone

SETTINGS = Settings(causes=Causes(case_leavers=3, cases=25))


def _row(unit, **more):
    row = {
        "unit_id": unit, "student_id": unit, "campus": "East", "left_on": pd.Timestamp("2025-03-31"),
        "department": "market", "reason": "price", "source": "phone", "cause": "reason.price", "leavers": 4,
        "paid_cny": 0.0, "stay_days": 80, "distance": 1.0, "seen_on": pd.Timestamp("2025-03-01"),
        "churn_probability": 0.5, "higher_risk_share": 0.1, "pushed": None, "push_gap": np.nan,
    }  # fmt: skip
    return row | more


def _picked(monkeypatch, rows, **rules):
    monkeypatch.setattr(told, "portraits", lambda risk, campus: pd.DataFrame(rows))
    causes = SETTINGS.causes.model_copy(update=rules)
    risk = SimpleNamespace(data=SimpleNamespace(settings=SETTINGS.model_copy(update={"causes": causes})))
    found = chosen_cases(risk)
    return list(
        zip(found["unit_id"], found["case"], (said.key.split(".")[-1] for said in found["picked_because"]), strict=True)
    )


# a is nearest to the mean, b paid most, c says price while service pushed, d left with 9 of 10 above.
#   typical a · extreme b · puzzling: c, since who says other than what is on record comes before who was not seen
def test_the_rule_by_hand(monkeypatch):
    rows = [
        _row("a", distance=0.2),
        _row("b", paid_cny=900.0),
        _row("c", pushed="service", push_gap=0.4, paid_cny=100.0),
        _row("d", higher_risk_share=0.9),
    ]
    expected = [("a", "typical", "typical"), ("b", "extreme", "paid"), ("c", "puzzling", "parted")]
    assert _picked(monkeypatch, rows) == expected
    assert _picked(monkeypatch, rows[::-1]) == expected
    rows[2] = _row("c", pushed="market", push_gap=0.0)  # says what is on record
    assert _picked(monkeypatch, rows)[2] == ("d", "puzzling", "unseen")
    rows[3] = _row("d", higher_risk_share=0.8)  # four in five had a higher risk, not more
    assert _picked(monkeypatch, rows) == expected[:2]


def test_nobody_is_picked_twice_and_ties_go_to_the_smaller_id(monkeypatch):
    rows = [_row("b", distance=0.2, paid_cny=9.0), _row("a", distance=0.2, paid_cny=9.0), _row("c")]
    assert _picked(monkeypatch, rows) == [("a", "typical", "typical"), ("b", "extreme", "paid")]


def test_where_nobody_paid_the_longest_stay_is_extreme_and_few_have_no_mean(monkeypatch):
    rows = [_row("a", leavers=2, stay_days=10), _row("b", leavers=2, stay_days=20)]
    assert _picked(monkeypatch, rows) == [("b", "extreme", "stayed")]


def test_causes_come_by_their_leavers_and_no_more_than_the_settings_say(monkeypatch):
    rows = [_row(f"p{n}") for n in range(3)] + [
        _row(f"t{n}", cause="reason.teacher", department="teaching") for n in range(4)
    ]
    found = _picked(monkeypatch, rows)
    assert [unit[0] for unit, *_ in found] == ["t", "t", "p", "p"]
    assert len(_picked(monkeypatch, rows, cases_per_cause=1)) == 2
    assert _picked(monkeypatch, rows, cases=1) == found[:1]


# All left on 31 March: a, b and c for the price, d for the teacher; b was interviewed, e never gave a reason.
def test_who_was_interviewed_or_left_long_ago_is_not_asked():
    exits = [exit_of(name, "price") for name in "ac"] + [
        exit_of("b", "price", method="interview"),
        exit_of("d", "teacher"),
    ]
    rows = portraits(Risk(asked(*"abcde", exits=exits, as_of="2025-07-01")))
    assert rows["unit_id"].tolist() == ["a", "c", "d", "e"]
    assert rows["cause"].tolist() == [
        f"department.{name}" for name in ("market", "market", "teaching", "unstated")
    ]  # too few for a group of their own
    assert rows["leavers"].tolist() == [2, 2, 1, 1]
    assert rows["stay_days"].tolist() == [81] * 4  # 10 January to 31 March
    assert rows["churn_probability"].isna().all()
    with pytest.raises(NotEnoughData):
        interview_cases(Risk(asked(*"abcde", exits=exits, as_of="2025-12-01")))


# Three of East for the price and one for a promise, two of West for the price: three make a cause of their own.
def test_causes_are_counted_at_the_campus_and_the_rest_of_a_department_is_named_apart():
    exits = [exit_of(name, "price") for name in "abcxy"] + [exit_of("d", "promise_not_kept")]
    contracts = [gone(name) for name in "abcd"] + [gone(name, campus="West") for name in "xy"]
    data = asked(enrolments=contracts, exits=exits, as_of="2025-07-01")
    risk = Risk(replace(data, settings=data.settings.model_copy(update={"causes": SETTINGS.causes})))
    every = portraits(risk).set_index("unit_id")
    assert every["leavers"].to_dict() == {"a": 5, "b": 5, "c": 5, "x": 5, "y": 5, "d": 1}
    assert every.loc["d", "cause"] == "rest.market"
    east, west = (portraits(risk, campus=campus).set_index("unit_id") for campus in ("East", "West"))
    assert east["leavers"].to_dict() == {"a": 3, "b": 3, "c": 3, "d": 1}
    assert west["cause"].tolist() == ["department.market"] * 2


@pytest.fixture(name="two", scope="module")
def futures():
    made = make(Institution(students=600, months=20, campuses=2, seed=4))
    day = pd.Timestamp("2026-06-15").date()
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=8))
    return [Risk(each.data(day)) for each in (made, other)]


def test_the_future_changes_nothing_and_both_languages_can_be_read(two):
    one, other = (interview_cases(risk) for risk in two)
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.facts == other.facts
    assert set(one.table["case"]) == {"typical", "extreme", "puzzling"}
    for lang in ("zh", "en"):
        assert all((one.title(lang), one.sentence(lang), one.warnings(lang)))
        assert not one.presented(lang).isna().any().any()


def test_a_campus_has_cases_of_its_own(two):
    campus = churn.episodes(two[0].data)["campus"].iloc[0]
    assert set(interview_cases(two[0], campus=campus).table["campus"]) == {campus}


# Of c, d and e no reason is known: nobody is typical or extreme of that. c and d left though more than four in five
# had a higher risk; two of one kind are puzzling, after the causes.
def test_who_gave_no_reason_is_no_case_of_a_cause(monkeypatch):
    silent = {"department": "unstated", "reason": None, "source": None, "cause": "department.unstated", "leavers": 9}
    rows = [_row("a", distance=0.2), _row("b", paid_cny=900.0)]
    rows += [_row("c", **silent, higher_risk_share=0.85), _row("d", **silent, higher_risk_share=0.95)]
    rows += [_row("e", **silent, distance=0.0, paid_cny=9999.0)]
    expected = [("a", "typical", "typical"), ("b", "extreme", "paid")]
    puzzling = [("d", "puzzling", "unknown"), ("c", "puzzling", "unknown")]
    assert _picked(monkeypatch, rows) == expected + puzzling
    assert _picked(monkeypatch, rows[2:]) == puzzling
    assert _picked(monkeypatch, rows[4:]) == []
    found = _finding(monkeypatch, rows)
    assert (found.sentences, found.facts["cases"], found.facts["causes"]) == (("sentence", "unstated"), 2, 1)
    assert found.facts["unstated"] == 2
    assert _finding(monkeypatch, rows[2:]).sentences == ("unstated",)
    with pytest.raises(NotEnoughData):
        _finding(monkeypatch, rows[4:])


def _finding(monkeypatch, rows):
    monkeypatch.setattr(told, "portraits", lambda risk, campus: pd.DataFrame(rows))
    found = interview_cases(SimpleNamespace(data=SimpleNamespace(settings=SETTINGS)))
    for lang in ("zh", "en"):
        assert all((found.title(lang), found.sentence(lang)))
        assert not found.presented(lang).isna().any().any()
    return found
