"""Curves are steps with bands, and below them stands how many are behind each."""

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.text import Annotation

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang
from churnlab.plots import retention, style
from churnlab.plots.curves import MOST_CURVES
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")
#   day         0     100     200
#   still here  1     0.8     0.6
DAYS, SHARES = (0, 91, 200), (1.0, 0.8, 0.6)


def curves(**groups: int) -> Finding:
    """Return the same curve for each group, with so many at risk at the start, ten fewer each time."""
    rows = [
        {
            "group": group, "days_with_us": day, "still_here_share": share, "still_here_share_low": share - 0.05,
            "still_here_share_high": min(share + 0.05, 1), "under_observation": many - 10 * place,
        }
        for group, many in groups.items()
        for place, (day, share) in enumerate(zip(DAYS, SHARES, strict=True))
    ]  # fmt: skip
    return Finding(key="demo", table=pd.DataFrame(rows))


def numbers(ax: Axes) -> list[tuple[int, str]]:
    """Return the numbers at risk that stand below the axis, with their day, line by line."""
    found = [child for child in ax.get_children() if isinstance(child, Annotation)]
    return [(int(one.xy[0]), one.get_text()) for one in found]


def legend(ax: Axes) -> list[str]:
    return [entry.get_text() for entry in ax.get_legend().get_texts()]


def test_a_curve_falls_in_steps_at_the_day_of_the_end() -> None:
    (line,) = retention(curves(all=1200), lang="zh").lines
    assert line.get_drawstyle() == "steps-post"
    assert line.get_xdata().tolist() == [*DAYS]
    assert line.get_ydata().tolist() == [*SHARES]


def test_its_band_holds_both_bounds() -> None:
    band = retention(curves(all=1200), lang="zh").collections[0].get_paths()[0].vertices[:, 1]
    assert {round(float(height), 2) for height in band} == {0.95, 0.75, 0.55, 1.0, 0.85, 0.65}


def test_below_the_axis_stands_how_many_are_at_risk_each_quarter() -> None:
    # Day 90 has no row of its own: the nearest within a week speaks for it; day 180 has none.
    assert numbers(retention(curves(all=1200), lang="zh")) == [(0, "1,200"), (90, "1,190")]


def test_each_group_has_its_colour_its_dash_and_its_line_of_numbers() -> None:
    ax = retention(curves(福田=50, 南山=80), lang="zh")
    assert legend(ax) == sorted(["南山", "福田"])
    assert [line.get_label() for line in ax.lines] == legend(ax)
    assert len({line.get_color() for line in ax.lines}) == len({line.get_linestyle() for line in ax.lines}) == 2
    below = [child for child in ax.get_children() if isinstance(child, Annotation)]
    assert {one.get_text(): one.xyann[1] for one in below if one.xy[0] == 0} == {"80": -20, "50": -30}
    for line, first in zip(ax.lines, below[::2], strict=True):
        assert same_color(first.get_color(), line.get_color())


def test_a_single_curve_needs_no_legend() -> None:
    ax = retention(curves(all=1200), lang="zh")
    assert ax.get_legend() is None
    assert same_color(ax.lines[0].get_color(), style.ACCENT)


def test_of_too_many_groups_the_largest_are_drawn_and_no_two_look_alike() -> None:
    sizes = {f"g{place:02}": 1000 - place for place in range(MOST_CURVES + 2)}
    ax = retention(curves(**sizes), lang="en")
    assert legend(ax) == [*sizes][:MOST_CURVES]
    assert len({(line.get_color(), line.get_linestyle(), str(line._dash_pattern)) for line in ax.lines}) == MOST_CURVES
    rows = {one.xyann[1] for one in ax.get_children() if isinstance(one, Annotation)}
    assert len(rows) == MOST_CURVES, "their numbers do not stand on each other"


@pytest.mark.parametrize("name", ["$x$", "_x", "100%", "<b>", "南山 & 福田", " x"])
def test_a_group_may_be_called_anything(name: str) -> None:
    ax = retention(curves(**{name: 50, "zz": 40}), lang="zh")
    ax.figure.canvas.draw()
    assert {label.strip() for label in legend(ax)} == {name.strip(), "zz"}
    assert not any(entry.get_parse_math() for entry in ax.get_legend().get_texts())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axes_are_labelled_in_the_readers_language_with_percent(lang: Lang) -> None:
    ax = retention(curves(all=1200), lang=lang)
    ax.figure.canvas.draw()
    assert ax.get_ylabel() == header("still_here_share", lang)
    assert ax.get_xlabel() == header("days_with_us", lang)
    assert "100%" in [label.get_text() for label in ax.get_yticklabels()]
    assert ax.get_ylim()[0] == 0


def test_a_curve_that_starts_late_starts_where_its_table_does() -> None:
    # Left truncation: before day 91 too few were at risk.
    late = curves(all=1200).table.tail(2)
    ax = retention(Finding(key="demo", table=late), lang="zh")
    assert ax.lines[0].get_xdata().tolist() == [91, 200]
    assert numbers(ax) == [(90, "1,190")]
    assert ax.get_xlim()[0] == 0


def test_drawing_changes_nothing_in_the_finding() -> None:
    drawn = curves(b=50, a=80)
    before = drawn.table.copy(deep=True)
    retention(drawn, lang="zh")
    pd.testing.assert_frame_equal(drawn.table, before)
