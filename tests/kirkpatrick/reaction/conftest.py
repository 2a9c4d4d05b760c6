"""Four trainees of one session: three answer two questions, the second of them reversed."""

import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from tests.builders import institution

PX = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-05"}
SESSION = {
    "session_id": "S1", "training_id": "PX1", "planned_at": "2026-01-05 09:00", "held_at": "2026-01-05 09:00",
    "module": "m",
}  # fmt: skip


def sheet(who, *scores, at="2026-01-05 18:00", reverse=(False, True), instructor="J1"):
    """One answer to each question: the first about relevance, the others about the instructor."""
    return [
        {
            "training_id": "PX1", "session_id": "S1", "respondent_id": who, "item": f"q{place}",
            "dimension": "instructor" if place else "relevance", "instructor_id": instructor, "score": float(score),
            "reverse_keyed": bool(place < len(reverse) and reverse[place]), "answered_at": at,
        }
        for place, score in enumerate(scores)
    ]  # fmt: skip


#   who  q0  q1 (reversed)  q1 turned
#   A    5   1              5
#   B    4   2              4
#   C    4   1              5            D came and did not answer, E stayed away
ANSWERS = [*sheet("A", 5, 1), *sheet("B", 4, 2), *sheet("C", 4, 1, at="2026-01-07 18:00")]


@pytest.fixture
def evaluated():
    """Open the training, with other answers or settings where they are handed in."""

    def opened(rows=ANSWERS, as_of="2026-03-01", people="ABCDE", **reaction):
        came = [
            {"session_id": "S1", "staff_id": one, "status": {"D": "made_up", "E": "absent"}.get(one, "present")}
            for one in people
        ]
        return Evaluation(
            institution(
                as_of,
                settings=Settings.model_validate({"reaction": reaction}),
                trainings=[PX],
                training_sessions=[SESSION],
                training_attendance=came,
                staff=[{"staff_id": one, "hired_on": "2024-01-01", "campus": "East"} for one in people],
                trainees=[{"training_id": "PX1", "staff_id": one, "arm": "trained"} for one in people],
                reactions=rows,
            ),
            "PX1",
        )

    return opened
