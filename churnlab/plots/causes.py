"""Which causes weigh most, and where?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, count, language, money, percent, text
from churnlab.plots import style

_SHADES = LinearSegmentedColormap.from_list("shades", ["#f3f6f9", style.ACCENT])
_DARK_FROM = 0.55  # above this share of the darkest, letters are white


def pareto(finding: Finding, *, weigh: str = "students", lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how much each reason makes up as bars, largest on top, with the cumulative share as a line.

    Parameters
    ----------
    finding : Finding
        With the columns `reason`, `weigh` and `cumulative_share`, largest first.
    weigh : str
        Column of its table: how many left, or what they had paid.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    place = np.arange(len(table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.8 + 0.19 * max(len(table), 4)))[1]
    ax.barh(place, table[weigh].astype(float), color=style.ACCENT, height=0.7)
    names = [style.label(wording.cell(value, "reason", lang)) for value in table["reason"]]
    ax.set_yticks(place, names)
    write = money if weigh.endswith("_cny") else count
    ax.xaxis.set_major_formatter(lambda value, _: write(value, lang))
    ax.locator_params(axis="x", integer=True, nbins=6)
    ax.set(xlabel=wording.header(weigh, lang, finding.counted), ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    above = ax.twiny()
    told = text("column.cumulative_share", lang)
    above.plot(table["cumulative_share"], place, color=style.PALETTE[1], marker="o", linestyle="-", label=told)
    above.set(xlim=(0, 1.02), xlabel=told)
    style.percent(above.xaxis)
    above.grid(visible=False)
    above.spines["top"].set_visible(True)
    return ax


def causes_by_campus(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share of each department at each campus: the darker the more; framed where it stands out.

    Parameters
    ----------
    finding : Finding
        With `campus`, `told`, columns that end in `_share`, and `stands_out`.
    lang, ax
        As for `pareto`.
    """
    lang = lang or language()
    table = finding.table
    columns = [str(name) for name in table if str(name).endswith("_share")]
    shares = table[columns].to_numpy(dtype=float)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.7 + 0.3 * max(len(table), 3)))[1]
    most = max(float(np.nanmax(shares)), 0.01)
    ax.imshow(shares, aspect="auto", cmap=_SHADES, vmin=0, vmax=most)
    for (row, column), share in np.ndenumerate(shares):
        ink = "white" if share > _DARK_FROM * most else style.INK
        ax.text(column, row, percent(share, lang, 0), ha="center", va="center", color=ink, fontsize=8)
    for row, stands_out in enumerate(table["stands_out"]):
        named = {said.facts["department"].key for said in stands_out}
        for column, name in enumerate(columns):
            if f"code.department.{name.removesuffix('_share')}" in named:
                frame = Rectangle(
                    (column - 0.47, row - 0.44), 0.94, 0.88, fill=False, edgecolor=style.PALETTE[1], linewidth=2
                )
                ax.add_patch(frame)
    names = [
        f"{style.label(wording.cell(campus, 'campus', lang))} ({count(told, lang)})"
        for campus, told in zip(table["campus"], table["told"], strict=True)
    ]
    ax.set_yticks(np.arange(len(table)), names)
    ax.set_xticks(np.arange(len(columns)), [wording.header(name, lang) for name in columns])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    return ax


def cause_trend(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the drawn share of each department by quarter with its interval as a band, the plain one as a hollow mark.

    Below, how many stated a reason. A quarter in which nobody did is left open: no line crosses it.

    Parameters
    ----------
    finding : Finding
        With `quarter` as `2026Q3`, `told`, and columns that end in `_share` with bounds and numerators (`_count`).
    lang, ax
        As for `pareto`.
    """
    lang = lang or language()
    table = finding.table.set_index(pd.PeriodIndex(finding.table["quarter"], freq="Q"))
    table = table.reindex(pd.period_range(table.index[0], table.index[-1], freq="Q"))
    place = np.arange(len(table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    columns = [str(name) for name in finding.table if str(name).endswith("_share")]
    for column, color, dash, marker in zip(columns, style.PALETTE, style.DASHES, style.MARKERS, strict=False):
        low, high = (table[f"{column}_{end}"].astype(float) for end in ("low", "high"))
        ax.fill_between(place, low, high, color=color, alpha=0.1)
        share = table[column].astype(float)
        ax.plot(place, share, color=color, linestyle=dash, marker=marker, label=wording.header(column, lang))
        plain = table[f"{column}_count"].astype(float) / table["told"].astype(float)
        ax.plot(place, plain, color=color, linestyle="none", marker=marker, markerfacecolor="none", markersize=5)
    told = ["–" if np.isnan(many) else count(int(many), lang) for many in table["told"].astype(float)]
    ax.set_xticks(place, [f"{quarter}\n({many})" for quarter, many in zip(table.index, told, strict=True)])
    style.percent(ax.yaxis)
    ax.set(ylim=(0, None), ylabel=wording.header("told_share", lang))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(columns), borderaxespad=0)
    return ax
