"""Do the books have what was paid for trainings, month by month, beside a plan of equal months?"""

import pandas as pd
import pytest

from churnlab.synthetic.training.budgets import RESERVE_SHARE, budget_table
from tests.synthetic.training.conftest import Told


def test_the_books_have_what_was_paid_to_others(told: Told) -> None:
    books, costs = told.tables["budgets"], told.tables["training_costs"]
    paid = costs[(costs["category"] != "wages") & (costs["paid_on"] < pd.Timestamp(told.world.institution.as_of))]
    assert books["actual_cny"].sum() == pytest.approx(paid["amount_cny"].sum())
    assert books["actual_cny"].sum() > 0
    assert len(books) == told.world.institution.months


def test_a_year_is_planned_in_equal_months_with_a_reserve(told: Told) -> None:
    costs = pd.DataFrame(
        {
            "training_id": "P", "category": ["instructor", "wages"], "amount_cny": [60_000.0, 9_999.0],
            "paid_on": [pd.Timestamp(told.world.institution.first_month) + pd.Timedelta(days=3)] * 2,
        }
    )  # fmt: skip
    books = budget_table(told.world, costs)
    first = books[books["month"].dt.year == books["month"].dt.year.iloc[0]]
    assert books["actual_cny"].tolist() == [60_000.0, *[0.0] * (len(books) - 1)]
    assert first["budget_cny"].to_numpy() == pytest.approx(round(60_000 * (1 + RESERVE_SHARE) / len(first), -2))
    assert (books.loc[books["month"].dt.year != first["month"].dt.year.iloc[0], "budget_cny"] == 0).all()
