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
    joining = _joining(settings)
    columns = {name: len(list(group)) for name, group in groupby(owners)}
    taken = {name for name in columns if name not in joining}
    room = events / settings.model.events_per_feature - sum(columns[name] for name in taken)
    for name in sorted((name for name in columns if name in joining), key=joining.__getitem__):
        room -= columns[name]
        if room < 0:
            break
        taken.add(name)
    return [name in taken for name in owners]


def unaffordable(owners: Sequence[str], *, events: int, settings: Settings) -> tuple[str, ...]:
    """Name the features that a prediction leaves out, given how many left: none, or all but the first declared.

    Where there are no others than those, they stay.

    A table of ratios gains by each feature that joins it. A prediction has no use for half of the others: which of them
    were in would change with every few leavers, and with them the reasons that are told of a student. So they join
    together, once there are `model.events_per_learned_column` leavers to each column of all of them.

    Parameters
    ----------
    owners : sequence of str
        The feature of each column.
    events : int
        Rows followed by churn.
    settings : Settings
        `model.events_per_learned_column` and the windows, which are in the names.

    References
    ----------
    Riley R D et al, Stat Med 2019;38:1276–1296, criterion (i). To shrink by a tenth at most, with 15 % of what can be
    told told by the features and 5 % to 12 % leaving, takes 9 to 13 leavers to each column: see the test.
    """
    if events >= settings.model.events_per_learned_column * len(owners):
        return ()
    joining = _joining(settings)
    others = tuple(dict.fromkeys(name for name in owners if name in joining))
    return others if len(others) < len(set(owners)) else ()


def _joining(settings: Settings) -> dict[str, int]:
    """Return the features after the first, each with its place."""
    return {feature.name: place for place, feature in enumerate(declared(settings)) if place >= CORE}
