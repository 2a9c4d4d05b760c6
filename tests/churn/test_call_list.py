import pandas as pd
import pytest

from churnlab.churn.call_list import at_risk_list
from churnlab.churn.judgement import discrimination
from churnlab.churn.train import train
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding, attempt
from churnlab.settings import Settings
from churnlab.wording import Said
from tests.churn.panels import made_up, month_of, settings

THREE = pd.DataFrame(
    {
        "unit_id": ["a", "b", "c"],
        "student_id": ["a", "b", "c"],
        "churn_probability": [0.1, 0.6, 0.3],
        "churn_probability_low": [0.05, 0.5, 0.2],
        "churn_probability_high": [0.2, 0.7, 0.4],
    }
)
WHY = pd.Series(
    [(), (Said("feature.hours_left.reason_low", {"value": 2.0}), Said("feature.course_id.reason_missing")), ()],
    index=["a", "b", "c"],
    dtype=object,
)
TWO = Settings.model_validate({"report": {"at_risk_students": 2}})


def test_the_likeliest_come_first_and_the_list_ends():
    finding = at_risk_list(THREE, WHY, settings=TWO)
    assert finding.table["student_id"].tolist() == ["b", "c"]
    assert finding.facts["students"] == 3
    assert finding.facts["listed"] == 2
    assert finding.facts["expected"] == pytest.approx(0.1 + 0.6 + 0.3)
    assert finding.facts["expected_listed"] == pytest.approx(0.6 + 0.3)


def test_who_has_not_come_yet_is_counted_and_told_apart():
    said = at_risk_list(THREE, WHY, settings=TWO, not_started=4)
    assert "4 more have not come to any lesson yet and are listed apart" in said.sentence("en")
    assert "另有 4 名签约后还没来上过课" in said.sentence("zh")
    assert "listed apart" not in at_risk_list(THREE, WHY, settings=TWO).sentence("en")


def test_whom_a_lot_holds_out_is_counted_and_not_named():
    # Two are listed; the likeliest is held out, so that one is named. Who would not be listed is not counted.
    first, second, third = THREE.sort_values("churn_probability", ascending=False)["student_id"]
    found = at_risk_list(THREE, WHY, settings=TWO, held_out=THREE["student_id"].isin([first, third]))
    assert found.table["student_id"].tolist() == [second]
    assert found.facts["held_out"] == 1
    assert "1 more is as likely to leave and not named here" in found.sentence("en")
    assert "另有 1 名风险同样高" in found.sentence("zh")
    nobody = at_risk_list(THREE, WHY, settings=TWO, held_out=THREE["student_id"].isin([first, second]))
    assert nobody.table.empty
    assert nobody.sentences == ("sentence", "held_out")


def test_equal_chances_are_listed_by_name():
    equal = THREE.assign(churn_probability=0.5).iloc[::-1]
    assert at_risk_list(equal, WHY.iloc[::-1], settings=TWO).table["student_id"].tolist() == ["a", "b"]


def test_reasons_wait_for_the_readers_language():
    finding = at_risk_list(THREE, WHY, settings=TWO)
    assert finding.presented("zh").to_numpy().tolist() == [
        ["b", "60.0% (50.0–70.0%)", "只剩 2.0 课时；所报课程未登记"],
        ["c", "30.0% (20.0–40.0%)", "—"],
    ]
    assert finding.presented("en").iloc[0, 2] == "has only 2.0 hours left; the course is not recorded"
    assert finding.as_json("en")["raw"]["rows"][0][-1] == "has only 2.0 hours left; the course is not recorded"


def test_campus_and_course_stand_beside_the_student_where_anybody_has_one():
    places = pd.DataFrame({"unit_id": ["b", "a"], "campus": ["East", "West"], "course_id": [None, None]})
    table = at_risk_list(THREE, WHY, settings=TWO, places=places).table
    assert table.columns[:2].tolist() == ["student_id", "campus"]
    assert table["campus"].iloc[0] == "East"
    assert pd.isna(table["campus"].iloc[1])


def test_a_pseudonym_on_the_list_comes_with_the_command_that_finds_the_student():
    code = "656d6ed14d48d812f4547076"
    found = at_risk_list(THREE.assign(student_id=["a", code, "c"]), WHY, settings=TWO)
    assert found.caveats == ("churn.at_risk_who", "churn.at_risk_use")
    assert found.warnings("en")[0].startswith(f"A code such as {code} is the pseudonym of a student without a number")
    assert "churnlab who" in found.warnings("zh")[0]
    assert "churn.at_risk_who" not in at_risk_list(THREE, WHY, settings=TWO).caveats


