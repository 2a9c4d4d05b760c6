"""One small institution, counted by hand.

East had 20 students on 1 March 2025, West 15, North 4; their periods end on the days below and nothing follows.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.caveats import contradictions
from churnlab.churn.groups import churn_by, churn_by_kind
from churnlab.churn.headline import headline
from churnlab.churn.movements import movements, quiet
from churnlab.churn.outcome import episodes
from churnlab.churn.rates import churn_history, churn_rate
from churnlab.errors import NotEnoughData
from churnlab.finding import attempt
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import wilson
from tests.builders import institution
from tests.churn.random_stays import RULES, random_tables
from tests.churn.stays import by_hours, by_period, left, settings, weekly
from tests.churn.test_outcome_laws import AS_OF, moved_future
from tests.churn.test_provisional import steady

LATER = "2026-12-31"
# How many end when: 9 of East's 20 in March, one of them graduated and one moved; 1 of West's 15,
# and another on the first day of April; none of North's.
PLAN = {
    "East": {"2025-02-20": 3, "2025-03-15": 9, LATER: 11},
    "West": {"2025-02-10": 2, "2025-03-31": 1, "2025-04-01": 1, LATER: 13},
    "North": {LATER: 4},
}


@pytest.fixture(scope="module")
def spring():
    tables = {"enrolments": [], "lessons": [], "exits": []}
    for campus, ends in PLAN.items():
        for end, count in ends.items():
            for number in range(count):
                student = f"{campus}-{end}-{number}"
                tables["enrolments"].append(
                    by_period(f"e{student}", "2025-01-10", end, student=student, campus=campus, course_id=campus)
                )
                last = min(end, "2025-07-25")
                tables["lessons"] += weekly(f"e{student}", "2025-01-14", last, student=student, campus=campus)
    tables["exits"] = [
        left("2025-03-20", "graduated", student="East-2025-03-15-0"),
        left("2025-03-20", "moved", student="East-2025-03-15-1"),
    ]
    return institution("2025-08-01", settings=settings(), **tables)


def test_the_rate_is_the_churned_of_those_at_risk_on_the_first_day(spring):
    found = churn_rate(spring, "2025-03")
    this = found.table.iloc[0]
    assert (this["at_risk"], this["churned"], this["churn_rate"]) == (39, 8, 8 / 39)  # 7 of East, 1 of West
    assert not this["provisional"]
    low, high = wilson(8, 39, 0.95)
    assert (this["churn_rate_low"], this["churn_rate_high"]) == (low, high)
    assert found.table["month"].tolist() == ["2025-03", "2025-02", "2024-03"]
    assert found.table["churned"].tolist() == [8, 5, 0]
    assert found.table["at_risk"].tolist() == [39, 44, 0]
    assert found.table["difference_points"].iloc[1] == 8 / 39 - 5 / 44


def test_what_can_be_said_is_said(spring):
    assert churn_rate(spring, "2025-03").sentences == ("final", "previous_unclear", "year_missing")
    said = churn_rate(spring, "2025-03").sentence("en")
    assert said.startswith("Of 39 students at the start of March 2025, 8 churned: 20.5% (95% interval 10.8% to 35.5%).")
    assert "which may be chance" in said
    assert "没有去年同期（2024年3月）的数据" in churn_rate(spring, "2025-03").sentence("zh")


def test_a_campus_is_counted_for_itself_and_one_without_students_says_so(spring):
    assert churn_rate(spring, "2025-03", "East").table["at_risk"].iloc[0] == 20
    assert churn_rate(spring, "2025-03", ["East", "West"]).table["at_risk"].iloc[0] == 35
    nobody = churn_rate(spring, "2025-03", "South")
    assert nobody.sentences == ("nobody",)
    assert np.isnan(nobody.table["churn_rate"].iloc[0])


def test_few_students_are_warned_of(spring):
    assert "churn_few_students" in churn_rate(spring, "2025-03", "North").caveats
    assert "churn_few_students" not in churn_rate(spring, "2025-03", "East").caveats
    assert "churn_provisional_interval" not in churn_rate(spring, "2025-03", "East").caveats


def test_ends_are_told_apart_by_kind(spring):
    table = churn_by_kind(spring, "2025-03", "East").table.set_index("end_kind")
    assert table["students"].to_dict() == {
        "not_renewed": 7, "refunded": 0, "dormant": 0, "withdrawn": 0, "completed": 1, "personal": 1,
    }  # fmt: skip
    assert table.loc["not_renewed", "share"] == 7 / 9
    assert table.loc["not_renewed", "end_rate"] == 7 / 20
    assert table["counts_as_churn"].tolist() == [True] * 4 + [False] * 2


def test_small_groups_are_pooled_and_get_no_rate_of_their_own(spring):
    found = churn_by(spring, "2025-03", "campus")
    assert found.table["campus"].tolist() == ["East", "West", "pooled"]
    assert found.table["at_risk"].tolist() == [20, 15, 4]
    assert found.table["churned"].tolist() == [7, 1, 0]
    assert found.table["churn_rate"].iloc[0] == 7 / 20
    assert np.isnan(found.table["churn_rate"].iloc[2])
    assert "churn_groups_pooled" in found.caveats
    assert "Others (few students, pooled)" in found.presented("en")["Campus"].tolist()


def test_groups_are_compared_with_the_rest_and_corrected_for_their_number(spring):
    # R 4.2.2: a <- fisher.test(matrix(c(7, 13, 1, 18), 2))$p.value
    #          b <- fisher.test(matrix(c(1, 14, 7, 17), 2))$p.value
    #          p.adjust(c(a, b), "BH")
    table = churn_by(spring, "2025-03", "campus").table
    assert table["adjusted_p_value"].tolist()[:2] == pytest.approx([0.087192087, 0.121404925], abs=1e-8)
    assert churn_by(spring, "2025-03", "campus").sentences == ("alike",)


def test_one_group_is_not_compared(spring):
    assert churn_by(spring, "2025-03", "campus", "East").sentences == ("one_group",)


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
    assert found.sentence("en").startswith("East lost 50.0% (30 of 60), more than the other campuses together")
    assert "campus" in headline(data, "2025-03").table["topic"].tolist()


def test_a_transferred_student_counts_where_taught_when_the_month_began():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-03-04") + weekly("e1", "2025-03-11", "2025-07-29", campus="West"),
    }
    data = institution("2025-08-01", settings=settings(), **tables)
    at_east = [churn_rate(data, month, "East").table["at_risk"].iloc[0] for month in ("2025-02", "2025-03", "2025-04")]
    assert at_east == [1, 1, 0]
    moved = movements(data, "2025-03", "East").table.set_index("movement")["students"]
    assert moved[["start", "moved", "end"]].tolist() == [1, -1, 0]


def test_students_who_came_and_went_add_up():
    data = institution(AS_OF, settings=RULES, **random_tables(3))
    for month in ("2025-02", "2025-04", "2025-06"):
        table = movements(data, month).table.set_index("movement")["students"]
        assert table.drop("end").sum() == table["end"]
        assert (table[["new", "returned"]] >= 0).all()
    campuses = [
        movements(data, "2025-04", campus).table.set_index("movement")["students"] for campus in ("East", "West")
    ]
    assert campuses[0]["moved"] == -campuses[1]["moved"]


def test_the_history_has_a_row_a_month_from_the_first_with_students(spring):
    table = churn_history(spring, 12).table
    assert table["month"].tolist() == [f"2025-{month:02d}" for month in range(2, 8)]
    assert table["churned"].tolist() == [5, 8, 1, 0, 0, 0]
    assert table["provisional"].tolist() == [False, False, False, False, True, True]


def test_a_month_not_settled_says_what_is_confirmed_pending_and_expected():
    data = steady("2026-05-01")
    found = churn_rate(data, "2026-04")
    this = found.table.iloc[0]
    assert this["provisional"]
    assert found.sentences[0] == "provisional"
    assert np.isnan(this["churn_rate_low"])
    assert this["churn_rate"] <= this["expected_rate_low"] < this["expected_rate"] < this["expected_rate_high"]
    assert found.facts["pending"] > 0
    assert {"churn_provisional", "churn_provisional_interval"} <= set(found.caveats)
    final = churn_rate(steady("2026-08-01"), "2026-04").table.iloc[0]
    assert not final["provisional"]
    assert this["expected_rate_low"] <= final["churn_rate"] <= this["expected_rate_high"]


def test_too_few_settled_months_predict_nothing(spring):
    found = churn_rate(spring, "2025-07")
    assert found.sentences[0] == "provisional"  # February to May are settled
    early = churn_rate(spring.before(pd.Timestamp("2025-04-01").date()), "2025-03")
    assert early.sentences[0] == "few"
    assert early.sentences[1] == "previous_unknown"
    assert np.isnan(early.table["expected_rate"].iloc[0])


def test_the_quiet_are_counted_by_campus():
    tables = {
        "enrolments": [by_hours(f"e{n}", "2025-01-01", 100, student=f"s{n}") for n in range(4)],
        "lessons": [
            row for n, last in enumerate(("2025-03-04", "2025-03-04", "2025-03-25", "2025-03-25"))
            for row in weekly(f"e{n}", "2025-01-07", last, student=f"s{n}")
        ],
    }  # fmt: skip
    found = quiet(institution("2025-04-01", settings=settings(), **tables))
    assert found.table[["students", "quiet", "expired"]].to_numpy().tolist() == [[4, 2, 0]]
    assert "2 students had not come for 14 days" in found.sentence("en")


def test_the_headline_says_at_most_four_things(spring):
    for data, month in ((spring, "2025-03"), (spring, "2025-07"), (steady("2026-05-01"), "2026-04")):
        found = headline(data, month)
        assert 1 <= len(found.table) <= 4
        assert found.table["topic"].iloc[0] == "rate"


def test_the_festival_is_named_where_the_comparison_was_moved():
    found = churn_rate(steady("2026-05-01"), "2026-02")
    assert found.table["month"].tolist() == ["2026-02", "2026-01", "2025-01"]
    assert "churn_spring_festival" in found.caveats
    assert any("January 2025" in warning for warning in found.warnings("en"))


def test_without_lessons_nobody_is_taken_for_dormant_and_the_reader_is_told():
    data = institution("2025-08-01", settings=settings(), enrolments=[by_period("e1", "2025-01-01", "2025-03-31")])
    assert "churn_no_dormancy" in churn_rate(data, "2025-03").caveats
    assert episodes(data)["end_kind"].tolist() == ["not_renewed"]


def test_an_institution_without_students_has_findings_all_the_same():
    data = institution("2025-08-01", settings=settings())
    for found in every_finding(data, "2025-06"):
        assert found.sentence("zh")


def every_finding(data, month):
    return [
        churn_rate(data, month),
        churn_rate(data, month, "East"),
        churn_history(data),
        churn_by_kind(data, month),
        attempt(churn_by, data, month, "campus"),
        attempt(churn_by, data, month, "channel"),
        attempt(churn_by, data, month, "course_id"),
        movements(data, month),
        movements(data, month, "East"),
        attempt(quiet, data),
        contradictions(data),
        headline(data, month),
    ]


@pytest.mark.parametrize("month", ["2025-02", "2025-05", "2025-07"])
def test_every_finding_is_said_in_both_languages(month):
    data = institution(AS_OF, settings=RULES, **random_tables(5))
    for found in every_finding(data, month):
        for lang in LANGUAGES:
            said = found.as_json(lang)
            assert said["title"]
            assert said["sentence"]
            assert "{" not in said["sentence"] + "".join(said["warnings"])


def said(table):
    return table.assign(statement=table["statement"].map(str)) if "statement" in table else table


def test_the_future_changes_no_finding():
    tables = random_tables(5)
    now, then = (institution(AS_OF, settings=RULES, **rows) for rows in (tables, moved_future(tables)))
    for one, other in zip(every_finding(now, "2025-07"), every_finding(then, "2025-07"), strict=True):
        pd.testing.assert_frame_equal(said(one.table), said(other.table))
        assert one.sentence("en") == other.sentence("en")
