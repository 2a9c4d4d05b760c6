"""Are causes counted against all who churned, and the silent not forgotten?"""

import pytest

from churnlab.churn.causes.shares import causes
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from tests.churn.causes.leavers import asked, complaint, exit_of, unchecked

# Ten leave on 31 March: four for the teacher, two for the price, one moves away, three say nothing.
SAID = ["teacher"] * 4 + ["price"] * 2 + ["moved"]


@pytest.fixture(name="ten", scope="module")
def of_ten():
    names = [f"s{number}" for number in range(10)]
    return asked(*names, exits=[exit_of(name, reason) for name, reason in zip(names, SAID, strict=False)])


def test_shares_are_of_all_of_those_with_a_reason_and_at_the_most(ten):
    table = causes(ten).table.set_index("department")
    assert table["students"].to_dict() == {"teaching": 4, "market": 2, "facility": 0, "service": 0, "unstated": 3}
    assert table.loc["teaching", ["share", "told_share", "most_share"]].tolist() == [4 / 9, 4 / 6, 7 / 9]
    assert table.loc["service", ["share", "told_share", "most_share"]].tolist() == [0, 0, 3 / 9]
    assert table["students"].sum() == 9
    assert table.loc["unstated", "share"] == 3 / 9


def test_personal_reasons_stand_apart(ten):
    found = causes(ten)
    assert "personal" in found.sentences
    assert found.facts["personal"] == 1
    assert found.sentence("en").endswith("that is no churn and no department's.")


def test_reasons_are_counted_with_their_department(ten):
    table = causes(ten, by="reason").table
    assert table[["reason", "department", "students"]].to_numpy().tolist() == [
        ["teacher", "teaching", 4],
        ["price", "market", 2],
        ["unstated", "unstated", 3],
    ]


def test_an_order_that_may_be_chance_is_said_to_be(ten):
    assert "unclear" in causes(ten).sentences  # 4 against 2
    names = [f"s{number}" for number in range(40)]
    reasons = ["teacher"] * 30 + ["price"] * 10
    clear = causes(asked(*names, exits=[exit_of(*pair) for pair in zip(names, reasons, strict=True)]))
    assert clear.sentences == ("sentence",)
    for lang in LANGUAGES:
        assert "75.0%" in clear.sentence(lang)


def test_without_any_reason_none_is_invented():
    with pytest.raises(NotEnoughData) as told:
        causes(asked("a", "b"))
    assert told.value.key == "not_loaded"
    with pytest.raises(NotEnoughData) as told:
        causes(asked("a", "b", complaints=[complaint("c", "teacher", "2025-03-01")]))  # of another student
    assert told.value.key == "causes.untold"
    with pytest.raises(NotEnoughData) as told:
        causes(asked("a", "b", exits=[exit_of("a", "withdrawn"), exit_of("b", "退学")]))  # that they went is no reason
    assert told.value.key == "causes.untold"
    assert told.value.message("en").startswith("None of 2 students who churned between")
    found = causes(asked("a", "b", exits=[exit_of("a", "other")]))
    assert found.sentences == ("none",)


def test_rare_reasons_are_counted_but_not_listed():
    names = [f"s{number:02}" for number in range(20)]
    exits = [exit_of(name, f"own word {name}") for name in names]
    found = causes(asked(*names, exits=exits), by="reason")
    assert len(found.table) == 16
    assert found.facts["more"] == 5
    assert found.sentence("en").endswith("5 rarer reasons are not shown.")


def test_where_nobody_left_there_are_no_causes(ten):
    with pytest.raises(NotEnoughData) as told:
        causes(ten, campus="West")
    sentence = told.value.message("en")
    assert sentence == "No student churned between 1 Aug 2024 and 31 Jul 2025, so there are no causes to tell."


def test_guesses_are_counted_as_such():
    surveys = [
        {
            "survey_id": "1", "instrument": "satisfaction", "respondent_id": "a", "student_id": "a", "at": "2025-03-01",
            "item": "x", "dimension": "teaching", "score": 1.0, "scale_min": 1.0, "scale_max": 5.0,
        }
    ]  # fmt: skip
    found = causes(asked("a", surveys=surveys, rules=unchecked()))
    assert found.facts["guessed"] == 1
    assert "causes_unchecked" in found.caveats  # nobody says that they agree
