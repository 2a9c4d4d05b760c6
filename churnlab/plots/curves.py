"""How do curves of those still here run, and how many stand behind them?"""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, PercentFormatter

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style

_MARK_DAYS = 90
MOST_CURVES = 2 * len(style.PALETTE)  # in a second round colours come with other dashes


def retention(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share still here by days since the start, with bands, and below it how many are at risk.

    Of more than twelve groups the twelve with most students at risk are drawn.

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
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.6 + 0.16 * len(drawn)))[1]
    for place, group in enumerate(drawn):
        _curve(ax, finding.table[finding.table["group"] == group], str(group), place)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.xaxis.set_major_locator(MultipleLocator(_MARK_DAYS))
    ax.set(ylabel=wording.header("still_here_share", lang), ylim=(0, 1.02), xlim=(0, None))
    ax.set_xlabel(wording.header("days_with_us", lang), labelpad=8 + 11 * len(drawn))
    if len(drawn) > 1:
        ax.legend(loc="lower left", ncols=2)
    _numbers(ax, finding.table, drawn, lang)
    return ax


def _curve(ax: Axes, points: pd.DataFrame, group: str, place: int) -> None:
    color, dash = _color(place), style.DASHES[(place + place // len(style.PALETTE)) % len(style.DASHES)]
    low, high = points["still_here_share_low"], points["still_here_share_high"]
    ax.fill_between(points["days_with_us"], low, high, step="post", color=color, alpha=0.12)
    # matplotlib leaves a label that begins with an underscore out of the legend
    label = style.label(group)
    label = f" {label}" if label.startswith("_") else label
    ax.step(points["days_with_us"], points["still_here_share"], where="post", color=color, linestyle=dash, label=label)


def _color(place: int) -> str:
    return style.PALETTE[place % len(style.PALETTE)]


def _numbers(ax: Axes, table: pd.DataFrame, drawn: list[str], lang: Lang) -> None:
    """Write the numbers at risk below the axis, in the colours of their curves."""
    last = int(table["days_with_us"].max())
    for place, group in enumerate(drawn):
        points = table[table["group"] == group].set_index("days_with_us")["under_observation"]
        for day in range(0, last + 1, _MARK_DAYS):
            near = points.index[(points.index >= day) & (points.index < day + 7)]
            if len(near):
                ax.annotate(
                    wording.cell(int(points[near[0]]), "under_observation", lang), (day, 0), (0, -20 - 10 * place),
                    xycoords=("data", "axes fraction"), textcoords="offset points", ha="center", va="top", fontsize=6.5,
                    color=_color(place) if len(drawn) > 1 else style.MUTED, annotation_clip=False,
                )  # fmt: skip
