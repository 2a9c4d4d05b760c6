"""Are renewals counted, foretold and valued right?"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.renewal.at_risk import ALL, revenue_at_risk, worth
from churnlab.churn.renewal.by_term import renewal_by_term
from churnlab.churn.renewal.coming import up_for_renewal
from churnlab.churn.renewal.curve import curve
from churnlab.churn.renewal.groups import renewal_by
from churnlab.churn.renewal.in_service import DAYS_A_MONTH, in_service
from churnlab.churn.renewal.prepaid import prepaid
from churnlab.churn.renewal.rates import renewal_rate
from churnlab.churn.renewal.value import remaining_value
from churnlab.errors import NotEnoughData, OrderError
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import wilson
from churnlab.synthetic import Institution, Made, make
from churnlab.tables.door import Data
from tests.another_future import another_future
from tests.builders import institution
from tests.churn.renewal.quarters import quarters
from tests.churn.stays import by_hours, by_period, refund, settings, weekly


def all_findings(data: Data, month: str = "2025-06") -> list[Finding]:
    groups = [renewal_by(data, by) for by in ("campus", "adviser")]
    whole = [ask(data) for ask in (renewal_by_term, up_for_renewal, worth, revenue_at_risk, prepaid)]
    return [renewal_rate(data, month), renewal_rate(data, month, months=3), *groups, *whole]


def test_the_rate_has_its_base_and_is_compared_with_the_month_before():
    found = renewal_rate(quarters(), "2025-06")
    assert found.table["came_due"].tolist() == [30, 0, 0]
    assert found.table["renewal_rate"].iloc[0] == 24 / 30
    limits = found.table[["renewal_rate_low", "renewal_rate_high"]].iloc[0].tolist()
    assert limits == pytest.approx([float(side) for side in wilson(24, 30, 0.95)])
    assert found.sentences == ("final", "early")
    three = renewal_rate(quarters(), "2025-06", months=3)
    assert three.table["came_due"].tolist() == [30, 40, 0]
    assert three.table["difference_points"].iloc[1] == pytest.approx(24 / 30 - 30 / 40)
    assert renewal_rate(quarters(), "2025-06", "West").facts["came_due"] == 15


def test_a_month_whose_answers_are_open_has_bounds_and_no_rate():
    # On 10 July 24 had renewed and of the other 6 nobody could say; once the grace is over there is a rate.
    found = renewal_rate(quarters("2025-07-10"), "2025-06")
    assert found.table["renewal_rate"].isna().iloc[0]
    assert [found.facts["least_rate"], found.facts["most_rate"]] == [24 / 30, 30 / 30]
    assert "80.0% and 100.0%" in found.sentence("en")


def test_a_month_of_which_nothing_is_known_is_refused():
    for month in ("2024-12", "2025-09", "2027-03"):
        with pytest.raises(OrderError) as told:
            renewal_rate(quarters(), month)
        assert told.value.message("en") == (
            f"Nothing is known of contracts in {month}; ask for a month from 2025-01 to 2025-08."
        )
    assert renewal_rate(quarters(), "2025-01").sentences == ("nobody",)


def test_each_term_has_its_rate_and_the_curve_goes_on():
    table = renewal_by_term(quarters()).table
    assert table["term"].tolist() == [1, 2, 3, 4, 5]
    assert table["came_due"].tolist()[:2] == [40, 30]
    assert table["renewal_rate"].tolist()[:2] == [30 / 40, 24 / 30]
    assert table["came_due"].isna().tolist() == [False] * 2 + [True] * 3
    # Two terms, two parameters: the curve goes through both. 3 / 4 = β / (α + β) and 4 / 5 = (β + 1) / (α + β + 1).
    assert table["fitted_rate"].tolist() == pytest.approx([3 / 4, 4 / 5, 5 / 6, 6 / 7, 7 / 8], abs=1e-4)
    assert table["kept_share"].tolist() == pytest.approx(np.cumprod(table["fitted_rate"]), rel=1e-4)
    assert (table["fitted_rate_low"] < table["fitted_rate"]).all()


def test_the_curves_parameters_are_told_with_intervals():
    # 3 / 4 and 4 / 5 are those of α = 1 and β = 3; of so few nobody can tell that students differ at all.
    found = renewal_by_term(quarters())
    assert [found.facts["alpha"], found.facts["beta"]] == pytest.approx([1, 3], rel=0.01)
    for name in ("alpha", "beta"):
        assert found.facts[f"{name}_low"] < found.facts[name] < found.facts[f"{name}_high"]
    assert any("α 1.00 (95% interval" in warning for warning in found.warnings("en"))
    assert any("参数 α 为 1.00（95% 区间" in warning for warning in found.warnings("zh"))
    assert found.facts["years"] == 1
    assert "renewal_years" not in found.caveats


# 40 begin in 2023, 30 of them renew and 24 of those; 40 in 2024, of whom 10 renew and 10 of those.
def test_years_that_renew_by_another_curve_are_told():
    rows = [
        by_period(f"{year}-{number}-{term}", f"{year}-{starts}", f"{year}-{ends}", student=f"{year}-{number}")
        for year, going in (("2023", (40, 30, 24)), ("2024", (40, 10, 10)))
        for (term, starts, ends), n in zip(
            [(1, "01-01", "03-31"), (2, "04-01", "06-30"), (3, "07-01", "09-30")], going, strict=True
        )
        for number in range(n)
    ]
    data = institution("2025-02-01", settings=settings(), enrolments=rows)
    found = renewal_by_term(data)
    assert found.facts["years"] == 2
    assert found.facts["years_p_value"] < 0.05
    assert any("2 years, likelihood-ratio test" in warning for warning in found.warnings("en"))


def test_too_few_ends_give_no_curve():
    few = institution("2025-08-15", settings=settings(), enrolments=[by_period("a", "2025-01-01", "2025-03-31")])
    for ask in (renewal_by_term, worth, revenue_at_risk, up_for_renewal):
        with pytest.raises(NotEnoughData):
            ask(few)


def test_groups_are_compared_and_advisers_shrunken():
    # Even and odd numbers: 20 + 15 came due on either side, 15 + 12 of them renewed.
    campus = renewal_by(quarters(), "campus").table
    assert campus["came_due"].tolist() == [35, 35]
    assert campus["renewal_rate"].tolist() == [27 / 35, 27 / 35]
    adviser = renewal_by(quarters(), "adviser")
    assert "renewal_shrunken" in adviser.caveats
    spread = adviser.table["shrunken_renewal_rate"]
    raw = adviser.table["renewed"] / adviser.table["came_due"]
    assert spread.max() - spread.min() <= raw.max() - raw.min()


def test_worth_is_margin_times_retention_discounted():
    # On 15 August all 24 are in their third contract with 47 of 92 days left, 1.5 months, which counts as 2; a
    # contract takes 3. Nobody broke off. Month by month: paid for are two, then each third month a renewal is due.
    data = quarters()
    rules, fit = data.settings.renewal, curve(data)
    other_ends = 0.5 / (70 + 1)  # none of 70, after Jeffreys
    here, factor = 1.0, 0.0
    after = []  # the chance to be here at the end of each month
    for month in range(rules.horizon_months + 1):
        if month >= 2 and (month - 2) % 3 == 0:
            here *= float(fit.renewal(3 + (month - 2) // 3)) * (1 - other_ends)
        after.append(here)
    for month in range(2, rules.horizon_months):
        half = (after[month] + after[month + 1]) / 2
        factor += half / (1 + rules.discount_rate_per_year) ** ((month + 1 / 2) / 12)
    margin = 3000 / 92 * DAYS_A_MONTH * 0.4
    value = remaining_value(data)
    assert value["unit_id"].tolist() == [f"s{number:02}" for number in range(24)]
    assert value["monthly_margin_cny"].to_numpy() == pytest.approx(margin)
    assert value["remaining_value_cny"].to_numpy() == pytest.approx(margin * factor)
    assert value["expected_months"].to_numpy() == pytest.approx(np.trapezoid(after))
    assert (value["remaining_value_cny_low"] < value["remaining_value_cny"]).all()
    assert (value["remaining_value_cny"] < value["remaining_value_cny_high"]).all()
    total = worth(data).table
    assert total["campus"].iloc[-1] == ALL
    assert total["remaining_value_cny"].iloc[-1] == pytest.approx(24 * margin * factor)
    assert total["remaining_value_cny"].iloc[:-1].sum() == pytest.approx(24 * margin * factor)


# As of 15 September 24 contracts run out within the month. So did 30 as of 15 June, of whom 24 renewed and 6 left by
# 15 July; on the days between no contract was so near its end. Of all 130 who were looked at on some day 6 left.
def test_what_is_at_risk_is_the_worth_of_those_who_go_as_others_went():
    data = quarters("2025-09-15")
    found = revenue_at_risk(data)
    of_all = found.table[found.table["campus"] == ALL]
    share = (6 + (6 + 0.5) / (130 + 1)) / (30 + 1)
    # Counted are months from the date on, so these are named, and no calendar month.
    assert of_all["month"].tolist() == ["2025-09-15/2025-10-14", "2025-10-15/2025-11-14", "2025-11-15/2025-12-14"]
    assert "will churn from 15 Sept 2025 to 14 Oct 2025 (" in found.sentence("en")
    assert "2025年9月15日至2025年10月14日约有" in found.sentence("zh")
    assert found.presented("en").iloc[0, 1] == "2025-09-15 to 2025-10-14"
    assert found.presented("zh").iloc[0, 1] == "2025-09-15 至 2025-10-14"
    assert of_all["leaving"].iloc[0] == pytest.approx(24 * share)
    assert 0 <= of_all["leaving_low"].iloc[0] < 24 * share - 2 < 24 * share + 2 < of_all["leaving_high"].iloc[0] <= 24
    assert of_all["at_risk_share"].iloc[0] == pytest.approx(share)
    assert of_all["at_risk_cny"].iloc[0] == pytest.approx(remaining_value(data)["remaining_value_cny"].sum() * share)
    assert found.facts["students"] == 24


# As of 12 October 24 contracts ended 12 days ago. So had, as of 12 July, 30 of which 24 were renewed on the day after
# the end: of the 6 who had not renewed by then none did later.
def test_who_has_not_renewed_by_now_is_worth_as_much_less():
    value = remaining_value(quarters("2025-10-12"))
    fresh = remaining_value(quarters("2025-09-28"))
    share = 0.5 / (6 + 10 + 1)  # in April 10 of 40 had not either
    chance = 5 / 6 * (1 - 0.5 / 71)
    assert len(value) == len(fresh) == 24
    assert value["expected_months"].iloc[0] / fresh["expected_months"].iloc[0] < 1.1 * share / chance


def test_where_too_few_months_were_seen_nobody_is_foretold_to_leave():
    with pytest.raises(NotEnoughData) as told:
        revenue_at_risk(quarters("2025-08-01"))
    assert told.value.message("en").startswith("Fewer than 3 earlier months can be replayed")


# Of 30 who were due as soon 24 renewed, and of 46 due on any day.
def test_what_comes_up_for_renewal_has_its_price():
    found = up_for_renewal(quarters())
    assert found.table["contracts"].tolist() == [0, 24, 0]
    assert found.table["due_cny"].tolist() == [0, 24 * 3000, 0]
    assert found.table["expected_renewals"].isna().all()
    assert "cannot be foretold" in up_for_renewal(quarters("2025-07-20")).sentence("en")
    later = up_for_renewal(quarters("2025-09-15")).table
    assert later["contracts"].tolist() == [24, 0, 0]
    assert later["expected_renewals"].iloc[0] == pytest.approx(24 * (24 + 24.5 / 47) / (30 + 1))


# All 24 contracts end on 30 September: within the month that begins on 15 September, no month of the calendar.
def test_months_ahead_are_named_by_the_days_that_are_counted():
    found = up_for_renewal(quarters("2025-09-15"))
    assert found.table["month"].tolist() == [
        "2025-09-15/2025-10-14",
        "2025-10-15/2025-11-14",
        "2025-11-15/2025-12-14",
    ]
    assert "due from 15 Sept 2025 to 14 Oct 2025 about" in found.sentence("en")
    assert "2025年9月15日至2025年10月14日" in found.sentence("zh")
    assert found.table["month"].tolist() == revenue_at_risk(quarters("2025-09-15")).table["month"].tolist()[-3:]
    assert up_for_renewal(quarters("2025-08-01")).table["month"].tolist() == ["2025-08", "2025-09", "2025-10"]


def test_pace_is_the_students_own():
    # A lesson a week since March at 100 yuan: 24 of 33 hours are given by 10 August, 13 of them in the last 91 days.
    lessons = weekly("e", "2025-03-01", "2025-08-09")
    contract = by_hours("e", "2025-03-01", 33) | {"amount_due": 3300.0}
    chain = in_service(institution("2025-08-10", settings=settings(), enrolments=[contract], lessons=lessons)).iloc[0]
    assert len(lessons) == 24
    assert chain["monthly_cny"] == pytest.approx(100 * 13 / 91 * DAYS_A_MONTH)
    assert chain["months_left"] == pytest.approx(9 / (13 / 91 * DAYS_A_MONTH))


def test_money_paid_is_divided_without_a_remainder():
    # East: a used 4 of 10 hours; b broke off after 2 of 10, and half of the 800 left came back. West: c's period is
    # over. A payment of 50 is of a contract that nobody knows.
    enrolments = [
        by_hours("a", "2025-01-01", 10, student="a") | {"amount_due": 1000.0},
        by_hours("b", "2025-01-01", 10, student="b") | {"amount_due": 1000.0},
        by_period("c", "2025-01-01", "2025-01-10", student="c", campus="West") | {"amount_due": 500.0},
    ]
    payments = [
        {"enrolment_id": name, "student_id": name, "paid_at": "2025-01-01", "amount": amount}
        for name, amount in (("a", 600.0), ("a", 400.0), ("b", 1000.0), ("c", 500.0), ("gone", 50.0))
    ]
    lessons = weekly("a", "2025-01-01", "2025-01-22", student="a") + weekly(
        "b", "2025-01-01", "2025-01-08", student="b"
    )
    back = refund("b", "2025-01-15", student="b") | {"amount": 400.0}
    data = institution(
        "2025-02-01", settings=settings(), enrolments=enrolments, payments=payments, lessons=lessons, refunds=[back]
    )
    table = prepaid(data).table.assign(campus=lambda t: t["campus"].map(str)).set_index("campus")
    parts = ["refunded_cny", "used_cny", "gone_unused_cny", "prepaid_cny"]
    assert table.loc["East", parts].tolist() == pytest.approx([400, 400 + 200, 400, 600])
    assert table.loc["West", parts].tolist() == [0, 500, 0, 0]
    assert table.loc["East", "prepaid_hours"] == 6
    assert table["received_cny"].iloc[-1] == 2550  # all payments
    assert table["received_cny"].iloc[:-1].sum() == 2550
    named = table.loc[["East", "West"]]
    assert named[parts].sum(axis=1).tolist() == pytest.approx(named["received_cny"].tolist())


@pytest.fixture(scope="module")
def made() -> Made:
    return make(Institution(students=360, seed=5, campuses=2, months=20))


def test_a_campus_without_payments_is_named():
    with pytest.raises(NotEnoughData) as told:
        prepaid(quarters(), "Mars")
    assert told.value.message("en") == (
        "No payment is on record of contracts at Mars, so nothing can be said of money paid there."
    )


def test_money_by_campus_is_the_sum_of_payments(made):
    table = prepaid(made.data()).table
    paid = float(made.frames["payments"]["amount"].astype(float).sum())
    assert table["received_cny"].iloc[-1] == pytest.approx(paid)
    assert table["received_cny"].iloc[:-1].sum() == pytest.approx(paid)
    parts = table.drop(columns=["campus", "received_cny", "prepaid_hours"]).iloc[:-1].dropna()
    assert parts.sum(axis=1).to_numpy() == pytest.approx(table["received_cny"].iloc[: len(parts)].to_numpy())


def test_every_student_in_service_has_one_worth(made):
    value = remaining_value(made.data())
    assert value["unit_id"].is_unique
    assert (value["remaining_value_cny_low"] <= value["remaining_value_cny"]).all()
    assert (value["remaining_value_cny"] <= value["remaining_value_cny_high"]).all()
    total = worth(made.data()).table["remaining_value_cny"].iloc[-1]
    assert value["remaining_value_cny"].sum() == pytest.approx(total)


def test_another_future_changes_nothing(made):
    as_of = date(2026, 3, 1)
    other = replace(made, frames=another_future(made.frames, as_of=as_of, seed=2))
    pairs = [all_findings(one.data(as_of), "2025-12") for one in (made, other)]
    for before, after in zip(*pairs, strict=True):
        pd.testing.assert_frame_equal(before.table, after.table)
        assert str(before.facts) == str(after.facts)
    pd.testing.assert_frame_equal(remaining_value(made.data(as_of)), remaining_value(other.data(as_of)))


def test_everything_is_said_in_both_languages(made):
    for found in all_findings(made.data(), "2026-04"):
        for lang in LANGUAGES:
            said = [found.title(lang), found.sentence(lang), *found.warnings(lang), *found.presented(lang)]
            assert all(said)
        assert found.presented("en").shape[1] <= 8
        assert len(found.table) <= 25
