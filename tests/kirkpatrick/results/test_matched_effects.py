"""What did a training do, told from people who were like those trained?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import matched_effects
from churnlab.kirkpatrick.results.effects import kpi_effect
from tests.kirkpatrick.results.matching_people import ALIKE, GREW, SOLD, opened


def test_each_is_compared_with_who_sold_as_much_before():
    found = matched_effects(opened())
    row = found.table.iloc[0]
    # 5, 6, 7 and 6 more beside 1, 1, 3 and 1: 4, 5, 4 and 5, on the mean 4.5; nothing is left to adjust for.
    assert row["matched_effect"].facts["change"] == pytest.approx((4 + 5 + 4 + 5) / 4)
    assert row["matched_effect"].facts["low"] > 0
    # All others were apart before, and four are few: a number and no verdict.
    assert row["effect_verdict"] == "shaky"
    assert row["people_matched"] == 4
    # Trained and others are 25 and 45 on the mean before; matches do not differ.
    assert row["unmatched_g"] > 0.25
    assert row["matched_g"] == 0
    assert str(row["baseline_verdict"].say("en")) == "alike"
    assert row["unmatched_effect"].facts["change"] == pytest.approx(kpi_effect(opened(), "sold").effect)
    assert found.design == Design.COMPARISON_GROUP
    assert found.caveats == ("results.alike_by_luck", "results.alike_in_campus", "results.few_matched")


def test_both_languages_say_what_it_was_beside_people_alike():
    found = matched_effects(opened((*SOLD, *ALIKE), matched_people=4))
    assert found.table["effect_verdict"].tolist() == ["shown"]
    assert found.sentence("en").startswith(
        "Beside people who were like them before, Selling worked on 1 of 1 KPI of those trained: sold +4.5 ("
    )
    assert found.sentence("zh").startswith("与训前相近的人相比，Selling对参训者 1 项指标中的 1 项有效：sold +4.5（")


@pytest.mark.parametrize("people", [(*SOLD, *ALIKE, "I", "J"), (*SOLD, *ALIKE)])
def test_of_few_or_of_people_apart_before_the_number_stands_without_a_verdict(people):
    found = matched_effects(opened(people, matched_people=4 if "I" in people else 5))
    assert found.table["effect_verdict"].tolist() == ["shaky"]
    assert found.sentence("en").startswith("For 1 of 1 KPI matching gives a number and no verdict, because fewer than")
    assert found.sentence("en").endswith("stood apart before: sold +4.5 (+4.0 to +5.0).")
    assert "匹配后有数字、不下结论" in found.sentence("zh")


def test_where_whole_campuses_were_trained_one_beside_another_says_nothing():
    found = matched_effects(opened((*SOLD, *ALIKE), elsewhere=tuple(ALIKE), matched_people=4))
    assert found.table["effect_verdict"].tolist() == ["shaky"]


def test_where_nobody_is_alike_no_number_is_given():
    # All others sold as much, but were hired half a year before the training, and the trained six years.
    found = matched_effects(opened(("A", "B", "C", "D", "E", "F", "G", "H"), hired=dict.fromkeys(ALIKE, "2025-06-01")))
    row = found.table.iloc[0]
    assert (row["effect_verdict"], row["matched_effect"]) == ("doubtful", None)
    assert row["baseline_verdict"].say("en") == "not alike in time here"
    assert row["baseline_verdict"].say("zh") == "司龄不相近"
    assert found.sentence("en").endswith("after matching, and no number is given: sold.")
    assert found.sentence("zh").endswith("不给出数字：sold。")


def test_where_those_alike_grew_as_much_nothing_is_shown():
    grew = GREW | {"E": 6.0, "F": 5.0, "G": 8.0, "H": 5.0}
    found = matched_effects(opened((*SOLD, *ALIKE), grew=grew, matched_people=4))
    assert found.table["effect_verdict"].tolist() == ["not_shown"]


def test_the_future_changes_nothing():
    # What is sold in March is not known on its first day.
    now, then = (matched_effects(opened(as_of="2026-03-01", march=march)).table for march in (0.0, 99.0))
    assert now["matched_effect"][0] == then["matched_effect"][0]
    assert matched_effects(opened(march=99.0)).table["matched_effect"][0].facts["change"] == pytest.approx(4.5 + 99 / 2)


def test_too_few_to_match_with_are_refused():
    with pytest.raises(NotEnoughData) as error:
        matched_effects(opened((*SOLD, "E", "F", "G")))
    assert error.value.message("en").startswith("Of no KPI have 4 of those trained and as many others")
    assert np.isfinite(matched_effects(opened((*SOLD, *ALIKE))).table["matched_g"]).all()
