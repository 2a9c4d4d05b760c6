"""Whoever signs for the first time is a newcomer, asked or not."""

import pandas as pd

from churnlab.churn.funnel.newcomers import newcomers
from tests.builders import institution
from tests.churn.funnel.asking import SMALL, lead, lesson, signed, student


# Li  asks, signs 5 Jan for 1 Feb, comes 8 Feb;  Wu  walks in and signs;  Xu  has a renewal first: was there before
def test_newcomers_are_those_whose_first_contract_is_new() -> None:
    data = institution(
        "2025-07-01", settings=SMALL, leads=[lead("Li", "2025-01-01")],
        students=[student(name, "2025-01-05", channel="shop") for name in ("Li", "Wu", "Xu")],
        enrolments=[
            signed("Li", "2025-01-05", starts_on="2025-02-01"), signed("Wu", "2025-01-06"),
            signed("Xu", "2025-01-07", kind="renewal"), signed("Xu", "2025-03-07"),
        ],
        lessons=[lesson("Li", "2025-02-08 15:00"), lesson("Li", "2025-01-03 15:00")],
    )  # fmt: skip
    table = newcomers(data).set_index("student_id")
    assert table.index.tolist() == ["no. Li", "no. Wu"]
    assert table["has_lead"].tolist() == [True, False]
    assert table["starts_on"].tolist() == [pd.Timestamp("2025-02-01"), pd.Timestamp("2025-01-06")]
    assert table.loc["no. Li", "first_lesson_on"] == pd.Timestamp("2025-02-08")
    assert pd.isna(table.loc["no. Wu", "first_lesson_on"])
    assert table["channel"].tolist() == ["shop", "shop"]
