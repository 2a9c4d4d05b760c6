"""How far are results, capabilities and targets from where they should be?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_OPEN = "#888888"
_TARGETS = {"met": style.ACCENT, "not_met": style.PALETTE[1]}
_NEEDS = {"reached": style.ACCENT, "short": style.PALETTE[1]}


def targets_met(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how much of each target is reached with its interval, 100 % being the target; open ones grey and hollow.

    Parameters
    ----------
    finding : Finding
        With `metric`, `target_line`, `target_state` and `of_target_share` with bounds, as `needs.targets`. Of a target
        without that share its state is written.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    names = [f"{_said(row['metric'], 'metric', lang)} {row['target_line'].say(lang)}" for row in _rows(finding)]
    return _against_target(finding, "of_target_share", "target_state", _TARGETS, names, lang, ax)


def kpi_gaps(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how much of its target each KPI of a role has, with its interval; where nothing is sure, grey and hollow.

    Parameters
    ----------
    finding : Finding
        With `staff_role`, `metric`, `need_state` and `of_kpi_target_share` with bounds, as `needs.kpis`.
    lang, ax
        As for `targets_met`.
    """
    lang = lang or language()
    names = [
        f"{_said(row['staff_role'], 'staff_role', lang)} · {_said(row['metric'], 'metric', lang)}"
        for row in _rows(finding)
    ]
    return _against_target(finding, "of_kpi_target_share", "need_state", _NEEDS, names, lang, ax)


def capability_gaps(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw which share of people masters each capability with its interval: the largest gap on top, the largest filled.

    Parameters
    ----------
    finding : Finding
        With `capability`, `among_largest` and `mastered_share` with bounds, as `needs.capabilities`.
    lang, ax
        As for `targets_met`.
    """
    lang = lang or language()
    table = finding.table
    names = [_said(name, "capability", lang) for name in table["capability"]]
    ax = _axes(names, ax)
    for is_large, color in ((True, style.PALETTE[1]), (False, _OPEN)):
        rows = table[table["among_largest"] == is_large]
        label = text(f"plot.needs.{'largest' if is_large else 'others'}", lang)
        _dots(ax, rows, len(table), "mastered_share", color=color, is_filled=is_large, label=label)
    ax.set(xlabel=wording.header("mastered_share", lang), xlim=(-0.02, 1.02))
    return _finished(ax)


def _against_target(
    finding: Finding,
    value: str,
    state: str,
    colors: Mapping[str, str],
    names: list[str],
    lang: Lang,
    ax: Axes | None,
) -> Axes:
    """Draw shares of a target by what was found, with a line where the target is."""
    table = finding.table
    ax = _axes(names, ax)
    ax.axvline(1, color=style.INK, linewidth=0.8, zorder=0)
    known = table[value].notna()
    found = set(table.loc[known, state])
    for name in [*(one for one in colors if one in found), *sorted(found - set(colors))]:
        rows = table[known & (table[state] == name)]
        label = wording.cell(name, state, lang)
        color = colors.get(name, _OPEN)
        marker = "^" if name == "open_time" else "o"
        _dots(ax, rows, len(table), value, color=color, is_filled=name in colors, label=label, marker=marker)
    for place in table.index[~known]:
        said = wording.cell(table.loc[place, state], state, lang)
        ax.text(1, len(table) - 1 - place, f" {said}", va="center", fontsize=8, color=style.MUTED)
    ax.set(xlabel=wording.header(value, lang))
    return _finished(ax)


def _axes(names: list[str], ax: Axes | None) -> Axes:
    """Return axes with a line for each name, the first on top."""
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.25 * max(len(names), 3)))[1]
    ax.set_yticks(np.arange(len(names)), [style.label(name) for name in names[::-1]])
    ax.set(ylim=(-0.6, len(names) - 0.4))
    return ax


def _dots(
    ax: Axes, rows: pd.DataFrame, many: int, value: str, *, color: str, is_filled: bool, label: str, marker: str = "o"
) -> None:
    if rows.empty:
        return
    place = many - 1 - rows.index.to_numpy()
    middle, low, high = (rows[f"{value}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    ax.hlines(place, low, high, color=color, linewidth=1.4)
    fill = color if is_filled else "white"
    ax.plot(middle, place, color=color, marker=marker, linestyle="none", markerfacecolor=fill, label=label)


def _finished(ax: Axes) -> Axes:
    style.percent(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    return ax


def _rows(finding: Finding) -> list[dict[Any, Any]]:
    return finding.table.to_dict("records")


def _said(value: Any, column: str, lang: Lang) -> str:
    return wording.cell(value, column, lang)
