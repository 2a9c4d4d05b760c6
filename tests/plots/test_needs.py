"""Are targets and gaps drawn as their tables have them, in both languages?"""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang
from churnlab.plots import capability_gaps, kpi_gaps, style, targets_met
from churnlab.wording import Said, cell, header

pytestmark = pytest.mark.usefixtures("styled")

STATES = ["met", "open_nothing", "open_interval", "not_met", "open_time"]


def bounded(name: str, values: list[float]) -> dict[str, list[float]]:
    return {
        name: values,
        f"{name}_low": [value - 0.1 for value in values],
        f"{name}_high": [value + 0.2 for value in values],
    }


@pytest.fixture(name="targets")
def of_targets() -> Finding:
    line = Said("needs.at_least", {"value": Said("needs.interval.share_alone", {"value": 0.9})})
    table = pd.DataFrame({
        "metric": ["check_ins", "$x", "nps", "conversion_rate", "applied_share"], "target_line": [line] * 5,
        "target_state": STATES, **bounded("of_target_share", [1.2, np.nan, 1.0, 0.5, 0.4]),
    })  # fmt: skip
    return Finding(key="demo", table=table)


@pytest.fixture(name="kpis")
def of_kpis() -> Finding:
    table = pd.DataFrame({
        "staff_role": ["教师", "adviser"], "metric": ["feedback_rate", "$sales"], "need_state": ["short", "unclear"],
        **bounded("of_kpi_target_share", [0.7, 0.95]),
    })  # fmt: skip
    return Finding(key="demo", table=table)


@pytest.fixture(name="gaps")
def of_gaps() -> Finding:
    table = pd.DataFrame({
        "capability": ["closing", "倾听", "$x"], "among_largest": [True, True, False],
        **bounded("mastered_share", [0.2, 0.4, 0.7]),
    })  # fmt: skip
    return Finding(key="demo", table=table)


def dots(ax: Axes) -> dict[str, tuple[list[float], list[float], str]]:
    """Return by legend where the dots stand and how they are filled."""
    drawn = {}
    for line in ax.lines:
        if line.get_linestyle() == "None":
            x, y = (np.asarray(values, dtype=float).tolist() for values in line.get_data())
            drawn[str(line.get_label())] = (x, y, str(line.get_markerfacecolor()))
    return drawn


@pytest.mark.parametrize("lang", LANGUAGES)
def test_targets_stand_where_they_are_reached_to_and_in_the_color_of_what_is_known(
    targets: Finding, lang: Lang
) -> None:
    ax = targets_met(targets, lang=lang)
    assert dots(ax) == {
        cell("met", "target_state", lang): ([1.2], [4], style.ACCENT),
        cell("not_met", "target_state", lang): ([0.5], [1], style.PALETTE[1]),
        cell("open_interval", "target_state", lang): ([1.0], [2], "white"),
        cell("open_time", "target_state", lang): ([0.4], [0], "white"),
    }
    assert ax.lines[0].get_xdata() == [1, 1]  # the target
    names = [label.get_text() for label in ax.get_yticklabels()][::-1]
    assert names[0] == {"zh": "打卡完成率 ≥ 90.0%", "en": "check-ins done ≥ 90.0%"}[lang]
    assert names[1] == "$x ≥ 90.0%"
    # Of what nobody told the state is written, at its own line.
    (said,) = ax.texts
    assert (said.get_text().strip(), said.get_position()[1]) == (cell("open_nothing", "target_state", lang), 3)
    assert ax.get_xlabel() == header("of_target_share", lang)
    first = ax.collections[0].get_segments()[0]
    assert first[:, 0].tolist() == pytest.approx([1.1, 1.4])
    assert to_rgba(style.ACCENT) == pytest.approx(tuple(ax.collections[0].get_colors()[0]))
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_kpis_stand_by_role_the_furthest_on_top(kpis: Finding, lang: Lang) -> None:
    ax = kpi_gaps(kpis, lang=lang)
    names = [label.get_text() for label in ax.get_yticklabels()][::-1]
    assert names == [f"教师 · {cell('feedback_rate', 'metric', lang)}", "adviser · $sales"]
    assert dots(ax) == {
        cell("short", "need_state", lang): ([0.7], [1], style.PALETTE[1]),
        cell("unclear", "need_state", lang): ([0.95], [0], "white"),
    }
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_capabilities_stand_by_their_gap_and_the_largest_are_filled(gaps: Finding, lang: Lang) -> None:
    ax = capability_gaps(gaps, lang=lang)
    largest, others = {"zh": ("最大的差距", "其余"), "en": ("largest gaps", "others")}[lang]
    assert dots(ax) == {largest: ([0.2, 0.4], [2, 1], style.PALETTE[1]), others: ([0.7], [0], "white")}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["$x", "倾听", "closing"]
    legend = ax.get_legend()
    assert legend is not None
    assert [said.get_text() for said in legend.get_texts()] == [largest, others]
    plt.close("all")


def test_where_all_are_named_there_are_no_others_and_no_share_at_all_is_drawn_too(
    gaps: Finding, targets: Finding
) -> None:
    ax = capability_gaps(Finding(key="demo", table=gaps.table.iloc[:2]), lang="en")
    assert list(dots(ax)) == ["largest gaps"]
    nothing = targets.table.iloc[[1]].reset_index(drop=True)
    ax = targets_met(Finding(key="demo", table=nothing), lang="en")
    assert (dots(ax), ax.get_legend()) == ({}, None)
    plt.close("all")


def test_drawing_changes_nothing(targets: Finding, kpis: Finding, gaps: Finding) -> None:
    for draw, finding in ((targets_met, targets), (kpi_gaps, kpis), (capability_gaps, gaps)):
        before = finding.table.copy(deep=True)
        draw(finding)
        pd.testing.assert_frame_equal(finding.table, before)
    plt.close("all")
