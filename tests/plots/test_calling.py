"""Do the charts of calls show what was found?"""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from churnlab.finding import Finding
from churnlab.plots.calling import arms, qini

EFFECT = Finding(
    key="calling.effect",
    table=pd.DataFrame({
        "arm": ["call", "hold_out"], "drawn": [392, 182], "churned": [29, 29], "churn_rate": [0.074, 0.159],
        "churn_rate_low": [0.052, 0.113], "churn_rate_high": [0.104, 0.219],
    }),
)  # fmt: skip
SHARES = np.linspace(0.1, 1, 10)
ORDER = Finding(
    key="calling.qini",
    table=pd.DataFrame({
        "listed_share": SHARES, "prevented_share": 0.09 * SHARES**0.5, "prevented_share_low": 0.06 * SHARES - 0.02,
        "prevented_share_high": 0.13 * SHARES**0.5, "by_lot_share": 0.09 * SHARES,
    }),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "names", "label"),
    [
        ("zh", ["不联系（182 人）", "联系（392 人）"], "流失率"),
        ("en", ["held out (182)", "to be called (392)"], "Churn rate"),
    ],
)
def test_each_arm_has_its_rate_and_those_called_stand_on_top(lang, names, label):
    ax = arms(EFFECT, lang=lang)
    (points,) = ax.get_lines()
    assert points.get_xdata().tolist() == [0.159, 0.074]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == names
    assert ax.get_xlabel() == label
    ends = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    assert ends == [[0.113, 0.219], [0.052, 0.104]]
    plt.close("all")


@pytest.mark.parametrize(("lang", "named"), [("zh", ["按名单次序", "随机联系"]), ("en", ["by the list", "By lot"])])
def test_the_curve_begins_with_nobody_and_ends_where_calling_by_lot_does(lang, named):
    ax = qini(ORDER, lang=lang)
    curve, lot = ax.get_lines()
    assert curve.get_ydata()[0] == 0
    assert curve.get_ydata()[1:] == pytest.approx(ORDER.table["prevented_share"])
    assert curve.get_ydata()[-1] == pytest.approx(lot.get_ydata()[-1])
    assert [entry.get_text() for entry in ax.get_legend().get_texts()] == named
    plt.close("all")
