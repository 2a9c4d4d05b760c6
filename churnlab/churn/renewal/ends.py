"""How do contracts end that neither are renewed nor lost at their end, and what becomes of expansions?"""

import numpy as np

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.in_service import DAYS_A_MONTH, terminal_courses
from churnlab.churn.renewal.terms import ASKED, terms, terms_in_days
from churnlab.tables.door import Data

_ENDS = (*ASKED, "completed", "personal")


def broken_off(data: Data) -> tuple[int, float]:
    """Count contracts broken off, and months in which one could be; those that ended at once count a day."""
    rows, settled = terms(data), settled_before(data)
    over = rows["ended_on"].where(rows["ended_on"] < settled, settled)
    days = (over - rows["starts_on"]).dt.days.clip(lower=0).sum()
    broken = (rows["outcome"] == "broken_off") & rows["renewed_by"].isna() & (rows["ended_on"] < settled)
    return int(broken.sum()), max(float(days), 1.0) / DAYS_A_MONTH


def other_ends(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Count ends by completion or for personal reasons, and all ends, of courses that go on and of terminal ones."""
    rows = terms(data)
    rows = rows[rows["outcome"].isin(_ENDS) & (rows["ended_on"] < settled_before(data))]
    other, terminal = ~rows["outcome"].isin(ASKED), rows["course_id"].isin(terminal_courses(data))
    parts = [other[terminal == flag] for flag in (False, True)]
    return np.array([part.sum() for part in parts], dtype=float), np.array([len(part) for part in parts], dtype=float)


@remembered
def expansions(data: Data) -> tuple[str, ...]:
    """Return the ids of contracts for a further course beside the first, in the order of `terms`."""
    rows = terms_in_days(data)
    return tuple(rows.loc[rows["kind"] == "expansion", "enrolment_id"])


def expansions_followed(data: Data) -> tuple[int, int]:
    """Count expansions that came to their end and were followed by a contract of their own, and all that came to it.

    One that ended while the first contract went on (`beside`) came to its end like any other: of the renewal rate it is
    no part, as nobody was lost with it, but nothing more will be paid for it. Nor will there be for one whose follower
    follows the first contract, too: that is counted there.
    """
    rows = terms(data)
    shared = rows["renewed_by"].notna() & rows["renewed_by"].duplicated(keep=False)
    rows = rows.assign(own=(rows["outcome"] == "renewed") & ~shared)
    rows = rows[rows["enrolment_id"].isin(expansions(data)) & (rows["ended_on"] < settled_before(data))]
    ended = rows["outcome"].isin([*_ENDS, "beside"])
    return int(rows["own"].sum()), int(ended.sum())
