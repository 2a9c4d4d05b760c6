"""Four students who left, week by week.

The week before Monday 26 January 2026 begins on the 19th. Nobody has more than one contract, all end without another:
grace is 30 days, so an end on 20 December can be told from 20 January on.

    left on      known on     said
a   20 December  20 January   exit: price, on 18 January
b   21 December  21 January   nothing
c    1 December   1 January   exit: teacher
d   24 January   24 February  not known yet
"""

from typing import Any

import pandas as pd

from churnlab.tables.door import Data
from tests.builders import institution

AS_OF = "2026-01-26"
ENDS = {"a": "2025-12-20", "b": "2025-12-21", "c": "2025-12-01", "d": "2026-01-24"}


def opened(as_of: str = AS_OF, *, exits: tuple[dict[str, Any], ...] = ()) -> Data:
    """Open the four as of a day; `exits` were registered besides."""
    campus = {"a": "East", "b": "East", "c": "West", "d": "East"}
    return institution(
        as_of,
        students=[{"student_id": who, "registered_on": "2025-09-01"} for who in ENDS],
        enrolments=[
            {
                "student_id": who, "campus": campus[who], "course_id": "maths", "kind": "new", "billing": "by_period",
                "signed_at": "2025-09-01", "starts_on": "2025-09-01", "ends_on": end, "amount_paid": 1000.0,
            }
            for who, end in ENDS.items()
        ],
        lessons=[
            {"student_id": who, "starts_at": day, "status": "present", "campus": campus[who]}
            for who, end in ENDS.items()
            for day in pd.date_range("2025-09-06", end, freq="7D")
        ],
        exits=[
            {"student_id": "a", "left_on": "2026-01-18", "reason_code": "price", "method": "phone"},
            {"student_id": "c", "left_on": "2025-12-01", "reason_code": "teacher", "method": "phone"},
            *exits,
        ],
        refunds=[{"student_id": "b", "requested_at": "2026-01-21 10:00", "amount": 10.0}],
        complaints=[
            {"campus": "West", "opened_at": "2026-01-25 20:00"}, {"campus": "East", "opened_at": "2026-01-12 20:00"},
        ],
        contacts=[
            {"student_id": "d", "at": "2026-01-19 09:00", "kind": "save_call"},
            {"student_id": "d", "at": "2026-01-19 18:00", "kind": "save_call"},
            {"student_id": "d", "at": "2026-01-20 18:00", "kind": "revisit"},
        ],
        calls=[
            {
                "list_id": "L1", "student_id": "d", "made_on": "2026-01-19", "arm": "call",
                "called_at": "2026-01-19 19:00",
            },
            {
                "list_id": "L1", "student_id": "a", "made_on": "2026-01-19", "arm": "call",
                "called_at": "2026-01-22 19:00",
            },
        ],
    )  # fmt: skip
