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
_MOST_PEOPLE = 40


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
    """Draw each person's places: hollow before, filled after with the places that noise allows; the trained in colour.

    Of more than forty people only the trained are drawn.

    Parameters
    ----------
    finding : Finding
        With `staff_id`, `is_trained`, `before_place`, `after_place` and its bounds.
    lang, ax
        As for `sign_curves`.
    """
    lang = lang or language()
    table = finding.table
    last = float(table["after_place_high"].max())
    drawn = (table if len(table) <= _MOST_PEOPLE else table[table["is_trained"]]).reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.9 + 0.17 * max(len(drawn), 4)))[1]
    for is_trained, rows in drawn.groupby("is_trained", sort=True):
        color = style.ACCENT if is_trained else style.MUTED
        ax.hlines(rows.index, rows["after_place_low"], rows["after_place_high"], color=color, alpha=0.35, linewidth=2.5)
        who = text(f"plot.results.{'trained' if is_trained else 'compared'}_people", lang)
        _places(rows, "after", ax, color=color, fill=color, label=f"{who} · {text('plot.results.after', lang)}")
        _places(rows, "before", ax, color=color, fill="white", label=f"{who} · {text('plot.results.before', lang)}")
    ax.set_yticks(drawn.index, [str(one) for one in drawn["staff_id"]], fontsize=6.5)
    ax.set(ylim=(len(drawn) - 0.4, -0.6), xlim=(last + 0.8, 0.2), xlabel=text("plot.results.place", lang))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    return ax


def _places(rows: pd.DataFrame, when: str, ax: Axes, *, color: str, fill: str, label: str) -> None:
    ax.plot(
        rows[f"{when}_place"], rows.index, color=color, marker="o", markersize=4, linestyle="none",
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
