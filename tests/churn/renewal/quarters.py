"""A small institution whose students renew each quarter, some of them dearer than others."""

from collections.abc import Collection

from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import Rows, by_period, settings

PRICE = 3000.0


def quarters(as_of: str = "2025-08-15", *, dear: int = 0, paid: bool = True, unpriced: Collection[int] = ()) -> Data:
    """40 students begin in January, 30 renew in April, 24 of those in July; the first, `dear` of them, pay double.

    Of those whose number is in `unpriced` neither an amount nor a payment is on record.
    """
    rows: Rows = []
    payments: Rows = []
    for term, (starts, ends, n) in enumerate(
        [("2025-01-01", "2025-03-31", 40), ("2025-04-01", "2025-06-30", 30), ("2025-07-01", "2025-09-30", 24)], start=1
    ):
        for number in range(n):
            name, price = f"{number:02}-{term}", PRICE * 2 if number < dear else PRICE
            rows.append(
                by_period(name, starts, ends, student=f"s{number:02}", campus="East" if number % 2 else "West")
                | {"amount_due": None if number in unpriced else price, "staff_id": f"adviser {number % 3}"}
            )
            if number in unpriced:
                continue
            payments.append({"enrolment_id": name, "student_id": f"s{number:02}", "paid_at": starts, "amount": price})
    courses: Rows = [{"course_id": "maths", "margin_rate": 0.4, "terminal": False}]
    tables = {"enrolments": rows, "courses": courses} | ({"payments": payments} if paid else {})
    return institution(as_of, settings=settings(), **tables)
