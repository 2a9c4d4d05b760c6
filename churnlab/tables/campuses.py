"""Does the store know these campuses?"""

from collections.abc import Mapping, Sequence
from typing import Any

from churnlab.errors import OrderError


def refuse_unknown(campuses: Sequence[str], facts: Mapping[str, Any]) -> None:
    """Refuse campuses that the store does not know, all of them at once.

    Parameters
    ----------
    campuses : sequence of str
        Those asked for.
    facts : mapping
        From `churnlab.store_facts`.

    Raises
    ------
    OrderError
        Naming them and those it knows.
    """
    unknown = [campus or '""' for campus in campuses if campus not in facts["campuses"]]
    if unknown:
        raise OrderError("run.campus", unknown=", ".join(unknown), known=", ".join(facts["campuses"]))
