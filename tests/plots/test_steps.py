"""Bars are as long as many passed, and the curve says when half of those who come have come."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from churnlab.finding import Finding
from churnlab.i18n import Lang
from churnlab.plots import funnel, time_to_enrol

pytestmark = pytest.mark.usefixtures("styled")

STEPS = Finding(
    key="churn.funnel",
    table=pd.DataFrame(
        {
            "funnel_step": ["asked", "contacted", "enrolled"],
            "reached": [2000, 1000, 250],
            "without_record": [0, 100, 0],
            "of_previous_rate": [float("nan"), 1 / 2, 1 / 4],
        }
    ),
)
CURVE = Finding(
    key="churn.time_to_enrol",
    table=pd.DataFrame(
        {
            "days_since_asking": [0, 7, 14],
            "enrolled_share": [0.0, 0.2, 0.4],
            "enrolled_share_low": [0.0, 0.1, 0.3],
            "enrolled_share_high": [0.1, 0.3, 0.5],
        }
    ),
    facts={"median_days": 7.0, "enrolled_share": 0.4},
)


@pytest.mark.parametrize(
    ("lang", "names", "words"),
    [
        ("en", ["Asked", "Contacted", "Enrolled"], ["2,000", "1,000  ·  50.0% of the step before"]),
        ("zh", ["咨询", "已联系", "报名"], ["2,000", "1,000  ·  占上一环节 50.0%"]),
    ],
)
def test_each_step_is_a_bar_with_its_number_and_rate(lang: Lang, names: list[str], words: list[str]) -> None:
    ax = funnel(STEPS, lang=lang)
    recorded, without = ax.containers
    assert [bar.get_width() for bar in recorded] == [2000, 900, 250]
    assert [bar.get_width() for bar in without] == [0, 100, 0]
    assert [label.get_text() for label in ax.get_yticklabels()] == names
    assert [one.get_text() for one in ax.texts][:2] == words
    assert ax.yaxis_inverted()


def test_nothing_is_said_of_records_where_all_are_there() -> None:
    ax = funnel(Finding(key="churn.funnel", table=STEPS.table.assign(without_record=0)), lang="en")
    assert len(ax.containers) == 1
    assert ax.get_legend() is None


@pytest.mark.parametrize(("lang", "told"), [("en", "half of those who come: day 7"), ("zh", "报名者中一半：第 7 天")])
def test_the_curve_is_drawn_with_its_half(lang: Lang, told: str) -> None:
    ax = time_to_enrol(CURVE, lang=lang)
    curve, half = ax.lines
    assert curve.get_ydata().tolist() == [0.0, 0.2, 0.4]
    assert list(half.get_ydata()) == [0, 0.2, 0.2]
    assert [one.get_text() for one in ax.texts] == [told]
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("lang", "names"), [("en", ["Enrolled by then", "Lost by then"]), ("zh", ["累计报名率", "累计流失率"])]
)
def test_where_losses_have_their_day_both_ends_are_drawn(lang: Lang, names: list[str]) -> None:
    lost = pd.DataFrame({"given_up_share": [0.1, 0.2, 0.3], "given_up_share_low": 0.05, "given_up_share_high": 0.5})
    ax = time_to_enrol(Finding(key=CURVE.key, table=CURVE.table.join(lost), facts=CURVE.facts), lang=lang)
    assert [line.get_ydata()[-1] for line in ax.lines] == [0.4, 0.3, 0.2]
    legend = ax.get_legend()
    assert legend is not None
    assert [one.get_text() for one in legend.get_texts()] == names


def test_a_chart_is_drawn_where_it_is_told() -> None:
    _, axes = plt.subplots(2)
    assert funnel(STEPS, lang="en", ax=axes[0]) is axes[0]
    assert time_to_enrol(CURVE, lang="zh", ax=axes[1]) is axes[1]


@pytest.mark.parametrize(("lang", "words"), [("en", "250  ·  25.0% of those due"), ("zh", "250  ·  占已到期的 25.0%")])
def test_who_is_not_due_yet_stands_behind_the_bar_and_in_no_share(lang: Lang, words: str) -> None:
    ax = funnel(Finding(key="churn.funnel", table=STEPS.table.assign(not_due=[0, 0, 40])), lang=lang)
    later = ax.containers[-1]
    assert [bar.get_width() for bar in later] == [0, 0, 40]
    assert later[-1].get_x() == 250
    assert ax.texts[-1].get_text() == words
    assert ax.texts[-1].xy[0] == 290
