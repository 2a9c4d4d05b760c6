"""Are plan and spending drawn month by month?"""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots import budget_to_date
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plan_and_spending_are_two_lines_over_the_months(lang):
    table = pd.DataFrame({
        "month": pd.to_datetime(["2026-03-01", "2026-04-01"]), "budget_to_date_cny": [1000.0, 2600.0],
        "actual_to_date_cny": [900.0, 2400.0],
    })  # fmt: skip
    ax = budget_to_date(Finding(key="demo", table=table), lang=lang)
    drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.lines}
    assert drawn == {
        header("budget_to_date_cny", lang): [1000, 2600],
        header("actual_to_date_cny", lang): [900, 2400],
    }
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2026-03", "2026-04"]
    assert ax.get_ylim()[0] == 0
    assert ax.yaxis.get_major_formatter()(2000, 0) == "¥2,000"
    plt.close("all")
