"""Are scores, capabilities and questions drawn as their tables have them, in both languages?"""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots.learning import capability_dots, capability_radar, gains, questions
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")


def bounded(column, values):
    return {
        column: values,
        f"{column}_low": [value - 0.1 for value in values],
        f"{column}_high": [value + 0.2 for value in values],
    }


@pytest.fixture(name="able")
def of_capabilities():
    table = pd.DataFrame({
        "capability": ["倾听", "closing", "follow-up"], **bounded("capability_before_share", [0.4, 0.5, 0.6]),
        **bounded("capability_after_share", [0.6, 0.55, 0.7]),
    })  # fmt: skip
    return Finding(key="demo", table=table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_changes_stand_by_chapter_the_whole_on_top(lang):
    table = pd.DataFrame({
        "chapter": ["all_chapters", "all_chapters", "$x"], "learned_by": ["post", "delayed", "post"],
        **bounded("test_change_points", [0.3, 0.2, 0.1]),
    })  # fmt: skip
    ax = gains(Finding(key="demo", table=table), lang=lang)
    zero, post, delayed = ax.lines
    assert list(zero.get_xdata()) == [0, 0]
    assert list(post.get_xdata()) == [0.3, 0.1]
    assert list(delayed.get_xdata()) == [0.2]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["$x", {"zh": "全部", "en": "all"}[lang]]
    bars = [path.vertices[:, 0].tolist() for path in ax.collections[0].get_paths()]
    assert bars == [pytest.approx([0.2, 0.5]), pytest.approx([0.0, 0.3])]
    assert ax.get_xlabel() == header("test_change_points", lang)
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_capabilities_are_dots_with_intervals(able, lang):
    ax = capability_dots(able, lang=lang)
    before, after = ax.lines
    assert list(before.get_xdata()) == [0.6, 0.5, 0.4]
    assert list(after.get_xdata()) == [0.7, 0.55, 0.6]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["follow-up", "closing", "倾听"]
    names = [header(f"capability_{when}_share", lang) for when in ("before", "after")]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == names
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_radar_closes_and_starts_at_nothing(able, lang):
    ax = capability_radar(able, lang=lang)
    before, after = ax.lines
    assert list(before.get_ydata()) == [0.4, 0.5, 0.6, 0.4]
    assert list(after.get_ydata()) == [0.6, 0.55, 0.7, 0.6]
    assert ax.get_ylim() == (0, 1)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["倾听", "closing", "follow-up"]
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bad_questions_are_named(lang):
    table = pd.DataFrame({
        "test_occasion": ["pre", "pre", "post"], "item_id": ["Q1", "Q2", "Q1"], "item_state": ["key", "fine", "watch"],
        "correct_share": [0.4, 0.5, 0.6], "item_correlation": [-0.3, 0.4, 0.1],
    })  # fmt: skip
    ax = questions(Finding(key="demo", table=table), lang=lang)
    _, pre, post = ax.lines
    assert (list(pre.get_xdata()), list(pre.get_ydata())) == ([0.4, 0.5], [-0.3, 0.4])
    assert list(post.get_ydata()) == [0.1]
    assert [text.get_text() for text in ax.texts] == ["Q1"]
    assert ax.get_ylabel() == header("item_correlation", lang)
    plt.close("all")
