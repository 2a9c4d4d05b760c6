"""Has every fault of the business the outcome that was declared for it in the monthly report?"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from nbformat import NotebookNode

from churnlab.churn import churn_by, churn_rate, contradictions, episodes, features
from churnlab.i18n import text
from churnlab.report.compile import render
from churnlab.report.workbook import workbook
from churnlab.settings import Settings
from churnlab.tables.door import Data, fetch
from tests.builders import institution
from tests.churn.stays import PLAIN, by_hours, by_period, refund, weekly
from tests.faults.misfits import MISFITS, with_misfits
from tests.faults.monthly import findings, made, opened, told, words
from tests.report.reading import pages, squeezed

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["report_business"]
NO_NUMBER = re.compile(r"\b(?:nan|NaN|NaT|None(?! of)|inf)\b")
# Campuses of so many students, and tables that were never handed in, each with the language of its report.
CAMPUSES = {
    "campus_with_0_students": (0, "en"),
    "campus_with_1_student": (1, "zh"),
    "campus_with_9_students": (9, "en"),
}
WITHOUT = {
    "tables_of_service_not_handed_in": (
        ("payments", "refunds", "surveys", "complaints", "contacts", "activity", "leads", "staff", "classes"),
        "zh",
    ),
    "lessons_not_handed_in": (("lessons",), "en"),
}


@cache
def small_campuses() -> dict[str, pd.DataFrame]:
    """Two campuses as usual, and beside them one without students, one with one, and one with nine."""
    frames = dict(made().frames)
    last = frames["lessons"].sort_values(["starts_at", "lesson_id"]).drop_duplicates("student_id", keep="last")
    moved = last["student_id"].tail(10).tolist()
    campus = dict.fromkeys(moved[:9], "9") | {moved[9]: "1"}
    for name, frame in frames.items():
        if {"student_id", "campus"} <= set(frame):
            frames[name] = frame.assign(campus=frame["student_id"].map(campus).fillna(frame["campus"]))
    some = frames["campuses"].iloc[[0] * 3].assign(campus=["0", "1", "9"])
    return frames | {"campuses": pd.concat([frames["campuses"], some], ignore_index=True)}


@pytest.fixture(scope="module")
def campuses(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return replace(opened(small_campuses()), keep=tmp_path_factory.mktemp("kept"))


def of_report(notebook: NotebookNode) -> str:
    """Tell what came of a report, that must be whole: every number a number, and a PDF and a workbook made of it."""
    assert NO_NUMBER.findall(words(notebook)) == []
    lang = notebook.metadata["churnlab"]["lang"]
    assert render(notebook, lang).startswith(b"%PDF")
    assert workbook(notebook, lang).startswith(b"PK")
    return "warn" if any(form["key"] == "missing" for form in findings(notebook)) else "taken"


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(CAMPUSES))
def test_a_campus_of_a_few_students_has_a_report_that_says_what_cannot_be_told(campuses, fault):
    number, lang = CAMPUSES[fault]
    assert of_report(told(campuses, campus=str(number), lang=lang)) == DECLARED[fault]["outcome"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(WITHOUT))
def test_an_institution_without_some_tables_has_a_report_that_says_what_cannot_be_told(fault):
    lacking, lang = WITHOUT[fault]
    frames = {name: frame for name, frame in made().frames.items() if name not in lacking}
    notebook = told(opened(frames), lang=lang)
    of_report(notebook)
    said = text("caveat.churn_no_dormancy", lang, unit="student") in words(notebook)
    assert ("warn" if said else "taken") == DECLARED[fault]["outcome"]


@pytest.fixture(scope="module")
def misfitting() -> NotebookNode:
    return told(opened(with_misfits(made().frames)), lang="en")


@pytest.fixture(scope="module")
def its_pages(misfitting: NotebookNode) -> str:
    return "".join(pages(render(misfitting, "en")))


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(MISFITS))
def test_what_does_not_fit_stands_in_the_report_with_its_number(misfitting, its_pages, fault):
    (found,) = (form for form in findings(misfitting) if form["key"] == "tables.doubts")
    assert f"{len(MISFITS)} kinds do not fit together" in found["sentence"]
    assert squeezed(found["sentence"]) in its_pages
    names = text(f"tables.doubts.{MISFITS[fault]}", "en", column=".*", other=".*")
    rows = [row for row in found["rows"] if re.fullmatch(names, row[0])]
    assert rows
    assert all(int(row[2]) > 0 and squeezed(row[0]) in its_pages for row in rows)
    assert DECLARED[fault]["outcome"] == "warn"


def at_two_campuses() -> str:
    """Student a at both campuses in the same weeks, student b at one."""
    lessons = weekly("e1", "2025-01-07", "2025-03-25") + weekly("e2", "2025-01-08", "2025-03-26", campus="West")
    lessons += weekly("e3", "2025-01-07", "2025-03-25", student="b")
    lessons = [row | {"lesson_id": str(at)} for at, row in enumerate(lessons)]
    contracts = [by_hours("e1", "2025-01-01", 40), by_hours("e2", "2025-01-02", 40, campus="West")]
    contracts.append(by_hours("e3", "2025-01-01", 40, student="b"))
    data = institution("2025-08-01", settings=PLAIN, enrolments=contracts, lessons=lessons)
    by = churn_by(data, "2025-03", "campus").table
    assert by["at_risk"].sum() == churn_rate(data, "2025-03").table["at_risk"].iloc[0] == 2
    assert dict(episodes(data)[["student_id", "campus"]].to_numpy()) == {"a": "West", "b": "East"}
    return "taken"


def multiplied() -> str:
    """Three instalments, two refunds, four lessons: 600 yuan for 6 hours stay 100 an hour and 600 for the campus."""
    rows = {
        "students": [{"student_id": "a", "registered_on": "2025-01-01"}],
        "enrolments": [by_hours("e1", "2025-01-01", 6)],
        "payments": [
            {"enrolment_id": "e1", "student_id": "a", "paid_at": f"2025-01-0{day}", "amount": 200.0}
            for day in (1, 2, 3)
        ],
        "refunds": [refund("e1", day, outcome="requested") for day in ("2025-01-20", "2025-01-21")],
        "lessons": weekly("e1", "2025-01-06", "2025-01-27"),
    }
    data = institution("2025-02-01", settings=PLAIN, **rows)
    assert features(data, dates=["2025-02-01"])["price_per_hour_cny"].tolist() == [100]
    paid = data.table("payments").left_join(data.table("enrolments").select("enrolment_id", "campus"), "enrolment_id")
    assert float(fetch(paid)["amount"].sum()) == 600
    return "taken"


def spring_festival() -> str:
    """Lessons until 10 February 2026, the festival, and again from 3 March; closed between."""
    rows = {
        "enrolments": [by_hours("e1", "2026-01-01", 40)],
        "lessons": weekly("e1", "2026-01-06", "2026-02-10") + weekly("e1", "2026-03-03", "2026-03-31"),
    }
    rules = Settings.model_validate({"outcome": {"inactivity_days": 20}})
    data = institution("2026-03-03", settings=rules, **rows)
    assert episodes(data)["left_on"].isna().all()
    return "taken" if churn_rate(data, "2026-02").table["churned"].iloc[0] == 0 else "warn"


def outcome_in_a_column() -> str:
    """What the register of exits says later, and what is only true at export, moves no feature of an earlier day."""
    rows = {
        "students": [{"student_id": "a", "registered_on": "2025-01-01"}],
        "enrolments": [by_hours("e1", "2025-01-01", 40)],
        "lessons": weekly("e1", "2025-01-07", "2025-03-25"),
    }
    late = {"exits": [{"student_id": "a", "left_on": "2025-03-26", "reason_code": "price"}]} | {
        "refunds": [refund("e1", "2025-03-28")]
    }
    before, after = (
        features(institution("2025-08-01", settings=PLAIN, **tables), dates=["2025-03-01"])
        for tables in (rows, rows | late)
    )
    pd.testing.assert_frame_equal(before, after)
    return "taken"


def contradicting() -> str:
    """An exit in the register while a contract runs on with lessons: counted, and said."""
    rows = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-06-24"),
        "exits": [{"student_id": "a", "left_on": "2025-03-26", "reason_code": "price"}],
    }
    data = institution("2025-08-01", settings=PLAIN, **rows)
    counted = contradictions(data).table.select_dtypes("number").to_numpy().sum()
    return "warn" if counted and "churn_contradictions" in churn_rate(data, "2025-03").caveats else "taken"


FAULTS: dict[str, Callable[[], str]] = {
    "one_student_at_two_campuses": at_two_campuses,
    "joins_that_multiply_revenue": multiplied,
    "spring_festival_taken_for_churn": spring_festival,
    "column_that_knows_the_outcome": outcome_in_a_column,
    "lessons_after_the_exit": contradicting,
}


@pytest.mark.parametrize("fault", sorted({*FAULTS, *DECLARED} - set(CAMPUSES) - set(WITHOUT) - set(MISFITS)))
def test_a_fault_has_its_declared_outcome(fault):
    assert fault in FAULTS, "declared, but nothing shows it"
    assert fault in DECLARED, "no outcome is declared"
    assert FAULTS[fault]() == DECLARED[fault]["outcome"]


def test_every_outcome_has_its_reason():
    assert all(told["reason"] for told in DECLARED.values())
    assert {*FAULTS, *CAMPUSES, *WITHOUT, *MISFITS} == set(DECLARED)
