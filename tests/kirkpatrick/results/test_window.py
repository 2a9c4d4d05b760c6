"""Which months of which people tell what a training did?"""

import pandas as pd
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.window import is_by_campus, period, window
from tests.kirkpatrick.results.sellers import noisy, opened

NOTHING = pd.DataFrame(columns=["staff_id", "began", "works"])


def chosen(elsewhere=NOTHING, **how):
    evaluated = opened(noisy, **how)
    return window(evaluated, staff_kpis(evaluated.data), elsewhere)


def test_months_are_numbers_one_apart():
    months = period(pd.Series(pd.to_datetime(["2025-12-31", "2026-01-01", None])))
    assert months.diff().tolist()[1] == 1
    assert months.isna().tolist() == [False, False, True]


def test_the_month_of_the_training_is_neither_before_nor_after():
    found = chosen()
    months = found.rows.groupby("after")["month"].agg(["min", "max"])
    assert [f"{day:%Y-%m}" for day in months.loc[False]] == ["2025-07", "2025-12"]
    assert [f"{day:%Y-%m}" for day in months.loc[True]] == ["2026-02", "2026-03"]
    assert (found.design, found.selected_months, found.left) == (Design.RANDOMISED, 0, 0)


def test_another_training_takes_her_months_only_where_no_lot_was_drawn():
    # A had another training in September, over by October; E began one in March 2026.
    year = 2025 * 12
    other = pd.DataFrame({"staff_id": ["A", "E"], "began": [year + 8, year + 14], "works": [year + 9, year + 15]})
    by_lot, by_choice = chosen(other), chosen(other, by_lot=False, selection_months=0)
    assert (by_lot.other_trainings, by_choice.other_trainings) == (0, 4)  # July to September of A, March of E
    left = by_choice.rows.groupby("staff_id")["month"].agg(["min", "max"])
    assert f"{left.loc['A', 'min']:%Y-%m}" == "2025-10"
    assert f"{left.loc['E', 'max']:%Y-%m}" == "2026-02"


def test_months_that_she_may_have_been_chosen_for_are_those_before_her_own_start():
    # A–D are trained in October, E–H in January; nobody by lot, and the last month before may be what they came for.
    evaluated = opened(
        noisy, by_lot=False, arms=dict.fromkeys("ABCDEFGH", "trained"), selection_months=1,
        begun=dict.fromkeys("ABCD", ("2025-10-06", "2025-10-30")) | dict.fromkeys("EFGH", ("2026-01-05", "2026-01-29")),
    )  # fmt: skip
    rows = window(evaluated, staff_kpis(evaluated.data), NOTHING).rows
    months = rows.groupby("staff_id")["month"].agg(lambda days: [f"{day:%m}" for day in days])
    assert months["A"] == ["07", "08", "11", "12", "02", "03"]
    assert months["E"] == ["07", "08", "11", "02", "03"]


@pytest.mark.parametrize(
    ("campuses", "trained", "is_by_campus_"),
    [
        ("PPPPQQQQ", "PQ", True),  # P trained, Q not
        ("PPPPQQQQPPPPQQQQPPPPQQQQ", "half", False),  # half of each
        ("PPPPPPQQQQQQRRRRRR", "stray", True),  # P, and one of Q
        ("PQRSTUVW", "PQ", False),  # one person each: a campus is a person
        ("PPPPPPPP", "half", False),
    ],
)
def test_campuses_count_as_one_where_who_was_trained_hangs_together_in_them(campuses, trained, is_by_campus_):
    people = pd.DataFrame({"staff_id": range(len(campuses)), "campus": list(campuses)})
    is_trained = {
        "PQ": people["campus"] == "P",
        "half": people["staff_id"] % 2 == 0,
        "stray": (people["campus"] == "P") | (people["staff_id"] == 6),
    }[trained]
    rows = people.assign(is_trained=is_trained, start=is_trained.map({True: 5.0, False: float("nan")}))
    assert is_by_campus(rows, 0.3) is is_by_campus_
