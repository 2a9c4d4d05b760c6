"""Was it learned: scores at three tests, capabilities before and after, and questions that are bad?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style

_BEFORE, _AFTER = "capability_before_share", "capability_after_share"


def gains(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the change of each chapter at each later test as a dot with its interval; the line is no change.

    Parameters
    ----------
    finding : Finding
        With `chapter`, `learned_by` and `test_change_points` with bounds, as `learning.gains`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table
    chapters = table["chapter"].drop_duplicates().tolist()[::-1]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.4 * len(chapters)))[1]
    ax.axvline(0, color=style.MUTED, linewidth=1)
    for place, later in enumerate(table["learned_by"].unique()):
        part = table[table["learned_by"] == later]
        at = part["chapter"].map(chapters.index).to_numpy() + 0.1 - 0.2 * place
        _dots(ax, at, part, "test_change_points", place, wording.cell(later, "learned_by", lang))
    names = [style.label(wording.cell(chapter, "chapter", lang)) for chapter in chapters]
    ax.set_yticks(np.arange(len(chapters)), names)
    ax.xaxis.set_major_formatter(lambda value, _: f"{round(100 * value, 6):g}")
    ax.set(xlabel=wording.header("test_change_points", lang), ylim=(-0.6, len(chapters) - 0.4))
    ax.grid(axis="x", visible=True)
    ax.grid(axis="y", visible=False)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax


def capability_dots(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw each capability before and after as two dots with intervals: reads better than the radar.

    Parameters
    ----------
    finding : Finding
        As `learning.capabilities`.
    lang, ax
        As for `gains`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.4 * len(table)))[1]
    for place, column in enumerate((_BEFORE, _AFTER)):
        _dots(ax, np.arange(len(table)) + 0.1 - 0.2 * place, table, column, place, wording.header(column, lang))
    ax.set_yticks(np.arange(len(table)), [style.label(str(name)) for name in table["capability"]])
    style.percent(ax.xaxis)
    ax.set(ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="x", visible=True)
    ax.grid(axis="y", visible=False)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax


def capability_radar(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the capabilities before and after as two polygons with their intervals as bands, from 0 to the scale's end.

    Distances are hard to compare on it, and areas mean nothing: `capability_dots` shows the same.

    Parameters
    ----------
    finding : Finding
        As `learning.capabilities`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        A polar one; default: a new one.
    """
    lang = lang or language()
    table = finding.table
    side = 0.6 * style.WIDTH_INCHES
    ax = ax or plt.subplots(figsize=(side, side), subplot_kw={"projection": "polar"})[1]
    angle = np.linspace(0, 2 * np.pi, len(table), endpoint=False)
    around = np.append(angle, angle[:1])
    for place, column in enumerate((_BEFORE, _AFTER)):
        low, value, high = (_closed(table[f"{column}{end}"]) for end in ("_low", "", "_high"))
        color = style.PALETTE[place]
        ax.fill_between(around, np.clip(low, 0, 1), np.clip(high, 0, 1), color=color, alpha=0.15)
        ax.plot(
            around, value, color=color, linestyle=style.DASHES[place], marker=style.MARKERS[place],
            label=wording.header(column, lang),
        )  # fmt: skip
    ax.set_xticks(angle, [style.label(str(name), longest=16) for name in table["capability"]])
    style.percent(ax.yaxis)
    ax.set_ylim(0, 1)
    ax.grid(visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=2)
    return ax


def questions(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how hard each question is and how far it goes with the others; the bad ones by name.

    Parameters
    ----------
    finding : Finding
        With `item_id`, `item_state`, `correct_share` and `item_correlation`, as `learning.items`.
    lang, ax
        As for `gains`.
    """
    lang = lang or language()
    table = finding.table.dropna(subset="item_correlation")
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    ax.axhline(0, color=style.MUTED, linewidth=1)
    for place, occasion in enumerate(table["test_occasion"].unique()):
        part = table[table["test_occasion"] == occasion]
        ax.plot(
            part["correct_share"], part["item_correlation"], linestyle="none", marker=style.MARKERS[place],
            color=style.PALETTE[place], label=wording.cell(occasion, "test_occasion", lang),
        )  # fmt: skip
    for row in table[~table["item_state"].isin(["fine", "watch"])].to_dict("records"):
        ax.annotate(
            style.label(str(row["item_id"])), (row["correct_share"], row["item_correlation"]),
            xytext=(4, 4), textcoords="offset points", fontsize=8,
        )  # fmt: skip
    style.percent(ax.xaxis)
    ax.set(xlim=(0, 1), xlabel=wording.header("correct_share", lang), ylabel=wording.header("item_correlation", lang))
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0)
    return ax


def _dots(ax: Axes, at: np.ndarray, table: pd.DataFrame, column: str, place: int, label: str) -> None:
    color = style.PALETTE[place]
    ax.hlines(at, table[f"{column}_low"], table[f"{column}_high"], color=color, linewidth=1.4)
    ax.plot(table[column], at, linestyle="none", marker=style.MARKERS[place], color=color, label=label)


def _closed(values: pd.Series) -> np.ndarray:
    told = values.to_numpy(dtype=float)
    return np.append(told, told[:1])
