"""How soon did customers sign, which complaints moved, and who stands where?"""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style
from churnlab.plots.results import kpi_effects

_LOOKS = {
    "trained_before": (style.ACCENT, "--"),
    "trained_after": (style.ACCENT, "-"),
    "compared_before": (style.MUTED, "--"),
    "compared_after": (style.MUTED, "-"),
}
_MOVED = {"more": style.PALETTE[1], "fewer": style.ACCENT, "rose": style.ACCENT, "fell": style.PALETTE[1]}
_RANKS_INCHES, _MOST_NAMED = 3.2, 12


def sign_curves(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw which share had signed by days since the first contact: trained in colour, before dashed, after with a band.

    Parameters
    ----------
    finding : Finding
        With `sign_group`, `days_since_contact`, `signed_share` and its bounds.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.4))[1]
    for group, rows in finding.table.groupby("sign_group", sort=False):
        color, line = _LOOKS[str(group)]
        days, name = rows["days_since_contact"], wording.cell(str(group), "sign_group", lang)
        if line == "-":
            ax.fill_between(days, rows["signed_share_low"], rows["signed_share_high"], color=color, alpha=0.15)
        ax.plot(days, rows["signed_share"], color=color, linestyle=line, marker="o", markersize=3, label=name)
    ax.set(xlabel=wording.header("days_since_contact", lang), ylabel=wording.header("signed_share", lang))
    ax.set(xlim=(0, None), ylim=(0, None))
    ax.set_xticks(np.sort(finding.table["days_since_contact"].unique()))
    style.percent(ax.yaxis)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    return ax


def type_shifts(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw by how much each type's share of the complaints moved, with its interval; hollow where none is shown.

    Parameters
    ----------
    finding : Finding
        With `complaint_type`, `type_verdict`, `shift_points` and its bounds.
    lang, ax
        As for `sign_curves`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1].reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.3 * max(len(table), 2)))[1]
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    for verdict, rows in table.groupby("type_verdict", sort=False):
        color = _MOVED.get(str(verdict), style.MUTED)
        ax.hlines(rows.index, rows["shift_points_low"], rows["shift_points_high"], color=color, linewidth=1.4)
        ax.plot(
            rows["shift_points"], rows.index, color=color, marker="o", linestyle="none",
            markerfacecolor=color if verdict in _MOVED else "white",
            label=wording.cell(str(verdict), "type_verdict", lang),
        )  # fmt: skip
    names = [style.label(wording.cell(one, "complaint_type", lang)) for one in table["complaint_type"]]
    shift = "shift_alone" if (table["type_verdict"] == "change").all() else "shift"
    ax.set_yticks(np.arange(len(table)), names)
    ax.set(ylim=(-0.6, len(table) - 0.4), xlabel=text(f"plot.results.{shift}", lang))
    style.percent(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    return ax


def rank_shifts(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw everybody's place after by her place before: above the line who stands higher than before.

    Named, filled and with the places that noise allows are only those who surely moved; all others are hollow. The
    trained are in colour.

    Parameters
    ----------
    finding : Finding
        With `staff_id`, `is_trained`, `rank_verdict`, `before_place` and `after_place` with its bounds.
    lang, ax
        As for `sign_curves`.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, _RANKS_INCHES))[1]
    last = float(table[["before_place", "after_place"]].max().max())
    ax.plot([1, last], [1, last], color=style.MUTED, linewidth=0.8, linestyle=":")
    for is_trained, rows in table.groupby("is_trained", sort=True):
        color = style.ACCENT if is_trained else style.MUTED
        said = text(f"plot.results.{'trained' if is_trained else 'compared'}_people", lang)
        moved = rows[rows["rank_verdict"] != "cannot_tell"]
        ax.vlines(moved["before_place"], moved["after_place_low"], moved["after_place_high"], color=color, alpha=0.5)
        _places(rows[rows["rank_verdict"] == "cannot_tell"], ax, color, "white", said)
        _places(moved, ax, color, color, f"{said} · {text('plot.results.moved', lang)}")
    named = table[table["rank_verdict"] != "cannot_tell"].head(_MOST_NAMED)
    for who, before, after in zip(named["staff_id"], named["before_place"], named["after_place"], strict=True):
        ax.annotate(str(who), (before, after), xytext=(4, 3), textcoords="offset points", fontsize=6.5)
    ax.set(xlabel=text("plot.results.place_before", lang), ylabel=text("plot.results.place_after", lang))
    ax.set(xlim=(last + 0.8, 0.2), ylim=(last + 0.8, 0.2))
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    return ax


def _places(rows: pd.DataFrame, ax: Axes, color: str, fill: str, label: str) -> None:
    if len(rows):
        ax.plot(
            rows["before_place"], rows["after_place"], color=color, marker="o", markersize=4, linestyle="none",
            markerfacecolor=fill, label=label,
        )  # fmt: skip


def tier_effects(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the effect on the value of contracts for each customer tier, as `kpi_effects` draws KPIs.

    Parameters
    ----------
    finding : Finding
        With `tier`, `effect_verdict` and `relative_change_share` with its interval.
    lang, ax
        As for `sign_curves`.
    """
    return kpi_effects(replace(finding, table=finding.table.rename(columns={"tier": "metric"})), lang=lang, ax=ax)
