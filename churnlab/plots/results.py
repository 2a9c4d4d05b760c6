"""How far did each result move, and how surely?"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style

_COLOURS = {"shown": style.ACCENT, "worse": style.PALETTE[1]}


def kpi_effects(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw each effect with its interval as a share of what it was before: hollow and grey where nothing is shown.

    Parameters
    ----------
    finding : Finding
        With the columns `metric`, `effect_verdict` and `relative_change_share` with its interval.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1].reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.3 * max(len(table), 2)))[1]
    ax.axvline(0, color="#888888", linewidth=0.8)
    name = "relative_change_share"
    for verdict, rows in table.groupby("effect_verdict", sort=False):
        colour = _COLOURS.get(str(verdict), "#888888")
        ax.hlines(rows.index, rows[f"{name}_low"], rows[f"{name}_high"], color=colour, linewidth=1.4)
        ax.plot(
            rows[name], rows.index, color=colour, marker="o", linestyle="none",
            markerfacecolor=colour if verdict in _COLOURS else "white",
            label=wording.cell(str(verdict), "effect_verdict", lang),
        )  # fmt: skip
    names = [style.label(wording.cell(metric, "metric", lang)) for metric in table["metric"]]
    ax.set_yticks(np.arange(len(table)), names)
    ax.set(ylim=(-0.6, len(table) - 0.4), xlabel=wording.header(name, lang, finding.counted))
    style.percent(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    return ax
