"""What was already worked out for these data?

Data are frozen: what was worked out for them stays true as long as they are held.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from churnlab.finding import Finding
from churnlab.tables.door import Data

Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")


def remembered(work: Callable[Concatenate[Data, Asked], Answer]) -> Callable[Concatenate[Data, Asked], Answer]:
    """Work an answer out once for each `Data` and what was asked of them, and forget it with them.

    What is asked besides can be hashed. Whoever hands an answer on copies it first.
    """
    known: WeakKeyDictionary[Data, dict[Hashable, Answer]] = WeakKeyDictionary()

    @wraps(work)
    def answer(data: Data, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        answers, key = known.setdefault(data, {}), (asked, *sorted(named.items()))
        if key not in answers:
            answers[key] = work(data, *asked, **named)
        return answers[key]

    return answer


def told_once(ask: Callable[Concatenate[Data, Asked], Finding]) -> Callable[Concatenate[Data, Asked], Finding]:
    """Work a Finding out once for each `Data` and what was asked: the first page says what stands again at its place.

    Whoever asks gets a Finding of her own.
    """
    known = remembered(ask)

    @wraps(ask)
    def answer(data: Data, *asked: Asked.args, **named: Asked.kwargs) -> Finding:
        if not all(isinstance(one, Hashable) for one in (*asked, *named.values())):  # several campuses in a list
            return ask(data, *asked, **named)
        found = known(data, *asked, **named)
        return replace(found, table=found.table.copy(), facts=dict(found.facts))

    return answer
