"""How much more margin does each trained person bring in a month, and by which KPIs?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.returns.worth import SALES, gains, measured, money_series, together
from churnlab.settings import Settings
from tests.kirkpatrick.returns.selling import AFTER, ASKED, BEFORE, MONTHLY, SINCE, TRAINED, opened, rows_of_kpis

PRICE = {"metric": "hours", "low_cny": 10, "cny": 20, "high_cny": 30}


def hours(value):
    """Return the hours of each person and month."""
    return [
        {"unit": "staff", "unit_id": one, "metric": "hours", "month": f"{month}-01", "value": value(one, month)}
        for one in SINCE
        for month in (*BEFORE, *AFTER)
    ]


def kpis(*rows):
    """Return KPIs of one person: month, metric, value, n."""
    table = pd.DataFrame(rows, columns=["month", "metric", "value", "n"])
    return table.assign(staff_id="A", month=pd.to_datetime(table["month"]))


def test_sales_are_what_a_customer_asked_brings():
    found = money_series(
        kpis(
            ("2026-01", "conversion_rate", 0.25, 8), ("2026-01", "order_value_cny", 1_000, np.nan),
            ("2026-02", "conversion_rate", 0.0, 6),  # no sale and so no order: it brought nothing
            ("2026-03", "conversion_rate", 0.5, 0), ("2026-03", "order_value_cny", 900, np.nan),  # nobody asked
            ("2026-04", "conversion_rate", 0.5, 4),  # sold for an unknown price
        ), Settings(),
    )  # fmt: skip
    assert list(found) == [SALES]
    assert found[SALES][["value", "n"]].to_numpy().tolist() == [[250, 8], [0, 6]]


def test_who_has_no_orders_at_all_sells_nothing_that_has_a_price():
    assert money_series(kpis(("2026-01", "conversion_rate", 0.0, 5)), Settings()) == {}


def test_a_priced_kpi_of_which_less_is_better_is_turned():
    rules = {"returns": {"prices": [PRICE]}, "kpis": {"low_is_good": ["hours"]}}
    found = money_series(kpis(("2026-01", "hours", 7, np.nan)), Settings.model_validate(rules))
    assert found["hours"]["value"].tolist() == [-7]
    rules["kpis"] = {"low_is_good": []}
    assert money_series(kpis(("2026-01", "hours", 7, np.nan)), Settings.model_validate(rules))["hours"]["value"][0] == 7


def test_the_gain_in_sales_by_hand():
    (found,) = gains(opened(returns={"margin_error_share": 0.25}))
    assert found.effect.effect == pytest.approx(0.6 * 1_100 - 0.5 * 1_000)
    assert (found.volume, found.price) == (ASKED, 0.12)
    assert (found.price_low, found.price_high) == pytest.approx((0.12 * 3 / 4, 0.12 * 5 / 4))
    assert found.monthly_cny == pytest.approx(MONTHLY)


def test_a_priced_kpi_gains_beside_them():
    # Two hours a month less of each trained person, at 20 an hour; one more or less by who it is and when.
    def spent(one, month):
        return 10 + (ord(one) * int(month[5:])) % 3 - 2 * (one in TRAINED and month in AFTER)

    rules = {"prices": [PRICE]}
    evaluated = opened(kpis=rows_of_kpis(more=hours(spent)), returns=rules, low_is_good=("hours",))
    found = {one.metric: one for one in gains(evaluated)}
    assert set(found) == {SALES, "hours"}
    assert (found["hours"].volume, found["hours"].price) == (1, 20)

    def change(people):
        before, after = (np.mean([spent(one, month) for one in people for month in part]) for part in (BEFORE, AFTER))
        return after - before

    others = [one for one in SINCE if one not in TRAINED]
    assert found["hours"].monthly_cny == pytest.approx(-20 * (change(TRAINED) - change(others)))


def test_only_whole_months_after_ones_own_training_are_measured():
    evaluated = opened()
    rows = money_series(kpis(*[(month, "conversion_rate", 0.0, 1.0) for month in (*BEFORE, "2026-01", *AFTER)],
        (AFTER[0], "order_value_cny", 5, np.nan)), evaluated.data.settings)[SALES]  # fmt: skip
    found = measured(rows, evaluated)
    assert found["month"].dt.strftime("%Y-%m").tolist() == AFTER
    assert found["since"].tolist() == [1, 2]


def test_gains_go_together_as_the_changes_of_the_same_people_do():
    # Hours fall by the change in sales of each within her group, so that both are one number: correlation −1.
    sold = {one: share * order for one, (share, order) in SINCE.items()}
    more = hours(lambda one, month: -sold[one] if month in AFTER else 0.0)
    evaluated = opened(kpis=rows_of_kpis(more=more), returns={"prices": [PRICE]})
    found = gains(evaluated)
    assert together(found, evaluated) == pytest.approx(np.array([[1, -1], [-1, 1]]))
    assert together(found[:1], evaluated).tolist() == [[1]]


def test_what_has_no_price_is_not_guessed():
    with pytest.raises(NotEnoughData) as error:
        gains(opened(kpis=hours(lambda one, month: 5.0)))
    assert error.value.message("en") == (
        "Nothing that those trained in PX1 do has a price: neither sales (settings, returns.sales_rate and "
        "returns.sales_value) nor a KPI of returns.prices. None is guessed."
    )
    assert "绝不猜测" in error.value.message("zh")


def test_too_few_with_months_before_and_after_are_no_gain():
    kpis_of_three = [row for row in rows_of_kpis() if row["unit_id"] != "A"]
    with pytest.raises(NotEnoughData) as error:
        gains(opened(kpis=kpis_of_three))
    assert error.value.message("en").startswith("Fewer than 4 of those trained in PX1 have months before and after it")
