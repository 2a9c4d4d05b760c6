"""Are ends told apart by kind, and groups by more than chance?"""

import numpy as np
import pytest

from churnlab.churn.groups import POOLED, UNKNOWN, churn_by, churn_by_kind
from churnlab.churn.headline import headline
from churnlab.churn.retention import retention_by, retention_curves
from churnlab.errors import NotEnoughData
from churnlab.finding import attempt
from churnlab.i18n import LANGUAGES, text
from tests.builders import institution
from tests.churn.spring import LATER, spring
from tests.churn.stays import by_period, settings


@pytest.fixture(name="spring", scope="module")
def of_spring():
    return spring()


def test_ends_are_told_apart_by_kind(spring):
    table = churn_by_kind(spring, "2025-03", "East").table.set_index("end_kind")
    assert table["students"].to_dict() == {
        "not_renewed": 7, "dormant": 0, "withdrawn": 0, "completed": 1, "personal": 1,
    }  # fmt: skip
    # No refund was ever loaded: that nobody was refunded is not known.
    assert table.loc["not_renewed", "share"] == 7 / 9
    assert table.loc["not_renewed", "end_rate"] == 7 / 20
    assert table["counts_as_churn"].tolist() == [True] * 3 + [False] * 2


def test_small_groups_are_pooled_and_get_no_rate_of_their_own(spring):
    found = churn_by(spring, "2025-03", "campus")
    assert found.table["campus"].tolist() == ["East", "West", POOLED]
    assert found.table["at_risk"].tolist() == [20, 15, 4]
    assert found.table["churned"].tolist() == [7, 1, 0]
    assert found.table["churn_rate"].iloc[0] == 7 / 20
    assert np.isnan(found.table["churn_rate"].iloc[2])
    assert "churn_groups_pooled" in found.caveats
    assert "Others (small groups, pooled)" in found.presented("en")["Campus"].tolist()


OURS = [
    "pooled",
    "unknown",
    "Others (small groups, pooled)",
    "其余（各组较小，合并）",
    "not recorded",
    "未登记",
    "“未登记”",
]


@pytest.mark.parametrize("name", OURS)
def test_a_campus_called_like_a_row_of_ours_is_not_taken_for_it(name):
    # Ten at the campus of this name, ten at none, two at a small one; three of its ten leave in March.
    places = [name] * 10 + [None] * 10 + ["small"] * 2
    ends = ["2025-03-15"] * 3 + [LATER] * 19
    enrolments = [
        by_period(f"e{number}", "2025-01-10", end, student=f"s{number}", campus=campus)
        for number, (campus, end) in enumerate(zip(places, ends, strict=True))
    ]
    data = institution("2025-08-01", settings=settings(inactivity_days=None), enrolments=enrolments)
    found = churn_by(data, "2025-03", "campus")
    assert found.table["at_risk"].tolist() == [10, 10, 2]
    assert found.table["churned"].tolist() == [3, 0, 0]
    assert found.table["campus"].tolist()[1:] == [UNKNOWN, POOLED]
    for lang in LANGUAGES:
        shown = found.presented(lang).iloc[:, 0].tolist()
        assert shown[1:] == [UNKNOWN.say(lang), POOLED.say(lang)]
        assert shown[0] in (name, f"“{name}”")
        assert len(set(shown)) == 3


def test_groups_are_compared_with_the_rest_and_corrected_for_their_number(spring):
    # R 4.2.2: a <- fisher.test(matrix(c(7, 13, 1, 18), 2))$p.value
    #          b <- fisher.test(matrix(c(1, 14, 7, 17), 2))$p.value
    #          p.adjust(c(a, b), "BH")
    table = churn_by(spring, "2025-03", "campus").table
    assert table["adjusted_p_value"].tolist()[:2] == pytest.approx([0.087192087, 0.121404925], abs=1e-8)
    assert churn_by(spring, "2025-03", "campus").sentences == ("alike",)


