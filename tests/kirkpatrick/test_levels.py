"""What do the five levels say of a training, in one table?"""

import sys

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding, attempt
from churnlab.kirkpatrick import Evaluation, levels, levels_compared
from churnlab.kirkpatrick.levels import VERDICTS, answers_of
from churnlab.synthetic import Institution, make
from churnlab.wording import Said
from tests.builders import institution
from tests.kirkpatrick.test_evaluation import PX, opened

MODULE = sys.modules["churnlab.kirkpatrick.levels"]
ASKED = (
    "reaction_answer", "learning_answer", "behavior_level", "kpi_effects", "student_outcomes", "training_return",
    "return_forecast",
)  # fmt: skip


@pytest.fixture
def answering(monkeypatch):
    """Let the levels answer as planted, each a Finding; those not planted have too few data."""

    def plant(**findings):
        def ask(name):
            def answer(evaluated):
                if name not in findings:
                    raise NotEnoughData("kirkpatrick.nobody", training_id=evaluated.course.training_id)
                return findings[name]

            return answer

        for name in ASKED:
            monkeypatch.setattr(MODULE, name, ask(name))

    return plant


def answer(table=None, *, design=None, sentences=("sentence",), **facts):
    return Finding(key="demo", table=pd.DataFrame([table or {}]), facts=facts, design=design, sentences=sentences)


def told(finding):
    return finding.table.set_index("kirkpatrick_level")["level_verdict"].to_dict()


def reaction(verdict):
    return answer({"reaction_verdict": verdict}, score=82.34, low=78.0, high=86.0, line=85.0)


@pytest.mark.parametrize(("said", "verdict"), [("passed", "yes"), ("failed", "no"), ("open", "open")])
def test_reaction_is_judged_by_the_pass_line(answering, said, verdict):
    answering(reaction_answer=reaction(said))
    found = levels(Evaluation(opened(), "PX1"))
    assert told(found)["reaction"] == verdict
    assert found.presented("en").iloc[0].tolist() == [
        "1 Reaction: did they like it?",
        {"yes": "yes", "no": "no", "open": "cannot tell"}[verdict],
        "82.3 out of 100 (78.0 to 86.0); line 85.0",
        "—",
    ]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("more", "yes"),
        ("less", "no"),
        ("not_told", "open"),
        ("disagree", "doubtful"),
        ("rose", "change"),
        ("same", "open"),
    ],
)
def test_learning_is_an_effect_only_beside_others(answering, said, verdict):
    alone = said in ("rose", "same")
    facts = {"change": 0.1, "change_low": 0.05, "change_high": 0.15} if alone else {}
    facts |= {} if alone else {"more": 0.08, "more_low": 0.02, "more_high": 0.14}
    design = Design.BEFORE_AFTER_ONLY if alone else Design.RANDOMISED
    answering(learning_answer=answer({"learning_answer": said}, design=design, compared=0 if alone else 9, **facts))
    row = levels(Evaluation(opened(), "PX1")).table.iloc[1]
    assert (row["level_verdict"], row["judged_by"]) == (verdict, design)
    assert row["level_found"].say("en") == (
        "+10.0 points before to after (+5.0 to +15.0)"
        if alone
        else "+8.0 points beside those not trained (+2.0 to +14.0)"
    )


def kpis(*verdicts):
    rows = [
        {"metric": name, "effect_verdict": verdict, "kpi_effect": Said("kpi.plain_change_alone", {"change": 1.0})}
        for name, verdict in zip(("reply_hours", "own_kpi"), verdicts, strict=False)
    ]
    return Finding(key="demo", table=pd.DataFrame(rows), design=Design.COMPARISON_GROUP)


@pytest.mark.parametrize(
    ("verdicts", "verdict", "found"),
    [
        (("not_shown", "shown"), "yes", "own_kpi +1.0"),
        (("worse", "shown"), "yes", "own_kpi +1.0; worse: Hours to answer +1.0"),
        (("worse", "not_shown"), "no", "Hours to answer +1.0"),
        (("not_shown", "not_shown"), "open", "Hours to answer +1.0; own_kpi +1.0"),
        (("doubtful", "change"), "doubtful", "Hours to answer +1.0"),
        (("change",), "change", "Hours to answer +1.0"),
    ],
)
def test_results_are_the_strongest_that_can_be_said_with_what_got_worse(answering, verdicts, verdict, found):
    answering(kpi_effects=kpis(*verdicts))
    levelled = levels(Evaluation(opened(), "PX1"))
    assert told(levelled)["results"] == verdict
    assert levelled.presented("en").iloc[3, 2] == found


