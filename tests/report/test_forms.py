"""A Finding's JSON form holds its table, and its cards."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.report.forms import cards, raw_table
from tests.report.demo import headline


def test_values_come_back_typed(words: None) -> None:
    table = pd.DataFrame(
        {
            "month": [pd.Timestamp("2026-10-01"), pd.NaT],
            "churned": pd.array([3, pd.NA], dtype="Int64"),
            "churn_rate": [0.25, np.nan],
            "demo_amount_cny": [Decimal("12.50"), np.inf],
            "campus": pd.Categorical(["南山", None]),
            "n": [True, False],
        }
    )
    made = raw_table(Finding(key="demo.kind", table=table).as_json("zh"))
    assert made.to_numpy().tolist() == [
        [date(2026, 10, 1), 3, 0.25, 12.5, "南山", True],
        [None, None, None, None, None, False],
    ]


@pytest.mark.parametrize(("lang", "fall", "rise"), [("zh", "−0.6 个百分点", "+22"), ("en", "−0.6 points", "+22")])
def test_the_first_row_stands_large_and_the_others_below(words: None, lang: str, fall: str, rise: str) -> None:
    at_risk, churned, rate, amount = cards(headline().as_json(lang), lang)
    assert (at_risk["value"], at_risk["interval"]) == ("4,812", "")
    assert [before["value"] for before in at_risk["before"]] == ["4,790", "4,105"]
    assert at_risk["before"][0]["change"] == rise
    assert churned["before"][0]["change"] == "−28"
    assert (rate["value"], rate["interval"]) == ("3.8%", "3.3–4.4%")
    assert rate["before"][0]["change"] == fall
    assert (amount["value"], amount["before"][0]["change"]) == ("¥412,350", "−¥55,850")


def test_what_was_not_known_before_is_left_out(words: None) -> None:
    table = pd.DataFrame({"demo_period": ["now", "before"], "churn_rate": [0.03, np.nan]})
    (card,) = cards(Finding(key="demo.kind", table=table).as_json("en"), "en")
    assert card["before"] == []
    assert cards(Finding(key="demo.kind", table=table.head(0)).as_json("en"), "en") == []
