"""Are the answers drawn as the table has them, in both languages?"""

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots.reaction import answer_bars, instructor_stars, session_differences
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")
FOUND = Finding(
    key="reaction.distribution",
    table=pd.DataFrame(
        {"reaction_item": ["a"], "reaction_reversed": [False], "answered_1": [1], "answered_2": [0],
         "answered_3": [2], "answered_4": [0], "answered_5": [1]}
    ),
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bars_part_at_the_middle_answer_and_unused_answers_stay_in_the_legend(lang):
    ax = answer_bars(FOUND, lang=lang)
    assert [bar.get_width() for bar in ax.patches] == [1 / 4, 0, 1 / 2, 0, 1 / 4]
    assert ax.patches[0].get_x() == -(1 / 4 + 1 / 4)  # the 1, and half of the 3
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [
        header(f"answered_{place}", lang) for place in range(1, 6)
    ]


STARS = Finding(
    key="reaction.stars",
    table=pd.DataFrame(
        {"reaction_instructor": ["J1", "J2"]}
        | {
            f"{name}_stars{end}": [value + more, float("nan") if name == "results" else value + more - 1]
            for name, value in (("instructor", 3.0), ("liking", 4.0), ("learning", 2.5), ("results", 3.5))
            for end, more in (("", 0.0), ("_low", -0.5), ("_high", 0.25))
        }
    ),
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_stars_are_drawn_with_intervals_the_first_on_top_and_a_missing_source_is_left_out(lang):
    ax = instructor_stars(STARS, lang=lang)
    names = ("instructor_stars", "liking_stars", "learning_stars", "results_stars")
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [header(name, lang) for name in names]
    assert [one.get_text() for one in ax.get_yticklabels()] == ["J2", "J1"]
    drawn = [part.lines[0].get_xdata().tolist() for part in ax.containers]
    assert drawn == [[2, 3], [3, 4], [1.5, 2.5], [3.5]]
    (bars,) = ax.containers[3].lines[2]
    assert [segment[:, 0].tolist() for segment in bars.get_segments()] == [[3.0, 3.75]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_turned_question_says_so_and_parts_have_their_names(lang):
    counts = {f"answered_{place}": [0, 2] for place in range(1, 6)} | {"answered_5": [1, 1]}
    items = {
        "reaction_dimension": ["relevance"] * 2,
        "reaction_item": ["one", "two"],
        "reaction_reversed": [False, True],
    }
    ax = answer_bars(Finding(key="reaction.distribution", table=pd.DataFrame(items | counts)), lang=lang)
    assert [one.get_text() for one in ax.get_yticklabels()] == [
        {"en": "two (turned)", "zh": "two（已转正）"}[lang],
        "one",
    ]
    parts = {"reaction_dimension": ["relevance", "logistics"]} | counts
    ax = answer_bars(Finding(key="reaction.distribution", table=pd.DataFrame(parts)), lang=lang)
    names = {"en": ["Logistics", "Relevance"], "zh": ["后勤", "内容相关"]}
    assert [one.get_text() for one in ax.get_yticklabels()] == names[lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sessions_are_drawn_by_day_and_what_is_not_told_apart_is_hollow(lang):
    table = pd.DataFrame(
        {
            "reaction_session": ["S1", "S2", "S3"], "session_difference": [0.5, float("nan"), -0.1],
            "session_difference_low": [0.2, float("nan"), -0.6], "session_difference_high": [0.8, float("nan"), 0.4],
            "session_verdict": ["better", "few", "alike"],
        }
    )  # fmt: skip
    ax = session_differences(Finding(key="reaction.sessions", table=table), lang=lang)
    assert [one.get_text() for one in ax.get_yticklabels()] == ["S3", "S2", "S1"]
    lines, dots = ax.collections[::2], ax.collections[1::2]
    assert [segment.tolist() for line in lines for segment in line.get_segments()] == [
        [[0.2, 2], [0.8, 2]],
        [[-0.6, 0], [0.4, 0]],
    ]
    assert [one.get_offsets().tolist() for one in dots] == [[[0.5, 2]], [], [[-0.1, 0]]]
    assert dots[2].get_facecolor().tolist() == [[1, 1, 1, 1]]
    assert dots[0].get_facecolor().tolist() != [[1, 1, 1, 1]]
