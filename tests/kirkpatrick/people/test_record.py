"""Does one person's record hold what happened to her, in order, and nothing of anybody else?"""

import pandas as pd
import pytest

from churnlab.errors import OrderError
from churnlab.kirkpatrick.people.record import growth_record
from tests.kirkpatrick.people.team import PX1, answers, opened, trainees

RATED = [
    {"staff_id": one, "rater_id": "X", "rater_role": role, "kind": "competency", "occasion": "pre",
     "at": "2025-02-01 10:00", "dimension": "talks", "score": score, "scale_min": 1.0, "scale_max": 5.0}
    for one, role, score in (("A11", "superior", 4.0), ("A10", "superior", 2.0), ("A11", "self", 5.0))
]  # fmt: skip


def told(as_of="2026-01-01", **tables):
    more = {
        "trainings": [PX1],
        "trainees": trainees(),
        "test_answers": answers({"A11": (1, 1, 1, 0), "A10": (1, 0, 0, 0)}),
        "certificates": [{"staff_id": "A11", "name": "Sales", "taken_on": "2025-06-10", "passed": True}],
        "promotions": [{"staff_id": "A11", "on": "2025-09-01", "from_grade": "P1", "to_grade": "P2"}],
        "ratings": RATED,
    }
    return opened(as_of, **(more | tables))


def rows(found, event, lang="en"):
    shown = found.presented(lang)
    return shown[shown.iloc[:, 1] == event].to_numpy().tolist()


def test_everything_stands_in_order_beside_the_others():
    found = growth_record(told(), "A11")
    table = found.table
    assert table["event_on"].is_monotonic_increasing
    assert table["growth_event"].value_counts().to_dict() == {
        "kpi": 4, "hired": 1, "training": 1, "test": 1, "rating": 1, "certificate": 1, "promotion": 1,
    }  # fmt: skip
    assert rows(found, "training") == [["2025-05-31", "training", "Selling", "10.0 h", "—"]]
    assert rows(found, "test") == [["2025-06-01", "test", "Selling, after", "75.0%", "50.0%"]]
    # 4 and 2 on a scale from 1 to 5 are 75 % and 25 %; what she says of herself does not count.
    assert rows(found, "rating") == [["2025-02-01", "rating", "Competency, before", "75.0%", "50.0%"]]
    assert rows(found, "certificate") == [["2025-06-10", "certificate", "Sales", "passed", "—"]]
    assert rows(found, "晋升", "zh") == [["2025-09-01", "晋升", "P1", "P2", "—"]]


def test_the_sentence_says_where_she_stands():
    best, worst = growth_record(told(), "A11").sentence("en"), growth_record(told(), "A00").sentence("zh")
    assert best.startswith("A11: 1 training with 10 hours, 1 test, 1 attempt at certificates, 1 promotion on record.")
    assert "above the mean of the role by" in best
    assert "的业绩低于同岗位平均" in worst
    alone = growth_record(told(kpis=[]), "A11")
    assert "too few months or too few colleagues" in alone.sentence("en")


def test_the_future_is_not_in_it():
    assert growth_record(told("2025-08-01"), "A11").facts["promotions"] == 0
    assert growth_record(told("2025-08-01"), "A11").table["event_on"].max() <= pd.Timestamp("2025-08-01")


def test_nobody_unknown_has_a_record():
    with pytest.raises(OrderError) as error:
        growth_record(told(), "A99")
    assert error.value.message("en") == "There is nobody with the id A99 on the list of staff as of the date asked for."
