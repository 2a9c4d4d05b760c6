"""What did a training do to the KPIs of the people trained?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.results.effects import all_effects, kpi_effect
from churnlab.kirkpatrick.results.kpi_effects import kpi_effects
from churnlab.kirkpatrick.results.telling import told
from tests.kirkpatrick.results.sellers import noisy, opened


def test_where_only_those_months_are_left_nothing_is_told():
    evaluated = opened(noisy, by_lot=False, selection_months=6)
    with pytest.raises(NotEnoughData) as error:
        kpi_effect(evaluated, "sold")
    assert error.value.message("en") == (
        "sold: only 0 of those trained have months both before and after the training that may be used (the 6 months "
        "before it are left out where people were not chosen by lot); at least 4 are needed."
    )
    with pytest.raises(NotEnoughData) as nothing:
        kpi_effects(evaluated)
    assert nothing.value.message("zh").startswith("没有一项指标有 4 名参训者")


def test_an_effect_is_said_with_its_interval():
    finding = kpi_effects(opened(noisy))
    said = finding.sentence("en")
    assert said.startswith("Selling worked on 1 of 1 KPI, compared with what would have been without it: sold +3."), (
        said
    )
    assert finding.facts["shown"] == 1
    row = finding.table.iloc[0]
    found = kpi_effect(opened(noisy), "sold")
    assert row["relative_change_share"] == pytest.approx(found.effect / found.baseline_mean)
    assert row["holm_p_value"] == found.p_value  # one KPI: nothing to adjust for


def test_results_asked_for_elsewhere_are_of_the_same_family():
    evaluated = opened(noisy)
    found = all_effects(evaluated)
    alone, beside = (told(evaluated, found, "results.kpi_effects", more) for more in ((), found))
    # Two p-values, both the same: Holm doubles the smaller.
    assert beside.table.loc[0, "holm_p_value"] == pytest.approx(2 * alone.table.loc[0, "holm_p_value"])
