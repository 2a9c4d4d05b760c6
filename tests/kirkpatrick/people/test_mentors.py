"""Is who knows too little paired with one of the best, once, and always alike?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.mentors import mentor_pairs
from tests.kirkpatrick.people.team import IDS, PX1, answers, opened, rules, staff, trainees

# Of twelve the two with the best KPIs are mentors: A10 (West) and A11 (East). Three know nothing, nine all.
WEAK = ("A01", "A03", "A04")
MARKS = {one: (0,) * 10 if one in WEAK else (1,) * 10 for one in IDS}


def told(marks=None, settings=None, **tables):
    more = {"trainings": [PX1], "trainees": trainees(), "test_answers": answers(marks or MARKS)}
    return opened(settings=settings, **(more | tables))


def pairs(found):
    return dict(zip(found.table["mentee_id"], found.table["mentor_id"], strict=True))


def test_a_mentor_of_the_same_campus_is_taken_first():
    assert pairs(mentor_pairs(told())) == {"A01": "A11", "A03": "A11", "A04": "A10"}


def test_the_better_mentor_of_another_campus_waits():
    west = {one: (0,) * 10 if one in ("A00", "A02") else (1,) * 10 for one in IDS}
    assert pairs(mentor_pairs(told(west))) == {"A00": "A10", "A02": "A10"}


def test_no_mentor_has_more_than_is_allowed_and_another_campus_is_better_than_none():
    found = mentor_pairs(told(settings=rules(mentees_per_mentor=1)))
    assert len(pairs(found)) == 2
    assert (found.facts["mentees"], found.facts["paired"], found.facts["alone"]) == (3, 2, 1)
    assert found.table["mentor_id"].is_unique
    some = {one: (0,) * 10 if one in ("A01", "A03") else (1,) * 10 for one in IDS}
    across = mentor_pairs(told(some, settings=rules(mentees_per_mentor=1)))
    assert sorted(pairs(across).values()) == ["A10", "A11"]
    assert across.facts["across"] == 1


def test_where_mentors_are_short_the_weakest_come_first():
    marks = MARKS | {"A01": (1,) * 4 + (0,) * 6, "A03": (0,) * 10, "A04": (1,) * 2 + (0,) * 8}
    found = mentor_pairs(told(marks, settings=rules(mentees_per_mentor=1)))
    assert set(pairs(found)) == {"A03", "A04"}


def test_who_needs_help_with_it_herself_helps_nobody_with_it():
    found = mentor_pairs(told(MARKS | {"A11": (0,) * 10}))
    assert set(pairs(found).values()) == {"A10"}
    assert "A11" in set(found.table["mentee_id"]) or found.facts["alone"] > 0


def test_another_role_is_never_asked():
    people = [row | {"role": "teacher"} if row["staff_id"] == "A01" else row for row in staff()]
    assert "A01" not in pairs(mentor_pairs(told(staff=people)))


def test_it_is_said_to_be_a_proposal():
    found = mentor_pairs(told())
    assert found.sentence("en").startswith(
        "A proposal, to be talked over with those concerned: 3 of 3 people below 70% in a module get a mentor from the "
        "top 20% of their role, 2 mentors with at most 2 each; 0 of the pairs are across campuses."
    )
    assert found.sentence("zh").startswith("以下只是建议，须与本人商量：3 人有某个模块低于 70%")
    assert mentor_pairs(told()).table.equals(found.table)


def test_where_nobody_is_weak_nobody_is_paired():
    with pytest.raises(NotEnoughData) as error:
        mentor_pairs(told({one: (1,) * 10 for one in IDS}))
    assert "below 70%" in error.value.message("en")
