"""Is training spent as planned?"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, money
from churnlab.plots import style


def budget_to_date(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw what was planned and what was spent since the year's first month, by month.

    Parameters
    ----------
    finding : Finding
        As `returns.budget`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    at = np.arange(len(table))
    for place, name in enumerate(("budget_to_date_cny", "actual_to_date_cny")):
        ax.plot(
            at, table[name], color=style.PALETTE[1 - place], linestyle=style.DASHES[1 - place],
            marker=style.MARKERS[1 - place], label=wording.header(name, lang),
        )  # fmt: skip
    ax.set_xticks(at, [f"{month:%Y-%m}" for month in table["month"]])
    ax.yaxis.set_major_formatter(lambda value, _: money(value, lang))
    ax.set(ylim=(0, None), ylabel="")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax
