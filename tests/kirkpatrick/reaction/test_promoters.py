"""Do customers recommend more after a training?"""

import math

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation, customers_promote
from churnlab.settings import Settings
from tests.builders import institution
from tests.kirkpatrick.reaction.conftest import PX

#   October to December: 10 9 8 0    the training: 5 January    January to March: 10 10 9 8
BEFORE, AFTER = (10, 9, 8, 0), (10, 10, 9, 8)


def answer(who, at, score, campus="East", top=10):
    return {
        "respondent_id": who, "student_id": who, "instrument": "nps", "campus": campus, "at": at, "item": "recommend",
        "score": float(score), "scale_min": 0.0, "scale_max": float(top),
    }  # fmt: skip


ROWS = [
    *(answer(f"b{n}", "2025-11-03 10:00", score) for n, score in enumerate(BEFORE)),
    *(answer(f"a{n}", "2026-02-03 10:00", score) for n, score in enumerate(AFTER)),
    answer("c", "2026-02-03 10:00", 0, campus="West"),  # nobody of West was trained
    answer("d", "2025-10-04 23:00", 0),  # more than three months before
    answer("e", "2026-01-05 12:00", 0),  # on the day of the training
    answer("f", "2026-02-03 10:00", 5, top=5),  # five points are no such scale
]


def promoted(rows=ROWS, as_of="2026-04-01", least=2, **training):
    data = institution(
        as_of,
        settings=Settings.model_validate({"uncertainty": {"min_group": least}}),
        trainings=[PX | training],
        staff=[{"staff_id": "A", "hired_on": "2024-01-01", "campus": "East"}],
        trainees=[{"training_id": "PX1", "staff_id": "A", "arm": "trained"}],
        surveys=rows,
    )
    return customers_promote(Evaluation(data, "PX1"))


def test_the_score_before_and_after_with_its_standard_error():
    found = promoted()
    before, after = found.table.to_dict("records")
    assert (before["promoters"], before["passives"], before["detractors"]) == (2, 1, 1)
    assert before["promoter_points"] == pytest.approx((2 - 1) / 4)
    assert after["promoter_points"] == pytest.approx((3 - 0) / 4)
    # (p + d − (p − d)²) / n
    assert before["promoter_standard_error"] == pytest.approx(100 * math.sqrt((2 / 4 + 1 / 4 - (1 / 4) ** 2) / 4))
    assert found.facts["change"] == pytest.approx(50)
    assert found.design is Design.BEFORE_AFTER_ONLY
    error = math.sqrt((3 / 4 - (3 / 4) ** 2) / 4)
    both = math.hypot(before["promoter_standard_error"] / 100, error)
    assert found.sentence("en").startswith(
        "Customers' promoter score was 25 (standard error 41.5, 4 answers) in the 3 months before the training and 75 "
        f"({100 * error:.1f}, 4) in those after: +50.0 points, not to be told from chance (standard error "
        f"{100 * both:.1f};"
    )
    assert "分不清是否偶然" in found.sentence("zh")


def test_many_answers_show_a_rise():
    rows = [answer(f"b{n}", "2025-11-03", 6 + n % 4) for n in range(60)]
    rows += [answer(f"a{n}", "2026-02-03", 8 + n % 3) for n in range(60)]
    assert promoted(rows).sentence("en").startswith("Customers' promoter score rose from 0 (standard error ")


def test_months_that_are_not_over_are_said_to_go_on():
    assert promoted().caveats == ("promoters_all", "promoters_goes_on")
    assert promoted(as_of="2026-04-06").caveats == ("promoters_all",)


def test_what_is_answered_later_changes_nothing():
    later = [answer("z", "2026-04-01 08:00", 0)]
    pd.testing.assert_frame_equal(promoted([*ROWS, *later]).table, promoted().table)


def test_too_few_customers_or_a_training_that_goes_on_are_refused():
    with pytest.raises(NotEnoughData) as few:
        promoted(least=5)
    assert few.value.message("en").endswith("4 before and 4 after the training; at least 5 are needed each time.")
    with pytest.raises(NotEnoughData):
        promoted([])
    with pytest.raises(NotEnoughData, match="not over"):
        promoted(ends_on="2026-05-01")
