"""Are people drawn where they stand, and the unsure grey?"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots import case_places, fallen_back, nine_box, person_intervals, plan_behaviors, plan_weeks
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def drawn(container):
    """Return the bars of an interval: the first and second end of each."""
    return np.array(container.lines[2][0].get_segments())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_in_no_box_for_certain_is_grey_and_hollow(lang):
    table = pd.DataFrame({
        "performance_score": [1.0, -1.0, 0.1, 0.4], "potential_score": [1.2, -0.8, 0.2, 0.0],
        "box": ["high_high", "low_low", "unclear", "middle_middle"],
    })  # fmt: skip
    ax = nine_box(Finding(key="demo", table=table), lang=lang)
    unclear, placed, high, low = ax.collections
    assert unclear.get_offsets().tolist() == [[0.1, 0.2]]
    assert len(unclear.get_facecolors()) == 0
    assert high.get_offsets().tolist() == [[1.0, 1.2]]
    assert (low.get_offsets().tolist(), placed.get_offsets().tolist()) == ([[-1.0, -0.8]], [[0.4, 0.0]])
    assert len({to_hex(one.get_edgecolors()[0]) for one in ax.collections}) == 4
    assert ax.get_legend().get_texts()[0].get_text() == {"zh": "不确定 (1)", "en": "unclear (1)"}[lang]
    assert ax.get_xlabel() == header("performance_score", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_intervals_stand_with_the_first_on_top(lang):
    table = pd.DataFrame({
        "certificate": ["Sales", "Service"], "attempt": ["first", "later"], "expected_pass_rate": [0.8, 0.5],
        "expected_pass_rate_low": [0.7, 0.2], "expected_pass_rate_high": [0.9, 0.6],
    })  # fmt: skip
    finding = Finding(key="demo", table=table)
    ax = person_intervals(finding, value="expected_pass_rate", names=("certificate", "attempt"), beside=0.6, lang=lang)
    ends = drawn(ax.containers[0])
    assert ends[:, :, 0] == pytest.approx(np.array([[0.2, 0.6], [0.7, 0.9]]))
    said = [label.get_text() for label in ax.get_yticklabels()]
    assert said == {"zh": ["Service · 补考", "Sales · 首次"], "en": ["Service · later", "Sales · first"]}[lang]
    assert ax.lines[-1].get_xdata() == [0.6, 0.6]
    assert ax.xaxis.get_major_formatter()(0.5, 0) == "50%"


def test_without_a_value_nothing_is_drawn_and_a_score_is_no_share():
    score = {f"performance_score{end}": [np.nan, 1.0] for end in ("", "_low", "_high")}
    table = pd.DataFrame({"staff_id": ["a", "b"]} | score)
    ax = person_intervals(Finding(key="demo", table=table), value="performance_score", lang="en")
    assert len(drawn(ax.containers[0])) == 1
    assert "%" not in ax.xaxis.get_major_formatter()(0.5, 0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_weeks_stand_in_order_with_what_was_planned(lang):
    table = pd.DataFrame({
        "week_of_plan": [1, 2], "weeks_planned": [18, 17], "done_share": [0.5, 1.0], "done_share_low": [0.3, 0.8],
        "done_share_high": [0.7, 1.0],
    })  # fmt: skip
    ax = plan_weeks(Finding(key="demo", table=table), lang=lang)
    assert [bar.get_height() for bar in ax.patches] == [0.5, 1.0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1\n(18)", "2\n(17)"]
    assert drawn(ax.containers[1])[:, :, 1] == pytest.approx(np.array([[0.3, 0.7], [0.8, 1.0]]))
    assert ax.get_ylabel() == header("done_share", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_behaviour_has_its_line(lang):
    table = pd.DataFrame({
        "behavior": ["listens", "listens", "asks"], "rated_when": ["pre", "post", "pre"],
        "behavior_score": [3.0, 3.5, 2.0], "behavior_score_low": [2.5, 3.0, 1.5],
        "behavior_score_high": [3.5, 4.0, 2.5],
    })  # fmt: skip
    ax = plan_behaviors(Finding(key="demo", table=table), lang=lang)
    first, second = ax.containers
    assert first.lines[0].get_ydata().tolist() == [3.0, 3.5]
    assert second.lines[0].get_ydata().tolist() == [2.0]
    assert [label.get_text() for label in ax.get_xticklabels()] == {"zh": ["训前", "训后"], "en": ["before", "after"]}[
        lang
    ]
    assert [one.get_text() for one in ax.get_legend().get_texts()] == ["listens", "asks"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_came_stands_beside_what_was_foretold(lang):
    table = pd.DataFrame({
        "quarter_from": [date(2026, 5, 1), date(2026, 8, 1)], "plain_score": [0.8, 0.9], "foretold_score": [0.7, 0.75],
        "actual_score": [0.6, 0.8],
    })  # fmt: skip
    ax = fallen_back(Finding(key="demo", table=table), lang=lang)
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.8, 0.9], [0.7, 0.75], [0.6, 0.8]]
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [
        header(name, lang) for name in ("plain_score", "foretold_score", "actual_score")
    ]
    assert ax.get_xticklabels()[0].get_text() == "2026-05-01"
    assert ax.get_ylim()[1] > 0.9


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_case_stands_above_a_share_of_its_colleagues_and_is_filled_where_it_is_surely_unlike(lang):
    table = pd.DataFrame({
        "staff_id": ["A1", "A1"], "known_from": ["incident", "training"], "thing": ["praise", "training_hours"],
        "colleagues_below_share": [0.9, 0.25], "unlike_for_certain": [True, None],
    })  # fmt: skip
    ax = case_places(Finding(key="demo", table=table), lang=lang)
    places = ax.collections[1]
    assert places.get_offsets().tolist() == [[0.25, 0], [0.9, 1]]
    assert [to_hex(color) for color in places.get_facecolors()] == ["#ffffff", to_hex(places.get_edgecolors()[0])]
    assert [label.get_text() for label in ax.get_yticklabels()] == {
        "zh": ["A1 · 结业的培训 (每月小时)", "A1 · praise (每月关键事件)"],
        "en": ["A1 · trainings concluded (hours a month)", "A1 · praise (incidents a month)"],
    }[lang]
    assert ax.get_xlabel() == header("colleagues_below_share", lang)
    assert ax.xaxis.get_major_formatter()(0.5, 0) == "50%"
