"""Control charts draw the counts, what was expected, the limit and the alerts."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.plots import control
from churnlab.plots.style import styled

WEEKS = pd.to_datetime(["2026-01-05", "2026-01-12", "2026-02-02"])
FACTS = {
    "charts": 2, "weeks": 3, "alarms": 1, "baseline_weeks": 52, "false_alarm_share": 0.05, "before_days": 7,
    "after_days": 28,
}  # fmt: skip


def finding() -> Finding:
    rows = [
        {"watch_measure": "churn", "campus": campus, "week_on": week, "week_count": count, "expected": 2.5, "limit": 7,
         "is_alarm": count > 7}
        for campus, counts in (("East", (1, 9, 2)), ("West", (3, 2, 1)))
        for week, count in zip(WEEKS, counts, strict=True)
    ]  # fmt: skip
    return Finding(key="watch.charts", table=pd.DataFrame(rows), facts=FACTS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_campus_has_its_chart_with_words(lang):
    axes = control(finding(), lang=lang).figure.axes
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes] == ["East", "West"]
    assert " ".join(axes[0].get_ylabel().split("\n")) == text("code.watch_measure.churn", lang)
    labels = [words.get_text() for words in axes[0].figure.legends[0].get_texts()]
    assert labels == [text(f"plot.control.{name}", lang) for name in ("count", "expected", "limit", "alarm")]


def test_the_line_is_broken_where_weeks_are_not_judged_and_alerts_are_dots():
    counts, _, limit, alarms = control(finding(), lang="en").lines
    drawn = pd.Series(counts.get_ydata())
    assert drawn.isna().tolist() == [False, False, True, False]
    assert drawn.dropna().tolist() == [1, 9, 2]
    assert pd.Series(limit.get_ydata()).dropna().tolist() == [7, 7, 7]
    assert list(alarms.get_ydata()) == [9]


def test_each_measure_has_its_own_places_from_the_left_and_its_words():
    # Complaints are watched of both together only, churn at East and West.
    table = finding().table
    both = table[table["campus"] == "East"].assign(watch_measure="complaints", campus="both")
    figure = control(replace(finding(), table=pd.concat([table, both], ignore_index=True)), lang="en").figure
    seen = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") or ax.get_title() for ax in seen] == ["East", "West", "both"]
    assert [ax.get_ylabel() for ax in seen] == [
        "Known to have\nchurned", "", text("code.watch_measure.complaints", "en"),
    ]  # fmt: skip


def test_of_more_than_four_places_those_with_most_alerts_are_drawn():
    table = finding().table
    more = [table[table["campus"] == "West"].assign(campus=name) for name in "abcd"]
    figure = control(replace(finding(), table=pd.concat([table, *more], ignore_index=True)), lang="en").figure
    assert next(ax.get_title(loc="left") or ax.get_title() for ax in figure.axes) == "East"  # it alone had one
    assert len(figure.axes) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_row_is_called_does_not_reach_into_the_next(lang):
    rows = [finding().table.assign(watch_measure=name) for name in ("churn", "refunds", "complaints", "absence")]
    with styled():
        figure = control(replace(finding(), table=pd.concat(rows, ignore_index=True)), lang=lang).figure
        figure.canvas.draw()
        boxes = [ax.yaxis.label.get_window_extent() for ax in figure.axes if ax.get_ylabel()]
    assert len(boxes) == 4
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))
