"""Was this asked of these data before, by the report in the other language?

A Finding has no language. Of data in a store it is kept below it, and the next report that asks the same says it in its
own words, at a tenth of the time.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

from churnlab.finding import Finding
from churnlab.finding import attempt as asked_now
from churnlab.tables.door import Data
from churnlab.tables.finding_form import NoForm, plain
from churnlab.tables.keeping import kept_finding

_OURS = "churnlab."


@runtime_checkable
class _OfData(Protocol):
    """What is asked in the place of data and a part of theirs, as `churn.Risk` of a campus."""

    data: Data

    @property
    def scope(self) -> str | None:
        """Of which part; None: of all."""


def attempt(ask: Callable[..., Finding], *arguments: Any, **choices: Any) -> Finding:
    """Return an analysis's Finding or, where data are too few, one that says so in its place.

    A report drops what cannot be told and says why; everything else that goes wrong stops it. What an analysis of ours
    answered before, asked the same of the same data, settings and code, is read from where it was kept.

    Parameters
    ----------
    ask : callable
        An analysis.
    *arguments, **choices
        What it is asked with.

    Returns
    -------
    Finding
        Its own, or `missing`, without rows.
    """

    def anew() -> Finding:
        return asked_now(ask, *arguments, **choices)

    data = _asked_of([getattr(ask, "__self__", None), *arguments, *choices.values()])
    ours = getattr(ask, "__module__", "").startswith(_OURS)
    name = _name(ask, arguments, choices) if ours and data and data.answers else None
    return kept_finding(data.keep, f"{data.answers}/{name}", anew) if data and name else anew()


def _asked_of(asked: Iterable[Any]) -> Data | None:
    """Return the data that are asked; None where there are none, or not one and the same."""
    found = {id(data): data for data in map(_data, asked) if data is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _data(asked: Any) -> Data | None:
    data = asked.data if isinstance(asked, _OfData) else asked
    return data if isinstance(data, Data) else None


def _name(ask: Callable[..., Finding], arguments: Iterable[Any], choices: dict[str, Any]) -> str | None:
    """Return a name for what is asked, the same whoever asks it; None if something in it has no form."""
    try:
        told = [_form(getattr(ask, "__self__", None)), *map(_form, arguments)]
        told += [[name, _form(value)] for name, value in sorted(choices.items())]
    except NoForm:
        return None
    whole = json.dumps([ask.__module__, ask.__qualname__, *told])
    return f"{ask.__name__}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _form(asked: Any) -> Any:
    if _data(asked) is None:
        return plain(asked)
    return [type(asked).__qualname__, asked.scope if isinstance(asked, _OfData) else None]
