"""How many times as often does something come since a sudden change?"""

import numpy as np

from churnlab.synthetic.planted import What
from churnlab.synthetic.state import Floats, Ints, World


def ratio(world: World, what: What, campus: Ints, day: Ints) -> Floats:
    """Return for each student at a campus on a day the product of the ratios of the shocks that are felt there."""
    found = np.ones(len(campus))
    for shock in world.institution.shocks:
        if shock.what == what and shock.from_month < world.institution.months:
            since = world.days.month_starts[shock.from_month]
            found[(day >= since) & np.isin(campus, _felt_at(world, shock.campus))] *= shock.ratio
    return found


def _felt_at(world: World, campus: str) -> list[int]:
    return [place for place, name in enumerate(world.institution.campus_names) if campus in ("", name)]
