"""Where do single people stand, and how sure is that?"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, count, language, text
from churnlab.plots import style

UNCLEAR = "unclear"
_GREY = "#b5bcc4"


def nine_box(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw everyone by performance and learning; who is in no box for certain is grey and hollow.

    Parameters
    ----------
    finding : Finding
        With `performance_score`, `potential_score` and `box`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 3.6))[1]
    table = finding.table
    ends = {"high_high": style.ACCENT, "low_low": style.PALETTE[1]}
    group = table["box"].where(table["box"].isin([*ends, UNCLEAR]), "placed")
    looks = {UNCLEAR: _GREY, "placed": style.PALETTE[2], **ends}
    for (name, color), marker in zip(looks.items(), ("o", "s", "^", "v"), strict=True):
        rows = table[group == name]
        said = text(f"plot.people.{name}", lang) if name == "placed" else wording.cell(name, "box", lang)
        fill = "none" if name == UNCLEAR else color
        ax.scatter(
            rows["performance_score"], rows["potential_score"], s=18, marker=marker, facecolors=fill, edgecolors=color,
            linewidths=0.9, label=f"{said} ({count(len(rows), lang)})",
        )  # fmt: skip
    ax.axhline(0, color=style.RULE, linewidth=0.8, zorder=0)
    ax.axvline(0, color=style.RULE, linewidth=0.8, zorder=0)
    ax.set(xlabel=wording.header("performance_score", lang), ylabel=wording.header("potential_score", lang))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4)
    return ax


def person_intervals(
    finding: Finding,
    *,
    value: str,
    names: tuple[str, ...] = ("staff_id",),
    beside: float | None = None,
    lang: Lang | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a value of each row with its interval, the first row on top.

    Parameters
    ----------
    finding : Finding
        With the columns of `names`, `value` and its bounds.
    value : str
        Column of its table.
    names : tuple of str
        Columns that say whose row it is.
    beside : float, optional
        Where nothing would differ: a line.
    lang, ax
        As for `nine_box`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    place = np.arange(len(table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.7 + 0.19 * max(len(table), 4)))[1]
    middle, low, high = (table[f"{value}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    known = np.isfinite(middle)
    reach = np.nan_to_num(np.maximum([middle - low, high - middle], 0))
    ax.errorbar(
        middle[known], place[known], xerr=reach[:, known], fmt="o", color=style.ACCENT, elinewidth=1.1, capsize=0
    )
    if beside is not None:
        ax.axvline(beside, color=style.PALETTE[1], linewidth=0.9, linestyle="--", zorder=0)
    said = [
        style.label(" · ".join(wording.cell(one, name, lang) for one, name in zip(row, names, strict=True)))
        for row in table[[*names]].to_numpy(dtype=object)
    ]
    ax.set_yticks(place, said)
    ax.set(xlabel=wording.header(value, lang), ylim=(-0.6, len(table) - 0.4))
    if wording.unit(value) == "rate":
        style.percent(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    return ax


def plan_weeks(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share of weekly tasks done, week by week, with its interval, and below how many were planned.

    Parameters
    ----------
    finding : Finding
        With `week_of_plan`, `weeks_planned`, `done_share` and its bounds.
    lang, ax
        As for `nine_box`.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.2))[1]
    share, low, high = (table[f"done_share{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    place = np.arange(len(table))
    ax.bar(place, share, color=style.ACCENT, alpha=0.3, width=0.6)
    ax.errorbar(place, share, yerr=np.maximum([share - low, high - share], 0), fmt="o", color=style.ACCENT, capsize=2)
    weeks = zip(table["week_of_plan"], table["weeks_planned"], strict=True)
    ax.set_xticks(place, [f"{week}\n({count(planned, lang)})" for week, planned in weeks])
    style.percent(ax.yaxis)
    planned = wording.header("weeks_planned", lang)
    ax.set(
        ylim=(0, 1.02),
        xlabel=f"{wording.header('week_of_plan', lang)} ({planned})",
        ylabel=wording.header("done_share", lang),
    )
    return ax


def plan_behaviors(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the mean rating of each behaviour before, after and later, with its interval.

    Parameters
    ----------
    finding : Finding
        With `behavior`, `rated_when`, `behavior_score` and its bounds.
    lang, ax
        As for `nine_box`.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.4))[1]
    times = [*dict.fromkeys(finding.table["rated_when"])]
    groups = [*finding.table.groupby("behavior", sort=False)]
    for number, (name, rows) in enumerate(groups):
        at = np.array([times.index(time) for time in rows["rated_when"]]) + 0.08 * (number - (len(groups) - 1) / 2)
        score, low, high = (rows[f"behavior_score{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
        ax.errorbar(
            at, score, yerr=np.maximum([score - low, high - score], 0), color=style.PALETTE[number], capsize=2,
            marker=style.MARKERS[number], linestyle=style.DASHES[number], label=style.label(str(name)),
        )  # fmt: skip
    ax.set_xticks(range(len(times)), [wording.cell(time, "rated_when", lang) for time in times])
    ax.set(xlim=(-0.4, len(times) - 0.6), ylabel=wording.header("behavior_score", lang))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    return ax


def fallen_back(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw what the top had before each quarter, what was foretold of them, and what came.

    Parameters
    ----------
    finding : Finding
        With `quarter_from`, `plain_score`, `foretold_score`, `actual_score`.
    lang, ax
        As for `nine_box`.
    """
    lang = lang or language()
    table = finding.table
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 2.2))[1]
    place = np.arange(len(table))
    for number, name in enumerate(("plain_score", "foretold_score", "actual_score")):
        ax.plot(
            place, table[name], color=style.PALETTE[number], linestyle=style.DASHES[number],
            marker=style.MARKERS[number], label=wording.header(name, lang),
        )  # fmt: skip
    ax.set_xticks(place, [wording.cell(on, "quarter_from", lang) for on in table["quarter_from"]])
    ax.margins(y=0.12)
    ax.set(ylim=(0, None), xlabel=wording.header("quarter_from", lang), ylabel=text("plot.people.above_role", lang))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    return ax


