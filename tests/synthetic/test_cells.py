"""How cells are written, by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from churnlab.synthetic.cells import written
from churnlab.synthetic.exports import EXPORTS, Export
from churnlab.tables.schemas import TABLES

PAYMENTS = Export(table="payments", file="收款.csv")


def payments(**columns: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame({name: [None] for name in TABLES["payments"].names}).reindex(
        range(len(next(iter(columns.values()))))
    )
    return frame.assign(paid_at=pd.to_datetime(frame["paid_at"]), amount=frame["amount"].astype(float)).assign(
        **columns
    )


@pytest.mark.parametrize(
    ("dates", "cells"),
    [
        ("iso", ["2025-03-01 14:05:00", ""]),
        ("slash", ["2025/3/1 14:05", ""]),
        ("han", ["2025年3月1日 14:05", ""]),
        ("packed", ["20250301 14:05", ""]),
        ("serial", ["45717.586806", ""]),
    ],
)
def test_times_are_written_as_people_do(dates: str, cells: list[str]) -> None:
    at = pd.Series([pd.Timestamp("2025-03-01 14:05"), pd.NaT])
    assert written(payments(paid_at=at), replace(PAYMENTS, dates=dates))["paid_at"].tolist() == cells  # type: ignore[arg-type]


def test_a_mixed_column_takes_turns() -> None:
    at = pd.Series([pd.Timestamp("2025-03-01 14:05")] * 4)
    cells = written(payments(paid_at=at), replace(PAYMENTS, dates="mixed"))["paid_at"].tolist()
    assert cells == ["2025-03-01 14:05:00", "2025/3/1 14:05", "2025年3月1日 14:05", "2025-03-01 14:05:00"]


@pytest.mark.parametrize(("money", "cell"), [("plain", "12345.60"), ("sign", "￥12,345.60"), ("unit", "12,345.60元")])
def test_amounts_are_written_as_people_do(money: str, cell: str) -> None:
    assert written(payments(amount=[12345.6]), replace(PAYMENTS, money=money))["amount"].tolist() == [cell]  # type: ignore[arg-type]


def test_codes_have_the_institutions_words_and_campuses_their_short_names() -> None:
    lessons = next(export for export in EXPORTS if export.table == "lessons")
    frame = pd.DataFrame({name: [None] for name in TABLES["lessons"].names}).assign(
        starts_at=pd.Timestamp("2025-03-01 09:00"), status="present", campus="徐汇校区", hours_used=1.5
    )
    cells = written(frame, lessons).iloc[0]
    assert cells[["starts_at", "status", "campus", "hours_used", "reverses_id"]].tolist() == [
        "2025/3/1 9:00", "已签到", "徐汇", "1.5", "",
    ]  # fmt: skip


def test_some_hours_are_full_width() -> None:
    frame = pd.DataFrame({name: [None] * 400 for name in TABLES["enrolments"].names})
    frame = frame.assign(hours_bought=24.0, signed_at=pd.NaT, starts_on=pd.NaT, ends_on=pd.NaT)
    frame = frame.astype({"signed_at": "datetime64[ns]", "starts_on": "datetime64[ns]", "ends_on": "datetime64[ns]"})
    cells = written(frame, Export(table="enrolments", file="合同.csv"))["hours_bought"]
    assert cells.value_counts().to_dict() == {"24": 399, "２４": 1}
