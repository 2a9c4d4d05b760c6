"""Are ends that are no renewal and no loss counted, and expansions by themselves?"""

import pytest

from churnlab.churn.renewal.coming import up_for_renewal
from churnlab.churn.renewal.ends import broken_off, expansions, expansions_followed, other_ends
from churnlab.churn.renewal.in_service import DAYS_A_MONTH
from churnlab.churn.renewal.terms import terms
from churnlab.churn.renewal.value import prospects, remaining_value
from churnlab.settings import Settings
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import Rows, by_period, refund, settings

# As of 15 August. 40 study maths from January, 30 of them renew in April, 24 in July. Ten of the 24 took English as
# well, from February to May, and two of those English again from June; a third took it up in July. Two of those who
# left in June had English until 20 March; what was signed then names the maths of January as the one renewed.
#
#       Jan  Feb  Mar  Apr  May  Jun  Jul  Aug ┆ Sep
# s00   maths────────┤ maths────────┤ maths────┆────┤
#            english───────────┤ english───────┆────┤     followed
# s02   maths────────┤ maths────────┤ maths────┆────┤
#            english───────────┤                          beside: nothing follows
# s23   maths────────┤ maths────────┤ maths────┆────┤
#                                     english──┆────┤
# s24   maths────────┤ maths────────┤
#         english──┤                                       its follower is that of maths
QUARTERS = [("2025-01-01", "2025-03-31", 40), ("2025-04-01", "2025-06-30", 30), ("2025-07-01", "2025-09-30", 24)]
MONTHS = 12


def english(name: str, starts: str, ends: str, student: str) -> dict[str, object]:
    return by_period(name, starts, ends, student=student, course_id="english", kind="expansion", amount_due=1220.0)


def by_hand(as_of: str = "2025-08-15", **more: Rows) -> Data:
    rows: Rows = [
        by_period(f"{number:02}-{term}", starts, ends, student=f"s{number:02}", amount_due=3000.0)
        | ({"renews_id": f"{number:02}-1"} if term == 2 else {})
        for term, (starts, ends, n) in enumerate(QUARTERS, start=1)
        for number in range(n)
    ]
    rows += [english(f"x{number}", "2025-02-01", "2025-05-31", f"s{number:02}") for number in range(10)]
    rows += [english(f"y{number}", "2025-06-01", "2025-09-30", f"s{number:02}") for number in range(2)]
    rows += [english(f"v{number}", "2025-02-01", "2025-03-20", f"s{number}") for number in (24, 25)]
    rows += [english("z", "2025-07-01", "2025-10-31", "s23")]
    courses: Rows = [{"course_id": name, "margin_rate": 0.5, "terminal": False} for name in ("maths", "english")]
    return institution(as_of, settings=within(MONTHS), enrolments=rows, courses=courses, **more)


def within(months: int) -> Settings:
    rules = settings()
    return rules.model_copy(
        update={"renewal": rules.renewal.model_copy(update={"horizon_months": months, "discount_rate_per_year": 0.0})}
    )


def test_an_expansion_that_ends_beside_came_to_its_end() -> None:
    data = by_hand()
    assert terms(data).set_index("enrolment_id")["renewed_by"][["v24", "24-1"]].tolist() == ["24-2", "24-2"]
    assert expansions_followed(data) == (2, 12)
    assert sorted(expansions(data)) == ["v24", "v25", *(f"x{number}" for number in range(10)), "y0", "y1", "z"]


def test_of_other_ends_and_of_the_renewal_rate_expansions_are_no_part() -> None:
    # 40 + 30 came to their end, none by completion; the eight that ended beside are not among them, the four followed
    # are, as in every renewal rate.
    others, ends = other_ends(by_hand())
    assert (others.tolist(), ends.tolist()) == ([0, 0], [40 + 30 + 4, 0])


def test_months_at_risk_are_those_until_a_contract_was_broken_off() -> None:
    whole, broken = by_hand(), by_hand(refunds=[refund("05-3", "2025-07-11", student="s05")])
    assert (broken_off(whole)[0], broken_off(broken)[0]) == (0, 1)
    assert broken_off(broken)[1] < broken_off(whole)[1]


# y0 and y1 have 47 days left, 1.5 months, told as 2, of 122 days, which is 4 months: renewals would come after months
# 2, 6 and 10 of the twelve. As two of twelve were followed, each with a chance of (2 + 1/2) / (12 + 1).
def test_an_expansion_goes_on_as_seldom_as_expansions_did() -> None:
    again = 2.5 / 13
    found = prospects(by_hand())
    cell = int(found.chains.loc[found.chains["enrolment_id"] == "y0", "cell"].iloc[0])
    here = found.here[0, cell]
    assert here == pytest.approx([1, 1, *[again] * 4, *[again**2] * 4, *[again**3] * 3])
    # The middle of a month is told, of that at whose start a renewal is due as of others.
    months = again * 3 + (again + again**2) / 2 + again**2 * 3 + (again**2 + again**3) / 2 + again**3 * 2
    assert found.discounted_months[0, cell] == pytest.approx(months)
    margin = 1220 / 122 * DAYS_A_MONTH * 0.5
    value = remaining_value(by_hand()).set_index("student_id")["remaining_value_cny"]
    assert value["s00"] - value["s02"] == pytest.approx(margin * months)
    assert value["s02"] == value["s05"]


def test_of_few_the_interval_is_wide() -> None:
    found = prospects(by_hand())
    cell = int(found.chains.loc[found.chains["enrolment_id"] == "z", "cell"].iloc[0])
    after = found.here[1:, cell, -1]
    assert after.min() < found.here[0, cell, -1] < after.max()
    assert after.max() > 3 * after.min()


# As of 15 September the 24 maths run out within the month, and y0 and y1 beside two of them. As of 5 October all those
# have ended, that of s23 beside z, which goes on and runs out within the month.
def test_what_is_up_for_renewal_tells_apart_what_will_hardly_be_renewed() -> None:
    names = ("next_ended", "next_expansions", "next_others")
    for as_of, counts in (("2025-09-15", (0, 2, 24)), ("2025-10-05", (23 + 2, 1, 0))):
        found = up_for_renewal(by_hand(as_of))
        assert tuple(found.facts[name] for name in names) == counts
        assert sum(counts) == found.facts["next_contracts"]
