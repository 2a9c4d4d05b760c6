"""What is drawn is what the table says: the model with its band, the rule, the lot, and what can be called."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection

from churnlab.finding import Finding
from churnlab.plots import reach

pytestmark = pytest.mark.usefixtures("styled")


@pytest.fixture
def found() -> Finding:
    table = pd.DataFrame({
        "calls_per_month": [10, 30, 60], "is_capacity": [False, True, False], "captured_share": [0.2, 0.4, 0.6],
        "captured_share_low": [0.1, 0.3, 0.5], "captured_share_high": [0.3, 0.5, 0.7],
        "rule_share": [0.1, 0.2, 0.3], "random_share": [0.01, 0.03, 0.06],
    })  # fmt: skip
    return Finding(key="demo", table=table)


@pytest.mark.parametrize(
    ("lang", "names", "mark"),
    [
        ("zh", ["模型", "按最好的简单规则", "随机抽取"], "30 个电话"),
        ("en", ["The model", "By the best rule", "By lot"], "30 calls"),
    ],
)
def test_lines_and_names(found, lang, names, mark):
    ax = reach(found, lang=lang)
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines if not line.get_label().startswith("_")}
    assert list(drawn) == names
    for name, column in zip(names, ["captured_share", "rule_share", "random_share"], strict=True):
        assert np.array_equal(drawn[name], found.table[column])
    assert [words.get_text() for words in ax.texts] == [mark]
    assert [words.get_text() for words in ax.get_legend().get_texts()] == names
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["10", "30", "60"]


def test_the_band_is_the_interval(found):
    ax = reach(found, lang="en")
    band = next(drawn for drawn in ax.collections if isinstance(drawn, FillBetweenPolyCollection))
    corners = {tuple(np.round(corner, 6)) for corner in band.get_paths()[0].vertices}
    assert {(10, 0.1), (10, 0.3), (30, 0.3), (30, 0.5), (60, 0.5), (60, 0.7)} <= corners


def test_without_a_rule_there_is_no_line_of_it(found):
    ax = reach(Finding(key="demo", table=found.table.assign(rule_share=np.nan)), lang="en")
    assert [words.get_text() for words in ax.get_legend().get_texts()] == ["The model", "By lot"]
    assert ax.get_ylim()[1] >= 0.7
