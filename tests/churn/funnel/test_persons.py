"""Leads and students are matched by what was known, and siblings are kept apart."""

from typing import Any

import pandas as pd
import pytest

from churnlab.churn.funnel.persons import asked, became
from tests.builders import institution
from tests.churn.funnel.asking import SMALL, lead, student


def frame(*rows: tuple[str | None, str | None], ids: bool = False) -> pd.DataFrame:
    told = pd.DataFrame(rows, columns=["phone", "name"], dtype=object)
    return told.assign(student_id=[f"s{number}" for number in range(len(told))]) if ids else told


@pytest.mark.parametrize(
    ("asking", "roster", "found"),
    [
        (("138", "Li"), [("138", "Li")], "s0"),
        (("138", "Li"), [("138", "Wang")], None),  # a sibling with the mother's phone
        (("138", "Li"), [("138", "Wang"), ("138", "Li")], "s1"),
        (("138", None), [("138", "Li")], "s0"),
        (("138", None), [("138", "Li"), ("138", "Wang")], None),  # one of two siblings asked
        (("138", "Li"), [("138", None)], "s0"),
        (("138", "Li"), [("138", "Li"), ("138", "Li")], None),  # two students under one name: who is meant?
        (("138", "Li"), [("139", "Li")], None),  # a name alone tells nobody
        ((None, "Li"), [("138", "Li")], None),
        ((None, None), [(None, None)], None),
    ],
)
def test_a_lead_becomes_the_student_of_its_phone_and_name(
    asking: tuple[str | None, str | None], roster: list[tuple[str | None, str | None]], found: str | None
) -> None:
    assert became(frame(asking), frame(*roster, ids=True)).tolist() == [found]


#  Li  asks 1 Jan ── again 20 Jan (19 days: the same request) ────── again 1 Apr (71 days: another)
def test_leads_that_follow_each_other_soon_are_one_request() -> None:
    again: list[dict[str, Any]] = [
        lead("Li", on, lead_id=f"{number}") for number, on in enumerate(["2025-01-01", "2025-01-20", "2025-04-01"])
    ]
    table = asked(institution("2025-06-01", settings=SMALL, leads=[*again, lead("Wang", "2025-01-05")]))
    assert table["lead_id"].tolist() == ["0", "lead Wang", "1", "2"]
    assert table["asking"].tolist() == [0, 0, 0, 1]
    assert table["person"].nunique() == 2


def test_leads_without_a_phone_are_a_person_each() -> None:
    rows = [lead("Li", "2025-01-01", lead_id=id, phone=None) for id in "ab"]
    assert asked(institution("2025-06-01", settings=SMALL, leads=rows))["person"].nunique() == 2


@pytest.mark.parametrize(("as_of", "found"), [("2025-01-20", None), ("2025-01-21", "no. Li")])
def test_a_link_is_known_once_the_student_is_on_file(as_of: str, found: str | None) -> None:
    rows = {"leads": [lead("Li", "2025-01-01", student_id="no. Li")], "students": [student("Li", "2025-01-20")]}
    assert asked(institution(as_of, settings=SMALL, **rows))["student_id"].tolist() == [found]


def test_the_number_of_a_student_on_a_lead_is_never_read() -> None:
    rows = {"leads": [lead("Li", "2025-01-01", student_id="no. Wang")], "students": [student("Wang", "2025-01-20")]}
    assert asked(institution("2025-06-01", settings=SMALL, **rows))["student_id"].tolist() == [None]


def test_siblings_of_one_phone_are_two_persons() -> None:
    rows = [lead(name, "2025-01-01", phone="of both") for name in ("Li An", "Li Bo")]
    assert asked(institution("2025-06-01", settings=SMALL, leads=rows))["person"].nunique() == 2
