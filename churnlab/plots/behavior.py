"""Do people act differently after a training, and do they go on doing so?"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style


def kpi_series(finding: Finding, *, metric: str = "", lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw a KPI month by month about the training: how far trained people and others are from their months before.

    Parameters
    ----------
    finding : Finding
        `behavior.kpi_series`.
    metric : str
        Which KPI; default: the one that moved most surely.
    lang, ax
        As for `rating_changes`.

    Raises
    ------
    KeyError
        If the Finding has no such KPI.
    """
    lang = lang or language()
    metric = metric or finding.table["metric"].iloc[0]
    table = finding.table[finding.table["metric"] == metric].sort_values("month_about")
    if table.empty:
        raise KeyError(metric)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.6))[1]
    ax.axhline(0, color=style.MUTED, linewidth=0.8, linestyle="--")
    ax.axvspan(-0.5, 0.5, color=style.MUTED, alpha=0.15, linewidth=0)
    aside = table.loc[table["counted_as"] == "set_aside", "month_about"]
    if len(aside):
        told = text("plot.behavior.set_aside", lang)
        ax.axvspan(aside.min() - 0.5, -0.5, facecolor="none", edgecolor=style.MUTED, alpha=0.4, hatch="//", label=told)
    for name, color, aslant in (("compared", style.PALETTE[1], 0.08), ("trained", style.ACCENT, -0.08)):
        own = table.dropna(subset=[f"moved_{name}_share"])
        if len(own):
            _about(ax, own, name, color, aslant, text(f"plot.behavior.{name}", lang))
    style.percent(ax.yaxis)
    months = table["month_about"].tolist()
    ax.set_xticks(
        [*months, 0], [*(f"{month:+d}".replace("-", "−") for month in months), text("plot.behavior.at", lang)]
    )
    ax.set(
        xlabel=text("plot.behavior.months", lang), ylabel=text("plot.behavior.moved", lang),
        xlim=(min(months) - 0.5, max(months) + 0.5),
    )  # fmt: skip
    ax.set_title(text("plot.behavior.kpi", lang, metric=wording.cell(metric, "metric", lang)), loc="left")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0)
    return ax


def _about(ax: Axes, own: pd.DataFrame, name: str, color: str, aslant: float, told: str) -> None:
    """Draw one side with its intervals, the line broken at the training."""
    column = f"moved_{name}_share"
    for is_after in (False, True):
        part = own[(own["month_about"] > 0) == is_after]
        if part.empty:
            continue
        share = part[column]
        spread = np.abs([share - part[f"{column}_low"], part[f"{column}_high"] - share])
        ax.errorbar(
            part["month_about"] + aslant, share, yerr=np.nan_to_num(spread), color=color, marker="o", linestyle="-",
            capsize=2, label=told if is_after else None,
        )  # fmt: skip


def rating_changes(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw by how much ratings changed, by who rates and when, with intervals; more than those not trained if known.

    Parameters
    ----------
    finding : Finding
        `behavior.change`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    told = finding.table
    name = "difference" if told["rating_difference_low"].notna().any() else "change"
    table = told.dropna(subset=[f"rating_{name}"]).iloc[::-1]
    labels = [
        f"{wording.cell(role, 'seen_by', lang)} · {wording.cell(when, 'behavior_when', lang)}"
        for role, when in zip(table["seen_by"], table["behavior_when"], strict=True)
    ]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.8 + 0.27 * max(len(table), 3)))[1]
    _across(ax, labels, table, f"rating_{name}")
    ax.axvline(0, color=style.MUTED, linewidth=0.8, linestyle="--")
    ax.set(xlabel=text(f"plot.behavior.{name}", lang))
    return ax


