"""Are the results of students drawn as the table has them, in both languages?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots.loop import student_outcomes

pytestmark = pytest.mark.usefixtures("styled")


@pytest.fixture(name="told")
def of_outcomes():
    table = pd.DataFrame({
        "student_outcome": ["student_leaving_ratio", "student_churn_rate", "complaints_about_ratio"],
        "effect_verdict": ["shown", "worse", "few"], "student_change_share": [-0.3, 0.2, 0.4],
        "student_change_share_low": [-0.5, 0.1, -1.0], "student_change_share_high": [-0.1, 0.3, np.inf],
    })  # fmt: skip
    return Finding(key="loop.outcomes", table=table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_result_is_a_dot_with_its_interval_the_first_on_top(told, lang):
    ax = student_outcomes(told, lang=lang)
    dots = {
        line.get_label(): (line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor() == "white")
        for line in ax.get_lines()
        if line.get_marker() == "o"
    }
    shown, worse, few = {
        "en": ("effect shown", "got worse", "too few to tell"), "zh": ("有效", "变差", "人数不足"),
    }[lang]  # fmt: skip
    assert dots == {shown: (-0.3, 2, False), worse: (0.2, 1, False), few: (0.4, 0, True)}
    spans = {tuple(float(x) for x in part.get_segments()[0][:, 0]) for part in ax.collections}
    assert spans == {(-0.5, -0.1), (0.1, 0.3), (-1.0, 2.2)}  # the last has no end: it runs off the axes
    assert [tick.get_text() for tick in ax.get_yticklabels()][2] == {
        "en": "risk of leaving", "zh": "流失风险",
    }[lang]  # fmt: skip
    assert ax.get_xlim() == pytest.approx((-1.1, 1.1))


def test_a_very_wide_interval_does_not_crush_the_others_but_every_dot_is_seen(told):
    for change, edge in ((0.4, 1.65), (3.0, 3.3)):
        table = told.table.assign(student_change_share=[-0.3, 0.2, change], student_change_share_high=[-0.1, 0.3, 9.0])
        ax = student_outcomes(Finding(key="loop.outcomes", table=table), lang="en")
        assert ax.get_xlim() == pytest.approx((-edge, edge))
