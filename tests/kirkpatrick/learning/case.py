"""A training whose scores can be worked by hand."""

from churnlab.kirkpatrick import Evaluation
from tests.builders import institution

PX = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-02-20"}
DAYS = {"pre": "2026-01-04 10:00", "post": "2026-02-21 10:00", "delayed": "2026-05-21 10:00"}


def people(trained, others=(), by_lot=False):
    """Return rows of `trainees` and `staff`."""
    arms = [(one, "trained") for one in trained] + [(one, "comparison") for one in others]
    return {
        "trainings": [PX],
        "staff": [{"staff_id": one, "role": "adviser", "hired_on": "2024-01-01"} for one, _ in arms],
        "trainees": [
            {"training_id": "PX1", "staff_id": one, "arm": arm, "assigned_at_random": by_lot} for one, arm in arms
        ],
    }


def answered(marks, chapters=None, options=None):
    """Return rows of `test_answers` from `{(person, occasion): "1101"}`: one character a question."""
    return [
        {
            "training_id": "PX1", "staff_id": one, "occasion": occasion, "taken_at": DAYS[occasion],
            "item_id": f"Q{place}", "chapter": (chapters or "a" * len(row))[place],
            "answer": options[one][place] if options else None,
            "correct": mark == "1", "score": float(mark), "max_score": 1.0,
        }
        for (one, occasion), row in marks.items()
        for place, mark in enumerate(row)
    ]  # fmt: skip


def rated(rows):
    """Return rows of `ratings` from tuples (kind, person, occasion, rater, score, seconds, errors)."""
    return [
        {
            "training_id": "PX1", "staff_id": one, "rater_id": rater, "rater_role": "assessor", "kind": kind,
            "occasion": occasion, "at": DAYS[occasion], "dimension": "d", "score": score, "scale_min": 0.0,
            "scale_max": 100.0, "seconds": seconds, "errors": errors,
        }
        for kind, one, occasion, rater, score, seconds, errors in rows
    ]  # fmt: skip


def evaluated(as_of="2026-07-01", **tables):
    """Open the tables as an evaluation of the training."""
    return Evaluation(institution(as_of, **tables), "PX1")
