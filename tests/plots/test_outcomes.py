"""Are curves, shifts and places drawn as the tables have them, in both languages?"""

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots import rank_shifts, sign_curves, style, tier_effects, type_shifts
from churnlab.wording import cell, header

pytestmark = pytest.mark.usefixtures("styled")


def dots(ax):
    """Return of each line with dots its label, and what it shows."""
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()), line.get_markerfacecolor(), line)
        for line in ax.get_lines()
        if line.get_marker() == "o"
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_group_is_a_curve_and_before_is_dashed(lang):
    table = pd.DataFrame({
        "sign_group": ["trained_before", "trained_before", "trained_after", "trained_after"],
        "days_since_contact": [0, 30, 0, 30], "signed_share": [0.0, 0.2, 0.0, 0.4],
        "signed_share_low": [0.0, 0.1, 0.0, 0.3], "signed_share_high": [0.0, 0.3, 0.0, 0.5],
    })  # fmt: skip
    ax = sign_curves(Finding(key="demo", table=table), lang=lang)
    drawn = dots(ax)
    before, after = (cell(f"trained_{when}", "sign_group", lang) for when in ("before", "after"))
    assert drawn[before][:2] == ([0, 30], [0.0, 0.2])
    assert drawn[after][:2] == ([0, 30], [0.0, 0.4])
    assert (drawn[before][3].get_linestyle(), drawn[after][3].get_linestyle()) == ("--", "-")
    assert len(ax.collections) == 1  # only after has a band
    assert ax.get_xlabel() == header("days_since_contact", lang)
    assert ax.get_ylabel() == header("signed_share", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_type_that_moved_is_filled_and_the_first_stands_on_top(lang):
    table = pd.DataFrame({
        "complaint_type": ["服务", "other_types"], "type_verdict": ["more", "not_shown"],
        "shift_points": [0.2, -0.1], "shift_points_low": [0.1, -0.3], "shift_points_high": [0.3, 0.1],
    })  # fmt: skip
    ax = type_shifts(Finding(key="demo", table=table), lang=lang)
    drawn = dots(ax)
    assert drawn[cell("more", "type_verdict", lang)][:2] == ([0.2], [1])
    assert drawn[cell("not_shown", "type_verdict", lang)][:3] == ([-0.1], [0], "white")
    spans = sorted(tuple(float(x) for x in part.get_segments()[0][:, 0]) for part in ax.collections)
    assert spans == [(-0.3, 0.1), (0.1, 0.3)]
    rarer = {"en": "all rarer types", "zh": "其余少见类型"}[lang]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [rarer, "服务"]


def places(people, movers=()):
    return Finding(key="demo", table=pd.DataFrame({
        "staff_id": [f"P{n}" for n in range(people)], "is_trained": [n % 2 == 0 for n in range(people)],
        "before_place": [float(people - n) for n in range(people)], "after_place": [n + 1.0 for n in range(people)],
        "after_place_low": [n + 0.5 for n in range(people)], "after_place_high": [n + 2.0 for n in range(people)],
        "rank_verdict": ["rose" if n in movers else "cannot_tell" for n in range(people)],
    }))  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_surely_moved_is_filled_and_named_and_the_first_stands_on_top_on_the_right(lang):
    ax = rank_shifts(places(3, movers=(0,)), lang=lang)
    drawn = dots(ax)
    trained, others = {"en": ("trained", "compared"), "zh": ("参训", "对照")}[lang]
    moved = {"en": "trained · surely moved", "zh": "参训 · 确有升降"}[lang]
    assert drawn[moved][:3] == ([3.0], [1.0], style.ACCENT)
    assert drawn[trained][:3] == ([1.0], [3.0], "white")
    assert drawn[others][:3] == ([2.0], [2.0], "white")
    spans = [tuple(part[:, 1]) for one in ax.collections for part in one.get_segments()]
    assert spans == [(0.5, 2.0)]
    assert [one.get_text() for one in ax.texts] == ["P0"]
    assert ax.get_xlim()[0] > ax.get_xlim()[1]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_however_many_people_there_are_the_chart_fits_half_a_page():
    ax = rank_shifts(places(60, movers=range(30)), lang="en")
    assert ax.figure.get_size_inches()[1] < 4
    assert len(ax.texts) == 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tiers_are_drawn_as_effects(lang):
    table = pd.DataFrame({
        "tier": ["A", "B"], "effect_verdict": ["shown", "not_shown"], "relative_change_share": [0.2, -0.1],
        "relative_change_share_low": [0.1, -0.3], "relative_change_share_high": [0.3, 0.1],
    })  # fmt: skip
    ax = tier_effects(Finding(key="demo", table=table), lang=lang)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["B", "A"]
    assert dots(ax)[cell("shown", "effect_verdict", lang)][:2] == ([0.2], [1])
