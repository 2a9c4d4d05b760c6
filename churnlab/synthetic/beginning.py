"""What is there before the first day?"""

from dataclasses import replace

import numpy as np

from churnlab.synthetic.calendar import calendar
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.places import places
from churnlab.synthetic.state import Floats, World
from churnlab.synthetic.students import students
from churnlab.synthetic.training.plan import on_students
from churnlab.synthetic.training.telling import train


def begin(institution: Institution) -> tuple[World, World]:
    """Return the world in which the history happens, and the one in which it is told; they share all but their dice.

    What is planted throws dice of its own, so that without it everything falls as it does beside it.
    """
    # A child of the seed is the same however many there are: new streams come last.
    streams = [np.random.default_rng(seed) for seed in np.random.SeedSequence(institution.seed).spawn(6)]
    days = calendar(institution)
    place = places(institution, days, streams[0])
    living = World(
        institution=institution,
        days=days,
        place=place,
        students=students(institution, days, streams[1]),
        rng=streams[2],
        planted=streams[4],
    )
    telling = replace(living, rng=streams[3], planted=streams[5])
    return replace(living, taught=_taught(telling)), telling


def _taught(world: World) -> Floats | None:
    """Return what trainings change for students; None, and no plan is made yet, where no programme changes anything."""
    training = world.institution.training
    if training is None or all(one.churn_hazard_ratio == 1 for one in training.programmes):
        return None
    trained = train(world)  # throws dice of its own: it will be the same when it is told
    return on_students(trained.staff, trained.held, world.institution.months) if trained else None
