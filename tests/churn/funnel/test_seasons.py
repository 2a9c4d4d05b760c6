"""A season is compared with the same season a year ago, step by step."""

import pytest

from churnlab.churn.funnel.journeys import STEPS
from churnlab.churn.funnel.seasons import funnel_change
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.stats.multiplicity import holm
from churnlab.stats.proportions import rates_differ
from tests.churn.funnel.asking import contact, crowd, opened, signed, student
from tests.churn.stays import Rows


# 40 ask in May of each year and are called that day: 30 came in 2024, 10 in 2025, after ten days.
# As of 1 Jul 2025 all of June can be told of at the call alone.
def test_the_step_that_lost_most_is_named() -> None:
    data = opened("2025-07-01", crowd(40, 30, on="2024-05-10"), crowd(40, 10, on="2025-05-10", of="b"))
    found = funnel_change(data)
    table = found.table.set_index("funnel_step")
    assert [cell.facts["to_month"] for cell in table["season"]] == ["2025-06", *["2025-05"] * 2]
    assert table.at["enrolled", "season"].facts["before_to_month"] == "2024-05"
    assert table.at["enrolled", "season"].say("en") == "March 2025 to May 2025"
    assert "funnel_seasons" in found.caveats
    assert found.facts["longest_wait_days"] == 10
    assert table.loc["enrolled", "of_previous_rate"] == 10 / 40
    assert table.loc["enrolled", "last_year_rate"] == 30 / 40
    raw = rates_differ([True] * 10 + [False] * 30 + [True] * 30 + [False] * 10, [True] * 40 + [False] * 40, range(80))
    assert table.loc["enrolled", "adjusted_p_value"] == pytest.approx(holm([1, raw, 1])[1])
    assert table["difference_points"].drop("enrolled").abs().max() == 0
    assert found.sentences == ("worse",)
    assert "“Enrolled” than a year ago: 25.0% went on, 75.0% then, −50.0 points" in found.sentence("en")
    for lang in LANGUAGES:
        assert len(found.warnings(lang)) == len(found.caveats)


# 60 of 80 came after 10 days in both years. In 2024 two more came after 25 days: those of 2025 have not had so long.
def test_both_years_have_the_same_time_to_come() -> None:
    late = crowd(2, 2, on="2024-05-10", after_days=25, of="c")
    before, now = crowd(78, 60, on="2024-05-10"), crowd(80, 60, on="2025-05-10", of="b")
    table = funnel_change(opened("2025-07-01", before, late, now)).table.set_index("funnel_step")
    assert table.loc["enrolled", "last_year_rate"] == table.loc["enrolled", "of_previous_rate"] == 60 / 80


def test_a_gain_and_no_difference_are_told_as_such() -> None:
    gained = opened("2025-07-01", crowd(40, 10, on="2024-05-10"), crowd(40, 30, on="2025-05-10", of="b"))
    assert funnel_change(gained).sentences == ("better",)
    alike = opened("2025-07-01", crowd(40, 20, on="2024-05-10"), crowd(40, 21, on="2025-05-10", of="b"))
    assert funnel_change(alike).sentences == ("alike",)


# Spring Festival: 29 Jan 2025, 17 Feb 2026. February 2026 is set beside January 2025.
def test_the_month_of_the_festival_is_set_beside_the_month_of_the_festival() -> None:
    data = opened("2026-03-15", crowd(40, 30, on="2025-01-10"), crowd(40, 30, on="2026-02-10", of="b"))
    found = funnel_change(data)
    assert (found.facts["asked"], found.facts["asked_before"]) == (40, 40)
    assert "funnel_festival" in found.caveats


def season(year: int, *reached: int) -> dict[str, Rows]:
    """Return who asked on 10 May of a year, by how many of them passed each step from asking to the first lesson."""
    on, rows = f"{year}-05-10", crowd(reached[0], reached[4], on=f"{year}-05-10", of=f"{year}-")
    rows["lessons"] = rows["lessons"][: reached[5]]
    names = [f"{year}-{number}" for number in range(reached[0])]
    kinds = ("follow_up", "trial_booked", "trial_done")
    calls = [contact(name, on, kind) for kind, many in zip(kinds, reached[1:4], strict=True) for name in names[:many]]
    return rows | {"contacts": calls}


# 60 ask in May of each year. At one step 6 of 60 were lost a year ago, and 30 now; at all others nobody.
@pytest.mark.parametrize("place", range(1, 6))
@pytest.mark.parametrize(("before", "now", "said"), [(54, 30, "worse"), (30, 54, "better"), (54, 46, "alike")])
def test_whichever_step_has_changed_is_named_and_no_other(place: int, before: int, now: int, said: str) -> None:
    found = funnel_change(
        opened(
            "2025-07-01",
            *(season(year, *[60] * place, *[n] * (6 - place)) for year, n in ((2024, before), (2025, now))),
        )
    )
    table = found.table.set_index("funnel_step")
    step = STEPS[place]
    assert found.sentences == (said,)
    assert (table.at[step, "of_previous_rate"], table.at[step, "last_year_rate"]) == (now / 60, before / 60)
    assert (table.drop(index=step)[["of_previous_rate", "last_year_rate"]] == 1).all(axis=None)
    if said != "alike":
        assert found.facts["step"].key == f"code.funnel_step.{step}"


# Two steps change: 40 of 200 are not contacted, 10 of 20 never come. That is the greater loss, if the less certain one.
@pytest.mark.parametrize(("years", "said"), [((2024, 2025), "worse"), ((2025, 2024), "better")])
def test_of_two_steps_that_changed_the_one_that_changed_most_is_named(years: tuple[int, int], said: str) -> None:
    full, less = season(years[0], 200, 200, 20, 20, 20, 20), season(years[1], 200, 160, 20, 20, 20, 10)
    found = funnel_change(opened("2025-07-01", full, less))
    p_values = found.table.set_index("funnel_step")["adjusted_p_value"]
    assert p_values["contacted"] < p_values["first_lesson"] < 0.05
    assert (found.sentences, found.facts["step"].key) == ((said,), "code.funnel_step.first_lesson")


