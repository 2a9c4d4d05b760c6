"""What does an institution look like of which every end in March is known?

East had 20 students on 1 March 2025, West 15, North 4; their periods end on the days below and nothing follows.
"""

from functools import cache
from typing import Any

from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import by_period, left, settings, weekly

LATER = "2026-12-31"
# How many end when: 9 of East's 20 in March, one of them graduated and one moved; 1 of West's 15,
# and another on the first day of April; none of North's.
PLAN = {
    "East": {"2025-02-20": 3, "2025-03-15": 9, LATER: 11},
    "West": {"2025-02-10": 2, "2025-03-31": 1, "2025-04-01": 1, LATER: 13},
    "North": {LATER: 4},
}


@cache
def spring() -> Data:
    """Return it as of the first of August."""
    tables: dict[str, list[dict[str, Any]]] = {"enrolments": [], "lessons": [], "exits": []}
    for campus, ends in PLAN.items():
        for end, count in ends.items():
            for number in range(count):
                student = f"{campus}-{end}-{number}"
                tables["enrolments"].append(
                    by_period(f"e{student}", "2025-01-10", end, student=student, campus=campus, course_id=campus)
                )
                last = min(end, "2025-07-25")
                tables["lessons"] += weekly(f"e{student}", "2025-01-14", last, student=student, campus=campus)
    tables["exits"] = [
        left("2025-03-20", "graduated", student="East-2025-03-15-0"),
        left("2025-03-20", "moved", student="East-2025-03-15-1"),
    ]
    return institution("2025-08-01", settings=settings(), **tables)
