"""Are causes drawn as the table has them, in both languages?"""

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots import causes_by_campus, pareto
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


def test_drawing_changes_nothing(reasons, places):
    for draw, finding in ((pareto, reasons), (causes_by_campus, places)):
        before = finding.table.copy(deep=True)
        draw(finding)
        pd.testing.assert_frame_equal(finding.table, before)
    plt.close("all")
