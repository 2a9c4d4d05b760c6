"""How did each figure that is watched go, within its limit?"""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator
from matplotlib.ticker import MaxNLocator

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_ROW_INCHES = 1.15
_LABEL_LETTERS = 14  # a longer line beside a row reaches into the next
_GAP_DAYS = 8  # a line is broken where weeks are not judged
_MOST_CAMPUSES = 4


def control(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw a small chart for each measure and campus: counts by week, what was expected, the limit, and the alerts.

    Parameters
    ----------
    finding : Finding
        With `watch_measure`, `campus`, `week_on`, `week_count`, `expected`, `limit` and `is_alarm`; where a
        measure has more than four charts, those with most alerts are drawn.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Stands for the whole: its place is taken by the small charts. Default: a new one.

    Returns
    -------
    matplotlib Axes
        The first of the small charts.
    """
    lang = lang or language()
    table = finding.table
    rows = {measure: _places(here) for measure, here in table.groupby("watch_measure", sort=False)}
    size = (style.WIDTH_INCHES, 0.5 + _ROW_INCHES * len(rows))
    figure = ax.figure if ax else plt.figure(figsize=size)
    if ax:
        ax.remove()
    grid = figure.subplots(len(rows), max(map(len, rows.values())), sharex=True, squeeze=False)
    above: list[str] = []
    for axes, (measure, places) in zip(grid, rows.items(), strict=True):
        for one, campus in zip(axes, places, strict=False):
            _one(one, table[(table["watch_measure"] == measure) & (table["campus"] == campus)], lang)
            if places != above:
                one.set_title(style.label(wording.cell(campus, "campus", lang), longest=20))
        for one in axes[len(places) :]:
            one.set_visible(False)
        named = wording.cell(measure, "watch_measure", lang)
        axes[0].set_ylabel(fill(named, _LABEL_LETTERS, break_long_words=False), fontsize=8)
        above = places
    for column in grid.T:
        [one for one in column if one.get_visible()][-1].tick_params(labelbottom=True)
    first: Axes = grid[0, 0]
    figure.legend(*first.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return first


def _places(rows: pd.DataFrame) -> list[str]:
    """Return where one measure is drawn: of many places those with most alerts, by name."""
    alarms = rows.groupby("campus")["is_alarm"].sum().sort_values(ascending=False, kind="stable")
    return sorted(alarms.index[:_MOST_CAMPUSES])


def _one(ax: Axes, rows: pd.DataFrame, lang: Lang) -> None:
    days = pd.to_datetime(rows["week_on"])
    gap = days.diff() > pd.Timedelta(days=_GAP_DAYS)
    parts = {name: rows[name].astype(float) for name in ("week_count", "expected", "limit")}
    # A missing value before each gap breaks the line there.
    where = np.flatnonzero(gap.to_numpy())
    days_drawn = np.insert(days.to_numpy(), where, days.to_numpy()[where])
    drawn = {name: np.insert(values.to_numpy(), where, np.nan) for name, values in parts.items()}
    ax.plot(days_drawn, drawn["week_count"], color=style.ACCENT, linestyle="-", label=text("plot.control.count", lang))
    ax.plot(days_drawn, drawn["expected"], color=style.MUTED, linestyle=":", label=text("plot.control.expected", lang))
    ax.plot(days_drawn, drawn["limit"], color=style.PALETTE[1], linestyle="--", label=text("plot.control.limit", lang))
    alarms = rows["is_alarm"].to_numpy(dtype=bool)
    ax.plot(
        days[alarms], parts["week_count"][alarms], color=style.PALETTE[1], marker="o", linestyle="none",
        label=text("plot.control.alarm", lang),
    )  # fmt: skip
    ax.set_ylim(0, None)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    locator = MonthLocator(interval=2)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=["%Y", "%m", "%d", "", "", ""], show_offset=False)
    )
    ax.margins(x=0.02)
