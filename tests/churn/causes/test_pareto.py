"""Are reasons ordered by what left for them, and is no share lost?"""

import pandas as pd
import pytest

from churnlab.churn.causes.pareto import pareto
from churnlab.churn.outcome import settled_before
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Causes, Uncertainty
from tests.builders import institution
from tests.churn.causes.leavers import exit_of, gone
from tests.churn.stays import by_period, settings

SAID = ["teacher"] * 6 + ["price"] * 3 + ["moved", "other", None]


def _paid(student, amount, on="2025-01-10", contract=None):
    return {"enrolment_id": contract or f"e-{student}", "student_id": student, "paid_at": on, "amount": amount}


def _data(payments=(), **more):
    names = [f"s{number:02}" for number in range(len(SAID))]
    rules = settings(inactivity_days=None).model_copy(update={"uncertainty": Uncertainty(min_group=5)} | more)
    exits = [exit_of(*pair) for pair in zip(names, SAID, strict=True) if pair[1]]
    contracts = [gone(name) for name in names]
    return institution("2025-08-01", settings=rules, enrolments=contracts, exits=exits, payments=list(payments))


def test_reasons_stand_in_order_with_their_cumulative_share():
    table = pareto(_data()).table
    assert table["reason"].tolist() == ["teacher", "price"]
    assert table["students"].tolist() == [6, 3]
    assert table["cumulative_share"].tolist() == [6 / 9, 1]


def test_each_share_has_its_interval():
    # R: prop.test(6, 9, correct = FALSE)$conf.int
    found = pareto(_data())
    row = found.table.iloc[0]
    assert [row["share_low"], row["share_high"]] == pytest.approx([0.3542021, 0.8794162], abs=1e-6)
    assert "66.7%, 95% interval 35.4% to 87.9%" in found.sentence("en")
    # Two paid, and as much each: R's prop.test(1, 2).
    paid = pareto(_data([_paid("s00", 100.0), _paid("s06", 100.0)]), weigh="paid").table.iloc[0]
    assert [paid["share_low"], paid["share_high"]] == pytest.approx([0.0945312, 0.9054688], abs=1e-6)


# Of eleven who left nine named a reason that points somewhere, one who "moved" did not churn, one gave "other".
def test_who_gave_only_other_is_said_to_be_left_out():
    found = pareto(_data())
    assert (found.facts["named"], found.facts["others"]) == (9, 1)
    assert "of the 9 students who named one" in found.sentence("en")
    assert "1 more gave only “other”" in found.sentence("en")
    assert "9 名学员" in found.sentence("zh")
    assert "另有 1 名只写了“其他”" in found.sentence("zh")


# s00 (teacher) paid 100 in January and 50 the March before; s06 (price) paid 300; s11 said nothing.
def test_weighed_by_what_they_had_paid_in_the_year_before_they_left():
    payments = [_paid("s00", 100.0), _paid("s00", 50.0, "2024-03-31"), _paid("s06", 300.0), _paid("s11", 900.0)]
    found = pareto(_data(payments), weigh="paid")
    assert found.table["reason"].tolist() == ["price", "teacher"]
    assert found.table["leavers_paid_cny"].tolist() == [300, 100]
    assert found.table["share"].tolist() == [300 / 400, 100 / 400]
    assert found.facts["most"] == 2
    for lang in LANGUAGES:
        assert "400" in found.sentence(lang)


def test_what_is_paid_after_the_last_day_does_not_count():
    payments = [_paid("s00", 100.0, "2025-03-31"), _paid("s00", 50.0, "2025-04-01")]
    assert pareto(_data(payments), weigh="paid").table["leavers_paid_cny"].sum() == 100


def test_payments_of_a_contract_are_its_own():
    rules = settings(inactivity_days=None, unit="enrolment")
    rules = rules.model_copy(update={"uncertainty": Uncertainty(min_group=1)})
    contracts = [by_period(name, "2025-01-10", "2025-03-31") for name in ("one", "two")]
    exits = [exit_of("a", "price", enrolment_id="one"), exit_of("a", "teacher", enrolment_id="two")]
    payments = [_paid("a", 100.0, contract="one"), _paid("a", 30.0, contract="two")]
    data = institution("2025-08-01", settings=rules, enrolments=contracts, exits=exits, payments=payments)
    table = pareto(data, weigh="paid").table
    assert dict(zip(table["reason"], table["leavers_paid_cny"], strict=True)) == {"price": 100, "teacher": 30}


def test_rare_reasons_are_not_listed_but_their_share_stays():
    table = pareto(_data(causes=Causes(listed=1))).table
    assert table["cumulative_share"].tolist() == [6 / 9]


def test_too_few_reasons_and_no_payments_are_said_so():
    with pytest.raises(NotEnoughData):
        pareto(_data(uncertainty=Uncertainty(min_group=20)))
    with pytest.raises(NotEnoughData) as told:
        pareto(_data([_paid("s11", 900.0)]), weigh="paid")
    assert "No payments are on record for the students" in told.value.message("en")


# Nobody loaded payments: what leavers had paid is not ¥0, nobody knows it. Who paid nothing of those on record paid ¥0.
def test_without_payments_what_was_paid_is_unknown_and_not_nought():
    found = pareto(_data())
    assert found.table["students"].tolist() == [6, 3]
    assert found.table["leavers_paid_cny"].isna().all()
    for lang in LANGUAGES:
        assert "¥0" not in found.presented(lang).to_string()
    assert pareto(_data([_paid("s06", 300.0)])).table["leavers_paid_cny"].tolist() == [0, 300]
    with pytest.raises(NotEnoughData) as told:
        pareto(_data(), weigh="paid")
    assert told.value.message("en") == "The store holds nothing of “Payments”; load it to see this."


def test_a_period_that_ends_where_all_is_settled_is_not_open():
    data = _data()
    settled = settled_before(data)
    assert "causes_open" not in pareto(data, stop=settled.date()).caveats
    assert "causes_open" in pareto(data, stop=(settled + pd.Timedelta(days=1)).date()).caveats
