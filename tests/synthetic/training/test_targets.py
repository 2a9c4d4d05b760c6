"""Are targets agreed before each training, of what can be measured, and nothing else moved by them?"""

import pandas as pd

from churnlab.synthetic.training.performance import BY_NAME
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import PROGRAMMES
from churnlab.synthetic.training.targets import AGREED_DAYS, TARGETS, target_table
from churnlab.tables.schemas import TABLES
from tests.synthetic.training.conftest import Told

OWN = set(TABLES["training_targets"].column("measure").codes)


def test_every_programme_has_targets_and_each_is_of_a_kpi_of_its_role_or_of_ours() -> None:
    by_name = {one.name: one for one in PROGRAMMES}
    assert set(TARGETS) == set(by_name)
    for name, targets in TARGETS.items():
        for one in targets:
            kpi = BY_NAME.get(one.measure)
            assert one.measure in OWN or one.measure == "new_customers" or kpi is not None, one
            if kpi is not None:
                assert kpi.role == by_name[name].role
                assert kpi.low_is_good == (one.direction == "down")


def test_they_are_agreed_a_fortnight_before(told: Told) -> None:
    table = told.tables["training_targets"].merge(told.tables["trainings"], on="training_id")
    assert (table["starts_on"] - table["agreed_on"] == pd.Timedelta(days=AGREED_DAYS)).all()
    assert table["training_id"].nunique() == len(told.trained.held)


def test_a_programme_of_which_nothing_was_agreed_has_no_rows(told: Told) -> None:
    first = told.trained.held[0]
    other = Held(
        training_id="PX", programme=type(first.programme)(
            name="别的", kind="skills", format="online", instructors=("JS01",), role="教师", begins=1, weeks=1,
            sessions=1, chosen="all",
        ), trainees=first.trainees, before=first.before,
    )  # fmt: skip
    assert target_table(told.world, [other]).empty
    assert len(target_table(told.world, [first, other])) == len(TARGETS[first.programme.name])
