"""What would the campuses trained have done without it, judged by a mixture of the others?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import region_effect, region_months
from churnlab.kirkpatrick.results.region_effect import region_effects
from tests.kirkpatrick.results.campuses import noise, opened


def test_where_campuses_stand_still_the_effect_is_what_was_added():
    values = np.full((10, 14), 50.0) + np.arange(10)[:, None]
    one = region_effects(opened(values, gain=4.0))[0]
    assert one.effect == pytest.approx(4)
    assert one.fit == pytest.approx(0, abs=1e-9)
    assert one.own[-1] - one.synthetic[-1] == pytest.approx(4)
    assert one.smallest_p == 1 / 45  # two of ten


def test_an_effect_larger_than_any_other_choice_would_show_is_shown():
    found = region_effect(opened(noise(), gain=8.0))
    row = found.table.iloc[0]
    assert row["region_verdict"] == "shown"
    assert (row["campuses_trained"], row["campuses_compared"]) == (2, 8)
    assert row["placebo_p_value"] == pytest.approx(1 / 45)
    one = region_effects(opened(noise(), gain=8.0))[0]
    assert one.low < 8 < one.high
    assert found.sentences == ("shown",)
    assert found.sentence("en").startswith(
        "Selling worked on 1 of 1 KPI of the 2 campuses trained as a whole, beside a mixture of 8 others that went as "
        "they did before: sold +"
    )
    assert found.sentence("zh").startswith(
        "与 8 个未参训校区按训前走势合成的对照相比，Selling对整体参训的 2 个校区 1 项指标中的 1 项有效：sold +"
    )


def test_with_so_few_campuses_that_nothing_could_stand_out_nothing_is_told():
    found = region_effect(opened(noise(campuses=5), trained="A", gain=50.0))
    # One of five: no p-value below 1 / 5, however large the effect.
    assert found.table["smallest_p_value"].tolist() == [1 / 5]
    assert found.table["region_verdict"].tolist() == ["cannot_tell"]
    assert "with 1 trained and 4 others no p-value can be below 0.20, however large the effect." in found.sentence("en")
    assert "参训 1 个、对照 4 个校区，无论效果多大，p 都不会低于 0.20。" in found.sentence("zh")


def test_with_hardly_more_campuses_than_were_trained_there_is_no_interval():
    one = region_effects(opened(noise(campuses=3), trained="A"))[0]
    assert np.isnan([one.low, one.high]).all()
    assert np.isfinite(one.effect)


def test_the_months_are_drawn_from_the_same_height_and_the_difference_after_is_the_effect():
    evaluated = opened(noise(), gain=8.0)
    table, one = region_months(evaluated).table, region_effects(evaluated)[0]
    base = one.own[: one.of.before].mean()
    assert table["when"].tolist() == ["before"] * 7 + ["after"] * 3
    assert table.loc[table["when"] == "before", "region_share"].mean() == pytest.approx(1)
    assert table.loc[table["when"] == "after", "apart_points"].mean() == pytest.approx(one.effect / base)
    found = region_months(evaluated)
    assert found.sentence("en").startswith("In sold, A; B and a mixture of the other campuses were ")
    assert "sold上，A；B与其他校区的合成对照在Selling前 7 个月里一般相差" in found.sentence("zh")


def test_people_of_one_campus_on_both_sides_are_no_campus_trained():
    with pytest.raises(NotEnoughData) as error:
        region_effect(opened(noise(campuses=4), trained="", stray="A"))
    assert error.value.message("en").startswith("No campus was trained as a whole beside campuses of which nobody was")
    with pytest.raises(NotEnoughData):
        region_months(opened(noise()), "unknown")


def test_the_future_changes_nothing():
    values = noise()
    changed = values.copy()
    changed[:, 13] *= 9
    now, then = (region_effect(opened(one, until=13)).table for one in (values, changed))
    assert now.drop(columns=["kpi_effect", "fit_before"]).equals(then.drop(columns=["kpi_effect", "fit_before"]))
    assert [str(one) for one in now["kpi_effect"]] == [str(one) for one in then["kpi_effect"]]
