"""How many features can so many leavers tell apart?"""

from collections.abc import Sequence
from itertools import groupby

from churnlab.churn.declarations import CORE, declared
from churnlab.settings import Settings


def affordable(owners: Sequence[str], *, events: int, settings: Settings) -> list[bool]:
    """Tell for each column whether its feature is compared, given how many left.

    The first declared features (`declarations.CORE`) and any that was not declared are always in. The others join them
    whole, in the order in which they were declared, as long as there are `model.events_per_feature` leavers to each
    column. The order was fixed before any data were seen, so what is left out was not chosen by what it shows.

    Parameters
    ----------
    owners : sequence of str
        The feature of each column, those of one feature together.
    events : int
        Rows followed by churn.
    settings : Settings
        `model.events_per_feature` and the windows, which are in the names.

    References
    ----------
    Harrell F E, Regression Modeling Strategies, 2nd ed., 2015, §4.4 (events per candidate column; choosing by the
    outcome would hide how many were tried).
    """
    joining = {feature.name: place for place, feature in enumerate(declared(settings)) if place >= CORE}
    columns = {name: len(list(group)) for name, group in groupby(owners)}
    taken = {name for name in columns if name not in joining}
    room = events / settings.model.events_per_feature - sum(columns[name] for name in taken)
    for name in sorted((name for name in columns if name in joining), key=joining.__getitem__):
        room -= columns[name]
        if room < 0:
            break
        taken.add(name)
    return [name in taken for name in owners]
