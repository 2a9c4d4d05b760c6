"""Are the further staff beside those who were there, and do the able rise?"""

import numpy as np
import pandas as pd

from tests.synthetic.training.conftest import Told


def test_those_who_were_there_stand_first_as_they_are(told: Told) -> None:
    before = told.world.place.staff
    pd.testing.assert_frame_equal(told.tables["staff"].head(len(before)), before, check_like=True)
    new = told.tables["staff"].iloc[len(before) :]
    numbers = told.tables["staff"]["staff_id"].str[1:].astype(int)
    assert numbers.diff().dropna().eq(1).all()
    assert not told.tables["staff"]["name"].isna().any()
    assert set(new["role"]) == {"课程顾问", "学管师", "教师"}
    assert set(new["campus"]) == set(told.world.institution.campus_names)


def test_there_are_as_many_as_an_institution_of_its_size_has(told: Told) -> None:
    assert 100 <= len(told.tables["staff"]) <= 200


def test_people_come_before_they_rise_and_rise_before_they_leave(many: list[Told]) -> None:
    for told in many:
        staff = told.tables["staff"]
        assert not (staff["left_on"] <= staff["hired_on"]).any()
        assert not (staff["promoted_on"] <= staff["hired_on"]).any()
        assert not (staff["promoted_on"] >= staff["left_on"]).any()
        new = staff[told.trained.staff["further"]]
        assert new["left_on"].notna().any()
        assert (new["hired_on"] > pd.Timestamp(told.world.institution.first_day)).any()


def test_ability_is_standard_normal_and_the_able_are_promoted(many: list[Told]) -> None:
    staff = pd.concat([told.trained.staff for told in many])
    ability = staff["ability"]
    assert abs(ability.mean()) < 3 / np.sqrt(len(staff))
    assert abs(ability.var() - 1) < 3 * np.sqrt(2 / len(staff))
    assert staff.loc[staff["promoted"] >= 0, "ability"].mean() > 0.4
