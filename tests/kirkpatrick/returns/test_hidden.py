"""What else may the training have brought, and is none of it counted as money unasked?"""

import math

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation, hidden_gains
from churnlab.kirkpatrick.returns.hidden import _judged, _weakest
from churnlab.settings import Settings
from tests.builders import institution
from tests.kirkpatrick.results.sellers import MONTHS, PX, TRAINED, noisy

COMPARED = ("E", "F", "G", "H")
PEOPLE = (*TRAINED, *COMPARED)
AFTER = "2026-02"


def fewer_hours(one, month):
    """Return the hours that reports take: 3 fewer of the trained from February on, where `noisy` has 3 more."""
    return 60 - noisy(one, month)


def opened(
    values=fewer_hours,
    *,
    metric="report_hours",
    left=None,
    as_of="2026-04-01",
    by_lot=True,
    people=PEOPLE,
    listed=None,
    **returns,
):
    """Open a training of A–D held in January 2026, E–H compared; `left` says who left the institution, and when."""
    who = [
        {
            "training_id": "PX1",
            "staff_id": one,
            "arm": "trained" if one in TRAINED else "comparison",
            "assigned_at_random": by_lot,
            "enrolled_on": "2026-01-05",
        }
        | ({"concluded_on": "2026-01-30"} if one in TRAINED else {})
        for one in listed or people
    ]
    kpis = [
        {"unit": "staff", "unit_id": one, "metric": metric, "month": f"{month}-01", "value": values(one, month)}
        for one in people
        for month in MONTHS
    ]
    staff = [
        {"staff_id": one, "role": "adviser", "department": "Sales", "campus": "East", "hired_on": "2024-01-01"}
        | ({"left_on": left[one]} if left and one in left else {})
        for one in people
    ]
    rules = Settings.model_validate(
        {"returns": {"saved_hours_metrics": ["report_hours"], "hourly_wage_cny": 50} | returns}
    )
    data = institution(as_of, trainings=[PX], trainees=who, kpis=kpis, staff=staff, settings=rules)
    return Evaluation(data, "PX1")


def test_hours_saved_are_a_gain_and_cost_nothing_unasked():
    found = hidden_gains(opened())
    row = found.table.iloc[0]
    assert (len(found.table), row["hidden_kind"], row["hidden_verdict"]) == (1, "hours", "better")
    assert not [name for name in found.table.columns if name.startswith("worth_cny")]
    assert found.sentence("en") == (
        "Beside its return Selling shows 1 of 1 further gain beyond chance: report_hours. "
        "None of it is in the return, and none is given in money here."
    )
    assert found.sentence("zh") == (
        "回报之外，Selling的 1 项其他收益中有 1 项确有改善：report_hours。这些都没有计入回报，此处也不折成钱。"
    )


def test_hours_are_worth_their_wage_over_the_months_measured_where_somebody_asks():
    found = hidden_gains(opened(), in_money=True)
    row = found.table.iloc[0]
    # About 3 hours fewer a month: four people in February and March, at 50 an hour.
    assert row["worth_cny"] == pytest.approx(3 * 4 * 2 * 50, rel=0.1)
    assert row["worth_cny_low"] < row["worth_cny"] < row["worth_cny_high"]
    assert "that is added to no return" in found.sentence("en")


def test_what_got_worse_is_said_to_have():
    more = hidden_gains(opened(lambda one, month: noisy(one, month) + 20))
    assert more.table["hidden_verdict"].tolist() == ["worse"]
    assert more.sentence("en").startswith(
        "Of 1 further gain of Selling none is shown beyond chance. Worse beyond chance: report_hours."
    )
    assert "确有变差的：report_hours。" in more.sentence("zh")


def test_without_an_effect_none_is_shown():
    flat = {month: fewer_hours("E", month) for month in MONTHS}
    own = {one: place * 0.7 for place, one in enumerate(PEOPLE)}

    def nothing(one, month):
        return flat[month] + own[one] + (PEOPLE.index(one) * 5 + MONTHS.index(month) * 3) % 7 / 10

    assert hidden_gains(opened(nothing)).table["hidden_verdict"].tolist() == ["open"]


