"""What was already worked out for these data?

Data are frozen: what was worked out for them stays true as long as they are held.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from churnlab.tables.door import Data

Answer = TypeVar("Answer")


def remembered(work: Callable[[Data], Answer]) -> Callable[[Data], Answer]:
    """Work an answer out once for each `Data`, and forget it with them; whoever hands it on copies it first."""
    known: WeakKeyDictionary[Data, Answer] = WeakKeyDictionary()

    @wraps(work)
    def answer(data: Data) -> Answer:
        if data not in known:
            known[data] = work(data)
        return known[data]

    return answer
