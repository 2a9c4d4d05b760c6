"""How do renewals go on from contract to contract?"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style


def renewals(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the observed renewal rates with their intervals over the fitted curve and its band; the forecast is dashed.

    Parameters
    ----------
    finding : Finding
        With `term`, `renewal_rate` and `fitted_rate` and their bounds; `came_due` is missing where it is forecast.
    lang, ax
        As for `history`.
    """
    lang = lang or language()
    ax = ax or plt.subplots()[1]
    table = finding.table
    term, seen = table["term"].to_numpy(), table["came_due"].notna().to_numpy()
    low, high = (table[f"fitted_rate_{side}"].to_numpy(dtype=float) for side in ("low", "high"))
    ax.fill_between(term, low, high, color=style.ACCENT, alpha=0.12, label=text("plot.renewal_band", lang))
    fitted = table["fitted_rate"].to_numpy(dtype=float)
    ax.plot(term[seen], fitted[seen], color=style.ACCENT, linestyle="-", label=text("plot.renewal_curve", lang))
    ahead = np.flatnonzero(~seen)
    if len(ahead):
        onwards = slice(max(ahead[0] - 1, 0), None)
        told = text("plot.renewal_forecast", lang)
        ax.plot(term[onwards], fitted[onwards], color=style.ACCENT, linestyle="--", label=told)
    points = table.dropna(subset=["renewal_rate"])
    rate = points["renewal_rate"].to_numpy(dtype=float)
    reach = [
        rate - points["renewal_rate_low"].to_numpy(dtype=float),
        points["renewal_rate_high"].to_numpy(dtype=float) - rate,
    ]
    ax.errorbar(
        points["term"], rate, yerr=np.maximum(reach, 0), fmt="o", color=style.PALETTE[1], capsize=2,
        label=text("plot.renewal_observed", lang),
    )  # fmt: skip
    style.percent(ax.yaxis)
    ax.set_xticks(term)
    ax.set(xlabel=wording.header("term", lang), ylabel=wording.header("renewal_rate", lang))
    bounds = [*low, *high, *points["renewal_rate_low"], *points["renewal_rate_high"]]
    room = 0.05 * (max(bounds) - min(bounds)) + 0.01
    ax.set_ylim(max(min(bounds) - room, -0.01), min(max(bounds) + room, 1.01))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
