"""What is drawn is what the table says: settled apart from expected, every bound, names as names."""

from itertools import combinations

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import same_color
from matplotlib.container import ErrorbarContainer
from matplotlib.text import Text

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.plots import calibration, groups, history, ratios, style
from churnlab.wording import Said, header

NAN, INF = float("nan"), float("inf")
pytestmark = pytest.mark.usefixtures("styled")


def finding(**columns: list) -> Finding:
    return Finding(key="demo", table=pd.DataFrame(columns))


def ticks(axis) -> list[str]:
    """Return the labels that a reader sees on an axis."""
    axis.axes.figure.canvas.draw()
    return [label.get_text() for label in axis.get_ticklabels()]


def bars(ax: Axes) -> list[tuple[float, float]]:
    """Return the ends of each drawn interval, first to last."""
    lines = next(drawn for drawn in ax.collections if isinstance(drawn, LineCollection))
    return [tuple(np.ravel(line)[[0, 2]]) for line in lines.get_segments()]


def legend(ax: Axes) -> list[str]:
    found = ax.get_legend()
    return [] if found is None else [entry.get_text() for entry in found.get_texts()]


# history
#
#   month      08    09    10
#   settled    4 %   5 %    ·
#   expected    ·     ·    8 % (6–11)


@pytest.fixture
def months() -> Finding:
    return finding(
        month=["2026-08", "2026-09", "2026-10"],
        churn_rate=[0.04, 0.05, 0.02], churn_rate_low=[0.03, 0.04, 0.01], churn_rate_high=[0.05, 0.06, 0.04],
        expected_rate=[NAN, NAN, 0.08], expected_rate_low=[NAN, NAN, 0.06], expected_rate_high=[NAN, NAN, 0.11],
        provisional=[False, False, True],
    )  # fmt: skip


def test_settled_months_are_a_line_and_the_provisional_one_is_not_on_it(months: Finding) -> None:
    ax = history(months, lang="zh")
    line = ax.lines[0]
    assert [f"{day:%Y-%m}" for day in mdates.num2date(line.get_xdata())] == ["2026-08", "2026-09"]
    assert line.get_ydata().tolist() == [0.04, 0.05]
    assert same_color(line.get_color(), style.ACCENT)


def test_the_band_holds_the_bounds_of_settled_months_only(months: Finding) -> None:
    band = history(months, lang="zh").collections[0].get_paths()[0].vertices
    assert sorted(set(band[:, 1])) == [0.03, 0.04, 0.05, 0.06]
    assert band[:, 0].max() == mdates.date2num(pd.Timestamp("2026-09-01"))


def test_a_provisional_month_is_a_hollow_point_where_it_is_expected_to_end(months: Finding) -> None:
    ax = history(months, lang="zh")
    (open_,) = [drawn for drawn in ax.containers if isinstance(drawn, ErrorbarContainer)]
    point, _, (bar,) = open_.lines
    assert point.get_ydata().tolist() == [0.08]
    assert point.get_linestyle() == "None"
    assert same_color(point.get_markerfacecolor(), "white")
    assert not same_color(point.get_markeredgecolor(), style.ACCENT)
    assert bar.get_segments()[0][:, 1].tolist() == pytest.approx([0.06, 0.11])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_history_is_labelled_in_the_readers_language(months: Finding, lang: Lang) -> None:
    ax = history(months, lang=lang)
    assert legend(ax) == [text("plot.settled", lang), text("plot.expected", lang)]
    assert ax.get_ylabel() == header("churn_rate", lang)
    assert ticks(ax.yaxis)[0] == "0%"
    assert ax.get_ylim()[0] == 0
    assert "2026-09" in ticks(ax.xaxis)


def test_where_every_month_is_settled_nothing_is_called_expected(months: Finding) -> None:
    ax = history(finding(**months.table.assign(provisional=False).to_dict("list")), lang="en")
    assert legend(ax) == [text("plot.settled", "en")]
    assert ax.containers == []


def test_where_no_month_is_settled_the_legend_names_nothing_that_is_not_drawn(months: Finding) -> None:
    ax = history(finding(**months.table.tail(1).to_dict("list")), lang="en")
    assert legend(ax) == [text("plot.expected", "en")]


def test_the_legend_stands_above_the_months_not_on_them(months: Finding) -> None:
    ax = history(months, lang="en")
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1 - 1


def test_an_expectation_that_its_own_bounds_miss_is_drawn_without_a_bar_to_nowhere(months: Finding) -> None:
    # A replayed bound may lie above the point by rounding; a bar of negative length would be an error.
    ax = history(finding(**months.table.assign(expected_rate_low=0.0800001).to_dict("list")), lang="en")
    bar = ax.containers[0].lines[2][0]
    assert bar.get_segments()[0][0, 1] == pytest.approx(0.08)


@pytest.mark.parametrize("provisional", [True, False])
def test_a_single_month_and_only_provisional_ones_can_be_drawn(months: Finding, provisional: bool) -> None:
    ax = history(finding(**months.table.assign(provisional=provisional).tail(1).to_dict("list")), lang="en")
    assert len(ax.containers) == int(provisional)


