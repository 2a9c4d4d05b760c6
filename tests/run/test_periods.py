"""Which time does a report tell of?"""

from datetime import date

import pytest

from churnlab.errors import OrderError
from churnlab.run.orders import Order
from churnlab.run.periods import Period, period_of

FACTS = {
    "first_month": "2026-01", "last_whole_month": "2026-09", "first_week": "2026-W01", "last_whole_week": "2026-W43",
}  # fmt: skip
MONTHLY, WEEKLY = {"store": "", "month": ""}, {"store": "", "week": ""}


@pytest.mark.parametrize(
    ("asked", "month", "week", "period"),
    [
        (MONTHLY, None, None, Period(kind="month", name="2026-09", as_of=date(2026, 10, 1))),
        (MONTHLY, "2026-02", None, Period(kind="month", name="2026-02", as_of=date(2026, 3, 1))),
        (WEEKLY, None, None, Period(kind="week", name="2026-W43", as_of=date(2026, 10, 26))),
        (WEEKLY, None, "2026-W02", Period(kind="week", name="2026-W02", as_of=date(2026, 1, 12))),
    ],
)
def test_a_notebook_says_by_its_parameters_whether_it_tells_of_months_or_weeks(asked, month, week, period):
    assert period_of(Order(report="r", month=month, week=week), asked, FACTS) == period


@pytest.mark.parametrize(
    ("asked", "order", "said"),
    [
        (WEEKLY, Order(report="weekly-churn", month="2026-09"), "reports on weeks: use --week 2026-W43"),
        (MONTHLY, Order(report="monthly-churn", week="2026-W02"), "reports on months: use --month 2026-10"),
    ],
)
def test_a_month_of_a_weekly_report_and_a_week_of_a_monthly_one_are_refused(asked, order, said):
    with pytest.raises(OrderError) as refused:
        period_of(order, asked, FACTS)
    assert said in refused.value.message("en")
