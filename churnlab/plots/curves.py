"""How do curves of those still here run, and how many stand behind them?"""

from math import ceil
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, DrawingArea
from matplotlib.ticker import MultipleLocator

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style

_MARK_DAYS, _MARK_POINTS = 90, 13  # a quarter, and its weekly points
_MOST_MARKS = 9  # more numbers than these in a row run into each other
_LONGEST_NAME = 20  # in halves of a Chinese character
_FIRST_ROW, _ROW = -20, 10  # points below the axis
_NAME_ENDS, _SAMPLE = -16, 30  # points left of the axis: a number's half; the length of a piece of curve
MOST_CURVES = 2 * len(style.PALETTE)  # in a second round colours come with other dashes and marks


def retention(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share still here by days since the start, with bands, and below it how many are at risk.

    Each row of numbers begins with its group's name and a piece of its curve, which stand for a legend. Of more than
    twelve groups the twelve with most students at risk are drawn.

    Parameters
    ----------
    finding : Finding
        With `group`, `days_with_us`, `still_here_share` and its bounds, `under_observation`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    largest = (
        finding.table.groupby("group")["under_observation"].max().sort_values(ascending=False, kind="stable").index
    )
    drawn = sorted(largest[:MOST_CURVES])
    rows = 1 if len(drawn) == 1 else 1 + len(drawn)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.05 + 0.15 * rows))[1]
    looks = [_look(place) for place in range(len(drawn))] if len(drawn) > 1 else [{"color": style.ACCENT}]
    for group, look in zip(drawn, looks, strict=True):
        _curve(ax, finding.table[finding.table["group"] == group], look)
    step = _MARK_DAYS * ceil(max(finding.table["days_with_us"].max(), 1) / (_MARK_DAYS * _MOST_MARKS))
    style.percent(ax.yaxis)
    ax.xaxis.set_major_locator(MultipleLocator(step))
    ax.set(ylabel=wording.header("still_here_share", lang), ylim=(0, 1.02), xlim=(0, None))
    ax.set_xlabel(wording.header("days_with_us", lang), labelpad=8 + _ROW * rows)
    _write(ax, wording.header("under_observation", lang), (0, _FIRST_ROW), _NAME_ENDS, color=style.MUTED)
    names = _names(drawn)
    for place, (group, look) in enumerate(zip(drawn, looks, strict=True)):
        below = _FIRST_ROW - _ROW * (rows - len(drawn) + place)
        if len(drawn) > 1:
            _name(ax, names[place], look, below)
        _numbers(ax, finding.table[finding.table["group"] == group], step, below, lang)
    return ax


def _look(place: int) -> dict[str, Any]:
    """Return how a curve is told from all others, in grey print too."""
    dash = (place + place // len(style.PALETTE)) % len(style.DASHES)
    return {
        "color": style.PALETTE[place % len(style.PALETTE)],
        "linestyle": style.DASHES[dash],
        "marker": style.MARKERS[place % len(style.MARKERS)],
        "markevery": (2 * place % _MARK_POINTS, _MARK_POINTS),
    }


def _curve(ax: Axes, points: pd.DataFrame, look: dict[str, Any]) -> None:
    low, high = points["still_here_share_low"], points["still_here_share_high"]
    ax.fill_between(points["days_with_us"], low, high, step="post", color=look["color"], alpha=0.12)
    ax.step(points["days_with_us"], points["still_here_share"], where="post", **look)


def _name(ax: Axes, name: str, look: dict[str, Any], below: float) -> None:
    """Write a group's name before its row, with a piece of its curve."""
    piece = DrawingArea(_SAMPLE, 6)
    piece.add_artist(Line2D([0, _SAMPLE / 2, _SAMPLE], [3, 3, 3], **look | {"markevery": [1]}))
    ax.add_artist(
        AnnotationBbox(
            piece, (0, 0), (_NAME_ENDS, below - 4), xycoords="axes fraction", boxcoords="offset points",
            box_alignment=(1, 0.5), frameon=False, pad=0, annotation_clip=False,
        )
    )  # fmt: skip
    _write(ax, name, (0, below), _NAME_ENDS - _SAMPLE - 4)


def _names(groups: list[str]) -> list[str]:
    """Return names short enough to stand beside the axis; where two would be the same, what tells them is their end."""
    cut = [style.label(str(group), longest=_LONGEST_NAME) for group in groups]
    ends = [style.label(str(group)[::-1], longest=_LONGEST_NAME)[::-1] for group in groups]
    return [end if cut.count(name) > 1 else name for name, end in zip(cut, ends, strict=True)]


def _numbers(ax: Axes, points: pd.DataFrame, step: int, below: float, lang: Lang) -> None:
    counted = points.set_index("days_with_us")["under_observation"]
    for day in range(0, int(counted.index.max()) + 1, step):
        near = counted.index[(counted.index >= day) & (counted.index < day + 7)]
        if len(near):
            _write(ax, wording.cell(int(counted[near[0]]), "under_observation", lang), (day, below))


def _write(
    ax: Axes, words: str, place: tuple[float, float], ends: float | None = None, *, color: str = style.INK
) -> None:
    """Write below the axis, so many points down: around a day, or ending so many points beside it."""
    day, below = place
    ax.annotate(
        words, (day, 0), (ends or 0, below), xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="center" if ends is None else "right", va="top", fontsize=7, color=color, annotation_clip=False,
    )  # fmt: skip
