"""Is there anybody to list?"""

import sys
from functools import partial

import pandas as pd
import pytest

from churnlab import churn
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from tests.builders import institution
from tests.churn.stays import PLAIN, by_period


@pytest.mark.parametrize(
    ("campus", "en", "zh"),
    [
        (None, "No student is enrolled on this date, so there is no one to list.", "该时点没有在读学员，无名单可列。"),
        (
            "East",
            "No student is enrolled at East on this date, so there is no one to list.",
            "East在该时点没有在读学员，无名单可列。",
        ),
    ],
)
def test_where_nobody_is_enrolled_a_sentence_says_so_with_and_without_a_campus(campus, en, zh):
    contracts = [by_period("1", "2025-01-01", "2025-03-01")]
    data = institution("2026-03-15", settings=PLAIN, enrolments=contracts)
    with pytest.raises(NotEnoughData) as told:
        churn.Risk(data, campus=campus).at_risk()
    assert (told.value.message("en"), told.value.message("zh")) == (en, zh)


PARTS = {
    "discrimination": "discrimination",
    "calibration": "calibration",
    "baseline": "baseline",
    "drivers": "odds_ratios",
    "calls": "calls",
    "calls_by_campus": "calls_by_campus",
    "calls_reach": "calls_reach",
    "price_of_reasons": "price",
}


@pytest.mark.parametrize("part", PARTS)
def test_a_campus_report_says_which_figures_are_of_all_campuses(monkeypatch, part):
    found = Finding(
        key="model.baseline", table=pd.DataFrame(), facts={"unit": "enrolment"}, caveats=("model.few_judged",)
    )
    module = sys.modules["churnlab.churn.risk"]
    monkeypatch.setattr(module, PARTS[part], lambda *_, **__: found)
    monkeypatch.setattr(churn.Risk, "backtest", None)
    monkeypatch.setattr(churn.Risk, "_at_campuses", None)
    monkeypatch.setattr(churn.Risk, "panel", None)
    data = institution("2026-03-15", settings=PLAIN)
    assert getattr(churn.Risk(data), part)() is found
    of_campus = getattr(churn.Risk(data, campus="East"), part)()
    assert of_campus.caveats == ("model.all_campuses", "model.few_judged")
    assert of_campus.warnings("en")[0] == (
        "The model learned from all campuses, and these figures are of all of them, not of East alone: "
        "a single campus seldom loses enough enrolments to learn from and to test by."
    )


@pytest.mark.parametrize("part", ["train", "backtest"])
def test_the_model_learns_and_is_judged_by_ends_that_were_known_then(monkeypatch, part):
    # No lesson is on record, so silence ends nothing and only the grace of 30 days is waited for: on 1 June whoever
    # left on 1 May can be told (1 May + 31 days), whoever left on 2 May cannot. Unasked, 45 days would be taken.
    def fitted(part, panel, *, settings, settled=None):
        asked[part] = settled(pd.Timestamp("2025-06-01")) if settled else None

    asked = {}
    monkeypatch.setattr(sys.modules["churnlab.churn.risk"], part, partial(fitted, part))
    contracts = [by_period("1", "2025-01-01", "2025-03-01")]
    model = churn.Risk(institution("2026-03-15", settings=PLAIN, enrolments=contracts))
    assert {"train": lambda: model.trained, "backtest": lambda: model.backtest}[part]() is None
    assert asked == {part: pd.Timestamp("2025-05-02")}


@pytest.mark.parametrize(("campus", "places"), [(None, ["campus", "course_id"]), ("East", ["course_id"])])
def test_the_list_of_a_model_that_could_not_be_tested_says_so_and_a_campus_list_does_not_repeat_its_name(
    monkeypatch, campus, places
):
    class Taught:
        def score(self, frame):
            chances = dict.fromkeys(("churn_probability", "churn_probability_low", "churn_probability_high"), 0.2)
            return frame[["unit_id", "student_id"]].assign(**chances)

        def reasons(self, frame, *, n):
            return pd.Series([()] * len(frame), index=frame["unit_id"], dtype=object)

    monkeypatch.setattr(churn.Risk, "trained", Taught())
    contracts = [by_period("1", "2026-01-01", "2026-12-31"), by_period("2", "2026-02-01", "2026-12-31", student="b")]
    found = churn.Risk(institution("2026-04-15", settings=PLAIN, enrolments=contracts), campus=campus).at_risk()
    assert found.caveats[0] == "churn.at_risk_untested"
    assert found.table.columns.tolist()[1 : 1 + len(places)] == places
