"""Are those listed by whose calls most is expected to be saved, each campus within what it can call?"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import lists
from churnlab.churn.calling.listed import call_list
from churnlab.churn.calling.lists import call_lists, candidates
from churnlab.churn.calling.lot import CALL, HOLD_OUT
from churnlab.churn.calling.saving import SavedShare, assumed
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Calling, Settings
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data
from churnlab.wording import Said
from tests.builders import institution

# Chance to leave, worth, campus: a call saves a tenth of chance × worth, and costs 10.
#   a  0.5 · 1000 / 10 − 10 =  40   East
#   b  0.9 ·  200 / 10 − 10 =   8   East: the likeliest, and worth little
#   c  0.2 · 4000 / 10 − 10 =  70   East
#   d  0.3 ·  300 / 10 − 10 =  −1   East: no call pays
#   e  0.4 · 1000 / 10 − 10 =  30   West
STUDENTS = pd.DataFrame({
    "unit_id": list("abcde"),
    "student_id": list("abcde"),
    "churn_probability": [0.5, 0.9, 0.2, 0.3, 0.4],
    "remaining_value_cny": [1000.0, 200.0, 4000.0, 300.0, 1000.0],
    "campus": ["East"] * 4 + ["West"],
    "keepable_share": 1.0,
})  # fmt: skip
REASONS = tuple(Said("churn.not_started.reason", {"days": days}) for days in (30, 20, 10))
TENTH = SavedShare(share=0.1, low=0.05, high=0.15, error=0.025)
RULES = Calling(cost_per_call_cny=10, calls_per_month=2, rest_days=60)


@pytest.fixture
def ask(monkeypatch):
    """Ask for a list by hand: what model, worth and trial say is what stands above."""

    def prepared(students=STUDENTS, rules=RULES, saves=TENTH, calls=(), campus=None):
        data = institution("2026-03-01", settings=Settings(calling=rules), calls=list(calls))
        ends = {"churn_probability_low": 0.8, "churn_probability_high": 1.1}
        scored = students[["unit_id", "student_id", "churn_probability"]].assign(
            **{name: students["churn_probability"] * times for name, times in ends.items()}
        )
        worth = students[["unit_id", "student_id", "campus", "remaining_value_cny"]].assign(
            remaining_value_cny_low=students["remaining_value_cny"] * 0.7,
            remaining_value_cny_high=students["remaining_value_cny"] * 1.2,
        )
        places = students[["unit_id", "campus"]].assign(course_id="maths")
        sure = students["keepable_share"] == 1
        here = students[["keepable_share"]].assign(
            keepable_share_low=students["keepable_share"].where(sure, students["keepable_share"] * 0.6),
            keepable_share_high=students["keepable_share"].where(sure, students["keepable_share"] * 1.4),
        )
        monkeypatch.setattr(
            lists, "keepable", lambda panel, data: SimpleNamespace(of=lambda frame: here.loc[frame.index])
        )
        trained = SimpleNamespace(score=lambda _: scored, reasons=lambda frame, n: pd.Series([REASONS] * len(frame)))
        monkeypatch.setattr(lists, "scoring", lambda _: students)
        monkeypatch.setattr(lists, "remaining_value", lambda _: worth)
        monkeypatch.setattr(lists, "episodes", lambda _: places)
        for module in ("lists", "listed"):
            monkeypatch.setattr(f"churnlab.churn.calling.{module}.saved_share", lambda _: saves)
        return SimpleNamespace(data=data, campus=campus, trained=trained, panel=None)

    return prepared


def test_the_list_is_by_what_a_call_saves_and_not_by_risk(ask):
    rows = call_lists(ask())
    assert rows["student_id"].tolist() == ["c", "a", "e"]
    assert rows["saved_value_cny"].tolist() == pytest.approx([70, 40, 30])
    assert rows["position"].tolist() == [1, 2, 1]
    assert rows["arm"].tolist() == [CALL] * 3
    assert not rows["assigned_at_random"].any()
    assert rows["list_id"].unique().tolist() == ["CL20260301"]
    assert rows["call_id"].is_unique


def test_the_interval_adds_relative_errors_in_squares(ask):
    rows = call_lists(ask()).set_index("student_id")
    low, high = rows.loc["a", ["saved_value_cny_low", "saved_value_cny_high"]]
    assert low == pytest.approx(50 * (1 - np.sqrt(0.2**2 + 0.3**2 + 0.5**2)) - 10)
    assert high == pytest.approx(50 * (1 + np.sqrt(0.1**2 + 0.2**2 + 0.5**2)) - 10)


# Of those who leave like c, a quarter is still here: 0.2 · 1/4 · 4000 / 10 − 10 = 10, behind a.
def test_on_those_who_have_probably_left_already_nothing_is_saved_and_they_stand_further_down(ask):
    gone = STUDENTS.assign(keepable_share=[1.0, 1.0, 0.25, 1.0, 1.0])
    rows = call_lists(ask(students=gone))
    assert rows["student_id"].tolist() == ["a", "c", "e"]
    assert rows["saved_value_cny"].tolist() == pytest.approx([40, 10, 30])
    assert rows["keepable_share"].tolist() == [1, 0.25, 1]
    low, high = rows.loc[1, ["saved_value_cny_low", "saved_value_cny_high"]]
    assert low == pytest.approx(20 * (1 - np.sqrt(0.2**2 + 0.4**2 + 0.3**2 + 0.5**2)) - 10)
    assert high == pytest.approx(20 * (1 + np.sqrt(0.1**2 + 0.4**2 + 0.2**2 + 0.5**2)) - 10)
    # Who is gone takes no promise, nor does she pay it back: 0.2 · 1/4 · 398 − 0.8 · 20 − 10.
    promised = candidates(ask(students=gone, rules=RULES.model_copy(update={"offer_cny": 20.0})), TENTH)
    assert "c" not in set(promised["student_id"])


def test_it_is_said_how_many_are_expected_to_leave_and_how_many_of_them_can_still_be_kept(ask):
    found = call_list(ask(students=STUDENTS.assign(keepable_share=[1.0, 1.0, 0.25, 1.0, 1.0])))
    # a, c and e: 0.5 + 0.2 + 0.4, and 0.5 + 0.05 + 0.4.
    assert (found.facts["expected_left"], found.facts["expected_kept"]) == pytest.approx((1.1, 0.95))
    assert "still_here" in found.sentences
    assert "of these can still be kept" in found.sentence("en")
    # The share that calls keep and the share still here err for all alike.
    alike = 50 * 0.5 + 20 * np.hypot(0.5, 0.4) + 40 * 0.5
    own = np.sqrt(50**2 + 20**2 + 40**2)
    assert found.facts["saved_value_cny_low"] == pytest.approx(80 - np.hypot(alike, own * np.hypot(0.2, 0.3)))


def test_in_all_the_share_that_a_call_saves_errs_for_all_alike_and_the_rest_for_each_alone(ask):
    # c, a and e are called, of gross worth 80, 50 and 40. Downwards chances may be off by 0.2 and worths by 0.3.
    facts = call_list(ask()).facts
    assert facts["saved_value_cny"] == pytest.approx(140)
    alone = np.sqrt(80**2 + 50**2 + 40**2)
    assert facts["saved_value_cny_low"] == pytest.approx(140 - np.hypot(0.5 * 170, alone * np.hypot(0.2, 0.3)))
    assert facts["saved_value_cny_high"] == pytest.approx(140 + np.hypot(0.5 * 170, alone * np.hypot(0.1, 0.2)))


def test_what_is_promised_costs_with_those_who_stay_too(ask):
    rows = candidates(ask(rules=RULES.model_copy(update={"offer_cny": 20.0})), TENTH).set_index("student_id")
    assert rows.loc["c", "saved_value_cny"] == pytest.approx(0.2 * 0.1 * (4000 - 20) - 0.8 * 20 - 10)


def test_who_was_listed_lately_rests_called_or_held_out(ask):
    before = [
        {"student_id": "c", "made_on": "2026-02-01", "arm": "hold_out"},
        {"student_id": "a", "made_on": "2025-12-01", "arm": "call"},
        {"student_id": "e", "made_on": "2025-12-31", "arm": "call"},
    ]
    assert call_lists(ask(calls=before))["student_id"].tolist() == ["a", "b", "e"]


def test_who_was_held_out_is_not_called_before_her_horizon_is_over_whatever_the_settings_say_since(ask):
    # The horizon is 30 days and she rests 10: held out on 15 February she may be called from 17 March, held out on
    # 30 January from 1 March. The lot holds e out at a share of a half, under either name.
    short = RULES.model_copy(update={"rest_days": 10})
    half = short.model_copy(update={"hold_out_share": 0.5})
    other = half.model_copy(update={"experiment": "2"})

    def listed(made_on, rules, arm=HOLD_OUT):
        row = {"student_id": "e", "made_on": made_on, "arm": arm, "experiment": "1", "assigned_at_random": True}
        rows = call_lists(ask(rules=rules, calls=[row]))
        return dict(zip(rows["student_id"], rows["arm"], strict=True))

    assert "e" not in listed("2026-02-15", short)
    assert listed("2026-01-30", short)["e"] == CALL
    assert listed("2026-02-15", half)["e"] == HOLD_OUT
    assert "e" not in listed("2026-02-15", other)
    assert listed("2026-02-15", short, arm=CALL)["e"] == CALL  # a call spoils nothing after the days of rest


def test_a_campus_has_its_list_and_the_ids_that_it_has_among_all(ask):
    every = call_lists(ask()).set_index("student_id")["call_id"]
    west = call_lists(ask(campus="West"))
    assert west["student_id"].tolist() == ["e"]
    assert west["call_id"].tolist() == [every["e"]]


def test_ids_of_lists_are_ids_and_no_persons(ask):
    from churnlab.tables.pseudonym import names_a_person
    from churnlab.tables.schemas import TABLES

    rows = call_lists(ask())
    for name in ("list_id", "call_id"):
        column = TABLES["calls"].column(name)
        assert not any(names_a_person(value, name, column.references) for value in rows[name])


# f has signed and not come, with a chance of 0.3 to come yet: 0.7 · 1000 / 10 − 10 = 60, before a and behind c.
def test_who_has_not_come_yet_stands_in_her_place_with_the_chance_never_to_come(ask, monkeypatch):
    f = pd.DataFrame({"unit_id": ["f"], "student_id": ["f"], "churn_probability": [0.7],
                      "remaining_value_cny": [1000.0], "campus": ["East"], "keepable_share": [1.0]})  # fmt: skip
    risk = ask(students=pd.concat([STUDENTS, f], ignore_index=True))
    scored = risk.trained.score(None)
    risk.trained.score = lambda _: scored[scored["unit_id"] != "f"]
    monkeypatch.setattr(lists, "scoring", lambda _: STUDENTS)
    chance = {"start_probability": [0.3], "start_probability_low": [0.2], "start_probability_high": [0.4]}
    rows = f[["unit_id", "student_id"]].assign(past_start_days=9, **chance)
    monkeypatch.setattr(lists, "waiting", lambda _: rows)
    found = candidates(risk, TENTH).set_index("student_id")
    assert found.index[:3].tolist() == ["c", "f", "a"]
    assert found.loc["f", "saved_value_cny"] == pytest.approx(60)
    assert found.loc["f", ["churn_probability_low", "churn_probability_high"]].tolist() == pytest.approx([0.6, 0.8])
    assert found.loc["f", "keepable_share"] == 1  # whoever comes after all has not left
    assert found.loc["f", "reasons"][0].key == "churn.not_started.reason"


def test_calls_that_drive_away_list_nobody(ask):
    with pytest.raises(NotEnoughData, match="nobody by whose call"):
        call_lists(ask(saves=SavedShare(share=-0.1, low=-0.2, high=0.0, error=0.05)))


def test_the_finding_tells_what_the_list_is_worth_beside_one_by_risk(ask):
    found = call_list(ask())
    assert found.table["student_id"].tolist() == ["c", "a", "e"]
    # By risk the east would call b (8) and a (40) instead of c (70) and a.
    assert found.facts["saved_value_cny"] == pytest.approx(140)
    assert (found.facts["by_risk_cny"], found.facts["changed"]) == (pytest.approx(78), 1)
    assert found.sentences == ("sentence", "still_here", "by_risk")
    assert found.table["reasons"].tolist() == [REASONS[:2]] * 3  # the worksheet has them all
    assert call_lists(ask())["reasons"].tolist() == [REASONS] * 3
    for lang in LANGUAGES:
        assert found.sentence(lang)
        assert found.presented(lang).shape == (3, 6)


def test_those_held_out_are_counted_and_not_shown(ask):
    rules = RULES.model_copy(update={"hold_out_share": 0.5, "experiment": "x"})
    rows, found = call_lists(ask(rules=rules)), call_list(ask(rules=rules))
    held = rows.loc[rows["arm"] == HOLD_OUT, "student_id"]
    assert found.facts["held_out"] == len(held) > 0
    assert found.facts["cost_cny"] == 10 * found.facts["called"]  # nobody calls those held out
    assert not set(held) & set(found.table["student_id"])
    assert rows["assigned_at_random"].all()
    assert set(rows["experiment"]) == {"x"}
    assert "held_out" in found.sentences


# Written down on the morning of 1 March, while d was still worth a call and c was held out; z has been taken out of
# the records since. Today a lot that holds nobody out would draw c and a in the east and e in the west.
MADE = [
    {
        "list_id": "CL20260301", "call_id": f"CL20260301-{at}", "student_id": student, "campus": "East",
        "made_on": "2026-03-01", "arm": arm, "assigned_at_random": True, "experiment": "1", "position": at,
        "churn_probability": 0.25, "saved_value_cny": 12.0, "called_at": "2026-03-02", "outcome": "stays",
    }
    for at, (student, arm) in enumerate([("z", CALL), ("c", HOLD_OUT), ("d", CALL)], start=1)
]  # fmt: skip


def test_a_list_of_that_morning_is_shown_as_it_was_made_and_not_drawn_again(ask):
    found = call_list(ask(calls=MADE))
    assert found.table["student_id"].tolist() == ["e", "z", "d"]  # by what is saved: 30, 12 as written down, −1
    assert found.table["saved_value_cny"].tolist() == pytest.approx([30, 12, -1])
    assert found.table["churn_probability"].tolist() == pytest.approx([0.4, 0.25, 0.3])
    assert found.table["saved_value_cny_low"].isna().tolist() == [False, True, False]
    assert found.table["reasons"].tolist() == [REASONS[:2], (), REASONS[:2]]
    facts = found.facts
    assert (facts["called"], facts["held_out"], facts["listed"], facts["campuses"]) == (3, 1, 4, 2)
    assert (facts["as_made"], facts["untold"]) == (1, 1)
    assert facts["saved_value_cny"] == pytest.approx(30 + 12 - 1)
    assert found.sentences == ("sentence", "still_here", "made", "held_out", "by_risk")
    assert facts["expected_left"] == pytest.approx(0.4 + 0.3)  # of z nothing can be told
    assert "calling.untold" in found.caveats
    assert "1 of 2 lists had been made" in found.sentence("en")
    assert "2 份名单中有 1 份此前已用 churnlab call-list 生成" in found.sentence("zh")
    for lang in LANGUAGES:
        assert found.warnings(lang)
        assert len(found.presented(lang)) == 3


def test_a_made_list_stands_where_nobody_would_be_drawn_today_and_each_campus_has_its_own(ask):
    nothing = SavedShare(share=-0.1, low=-0.2, high=0.0, error=0.05)
    found = call_list(ask(calls=MADE, saves=nothing))
    assert found.table["student_id"].tolist() == ["z", "d"]
    assert found.sentences == ("sentence", "still_here", "made", "held_out")
    assert call_list(ask(calls=MADE, campus="East")).table["student_id"].tolist() == ["z", "d"]
    west = call_list(ask(calls=MADE, campus="West"))
    assert west.table["student_id"].tolist() == ["e"]
    assert west.facts["as_made"] == 0


def test_a_list_that_others_wrote_on_the_day_or_churnlab_later_is_none_of_that_morning(ask):
    others = [row | {"list_id": "MD20260301"} for row in MADE]
    later = [row | {"list_id": "CL20260302", "made_on": "2026-03-02"} for row in MADE]
    for calls in (others, later):
        found = call_list(ask(calls=calls))
        assert found.table["student_id"].tolist() == ["c", "a", "e"]
        assert "made" not in found.sentences


def test_an_assumed_effect_is_named_as_assumed(ask):
    assert "calling.assumed" in call_list(ask(saves=assumed(Settings()))).caveats
    weighed = SavedShare(share=0.1, low=0.0, high=0.2, error=0.05, weight=0.9, measured=0.1, drawn=900)
    assert "calling.measured" in call_list(ask(saves=weighed)).caveats


@pytest.fixture(scope="module")
def data() -> Data:
    return make(Institution(students=300, seed=4, months=26)).data()


@pytest.mark.slow
def test_a_made_up_institution_gets_lists_and_another_future_moves_none(data):
    from dataclasses import replace

    from tests.another_future import another_future

    made, day = make(Institution(students=300, seed=4, months=26)), date(2026, 7, 1)
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=8)).data().before(day)
    here, there = (call_lists(Risk(seen)) for seen in (data.before(day), other))
    assert here.groupby("campus").size().max() <= Settings().calling.calls_per_month
    assert (here["saved_value_cny"] > 0).all()
    pd.testing.assert_frame_equal(here.drop(columns="reasons"), there.drop(columns="reasons"))
