"""Is everybody at risk of promotion when she was, with what was known then?"""

import pandas as pd
import pytest

from churnlab.kirkpatrick.people.career import careers, first_training, kpi_levels
from tests.kirkpatrick.people.team import IDS, PX1, opened, staff, trainees


def told(as_of="2026-01-01", **tables):
    more = {
        "trainings": [PX1],
        "trainees": trainees(IDS[:6]),
        "promotions": [{"staff_id": "A00", "on": "2025-08-20", "from_grade": "P1", "to_grade": "P2"}],
        "staff": staff(A01="2025-03-10"),
    }
    return opened(as_of, **(more | tables))


def test_each_is_at_risk_until_she_is_promoted_or_leaves():
    months = careers(told())
    own = months[months["staff_id"] == "A00"]
    assert own["month"].dt.month.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert own["promoted"].tolist() == [False] * 7 + [True]
    assert months[months["staff_id"] == "A01"]["month"].dt.month.tolist() == [1, 2, 3]
    assert (months["staff_id"] == "A02").sum() == 12
    assert months["promoted"].sum() == 1


def test_hours_count_from_the_month_after_they_were_given():
    own = careers(told())
    own = own[own["staff_id"] == "A02"].set_index(own.loc[own["staff_id"] == "A02", "month"].dt.month)
    assert own["hours_10"].tolist() == [0.0] * 5 + [1.0] * 7  # concluded on 31 May: ten hours
    assert own["tenure_years"][1] == pytest.approx(731 / 365.25)  # since 1 January 2023


def test_what_ends_on_the_first_of_a_month_counts_from_the_next():
    months = careers(told(trainees=trainees(IDS[:6], on="2025-06-01")))
    own = months[months["staff_id"] == "A02"]
    assert own["hours_10"].tolist() == [0.0] * 6 + [1.0] * 6


def test_the_kpi_level_is_that_of_the_months_before():
    index = pd.DataFrame(
        {
            "staff_id": "a",
            "month": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]),
            "index": [1.0, 3.0, 100.0],
        }
    )
    rows = pd.DataFrame({"staff_id": "a", "month": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-20"])})
    assert kpi_levels(rows, index, 2).tolist() == pytest.approx([float("nan"), 1.0, (1 + 3) / 2], nan_ok=True)


def test_the_first_training_comes_with_what_was_so_on_that_day():
    people = first_training(told()).set_index("staff_id")
    assert people["promoted"].to_dict() == {one: one == "A00" for one in IDS[:6]}
    assert people["hours"].eq(10).all()
    before = told(promotions=[{"staff_id": "A00", "on": "2025-04-01"}])
    assert "A00" not in set(first_training(before)["staff_id"])


def test_a_promotion_to_come_is_not_known():
    assert careers(told("2025-08-01"))["promoted"].sum() == 0
