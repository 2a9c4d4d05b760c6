"""Is what leavers said set beside what a model said of the same ones before they left?"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.causes.beside import causes_beside
from churnlab.churn.evaluation import Backtest
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Uncertainty
from tests.builders import institution
from tests.churn.causes.leavers import exit_of, gone
from tests.churn.stays import settings

# All leave on 31 March; the model had spoken on the first of March and of April.
FEATURES = ["price_per_hour_cny", "teacher_changes_84d", "class_size", "complaints_90d", "attendance_rate_28d"]


def told(**pushes):
    """Return the backtest of students, each with what its features add: price, teachers, class, complaints, absence."""
    rows = []
    for name, (day, *adds) in pushes.items():
        who = name.rstrip("_")
        rows.append({"as_of": day, "unit_id": who, "student_id": who, **dict(zip(FEATURES, adds, strict=True))})
    return Backtest(
        scored=pd.DataFrame(),
        rivals=(),
        months=(date(2025, 3, 1), date(2025, 4, 1)),
        skipped=(),
        contributions=pd.DataFrame(rows).astype({"as_of": "datetime64[ns]"}),
    )


def said(least=1, **reasons):
    """Open students who left on 31 March, each with a stated reason."""
    rules = settings(inactivity_days=None).model_copy(update={"uncertainty": Uncertainty(min_group=least)})
    exits = [exit_of(name, reason) for name, reason in reasons.items() if reason]
    return institution("2025-08-01", settings=rules, enrolments=[gone(name) for name in reasons], exits=exits)


# a: price, pushed by price .5          d: safety, pushed by complaints .3
# b: price, pushed by class .2 + .2     e: teacher, by nothing that is a department's: absence 2, price .09
# c: teacher, pushed by class .3        f: says nothing; g: was never scored
MARCH = "2025-03-01"
PUSHES = {
    "a": (MARCH, 0.5, 0.1, 0.1, 0.0, 0.0),
    "b": (MARCH, 0.3, 0.2, 0.2, 0.0, 0.0),
    "c": (MARCH, 0.2, 0.0, 0.3, 0.0, 0.9),
    "d": (MARCH, 0.1, 0.0, 0.0, 0.3, 0.0),
    "e": (MARCH, 0.09, -1.0, 0.0, 0.0, 2.0),
    "f": (MARCH, 0.5, 0.0, 0.0, 0.0, 0.0),
}
SAID = {"a": "price", "b": "price", "c": "teacher", "d": "safety", "e": "teacher", "f": None, "g": "price"}


def test_shares_are_of_those_of_whom_both_are_known():
    found = causes_beside(said(**SAID), told(**PUSHES))
    table = found.table.set_index("department")
    assert found.facts["both_known"] == 5
    assert table["students"].tolist() == [2, 2, 0, 1, 0]
    assert table["stated_share"].tolist()[:4] == [2 / 5, 2 / 5, 0, 1 / 5]
    assert table["modelled_share"].drop("facility").tolist() == [1 / 5, 2 / 5, 1 / 5, 1 / 5]
    assert table.loc["market", "difference_points"] == pytest.approx(2 / 5 - 1 / 5)
    assert table["same_share"].tolist()[:2] == [1 / 2, 1 / 2]
    assert found.facts["signs_share"] == 1 / 5


def test_what_no_feature_tells_of_is_no_share_of_zero():
    table = causes_beside(said(**SAID), told(**PUSHES)).table.set_index("department")
    assert np.isnan(table.loc["facility", "modelled_share"])
    assert np.isnan(table.loc["facility", "difference_points"])
    assert np.isnan(table.loc["other", "stated_share"])


def test_they_agree_where_both_name_the_same():
    # a and c agree, b does not; d named rooms, of which no feature tells, and e was pushed by signs only.
    # By chance: price 2/3 × 1/3 + teaching 1/3 × 2/3.
    facts = causes_beside(said(**SAID), told(**PUSHES)).facts
    assert facts["compared"] == 3
    assert facts["agreement"] == 2 / 3
    assert facts["by_chance"] == pytest.approx(4 / 9)
    assert facts["kappa"] == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))


def test_the_last_prediction_before_the_end_counts_and_none_after_it():
    late = {"a_": ("2025-04-01", 0.0, 9.0, 0.0, 0.0, 0.0)}  # in April she was gone, though nobody knew yet
    early = {"c_": ("2025-02-01", 9.0, 0.0, 0.0, 0.0, 0.0)}
    one, other = (causes_beside(said(**SAID), told(**pushes)) for pushes in (PUSHES, PUSHES | late | early))
    pd.testing.assert_frame_equal(one.table, other.table)
    # Who was scored only when she had left has no prediction.
    assert causes_beside(said(**SAID), told(**{**PUSHES, "a": late["a_"]})).facts["both_known"] == 4


def test_a_push_below_a_tenth_of_the_odds_is_none():
    table = causes_beside(said(a="price"), told(a=(MARCH, 0.09, 0.0, 0.0, 0.0, 0.0))).table.set_index("department")
    assert table["modelled_share"].to_dict()["other"] == 1
    table = causes_beside(said(a="price"), told(a=(MARCH, 0.1, 0.0, 0.0, 0.0, 0.0))).table.set_index("department")
    assert table["modelled_share"].to_dict()["market"] == 1


def many(reason, *adds, n=40, least=10):
    names = [f"s{number:02}" for number in range(n)]
    return said(least, **dict.fromkeys(names, reason)), told(**dict.fromkeys(names, (MARCH, *adds)))


def test_where_they_part_most_is_said_and_what_to_look_at():
    found = causes_beside(*many("price", 0.0, 0.6, 0.0, 0.0, 0.0))
    assert found.sentences == ("sentence", "by_chance", "more_said")
    assert found.facts["department"].say("en") == "Market"
    for lang in LANGUAGES:
        assert found.facts["look"].say(lang) in found.sentence(lang)
    few = causes_beside(*many("teacher", 0.6, 0.0, 0.0, 0.0, 0.0))
    # Of equal gaps the first of the departments is named: nobody blames the price.
    assert few.sentences == ("sentence", "by_chance", "less_said")
    assert few.facts["department"].say("en") == "Market"


def test_where_they_agree_they_part_over_nothing():
    reasons = {f"s{number:02}": "teacher" if number % 2 else "price" for number in range(40)}
    adds = {"price": (0.6, 0.1, 0, 0, 0), "teacher": (0.1, 0.6, 0, 0, 0)}
    pushes = {name: (MARCH, *adds[reason]) for name, reason in reasons.items()}
    found = causes_beside(said(10, **reasons), told(**pushes))
    assert found.sentences == ("sentence", "agreement", "alike")
    assert found.facts["kappa"] == 1
    assert found.facts["low"] > 0.5


def test_two_ends_of_a_student_are_no_two_students():
    """Everything stands twice, a student has two contracts: intervals must not be shorter than with one."""
    names = [f"s{number}" for number in range(12)]
    reasons = {name: "price" if number < 6 else "teacher" for number, name in enumerate(names)}
    pushes = {name: (MARCH, 0.6, 0, 0, 0, 0) for name in names}
    one = causes_beside(said(**reasons), told(**pushes))
    rules = settings(inactivity_days=None, unit="enrolment").model_copy(
        update={"uncertainty": Uncertainty(min_group=1)}
    )
    twice = [gone(name) | {"enrolment_id": f"{name}-{part}"} for name in names for part in "ab"]
    exits = [
        exit_of(name, reason) | {"enrolment_id": f"{name}-{part}"} for name, reason in reasons.items() for part in "ab"
    ]
    data = institution("2025-08-01", settings=rules, enrolments=twice, exits=exits)
    judged = told(**pushes)
    frame = judged.contributions
    both = pd.concat([frame.assign(unit_id=frame["unit_id"] + f"-{part}") for part in "ab"], ignore_index=True)
    other = causes_beside(data, replace(judged, contributions=both))
    assert other.facts["both_known"] == 24
    assert other.facts["compared"] == 12
    columns = [name for name in one.table if name.endswith(("_low", "_high"))]
    np.testing.assert_allclose(other.table[columns], one.table[columns], atol=0.01)


def test_too_few_are_refused_in_words():
    with pytest.raises(NotEnoughData) as refused:
        causes_beside(said(10, **SAID), told(**PUSHES))
    assert refused.value.message("en") == (
        "Of 5 students who left between 1 Mar 2025 and 30 Apr 2025, both a stated reason of a department and a "
        "prediction made before they left are known; at least 10 are needed."
    )


def test_only_leavers_of_the_campus_are_asked():
    with pytest.raises(NotEnoughData):
        causes_beside(said(**SAID), told(**PUSHES), campus="West")
    assert causes_beside(said(**SAID), told(**PUSHES), campus="East").facts["both_known"] == 5


def test_a_backtest_without_leavers_or_features_is_refused():
    empty = Backtest(scored=pd.DataFrame(), rivals=(), months=(date(2025, 3, 1),), skipped=())
    with pytest.raises(NotEnoughData):
        causes_beside(said(**SAID), empty)
