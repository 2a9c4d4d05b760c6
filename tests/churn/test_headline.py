"""Does a director hear first what matters, and no more than four things of the month?"""

import pytest

from churnlab.churn.causes.shares import causes
from churnlab.churn.headline import headline
from churnlab.synthetic import Institution, make
from tests.builders import institution
from tests.churn.spring import spring
from tests.churn.stays import by_period, left, settings
from tests.churn.test_provisional import steady


@pytest.fixture(name="spring", scope="module")
def of_spring():
    return spring()


# In March 2025 8 of 39 churned, all of them not renewed; in February 5 of 44, which chance can tell as well.
def test_the_rate_comes_first_then_what_changed_then_the_commonest_kind(spring):
    found = headline(spring, "2025-03")
    assert found.table["topic"].tolist() == ["rate", "change", "kinds"]
    said = found.facts["statements"]["en"]
    assert said.startswith("Of 39 students at the start of March 2025, 8 churned")
    assert said.index("which may be chance") < said.rindex("8")


# One of 30 broke off on 5 March, which is known at once; who else left in March is known in May.
@pytest.mark.parametrize(("as_of", "told"), [("2025-04-01", False), ("2025-08-01", True)])
def test_of_a_month_that_is_not_settled_no_kind_is_called_the_commonest(as_of, told):
    data = institution(
        as_of,
        settings=settings(inactivity_days=None),
        enrolments=[by_period(f"e{n}", "2025-01-02", "2025-12-31", student=f"s{n}") for n in range(30)],
        exits=[left("2025-03-05", "price", student="s0")],
    )
    assert ("kinds" in headline(data, "2025-03").table["topic"].tolist()) == told


def test_the_headline_says_at_most_four_things_of_the_month(spring):
    for data, month in ((spring, "2025-03"), (spring, "2025-07"), (steady("2026-05-01"), "2026-04")):
        found = headline(data, month)
        assert 1 <= len(set(found.table["topic"]) - {"causes", "worth"}) <= 4
        assert found.table["topic"].iloc[0] == "rate"


# In the made-up institution both can be told; in the spring nobody stated a reason and no contract tells what it cost.
def test_then_comes_why_they_left_and_what_is_at_stake():
    data = make(Institution(students=400, seed=2, campuses=2)).data()
    found = headline(data, "2026-10")
    assert found.table["topic"].tolist()[-2:] == ["causes", "worth"]
    why, worth = found.table["statement"].iloc[-2:]
    assert why.facts == causes(data).facts
    assert "stated a reason, most often one of" in why.say("en")
    assert "students in service will churn in November 2026" in worth.say("en")
    assert len(found.table) <= 6


def test_where_neither_can_be_told_nothing_is_said_of_it(spring):
    assert not {"causes", "worth"} & set(headline(spring, "2025-03").table["topic"])


def test_the_commonest_cause_is_said_with_what_the_silent_may_have_left_for_and_whether_it_is_first_by_chance():
    """Of twelve who churned six named teaching, four service, two nothing: teaching is 6/12 to 8/12 of all."""
    reasons = ["teacher"] * 6 + ["attitude"] * 4 + [""] * 2
    data = institution(
        "2025-08-01",
        settings=settings(inactivity_days=None),
        enrolments=[by_period(f"e{n}", "2025-01-02", "2025-12-31", student=f"s{n}") for n in range(30)],
        exits=[left("2025-03-05", reason, student=f"s{n}") for n, reason in enumerate(reasons)],
    )
    found = headline(data, "2025-03")
    said = found.table.set_index("topic").loc["causes", "statement"]
    assert "教学" in said.say("zh")
    assert "排在服务之前可能只是偶然；在全部流失中至少占 50.0%，最多占 66.7%" in said.say("zh")
    assert "that it comes before Service may be chance" in said.say("en")
