"""Is it said what is counted: students, enrolments, or students by campus?"""

import re
from functools import cache

import pytest

from churnlab import attempt, churn
from churnlab.churn.model_card import model_card
from churnlab.churn.train import train
from churnlab.finding import Finding
from churnlab.i18n import COUNTED, LANGUAGES, NAMED, sentences, text
from churnlab.settings import Model, Outcome, Settings, Unit
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.made import make
from tests.churn.panels import made_up, settings

UNITS: tuple[Unit, ...] = ("student", "enrolment", "student-campus")
# What is true of students whatever is counted: of whom they are, of what they did, of chance.
OF_STUDENTS = re.compile("|".join([
    r"of [\d,]+ students were followed", "with other students", "students were not assigned", "keeps students",
    "are of students with", "a student who attended again", "the student has not come lately",
    r"[\d,]+ 名学员的 [\d,]+ 条", "换一批学员", "学员在哪个校区", "缺一节课的学员", "没来的学员", "更多的学员",
    "的学员相比", "能留住学员", "赶走学员", "的学员另有", "“不明”的学员", "学员离开时",
]))  # fmt: skip
MONTH = "2025-11"


@cache
def _made():
    return make(Institution(students=400, months=14, campuses=2, seed=3))


@cache
def findings(unit: Unit) -> tuple[Finding, ...]:
    """Return what a monthly report tells."""
    quick = Model(test_months=2, min_events=10)
    data = _made().data(settings=Settings(outcome=Outcome(unit=unit), model=quick))
    risk = churn.Risk(data)
    settled = churn.settled_month(data, MONTH)
    asked = [
        attempt(ask, data, MONTH)
        for ask in (churn.cards, churn.headline, churn.churn_rate, churn.movements, churn.churn_by_kind)
    ]
    asked += [attempt(churn.churn_rate, data, month) for month in ("2025-03", "2026-12")]
    asked += [attempt(churn.churn_by, data, settled, by) for by in ("campus", "channel", "course_id")]
    asked += [attempt(churn.churn_history, data, until=MONTH), churn.quiet(data), churn.long_suspensions(data)]
    asked += [attempt(churn.retention, data), attempt(churn.retention_curves, data, by="course")]
    asked += [attempt(churn.retention_by, data, by=by) for by in ("campus", "course", "channel", "cohort")]
    asked += [attempt(churn.hazard_ratios, data), churn.contradictions(data)]
    asked += [attempt(ask) for ask in (risk.at_risk, risk.drivers, risk.discrimination, risk.calibration)]
    return tuple(asked)


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("student", "对每名学员，给出今后", "For each student it gives"),
        ("enrolment", "对每份报名，给出今后", "For each enrolment it gives"),
        ("student-campus", "对每个校区的每名学员，给出今后", "For each student at a campus it gives"),
    ],
)
def test_the_model_card_says_whose_churn_is_told(unit, zh, en):
    rules = settings()
    rules = rules.model_copy(update={"outcome": rules.outcome.model_copy(update={"unit": unit})})
    trained = train(made_up(students=120, months=6), settings=rules)
    assert zh in model_card(trained, lang="zh")
    assert en in model_card(trained, lang="en")


def said(finding: Finding, lang) -> str:
    """Return all that a reader sees of a Finding but its rows, and but the head over the students' codes."""
    shown = finding.presented(lang)
    headers = " | ".join(head for name, head in zip(shown.attrs["names"], shown, strict=True) if name != "student_id")
    return "\n".join([finding.title(lang), finding.sentence(lang), *finding.warnings(lang), headers])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", UNITS)
def test_every_form_is_there_for_every_unit(unit, lang):
    told = {key.removeprefix(f"unit.{unit}.") for key in sentences(lang) if key.startswith(f"unit.{unit}.")}
    assert told == {*COUNTED, *NAMED}


def test_a_number_is_said_with_what_it_counts():
    told = {
        (unit, lang): text("churn.kinds.most_refunded", lang, unit=unit, churned=1200, kind_students=1)
        for unit in UNITS
        for lang in LANGUAGES
    }
    assert [told[unit, "zh"] for unit in UNITS] == [
        "当月已确认流失 1,200 名学员，其中以退费居多，共 1 名。",
        "当月已确认流失 1,200 份报名，其中以退费居多，共 1 份。",
        "当月已确认流失 1,200 名学员（分校区），其中以退费居多，共 1 名。",
    ]
    assert [told[unit, "en"].split("of the ")[1] for unit in UNITS] == [
        "1,200 students confirmed as churned in the month.",
        "1,200 enrolments confirmed as churned in the month.",
        "1,200 students (by campus) confirmed as churned in the month.",
    ]


def test_a_sentence_that_counts_refuses_to_guess_what():
    with pytest.raises(KeyError):
        text("churn.kinds.most_refunded", "en", churned=2, kind_students=1)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_enrolments_are_counted_nothing_says_students_of_them(lang):
    asked = findings("enrolment")
    assert sum(len(finding.table) > 0 for finding in asked) > 15
    lines = [(finding.key, OF_STUDENTS.sub("", line)) for finding in asked for line in said(finding, lang).splitlines()]
    assert [(key, line) for key, line in lines if re.search("学员|[Ss]tudent", line)] == []
    numbers = {f.key: said(f, lang) for f in asked}
    assert ("份报名" if lang == "zh" else " enrolments") in numbers["churn.rate"]
    assert ("报名数" if lang == "zh" else "Enrolments") in numbers["churn.kinds"]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_students_are_counted_by_campus_the_rate_and_the_headers_say_so(lang):
    words = {finding.key: said(finding, lang) for finding in findings("student-campus")}
    for key in ("churn.rate", "churn.kinds", "churn.movements", "churn.at_risk", "retention.by_course"):
        assert ("（分校区）" if lang == "zh" else "(by campus)") in words[key], key


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_students_are_students_where_they_are_counted(lang):
    words = "\n".join(said(finding, lang) for finding in findings("student"))
    assert not re.search(r"报名|分校区|[Ee]nrolment|\(by campus\)", words)
