"""Are the four figures that a director looks at first those of the month?"""

import pandas as pd
import pytest

from churnlab.churn.cards import cards
from churnlab.churn.rates import churn_rate
from tests.builders import institution
from tests.churn.spring import spring
from tests.churn.stays import by_hours, by_period, settings, weekly
from tests.churn.test_provisional import steady


# On 1 March 2025 39 were there and 8 of them churned in the month; on 1 February 44, and 5; a year before nobody was.
# Nobody began after 10 January.
def test_the_figures_stand_beside_last_months_and_a_month_without_students_is_left_out():
    table = cards(spring(), "2025-03").table
    assert table["comparison"].tolist() == ["this_month", "previous_month"]
    assert table["at_risk"].tolist() == [39, 44]
    assert table["churn_rate"].tolist() == [8 / 39, 5 / 44]
    assert table["new_students"].tolist() == [0, 0]


# a  1 Jan ──────────────────────▶ last lesson 25 March
# b  1 Jan ──────────────────────▶ last lesson  4 March: quiet on 1 April
# c            1 March ──────────▶ first lesson 4 March, last 25 March: new in March
def test_who_is_new_and_who_is_quiet_now():
    data = institution(
        "2025-04-01",
        settings=settings(),
        enrolments=[
            by_hours("ea", "2025-01-01", 100, student="a"),
            by_hours("eb", "2025-01-01", 100, student="b"),
            by_hours("ec", "2025-03-01", 100, student="c"),
        ],
        lessons=[
            *weekly("ea", "2025-01-07", "2025-03-25", student="a"),
            *weekly("eb", "2025-01-07", "2025-03-04", student="b"),
            *weekly("ec", "2025-03-04", "2025-03-25", student="c"),
        ],
    )
    table = cards(data, "2025-03").table
    assert table["new_students"].tolist() == [1, 0]
    assert table["quiet"].tolist() == [1, 0]  # on 1 March a and b had both come on 25 February


def test_without_lessons_there_is_no_card_of_the_quiet():
    data = institution("2025-08-01", settings=settings(), enrolments=[by_period("e1", "2025-01-01", "2025-12-31")])
    assert "quiet" not in cards(data, "2025-03").table


@pytest.mark.parametrize(("as_of", "name"), [("2026-05-01", "likely_churn_rate"), ("2026-08-01", "churn_rate")])
def test_while_the_month_is_provisional_the_rate_is_the_expected_one(as_of, name):
    data = steady(as_of)
    table, rate = cards(data, "2026-04").table, churn_rate(data, "2026-04").table
    source = "expected_rate" if name == "likely_churn_rate" else "churn_rate"
    assert table[name].iloc[0] == rate[source].iloc[0]
    assert table[f"{name}_low"].iloc[0] <= table[name].iloc[0] <= table[f"{name}_high"].iloc[0]
    assert not pd.isna(table[f"{name}_low"]).any()
