"""Is what people do after a training drawn as the table has it, in both languages?"""

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.plots import kpi_series, open_matters, own_and_others, rating_changes, supports, transfer_curve
from churnlab.wording import cell, header

pytestmark = pytest.mark.usefixtures("styled")


def of(**columns):
    return Finding(key="demo", table=pd.DataFrame(columns))


CHANGES = of(
    seen_by=["superior", "peer", "subordinate"], behavior_when=["post", "post", "post"],
    rating_change=[0.4, 0.3, None], rating_change_low=[0.1, 0.2, None], rating_change_high=[0.7, 0.4, None],
    rating_difference=[0.5, 0.2, None], rating_difference_low=[0.2, 0.1, None],
    rating_difference_high=[0.8, 0.3, None],
)  # fmt: skip
TRANSFER = of(
    months_after=[0, 3, 6, 12], applying_share=[0.1, 0.5, 0.4, None], applying_share_low=[0, 0.3, 0.2, None],
    applying_share_high=[0.3, 0.7, 0.6, None], compared_applying_share=[0.1, 0.2, None, None],
)  # fmt: skip
SUPPORTS = of(
    support=["check_ins", "documents"], carried_out_share=[0.9, 0.2], carried_out_share_low=[0.8, 0.1],
    carried_out_share_high=[0.95, 0.4], support_target_share=[0.85, 0.5],
)  # fmt: skip
MATTERS = of(
    matter_kind=["request"] * 4, before_or_after=["before", "before", "after", "after"], open_day=[0, 1, 0, 1],
    still_open_share=[1, 0.8, 1, 0.6], still_open_share_low=[0.9, 0.7, 0.9, 0.5],
    still_open_share_high=[1, 0.9, 1, 0.7],
)  # fmt: skip
GAP = of(behavior_when=["pre", "post"], own_rating=[4.0, 4.2], others_rating=[3.2, 3.6])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_changes_are_told_beside_those_not_trained_where_they_can_be(lang):
    ax = rating_changes(CHANGES, lang=lang)
    assert ax.lines[0].get_xdata().tolist() == [0.2, 0.5]  # what is not shown has no row; the first is on top
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        f"{cell(role, 'seen_by', lang)} · {cell('post', 'behavior_when', lang)}" for role in ("peer", "superior")
    ]
    alone = Finding(key="demo", table=CHANGES.table.assign(rating_difference_low=float("nan")))
    assert rating_changes(alone, lang=lang).lines[0].get_xdata().tolist() == [0.3, 0.4]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_transfer_has_the_published_curve_and_stops_where_nobody_was_rated(lang):
    ax = transfer_curve(TRANSFER, lang=lang)
    published, others, own = ax.lines[:3]
    assert published.get_ydata().tolist() == [0.62, 0.44, 0.34]
    assert others.get_ydata().tolist() == [0.1, 0.2]
    assert own.get_xdata().tolist() == [0, 3, 6]
    assert ax.get_ylabel() == header("applying_share", lang)
    assert len(ax.get_legend().get_texts()) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_supports_stand_beside_their_targets(lang):
    ax = supports(SUPPORTS, lang=lang)
    assert ax.lines[0].get_xdata().tolist() == [0.2, 0.9]
    assert ax.collections[-1].get_offsets()[:, 0].tolist() == [0.5, 0.85]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_matters_are_drawn_before_and_after(lang):
    ax = open_matters(MATTERS, lang=lang)
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 0.8], [1, 0.6]]
    assert [line.get_linestyle() for line in ax.lines] == [":", "-"]
    assert ax.get_legend().get_texts()[1].get_text() == (
        f"{cell('request', 'matter_kind', lang)} · {cell('after', 'before_or_after', lang)}"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_own_ratings_stand_beside_those_of_others(lang):
    ax = own_and_others(GAP, lang=lang)
    assert [line.get_ydata().tolist() for line in ax.lines] == [[4.0, 4.2], [3.2, 3.6]]


SERIES = of(
    metric=["nps"] * 4 + ["other"], month_about=[-2, -1, 1, 2, 1],
    counted_as=["before", "set_aside", "after", "after", "after"],
    moved_trained_share=[0.0, 0.01, 0.1, 0.12, 9], moved_trained_share_low=[-0.02, -0.01, 0.05, 0.08, 9],
    moved_trained_share_high=[0.02, 0.03, 0.15, 0.16, 9], moved_compared_share=[0.0, 0.0, None, 0.02, 9],
    moved_compared_share_low=[-0.01, -0.01, None, None, 9], moved_compared_share_high=[0.01, 0.01, None, None, 9],
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_series_breaks_at_the_training_and_others_stand_beside(lang):
    ax = kpi_series(SERIES, lang=lang)
    sides = {bar.get_label(): bar.lines[0] for bar in ax.containers if not bar.get_label().startswith("_")}
    trained, others = (text(f"plot.behavior.{name}", lang) for name in ("trained", "compared"))
    assert sides[trained].get_ydata().tolist() == [0.1, 0.12]
    assert sides[others].get_ydata().tolist() == [0.02]  # in the first month nobody stands beside
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "−2", "−1", "+1", "+2", text("plot.behavior.at", lang)
    ]  # fmt: skip
    assert text("plot.behavior.set_aside", lang) in [one.get_text() for one in ax.get_legend().get_texts()]
    assert cell("nps", "metric", lang) in ax.get_title(loc="left")
    assert kpi_series(SERIES, metric="other", lang=lang).containers[0].lines[0].get_ydata().tolist() == [9]
    with pytest.raises(KeyError):
        kpi_series(SERIES, metric="none", lang=lang)
