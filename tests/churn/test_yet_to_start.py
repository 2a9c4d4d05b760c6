"""Are those who have signed and not come told apart, each with the share of those like her who came after all?"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.panel import panel, scoring
from churnlab.churn.yet_to_start import not_started, waiting
from churnlab.errors import NotEnoughData
from churnlab.settings import Outcome, Settings, Uncertainty
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data
from tests.another_future import another_future, with_open_ends
from tests.churn.funnel.asking import SMALL, Rows, lesson, opened, signed, student

AS_OF = "2025-06-01"


def newcomer(name: str, start: str, *lessons: str, campus: str = "East", before: int = 2) -> dict[str, Rows]:
    """Return one who signed so many days before her start and paid 1,000."""
    on = str((pd.Timestamp(start) - pd.Timedelta(days=before)).date())
    paid = {"student_id": f"no. {name}", "enrolment_id": f"contract {name} {on}", "paid_at": on, "amount": 1000}
    return {
        "students": [student(name, on)],
        "enrolments": [signed(name, on, starts_on=start, ends_on="2025-12-31", campus=campus)],
        "payments": [paid],
        "lessons": [lesson(name, day) for day in lessons],
    }


#        day 0            10            20
# a × 20  came
# b × 10  ────────────────came
# c × 10  ──────────────────────────────────────────────▶ never
# w       came
# y       ─────────────────────────────▶ 1 June: twenty days after her start, 21 are over
# x       ───────▶ 1 June: six days are over
# z       is to start on 1 July
# On day 10 those who had come so late were 10 of 21: b, c and y. After day 20 nobody came any more.
def crowd() -> list[dict[str, Rows]]:
    here = ("2025-05-30",)
    return [
        *(newcomer(f"a{n}", "2025-03-01", "2025-03-01", *here) for n in range(20)),
        *(newcomer(f"b{n}", "2025-03-01", "2025-03-11", *here) for n in range(10)),
        *(newcomer(f"c{n}", "2025-03-01") for n in range(10)),
        newcomer("w", "2025-05-26", *here),
        newcomer("x", "2025-05-26"),
        newcomer("y", "2025-05-11", campus="West"),
        newcomer("z", "2025-07-01", before=40),
    ]


def test_the_chance_is_the_share_of_those_who_had_let_as_much_go_by_and_came() -> None:
    rows = waiting(opened(AS_OF, *crowd()))
    assert rows["student_id"].tolist() == ["no. y", "no. x"]
    assert rows["past_start_days"].tolist() == [21, 6]
    assert rows["waited_days"].tolist() == [23, 8]
    assert rows["paid_cny"].tolist() == [1000, 1000]
    assert rows["start_probability"].tolist() == pytest.approx([0, 10 / 21])
    # Nobody of ten came, which is no certainty: the exact binomial limit of 0 of 10.
    assert rows.loc[0, "start_probability_high"] == pytest.approx(1 - 0.025 ** (1 / 10))
    assert rows["start_probability_low"].lt(10 / 21).all()
    assert rows["start_probability_high"].gt(10 / 21).tolist() == [False, True]


def test_nobody_is_lost_between_the_two_lists() -> None:
    data = opened(AS_OF, *crowd())
    here = set(churn.with_us(churn.episodes(data), pd.Timestamp(AS_OF))["unit_id"])
    judged, wait = set(scoring(data)["unit_id"]), set(waiting(data)["unit_id"])
    assert judged | wait == here
    assert not judged & wait
    assert "no. w" in judged


def test_the_sentences_tell_how_many_wait_and_how_many_need_not_have_come() -> None:
    found = not_started(opened(AS_OF, *crowd()))
    assert (found.facts["waiting"], found.facts["ahead"]) == (2, 1)
    assert found.facts["expected_away"] == pytest.approx(1 + 11 / 21)
    assert "2 students have not come" in found.sentence("en")
    assert "1 more student has signed" in found.sentence("en")
    assert "有 2 名学员约定的开课日已过" in found.sentence("zh")
    assert found.caveats == ("churn.start_as_before",)
    assert list(found.table)[:2] == ["student_id", "campus"]
    west = not_started(opened(AS_OF, *crowd()), campus="West")
    assert west.table["student_id"].tolist() == ["no. y"]
    assert "campus" not in west.table


def test_whom_a_lot_holds_out_of_calls_is_counted_and_not_named() -> None:
    # y stood on the list of 20 May, held out; the thirty days of the trial are over on 19 June.
    row = {"student_id": "no. y", "list_id": "CL20250520", "made_on": "2025-05-20", "arm": "hold_out"}
    held = {"calls": [row | {"assigned_at_random": True}]}
    found = not_started(opened(AS_OF, *crowd(), held))
    assert found.table["student_id"].tolist() == ["no. x"]
    assert (found.facts["waiting"], found.facts["listed"], found.facts["held_out"]) == (2, 1, 1)
    assert found.facts["paid_cny"] == 2000
    assert found.sentences == ("sentence", "expected", "held_out", "ahead")
    assert "1 more has let the start go by for as long and is not named here" in found.sentence("en")
    assert "另有 1 名同样过了开课日还没来，由抽签决定不联系" in found.sentence("zh")
    assert "no. y" in waiting(opened(AS_OF, *crowd(), held))["student_id"].tolist()  # the call list still draws her
    by_name = not_started(opened("2025-06-19", *crowd(), held)).table["student_id"].tolist()
    assert "no. y" in by_name


def test_where_too_few_were_followed_there_is_no_chance() -> None:
    few = at_least(SMALL, 15)
    found = not_started(opened(AS_OF, *crowd(), settings=few))
    # After day 20 only c had not come yet, ten: who has let that much go by has no figure.
    assert found.table["start_probability"].isna().tolist() == [True, False]
    assert set(found.caveats) == {"churn.start_as_before", "churn.start_untold"}


def at_least(settings: Settings, least: int) -> Settings:
    return settings.model_copy(update={"retention": settings.retention.model_copy(update={"min_at_risk": least})})


def test_where_silence_says_nothing_all_are_judged_alike() -> None:
    settings = SMALL.model_copy(update={"outcome": Outcome(inactivity_days="never")})
    with pytest.raises(NotEnoughData) as told:
        not_started(opened(AS_OF, *crowd()[:-1], settings=settings))
    assert told.value.message("en") == (
        "Nobody is known to have signed and not come to a lesson: there is no one to list."
    )
    assert told.value.message("zh") == "没有已签约而还没来上过课的学员，无名单可列。"
    assert "no. x" in set(scoring(opened(AS_OF, *crowd(), settings=settings))["unit_id"])


def test_a_snapshot_leaves_out_who_came_only_after_it() -> None:
    data = opened(AS_OF, *crowd())
    inside = panel(data, dates=["2025-03-05", "2025-03-12"]).groupby("as_of")["unit_id"].agg(set).tolist()
    assert inside[1] - inside[0] == {f"no. b{n}" for n in range(10)}
    assert not any(name.startswith("no. c") for name in inside[0] | inside[1])


@pytest.fixture(scope="module")
def both() -> list[Data]:
    settings = Settings(uncertainty=Uncertainty(min_group=5, bootstrap=50))
    made, day = make(Institution(students=600, seed=3, campuses=2, months=18)), date(2025, 10, 1)
    made = replace(made, frames=with_open_ends(made.frames, as_of=day, seed=1))
    other = replace(made, frames=another_future(made.frames, as_of=day, seed=2))
    return [one.data(day, settings=settings) for one in (made, other)]


def test_the_future_changes_nothing(both: list[Data]) -> None:
    before, after = (not_started(data) for data in both)
    pd.testing.assert_frame_equal(before.table, after.table)
    assert before.facts == after.facts
    assert len(before.table) > 0
