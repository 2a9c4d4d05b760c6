"""How far did those who asked come, and how long did they take?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_BAR = 0.62
_PALE, _PALEST = 0.35, 0.12
_ROOM = 1.42  # of the longest bar: what is written behind it has to stand somewhere
_WIDEST_CURVE = 91


def funnel(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how many passed each step as bars, the first on top, with the share of the step before behind each.

    What has no record of its own, and counts because a later step is on record, is drawn lighter; who is not due yet
    stands behind the bar, palest, and in no share.

    Parameters
    ----------
    finding : Finding
        With `funnel_step`, `reached`, `without_record`, `of_previous_rate`, perhaps `not_due`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table
    place = np.arange(len(table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.6 + 0.29 * len(table)))[1]
    ends = _bars(table.assign(with_record=table["reached"] - table["without_record"]), ax, lang)
    for at, end, row in zip(place, ends, table.to_dict("records"), strict=True):
        count = wording.cell(int(row["reached"]), "reached", lang)
        share = wording.cell(row["of_previous_rate"], "of_previous_rate", lang)
        said = "plot.funnel_bar_due" if row.get("not_due") else "plot.funnel_bar"
        words = count if at == 0 else text(said, lang, count=count, share=share)
        ax.annotate(words, (end, at), (4, 0), textcoords="offset points", va="center", fontsize=8)
    names = [wording.cell(step, "funnel_step", lang) for step in table["funnel_step"]]
    ax.set_yticks(place, names)
    ax.set(ylim=(len(table) - 0.5, -0.5), xlim=(0, _ROOM * max(table["reached"].max(), 1)), xticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    return ax


def _bars(table: pd.DataFrame, ax: Axes, lang: Lang) -> pd.Series:
    """Draw the parts of each bar one behind the other, and return where they end."""
    ends = pd.Series(0, index=table.index)
    for name, alpha in (("with_record", 1.0), ("without_record", _PALE), ("not_due", _PALEST)):
        if name == "with_record" or (name in table and table[name].any()):
            told = text(f"plot.{name}", lang)
            ax.barh(range(len(table)), table[name], _BAR, left=ends, color=style.ACCENT, alpha=alpha, label=told)
            ends = ends + table[name]
    if len(ax.containers) > 1:
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0)
    return ends


def time_to_enrol(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw which share had enrolled by days since asking, with its band and the day by which half of them had.

    Where losses have their day, the share that is lost by then is drawn likewise, dashed.

    Parameters
    ----------
    finding : Finding
        With `days_since_asking`, `enrolled_share` and its bounds, perhaps `given_up_share`; the facts `median_days` and
        `enrolled_share`.
    lang, ax
        As for `funnel`.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.1))[1]
    days = finding.table["days_since_asking"]
    ends = {"enrolled_share": (style.ACCENT, "-"), "given_up_share": (style.MUTED, "--")}
    told = {name: look for name, look in ends.items() if name in finding.table}
    for name, (color, line) in told.items():
        _curve(finding, name, ax, color=color, linestyle=line, label=wording.header(name, lang))
    _half(finding, ax, lang)
    if len(told) > 1:
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    else:
        ax.set_ylabel(wording.header("enrolled_share", lang))
    style.percent(ax.yaxis)
    ax.set_xticks(days.to_numpy()[:: 2 if days.max() <= _WIDEST_CURVE else 4])
    ax.set(xlabel=wording.header("days_since_asking", lang), ylim=(0, None), xlim=(0, None))
    return ax


def _curve(finding: Finding, name: str, ax: Axes, *, color: str, linestyle: str, label: str) -> None:
    table = finding.table
    days = table["days_since_asking"]
    ax.fill_between(days, table[f"{name}_low"], table[f"{name}_high"], color=color, alpha=0.15)
    ax.plot(days, table[name], color=color, linestyle=linestyle, marker="o", markersize=3, label=label)


def _half(finding: Finding, ax: Axes, lang: Lang) -> None:
    """Mark the day by which half of those who come have come."""
    median, share = (float(finding.facts[name]) for name in ("median_days", "enrolled_share"))  # type: ignore[arg-type]
    ax.plot([median, median, 0], [0, share / 2, share / 2], color=style.MUTED, linewidth=0.8, linestyle=":")
    told = text("plot.half_enrolled", lang, days=median)
    ax.annotate(told, (median, share / 7), (5, 0), textcoords="offset points", color=style.MUTED, va="center")
