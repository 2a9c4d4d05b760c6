"""Each cell says its share in percent, and what is not known yet is blank."""

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.plots import cohorts

pytestmark = pytest.mark.usefixtures("styled")


@pytest.fixture
def found() -> Finding:
    rows = [("2026-01", 1, 0.94, 50), ("2026-01", 2, 0.805, 50), ("2026-02–2026-03", 1, 1.0, 1200)]
    columns = ["cohort", "months_since_entry", "still_here_share", "entered"]
    return Finding(key="demo", table=pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize(
    ("lang", "names", "label"),
    [
        ("zh", ["2026-01（50）", "2026-02–2026-03（1,200）"], "入学后满几个月"),
        ("en", ["2026-01 (50)", "2026-02–2026-03 (1,200)"], "Months since the first day"),
    ],
)
def test_rows_are_cohorts_and_columns_months(found, lang, names, label):
    ax = cohorts(found, lang=lang)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == names
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2"]
    assert ax.get_xlabel() == label


def test_numbers_stand_in_the_cells_that_are_known(found):
    ax = cohorts(found, lang="zh")
    assert [words.get_text() for words in ax.texts] == ["94", "80", "100"]
    drawn = ax.collections[0].get_array().reshape(2, 2)
    assert np.ma.getmaskarray(drawn).tolist() == [[False, False], [False, True]]
    assert drawn.compressed().tolist() == [94, 80.5, 100]


def test_the_first_cohort_stands_on_top(found):
    assert cohorts(found, lang="en").yaxis_inverted()


def test_darker_is_more_and_every_number_can_be_read(found):
    ax = cohorts(found, lang="en")
    ax.figure.canvas.draw()
    faces = ax.collections[0].get_facecolors()[:3, :3]
    light = faces @ [0.2126, 0.7152, 0.0722]
    assert light[2] < light[0] < light[1]
    assert light.min() > 0.4, "dark letters on all of them"
