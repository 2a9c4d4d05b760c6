"""Institutions of which only the staff and their trainings are made: quick enough for many seeds."""

from churnlab.synthetic.beginning import begin
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.training.telling import Trained, train, training_tables
from churnlab.tables.door import Data, from_frames


def made_up(seed: int, students: int = 5000) -> tuple[Data, Trained]:
    """Make such an institution, and what lies behind it."""
    _, world = begin(Institution(students=students, seed=seed))
    trained = train(world)
    assert trained is not None
    return from_frames(training_tables(world, trained), as_of=world.institution.as_of), trained
