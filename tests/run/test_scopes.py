"""Which reports does an order ask for?"""

import pytest

from churnlab.errors import NotEnoughData, OrderError
from churnlab.run.orders import Order
from churnlab.run.scopes import scopes_of
from tests.builders import institution

MONTHLY = {"store": "", "month": "", "campus": "", "lang": "zh", "known_by": ""}
OF_TRAININGS = {"store": "", "month": "", "training": "", "lang": "zh", "known_by": ""}
OF_ALL = {"store": "", "month": "", "lang": "zh", "known_by": ""}
ENDED = {
    "P1": "2026-10-05",
    "P2": "2026-07-31",
    "P3": "2026-08-01",
    "P4": "2026-04-30",
    "P5": "2025-10-01",
    "P6": "2026-11-01",
}


def opened(*ids, as_of="2026-11-01"):
    return institution(
        as_of,
        trainings=[
            {"training_id": one, "name": f"Course {one}", "starts_on": "2025-01-01", "ends_on": ENDED[one]}
            for one in ids
        ],
    )


def stems(order, asked, data=None):
    return [scope.stem for scope in scopes_of(order, asked, lambda: data)]


def test_a_report_by_campus_is_one_over_all_or_one_for_each():
    assert stems(Order(report="monthly-churn"), MONTHLY) == ["all"]
    assert stems(Order(report="monthly-churn", campuses=("East", "West")), MONTHLY) == ["East", "West"]
    scope = scopes_of(Order(report="monthly-churn", campuses=("East",)), MONTHLY, lambda: None)[0]
    assert (scope.parameters, scope.called, scope.subtitle) == ({"campus": "East"}, "East", "")


def test_a_report_of_everything_has_neither():
    assert [(one.stem, one.parameters) for one in scopes_of(Order(report="portfolio"), OF_ALL, lambda: None)] == [
        ("all", {})
    ]


def test_trainings_are_told_of_when_they_end_and_after_three_six_and_twelve_months():
    # P3 ended three months ago less a day: its turn is next month. P6 is not over.
    assert stems(Order(report="t"), OF_TRAININGS, opened(*ENDED)) == ["P1", "P2", "P4", "P5"]
    assert stems(Order(report="t"), OF_TRAININGS, opened("P3", "P6")) == ["P3"]  # none is due: the last


def test_a_training_may_be_asked_for():
    order = Order(report="t", trainings=("P3",))
    scope = scopes_of(order, OF_TRAININGS, lambda: opened(*ENDED))[0]
    assert (scope.parameters, scope.called, scope.subtitle) == ({"training": "P3"}, "P3", "P3 Course P3")
    with pytest.raises(OrderError, match="no training P9"):
        stems(Order(report="t", trainings=("P9",)), OF_TRAININGS, opened(*ENDED))
    with pytest.raises(NotEnoughData):
        stems(Order(report="t"), OF_TRAININGS, opened("P6"))


@pytest.mark.parametrize(
    ("order", "asked", "said"),
    [
        (Order(report="t", campuses=("East",)), OF_TRAININGS, "t tells of no single campus: leave out --campus."),
        (Order(report="m", trainings=("P1",)), MONTHLY, "m tells of no single training: leave out --training."),
        (Order(report="a", trainings=("P1",)), OF_ALL, "a tells of no single training: leave out --training."),
    ],
)
def test_what_a_report_does_not_tell_of_is_refused(order, asked, said):
    with pytest.raises(OrderError) as error:
        scopes_of(order, asked, lambda: None)
    assert error.value.message("en") == said
