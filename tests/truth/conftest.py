import pytest

from churnlab.synthetic import Effects, Hazards, Institution
from tests.truth.asked import Asked, asked_at_many
from tests.truth.many import SEEDS, Many, many
from tests.truth.stating import stated_at_many

STANDING = ("students", "enrolments", "lessons", "suspensions", "refunds", "exits", "courses")
"""What tells who stays; the other tables only feed features."""

# No effect of the teacher, which no table tells: without it Cox's model is the one that made the data, and students
# leave independently of each other. Hazards are high enough for the fifty leavers a year that the model asks for.
# Nobody was there before the records began: curves leave those out.
SIMPLE = Institution(
    students=300,
    opening=0.0,
    simple=True,
    effects=Effects(weak_teacher=0.0),
    hazards=Hazards(simple_per_week=0.012, personal_per_week=0.002),
)
# Nobody is called: forecasts of a month learn from the months before it, and calls that begin in between would be a
# change of the very rates that are asked for, which no estimand here allows.
FULL = Institution(students=300, calling=None, training=None)


@pytest.fixture(scope="session")
def simple() -> Many:
    """Institutions whose students leave by hazards that are fixed at entry: every rate has a formula."""
    return many(SIMPLE, SEEDS, tables=STANDING)


@pytest.fixture(scope="session")
def full() -> Many:
    """Institutions with seasons, suspensions, transfers, complaints and students who return."""
    return many(FULL, SEEDS)


@pytest.fixture(scope="session")
def asked() -> Asked:
    """Campuses at which people ask, of whom some go on to enrol and come."""
    return asked_at_many()


@pytest.fixture(scope="session")
def stating() -> Many:
    """Institutions in which everybody who leaves is asked why."""
    return stated_at_many()
