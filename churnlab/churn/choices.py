"""Is what was asked for one of what can be asked for?"""

from collections.abc import Iterable

from churnlab.errors import OrderError


def refuse_other(name: str, came: object, known: Iterable[object]) -> None:
    """Refuse a choice that an analysis does not have.

    Parameters
    ----------
    name : str
        The parameter, as `by`.
    came : object
        What was asked for.
    known : iterable
        What can be asked for.

    Raises
    ------
    OrderError
        Naming what came and what can be asked for.
    """
    choices = list(known)
    if came not in choices:
        raise OrderError("churn.choice", name=name, came=repr(came), known=", ".join(map(str, choices)))