def test_a_year_without_requests_is_not_compared_with() -> None:
    with pytest.raises(NotEnoughData) as told:
        funnel_change(opened("2025-07-01", crowd(40, 30, on="2025-05-10")))
    assert told.value.key == "funnel.season_too_few"


def test_students_who_ask_again_are_in_no_season() -> None:
    old = crowd(10, 0, on="2025-05-10", of="old")
    old |= {"students": [student(row["name"], "2024-01-01") for row in old["leads"]]}
    old |= {"enrolments": [signed(row["name"], "2024-01-01") for row in old["leads"]]}
    both = crowd(40, 30, on="2024-05-10"), crowd(40, 30, on="2025-05-10", of="b")
    found = funnel_change(opened("2025-07-01", *both, old))
    assert (found.facts["asked"], found.facts["asked_before"]) == (40, 40)


# 40 ask in August of each year, 30 sign after 29 days; 40 more ask in November, in 2025 nobody calls them.
def test_a_fall_that_began_later_is_seen_at_a_step_that_takes_no_time() -> None:
    late = crowd(40, 0, on="2025-11-10", of="c") | {"contacts": []}
    then = crowd(40, 0, on="2024-11-10", of="d")
    both = (crowd(40, 30, on=f"{year}-08-10", after_days=29, of=f"{year}") for year in (2024, 2025))
    found = funnel_change(opened("2025-12-01", late, then, *both))
    table = found.table.set_index("funnel_step")
    assert found.sentences == ("worse",)
    assert found.facts["step"].key == "code.funnel_step.contacted"
    assert table.at["contacted", "season"].facts["to_month"] == "2025-11"
    assert table.at["enrolled", "season"].facts["to_month"] == "2025-10"


# 40 ask in May of each year and sign after 10 days, 30 of them for that day; in 2025 the other 10 for 1 September.
def test_who_is_not_due_at_the_date_is_no_loss_before_the_first_lesson() -> None:
    ahead = crowd(10, 10, on="2025-05-10", of="ahead")
    ahead |= {"enrolments": [row | {"starts_on": "2025-09-01"} for row in ahead["enrolments"]], "lessons": []}
    both = crowd(40, 40, on="2024-05-10"), crowd(30, 30, on="2025-05-10", of="b")
    row = funnel_change(opened("2025-07-01", *both, ahead)).table.set_index("funnel_step").loc["first_lesson"]
    assert (row["at_step_before"], row["at_step_before_last_year"]) == (30, 40)
    assert row["of_previous_rate"] == row["last_year_rate"] == 1


# People ask in June alone. As of 1 July 2025 those of June 2025 can be told of the call, and of nothing later.
def test_a_step_with_too_few_in_one_season_is_left_out_and_counted() -> None:
    before, now = crowd(40, 20, on="2024-06-20"), crowd(40, 20, on="2025-06-10", of="b")
    found = funnel_change(opened("2025-07-01", before, now))
    assert found.table["funnel_step"].tolist() == ["contacted"]
    assert found.warnings("en")[-1].startswith("2 steps are left out")


def test_without_contacts_the_enrolment_is_compared_with_the_asking() -> None:
    no_calls = {"contacts": []}
    both = (crowd(40, came, on=f"{year}-05-10", of=f"{year}") | no_calls for year, came in ((2024, 30), (2025, 10)))
    found = funnel_change(opened("2025-07-01", *both))
    assert found.table["funnel_step"].tolist() == ["enrolled", "first_lesson"]
    assert found.table[["of_previous_rate", "last_year_rate"]].iloc[0].tolist() == [10 / 40, 30 / 40]
    assert found.sentences == ("worse",)


# Spring Festival: 29 Jan 2025, 17 Feb 2026; so January 2025 is set beside February 2026, 396 days later. As of 1 April
# 2026 the 10 who signed for 10 April are not due, nor were as of 1 March 2025 the 10 of then who signed for 10 March.
def test_who_was_due_a_year_ago_is_told_by_the_festival() -> None:
    parts = []
    for year, day, start in (("2025", "2025-01-10", "2025-03-10"), ("2026", "2026-02-10", "2026-04-10")):
        ahead = crowd(10, 10, on=day, of=f"ahead{year}")
        ahead |= {"enrolments": [row | {"starts_on": start} for row in ahead["enrolments"]], "lessons": []}
        parts += [crowd(30, 30, on=day, of=year), ahead]
    row = funnel_change(opened("2026-04-01", *parts)).table.set_index("funnel_step").loc["first_lesson"]
    assert (row["at_step_before"], row["at_step_before_last_year"]) == (30, 30)
    assert row["of_previous_rate"] == row["last_year_rate"] == 1


# 20 and 21 of 40: nobody can tell these apart, and it is said how large a difference could hide there.
def test_no_difference_told_is_not_called_none() -> None:
    found = funnel_change(opened("2025-07-01", crowd(40, 20, on="2024-05-10"), crowd(40, 21, on="2025-05-10", of="b")))
    row = found.table.set_index("funnel_step").loc["enrolled"]
    assert "funnel_one_year" in found.caveats
    low, high = (round(100 * row[f"difference_points_{side}"], 1) for side in ("low", "high"))
    assert f"before “Enrolled”, where least can be told, it may be anything from −{-low} to +{high} points" in (
        found.sentence("en")
    )
