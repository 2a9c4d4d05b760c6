"""How do our charts look?

One accent, five more colours that stay apart for colour-blind readers and in grey print, no ornament. Chinese comes
from the packaged font, so that a chart looks the same on every machine. Text in an SVG stays text: it can be searched
in the PDF, and the file is small.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from unicodedata import category, east_asian_width

import matplotlib as mpl
import pylopdf_fonts_zh_cn
import seaborn as sns
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from churnlab.errors import RunError

FONT = "Noto Sans SC"
ACCENT = "#174a6e"
PALETTE = (ACCENT, "#c8551f", "#4fa39c", "#e8b84a", "#5b1a2e", "#646464")
DASHES = ("-", "--", "-.", ":", (0, (8, 2)), (0, (4, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
INK, MUTED, RULE = "#1f2933", "#5f6b7a", "#cfd6dd"
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_LONGEST_LABEL = 48  # in halves of a Chinese character: four tenths of the chart's width
WIDTH_INCHES, HEIGHT_INCHES = 6.54, 2.5  # the width of the report's text: letters keep their size


def label(words: str, *, longest: int = _LONGEST_LABEL) -> str:
    """Return a name as a chart can hold it: without what is not seen, and cut where it would leave no room to draw.

    Parameters
    ----------
    words : str
        The name.
    longest : int
        How long it may be, in halves of a Chinese character.
    """
    seen = "".join(letter for letter in words if category(letter) not in _UNSEEN)
    room = accumulate(2 if east_asian_width(letter) in "WF" else 1 for letter in seen)
    kept = sum(taken <= longest for taken in room)
    return seen if kept == len(seen) else f"{seen[: kept - 1]}…"


def percent(axis: Axis) -> None:
    """Mark an axis of shares at round percentages, each written in full: a tick at 2.5% is not called 2%."""
    axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda share, _: f"{round(100 * share, 6):g}%")


@contextmanager
def styled() -> Iterator[None]:
    """Draw in our style inside the block, and leave matplotlib as it was."""
    with mpl.rc_context(settings()):
        yield


def use() -> None:
    """Draw in our style from here on (a notebook's second cell calls it)."""
    mpl.rcParams.update(settings())


def settings() -> Any:
    """Return our matplotlib settings, seaborn's white theme below them; the font is registered with matplotlib."""
    _register()
    theme = sns.axes_style("white") | sns.plotting_context("paper")
    return {**theme, **_OURS, "axes.prop_cycle": cycler(color=PALETTE, linestyle=DASHES)}


@cache
def _register() -> None:
    font_manager.fontManager.addfont(str(font(pylopdf_fonts_zh_cn.sans_path())))


def font(file: Path) -> Path:
    """Return a packaged font's file.

    Raises
    ------
    RunError
        If it is not there, as after half an installation: nothing is set in a font of the machine instead.
    """
    if not file.is_file():
        raise RunError("plot.font_missing", file=file.name)
    return file


_OURS: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],  # a browser without it falls back to its own sans-serif
    "font.size": 8.5,
    "text.color": INK,
    "text.parse_math": False,  # a campus may be called "$"
    "figure.figsize": (WIDTH_INCHES, HEIGHT_INCHES),
    "figure.constrained_layout.use": True,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": "#e6eaee",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.markersize": 4,
    "patch.linewidth": 0,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "legend.fontsize": 8,
    "legend.title_fontsize": 8,
    "legend.frameon": False,
    "image.cmap": "cividis",
    "svg.fonttype": "none",
    "svg.hashsalt": "churnlab",
}