def transfer_curve(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw who applies a training before it and months after, beside people not trained and the published curve.

    Parameters
    ----------
    finding : Finding
        `behavior.transfer`.
    lang, ax
        As for `rating_changes`.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.4))[1]
    ax.plot(
        [0, 6, 12], [0.62, 0.44, 0.34], color=style.MUTED, linestyle="--", label=text("plot.behavior.published", lang)
    )
    others = table.dropna(subset=["compared_applying_share"])
    if len(others):
        told = text("plot.behavior.compared", lang)
        share = others["compared_applying_share"]
        ax.plot(
            others["months_after"] + 0.15,
            share,
            color=style.PALETTE[1],
            marker="o",
            markerfacecolor="white",
            label=told,
        )
    own = table.dropna(subset=["applying_share"])
    share = own["applying_share"]
    spread = [share - own["applying_share_low"], own["applying_share_high"] - share]
    ax.errorbar(
        own["months_after"], share, yerr=np.maximum(spread, 0), color=style.ACCENT, marker="o", linestyle="-",
        capsize=2, label=text("plot.behavior.trained", lang),
    )  # fmt: skip
    ax.set_xticks([0, *table.loc[table["months_after"] > 0, "months_after"]])
    style.percent(ax.yaxis)
    ax.set(
        xlabel=wording.header("months_after", lang), ylabel=wording.header("applying_share", lang), ylim=(-0.03, 1.03)
    )
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0)
    return ax


def supports(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how often each support was given, with its interval, and its target.

    Parameters
    ----------
    finding : Finding
        `behavior.drivers`.
    lang, ax
        As for `rating_changes`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    labels = [wording.cell(name, "support", lang) for name in table["support"]]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.8 + 0.27 * max(len(table), 3)))[1]
    _across(ax, labels, table, "carried_out_share")
    ax.scatter(
        table["support_target_share"], np.arange(len(table)), marker="|", s=120, color=style.PALETTE[1], zorder=3,
        label=text("plot.behavior.target", lang),
    )  # fmt: skip
    style.percent(ax.xaxis)
    ax.set(xlabel=wording.header("carried_out_share", lang), xlim=(-0.02, 1.02))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return ax


def open_matters(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how many requests and disputes are still open so many days after, before the training and after it.

    Parameters
    ----------
    finding : Finding
        `behavior.matter_curves`.
    lang, ax
        As for `rating_changes`.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.4))[1]
    kinds = [*finding.table["matter_kind"].unique()]
    for (kind, when), part in finding.table.groupby(["matter_kind", "before_or_after"], sort=False):
        color = style.PALETTE[kinds.index(kind) % len(style.PALETTE)]
        line = "-" if when == "after" else ":"
        told = f"{wording.cell(kind, 'matter_kind', lang)} · {wording.cell(when, 'before_or_after', lang)}"
        days = part["open_day"]
        ax.step(days, part["still_open_share"], where="post", color=color, linestyle=line, label=told)
        if when == "after":
            low, high = part["still_open_share_low"], part["still_open_share_high"]
            ax.fill_between(days, low, high, step="post", color=color, alpha=0.12)
    style.percent(ax.yaxis)
    ax.set(xlabel=text("plot.behavior.days", lang), ylabel=wording.header("still_open_share", lang), ylim=(0, 1.03))
    ax.set_xlim(0, None)
    ax.legend(loc="upper right", ncols=len(kinds))
    return ax


def own_and_others(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how people rate themselves and how others rate them, occasion by occasion.

    Parameters
    ----------
    finding : Finding
        `behavior.self_gap`.
    lang, ax
        As for `rating_changes`.
    """
    lang = lang or language()
    table, place = finding.table, np.arange(len(finding.table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.0))[1]
    ax.vlines(place, table["others_rating"], table["own_rating"], color=style.MUTED, linewidth=1)
    for name, color in (("own", style.PALETTE[1]), ("others", style.ACCENT)):
        told = text(f"plot.behavior.{name}", lang)
        ax.plot(place, table[f"{name}_rating"], color=color, marker="o", linestyle="", label=told)
    ax.set_xticks(place, [wording.cell(when, "behavior_when", lang) for when in table["behavior_when"]])
    ax.set(ylabel=text("plot.behavior.score", lang), xlim=(-0.5, len(table) - 0.5))
    ax.margins(y=0.2)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax


def _across(ax: Axes, labels: list[str], table: pd.DataFrame, name: str) -> None:
    """Draw a dot with its interval for each row, the first at the bottom; an end that is not known is left out."""
    place, value = np.arange(len(table)), table[name].to_numpy(dtype=float)
    low, high = (table[f"{name}_{end}"].to_numpy(dtype=float) for end in ("low", "high"))
    ax.hlines(place, np.where(np.isnan(low), value, low), np.where(np.isnan(high), value, high), color=style.ACCENT)
    ax.plot(value, place, color=style.ACCENT, marker="o", linestyle="")
    ax.set_yticks(place, [style.label(label) for label in labels])
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