def test_a_kpi_with_a_price_is_in_the_return_and_not_here():
    price = {"metric": "report_hours", "low_cny": -60, "cny": -50, "high_cny": -40}
    with pytest.raises(NotEnoughData) as error:
        hidden_gains(opened(prices=[price]))
    assert error.value.message("en").startswith("Nothing beside the return of PX1 can be told")


def test_how_many_left_is_compared_over_the_time_they_could_have():
    found = hidden_gains(opened(left={"E": "2026-02-15", "F": "2026-03-01", "G": "2026-03-01"}), in_money=True)
    row = found.table[found.table["hidden_kind"] == "turnover"].iloc[0]
    # From February on: E 14 days, F and G 28, H 59; A to D 59 each, and none of them left.
    compared, trained = 14 + 28 + 28 + 59, 4 * 59
    assert row["hidden_seen"].facts["trained"] == 0
    assert row["hidden_seen"].facts["expected"] == pytest.approx(3 / compared * trained)
    assert row["hidden_verdict"] == "open"  # 3 and 0 in so little time may be chance
    assert math.isnan(row["worth_cny"])  # the settings have no price of replacing somebody


def test_people_kept_are_worth_what_replacing_them_costs_where_it_is_told():
    left = {"E": "2026-02-15", "F": "2026-03-01", "G": "2026-03-01"}
    found = hidden_gains(opened(left=left, replacement_cny=10_000), in_money=True)
    row = found.table[found.table["hidden_kind"] == "turnover"].iloc[0]
    assert row["worth_cny"] == pytest.approx(row["hidden_seen"].facts["expected"] * 10_000)
    # 3 left in 129 days: exact 95 % limits of 0.6187 and 8.7673; none in 236: up to 3.6889. Of 236 days, in people:
    scale = 236 / 129
    low = 3 * scale - ((3 - 0.6187) ** 2 * scale**2 + 3.6889**2) ** 0.5
    assert row["worth_cny_low"] == pytest.approx(low * 10_000, rel=1e-3)
    assert row["worth_cny_high"] == pytest.approx((3 + 8.7673 - 3) * scale * 10_000, rel=1e-3)


def test_who_leaves_is_one_test_more_in_the_family():
    # The hours alone are surely fewer at 5 %; beside one more test they need 2.5 %.
    alone, both = {"p_value": 0.04, "hidden_verdict": "better"}, {"p_value": 0.9, "hidden_verdict": "worse"}
    assert [one["hidden_verdict"] for one in _judged([dict(alone)], 0.05)] == ["better"]
    assert [one["hidden_verdict"] for one in _judged([dict(alone), dict(both)], 0.05)] == ["open", "open"]


def test_each_gain_rests_on_its_own_design_and_all_on_the_weakest():
    left = {"E": "2026-02-15", "F": "2026-03-01", "G": "2026-03-01"}
    lots, chosen = (hidden_gains(opened(left=left, by_lot=one)) for one in (True, False))
    assert lots.table["claim_design"].tolist() == ["randomised", "randomised"]
    assert chosen.table["claim_design"].tolist() == ["comparison_group", "comparison_group"]
    assert _weakest(pd.DataFrame({"claim_design": ["randomised", "time_series"]})) is Design.TIME_SERIES
    assert lots.presented("en")["Rests on"].tolist() == ["by lot", "by lot"]


def test_who_leaves_after_the_date_has_not_left():
    later = hidden_gains(opened(left={"E": "2026-04-02"}))
    assert later.table.equals(hidden_gains(opened()).table)


def test_with_nobody_to_compare_with_nothing_is_a_gain():
    with pytest.raises(NotEnoughData):
        hidden_gains(opened(people=TRAINED))


def test_others_of_the_same_role_will_do_to_compare_with():
    found = hidden_gains(opened(listed=TRAINED, by_lot=False))
    assert found.table["hidden_kind"].tolist() == ["hours"]
    assert found.design is Design.COMPARISON_GROUP