@pytest.mark.parametrize(
    ("low", "high", "by_horizon", "verdict"),
    [(0.1, 2.0, 3.0, "yes"), (-0.9, -0.1, -0.05, "no"), (-0.9, -0.1, 0.4, "open"), (-0.5, 1.0, 1.5, "open")],
)
def test_the_whole_interval_says_whether_it_paid_and_too_early_is_not_too_little(
    answering, low, high, by_horizon, verdict
):
    row = {"benefit_cost_ratio": 1.5, "roi_rate": 0.5, "roi_rate_low": low, "roi_rate_high": high}
    coming = Finding(key="demo", table=pd.DataFrame({"roi_rate_high": [high, by_horizon, by_horizon]}))
    answering(training_return=answer(row), return_forecast=coming)
    assert told(levels(Evaluation(opened(), "PX1")))["return"] == verdict


def test_a_level_without_data_says_why_and_students_are_left_out(answering):
    answering(reaction_answer=reaction("passed"))
    found = levels(Evaluation(opened(), "PX1"))
    assert told(found) == {
        "reaction": "yes",
        "learning": "not_told",
        "behavior": "not_told",
        "results": "not_told",
        "return": "not_told",
    }
    why = NotEnoughData("kirkpatrick.nobody", training_id="PX1").message("en")
    assert found.table["level_found"].iloc[1].say("en") == why
    assert found.sentence("en") == (
        "Selling, level by level, with 95% intervals. Yes: reaction. Not told: learning; behavior; results; return."
    )
    assert found.sentence("zh") == "Selling各层的回答如下，区间为 95%。是：反应。无从回答：学习；行为；结果；回报。"


def test_all_trainings_beside_each_other(answering):
    answering(reaction_answer=reaction("failed"), kpi_effects=kpis("shown"))
    later = {**PX, "training_id": "PX2", "name": "Calling", "starts_on": "2026-02-01"}
    nobody = {**PX, "training_id": "PX3", "name": "Nobody", "starts_on": "2026-02-02"}
    who = [{"training_id": one, "staff_id": "A", "arm": "trained"} for one in ("PX1", "PX2")]
    found = levels_compared(
        opened(trainings=[PX, later, nobody], trainees=who, training_sessions=[], training_attendance=[])
    )
    shown = found.presented("en")
    assert shown.iloc[:, 0].tolist() == ["PX2", "PX1"]
    assert shown.iloc[0, 2:].tolist() == ["no", "not told", "not told", "yes", "—", "not told"]
    assert found.sentence("en") == (
        "Of 10 questions asked of 2 trainings, 2 are answered with yes and 2 with no; 0 cannot be told from chance, 0 "
        "are changes with nobody to compare with, in 0 the groups were not alike, and 6 cannot be answered at all."
    )


def test_nobody_trained_has_no_levels():
    nobody = opened(trainees=[{"training_id": "PX1", "staff_id": "A", "arm": "comparison"}])
    for ask, of in (
        (levels, Evaluation(nobody, "PX1")),
        (levels_compared, nobody),
        (levels_compared, institution("2026-03-01")),
    ):
        with pytest.raises(NotEnoughData):
            ask(of)


@pytest.mark.slow
def test_each_answer_is_that_of_its_own_level():
    data = make(Institution(students=800, seed=4)).data()
    compared = levels_compared(data).table.set_index("training_id")
    for training_id in compared.index:
        evaluated = Evaluation(data, training_id)
        answers, found = answers_of(evaluated), attempt(levels, evaluated)
        assert told(found) == {level: one.verdict for level, one in answers.items()}
        assert set(told(found).values()) <= set(VERDICTS)
        for level, verdict in told(found).items():
            assert compared[f"{level}_level"][training_id].key == f"code.level_verdict.{verdict}"
        for lang in ("zh", "en"):
            assert found.presented(lang).notna().all(axis=None)
