"""How do rates stand beside each other, over months and between groups?"""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

_LADDERS = (
    (0.1, 0.2, 0.33, 0.5, 0.67, 1, 1.5, 2, 3, 5, 10),
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
    (0.001, 0.01, 0.1, 1, 10, 100, 1000),
)
_EDGE = 1.15  # times the largest ratio that is drawn
_TICK_SHARE = 0.07  # of the axis's length: a label of four characters, and room


def history(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw a rate month by month with its interval; provisional months hollow, where they are expected to end.

    Parameters
    ----------
    finding : Finding
        With `month`, `churn_rate`, `expected_rate` and their bounds, `provisional`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, 1.75))[1]  # leaves room for the rest of the first page
    table = finding.table.assign(day=pd.to_datetime(finding.table["month"].astype(str) + "-01"))
    settled, open_ = table[~table["provisional"]], table[table["provisional"]]
    if len(settled):
        low, high = settled["churn_rate_low"], settled["churn_rate_high"]
        ax.fill_between(settled["day"], low, high, color=style.ACCENT, alpha=0.15)
        told = text("plot.settled", lang)
        sns.lineplot(settled, x="day", y="churn_rate", color=style.ACCENT, marker="o", ax=ax, label=told)
    if len(open_):
        spread = [
            open_["expected_rate"] - open_["expected_rate_low"],
            open_["expected_rate_high"] - open_["expected_rate"],
        ]
        ax.errorbar(
            open_["day"], open_["expected_rate"], yerr=np.maximum(spread, 0), fmt="o", color=style.PALETTE[1],
            markerfacecolor="white", capsize=2, label=text("plot.expected", lang),
        )  # fmt: skip
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y-%m"))
    style.percent(ax.yaxis)
    ax.set(xlabel="", ylabel=wording.header("churn_rate", lang), ylim=(0, None))
    # above the axes, where no month lies
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
    return ax


def groups(
    finding: Finding, *, by: str, rate: str = "churn_rate", lang: Lang | None = None, ax: Axes | None = None
) -> Axes:
    """Draw one rate a group with its interval, highest on top; groups without a rate are left out.

    Parameters
    ----------
    finding : Finding
        With the columns `by`, `rate`, `<rate>_low` and `<rate>_high`.
    by, rate : str
        Columns of its table.
    lang, ax
        As for `history`.
    """
    lang = lang or language()
    table = finding.table.dropna(subset=[rate]).sort_values(rate, kind="stable")
    names = [wording.cell(value, by, lang) for value in table[by]]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, _height(len(names))))[1]
    _dots(ax, names, table[rate], table[f"{rate}_low"], table[f"{rate}_high"])
    style.percent(ax.xaxis)
    ax.set(xlabel=wording.header(rate, lang), xlim=(0, None))
    return ax


def ratios(
    finding: Finding,
    *,
    label: str,
    ratio: str,
    note: str | None = None,
    top: int = 15,
    lang: Lang | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw ratios with their intervals on a logarithmic axis, the strongest on top; ratios that are none are left out.

    Parameters
    ----------
    finding : Finding
        With the columns `label`, `ratio`, `<ratio>_low` and `<ratio>_high`; where it has `reference`, what each is
        compared with is named beside it.
    label, ratio : str
        Columns of its table.
    note : str, optional
        Column that says `clear` of the ratios that are; of more than `top`, the others are left out.
    top : int
        How many, by their distance from 1.
    lang, ax
        As for `history`.
    """
    lang = lang or language()
    table = finding.table.dropna(subset=[ratio])
    if note and len(table) > top and (table[note] == "clear").any():
        table = table[table[note] == "clear"]
    strongest = np.abs(np.log(table[ratio])).sort_values(ascending=False, kind="stable").index[:top]
    table = table.loc[strongest].sort_values(ratio, kind="stable")
    names = _compared(table, label, lang)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, _height(len(names))))[1]
    told = table[[ratio, f"{ratio}_low", f"{ratio}_high"]].to_numpy(dtype=float)
    bounds = told[np.isfinite(told) & (told > 0)]
    least, most = min([1, *bounds]), max([1, *bounds])
    # A side that the data leave open runs to the edge of the axes.
    _dots(ax, names, *(pd.Series(values) for values in told.clip(least / _EDGE, most * _EDGE).T))
    ax.axvline(1, color=style.MUTED, linewidth=0.8, linestyle="--")
    ax.set_xscale("log")
    ax.set_xlim(least / _EDGE, most * _EDGE)
    ticks = _ticks(least, most)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set(xlabel=wording.header(ratio, lang))
    return ax


def calibration(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw what was foretold against what came; on the diagonal both agree.

    Parameters
    ----------
    finding : Finding
        With `predicted_rate` and `observed_rate` with its bounds.
    lang, ax
        As for `history`.
    """
    lang = lang or language()
    ax = ax or plt.subplots()[1]
    table = finding.table.dropna(subset=["observed_rate"])
    furthest = table[["predicted_rate", "observed_rate_high"]].max().max()
    edge = float(furthest) * 1.05 if furthest > 0 else 1.0
    ax.plot([0, edge], [0, edge], color=style.MUTED, linewidth=0.8, linestyle="--", label=text("plot.agreement", lang))
    spread = [
        table["observed_rate"] - table["observed_rate_low"], table["observed_rate_high"] - table["observed_rate"]
    ]  # fmt: skip
    ax.errorbar(
        table["predicted_rate"],
        table["observed_rate"],
        yerr=np.maximum(spread, 0),
        fmt="o",
        color=style.ACCENT,
        capsize=2,
    )
    for axis in (ax.xaxis, ax.yaxis):
        style.percent(axis)
    labels = {
        f"{axis}label": wording.header(name, lang) for axis, name in (("x", "predicted_rate"), ("y", "observed_rate"))
    }
    ax.set(**labels, xlim=(0, edge), ylim=(0, edge))
    ax.legend(loc="upper left")
    return ax


def _compared(table: pd.DataFrame, label: str, lang: Lang) -> list[str]:
    names = [wording.cell(value, label, lang) for value in table[label]]
    if "reference" not in table:
        return names
    others = [wording.cell(value, "reference", lang) for value in table["reference"]]
    return [text("plot.against", lang, level=name, reference=other) for name, other in zip(names, others, strict=True)]


def _ticks(low: float, high: float) -> list[float]:
    """Return round ratios between these, as many as can stand beside each other on a logarithmic axis."""
    for ladder in _LADDERS:
        ticks = [tick for tick in ladder if low * 0.9 <= tick <= high * 1.1]
        if np.diff(np.log(ticks)).min(initial=np.inf) >= _TICK_SHARE * np.log(high * 1.1 / (low * 0.9)):
            break
    return ticks


def _dots(ax: Axes, names: list[str], value: pd.Series, low: pd.Series, high: pd.Series) -> None:
    place = np.arange(len(names))
    ax.hlines(place, low, high, color=style.ACCENT, linewidth=1.4)
    ax.plot(value, place, "o", color=style.ACCENT)
    ax.set_yticks(place, list(map(style.label, names)))
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)


def _height(rows: int) -> float:
    return 0.6 + 0.2 * max(rows, 4)
