"""Are the weeks after a training, and two behaviours, told as they were?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.people.plan import plan_behaviors, weekly_plan
from tests.kirkpatrick.people.team import IDS, PX1, opened, rules, staff, trainees


def _done(one, week, did):
    return {"training_id": "PX1", "staff_id": one, "week": week, "done": did}


# Two weeks of five people: all did it in the first, three of five in the second. A04 began a week later.
WEEKS = ["2025-06-02", "2025-06-09"]
CHECKED = [_done(one, WEEKS[0], True) for one in IDS[:4]] + [_done("A04", WEEKS[1], True)]
CHECKED += [_done(one, WEEKS[1], one < "A02") for one in IDS[:4]] + [_done("A04", "2025-06-16", True)]


def evaluated(as_of="2026-01-01", settings=None, **tables):
    more = {"trainings": [PX1], "trainees": trainees(IDS[:6]), "check_ins": CHECKED}
    return Evaluation(opened(as_of, settings, **(more | tables)), "PX1")


def test_a_task_is_planned_for_each_trained_and_each_week_that_is_over():
    found = weekly_plan(evaluated())
    # All six ended on Saturday, 31 May: the first week begins on 2 June. A04 told of the second and third, A05 of none.
    assert found.table["week_of_plan"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert set(found.table["weeks_planned"]) == {6}
    assert found.table["weeks_told"].tolist() == [4, 5, 1, 0, 0, 0, 0, 0]
    assert found.table["done_share"].tolist()[:3] == [4 / 4, 3 / 5, 1 / 1]
    assert found.table["done_share"][3:].isna().all()
    assert (found.facts["done"], found.facts["told"], found.facts["planned"]) == (8, 10, 48)
    # R: prop.test(3, 5, correct = FALSE)
    assert found.table["done_share_low"][1] == pytest.approx(0.2307, abs=1e-4)


def test_a_week_that_goes_on_and_who_left_are_not_planned():
    # On 18 June the third week goes on; A00 left on Tuesday, 10 June.
    more = evaluated("2025-06-18", staff=staff(A00="2025-06-10"))
    assert weekly_plan(more).table["weeks_planned"].tolist() == [6, 5]


def test_the_weeks_are_told_in_both_languages():
    found = weekly_plan(evaluated())
    assert found.sentence("en").startswith("Of 10 weekly tasks told of, 8 were done: 80.0% (95% interval ")
    assert found.sentence("en").endswith(
        "100% in the first week, 100% in the last of 3. 48 were planned for 6 trained. Of the others nobody wrote "
        "anything down: of all, at least 17% were done."
    )
    assert found.sentence("zh").startswith("有记录的 10 次每周任务完成 8 次，完成率 80.0%")
    assert found.sentence("zh").endswith("其余没有任何记录：就全部任务而言，完成的至少有 17%。")


def test_a_week_to_come_and_who_is_not_trained_change_nothing():
    more = [*CHECKED, _done("A00", "2026-01-12", False), _done("A09", WEEKS[0], False)]
    assert weekly_plan(evaluated(check_ins=more)).table.equals(weekly_plan(evaluated()).table)
    assert len(weekly_plan(evaluated(settings=rules(plan_weeks=2))).table) == 2


def test_with_few_check_ins_nothing_is_told():
    with pytest.raises(NotEnoughData) as error:
        weekly_plan(evaluated(check_ins=CHECKED[:3]))
    assert error.value.message("en") == "Of the trained 3 have check-ins; at least 5 are needed."


def _rated(occasion, listens, asks, role="peer"):
    at = {"pre": "2025-04-20 10:00", "post": "2025-06-20 10:00"}[occasion]
    return [
        {
            "training_id": "PX1", "staff_id": one, "rater_id": f"{role}{one}", "rater_role": role, "kind": "behavior",
            "occasion": occasion, "at": at, "dimension": dimension, "score": float(score), "scale_min": 1.0,
            "scale_max": 5.0,
        }
        for one, first, second in zip(IDS, listens, asks, strict=False)
        for dimension, score in (("listens", first), ("asks", second), ("plans", 5))
    ]  # fmt: skip


RATED = _rated("pre", (2, 2, 3, 3, 4), (3, 3, 3, 4, 4)) + _rated("post", (3, 3, 4, 4, 5), (3, 3, 3, 4, 4))


def test_the_two_lowest_behaviours_are_followed_without_what_people_say_of_themselves():
    own = _rated("post", (5,) * 5, (5,) * 5, role="self")
    found = plan_behaviors(evaluated(ratings=RATED + own))
    assert found.table["behavior"].tolist() == ["listens", "listens", "asks", "asks"]
    assert found.table["behavior_score"].tolist() == pytest.approx([14 / 5, 19 / 5, 17 / 5, 17 / 5])
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert found.caveats == ("people.lowest_rise",)
    assert "It is a change, and may have other causes" in found.sentence("en")
    assert "这只是前后变化，原因未必是培训。" in found.sentence("zh")


def test_the_settings_name_the_behaviours():
    found = plan_behaviors(evaluated(settings=rules(plan_behaviors=("plans", "asks")), ratings=RATED))
    assert found.table["behavior"].unique().tolist() == ["plans", "asks"]
    assert found.caveats == ()


def test_with_few_rated_nothing_is_told():
    with pytest.raises(NotEnoughData):
        plan_behaviors(evaluated(ratings=_rated("pre", (2, 3), (3, 3))))
