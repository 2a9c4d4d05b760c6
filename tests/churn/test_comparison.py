import pytest

from churnlab.churn.comparison import Rate, difference, month_before, same_month_last_year
from churnlab.stats.intervals import wilson


def test_the_interval_of_a_difference_is_newcombes():
    # Newcombe 1998, table II, contrast (a), method 10: 56/70 − 48/80 = 0.2, 0.0524 to 0.3339.
    one, other = (Rate(k / n, *(float(limit) for limit in wilson(k, n, 0.95))) for k, n in ((56, 70), (48, 80)))
    gap = difference(one, other)
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("month", "last_year", "is_moved"),
    [
        ("2025-01", "2024-02", True),  # festivals on 29 January 2025 and 10 February 2024
        ("2025-02", "2024-01", True),
        ("2026-02", "2025-01", True),  # 17 February 2026
        ("2026-01", "2025-02", True),
        ("2022-02", "2021-02", False),  # 1 February 2022, 12 February 2021
        ("2025-03", "2024-03", False),
        ("2060-01", "2059-01", False),  # not known so far ahead
    ],
)
def test_a_month_is_compared_with_the_one_that_had_the_festival_as_well(month, last_year, is_moved):
    assert same_month_last_year(month) == (last_year, is_moved)


def test_december_is_before_january():
    assert month_before("2026-01") == "2025-12"
