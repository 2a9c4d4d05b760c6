import pandas as pd
import pytest

from churnlab.churn.call_list import at_risk_list
from churnlab.churn.train import train
from churnlab.settings import Settings
from churnlab.wording import Said
from tests.churn.panels import made_up, settings

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
    assert len(finding.table) == 30
    assert finding.table["churn_probability"].is_monotonic_decreasing
    assert finding.table["reasons"].map(len).between(0, 3).all()


def test_no_input_is_changed():
    scored, why = THREE.copy(deep=True), WHY.copy(deep=True)
    at_risk_list(scored, why, settings=TWO)
    pd.testing.assert_frame_equal(scored, THREE)
    pd.testing.assert_series_equal(why, WHY)
