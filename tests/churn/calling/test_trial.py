"""Who of those drawn counts, in which arm, and who of them left?"""

from dataclasses import replace

import pandas as pd
import pytest

from churnlab.churn.calling.lot import arms
from churnlab.churn.calling.trial import held_out, trial
from churnlab.errors import NotEnoughData
from churnlab.settings import Calling, Uncertainty
from tests.builders import institution
from tests.churn.stays import by_hours, left, settings, weekly

ONE = settings().model_copy(update={"uncertainty": Uncertainty(min_group=1)})


def called(student, made_on, arm, *, by_lot=True, **more):
    row = {"student_id": student, "made_on": made_on, "arm": arm, "assigned_at_random": by_lot, "campus": "East"}
    return row | {"list_id": f"CL{made_on}", "call_id": f"{student}-{made_on}"} | more


# Lists on 1 March and 1 April; the horizon is 30 days.
#   a: comes to the end.                        1 March, to be called
#   b: last lesson 10 March, nothing follows.   1 March, held out: left. 1 April again: counts once.
#   c: last lesson 14 April.                    1 March, to be called: still here on the 30th. Her second list is none.
#   d: last lesson 24 February, not yet told.   1 March, held out: left without a word.
#   e: called in March, but not by lot; by lot in April, held out.
LISTS = [
    called("a", "2025-03-01", "call"),
    called("b", "2025-03-01", "hold_out"),
    called("c", "2025-03-01", "call"),
    called("d", "2025-03-01", "hold_out"),
    called("e", "2025-03-01", "call", by_lot=False),
    called("b", "2025-04-01", "hold_out"),
    called("c", "2025-04-01", "call"),
    called("e", "2025-04-01", "hold_out"),
]
LAST = {"a": "2025-07-29", "b": "2025-03-10", "c": "2025-04-14", "d": "2025-02-24", "e": "2025-07-29"}


def lists(as_of="2025-08-01", calls=LISTS, rules=ONE, last=LAST, **more):
    contracts = [by_hours(f"E{name}", "2025-01-06", 60, student=name) for name in last]
    lessons = [row for name, day in last.items() for row in weekly(f"E{name}", "2025-01-07", day, student=name)]
    return institution(as_of, settings=rules, enrolments=contracts, lessons=lessons, calls=calls, **more)


def test_each_student_counts_once_at_the_first_list_that_drew_her():
    rows = trial(lists())
    assert rows["student_id"].tolist() == ["a", "b", "c", "d", "e"]
    assert rows["made_on"].dt.month.tolist() == [3, 3, 3, 3, 4]
    assert rows["to_be_called"].tolist() == [True, False, True, False, False]
    assert rows["churned"].tolist() == [False, True, False, True, False]
    assert rows["already_gone"].tolist() == [False, False, False, True, False]


def test_who_had_left_before_the_list_and_came_back_on_the_last_day_of_the_horizon_has_left():
    """h and i: last lesson 7 January, long gone by the list of 1 March. The horizon ends with 30 March: i came then.

    Whoever came on the 30th was with us on the morning of the 31st; who comes on the 31st only was not.
    """
    both = [*LISTS, called("h", "2025-03-01", "call"), called("i", "2025-03-01", "call")]
    more = {"h": "2025-03-31", "i": "2025-03-30"}
    back = [row for name, day in more.items() for row in weekly(f"E{name}", day, "2025-07-29", student=name)]
    contracts = [by_hours(f"E{name}", "2025-01-06", 60, student=name) for name in (*LAST, "h", "i")]
    last = LAST | {"h": "2025-01-07", "i": "2025-01-07"}
    lessons = [row for name, day in last.items() for row in weekly(f"E{name}", "2025-01-07", day, student=name)]
    data = institution("2025-08-01", settings=ONE, enrolments=contracts, lessons=lessons + back, calls=both)
    rows = trial(data).set_index("student_id")
    assert rows.loc[["h", "i"], "churned"].tolist() == [True, False]
    assert rows.loc[["h", "i"], "already_gone"].tolist() == [True, False]


def test_who_had_paid_and_never_came_is_not_gone_before_her_list():
    """On the list of 1 March: n should have started on 3 February and never comes; m comes on the 11th of March first.

    d had her last lesson on 24 February: she is gone. To come no more is to leave, whether one ever came or not.
    """
    both = [*LISTS, called("m", "2025-03-01", "call"), called("n", "2025-03-01", "call")]
    contracts = [by_hours(f"E{name}", "2025-01-06", 60, student=name) for name in LAST]
    late = [by_hours(f"E{name}", "2025-02-03", 60, student=name) for name in "mn"]
    last = [row for name, day in LAST.items() for row in weekly(f"E{name}", "2025-01-07", day, student=name)]
    came = weekly("Em", "2025-03-11", "2025-07-29", student="m")
    data = institution("2025-08-01", settings=ONE, enrolments=contracts + late, lessons=last + came, calls=both)
    rows = trial(data).set_index("student_id").loc[["d", "m", "n"]]
    assert rows["churned"].tolist() == [True, False, True]
    assert rows["already_gone"].tolist() == [True, False, False]


def test_what_callers_hear_of_those_they_call_moves_nothing():
    """To be called on 1 March: f had her last lesson on 24 February, g on 10 March. Both say so, and are filed."""
    both = [*LISTS, called("f", "2025-03-01", "call"), called("g", "2025-03-01", "call")]
    last = LAST | {"f": "2025-02-24", "g": "2025-03-10"}
    filed = [left("2025-02-24", "price", student="f"), left("2025-03-10", "personal", student="g")]
    late = [row | {"recorded_on": "2025-03-12"} for row in filed]
    silent = trial(lists(calls=both, last=last)).set_index("student_id")
    assert silent.loc[["f", "g"], "churned"].tolist() == [True, True]
    for register in (filed, late):
        told = trial(lists(calls=both, last=last, exits=register)).set_index("student_id")
        assert told.equals(silent)


