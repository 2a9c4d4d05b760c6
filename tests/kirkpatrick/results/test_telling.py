"""Which effects are shown, which are doubted, and what is said first?"""

import numpy as np
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.results.effects import kpi_effect
from churnlab.kirkpatrick.results.kpi_effects import kpi_effects
from tests.kirkpatrick.results.sellers import OTHERS, TRAINED, noisy, opened


def test_alone_with_few_months_there_is_a_change_and_no_effect():
    finding = kpi_effects(opened(noisy, people=TRAINED))
    row = finding.table.iloc[0]
    assert finding.design is Design.BEFORE_AFTER_ONLY
    assert row["effect_verdict"] == "change"
    assert row["kpi_without"] is None
    assert np.isnan(row["holm_p_value"])
    assert finding.sentence("en") == "For 1 KPI there is only a change, with nobody to compare with; it is no effect."
    assert finding.sentence("zh") == "1 项指标只有前后变化，没有可对照的人，不能称为效果。"


def test_groups_that_were_not_alike_are_doubted_unless_drawn_by_lot():
    def apart(one, month):
        return noisy(one, month) + (10 if one in TRAINED else 0)

    assert kpi_effects(opened(apart, by_lot=False)).table["effect_verdict"].tolist() == ["doubtful"]
    assert kpi_effects(opened(apart)).table["effect_verdict"].tolist() == ["shown"]


def test_an_effect_where_none_can_be_is_told():
    assert kpi_effects(opened(noisy, unmoved=("sold",))).caveats == ("results.unmoved",)
    assert kpi_effects(opened(noisy)).caveats == ()


def test_where_one_campus_stands_alone_nothing_is_told():
    east = {one: "East" if one in TRAINED else f"West{number % 2}" for number, one in enumerate((*TRAINED, *OTHERS))}
    found = kpi_effect(opened(noisy, campus=east), "sold")
    assert (found.groups, found.design) == (3, Design.COMPARISON_GROUP)
    assert found.smallest_p == pytest.approx(1 / 3)  # which of three campuses was it?
    assert np.isnan([found.low, found.high]).all()
    finding = kpi_effects(opened(noisy, campus=east))
    assert finding.table["effect_verdict"].tolist() == ["doubtful"]
    assert "results.few_groups" in finding.caveats
    assert "only 3 of them tell" in "".join(finding.warnings("en"))


def test_who_left_counts_until_then_on_either_side():
    left = {"A": "2026-03-01", "H": "2026-03-01"}
    finding = kpi_effects(opened(noisy, left=left))
    found = kpi_effect(opened(noisy, left=left), "sold")
    assert (found.left, found.left_compared, found.n_trained) == (1, 1, 4)
    assert "1 of those trained and 1 of those compared left within these months" in "".join(finding.warnings("en"))


def test_soon_after_people_were_chosen_it_is_told_that_they_may_still_be_coming_back():
    finding = kpi_effects(opened(noisy, by_lot=False))
    assert "results.early" in finding.caveats
    assert "Only 2 months have passed" in "".join(finding.warnings("en"))
    assert "训后才 2 个月" in "".join(finding.warnings("zh"))
    assert "results.early" not in kpi_effects(opened(noisy)).caveats
    assert "results.early" not in kpi_effects(opened(noisy, by_lot=False, selection_months=1)).caveats


def test_where_there_are_no_months_to_see_them_go_alike_it_is_told_that_this_is_assumed():
    short = kpi_effects(opened(noisy, by_lot=False, months_before=3, selection_months=5))
    assert "results.trend_untested" in short.caveats
    assert "训前走势" in "".join(short.warnings("zh"))
    assert "results.trend_untested" not in kpi_effects(opened(noisy, by_lot=False)).caveats