def test_a_chart_is_drawn_where_it_is_told_to(months: Finding) -> None:
    ax = history(months, lang="zh")
    assert history(months, lang="zh", ax=ax) is ax


# groups


def test_groups_stand_highest_on_top_with_their_intervals_and_those_without_a_rate_are_left_out() -> None:
    ax = groups(
        finding(
            campus=["福田", "$x$", "罗湖", "_南山"], churn_rate=[0.05, 0.02, NAN, 0.09],
            churn_rate_low=[0.03, 0.01, NAN, 0.07], churn_rate_high=[0.08, 0.04, NAN, 0.12],
        ),
        by="campus", lang="zh",
    )  # fmt: skip
    assert ticks(ax.yaxis) == ["$x$", "福田", "_南山"]
    assert ax.lines[0].get_xdata().tolist() == [0.02, 0.05, 0.09]
    assert bars(ax) == [(0.01, 0.04), (0.03, 0.08), (0.07, 0.12)]
    assert ax.get_ylim()[0] < ax.get_ylim()[1], "the last of the rising order is on top"
    assert ax.get_xlabel() == "流失率"
    assert ax.get_xlim()[0] == 0


def test_a_name_with_a_dollar_is_no_formula() -> None:
    ax = groups(finding(campus=["$x$"], churn_rate=[0.1], churn_rate_low=[0.0], churn_rate_high=[0.2]), by="campus")
    assert not any(label.get_parse_math() for label in ax.get_yticklabels())


def test_codes_are_said_in_words() -> None:
    ax = groups(
        finding(end_kind=["dormant"], share=[0.5], share_low=[0.4], share_high=[0.6]),
        by="end_kind", rate="share", lang="zh",
    )  # fmt: skip
    assert ticks(ax.yaxis) == ["不再来上课"]
    assert ax.get_xlabel() == header("share", "zh")


def test_more_groups_make_a_higher_chart() -> None:
    def height(n: int) -> float:
        rates = finding(campus=[f"c{i}" for i in range(n)], churn_rate=[0.1] * n, churn_rate_low=[0.0] * n,
                        churn_rate_high=[0.2] * n)  # fmt: skip
        return groups(rates, by="campus", lang="en").figure.get_figheight()

    assert height(12) > height(6) > height(3) == height(1)


# ratios


@pytest.fixture
def drivers() -> Finding:
    return finding(
        driver=["连续缺课", "$b$", "兄弟姐妹", "不可辨"],
        odds_ratio=[3.0, 0.5, 0.8, NAN], odds_ratio_low=[1.2, 0.3, 0.7, NAN], odds_ratio_high=[9.0, 0.8, 0.9, NAN],
    )  # fmt: skip


def test_ratios_stand_on_a_logarithmic_axis_in_their_order(drivers: Finding) -> None:
    ax = ratios(drivers, label="driver", ratio="odds_ratio", lang="zh")
    assert ax.get_xscale() == "log"
    assert ticks(ax.yaxis) == ["$b$", "兄弟姐妹", "连续缺课"]
    assert ax.lines[0].get_xdata().tolist() == [0.5, 0.8, 3.0]
    assert bars(ax) == [(0.3, 0.8), (0.7, 0.9), (1.2, 9.0)]
    assert ax.lines[1].get_xdata() == [1, 1], "no difference is marked"


@pytest.mark.parametrize(
    ("lang", "names"),
    [("zh", ["其他校区（较小，合并）（对比闵行）", "地推（对比老带新）"]),
     ("en", ["other campuses (small, pooled) against 闵行", "地推 against 老带新"])],
)  # fmt: skip
def test_where_it_has_a_reference_each_ratio_names_it(lang: Lang, names: list[str]) -> None:
    compared = finding(
        level=["地推", Said("retention.pooled.campus")], reference=["老带新", "闵行"], hazard_ratio=[1.6, 0.9],
        hazard_ratio_low=[1.3, 0.8], hazard_ratio_high=[2.1, 1.1],
    )  # fmt: skip
    assert ticks(ratios(compared, label="level", ratio="hazard_ratio", lang=lang).yaxis) == names


def test_ratios_are_read_off_plain_numbers_never_powers(drivers: Finding) -> None:
    ax = ratios(drivers, label="driver", ratio="odds_ratio", lang="zh")
    assert ticks(ax.xaxis) == ["0.33", "0.5", "0.67", "1", "1.5", "2", "3", "5"]
    assert [label.get_text() for label in ax.xaxis.get_minorticklabels() if label.get_text()] == []
    assert not any("$" in found.get_text() for found in ax.xaxis.findobj(Text))


def test_of_many_ratios_the_furthest_from_one_are_drawn_on_either_side(drivers: Finding) -> None:
    ax = ratios(drivers, label="driver", ratio="odds_ratio", top=2, lang="zh")
    assert ticks(ax.yaxis) == ["$b$", "连续缺课"]  # 1 / 0.5 = 2 and 3, 1 / 0.8 = 1.25


