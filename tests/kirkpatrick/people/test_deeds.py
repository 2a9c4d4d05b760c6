"""Is what each does counted over her own months at work, and rated beside raters of the same kind?"""

import pandas as pd
import pytest

from churnlab.kirkpatrick.people.deeds import at_work, counted, rated
from tests.kirkpatrick.people.team import IDS, PX1, opened, staff, trainees

PEOPLE = pd.DataFrame({"staff_id": IDS, "role": "adviser"})


def _use(at, by):
    return {"doc_id": "D1", "author_id": "A05", "topic": "t", "at": at, "event": "view", "staff_id": by}


def _rating(one, score, rater, role="peer", occasion="pre", at="2025-03-01 10:00"):
    return {
        "staff_id": one, "rater_id": rater, "rater_role": role, "kind": "behavior", "occasion": occasion, "at": at,
        "dimension": "listens", "score": score, "scale_min": 1.0, "scale_max": 5.0,
    }  # fmt: skip


def test_what_nobody_did_is_nothing_and_what_one_did_is_nought_for_the_others():
    praise = [{"staff_id": "A00", "at": at, "kind": "praise"} for at in ("2024-12-31", "2025-01-01", "2025-12-31")]
    told = counted(opened(incidents=praise), PEOPLE)
    assert told.set_index("staff_id")["many"].to_dict() == {one: 2.0 * (one == "A00") for one in IDS}
    assert set(told["thing"]) == {"praise"}  # no documents, no trainings: no rows


def test_a_day_with_documents_counts_once_and_hours_when_the_training_is_concluded():
    used = [_use("2025-03-01 10:00", "A00"), _use("2025-03-01 11:00", "A00"), _use("2025-03-02 10:00", "A00")]
    told = counted(opened(documents=used, trainings=[PX1], trainees=trainees(IDS[:2])), PEOPLE).set_index("staff_id")
    days, hours = (told[told["source"] == source]["many"] for source in ("documents", "training"))
    assert (days["A00"], days["A01"]) == (2, 0)
    assert (hours["A00"], hours["A01"], hours["A02"]) == (10, 10, 0)


def test_months_at_work_are_her_own():
    months = at_work(opened(staff=staff(A00="2025-07-01"))).set_index("staff_id")["months"]
    assert months["A00"] == pytest.approx(181 / (365.25 / 12))  # January to June
    assert months["A01"] == pytest.approx(365 / (365.25 / 12))


def test_a_rating_is_told_beside_those_by_raters_of_the_same_kind_on_the_same_occasion():
    rows = [_rating("A00", 3.0, "P1"), _rating("A01", 4.0, "P2"), _rating("A00", 2.0, "S1", role="superior")]
    rows += [_rating("A01", 1.0, "S1", role="superior"), _rating("A00", 5.0, "A00", role="self")]
    rows += [_rating("A00", 5.0, "P1", occasion="post")]  # nobody beside her on that occasion
    told = rated(opened(ratings=rows), PEOPLE).sort_values(["staff_id", "rater_id"])
    # Peers 3 and 4, mean 3.5; superiors 2 and 1, mean 1.5: the one that superiors prefer is not the one peers do.
    assert told[["staff_id", "rater_id", "off"]].to_numpy().tolist() == [
        ["A00", "P1", -0.5], ["A00", "S1", 0.5], ["A01", "P2", 0.5], ["A01", "S1", -0.5],
    ]  # fmt: skip


def test_what_is_to_come_and_what_is_long_past_are_not_there():
    rows = [_rating(one, 3.0, "P1", at=at) for one in IDS[:2] for at in ("2024-12-31 10:00", "2025-12-20 10:00")]
    assert len(rated(opened(ratings=rows), PEOPLE)) == 2
    assert rated(opened("2025-12-01", ratings=rows), PEOPLE)["rater_id"].tolist() == ["P1", "P1"]  # those of 2024
    assert counted(opened("2025-02-15", incidents=[{"staff_id": "A00", "at": "2025-02-10", "kind": "x"}]), PEOPLE).empty
