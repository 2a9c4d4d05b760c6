"""Are only those placed who surely belong there?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.nine_box import UNCLEAR, nine_box
from tests.kirkpatrick.people.team import IDS, PX1, answers, kpis, opened, rules, staff, trainees

MARKS = {one: [1] * (2 * place) + [0] * (24 - 2 * place) for place, one in enumerate(IDS)}
NEAR = {one: [1] * (2 * place + 1) + [0] * (23 - 2 * place) for place, one in enumerate(IDS)}


def told(settings=None, spread=2.0, **tables):
    more = {
        "trainings": [PX1, PX1 | {"training_id": "PX2"}],
        "trainees": trainees() + [row | {"training_id": "PX2"} for row in trainees()],
        "test_answers": answers(MARKS) + answers(NEAR, training="PX2"),
        "kpis": kpis(spread=spread),
    }
    return opened(settings=settings, **(more | tables))


def test_the_best_in_both_is_placed_and_those_near_a_border_are_not():
    found = nine_box(told())
    table = found.table.set_index("staff_id")
    assert (table["box"]["A11"], table["box"]["A00"]) == ("high_high", "low_low")
    placed = table["box"] != UNCLEAR
    assert (table["box_probability"][placed] >= 0.6).all()
    assert found.facts["placed"] == placed.sum() == 12 - (~placed).sum()


def test_with_a_higher_threshold_and_with_more_noise_fewer_are_placed():
    usual = nine_box(told()).facts["placed"]
    assert nine_box(told(settings=rules(placed_probability=0.999))).facts["placed"] < usual
    noisy = nine_box(told(spread=30.0))
    assert noisy.facts["placed"] < usual
    # Of whom nobody can say which box, none is told, however likely.
    assert noisy.table.loc[noisy.table["box"] == UNCLEAR, "box_probability"].isna().all()


def test_who_left_is_not_in_a_box():
    table = nine_box(told(staff=staff(A11="2025-12-01"))).table
    assert "A11" not in set(table["staff_id"])
    assert len(table) == 11


def test_it_says_how_many_are_placed_and_that_it_is_no_judgement():
    found = nine_box(told())
    said = found.sentence("en")
    assert f"Of 12 people {found.facts['placed']} can be placed in a box with a probability of at least 60%" in said
    assert "保持灰色" in found.sentence("zh")
    assert "九宫格不是评语" in found.warnings("zh")[0]
    assert "同班的人强，不会拉低任何人；" in found.warnings("zh")[1]


def test_of_whom_nothing_is_shared_with_the_others_it_says_so():
    many = {one: MARKS[one] for one in IDS[:8]}
    tests = answers(many) + answers({one: NEAR[one] for one in IDS[:8]}, training="PX2")
    tests += answers({one: NEAR[one] for one in IDS[8:]}, training="PX3")
    who = [row | {"training_id": f"PX{number}"} for number in (1, 2, 3) for row in trainees()]
    found = nine_box(
        told(test_answers=tests, trainees=who, trainings=[PX1 | {"training_id": f"PX{number}"} for number in (1, 2, 3)])
    )
    assert any(one.startswith("Left out are 4 people who had no test") for one in found.warnings("en"))
    assert any(one.startswith("有 4 人与同岗位的其他人没有共同的测验或测评") for one in found.warnings("zh"))


def test_with_few_people_there_are_no_boxes():
    with pytest.raises(NotEnoughData):
        nine_box(told(staff=staff(**{one: "2025-12-01" for one in IDS[:8]})))


def test_the_same_data_give_the_same_boxes():
    assert nine_box(told()).table.equals(nine_box(told()).table)