def case_places(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw, thing by thing, above which share of her colleagues each case stands; filled where she is surely unlike.

    Parameters
    ----------
    finding : Finding
        With `staff_id`, `known_from`, `thing`, `colleagues_below_share` and `unlike_for_certain`.
    lang, ax
        As for `nine_box`.
    """
    lang = lang or language()
    table = finding.table.iloc[::-1]
    place = np.arange(len(table))
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 0.7 + 0.19 * max(len(table), 4)))[1]
    share = table["colleagues_below_share"].to_numpy(dtype=float)
    sure = table["unlike_for_certain"].eq(True).to_numpy(dtype=bool)
    ax.axvline(0.5, color=style.PALETTE[1], linewidth=0.9, linestyle="--", zorder=0)
    ax.hlines(place, 0.5, share, color=_GREY, linewidth=1.1, zorder=1)
    ax.scatter(
        share,
        place,
        s=20,
        facecolors=np.where(sure, style.ACCENT, "white"),
        edgecolors=style.ACCENT,
        linewidths=1,
        zorder=2,
    )
    columns = ["staff_id", "thing", "known_from"]
    said = [
        style.label(
            "{} · {} ({})".format(*(wording.cell(one, name, lang) for one, name in zip(row, columns, strict=True)))
        )
        for row in table[columns].to_numpy(dtype=object)
    ]
    ax.set_yticks(place, said)
    style.percent(ax.xaxis)
    ax.set(
        xlim=(-0.03, 1.03),
        ylim=(-0.6, max(len(table), 1) - 0.4),
        xlabel=wording.header("colleagues_below_share", lang),
    )
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    return ax