def test_of_many_ratios_only_the_clear_are_drawn_if_any_is(drivers: Finding) -> None:
    noted = finding(**drivers.table.assign(note=["clear", "estimated", "clear", "vague"]).to_dict("list"))
    every = ratios(noted, label="driver", ratio="odds_ratio", note="note", top=3, lang="zh")
    assert ticks(every.yaxis) == ["$b$", "兄弟姐妹", "连续缺课"]
    clear = ratios(noted, label="driver", ratio="odds_ratio", note="note", top=2, lang="zh")
    assert ticks(clear.yaxis) == ["兄弟姐妹", "连续缺课"]
    none = finding(**noted.table.assign(note="estimated").to_dict("list"))
    assert ticks(ratios(none, label="driver", ratio="odds_ratio", note="note", top=2, lang="zh").yaxis) == [
        "$b$",
        "连续缺课",
    ]


@pytest.mark.parametrize(("low", "high"), [(0.003, 3.2), (0.3, 3.0), (0.5, 60.0), (1e-6, 0.9), (1e-4, 1e5), (0.8, 0.9)])
def test_the_numbers_of_a_wide_or_narrow_axis_do_not_run_into_each_other(low: float, high: float) -> None:
    wide = finding(driver=["a"], odds_ratio=[(low * high) ** 0.5], odds_ratio_low=[low], odds_ratio_high=[high])
    ax = ratios(wide, label="driver", ratio="odds_ratio", lang="zh")
    assert len(ticks(ax.xaxis)) >= (1 if low == 0.8 else 2)
    found = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert not any(one.padded(3).overlaps(other) for one, other in combinations(found, 2))


@pytest.mark.parametrize("bound", [INF, NAN])
def test_an_interval_without_an_upper_end_can_be_drawn(drivers: Finding, bound: float) -> None:
    table = drivers.table.assign(odds_ratio_high=[bound, 0.8, 0.9, NAN])
    ax = ratios(finding(**table.to_dict("list")), label="driver", ratio="odds_ratio", lang="zh")
    ax.figure.canvas.draw()
    assert all(np.isfinite(ax.get_xlim()))


def test_a_side_that_is_open_runs_to_the_edge(drivers: Finding) -> None:
    table = drivers.table.assign(odds_ratio_low=[1.2, 0.0, 0.7, NAN], odds_ratio_high=[INF, 0.8, 0.9, NAN])
    ax = ratios(finding(**table.to_dict("list")), label="driver", ratio="odds_ratio", lang="zh")
    assert bars(ax) == [(ax.get_xlim()[0], 0.8), (0.7, 0.9), (1.2, ax.get_xlim()[1])]


# calibration


@pytest.fixture
def told() -> Finding:
    return finding(
        predicted_rate=[0.1, 0.3, 0.5], observed_rate=[0.12, 0.25, NAN],
        observed_rate_low=[0.05, 0.1, NAN], observed_rate_high=[0.2, 0.4, NAN],
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_told_and_observed_meet_on_the_diagonal(told: Finding, lang: Lang) -> None:
    ax = calibration(told, lang=lang)
    diagonal = ax.lines[0]
    assert [*diagonal.get_xdata()] == [*diagonal.get_ydata()] == [0, pytest.approx(0.42)]
    assert legend(ax) == [text("plot.agreement", lang)]
    point, _, (bar,) = ax.containers[0].lines
    assert (point.get_xdata().tolist(), point.get_ydata().tolist()) == ([0.1, 0.3], [0.12, 0.25])
    assert [segment[:, 1].tolist() for segment in bar.get_segments()] == [
        pytest.approx([0.05, 0.2]), pytest.approx([0.1, 0.4])
    ]  # fmt: skip
    assert (ax.get_xlabel(), ax.get_ylabel()) == (header("predicted_rate", lang), header("observed_rate", lang))
    assert ax.get_xlim() == ax.get_ylim()


@pytest.mark.parametrize("observed", [NAN, 0.0])
def test_without_anything_observed_there_is_the_diagonal_alone(told: Finding, observed: float) -> None:
    nothing = dict.fromkeys(("observed_rate", "observed_rate_low", "observed_rate_high"), observed)
    ax = calibration(finding(**told.table.assign(predicted_rate=0.0, **nothing).to_dict("list")), lang="en")
    assert ax.get_xlim() == (0, 1)


def test_drawing_changes_nothing_in_the_finding(months: Finding, drivers: Finding, told: Finding) -> None:
    for chart, drawn, choices in (
        (history, months, {}), (calibration, told, {}), (ratios, drivers, {"label": "driver", "ratio": "odds_ratio"}),
    ):  # fmt: skip
        before = drawn.table.copy(deep=True)
        chart(drawn, lang="zh", **choices)
        pd.testing.assert_frame_equal(drawn.table, before)