def test_nobody_drawn_is_dropped_for_what_is_known_later():
    """What was loaded later says that h's last lesson had been on 7 January, long before her list."""
    rows = trial(lists(calls=[*LISTS, called("h", "2025-03-10", "call")], last=LAST | {"h": "2025-01-07"}))
    assert rows.set_index("student_id").loc["h", ["to_be_called", "churned"]].tolist() == [True, True]


def test_a_list_counts_only_when_all_ends_within_its_horizon_can_be_told():
    # Ends of March can be told once 45 days without a lesson have passed after the 30th; those of April not yet.
    assert trial(lists("2025-05-20"))["student_id"].tolist() == ["a", "b", "c", "d"]
    with pytest.raises(NotEnoughData, match="cannot be told yet"):
        trial(lists("2025-04-02"))
    # The horizon of 1 March ends with the 30th, and 45 days after that with 14 May: on the 15th all of it can be told.
    assert trial(lists("2025-05-15"))["student_id"].tolist() == ["a", "b", "c", "d"]
    with pytest.raises(NotEnoughData, match="cannot be told yet"):
        trial(lists("2025-05-14"))


def test_whom_the_lot_holds_out_and_whom_a_list_held_out_lately_no_other_list_may_name():
    rules = ONE.model_copy(update={"calling": Calling(hold_out_share=0.5)})
    names = pd.Series([f"s{number}" for number in range(40)])
    by_lot = held_out(lists("2025-08-01", rules=rules), names)
    assert by_lot.tolist() == [arm == "hold_out" for arm in arms(names, rules.calling)]
    # The settings hold out nobody any more; b and e were on the list of 1 April, thirty days are not over.
    assert held_out(lists("2025-04-20"), pd.Series(list("abcde"))).tolist() == [False, True, False, False, True]
    assert held_out(lists("2025-04-30"), pd.Series(list("be"))).all()
    assert not held_out(lists("2025-05-01"), pd.Series(list("abcde"))).any()


def test_whom_a_list_of_this_very_morning_holds_out_is_named_nowhere():
    drawn = [called("a", "2025-03-01", "hold_out", list_id="CL20250301"), called("b", "2025-03-01", "hold_out")]
    # The list of b is not churnlab's of that day: somebody wrote it on the day, and the day is still to come.
    assert held_out(lists("2025-03-01", calls=drawn), pd.Series(list("abc"))).tolist() == [True, False, False]
    assert not held_out(lists("2025-02-28", calls=drawn), pd.Series(list("abc"))).any()


def loaded(data, on):
    """Have the store load each list of calls on a day; before the first load it held nothing."""

    def exported(name, day):
        rows, there = data.versions[name], [made_on for made_on, loaded_on in on.items() if loaded_on < f"{day}"]
        return (
            rows.filter(rows.list_id.isin([f"CL{made_on}" for made_on in there])) if f"{day}" > "2025-03-02" else None
        )

    return replace(data, exported=exported)


def test_lists_that_the_store_got_when_it_was_too_late_to_call_by_them_are_no_trial():
    # From 1 March 60 days end on 30 April, from 1 April on 31 May.
    in_time = loaded(lists(), {"2025-03-01": "2025-04-29", "2025-04-01": "2025-04-01"})
    assert trial(in_time).equals(trial(lists()))
    late = loaded(lists(), {"2025-03-01": "2025-04-30", "2025-04-01": "2025-04-01"})
    # Without the list of March, b and c count where they were drawn in April.
    assert trial(late)["student_id"].tolist() == ["b", "c", "e"]
    assert trial(late)["made_on"].dt.month.tolist() == [4, 4, 4]
    with pytest.raises(NotEnoughData, match="more than 60 days after their date"):
        trial(loaded(lists(), {"2025-03-01": "2025-07-01", "2025-04-01": "2025-07-01"}))
    built_anew = replace(lists(), exported=lambda name, day: None)
    assert trial(built_anew).equals(trial(lists()))


def test_lists_without_a_lot_are_no_trial():
    with pytest.raises(NotEnoughData, match="nobody was held out by lot"):
        trial(lists(calls=[row | {"assigned_at_random": False} for row in LISTS]))


def test_no_list_and_too_few_are_told_apart():
    with pytest.raises(NotEnoughData, match="No list of calls"):
        trial(institution("2025-08-01", settings=ONE, enrolments=[by_hours("E", "2025-01-06", 60)]))
    with pytest.raises(NotEnoughData, match="10 in each are needed"):
        trial(lists(rules=settings()))


def test_a_new_name_begins_a_new_trial_and_lists_without_a_name_are_of_the_first():
    drawn = [
        called("a", "2025-03-01", "call"), called("b", "2025-03-01", "hold_out", experiment="1"),
        called("a", "2025-04-01", "hold_out", experiment="2"), called("c", "2025-04-01", "call", experiment="2"),
    ]  # fmt: skip
    second = ONE.model_copy(update={"calling": Calling(experiment="2")})
    assert trial(lists(calls=drawn))["student_id"].tolist() == ["a", "b"]
    told = trial(lists(calls=drawn, rules=second))
    assert told[["student_id", "to_be_called"]].to_numpy().tolist() == [["a", False], ["c", True]]
    with pytest.raises(NotEnoughData, match="No list was made yet for the trial “3”"):
        trial(lists(calls=drawn, rules=ONE.model_copy(update={"calling": Calling(experiment="3")})))
