"""How were the questions about a training answered?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, percent, text
from churnlab.plots import style

_SHADES = ("#b35806", "#f1a340", "#d9d9d9", "#92c5de", "#2166ac")


def answer_bars(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the answers to each question or part as diverging bars: 1 and 2 to the left, 4 and 5 to the right.

    Those of 3 lie around zero; answers that nobody chose keep their place in the legend, and a reversed question says
    that it is turned.

    Parameters
    ----------
    finding : Finding
        `reaction.distribution`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    names = [f"answered_{place}" for place in range(1, 6)]
    share = table[names].to_numpy(dtype=float)
    share = share / share.sum(axis=1, keepdims=True)
    left = -(share[:, 0] + share[:, 1] + share[:, 2] / 2)
    place = np.arange(len(table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.27 * max(len(table), 3)))[1]
    for number, (name, shade) in enumerate(zip(names, _SHADES, strict=True)):
        ax.barh(place, share[:, number], left=left, color=shade, height=0.7, label=wording.header(name, lang))
        left = left + share[:, number]
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    ax.set_yticks(place, [style.label(name) for name in _names(table, lang)])
    ax.use_sticky_edges = False
    ax.margins(x=0.03)
    ax.xaxis.set_major_formatter(lambda value, _: percent(abs(value), lang, 0))
    ax.set(xlabel=text("plot.reaction.share", lang), ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="y", visible=False)
    ax.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return ax


def _names(table: pd.DataFrame, lang: Lang) -> list[str]:
    if "reaction_item" not in table:
        part = str(table.columns[0])
        return [wording.cell(one, part, lang) for one in table[part]]
    return [
        text("plot.reaction.turned", lang, item=item) if turned else str(item)
        for item, turned in zip(table["reaction_item"], table["reaction_reversed"], strict=True)
    ]


def session_differences(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw by how much the same people liked each session more than the others, with its interval.

    A filled dot: different when corrected for the number of sessions; a hollow one: not to be told from the others.

    Parameters
    ----------
    finding : Finding
        `reaction.sessions`.
    lang, ax
        As for `answer_bars`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1].reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.27 * max(len(table), 3)))[1]
    for verdict, shade in (("better", _SHADES[4]), ("worse", _SHADES[0]), ("alike", style.MUTED)):
        part = table[table["session_verdict"] == verdict]
        ends = part["session_difference_low"], part["session_difference_high"]
        ax.hlines(part.index, *ends, color=shade, linewidth=1.2)
        label, fill = wording.cell(verdict, "session_verdict", lang), "white" if verdict == "alike" else shade
        ax.scatter(
            part["session_difference"],
            part.index,
            s=26,
            zorder=3,
            label=label,
            facecolor=fill,
            edgecolor=shade,
            linewidth=1.2,
        )
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    ax.set_yticks(range(len(table)), [style.label(str(one)) for one in table["reaction_session"]])
    ax.set(xlabel=wording.header("session_difference", lang), ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="y", visible=False)
    ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return ax


def instructor_stars(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw each instructor's stars with their interval, and in colour below them the sources they come from.

    Parameters
    ----------
    finding : Finding
        `reaction.stars`.
    lang, ax
        As for `answer_bars`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 1.0 + 0.62 * max(len(table), 2)))[1]
    names = ("instructor_stars", "liking_stars", "learning_stars", "results_stars")
    for number, name in enumerate(names):
        _dots(ax, table, name, shift=0.27 - 0.18 * number, number=number, lang=lang)
    ax.set_yticks(np.arange(len(table)), [style.label(str(one)) for one in table["reaction_instructor"]])
    ax.set(xlim=(0.9, 5.1), xticks=range(1, 6), ylim=(-0.5, len(table) - 0.5))
    _across(ax)
    return ax


def _dots(ax: Axes, table: pd.DataFrame, name: str, *, shift: float, number: int, lang: Lang) -> None:
    """Draw values with their intervals, a row each; the first of several is the heaviest."""
    place = np.arange(len(table)) + shift
    value, low, high = (table[f"{name}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    known = np.isfinite(value)
    reach = np.nan_to_num(np.maximum([value - low, high - value], 0))
    ax.errorbar(
        value[known], place[known], xerr=reach[:, known], fmt=style.MARKERS[number], color=style.PALETTE[number],
        elinewidth=1.1 if number else 1.8, markersize=4 if number else 6, capsize=0, label=wording.header(name, lang),
    )  # fmt: skip


def _across(ax: Axes) -> None:
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
