"""Curves are steps with bands, and below them stands how many are behind each."""

from itertools import combinations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

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


def below(ax: Axes) -> list[Annotation]:
    """Return what is written below the axis, line by line."""
    return [child for child in ax.get_children() if isinstance(child, Annotation)]


def numbers(ax: Axes) -> list[tuple[int, str]]:
    """Return the numbers at risk that stand below the axis, with their day, line by line."""
    return [(int(one.xy[0]), one.get_text()) for one in below(ax) if one.get_ha() == "center"]


def names(ax: Axes) -> list[str]:
    """Return the names before the rows of numbers; the first says what the numbers are."""
    return [one.get_text() for one in below(ax) if one.get_ha() == "right"][1:]


def pieces(ax: Axes) -> list[Line2D]:
    """Return the pieces of curve beside the names."""
    boxes = [child for child in ax.get_children() if isinstance(child, AnnotationBbox)]
    return [box.offsetbox.get_children()[0] for box in boxes]


def look(line: Line2D) -> tuple[str, str, str]:
    return line.get_color(), str(line._unscaled_dash_pattern), line.get_marker()


def boxes(found: list[Annotation]) -> list[Bbox]:
    found[0].figure.canvas.draw()
    return [one.get_window_extent() for one in found]


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


def test_each_row_of_numbers_begins_with_its_groups_name_and_a_piece_of_its_curve() -> None:
    ax = retention(curves(福田=50, 南山=80), lang="zh")
    assert names(ax) == sorted(["南山", "福田"])
    assert ax.get_legend() is None
    assert [look(piece) for piece in pieces(ax)] == [look(line) for line in ax.lines]
    heights = {one.get_text(): one.xyann[1] for one in below(ax)}
    assert heights["南山"] == heights["80"] == -30
    assert heights["福田"] == heights["50"] == -40


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_row_says_what_the_numbers_are(lang: Lang) -> None:
    for ax in (retention(curves(all=1200), lang=lang), retention(curves(a=50, b=60), lang=lang)):
        assert below(ax)[0].get_text() == header("under_observation", lang)


def test_numbers_are_dark_whatever_the_colour_of_their_curve() -> None:
    ax = retention(curves(**{f"g{place}": 100 - place for place in range(6)}), lang="en")
    assert all(same_color(one.get_color(), style.INK) for one in below(ax)[1:])


def test_a_single_curve_needs_no_name() -> None:
    ax = retention(curves(all=1200), lang="zh")
    assert (ax.get_legend(), names(ax), pieces(ax)) == (None, [], [])
    assert same_color(ax.lines[0].get_color(), style.ACCENT)


def test_of_too_many_groups_the_largest_are_drawn_and_no_two_look_alike_even_in_grey() -> None:
    sizes = {f"g{place:02}": 1000 - place for place in range(MOST_CURVES + 2)}
    ax = retention(curves(**sizes), lang="en")
    assert names(ax) == [*sizes][:MOST_CURVES]
    assert len({look(line)[1:] for line in ax.lines}) == MOST_CURVES, "dash and mark alone tell them"
    rows = {one.xyann[1] for one in below(ax)}
    assert len(rows) == MOST_CURVES + 1, "their numbers do not stand on each other"


@pytest.mark.parametrize("long", ["校" * 40, "Mathematics for advanced learners in summer"])
def test_a_long_name_is_cut_and_nothing_below_the_axis_stands_on_anything_else(long: str) -> None:
    ax = retention(curves(**{long: 123_456, "zz": 40}), lang="en")
    assert names(ax)[-1 if long > "zz" else 0].endswith("…")
    found = boxes([*below(ax), *ax.get_xticklabels()[1:-1], ax.xaxis.label])
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))
    assert min(box.x0 for box in found) >= 0
    assert min(box.y0 for box in found) >= 0


def test_names_that_differ_only_at_their_end_keep_their_end() -> None:
    ax = retention(curves(**{f"Mathematics for advanced learners {place}": 50 for place in "AB"}), lang="en")
    assert [(name[0], name[-1]) for name in names(ax)] == [("…", "A"), ("…", "B")]


def test_over_many_years_the_numbers_stand_further_apart() -> None:
    table = pd.concat([curves(a=12_345, b=10_000).table.assign(days_with_us=lambda rows: rows["days_with_us"] * 18)])
    ax = retention(Finding(key="demo", table=table), lang="en")
    found = boxes([*below(ax), *ax.get_xticklabels()])
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))


@pytest.mark.parametrize("name", ["$x$", "_x", "100%", "<b>", "南山 & 福田", " x"])
def test_a_group_may_be_called_anything(name: str) -> None:
    ax = retention(curves(**{name: 50, "zz": 40}), lang="zh")
    ax.figure.canvas.draw()
    assert set(names(ax)) == {name, "zz"}
    assert not any(one.get_parse_math() for one in below(ax))


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
