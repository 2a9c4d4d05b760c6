"""Rows of students who wrote why they left, some filed by people and some not."""

from typing import Any

import pandas as pd

from churnlab.settings import Settings, Uncertainty
from churnlab.settings.causes import Causes
from churnlab.tables.door import Data
from tests.builders import institution

SAYINGS = {
    "price": ("学费太贵了", "续费涨价太多", "课时费贵，负担重", "the fees are too high", "tuition went up again"),
    "teacher": (
        "老师讲得太快",
        "老师上课看手机",
        "新老师不负责",
        "the teacher shouts at her",
        "teacher was always late",
    ),
    "scheduling": ("时间排不开", "上课时间跟学校冲突", "调课调不到周末", "no evening slot", "times clash with school"),
}
MARKS = ("", "。", "，就不续了。", "，以后再说。", "，实在没办法。", " as she said", ", so we stop")
FEW = Settings(causes=Causes(text_filed=50, text_reason_texts=5), uncertainty=Uncertainty(min_group=10))


def filed(many: int, *, start: str = "2025-01-01") -> list[dict[str, Any]]:
    """Return exits that people filed, one student each: sayings and endings in turn, a day apart."""
    days = pd.date_range(start, periods=many)
    rows = []
    for number in range(many):
        reason = list(SAYINGS)[number % len(SAYINGS)]
        text = SAYINGS[reason][number // 3 % 5] + MARKS[number // 15 % len(MARKS)]
        rows.append(exit_row(f"s{number:03}", f"{days[number]:%Y-%m-%d}", reason, text))
    return rows


def exit_row(student: str, on: str, reason: str, text: str | None) -> dict[str, Any]:
    """Return one exit."""
    return {"student_id": student, "left_on": on, "reason_code": reason, "text": text, "method": "phone"}


def told(exits: list[dict[str, Any]], *, as_of: str = "2026-01-01", settings: Settings = FEW, **more: Any) -> Data:
    """Open these exits."""
    return institution(as_of, settings=settings, exits=exits, **more)