def test_nobody_with_us_is_said_in_words():
    finding = at_risk_list(THREE.head(0), WHY.head(0), settings=TWO)
    assert finding.sentence("en") == "No student is enrolled on this date: there is no one to list."
    assert finding.caveats == ()
    assert finding.as_json("zh")["rows"] == []


def test_from_panel_to_list():
    panel = made_up()
    trained = train(panel, settings=settings())
    now = panel[panel["as_of"] == panel["as_of"].max()].drop(columns="churned")
    finding = at_risk_list(trained.score(now), trained.reasons(now), settings=settings())
    assert len(finding.table) == min(30, round(len(now) / 10))
    assert finding.table["churn_probability"].is_monotonic_decreasing
    assert finding.table["reasons"].map(len).between(0, 3).all()


def many(*chances):
    """Return students with these chances, in order of their ids, and no reasons."""
    names = [f"S{number:03}" for number in range(len(chances))]
    scored = pd.DataFrame({"unit_id": names, "student_id": names, "churn_probability": chances})
    bounds = {f"churn_probability_{end}": scored["churn_probability"] for end in ("low", "high")}
    return scored.assign(**bounds), pd.Series([()] * len(names), index=names, dtype=object)


@pytest.mark.parametrize(("enrolled", "listed"), [(3, 3), (20, 5), (62, 6), (299, 30), (1000, 30)])
def test_no_more_than_a_tenth_of_the_enrolled_are_listed_but_always_five(enrolled, listed):
    assert at_risk_list(*many(*[0.1] * enrolled), settings=Settings()).facts["listed"] == listed


def test_those_with_the_chance_of_the_last_listed_are_counted():
    # two are listed: 60 % and the first of four who print as 7.9 %; 7.0 % is another chance
    found = at_risk_list(*many(0.6, 0.0790, 0.0791, 0.0789, 0.0790, 0.07), settings=TWO)
    assert found.facts["tied"] == 3
    assert found.warnings("en")[0].startswith("3 others have the same chance as the last one listed, to a tenth")
    assert found.warnings("zh")[0].startswith("另有 3 名的可能性与名单最后一位相同（精确到 0.1%），未列出")
    assert "churn.at_risk_tied" not in at_risk_list(*many(0.6, 0.08, 0.07), settings=TWO).caveats


def judged(*verdict, caveats=()):
    facts = {"auc": 0.52, "auc_low": 0.44, "auc_high": 0.6, "events": 7}
    return Finding(key="model.discrimination", table=pd.DataFrame(), facts=facts, sentences=verdict, caveats=caveats)


def refuse():
    raise NotEnoughData("model.no_backtest", months=6, needed=30, days=76)


@pytest.mark.parametrize(
    ("model", "doubts"),
    [
        (attempt(refuse), ("churn.at_risk_untested",)),
        (judged("sentence", "chance", "top"), ("churn.at_risk_chance",)),
        (
            judged("sentence", "weak", "top", caveats=("model.few_judged",)),
            ("churn.at_risk_weak", "churn.at_risk_few_judged"),
        ),
        (judged("sentence", "fair", "top"), ()),
        (None, ()),
    ],
)
def test_a_list_by_a_model_that_nothing_shows_to_be_good_says_so_first(model, doubts):
    found = at_risk_list(THREE, WHY, settings=TWO, judged=model)
    assert found.caveats == (*doubts, "churn.at_risk_use")
    assert len(found.warnings("zh")) == len(found.warnings("en")) == len(doubts) + 1
    assert at_risk_list(THREE.head(0), WHY.head(0), settings=TWO, judged=model).caveats == ()


def test_an_untested_list_tells_why_nobody_could_test_it():
    said = at_risk_list(THREE, WHY, settings=TWO, judged=attempt(refuse)).warnings("en")[0]
    assert said.startswith("Nobody can say yet how good this list is. None of the last 6 months can be judged: before ")


def test_a_verdict_of_the_judgement_itself_reaches_the_list():
    # Of 40 leavers and 40 stayers half of the pairs are ranked right: no better than guessing.
    rows = [(1, 0.9), (1, 0.1)] * 20 + [(0, 0.5)] * 40
    ranking = discrimination(month_of(rows), settings=settings())
    doubts = at_risk_list(THREE, WHY, settings=TWO, judged=ranking).warnings("en")[0]
    assert doubts.startswith("In the months tested the model did not rank clearly better than guessing (50.0%, ")


def test_no_input_is_changed():
    scored, why = THREE.copy(deep=True), WHY.copy(deep=True)
    at_risk_list(scored, why, settings=TWO)
    pd.testing.assert_frame_equal(scored, THREE)
    pd.testing.assert_series_equal(why, WHY)
