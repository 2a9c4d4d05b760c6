"""Does the weekly report say all that it finds, in both languages?"""

import inspect
import io
from typing import Any

import pypdf
import pytest

from churnlab import churn
from churnlab.churn.weekly import calls, losses, new_causes
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.improvement.measures import _MOST_ROWS
from churnlab.report.compile import render
from churnlab.settings import Causes, Watching, Weekly
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


COMPLAINTS = ("2026-10-26", "190", "10.6 (3–20)", "<0.001")
LOOK = "Category, object; open replies; a year ago: 14"
AN_ALERT = {  # quiet weeks have none
    "en": ["Complaints", "all campuses", *COMPLAINTS, "new", LOOK],
    "zh": ["投诉", "全机构", *COMPLAINTS, "新", "看投诉的类别和对象，还有哪些没回复；去年同期 14"],
}
ROOM = {"week.new_causes": Weekly, "week.lost": Weekly, "week.calls": Weekly, "watch.alerts": Watching}


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_the_worst_week_there_are_six_pages_at_most(lang):
    """Every list is as long as the settings let it be."""
    data = make(Institution(students=800, seed=1)).data("2026-10-26")
    notebook = told(data, lang=lang, report="weekly-churn", period="2026-W43")
    shown = {found["key"]: found for found in findings(notebook)}
    assert {*ROOM, "measures.overdue", "causes.cases"} <= set(shown)
    for found in findings(notebook):
        most = ROOM[found["key"]].model_fields["listed"].metadata[-1].le if found["key"] in ROOM else None
        most = {"measures.overdue": _MOST_ROWS, "causes.cases": Causes().cases}.get(found["key"], most)
        if most:
            found["rows"] = ((found["rows"] or [AN_ALERT[lang]]) * most)[:most]
    assert len(pypdf.PdfReader(io.BytesIO(render(notebook, lang))).pages) <= 6
