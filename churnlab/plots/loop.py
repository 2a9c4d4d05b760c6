"""What became of the students of trained teachers, beside those of the others?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_COLOURS = {"shown": style.ACCENT, "worse": style.PALETTE[1]}
_CHANGE = "student_change_share"
_WIDEST = 1.5  # an interval beyond this would leave no room for the others: it runs off the axes


def student_outcomes(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw each result of the students as a share of what it would be without the training, with its interval.

    Solid where a difference is shown, hollow and grey where none is, or none can be told.

    Parameters
    ----------
    finding : Finding
        `loop.outcomes`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1].reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.3 * max(len(table), 2)))[1]
    edge = _edge(table)
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    for verdict, rows in table.groupby("effect_verdict", sort=False):
        colour = _COLOURS.get(str(verdict), style.MUTED)
        low, high = (rows[f"{_CHANGE}{end}"].astype(float).clip(-2 * edge, 2 * edge) for end in ("_low", "_high"))
        ax.hlines(rows.index, low, high, color=colour, linewidth=1.4)
        ax.plot(
            rows[_CHANGE], rows.index, color=colour, marker="o", linestyle="none",
            markerfacecolor=colour if verdict in _COLOURS else "white",
            label=wording.cell(str(verdict), "effect_verdict", lang),
        )  # fmt: skip
    ax.set(xlim=(-edge, edge), ylim=(-0.6, len(table) - 0.4), xlabel=text("plot.loop.relative", lang))
    names = [style.label(wording.cell(one, "student_outcome", lang)) for one in table["student_outcome"]]
    ax.set_yticks(np.arange(len(table)), names)
    style.percent(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    return ax


def _edge(table: pd.DataFrame) -> float:
    """Return how far the axis goes to each side: what most is told, or where that is too far, only the estimates."""
    ends = np.abs(table[[_CHANGE, f"{_CHANGE}_low", f"{_CHANGE}_high"]].to_numpy(dtype=float))
    most, estimates = float(ends[np.isfinite(ends)].max(initial=0.1)), float(np.nanmax(ends[:, 0], initial=0.1))
    return 1.1 * (most if most <= _WIDEST else max(_WIDEST, estimates))
