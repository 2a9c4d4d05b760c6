"""Does what leavers complain of, score lowest or say on the phone give away why they leave, as often as asked for?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.causes import CODES, DEPARTMENT_OF
from churnlab.synthetic.complaints import CATEGORIES, WISH
from churnlab.synthetic.hinting import in_words, lowest_there

HERE = Institution(students=1500, seed=4)
NAMES = ("teaching", "service", "facility")
CATEGORY = {code: name for name, (_, codes) in CATEGORIES.items() for code in codes}


@pytest.fixture(name="made", scope="module")
def made_three() -> dict[float, Made]:
    return {share: make(replace(HERE, hinting=share)) for share in (0.0, 0.65, 1.0)}


def agreed(made: Made, table: str, column: str) -> float:
    """Return how often a word of one who left within 60 days is that of her cause, where there is one."""
    rows = made.frames[table].dropna(subset=[column, "student_id"])
    rows = rows[rows[column] != WISH].rename(columns={"called_at": "day", "opened_at": "day"})
    met = rows.merge(made.truth.causes[["student_id", "left_on", "cause"]], on="student_id")
    ahead = (met["left_on"] - met["day"].dt.normalize()).dt.days
    met = met[ahead.between(0, 60)]
    word = met["cause"].map(CATEGORY) if column == "category" else met["cause"]
    assert word.notna().sum() > 20
    return float((met[column] == word)[word.notna()].mean())


@pytest.mark.parametrize(("table", "column"), [("complaints", "category"), ("calls", "reason_code")])
def test_as_many_give_it_away_as_asked_for(made: dict[float, Made], table: str, column: str) -> None:
    none, some, all_of_them = (agreed(made[share], table, column) for share in (0.0, 0.65, 1.0))
    assert none < 0.4  # by chance
    assert 0.6 < some < 0.9  # 65 %, and of the others some by chance
    assert all_of_them > 0.97


def test_nothing_else_moves(made: dict[float, Made]) -> None:
    one, other = made[0.0].frames, made[1.0].frames
    moved = {
        (name, column) for name in one for column in one[name] if not one[name][column].equals(other[name][column])
    }
    assert moved == {
        ("complaints", "category"), ("complaints", "text"), ("complaints", "about_id"), ("surveys", "score"),
        ("calls", "reason_code"),
    }  # fmt: skip


def test_the_sum_of_a_sheet_stays(made: dict[float, Made]) -> None:
    sums = [
        made[share].frames["surveys"].query("instrument == 'satisfaction'").groupby("survey_id")["score"].sum()
        for share in (0.0, 1.0)
    ]
    pd.testing.assert_series_equal(*sums)


# Sheets of teaching, service, facility; the hints are scheduling (service), the price (asked of nobody), and nothing.
def test_the_lowest_score_goes_to_the_department_she_leaves_for() -> None:
    hints = np.array([CODES.index("scheduling"), CODES.index("price"), -1])
    scores = np.array([[1.0, 4.0, 3.0], [1.0, 4.0, 3.0], [1.0, 4.0, 3.0]])
    assert lowest_there(hints, scores, NAMES).tolist() == [[4.0, 1.0, 3.0], [1.0, 4.0, 3.0], [1.0, 4.0, 3.0]]
    assert DEPARTMENT_OF["scheduling"] == "service"


def test_where_there_is_no_word_for_it_something_else_is_said() -> None:
    hints = np.array([CODES.index("safety"), CODES.index("competitor"), -1])
    said = in_words(hints, CATEGORY, np.array(["一", "二", "三"], dtype=object))
    assert said.tolist() == ["安全隐患", "二", "三"]
