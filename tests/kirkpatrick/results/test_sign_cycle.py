"""How soon do those whom the trained spoke with first sign?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation, outcomes, sign_cycle
from churnlab.kirkpatrick.results.steps import staff_requests
from tests.kirkpatrick.results.shop import MONTHS, opened


@pytest.fixture(scope="module")
def raised():
    return opened(1, sooner=0.3)


@pytest.fixture(scope="module")
def found(raised):
    return sign_cycle(Evaluation(raised, "PX1"))


def test_a_curve_whose_customers_were_all_followed_is_the_share_that_had_signed(raised, found):
    rows = staff_requests(raised)
    # Months 0 to 5 of those trained: 6 was followed for 90 days into the training of the tenth month.
    before = rows[(rows["staff_id"] < "A08") & (rows["contacted_on"] < "2024-07-01")]
    curve = found.table[found.table["sign_group"] == "trained_before"].set_index("days_since_contact")
    assert curve["requests_watched"][0] == len(before) == 8 * 4 * 6
    for day in (15, 45, 90):
        assert curve["signed_share"][day] == pytest.approx((before["days_to_sign"] <= day).sum() / len(before))
        assert curve["signed_share_low"][day] < curve["signed_share"][day] < curve["signed_share_high"][day]


def test_who_has_not_signed_yet_is_watched_until_the_date_and_not_left_out(raised, found):
    after = found.table[found.table["sign_group"] == "trained_after"].set_index("days_since_contact")
    requests = staff_requests(raised)
    later = requests[(requests["staff_id"] < "A08") & (requests["contacted_on"] >= "2024-11-01")]
    assert after["requests_watched"][0] == len(later)
    # The mean of the finished would tell of fewer and sooner ones.
    among_signed = (later["days_to_sign"] <= 45).sum() / later["days_to_sign"].notna().sum()
    assert after["signed_share"][45] < among_signed
    plain = (later["days_to_sign"] <= 45).sum() / len(later)
    assert after["signed_share"][45] > plain  # some of the last month were not yet in view for 45 days


def test_the_effect_has_its_verdict_among_all_results(raised, found):
    table = outcomes(Evaluation(raised, "PX1")).table.set_index("metric")
    assert table.loc["signed_days", "effect_verdict"] == "shown"
    assert found.sentences == ("shown",)
    assert found.facts["sooner_low"] > 0
    assert found.design is Design.RANDOMISED
    low, high = (f"{found.facts[f'sooner_{end}']:.1f}" for end in ("low", "high"))
    assert found.sentence("en") == (
        "Customers whom the trained spoke with first sign sooner because of Selling: "
        f"{found.facts['sooner']:.1f} of the first 90 days more as customers (95% interval {low} to {high}), who never "
        "signed counted with none."
    )
    assert "签约更早" in found.sentence("zh")


def test_alone_it_is_a_change_or_a_line_drawn_on_and_never_an_effect_before_and_after():
    alone = sign_cycle(Evaluation(opened(1, sooner=0.3, compared=False), "PX1"))
    assert alone.sentences == ("change",)
    assert alone.design is Design.BEFORE_AFTER_ONLY
    assert "no effect" in alone.sentence("en")
    assert set(alone.table["sign_group"]) == {"trained_before", "trained_after"}


def test_too_early_is_refused():
    with pytest.raises(NotEnoughData) as error:
        sign_cycle(Evaluation(opened(1, until=MONTHS - 9), "PX1"))
    assert error.value.message("en") == (
        "Fewer than 4 of those trained spoke with new customers first, before and after the training, who could be "
        "followed for 90 days: whether they sign sooner cannot be told."
    )
