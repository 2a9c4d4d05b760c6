"""What might an institution's rows look like, contradictions included, and how could their future have been another?"""

from datetime import date, timedelta
from typing import Any

import numpy as np

from churnlab.tables.contract import CURRENT
from churnlab.tables.schemas import TABLES

Tables = dict[str, list[dict[str, Any]]]
FIRST, DAYS = date(2025, 10, 1), 270
STUDENTS, COURSES, CAMPUSES = 40, ("piano", "chess"), ("east", "west")


def random_institution(rng: np.random.Generator) -> Tables:
    """Return some rows of each table that features might read."""
    students = [f"s{number}" for number in range(STUDENTS)]
    contracts = [_contract(rng, number, rng.choice(students)) for number in range(2 * STUDENTS)]
    lessons = [_lesson(rng, number, contracts) for number in range(12 * STUDENTS)]
    lessons += [_taken_back(rng, number, lessons) for number in range(STUDENTS)]
    # Drawn apart, so that what an example says does not change with what was added later.
    more = rng.spawn(1)[0]

    def one(**said: Any) -> dict[str, Any]:
        return {"student_id": str(rng.choice(students)), **said}

    return {
        "students": [
            {"student_id": who, "phone": maybe(rng, f"p{rng.integers(STUDENTS // 2)}"), "registered_on": day(rng),
             "campus": str(rng.choice(CAMPUSES)), "grade": "3", "age_band": str(more.choice(["3-5", "6-8"])),
             "channel": str(more.choice(["walk-in", "referral"])),
             "referrer_id": maybe(more, str(more.choice(students)))}
            for who in students
        ],
        "enrolments": contracts,
        "lessons": lessons,
        "payments": [
            {"payment_id": f"p{n}", "enrolment_id": c["enrolment_id"], "student_id": c["student_id"],
             "paid_at": day(rng), "amount": float(rng.integers(1, 9) * 100)}
            for n, c in enumerate(contracts)
        ],
        "suspensions": [
            one(from_on=day(rng), to_on=maybe(rng, day(rng)), enrolment_id=maybe(rng, f"e{rng.integers(2 * STUDENTS)}"))
            for _ in range(STUDENTS)
        ],
        "refunds": [
            one(refund_id=f"r{n}", requested_at=day(rng), settled_at=maybe(rng, day(rng)), amount=100.0,
                outcome=str(rng.choice(["refunded", "kept", "open"])),
                enrolment_id=maybe(rng, f"e{rng.integers(2 * STUDENTS)}"))
            for n in range(STUDENTS // 2)
        ],
        "complaints": [
            one(complaint_id=f"c{n}", campus="west", opened_at=day(rng), resolved_at=maybe(rng, day(rng)),
                outcome="open")
            for n in range(STUDENTS)
        ],
        "contacts": [
            one(contact_id=f"k{n}", at=day(rng), kind=maybe(more, str(more.choice(["revisit", "save_call"]))))
            for n in range(2 * STUDENTS)
        ],
        "surveys": [
            one(survey_id=f"q{n}", item="teacher", respondent_id="x", at=day(rng), score=float(rng.integers(1, 6)),
                scale_min=1.0, scale_max=5.0, instrument=str(rng.choice(["satisfaction", "nps"])))
            for n in range(STUDENTS)
        ],
        "leads": [
            {"lead_id": f"d{n}", "campus": "west", "channel": "referral", "created_at": day(more),
             "referrer_id": maybe(more, str(more.choice(students)))}
            for n in range(STUDENTS)
        ],
        "activity": _activity(more, contracts),
        "exits": [one(left_on=day(rng), reason_code="price", enrolment_id=f"x{n}") for n in range(STUDENTS // 2)],
    }  # fmt: skip


def day(rng: np.random.Generator) -> str:
    """Return some day."""
    return str(FIRST + timedelta(days=int(rng.integers(DAYS))))


def maybe(rng: np.random.Generator, value: str) -> str | None:
    """Return the value, or nothing."""
    return value if rng.random() < 0.6 else None


def _contract(rng: np.random.Generator, number: int, student: str) -> dict[str, Any]:
    return {
        "enrolment_id": f"e{number}", "student_id": str(student), "campus": str(rng.choice(CAMPUSES)),
        "course_id": str(rng.choice(COURSES)), "kind": "renewal" if number % 3 == 0 else "new",
        "billing": str(rng.choice(["by_hours", "by_period"])),
        "signed_at": day(rng), "starts_on": maybe(rng, day(rng)), "ends_on": maybe(rng, day(rng)),
        "hours_bought": float(rng.integers(2, 9)), "hours_free": 0.5, "amount_paid": 100.0,
        "amount_due": 500.0 if rng.random() < 0.7 else None, "status": "void" if rng.random() < 0.05 else "active",
    }  # fmt: skip


def _lesson(rng: np.random.Generator, number: int, contracts: list[dict[str, Any]]) -> dict[str, Any]:
    contract = contracts[rng.integers(len(contracts))]
    return {
        "lesson_id": f"l{number:03d}", "student_id": contract["student_id"],
        "enrolment_id": maybe(rng, contract["enrolment_id"]), "course_id": contract["course_id"],
        "campus": contract["campus"], "teacher_id": str(rng.choice(["t1", "t2"])), "class_id": f"k{number % 5}",
        "starts_at": f"{day(rng)} {rng.integers(9, 12):02d}:00:00",
        "status": str(rng.choice(["present", "present", "late", "leave", "absent"])),
        "hours_used": float(rng.choice([0.1, 1, 1.5])) if rng.random() < 0.9 else None, "reverses_id": None,
    }  # fmt: skip


def _activity(rng: np.random.Generator, contracts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    chosen = [contracts[rng.integers(len(contracts))] for _ in range(4 * STUDENTS)]
    rows = [
        {"student_id": c["student_id"], "enrolment_id": maybe(rng, c["enrolment_id"]), "on": day(rng), "kind": "click",
         "count": 1}
        for c in chosen
    ]  # fmt: skip
    return list({tuple(row.values()): row for row in rows}.values())


def _taken_back(rng: np.random.Generator, number: int, lessons: list[dict[str, Any]]) -> dict[str, Any]:
    taken = lessons[rng.integers(12 * STUDENTS)]
    later = date.fromisoformat(taken["starts_at"][:10]) + timedelta(days=int(rng.integers(60)))
    return {**taken, "lesson_id": f"back{number}", "reverses_id": taken["lesson_id"], "starts_at": f"{later} 12:00:00"}


def another_future(tables: Tables, on: date, rng: np.random.Generator) -> Tables:
    """Change all that happened or became known on a date or after it.

    Rows of that time are lost or say something else; of older rows the values that became known then, and those that
    are only true at export, do. A contract is void or not at all dates, so this stays.
    """
    return {name: [new for row in rows for new in _another(name, row, rows, on, rng)] for name, rows in tables.items()}


def _another(name: str, row: dict, rows: list[dict], on: date, rng: np.random.Generator) -> list[dict]:
    table = TABLES[name]
    is_future = _on_or_after(row[table.dated_by], on)
    if is_future and rng.random() < 0.4:
        return []
    changed = dict(row)
    for column in table.columns:
        known = row.get(column.known) if column.known not in ("row", "always", CURRENT) else None
        late = is_future or column.known == CURRENT or (known is not None and _on_or_after(known, on))
        if not late or column.stored_name not in row or column.name in (*table.key, "status"):
            continue
        if column.kind in ("date", "time"):
            moved = on + timedelta(days=int(rng.integers(200)))
            changed[column.stored_name] = None if not column.required and rng.random() < 0.3 else str(moved)
        else:
            changed[column.stored_name] = rows[rng.integers(len(rows))][column.stored_name]
    return [changed]


def _on_or_after(value: str, on: date) -> bool:
    return date.fromisoformat(value[:10]) >= on
