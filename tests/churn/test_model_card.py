"""Does the card say what the model is, what taught it, how good it was, and where it ends?"""

import pandas as pd
import pytest

from churnlab.churn.model_card import model_card
from churnlab.churn.train import train
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from tests.churn.panels import made_up, settings


@pytest.fixture(scope="module")
def trained():
    panel = made_up(students=120, months=6)
    return train(panel.assign(twice=panel["hours_left"], campus="East"), settings=settings())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_has_its_five_parts_in_order_and_no_gap(trained, lang):
    card = model_card(trained, lang=lang)
    lines = card.splitlines()
    assert lines[0].startswith("# ")
    assert len([line for line in lines if line.startswith("## ")]) == 5
    assert "{" not in card


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_taught_it_is_counted(trained, lang):
    card = model_card(trained, lang=lang)
    for number in (trained.rows, trained.students, trained.events):
        assert f"{number:,}" in card


def test_features_are_listed_and_those_left_out_with_the_reason(trained):
    card = model_card(trained, lang="en")
    assert "(`hours_left`)" in card
    assert "(`course_id`)" in card
    assert "- left out, equal to hours_left: twice" in card
    assert "- left out, the same for everybody: campus" in card
    assert "(`twice`)" not in card


def test_features_left_out_for_want_of_leavers_are_named_together():
    panel = made_up(students=120, months=6).assign(class_size=lambda rows: range(len(rows)))
    few = train(panel, settings=settings(events_per_learned_column=1e6))
    last = "- left out together, as too few have left to tell so many features apart (1): `class_size`"
    assert last in model_card(few, lang="en").splitlines()
    assert "`class_size`" in model_card(few, lang="zh")
    assert "left out together" not in model_card(train(panel, settings=settings()), lang="en")


def test_without_a_backtest_it_says_that_it_was_not_judged(trained):
    assert "- It has not been tested yet." in model_card(trained, lang="en")


def test_what_a_backtest_found_is_told_with_its_caveats(trained):
    # Any Finding will do: the card repeats its sentence and its caveats.
    found = Finding(
        key="churn.contradictions",
        table=pd.DataFrame({"n": [0]}),
        facts={"unit": "student", "contradictions": 0},
        sentences=("none",),
        caveats=("churn_no_dormancy",),
    )
    card = model_card(trained, findings=(found,), lang="en")
    assert f"- {found.sentence('en')}" in card
    assert f"- {found.warnings('en')[0]}" in card
    assert "It has not been tested yet." not in card
