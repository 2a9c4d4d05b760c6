"""Is each chosen as it is said, and are arms what they are called?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.training.plan import Held, effects_on, on_students
from churnlab.synthetic.training.programmes import Programme
from churnlab.synthetic.training.quizzes import KEY
from tests.synthetic.training.conftest import Told


def held(told: Told, name: str) -> Held:
    return next(one for one in told.trained.held if one.programme.name == name)


def test_an_effect_begins_in_the_first_whole_month_and_ends_with_the_skill() -> None:
    programme = Programme(
        name="x", kind="skills", format="online", instructors=("JS01",), role="课程顾问", begins=1, weeks=1, sessions=1,
        chosen="lot", skill_life_months=3, kpi_effects={"conversion_rate": 0.5},
    )  # fmt: skip
    trainees = pd.DataFrame({"person": [1, 2], "cohort": [1, 0], "first_month": [2, -1], "starts": 0, "ends": 0})
    one = Held(training_id="PX", programme=programme, trainees=trainees, before=np.empty((2, 0), dtype=np.int64))
    found = effects_on(pd.DataFrame(index=range(3)), [one], "conversion_rate", 7)
    # Months:                0  1  2                 3                     4           5  6
    assert found[1] == pytest.approx([0, 0, 0.5 * (1 - 0.38 / 3), 0.5 * (1 - 0.76 / 3), 0.5 * 0.62, 0, 0])
    assert not found[[0, 2]].any()
    assert not effects_on(pd.DataFrame(index=range(3)), [one], "order_value_cny", 7).any()


def test_nobody_is_in_a_training_twice_or_after_she_left(many: list[Told]) -> None:
    for told in many:
        staff = told.trained.staff
        assert len(told.trained.held) == 9
        for one in told.trained.held:
            assert one.trainees["person"].is_unique
            person = one.trainees["person"].to_numpy()
            left = staff["left"].to_numpy()[person]
            assert (staff["hired"].to_numpy()[person] <= one.trainees["starts"]).all()
            # Who waits may leave before her turn; nobody has left before the choice.
            assert ((left < 0) | (left >= one.begins)).all()
            assert one.before.shape == (len(person), len(KEY))


def test_the_lot_halves_each_campus_and_has_nothing_to_do_with_ability(many: list[Told]) -> None:
    gaps = []
    for told in many:
        one, staff = held(told, "FABE销售话术"), told.trained.staff
        person, trained = one.trainees["person"].to_numpy(), (one.trainees["arm"] == "trained").to_numpy()
        counts = pd.crosstab(staff["place"].to_numpy()[person], trained)
        assert (counts[True] - counts[False]).abs().max() <= 1
        ability = staff["ability"].to_numpy()[person]
        gaps.append(ability[trained].mean() - ability[~trained].mean())
    assert abs(np.mean(gaps)) < 3 * np.std(gaps) / np.sqrt(len(gaps))


def test_the_weakest_had_lower_scores_and_are_less_able_and_the_ablest_more(many: list[Told]) -> None:
    for told in many:
        one, staff = held(told, "低分顾问补课"), told.trained.staff
        trained = (one.trainees["arm"] == "trained").to_numpy()
        right = (one.before == KEY).mean(axis=1)
        assert right[trained].mean() < right[~trained].mean()
        ability = staff["ability"].to_numpy()
        assert ability[one.trainees["person"]][trained].mean() < ability[one.trainees["person"]][~trained].mean()
    ablest = [told.trained.staff["ability"].to_numpy()[held(told, "教育行业峰会").trainees["person"]] for told in many]
    assert np.concatenate(ablest).mean() > 0.5


def test_without_any_effect_the_weakest_rise_to_the_mean(many: list[Told]) -> None:
    """Three months before against three months after: chance that fell on the bad side does not come again."""
    gains = []
    for told in many:
        one, drawn = held(told, "低分顾问补课"), told.trained.drawn["conversion_rate"]
        trained = (one.trainees["arm"] == "trained").to_numpy()
        values = drawn.values()[np.searchsorted(drawn.who, one.trainees["person"])]
        month = int(np.searchsorted(told.world.days.month_starts, one.begins, side="right")) - 1
        gain = values[:, month + 2 : month + 5].mean(axis=1) - values[:, month - 3 : month].mean(axis=1)
        gains.append(gain[trained].mean() - gain[~trained].mean())
    assert np.mean(gains) > 3 * np.std(gains) / np.sqrt(len(gains))


def test_campuses_wait_their_turn(told: Told) -> None:
    one = held(told, "投诉一日内答复")
    by_campus = one.trainees.groupby(told.trained.staff["place"].to_numpy()[one.trainees["person"]])
    assert (by_campus["cohort"].nunique() == 1).all()
    starts = one.trainees.groupby("cohort")["starts"].first()
    assert starts.index.tolist() == [1, 2, 3]
    assert (starts.diff().dropna() == 7 * 18).all()
    assert ((one.trainees["arm"] == "trained") == (one.trainees["cohort"] == 1)).all()


def test_newcomers_are_trained_in_the_quarter_after_they_were_hired(told: Told) -> None:
    one = held(told, "新员工入职培训")
    hired = told.trained.staff["hired"].to_numpy()[one.trainees["person"]]
    assert (hired > 0).all()
    assert (one.trainees["starts"] - hired).between(0, 90).all()


def test_students_leave_less_readily_from_the_first_whole_month_to_the_end_of_the_skill() -> None:
    programme = Programme(
        name="x", kind="skills", format="online", instructors=("JS01",), role="教师", begins=1, weeks=1, sessions=1,
        chosen="lot", skill_life_months=3, churn_hazard_ratio=0.5,
    )  # fmt: skip
    trainees = pd.DataFrame({"person": [1, 2], "cohort": [1, 0], "first_month": [2, -1], "starts": 0, "ends": 0})
    one = Held(training_id="PX", programme=programme, trainees=trainees, before=np.empty((2, 0), dtype=np.int64))
    found = on_students(pd.DataFrame(index=range(3)), [one, one], 7)
    # Months:                         0  1  2    3    4    5  6    two such trainings multiply: 1/2 · 1/2
    assert np.exp(found[1]) == pytest.approx([1, 1, 1 / 4, 1 / 4, 1 / 4, 1, 1])
    assert not found[[0, 2]].any()
