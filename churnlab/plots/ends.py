"""By how long after they start have how many left, and which way?"""

from math import ceil

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style

_MARK_DAYS = 90
_MOST_MARKS = 9  # more numbers than these in a row run into each other
_LEFT = ("not_renewed", "refunded", "dormant", "withdrawn")
_ENDED = ("completed", "personal")
# Ways of churning in our colours from the accent on, other ends in grey: told apart in print by their lightness, too.
_COLOURS = dict(zip((*_LEFT, *_ENDED), (*style.PALETTE[:4], "#9aa3ad", "#cfd6dd"), strict=True))
_LEAST_GAP = 0.06  # of the axis: names beside the chart need a line each


def ends(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the shares that have left each way, one on the other; the white above them is still here.

    Each way's name stands beside its band, at the right. Ways that make up nothing are left out.

    Parameters
    ----------
    finding : Finding
        With `fate`, `days_with_us` and `fate_share`: of each day the shares add up to 1.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.6))[1]
    shares = finding.table.pivot(index="days_with_us", columns="fate", values="fate_share")
    drawn = [fate for fate in _COLOURS if fate in shares and shares[fate].max() > 0]
    days = shares.index.to_numpy(dtype=float)
    tops = np.cumsum([shares[fate].to_numpy(dtype=float) for fate in drawn], axis=0)
    below = np.vstack([np.zeros((1, len(days))), tops])
    for place, fate in enumerate(drawn):
        ax.fill_between(
            days, below[place], below[place + 1], step="post", color=_COLOURS[fate], label=fate, linewidth=0.4,
            edgecolor="white",
        )  # fmt: skip
    named = [*drawn, "still_here"]
    middles = [(below[place, -1] + below[place + 1, -1]) / 2 for place in range(len(drawn))] + [(1 + below[-1, -1]) / 2]
    for fate, middle, height in zip(named, middles, _apart(middles), strict=True):
        _name(ax, wording.cell(fate, "fate", lang), (days[-1], middle), height, _COLOURS.get(fate, style.MUTED))
    step = _MARK_DAYS * ceil(max(days.max(), 1) / (_MARK_DAYS * _MOST_MARKS))
    style.percent(ax.yaxis)
    ax.xaxis.set_major_locator(MultipleLocator(step))
    ax.set(
        xlabel=wording.header("days_with_us", lang), ylabel=wording.header("fate_share", lang), ylim=(0, 1),
        xlim=(days.min(), max(days.max(), days.min() + 1)),
    )  # fmt: skip
    return ax


def _apart(middles: list[float]) -> list[float]:
    """Return heights near these that leave each name its line, between the chart's foot and its top."""
    places: list[float] = []
    for middle in middles:
        places.append(max(middle, places[-1] + _LEAST_GAP) if places else max(middle, _LEAST_GAP / 2))
    highest = 1 - _LEAST_GAP / 2
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], highest)
        highest = places[index] - _LEAST_GAP
    return places


def _name(ax: Axes, words: str, band: tuple[float, float], height: float, colour: str) -> None:
    """Write a name right of the chart, and a line from its band to it."""
    line = {"arrowstyle": "-", "color": colour, "linewidth": 1.2, "shrinkA": 1, "shrinkB": 0}
    ax.annotate(
        style.label(words), xy=band, xytext=(14, height), xycoords="data",
        textcoords=("offset points", "data"), ha="left", va="center", fontsize=8, color=style.INK,
        annotation_clip=False, arrowprops=line,
    )  # fmt: skip
