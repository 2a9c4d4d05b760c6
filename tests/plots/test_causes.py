"""Are causes drawn as the table has them, in both languages?"""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots import cause_trend, causes_by_campus, pareto
from churnlab.wording import Said, header

pytestmark = pytest.mark.usefixtures("styled")


@pytest.fixture(name="reasons")
def of_reasons():
    table = pd.DataFrame(
        {"reason": ["teacher", "price", "自己的说法"], "students": [6, 3, 1], "cumulative_share": [0.6, 0.9, 1]}
    )
    return Finding(key="demo", table=table)


@pytest.fixture(name="places")
def of_places():
    above = Said("churn.causes_by_campus.above", {"department": Said("code.department.teaching")})
    table = pd.DataFrame({
        "campus": ["East", "$West"], "told": [30, 20], "market_share": [0.25, 0.5], "teaching_share": [0.75, 0.5],
        "stands_out": [(above,), ()],
    })  # fmt: skip
    return Finding(key="demo", table=table)


@pytest.fixture(name="quarters")
def of_quarters():
    """Return three quarters; in the one between 2025Q1 and 2025Q3 nobody stated a reason."""
    table = pd.DataFrame({"quarter": ["2024Q4", "2025Q1", "2025Q3"], "told": [1200, 20, 10]})
    shares = {"market_share": [0.5, 0.25, 0.75], "teaching_share": [0.5, 0.75, 0.25]}
    for name, share in shares.items():
        column = pd.Series(share)
        table = table.assign(**{name: column, f"{name}_low": column - 0.1, f"{name}_high": column + 0.2})
        table = table.assign(**{f"{name}_count": [600, 6, 8]})
    return Finding(key="demo", table=table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_run_over_quarters_with_bands_and_stop_where_nobody_said_why(quarters, lang):
    ax = cause_trend(quarters, lang=lang)
    market, plain, teaching, _ = ax.lines
    assert market.get_ydata().tolist() == pytest.approx([0.5, 0.25, np.nan, 0.75], nan_ok=True)
    assert market.get_label() == header("market_share", lang)
    assert teaching.get_label() == header("teaching_share", lang)
    assert market.get_linestyle() != teaching.get_linestyle()
    # What was counted stands beside what was drawn from it: 600 of 1,200, 6 of 20, 8 of 10.
    assert plain.get_ydata().tolist() == pytest.approx([1 / 2, 3 / 10, np.nan, 4 / 5], nan_ok=True)
    assert (plain.get_linestyle(), plain.get_markerfacecolor(), plain.get_color()) == (
        "None",
        "none",
        market.get_color(),
    )
    names = [header(f"{name}_share", lang) for name in ("market", "teaching")]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == names
    band = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    assert {round(y, 2) for y in band[:, 1]} == {0.4, 0.7, 0.15, 0.45, 0.65, 0.95}
    first, _, open_, last = (label.get_text() for label in ax.get_xticklabels())
    assert (first, open_, last) == ("2024Q4\n(1,200)", "2025Q2\n(–)", "2025Q3\n(10)")
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reasons_stand_largest_on_top_with_the_cumulative_share(reasons, lang):
    ax = pareto(reasons, lang=lang)
    assert [bar.get_width() for bar in ax.patches] == [1, 3, 6]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["自己的说法", *{"zh": ("价格", "对老师不满意"), "en": ("Price", "Teacher")}[lang]]
    (line,) = ax.figure.axes[1].lines
    assert line.get_xdata().tolist() == [1, 0.9, 0.6]
    assert ax.figure.axes[1].get_xlabel() == header("cumulative_share", lang)
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_share_stands_in_its_cell_and_what_stands_out_is_framed(places, lang):
    ax = causes_by_campus(places, lang=lang)
    assert [text.get_text() for text in ax.texts] == ["25%", "75%", "50%", "50%"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["East (30)", "$West (20)"]
    columns = [label.get_text() for label in ax.get_xticklabels()]
    assert columns == [header("market_share", lang), header("teaching_share", lang)]
    (frame,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert 0.5 < frame.get_x() < 1
    assert frame.get_y() < 0
    plt.close("all")


def test_drawing_changes_nothing(reasons, places, quarters):
    for draw, finding in ((pareto, reasons), (causes_by_campus, places), (cause_trend, quarters)):
        before = finding.table.copy(deep=True)
        draw(finding)
        pd.testing.assert_frame_equal(finding.table, before)
    plt.close("all")
