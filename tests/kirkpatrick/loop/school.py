"""Two teachers, one of them trained, and three students."""

from tests.builders import institution

TAUGHT = {
    "s1": ["A", "A", "A", "B", "B", "B", "B", "B", "B", "B"],
    "s2": ["B", "B", "B", "B", "B"],
    "s3": [None, None, None, "B", "A", "A", "A", "A", "A", "A"],
}


def school(lessons=(), as_of="2026-11-15", **tables):
    """Return it as of a date: a lesson on the 1st, 8th, 15th and 22nd of each month from January to October 2026."""
    held = [
        {
            "student_id": student, "enrolment_id": f"e{student[1]}", "teacher_id": teacher, "status": "present",
            "starts_at": f"2026-{month:02}-{day:02} 09:00", "campus": "East", "course_id": "C",
        }
        for student, teachers in TAUGHT.items()
        for month, teacher in enumerate(teachers, 1)
        if teacher
        for day in (1, 8, 15, 22)
    ]  # fmt: skip
    told = {
        "lessons": [*held, *lessons],
        "enrolments": [
            {
                "enrolment_id": f"e{one}", "student_id": f"s{one}", "campus": "East", "course_id": "C",
                "signed_at": f"2026-{start}-01", "starts_on": f"2026-{start}-01", "ends_on": ends,
            }
            for one, start, ends in ((1, "01", "2026-12-31"), (2, "01", "2026-05-22"), (3, "04", "2026-12-31"))
        ],
        "trainings": [
            {
                "training_id": "PX1", "name": "x", "starts_on": "2026-03-02", "ends_on": "2026-03-20",
                "skill_life_months": 12.0,
            }
        ],
        "trainees": [
            {
                "training_id": "PX1", "staff_id": "A", "arm": "trained", "enrolled_on": "2026-03-02",
                "concluded_on": "2026-03-20",
            },
            {"training_id": "PX1", "staff_id": "B", "arm": "comparison"},
        ],
        "staff": [{"staff_id": one, "role": "teacher", "campus": "East", "hired_on": "2024-01-01"} for one in "AB"],
    }  # fmt: skip
    return institution(as_of, **(told | tables))