def test_it_is_said_that_intervals_are_for_one_comparison_and_p_values_for_all(spring):
    both = churn_by(spring, "2025-03", "campus")
    assert "churn_groups_many" in both.caveats
    assert "p-values are corrected for all comparisons" in text("caveat.churn_groups_many", "en")
    # Of these two North is too small to be told: there is one comparison less than two.
    assert "churn_groups_many" not in churn_by(spring, "2025-03", "campus", ("East", "North")).caveats


def test_one_group_is_not_compared_with_those_too_small(spring):
    assert churn_by(spring, "2025-03", "campus", ("East", "North")).sentences == ("one_group",)


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        (churn_by, {"month": "2025-03", "by": "campus", "campus": "East"}),
        (retention_by, {"by": "campus", "campus": "East"}),
        (retention_curves, {"by": "campus", "campus": "East"}),
    ],
)
def test_one_campus_is_not_set_beside_itself(spring, ask, asked):
    told = attempt(ask, spring, **asked)
    assert told.table.empty
    assert told.sentence("en").endswith("Campus is East for all students, so there is nothing to compare.")
    assert told.sentence("zh").endswith("所有学员的校区都是“East”，无从比较。")


def test_groups_that_nobody_recorded_are_not_told(spring):
    with pytest.raises(NotEnoughData) as told:
        churn_by(spring, "2025-03", "channel")
    assert told.value.message("en") == "No student has an entry for Channel, so there is nothing to compare."


# 30 of 60 at East and 5 of 60 at West left in March
def test_a_campus_that_stands_out_is_named():
    enrolments = []
    for campus, gone in (("East", 30), ("West", 5)):
        for number in range(60):
            name, end = f"{campus}{number}", "2025-03-10" if number < gone else LATER
            enrolments.append(by_period(name, "2025-01-01", end, student=name, campus=campus))
    data = institution("2025-08-01", settings=settings(inactivity_days=None), enrolments=enrolments)
    found = churn_by(data, "2025-03", "campus")
    assert found.sentences == ("higher",)
    told = "In March 2025 East lost 50.0% (30 of 60), more than the other campuses together"
    assert found.sentence("en").startswith(told)
    assert found.sentence("zh").startswith("2025年3月East流失率 50.0%")
    assert "campus" in headline(data, "2025-03").table["topic"].tolist()


# 30 students of East and 30 of West, with four contracts each: 6 of East and 1 of West leave in March with all of them.
def _four_each(unit):
    enrolments = []
    for campus, gone in (("East", 6), ("West", 1)):
        for number in range(30):
            name, end = f"{campus}{number}", "2025-03-10" if number < gone else LATER
            enrolments += [
                by_period(f"{name}-{part}", "2025-01-01", end, student=name, campus=campus) for part in range(4)
            ]
    return institution("2025-08-01", settings=settings(inactivity_days=None, unit=unit), enrolments=enrolments)


@pytest.mark.parametrize("unit", ["enrolment", "student-campus"])
def test_contracts_of_one_student_are_no_more_certain_than_the_student(unit):
    by_student, found = (churn_by(_four_each(name), "2025-03", "campus").table for name in ("student", unit))
    ends = ["churn_rate", "churn_rate_low", "churn_rate_high", "difference_points_low", "difference_points_high"]
    assert found["at_risk"].tolist() == ([120, 120] if unit == "enrolment" else [30, 30])
    np.testing.assert_allclose(found[ends], by_student[ends], atol=0.005)
    # Fisher's test of 24 of 120 against 4 of 120 gives less than 1 in 10,000
    assert found["adjusted_p_value"].gt(0.03).all()


def test_ends_by_kind_of_several_contracts_are_no_more_certain_than_the_students():
    tables = [churn_by_kind(_four_each(unit), "2025-03").table for unit in ("student", "enrolment")]
    ends = ["end_rate", "end_rate_low", "end_rate_high"]
    np.testing.assert_allclose(tables[1][ends], tables[0][ends], atol=0.002)
