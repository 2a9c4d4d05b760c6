"""Are people placed beside those of their role, with luck taken out?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.standing import monthly_index, performance
from churnlab.settings import Kpis
from tests.kirkpatrick.people.team import IDS, LEVELS, kpis, opened, rules
from tests.stats.test_serial_means import drawn


def test_the_index_is_the_distance_to_the_role_in_standard_deviations_of_a_month():
    # Without noise the KPI is 44.5, 45.5, … 55.5 in each month: mean 50, and the root mean square of ±0.5, ±1.5, … ±5.5
    # is √(143 / 12).
    index = monthly_index(opened(kpis=kpis(spread=0.0)))
    mine = index[index["staff_id"] == "A11"]["index"]
    assert mine.tolist() == pytest.approx([5.5 / np.sqrt(143 / 12)] * 12)
    assert index.groupby("month")["index"].mean().abs().max() < 1e-12


def test_where_less_is_better_the_index_is_turned_round():
    settings = rules().model_copy(update={"kpis": Kpis(low_is_good=("score",))})
    first, turned = (performance(opened(settings=one)).table["estimate"] for one in (rules(), settings))
    assert turned.tolist() == pytest.approx((-first).tolist(), abs=1e-6)


def test_who_is_best_is_found_and_drawn_in():
    table = performance(opened()).table.set_index("staff_id")
    assert table["estimate"].idxmax() == "A11"
    assert abs(table["estimate"]["A11"]) < abs(table["raw"]["A11"])
    assert (table["estimate_low"] < table["estimate"]).all()
    assert (table["n"] == 12).all()


def test_how_likely_each_is_at_the_top_adds_up_to_the_places_there_are():
    above = performance(opened()).above(0.25)
    assert above.sum() == pytest.approx(12 * 0.25)
    assert above[-1] > 0.8 > 0.2 > above[0]
    assert performance(opened(kpis=kpis(spread=60.0))).above(0.25).max() < 0.8


def test_the_future_and_what_is_long_past_change_nothing():
    then, later = opened("2025-10-01"), opened("2025-10-01", kpis=kpis()[:])
    assert performance(then).table["n"].eq(9).all()
    wild = [row if row["month"] < "2025-10" else row | {"value": 1e6} for row in kpis()]
    assert performance(opened("2025-10-01", kpis=wild)).table.equals(performance(later).table)


def test_of_an_earlier_day_only_the_months_before_it_count():
    table = performance(opened(), before=pd.Timestamp("2025-10-01")).table
    assert table["n"].eq(9).all()


def test_too_few_are_not_compared():
    with pytest.raises(NotEnoughData) as error:
        performance(opened(kpis=[row for row in kpis() if row["unit_id"] < "A04"]))
    assert error.value.message("en") == (
        "No role has 5 people with enough KPIs (or tests) for a comparison within the role."
    )
    assert "5 名" in error.value.message("zh")


def test_intervals_hold_the_true_levels_at_their_level():
    data, held, rng = opened(), [], np.random.default_rng(5)
    one = monthly_index(data)
    place = one["staff_id"].map(dict(zip(IDS, LEVELS, strict=True))).to_numpy()
    for _ in range(150):
        table = performance(data, index=one.assign(index=place + 8.0 * rng.normal(size=len(one)))).table
        held.append(((table["estimate_low"] <= LEVELS) & (table["estimate_high"] >= LEVELS)).mean())
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_estimates_and_places_are_as_sure_as_they_say_where_months_are_alike(correlation):
    data, rng = opened(), np.random.default_rng(8)
    held, said, right = [], [], []
    for _ in range(40):
        level, values, who, when = drawn(rng, 20, 12, correlation)
        rows = {"staff_id": who, "role": "adviser", "campus": "East", "index": values - level.mean()}
        months = pd.date_range("2025-01-01", periods=12, freq="MS")[when]
        found = performance(data, index=pd.DataFrame({**rows, "month": months}))
        true = level - level.mean()
        held += (found.table["estimate_low"].le(true).to_numpy() & found.table["estimate_high"].ge(true).to_numpy(),)
        chance, top = found.above(0.2), true >= np.sort(true)[-4]
        said += [*np.maximum(chance, 1 - chance)]
        right += [*np.where(chance > 1 / 2, top, ~top)]
    # People of one draw share its correlation: some wider than the binomial band.
    assert np.mean(held) >= 0.92
    assert np.mean(right) >= np.mean(said) - 0.02
