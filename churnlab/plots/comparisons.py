"""Does an effect begin with the training, and does nothing show where there is nothing to find?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_PLACEBO_LOOKS = {
    "true_start": (style.ACCENT, style.ACCENT),
    "earlier": (style.MUTED, "white"),
    "unmoved": (style.PALETTE[2], "white"),
    "found": (style.PALETTE[1], style.PALETTE[1]),
}


def event_study(finding: Finding, *, metric: str = "", lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the effect on a KPI month by month with its intervals, and between dashes the trend that may be overlooked.

    Parameters
    ----------
    finding : Finding
        `results.event_study`.
    metric : str
        Which KPI; default: the one whose effect is surest.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.

    Raises
    ------
    KeyError
        If the Finding has no such KPI.
    """
    lang = lang or language()
    metric = metric or str(finding.table["metric"].iloc[0])
    rows = finding.table[finding.table["metric"] == metric]
    if rows.empty:
        raise KeyError(metric)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.6))[1]
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    ax.axvline(-0.5, color=style.MUTED, linewidth=0.8, linestyle=":")
    months, effect = rows["event_month"].to_numpy(dtype=float), rows["event_effect_share"].to_numpy(dtype=float)
    spread = np.abs([effect - rows["event_effect_share_low"], rows["event_effect_share_high"] - effect])
    ax.errorbar(months, effect, yerr=np.nan_to_num(spread), color=style.ACCENT, marker="o", linestyle="none", capsize=2)
    slope = float(rows["hidden_share"].iloc[0])
    if np.isfinite(slope):
        ends, middle = np.array([months.min(), months.max()]), months[months < 0].mean()
        for side, told in ((1, text("plot.comparisons.overlooked", lang)), (-1, None)):
            trend = side * slope * (ends - middle)
            ax.plot(ends, trend, color=style.PALETTE[1], linestyle="--", linewidth=1, label=told)
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0, frameon=False)
    style.percent(ax.yaxis)
    ax.set_xticks(months, [f"{month:+.0f}".replace("-", "−") if month else "0" for month in months])
    ax.set(xlabel=text("plot.comparisons.months_after", lang), ylabel=text("plot.comparisons.months_effect", lang))
    verdict = wording.cell(str(rows["trend_verdict"].iloc[0]), "trend_verdict", lang)
    told = text("plot.comparisons.month_by_month", lang, metric=wording.cell(metric, "metric", lang), verdict=verdict)
    ax.set_title(told, loc="left")
    return ax


def placebo_checks(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw each effect on a KPI above those where there can be none; an effect found there in the second colour.

    Parameters
    ----------
    finding : Finding
        `results.placebo_checks`.
    lang, ax
        As for `event_study`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1].reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 1.0 + 0.2 * max(len(table), 3)))[1]
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    said = table["placebo_kind"].mask(table["placebo_verdict"] == "found", "found")
    name = "relative_change_share"
    for kind, (color, fill) in _PLACEBO_LOOKS.items():
        rows = table[said == kind]
        if len(rows):
            ax.hlines(rows.index, rows[f"{name}_low"], rows[f"{name}_high"], color=color, linewidth=1.4)
            ax.plot(
                rows[name], rows.index, color=color, marker="o", linestyle="none", markerfacecolor=fill,
                label=text(f"plot.comparisons.{kind}", lang),
            )  # fmt: skip
    named = zip(table["metric"], table["placebo_kind"], table["month"], strict=True)
    names = [_asked(metric, kind, month, lang) for metric, kind, month in named]
    ax.set_yticks(np.arange(len(table)), names)
    ax.set(ylim=(-0.6, len(table) - 0.4), xlabel=text("plot.comparisons.months_effect", lang))
    style.percent(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    return ax


def region_months(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the campuses trained beside their synthetic counterpart; the line stands where the training was.

    Parameters
    ----------
    finding : Finding
        `results.region_months`.
    lang, ax
        As for `event_study`.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.5))[1]
    after = table["when"] == "after"
    ax.axvline(table.loc[after, "month"].min() - pd.Timedelta(days=15), color=style.MUTED, linewidth=0.8, linestyle=":")
    looks = {"synthetic": (style.MUTED, "--"), "region": (style.ACCENT, "-")}
    for name, (color, line) in looks.items():
        said = text(f"plot.comparisons.{name}", lang)
        # Broken at the training: months in between were left out.
        for rows, label in ((table[~after], said), (table[after], None)):
            ax.plot(rows["month"], rows[f"{name}_share"], color=color, linestyle=line, marker="o", ms=3, label=label)
    style.percent(ax.yaxis)
    ax.set_ylabel(text("plot.comparisons.of_before", lang))
    ax.set_title(wording.cell(str(table["metric"].iloc[0]), "metric", lang), loc="left")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0, frameon=False)
    return ax


def _asked(metric: str, kind: str, month: pd.Timestamp, lang: Lang) -> str:
    """Return the KPI's name beside its true effect, and the month alone below it."""
    at = wording.cell(month, "month", lang)
    return at if kind == "earlier" else style.label(f"{wording.cell(metric, 'metric', lang)} {at}")
