"""Whom did we call of those on the lists, and what did they say?

Two lists of 5 January 2026, one a campus, and one of 1 December, which is over as of Monday 26 January:

    East  a  called on the 6th    stays       West  d  called on the 22nd  not reached
          b  called on the 20th   leaving           e  held out
          c  not yet
"""

from dataclasses import replace

import pytest

from churnlab.churn.weekly.calls import calls_made
from churnlab.errors import NotEnoughData
from churnlab.tables.door import Data
from tests.builders import institution


def row(student, campus, called=None, outcome=None, *, arm="call", made="2026-01-05"):
    return {
        "list_id": f"{made}-{campus}", "student_id": student, "campus": campus, "made_on": made, "arm": arm,
        "called_at": called, "outcome": outcome,
    }  # fmt: skip


def lists(as_of: str = "2026-01-26") -> Data:
    return institution(
        as_of,
        calls=[
            row("a", "East", "2026-01-06 10:00", "stays"),
            row("b", "East", "2026-01-20 10:00", "leaving"),
            row("c", "East"),
            row("d", "West", "2026-01-22 10:00", "not_reached"),
            row("e", "West", arm="hold_out"),
            row("f", "East", "2025-12-02 10:00", "stays", made="2025-12-01"),
            row("g", "East", "2026-01-27 10:00", "thinking"),
        ],
    )


def test_each_list_tells_who_was_called_and_what_they_said():
    table = calls_made(lists()).table.set_index("campus").drop(columns=["list_id", "made_on"])
    assert table.loc["East"].to_dict() == {
        "to_call": 4, "called": 2, "called_this_week": 1, "spoken_to": 2, "said_stays": 1, "said_thinking": 0,
        "said_leaving": 1,
    }  # fmt: skip
    assert table.loc["West"].to_dict() == {
        "to_call": 1, "called": 1, "called_this_week": 1, "spoken_to": 0, "said_stays": 0, "said_thinking": 0,
        "said_leaving": 0,
    }  # fmt: skip


def test_the_sentence_adds_up_and_names_those_held_out():
    said = calls_made(lists()).sentence("en")
    assert said == (
        "Calls of the lists: of 5 students to call, 3 have been called (2 this week) and 2 reached: 1 will stay, "
        "0 are thinking about it, 1 is leaving. Another 1 is not called, by lot, so that what calls change can be "
        "measured."
    )
    assert "held" not in calls_made(lists(), "East").sentences


def test_what_was_said_later_is_not_known_yet():
    # g was called on the 27th, after the date; a week later she is.
    assert calls_made(lists("2026-02-02")).facts["said_thinking"] == 1
    assert calls_made(lists("2026-02-02").before(lists().as_of)).table.equals(calls_made(lists()).table)


def test_a_list_older_than_the_horizon_is_over():
    # Of Monday 5 January; thirty days later begins the week of 2 February still, but not that of the 9th.
    assert calls_made(lists("2026-02-09")).facts["to_call"] == 5
    with pytest.raises(NotEnoughData) as nothing:
        calls_made(lists("2026-02-16"))
    assert nothing.value.message("en").startswith("No list was made in the 30 days before this week.")


def test_a_long_table_is_cut():
    data = lists()
    rules = data.settings.model_copy(update={"weekly": data.settings.weekly.model_copy(update={"listed": 1})})
    found = calls_made(replace(data, settings=rules))
    assert (len(found.table), found.facts["to_call"]) == (1, 5)
