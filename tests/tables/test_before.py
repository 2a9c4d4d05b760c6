"""Is it known what the store had before a load?"""

from datetime import date, datetime

import pandas as pd
import pytest

from churnlab.tables.before import Before
from churnlab.tables.ledger import Load

NOW = datetime(2026, 3, 2)


def before(*sources: dict[str, str], **standing: pd.DataFrame) -> Before:
    loads = [Load(number=number, loaded_at=NOW, sources=(told,), counts={}) for number, told in enumerate(sources, 1)]
    return Before(loads, standing, NOW)


@pytest.mark.parametrize(
    ("source", "took"),
    [
        ({"file": "a.csv", "sha256": "1", "read_as": "m"}, True),
        ({"file": "b.csv", "sha256": "1", "read_as": "m"}, True),  # the same bytes under another name
        ({"file": "a.csv", "sha256": "2", "read_as": "m"}, False),
        ({"file": "a.csv", "sha256": "1", "read_as": "n"}, False),  # under another mapping it says something else
    ],
)
def test_a_file_was_taken_if_its_bytes_were_read_in_the_same_way(source, took):
    assert before({"file": "a.csv", "sha256": "1", "read_as": "m"}).took(source) == took


@pytest.mark.parametrize(("sha256", "read_as", "otherwise"), [("1", "n", True), ("1", "m", False), ("2", "n", False)])
def test_a_file_that_only_another_mapping_read_is_told_from_one_that_is_new(sha256, read_as, otherwise):
    held = before({"file": "a.csv", "sha256": "1", "read_as": "m"})
    assert held.took_otherwise({"file": "a.csv", "sha256": sha256, "read_as": read_as}) == otherwise


def test_a_file_whose_mapping_was_undone_is_read_as_anew():
    held = before(*({"file": "a.csv", "sha256": "1", "read_as": way} for way in "mn"))
    undone = {"file": "a.csv", "sha256": "1", "read_as": "m"}
    assert (held.took(undone), held.took_otherwise(undone)) == (False, True)


def test_a_table_reaches_to_its_last_day_that_has_come():
    days = pd.to_datetime(["2026-01-10", "2026-02-20", "2027-01-01"])  # a lesson planned for next year
    found = before(
        lessons=pd.DataFrame({"starts_at": days}),
        payments=pd.DataFrame({"paid_at": days[2:]}),
        courses=pd.DataFrame({"course_id": ["K1"]}),
    ).until()
    assert found == {"lessons": date(2026, 2, 20)}
