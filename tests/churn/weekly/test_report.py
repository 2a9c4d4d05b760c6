"""Does the weekly report say all that it finds, in both languages?"""

import inspect
from typing import Any

import pytest

from churnlab import churn
from churnlab.churn.weekly import calls, losses, new_causes
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.synthetic import Institution, make
from tests.churn.weekly.four import opened
from tests.faults.monthly import findings, told

ASKED = [churn.week_cards, churn.week_losses, churn.week_lost, churn.new_causes, churn.calls_made]


def test_each_analysis_of_the_week_is_asked_here():
    public = {
        function
        for room in (calls, losses, new_causes)
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__ and not name.startswith("_")
    }
    assert public == set(ASKED)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
def test_each_table_of_the_week_is_said_whole(ask, lang):
    found: Finding = ask(opened())
    said: dict[str, Any] = found.as_json(lang)
    assert said["title"]
    assert said["sentence"]
    assert len(said["rows"]) == len(found.table) > 0
    assert all(said["columns"])


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_weekly_notebook_runs_from_end_to_end_while_a_list_is_being_called(lang):
    data = make(Institution(students=800, seed=1)).data("2026-10-26")
    notebook = told(data, lang=lang, report="weekly-churn", period="2026-W43")
    said = {found["key"]: found for found in findings(notebook)}
    assert {"week.cards", "week.losses", "week.lost", "week.calls"} <= set(said)
    assert said["week.calls"]["rows"]
