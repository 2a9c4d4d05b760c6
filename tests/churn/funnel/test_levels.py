"""Has every interval of the funnel the level that the settings ask for?"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from churnlab import churn
from churnlab.finding import Finding
from churnlab.settings import Uncertainty
from tests.churn.funnel.asking import SMALL, crowd, opened, together

ASKS = {
    "conversion": churn.conversion,
    "channels": churn.conversion_by,
    "advisers": partial(churn.conversion_by, by="adviser"),
    "steps_by": churn.steps_by,
    "steps_by_adviser": partial(churn.steps_by, by="adviser"),
    "never_enrolled": churn.never_enrolled,
    "never_came": churn.never_came,
    "time_to_enrol": churn.time_to_enrol,
    "time_to_enrol_by": churn.time_to_enrol_by,
    "lost_reasons": churn.lost_reasons,
    "funnel_change": churn.funnel_change,
}


def story() -> dict[str, Any]:
    """Return two years: of two channels some came, on different days, some never to a lesson; some were lost."""
    parts = [
        crowd(12, came, on=f"{year}-05-1{days % 10}", after_days=days, of=f"{channel}{year}{days}", channel=channel)
        for year in (2024, 2025)
        for channel, came in (("web", 5), ("shop", 8))
        for days in (3, 6, 9)
    ]
    rows = together(*parts)
    rows["lessons"] = rows["lessons"][::2]
    rows["contacts"] = rows["contacts"][::2]
    for number, row in enumerate(rows["contacts"]):
        row["staff_id"] = ("Wu", "Chen", "Sun")[number % 3]
    came = {row["name"] for row in rows["students"]}
    for number, row in enumerate(rows["leads"]):
        if row["name"] not in came and number % 2:
            row |= {"lost_on": row["created_at"][:8] + "28", "lost_reason": ("dear", "far")[number // 2 % 2]}
    return rows


@pytest.mark.parametrize("name", ASKS)
def test_a_higher_level_makes_every_interval_wider(name: str) -> None:
    ask: Callable[..., Finding] = ASKS[name]
    tables = []
    for level in (0.5, 0.99):
        sure = Uncertainty(min_group=5, bootstrap=50, level=level)
        tables.append(ask(opened("2025-07-01", story(), settings=SMALL.model_copy(update={"uncertainty": sure}))).table)
    narrow, wide = tables
    lows = [column for column in narrow if column.endswith("_low")]
    assert lows
    for low in lows:
        high = low.removesuffix("low") + "high"
        told = narrow[low].notna() & wide[low].notna()
        assert told.any(), low
        more = (wide[high] - wide[low])[told] - (narrow[high] - narrow[low])[told]
        # A median is a day: its bounds may lie on the same one.
        assert (more >= 0).all() and more.sum() > 0 if low.startswith("median") else (more > 0).all(), low
