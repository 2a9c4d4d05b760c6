"""Are effects drawn as the table has them, in both languages?"""

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots.results import kpi_effects
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")


@pytest.fixture(name="effects")
def of_effects():
    table = pd.DataFrame({
        "metric": ["conversion_rate", "自己的指标"], "effect_verdict": ["shown", "not_shown"],
        "relative_change_share": [0.2, -0.1], "relative_change_share_low": [0.1, -0.3],
        "relative_change_share_high": [0.3, 0.1],
    })  # fmt: skip
    return Finding(key="demo", table=table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_effect_is_a_dot_with_its_interval_the_first_on_top(effects, lang):
    ax = kpi_effects(effects, lang=lang)
    dots = {
        line.get_label(): (line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor())
        for line in ax.get_lines()
        if line.get_marker() == "o"
    }
    shown, not_shown = {"en": ("effect shown", "no effect shown"), "zh": ("有效", "未见效果")}[lang]
    assert dots[shown][:2] == (0.2, 1)
    assert dots[not_shown] == (-0.1, 0, "white")
    spans = sorted(tuple(float(x) for x in part.get_segments()[0][:, 0]) for part in ax.collections)
    assert spans == [(-0.3, 0.1), (0.1, 0.3)]
    told = [tick.get_text() for tick in ax.get_yticklabels()]
    assert told == ["自己的指标", {"en": "Conversion", "zh": "转化率"}[lang]]
    assert ax.get_xlabel() == header("relative_change_share", lang)
