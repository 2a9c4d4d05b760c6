"""Is each month drawn as the table has it, in both languages?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.plots import event_study, placebo_checks, region_months, style
from churnlab.wording import cell

pytestmark = pytest.mark.usefixtures("styled")


def months(slope=0.02):
    return Finding(key="demo", table=pd.DataFrame({
        "metric": ["sold"] * 3 + ["called"], "event_month": [-2, -1, 0, 0],
        "event_effect_share": [0.01, 0.0, 0.1, 0.3], "event_effect_share_low": [-0.02, np.nan, 0.04, 0.2],
        "event_effect_share_high": [0.04, np.nan, 0.16, 0.4], "people_trained": 4.0, "trend_verdict": "alike",
        "pre_trend_p_value": 0.5, "hidden_share": slope,
    }))  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_effect_is_drawn_by_months_with_the_trend_that_may_be_overlooked(lang):
    ax = event_study(months(), lang=lang)
    dots = next(line for line in ax.get_lines() if line.get_marker() == "o")
    assert (list(dots.get_xdata()), list(dots.get_ydata())) == ([-2, -1, 0], [0.01, 0.0, 0.1])
    spans = [tuple(part[:, 1].round(9)) for part in ax.collections[0].get_segments()]
    assert spans == [(-0.02, 0.04), (0.0, 0.0), (0.04, 0.16)]
    dashed = [list(line.get_ydata()) for line in ax.get_lines() if line.get_linestyle() == "--"]
    # Through 0 in the middle of the months before, −1.5: half a month before it, one and a half after.
    assert np.array(dashed) == pytest.approx(np.array([[-0.01, 0.03], [0.01, -0.03]]))
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [text("plot.comparisons.overlooked", lang)]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["−2", "−1", "0"]
    assert cell("alike", "trend_verdict", lang) in ax.get_title(loc="left")


def test_a_kpi_can_be_chosen_and_one_that_is_not_there_is_refused():
    ax = event_study(months(np.nan), metric="called", lang="en")
    assert "called" in ax.get_title(loc="left")
    assert ax.get_legend() is None  # no trend could be told
    with pytest.raises(KeyError):
        event_study(months(), metric="unknown")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_found_where_there_is_nothing_has_its_own_colour(lang):
    table = pd.DataFrame({
        "metric": "sold", "placebo_kind": ["true_start", "earlier", "earlier"],
        "month": pd.to_datetime(["2026-02-01", "2025-09-01", "2025-06-01"]),
        "relative_change_share": [0.3, 0.2, 0.0], "relative_change_share_low": [0.2, 0.1, -0.1],
        "relative_change_share_high": [0.4, 0.3, 0.1], "placebo_verdict": [None, "found", "nothing"],
    })  # fmt: skip
    ax = placebo_checks(Finding(key="demo", table=table), lang=lang)
    drawn = {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()), line.get_markerfacecolor())
        for line in ax.get_lines()
        if line.get_marker() == "o"
    }
    true, earlier, found = (text(f"plot.comparisons.{one}", lang) for one in ("true_start", "earlier", "found"))
    assert drawn[true] == ([0.3], [2], style.ACCENT)
    assert drawn[found] == ([0.2], [1], style.PALETTE[1])
    assert drawn[earlier] == ([0.0], [0], "white")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["2025-06", "2025-09", "sold 2026-02"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_campuses_trained_are_drawn_beside_their_mixture(lang):
    table = pd.DataFrame({
        "metric": "sold", "month": pd.to_datetime(["2025-12-01", "2026-02-01"]), "when": ["before", "after"],
        "region_share": [1.0, 1.3], "synthetic_share": [1.0, 1.1], "apart_points": [0.0, 0.2],
    })  # fmt: skip
    ax = region_months(Finding(key="demo", table=table), lang=lang)
    # Each line is broken at the training.
    drawn = [(list(line.get_ydata()), line.get_linestyle()) for line in ax.get_lines() if line.get_marker() == "o"]
    assert drawn == [([1.0], "--"), ([1.1], "--"), ([1.0], "-"), ([1.3], "-")]
    named = [one.get_text() for one in ax.get_legend().get_texts()]
    assert named == [text(f"plot.comparisons.{name}", lang) for name in ("synthetic", "region")]
    assert ax.get_title(loc="left") == "sold"
