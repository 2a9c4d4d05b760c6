"""What did a training return: how likely, when, moved by what, and what do vendors cost?"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, money, text
from churnlab.plots import style


def return_chances(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw with which probability the return is at least so high; lines mark no return and the one looked for.

    Parameters
    ----------
    finding : Finding
        As `returns.chances`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    ax.plot(table["roi_at_least_rate"], table["at_least_probability"], color=style.ACCENT, linestyle="-")
    target = float(finding.facts["target"])  # type: ignore[arg-type]
    for place, (at, name) in enumerate(((0.0, "nothing"), (target, "target")), 1):
        ax.axvline(
            at, color=style.PALETTE[place], linestyle=style.DASHES[place], linewidth=1.2,
            label=text(f"plot.returns.{name}", lang),
        )  # fmt: skip
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
    ax.set_xlabel(wording.header("roi_at_least_rate", lang))
    ax.set_ylabel(wording.header("at_least_probability", lang))
    ax.set_ylim(0, 1)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax


def return_tornado(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw how far each input moves the return, from its lowest to its highest; the line is all at their likeliest.

    Parameters
    ----------
    finding : Finding
        As `returns.tornado`.
    lang, ax
        As for `return_chances`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1].reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 1.0 + 0.35 * len(table)))[1]
    likely = float(finding.facts["roi"])  # type: ignore[arg-type]
    for place, end in enumerate(("low", "high")):
        reached = table[f"roi_at_{end}_rate"].to_numpy(dtype=float)
        ax.barh(
            table.index, reached - likely, left=likely, height=0.55, color=style.PALETTE[place],
            label=text(f"plot.returns.{end}", lang),
        )  # fmt: skip
    ax.axvline(likely, color=style.INK, linewidth=1)
    ax.set_yticks(np.arange(len(table)), [style.label(wording.cell(one, "", lang)) for one in table["return_input"]])
    style.percent(ax.xaxis)
    ax.set(xlabel=wording.header("roi_rate", lang), ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax


def payback(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw what was earned month by month against the cost; dashed where it is not yet measured.

    Parameters
    ----------
    finding : Finding
        As `returns.payback`.
    lang, ax
        As for `return_chances`.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    month, earned = table["month_since"].to_numpy(), table["earned_cny"].to_numpy(dtype=float)
    ax.fill_between(
        month, table["earned_cny_low"], table["earned_cny_high"], color=style.ACCENT, alpha=0.15,
        label=text("plot.returns.interval", lang),
    )  # fmt: skip
    known = table["is_measured"].to_numpy(dtype=bool)
    until = int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0
    ax.plot(month[:until], earned[:until], color=style.ACCENT, linestyle="-", label=wording.header("is_measured", lang))
    if until < len(month):
        begin = max(until - 1, 0)
        ax.plot(
            month[begin:], earned[begin:], color=style.ACCENT, linestyle="--", label=text("plot.returns.to_come", lang)
        )
    ax.axhline(
        float(table["cost_cny"].iloc[0]), color=style.PALETTE[1], linestyle="-.", label=text("plot.returns.cost", lang)
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: money(value, lang))
    ax.set_ylim(bottom=min(0.0, float(table["earned_cny_low"].min())))
    ax.set(xlabel=wording.header("month_since", lang), ylabel=wording.header("earned_cny", lang), xlim=(1, month[-1]))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, borderaxespad=0)
    return ax


def vendor_map(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw each vendor by the price of a trainee's hour and by its ratings with their interval; vendors by name.

    Parameters
    ----------
    finding : Finding
        As `returns.vendors`; who is not rated is left out.
    lang, ax
        As for `return_chances`.
    """
    lang = lang or language()
    table = finding.table.dropna(subset="vendor_liked_mean")
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, style.HEIGHT_INCHES))[1]
    ax.vlines(
        table["hour_cny"], table["vendor_liked_mean_low"], table["vendor_liked_mean_high"], color=style.ACCENT,
        linewidth=1.2,
    )  # fmt: skip
    ax.plot(table["hour_cny"], table["vendor_liked_mean"], color=style.ACCENT, marker="o", linestyle="none")
    for row in table.to_dict("records"):
        name = style.label(wording.cell(str(row["training_vendor"]), "training_vendor", lang), longest=20)
        ax.annotate(
            name, (row["hour_cny"], row["vendor_liked_mean"]), xytext=(5, 3), textcoords="offset points", fontsize=8
        )
    ax.xaxis.set_major_formatter(lambda value, _: money(value, lang))
    ax.set(xlabel=wording.header("hour_cny", lang), ylabel=wording.header("vendor_liked_mean", lang))
    ax.margins(x=0.12)
    ax.grid(axis="x", visible=True)
    return ax
