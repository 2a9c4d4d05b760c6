"""Are returns drawn as the tables have them, in both languages?"""

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.plots import payback, return_chances, return_tornado, vendor_map
from churnlab.wording import Said, header

pytestmark = pytest.mark.usefixtures("styled")


def labels(ax):
    """Return what the legend says."""
    return [one.get_text() for one in ax.get_legend().get_texts()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chance_falls_as_more_is_asked_and_both_marks_are_named(lang):
    table = pd.DataFrame({"at_least_probability": [0.9, 0.5, 0.1], "roi_at_least_rate": [-0.5, 0.25, 2.0]})
    ax = return_chances(Finding(key="demo", table=table, facts={"target": 1.5}), lang=lang)
    curve, nothing, target = ax.lines
    assert (curve.get_xdata().tolist(), curve.get_ydata().tolist()) == ([-0.5, 0.25, 2.0], [0.9, 0.5, 0.1])
    assert (nothing.get_xdata()[0], target.get_xdata()[0]) == (0, 1.5)
    assert nothing.get_linestyle() != target.get_linestyle()
    assert labels(ax) == [text("plot.returns.nothing", lang), text("plot.returns.target", lang)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        header("roi_at_least_rate", lang),
        header("at_least_probability", lang),
    )
    assert ax.get_ylim() == (0, 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_input_reaches_from_the_likeliest_to_its_two_ends(lang):
    table = pd.DataFrame(
        {
            "return_input": [Said("returns.margin"), Said("returns.life")],
            "roi_at_low_rate": [-0.5, 0.4],
            "roi_at_high_rate": [2.0, 0.6],
        }
    )
    ax = return_tornado(Finding(key="demo", table=table, facts={"roi": 0.5}), lang=lang)
    # The first row stands on top; the two lowest ends were drawn first.
    bars = [bar for bar in ax.patches if isinstance(bar, Rectangle)]
    ends = [tuple(sorted((bar.get_x(), bar.get_x() + bar.get_width()))) for bar in bars]
    assert ends == [
        pytest.approx(one) for one in ((0.4, 0.5), (-0.5, 0.5), (0.5, 0.6), (0.5, 2.0))
    ]  # fmt: skip
    said = [one.get_text() for one in ax.get_yticklabels()]
    assert said == [text("returns.life", lang), text("returns.margin", lang)]
    assert bars[0].get_facecolor() != bars[2].get_facecolor()
    assert labels(ax) == [text("plot.returns.low", lang), text("plot.returns.high", lang)]
    assert ax.lines[0].get_xdata()[0] == 0.5


@pytest.fixture(name="earned")
def of_months():
    table = pd.DataFrame(
        {
            "month_since": [1, 2, 3, 4],
            "earned_cny": [100.0, 200.0, 280.0, 340.0],
            "earned_cny_low": [50.0, 90.0, 120.0, 130.0],
            "earned_cny_high": [150.0, 310.0, 440.0, 560.0],
            "cost_cny": 250.0,
            "is_measured": [True, True, False, False],
        }
    )
    return Finding(key="demo", table=table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_measured_is_drawn_through_and_what_is_to_come_dashed(earned, lang):
    ax = payback(earned, lang=lang)
    known, coming, cost = ax.lines
    assert (known.get_xdata().tolist(), known.get_ydata().tolist()) == ([1, 2], [100, 200])
    assert (coming.get_xdata().tolist(), coming.get_ydata().tolist()) == ([2, 3, 4], [200, 280, 340])
    assert (known.get_linestyle(), coming.get_linestyle()) == ("-", "--")
    assert cost.get_ydata()[0] == 250
    (band,) = ax.collections
    assert band.get_paths()[0].get_extents().ymax == 560
    assert labels(ax) == [
        text("plot.returns.interval", lang), header("is_measured", lang), text("plot.returns.to_come", lang),
        text("plot.returns.cost", lang),
    ]  # fmt: skip
    assert (ax.get_xlabel(), ax.get_ylabel()) == (header("month_since", lang), header("earned_cny", lang))
    assert ax.get_ylim()[0] == 0
    assert all(float(tick).is_integer() for tick in ax.get_xticks())


def test_harm_is_drawn_below_nothing(earned):
    earned.table["earned_cny_low"] = -80.0
    assert payback(earned, lang="en").get_ylim()[0] == -80


def test_where_all_is_measured_nothing_is_dashed(earned):
    earned.table["is_measured"] = True
    ax = payback(earned, lang="en")
    assert [line.get_linestyle() for line in ax.lines] == ["-", "-."]
    assert labels(ax) == ["interval", "Measured", "cost"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_vendors_stand_by_price_and_rating_and_who_is_not_rated_is_left_out(lang):
    table = pd.DataFrame(
        {
            "training_vendor": ["house", "$V1", "V2"],
            "hour_cny": [60.0, 90.0, 80.0],
            "vendor_liked_mean": [4.0, 3.5, None],
            "vendor_liked_mean_low": [3.8, 3.1, None],
            "vendor_liked_mean_high": [4.2, 3.9, None],
        }
    )
    ax = vendor_map(Finding(key="demo", table=table), lang=lang)
    (points,) = ax.lines
    assert (points.get_xdata().tolist(), points.get_ydata().tolist()) == ([60, 90], [4.0, 3.5])
    (errors,) = ax.collections
    assert [segment[:, 1].tolist() for segment in errors.get_segments()] == [[3.8, 4.2], [3.1, 3.9]]
    assert [one.get_text() for one in ax.texts] == [text("code.training_vendor.house", lang), "$V1"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (header("hour_cny", lang), header("vendor_liked_mean", lang))
    ax.figure.canvas.draw()
