"""How many of those who leave would so many calls reach?"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_ROOM = 1.12  # above the highest point, for the mark of what can be called


def reach(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share of leavers reached by the number of calls: by the model with its band, by a rule and by lot.

    Parameters
    ----------
    finding : Finding
        With `calls_per_month`, `is_capacity`, `captured_share` and its bounds, `rule_share`, `random_share`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    table, many = finding.table, finding.table["calls_per_month"]
    ax.fill_between(many, table["captured_share_low"], table["captured_share_high"], color=style.ACCENT, alpha=0.15)
    names = {
        "captured_share": wording.cell("model", "method", lang),
        "rule_share": wording.header("rule_share", lang),
        "random_share": wording.header("random_share", lang),
    }
    drawn = [name for name in names if table[name].notna().any()]
    for place, name in enumerate(drawn):
        colour, mark = style.PALETTE[place], style.MARKERS[place]
        ax.plot(many, table[name], label=names[name], color=colour, linestyle=style.DASHES[place], marker=mark)
    for at in many[table["is_capacity"]]:
        ax.axvline(at, color=style.MUTED, linewidth=0.8, linestyle="--")
        ax.annotate(
            text("plot.capacity", lang, n=at), (at, 1), xycoords=("data", "axes fraction"), xytext=(3, -2),
            textcoords="offset points", va="top", color=style.MUTED,
        )  # fmt: skip
    style.percent(ax.yaxis)
    ax.set_xticks(many, [wording.cell(n, "calls_per_month", lang) for n in many])
    highest = float(np.nanmax(table["captured_share_high"]))
    ax.set(xlabel=wording.header("calls_per_month", lang), ylabel=wording.header("captured_share", lang))
    ax.set(xlim=(0, None), ylim=(0, min(highest * _ROOM, 1.02)))
    ax.legend(loc="upper left", bbox_to_anchor=(0.01, 0.9))
    return ax
