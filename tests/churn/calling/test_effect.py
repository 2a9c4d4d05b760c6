"""Is what calling changes told rightly, and never where nobody was held out?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import effect
from churnlab.churn.calling.effect import call_effect, call_effect_by_campus
from churnlab.churn.calling.plan import counted
from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.i18n import LANGUAGES
from churnlab.stats.arms import Arms, risk_difference
from churnlab.stats.intervals import wilson
from churnlab.synthetic import Institution, make
from tests.another_future import another_future
from tests.builders import institution


def drawn(called, called_left, held, held_left, *, campus="East", made_on="2025-03-01"):
    flags = [True] * called + [False] * held
    left = [True] * called_left + [False] * (called - called_left) + [True] * held_left + [False] * (held - held_left)
    names = [f"{campus}{made_on}{number}" for number in range(len(flags))]
    return pd.DataFrame({
        "student_id": names, "to_be_called": flags, "churned": left, "list_id": made_on, "campus": campus,
        "made_on": pd.Timestamp(made_on),
    })  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    def ask(*parts, find=call_effect, **more):
        monkeypatch.setattr(effect, "trial", lambda _: pd.concat(parts, ignore_index=True))
        return find(institution("2026-01-01"), **more)

    return ask


def test_a_clear_effect_by_hand(told):
    found = told(drawn(400, 20, 200, 40))
    assert found.design is Design.RANDOMISED
    assert found.sentences[0] == "clear"
    facts = found.facts
    assert facts["difference_points"] == pytest.approx(20 / 400 - 40 / 200)
    assert (facts["fewer"], facts["needed"]) == (pytest.approx(15), 7)  # one in 6.67
    low, high = wilson(20, 400, 0.95)
    row = found.table.set_index("arm").loc["call"]
    assert row.tolist() == pytest.approx([400, 20, 20 / 400, float(low), float(high)])
    for lang in LANGUAGES:
        assert found.sentence(lang)
        assert found.warnings(lang)


def test_what_is_kept_is_of_those_called_at_the_mean_worth_of_the_latest_list(told, monkeypatch):
    """15 fewer of a hundred leave: of 400 called 60 are kept. Of those on the list one is worth 400, another 0."""
    rows = drawn(400, 20, 200, 40)
    worth = pd.DataFrame({"student_id": [*rows["student_id"][:4], "x"], "remaining_value_cny": [400, 0, 0, 0, 9e9]})
    monkeypatch.setattr(effect, "remaining_value", lambda data: worth)
    facts = told(rows).facts
    assert [facts[name] for name in ("kept", "mean_value_cny", "kept_cny")] == pytest.approx([60, 100, 6000])
    assert facts["kept_cny_low"] < 6000 < facts["kept_cny_high"]


def test_calls_for_one_kept_are_fewest_where_most_are_kept(told):
    facts = told(drawn(400, 20, 200, 40)).facts
    assert facts["needed_low"] <= facts["needed"] <= facts["needed_high"]
    assert facts["needed_high"] == int(np.ceil(100 / facts["fewer_low"]))


def test_months_to_come_are_those_in_which_as_many_more_are_drawn_as_are_missing(told):
    """One list a month. Of what is planned one share is in with the first list: the others take (1 − share) / share."""
    facts = told(drawn(300, 30, 150, 17)).facts
    share = facts["information_share"]
    assert 0 < share < 1
    assert facts["drawn_a_month"] == 450
    assert facts["months_more"] == int(np.ceil((1 - share) / share))


def test_few_of_either_arm_are_too_few(told):
    for few in (drawn(400, 20, 3, 1), drawn(3, 1, 400, 20)):
        with pytest.raises(NotEnoughData, match="10 in each are needed"):
            told(few)


def test_of_two_campuses_one_difference_is_tested(told, monkeypatch):
    asked = []
    monkeypatch.setattr(effect, "looks_p_value", lambda distance, degrees, share: asked.append(degrees) or 0.5)
    parts = [drawn(400, 20, 200, 40, campus=campus) for campus in ("East", "West", "South")]
    told(*parts, find=call_effect_by_campus)
    told(*parts[:2], find=call_effect_by_campus)
    assert asked == [2, 1]


def test_the_sentence_counts_the_arms_as_the_table_does_and_compares_within_lists(told):
    found = told(drawn(100, 10, 100, 10), drawn(100, 40, 10, 4, made_on="2025-06-01"))
    assert found.sentence("en").startswith(
        "Of 200 students drawn to be called, 50 left within 30 days (25.0%); of 110 held out by lot, 14 (12.7%). "
        "Compared within each list, the difference is "
    )
    assert found.table[["drawn", "churned"]].to_numpy().tolist() == [[200, 50], [110, 14]]
    assert "在每份名单内部比较" in found.sentence("zh")


def test_while_little_is_in_the_interval_is_wider_and_the_end_is_told(told):
    early = told(drawn(60, 3, 30, 6))
    assert early.facts["information_share"] < 0.1
    low, high = early.facts["difference_points_low"], early.facts["difference_points_high"]
    one = risk_difference(counted(drawn(60, 3, 30, 6)), 0.95)
    assert low < one[1]
    assert one[2] < high
    assert "planned trial is in" in early.sentence("en")
    over = told(drawn(4000, 320, 2000, 240), drawn(4000, 4000, 2000, 0, made_on="2025-06-01"))
    assert over.sentences[:2] == ("clear", "over")
    assert over.table["drawn"].tolist() == [4000, 2000]
    for lang in LANGUAGES:
        assert over.sentence(lang)
        assert over.warnings(lang)


def test_lists_with_other_risks_and_other_shares_held_out_are_compared_each_with_itself(told):
    # In both lists calling changes nothing; thrown together, 30 of 100 left against 30 of 200.
    found = told(drawn(100, 10, 100, 10), drawn(100, 40, 10, 4, made_on="2025-06-01"))
    assert found.facts["difference_points"] == pytest.approx(0)
    assert found.sentences[0] == "unclear"


def test_what_may_be_chance_is_no_effect_and_says_how_long_it_takes(told):
    found = told(drawn(60, 6, 30, 4), drawn(60, 7, 30, 5, made_on="2025-04-01"))
    assert found.sentences == ("unclear", "looks", "months_more")
    assert found.facts["months_more"] > 3
    assert found.facts["drawn_a_month"] == pytest.approx(180 / (31 / (365.25 / 12) + 1))


def test_harm_is_called_harm(told):
    found = told(drawn(400, 80, 200, 10))
    assert found.sentences == ("harm", "looks")
    assert found.facts["more"] == pytest.approx(15)


def test_campuses_are_told_apart_only_where_they_differ_by_more_than_chance(told):
    alike = told(drawn(100, 10, 100, 20), drawn(100, 11, 100, 21, campus="West"), find=call_effect_by_campus)
    assert alike.sentences == ("alike",)
    apart = told(drawn(400, 40, 400, 140), drawn(400, 80, 400, 60, campus="West"), find=call_effect_by_campus)
    assert apart.sentences == ("differ",)
    assert apart.table["campus"].tolist() == ["East", "West"]
    one = Arms(**{
        name: pd.Series([float(count)]).to_numpy()
        for name, count in {"treated": 400, "control": 400, "treated_events": 40, "control_events": 140}.items()
    })  # fmt: skip
    assert apart.table["difference_points"].iloc[0] == pytest.approx(risk_difference(one, 0.95)[0])


def test_one_campus_is_not_compared_with_itself(told):
    with pytest.raises(NotEnoughData, match="No two campuses"):
        told(drawn(100, 10, 100, 20), find=call_effect_by_campus)
    with pytest.raises(NotEnoughData, match="Too few"):
        told(drawn(100, 10, 100, 20), campus="West")


def test_another_future_moves_nothing():
    made, day = make(Institution(students=250, seed=4, months=26)), pd.Timestamp("2026-06-01").date()
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=8))
    data, other = made.data().before(day), other.data().before(day)
    here, there = call_effect(data), call_effect(other)
    pd.testing.assert_frame_equal(here.table, there.table)
    assert here.facts == there.facts
