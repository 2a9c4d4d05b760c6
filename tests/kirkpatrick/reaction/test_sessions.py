"""Is one session liked better or less than the others by the same people?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation, reaction_sessions
from churnlab.settings import Settings
from tests.builders import institution
from tests.kirkpatrick.reaction.conftest import PX


def said(session, who, *scores, instructor="J1", at="2026-01-06"):
    return [
        {"training_id": "PX1", "session_id": session, "respondent_id": who, "item": f"q{place}", "score": float(score),
         "dimension": "relevance", "instructor_id": instructor, "answered_at": at}
        for place, score in enumerate(scores)
    ]  # fmt: skip


#        S1     S2     S3          S1 and the others of the same person and question
#   A    5 4    4 3    4           5 − 4 and 4 − 3: 1
#   B    3 3    3      .           3 − 3: 0                 q1 only in S1: not compared
#   C    5      4      2           5 − 3: 2
#   D    1      .      .           in no other
ROWS = [
    *said("S1", "A", 5, 4), *said("S2", "A", 4, 3), *said("S3", "A", 4),
    *said("S1", "B", 3, 3), *said("S2", "B", 3),
    *said("S1", "C", 5), *said("S2", "C", 4), *said("S3", "C", 2, instructor="J2"),
    *said("S1", "D", 1),
]  # fmt: skip


def compared(rows=ROWS, as_of="2026-03-01", **reaction):
    held = [
        {"session_id": f"S{day}", "training_id": "PX1", "planned_at": f"2026-01-{5 - day:02} 09:00", "module": "m"}
        for day in (1, 2, 3)
    ]
    data = institution(
        as_of,
        settings=Settings.model_validate({"reaction": {"least_people": 2, **reaction}}),
        trainings=[PX],
        training_sessions=held,
        reactions=rows,
    )
    return reaction_sessions(Evaluation(data, "PX1"))


def test_the_same_people_are_compared_on_the_same_questions():
    table = compared().table.set_index("reaction_session")
    assert table.index.tolist() == ["S3", "S2", "S1"]  # by day
    first = table.loc["S1"]
    assert first["reaction_pairs"] == 3
    assert first["session_difference"] == pytest.approx((1 + 0 + 2) / 3)
    assert first["session_here_mean"] == pytest.approx((4.5 + 3 + 5) / 3)
    assert first["session_elsewhere_mean"] == pytest.approx((3.5 + 3 + 3) / 3)
    # Differences 1 0 2: standard deviation 1, t of two degrees 4.303.
    assert first["session_difference_high"] == pytest.approx(1 + 4.3027 / 3**0.5, abs=1e-3)
    assert table["reaction_instructor"].to_dict() == {"S3": None, "S2": "J1", "S1": "J1"}


def test_p_values_are_corrected_for_the_number_of_sessions():
    table = compared().table.set_index("reaction_session")
    # S1: t = √3, two degrees of freedom. S2: A −0.25 (q0 4 − 4.5, q1 3 − 4), see below; S3: A −0.5, C −2.5.
    alone = 2 * (1 - 0.5 * (1 + (3 / (3 + 2)) ** 0.5))  # of t with two degrees: 1/2 (1 + t / √(t² + 2))
    assert table.loc["S1", "p_value"] >= alone
    assert table.loc["S1", "p_value"] == pytest.approx(min(3 * alone, 1))
    assert (table["session_verdict"] == "alike").all()


def test_what_many_say_is_said_in_both_languages():
    rows = [
        row
        for n in range(20)
        for row in [
            *said("S1", f"A{n}", 3 + n % 2),
            *said("S2", f"A{n}", 3 + n % 3 % 2),
            *said("S3", f"A{n}", 1 + n % 2),
        ]
    ]
    found = compared(rows)
    assert found.table.set_index("reaction_session")["session_verdict"]["S3"] == "worse"
    assert "1 of 3 sessions was liked less than the others by the same people, S3 least: −1." in found.sentence("en")
    assert found.sentence("en").endswith("corrected for the number of sessions (Holm).")
    assert "3 场中有 1 场，同一批人的评价低于其他场次，其中 S3 低得最多：−1." in found.sentence("zh")
    calm = compared([row for row in rows if row["session_id"] != "S3"])
    assert calm.sentence("zh").startswith("从同一批人的评价看，2 场中没有哪一场能与其他场次分出高低。")


def test_sessions_of_too_few_are_shown_without_numbers_and_later_answers_change_nothing():
    later = said("S3", "B", 1, at="2026-03-01")
    pd.testing.assert_frame_equal(compared([*ROWS, *later]).table, compared().table)
    found = compared(least_people=3)
    assert found.table.set_index("reaction_session")["session_verdict"].to_dict() == {
        "S3": "few", "S2": "alike", "S1": "alike",
    }  # fmt: skip
    assert found.caveats == ("sessions_followed", "reaction_hidden")
    assert found.table["session_difference"].isna().tolist() == [True, False, False]
    with pytest.raises(NotEnoughData) as few:
        compared(least_people=4)
    assert few.value.message("en") == (
        "Of no session of PX1 have at least 4 people answered the same question about another session too."
    )
