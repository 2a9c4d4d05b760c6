"""Does calling keep students, and does the list put the right ones first?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style


def arms(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share that left of those to be called and of those held out, with intervals.

    Parameters
    ----------
    finding : Finding
        With `arm`, `drawn`, `churn_rate` and its bounds.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 1.2))[1]
    table = finding.table.iloc[::-1]
    counts = zip(table["arm"], table["drawn"], strict=True)
    names = [text("plot.arm", lang, arm=wording.cell(arm, "arm", lang), drawn=drawn) for arm, drawn in counts]
    place = np.arange(len(table))
    ax.hlines(place, table["churn_rate_low"], table["churn_rate_high"], color=style.ACCENT, linewidth=1.4)
    ax.plot(table["churn_rate"], place, "o", color=style.ACCENT)
    ax.set_yticks(place, names)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    style.percent(ax.xaxis)
    ax.set(xlabel=wording.header("churn_rate", lang), xlim=(0, None), ylim=(-0.6, len(table) - 0.4))
    return ax


def qini(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw what calling the first of the lists prevents, with its interval, beside calling by lot.

    Parameters
    ----------
    finding : Finding
        With `listed_share`, `prevented_share` and its bounds, `by_lot_share`.
    lang, ax
        As for `arms`.
    """
    lang = lang or language()
    ax = ax or plt.subplots()[1]
    nobody = pd.DataFrame(0.0, index=[0], columns=finding.table.columns)
    table = pd.concat([nobody, finding.table], ignore_index=True)
    share, low, high = (table[name] for name in ("listed_share", "prevented_share_low", "prevented_share_high"))
    ax.fill_between(share, low, high, color=style.ACCENT, alpha=0.15)
    ax.plot(share, table["prevented_share"], "-o", color=style.ACCENT, label=text("plot.by_list", lang))
    lot = wording.header("by_lot_share", lang)
    ax.plot(share, table["by_lot_share"], color=style.MUTED, linewidth=0.8, linestyle="--", label=lot)
    for axis in (ax.xaxis, ax.yaxis):
        style.percent(axis)
    labels = {f"{axis}label": wording.header(name, lang) for axis, name in
              (("x", "listed_share"), ("y", "prevented_share"))}  # fmt: skip
    ax.set(**labels, xlim=(0, 1.02))
    ax.legend(loc="upper left")
    return ax
