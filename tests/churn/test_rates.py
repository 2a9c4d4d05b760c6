"""One small institution, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.caveats import contradictions
from churnlab.churn.groups import churn_by, churn_by_kind
from churnlab.churn.headline import headline
from churnlab.churn.movements import movements, quiet
from churnlab.churn.outcome import episodes
from churnlab.churn.provisional import Outlook
from churnlab.churn.rates import _expected, churn_history, churn_rate
from churnlab.finding import attempt
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import wilson
from tests.builders import institution
from tests.churn.random_stays import RULES, random_tables
from tests.churn.spring import spring
from tests.churn.stays import by_hours, by_period, left, settings, weekly
from tests.churn.test_outcome_laws import AS_OF, moved_future
from tests.churn.test_provisional import steady


@pytest.fixture(name="spring", scope="module")
def of_spring():
    return spring()


def test_the_rate_is_the_churned_of_those_at_risk_on_the_first_day(spring):
    found = churn_rate(spring, "2025-03")
    this = found.table.iloc[0]
    assert (this["at_risk"], this["churned"], this["churn_rate"]) == (39, 8, 8 / 39)  # 7 of East, 1 of West
    assert not this["provisional"]
    low, high = wilson(8, 39, 0.95)
    assert (this["churn_rate_low"], this["churn_rate_high"]) == (low, high)
    assert found.table["month"].tolist() == ["2025-03", "2025-02", "2024-03"]
    assert found.table["churned"].tolist()[:2] == [8, 5]
    assert found.table["at_risk"].tolist()[:2] == [39, 44]
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
    assert found.sentences[0] in ("provisional", "provisional_fewer")
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


# Of 60 students with four contracts each, six leave in each month of 2025 with all of them.
def four_each(unit):
    enrolments = [
        by_period(f"e{number}-{part}", "2024-12-01", f"2025-{1 + number // 6:02d}-10", student=f"s{number}")
        for number in range(60)
        for part in range(4)
    ]
    return institution("2025-08-01", settings=settings(inactivity_days=None, unit=unit), enrolments=enrolments)


def test_contracts_of_one_student_are_no_more_certain_than_the_student():
    tables = {unit: churn_rate(four_each(unit), "2025-07").table for unit in ("student", "enrolment")}
    ends = ["churn_rate", "churn_rate_low", "churn_rate_high"]
    assert [table["at_risk"].tolist()[:2] for table in tables.values()] == [[24, 30], [96, 120]]
    assert tables["student"]["provisional"].tolist()[:2] == [True, False]
    # June is settled, 6 of 30 left; July is told from the months before
    np.testing.assert_allclose(tables["enrolment"][ends].iloc[1], tables["student"][ends].iloc[1], atol=0.005)
    wide, wider = (table["difference_points_high"] - table["difference_points_low"] for table in tables.values())
    assert wider.iloc[1] > 0.9 * wide.iloc[1]


# 10 seem to be at risk, of whom one will turn out to have left before; of the other 9 at most 10 are told to leave
def test_no_more_leave_than_were_at_risk():
    outlook = Outlook(
        month="2025-03", at_risk=10, confirmed=8, pending=2, open_count=2, months=12,
        expected=8.5, low=8.0, high=10.0, expected_at_risk=9.0,
    )  # fmt: skip
    there = pd.DataFrame({"student_id": [f"s{n}" for n in range(10)], "churned": [True] * 8 + [False] * 2})
    told = _expected(outlook, there, 0.95)
    assert told["expected_rate"] == 8 / 9  # 8.5 is printed as 8, as all halves to the even number
    assert told["expected_rate_high"] == 1
    assert told["process_high"] == pytest.approx(1)
    assert told["process_low"] < 8 / 9


# 68 seem to be at risk; in the replays one in ten had left before: 61.2, and 6.9 leave. Printed are 7 of 61.
def test_the_rate_to_be_expected_is_the_number_printed_over_the_number_printed():
    outlook = Outlook(
        month="2025-03", at_risk=68, confirmed=3, pending=9, open_count=40, months=12,
        expected=6.9, low=4.0, high=11.0, expected_at_risk=61.2,
    )  # fmt: skip
    there = pd.DataFrame({"student_id": [f"s{n}" for n in range(68)], "churned": [True] * 3 + [False] * 65})
    told = _expected(outlook, there, 0.95)
    assert (told["expected"], told["expected_at_risk"], told["expected_rate"]) == (7, 61, 7 / 61)
    assert (told["expected_rate_low"], told["expected_rate_high"]) == (4 / 61, 11 / 61)


@pytest.mark.parametrize("month", ["2026-03", "2026-04"])
def test_who_divides_the_numbers_in_the_sentence_gets_its_rate(month):
    told = churn_rate(steady("2026-05-01"), month)
    assert told.sentences[0] in ("provisional", "provisional_fewer")
    left, there = told.facts["expected"], told.facts["expected_at_risk"]
    assert told.facts["expected_rate"] == left / there
    fewer = told.facts["at_risk"] - there
    assert (told.sentences[0] == "provisional_fewer") == (fewer > 0)
    en, zh = f"about {left:.0f}", f" {left:.0f} 名，流失率约 {left / there:.1%}"
    assert en in told.sentence("en")
    assert f"a rate of {left / there:.1%}" in told.sentence("en")
    assert zh in told.sentence("zh")
    if fewer:
        assert f"of the other {there:.0f} about" in told.sentence("en")
        assert f"期初在读最终约 {there:.0f} 名" in told.sentence("zh")


# 30 come every Tuesday until 15 July; one of them says on 5 June that she leaves. On 20 July June is not settled, but
# all others were seen after it.
def test_a_month_in_which_no_case_is_open_says_so_and_has_no_interval_of_no_width():
    data = institution(
        "2025-07-20",
        settings=settings(),
        enrolments=[by_hours(f"e{n}", "2025-01-01", 100, student=f"s{n}") for n in range(30)],
        lessons=[
            row for n in range(30)
            for row in weekly(f"e{n}", "2025-01-07", "2025-06-03" if n == 0 else "2025-07-15", student=f"s{n}")
        ],
        exits=[left("2025-06-05", "price", student="s0")],
    )  # fmt: skip
    found = churn_rate(data, "2025-06")
    this = found.table.iloc[0]
    assert found.sentences[0] == "provisional_sure"
    assert this["expected_rate"] == 1 / 30
    assert np.isnan(this["expected_rate_low"])
    assert np.isnan(this["expected_rate_high"])
    assert found.sentence("en").startswith(
        "Of 30 students at the start of June 2025, 1 was confirmed as churned by 19 Jul 2025: 3.3% (95% interval 0.6% "
        "to 16.7%, which shows the play of chance). All others were still there after the month and no case is open"
    )  # wilson(1, 30)
    assert found.sentence("zh").startswith(
        "2025年6月初在读 30 名学员，截至2025年7月19日已确认流失 1 名，流失率 3.3%（95% 区间 0.6%–16.7%，表示偶然波动）"
    )
    assert found.presented("en")["Expected rate"].iloc[0] == "3.3%"


# Settled are February to May: 44, 39, … at risk, of whom 5, 8, 1 and 0 churned; each of them is in several months.
def test_the_average_has_its_interval_by_student_and_the_extremes_are_called_observed(spring):
    found = churn_history(spring, 12)
    settled = found.table[~found.table["provisional"]]
    n = int(settled["at_risk"].sum())
    assert found.facts["average_rate"] == 14 / n
    low, high = map(float, wilson(14, n, 0.95))
    assert found.facts["average_rate_low"] == pytest.approx(low, abs=0.02)
    assert found.facts["average_rate_high"] == pytest.approx(high, abs=0.02)
    span = f"{found.facts['average_rate_low']:.1%}", f"{found.facts['average_rate_high']:.1%}"
    assert f"(95% interval {span[0]} to {span[1]}). The lowest observed was 0.0% (May 2025)" in found.sentence("en")
    assert f"（95% 区间 {span[0]}–{span[1]}）。所见最低 0.0%（2025年5月）" in found.sentence("zh")


# In spring 2025 the first students begin in January 2025; a year before nothing is on record.
def test_a_month_before_the_first_record_is_unknown_not_nothing(spring):
    for lang in LANGUAGES:
        shown = churn_rate(spring, "2025-03").presented(lang).iloc[-1].tolist()
        assert shown[:2] == [{"zh": "去年同期", "en": "A year before"}[lang], "2024-03"]
        assert set(shown[2:]) == {"—"}
