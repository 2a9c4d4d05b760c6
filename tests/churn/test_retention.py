import importlib

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.hazard_ratios import hazard_ratios, ratios_of
from churnlab.churn.retention import retention, retention_by, retention_curves, retention_tests
from churnlab.churn.stays import stays, watched
from churnlab.errors import NotEnoughData
from churnlab.settings import Calendar, Outcome, Retention, Settings, Uncertainty
from churnlab.stats import hazards
from tests.builders import institution
from tests.churn.competing.institutions import four
from tests.churn.stays import by_period

RETENTION = importlib.import_module("churnlab.churn.retention")  # its function has the same name

SMALL = Settings(
    calendar=Calendar(public_holidays="none"),
    outcome=Outcome(grace_days=30, inactivity_days="never"),
    retention=Retention(min_at_risk=2, cox_min_events=2),
    uncertainty=Uncertainty(min_group=1),
)


def three(as_of="2026-03-15", **more):
    # ends are known before 2026-02-13: 30 days of grace and the day after
    #            Jan 1 ........ Jan 11 ........ Jan 31 ........ Feb 12 (last day that is known)
    # a          ──────────────x                                        entered Jan 1, left Jan 11, day 10
    # b          ──────────────────────────────x                        entered Jan 1, left Jan 31, day 30
    # c                        ────────────────────────────────o        entered Jan 11, with us on day 32
    contracts = [
        by_period("1", "2026-01-01", "2026-01-11", student="a"),
        by_period("2", "2026-01-01", "2026-01-31", student="b", campus="West"),
        by_period("3", "2026-01-11", "2026-12-31", student="c"),
    ]
    students = [{"student_id": s, "registered_on": "2026-01-01", "channel": "street"} for s in "abc"]
    return institution(as_of, settings=SMALL, enrolments=contracts, students=students, **more)


def test_stays_are_counted_in_days_from_their_start_until_ends_stop_being_known():
    rows = stays(three())
    assert rows["exit"].tolist() == [10, 30, 32]
    assert rows["entry"].tolist() == [-1, -1, -1]
    assert rows["cause"].tolist() == [1, 1, 0]


def test_a_stay_that_began_before_the_period_comes_into_view_late():
    # the last 20 days before Feb 13 begin on Jan 24: a was gone, b was in her day 23, c in hers 13
    rows = stays(three(), period_days=20)
    assert rows[["unit_id", "entry", "exit"]].to_numpy().tolist() == [["b", 22, 30], ["c", 12, 32]]


def test_who_was_here_before_the_records_begin_is_left_out():
    # records begin on Jan 1; a registered a year before, b on the day, c a year before but came when records ran
    contracts = [
        by_period("1", "2026-01-01", "2026-12-31", student="a"),
        by_period("2", "2026-01-01", "2026-12-31", student="b"),
        by_period("3", "2026-03-01", "2026-12-31", student="c"),
    ]
    students = [
        {"student_id": "a", "registered_on": "2025-01-01"},
        {"student_id": "b", "registered_on": "2026-01-01"},
        {"student_id": "c", "registered_on": "2025-01-01"},
    ]
    rows = stays(institution("2026-06-01", settings=SMALL, enrolments=contracts, students=students))
    assert rows["unit_id"].tolist() == ["b", "c"]
    assert rows.attrs["left_out"] == 1


def test_the_first_contract_says_where_a_stay_began():
    moved = [by_period("4", "2026-01-20", "2026-12-31", student="a", campus="North", course_id="music")]
    contracts = [by_period("1", "2026-01-01", "2026-01-25", student="a")]
    rows = stays(institution("2026-06-01", settings=SMALL, enrolments=contracts + moved))
    assert rows[["campus", "course", "cohort"]].to_numpy().tolist() == [["East", "maths", "2026H1"]]


def test_shares_of_those_still_here_and_of_the_ends_are_those_worked_by_hand():
    # at risk 3 on day 10, 2 on day 30: still here 2/3, then 2/3 · 1/2
    found = retention(three())
    row = found.table.set_index("days_with_us").loc[30]
    assert row["still_here_share"] == pytest.approx(2 / 3 * 1 / 2)
    assert row["churned_share"] == pytest.approx(1 / 3 + 2 / 3 * 1 / 2)
    assert row["under_observation"] == 2
    assert found.sentence("en").startswith("After 30 days, 33.3% of students are still here (")
    assert found.sentence("zh").startswith("入学 30 天后，33.3% 的学员仍在读（")


@pytest.mark.parametrize(
    ("half", "said"),
    [((40, 30, 50), "median"), ((40, 40, 40), "median_sharp"), ((40, 40, np.inf), "median_open")],
)
def test_an_interval_of_one_day_is_not_told_as_from_that_day_to_that_day(half, said, monkeypatch):
    monkeypatch.setattr(RETENTION, "median", lambda *_: half)
    found = retention(three())
    assert found.sentences == ("sentence", said)
    assert ("both ends of the interval" in found.sentence("en")) == (said == "median_sharp")


def test_a_curve_is_drawn_only_where_enough_are_at_risk():
    drawn = retention_curves(three()).table
    assert drawn["under_observation"].min() >= 2


def four_in_turn():
    """Return four students, each seen for five days: 8–12, 18–22, 28–32 and 38–42 days since their start."""
    # ends are known before 2026-02-13, the period begins on Feb 8; they began on Jan 31, 21, 11 and 1
    contracts = [
        by_period(str(n), f"2026-01-{day:02}", "2026-12-31", student=str(n), campus=campus)
        for n, (day, campus) in enumerate([(31, "East"), (21, "East"), (11, "West"), (1, "West")])
    ]
    students = [{"student_id": str(n), "registered_on": "2026-01-01"} for n in range(4)]
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=2, period_days=5)})
    return institution("2026-03-15", settings=rules, enrolments=contracts, students=students)


@pytest.mark.parametrize("told_by", [retention, retention_curves])
def test_where_too_few_are_at_risk_the_most_on_one_day_are_named(told_by):
    assert len(stays(four_in_turn(), period_days=5)) == 4
    with pytest.raises(NotEnoughData) as told:
        told_by(four_in_turn())
    assert told.value.message("en") == (
        "Retention needs at least 2 students under observation on the same day since their start; on no day were there "
        "more than 1."
    )
    assert told.value.message("zh") == "计算留存，入学后的同一天至少要有 2 名学员处于观察中；目前最多的一天只有 1 名。"


def test_where_every_group_has_too_few_at_risk_the_most_in_one_of_them_are_named():
    with pytest.raises(NotEnoughData) as told:
        retention_curves(four_in_turn(), by="campus")
    assert told.value.message("en") == (
        "A curve needs at least 2 students of one group under observation on the same day since their start; no group "
        "ever had more than 1."
    )
    assert told.value.message("zh").endswith("目前各组最多的一天只有 1 名。")


def many(seed=3, n=400):
    """Students of three campuses leave at constant rates, 1, 1 and 2 in 100 days, on the day their contract ends."""
    rng = np.random.default_rng(seed)
    campus = np.array(["East", "North", "West"])[rng.integers(0, 3, n)]
    start = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    length = np.floor(rng.exponential(np.where(campus == "West", 50, 100))).astype(int)
    contracts = [
        by_period(f"e{i}", str(s.date()), str((s + pd.Timedelta(days=int(d))).date()), student=f"s{i}", campus=c)
        for i, (s, d, c) in enumerate(zip(start, length, campus, strict=True))
    ]
    students = [{"student_id": f"s{i}", "registered_on": "2025-01-01", "channel": "street"} for i in range(n)]
    settings = SMALL.model_copy(update={"retention": Retention(min_at_risk=5), "uncertainty": Uncertainty()})
    return institution("2026-03-01", settings=settings, enrolments=contracts, students=students)


def test_a_campus_that_loses_students_twice_as_fast_is_found():
    data = many()
    compared = retention_by(data, by="campus")
    assert compared.sentences == ("differs",)
    assert compared.facts["fastest"] == "West"
    ratios = hazard_ratios(data).table.set_index("level")
    assert ratios.loc["West", "hazard_ratio_low"] < 2 < ratios.loc["West", "hazard_ratio_high"]
    assert ratios.loc["West", "adjusted_p_value"] < 0.001


def test_tests_are_corrected_for_the_four_groupings_of_a_report_in_sentence_and_table_alike():
    found = [retention_by(many(), by=by) for by in ("campus", "cohort")]
    told = retention_tests(found)
    assert told.sentence("en").startswith("2 groupings are compared here")
    assert "已按报告最多比较的 4 种作校正" in told.sentence("zh")
    tests = told.table
    assert tests["adjusted_p_value"].tolist() == [
        found[0].facts["adjusted_p_value"],
        found[1].facts["adjusted_p_value"],
    ]
    assert tests["adjusted_p_value"].min() == pytest.approx(4 * tests["p_value"].min())


def test_a_grouping_that_only_one_test_of_many_would_tell_apart_is_said_to_be_alike(monkeypatch):
    monkeypatch.setattr(RETENTION, "log_rank", lambda *_: hazards.Test(chi2=4.0, degrees=1, p_value=0.03))
    assert retention_by(many(), by="campus").sentences == ("alike",)
    monkeypatch.setattr(RETENTION, "log_rank", lambda *_: hazards.Test(chi2=7.0, degrees=1, p_value=0.012))
    # 4 groupings × .012 and 3 pairs of campuses × .012 are both below .05
    assert retention_by(many(), by="campus").sentences == ("differs",)


def test_two_groups_are_named_only_if_they_can_be_told_apart_themselves(monkeypatch):
    tests = iter([hazards.Test(chi2=9.0, degrees=2, p_value=0.011), hazards.Test(chi2=4.0, degrees=1, p_value=0.04)])
    monkeypatch.setattr(RETENTION, "log_rank", lambda *_: next(tests))
    assert retention_by(many(), by="campus").sentences == ("differs_somewhere",)


def test_who_completes_a_short_course_has_not_churned_sooner():
    """Everybody leaves maths after 100 days and chess after 50, all of chess by completing it: nobody churns faster."""
    n = 60
    contracts = [
        by_period(
            f"e{i}",
            "2025-03-01",
            "2025-04-20" if i % 2 else "2025-06-09",
            student=f"s{i}",
            course_id="chess" if i % 2 else "maths",
        )
        for i in range(n)
    ]
    students = [{"student_id": f"s{i}", "registered_on": "2025-03-01"} for i in range(n)]
    courses = [{"course_id": "chess", "name": "chess", "terminal": True}, {"course_id": "maths", "name": "maths"}]
    settings = SMALL.model_copy(update={"retention": Retention(min_at_risk=5), "uncertainty": Uncertainty()})
    data = institution("2025-12-01", settings=settings, enrolments=contracts, students=students, courses=courses)
    found = retention_by(data, by="course")
    assert found.table["ended"].tolist() == [n // 2, n // 2]
    assert found.sentences == ("alike",)


def test_one_campus_alone_has_nothing_to_be_compared_with():
    with pytest.raises(NotEnoughData):
        retention_by(three(), by="channel")


def test_too_few_ends_give_no_hazard_ratios():
    data = many(n=30)
    with pytest.raises(NotEnoughData) as told:
        hazard_ratios(data)
    assert "至少需要 50 名" in told.value.message("zh")


def drawn_stays(seed, n=250):
    """Stays that end at rates 1 in 100 days in East and 2 in 100 in West, a third of them come late into view."""
    rng = np.random.default_rng(seed)
    west = np.arange(n) < 0.4 * n
    exit_ = np.minimum(np.floor(rng.exponential(np.where(west, 50, 100))).astype(int), rng.integers(100, 300, n))
    entry = np.where(rng.random(n) < 1 / 3, rng.integers(0, 60, n), -1)
    rows = pd.DataFrame({"entry": entry, "exit": exit_, "cause": (exit_ < 100).astype(int), "cluster": np.arange(n)})
    rows = rows.assign(campus=np.where(west, "West", "East"), course="maths", channel="street")
    return rows[rows["exit"] > rows["entry"]].reset_index(drop=True)


@pytest.mark.slow
def test_hazard_ratio_intervals_cover_the_true_ratio():
    seeds, hits = 300, 0
    for seed in range(seeds):
        row = ratios_of(drawn_stays(seed), Settings()).table.iloc[0]
        assert row["level"] == "West"
        hits += row["hazard_ratio_low"] <= 2 <= row["hazard_ratio_high"]
    assert abs(hits / seeds - 0.95) <= 2.58 * np.sqrt(0.95 * 0.05 / seeds)


def test_the_day_by_which_half_had_left_has_its_interval(monkeypatch):
    # 1 of 3 is still here after day 30; what is worked out of its bounds is told, also where the data do not reach one
    monkeypatch.setattr(RETENTION, "median", lambda *_: (30.0, 10.0, 45.0))
    assert retention(three()).sentence("en").endswith("included (interval: day 10 to day 45).")
    assert retention(three()).sentence("zh").endswith("（含结课；区间：第 10 天至第 45 天）。")
    monkeypatch.setattr(RETENTION, "median", lambda *_: (30.0, 10.0, np.nan))
    assert retention(three()).sentence("en").endswith("(interval: from day 10 on; the data do not reach its end).")
    assert retention(three()).sentence("zh").endswith("（含结课；区间从第 10 天起，上限超出现有数据）。")


def test_no_curve_is_drawn_that_ends_before_thirty_days():
    # Ends are known up to 12 February: who began on 20 January is seen for 23 days, in three() two until day 30.
    contracts = [by_period(str(n), "2026-01-20", "2026-12-31", student=str(n)) for n in range(3)]
    with pytest.raises(NotEnoughData) as told:
        retention_curves(institution("2026-03-15", settings=SMALL, enrolments=contracts))
    assert told.value.message("en").startswith("A curve that ends after 23 days tells little")
    assert told.value.message("zh").startswith("曲线只到第 23 天")
    assert retention_curves(three()).table["days_with_us"].tolist() == [0, 7, 14, 21, 28]


@pytest.mark.parametrize(("shown", "said"), [({"a", "b"}, "differs"), ({"a"}, "differs_unshown")])
def test_only_groups_whose_figures_are_shown_are_named(shown, said):
    """Of 80 in each group a and b leave at 1 and 3 in 100 days, c leaves fastest of all but has no figures."""
    rng = np.random.default_rng(1)
    group = np.repeat(["a", "b", "c"], 80)
    days = np.floor(rng.exponential(np.repeat([100, 33, 5], 80))).astype(int)
    rows = pd.DataFrame({"course": group, "entry": -1, "exit": days, "cause": 1, "cluster": np.arange(240)})
    sentence, facts = RETENTION._compared(rows, "course", shown, 0.05)
    assert sentence == said
    assert (facts.get("fastest"), facts.get("slowest")) == (("b", "a") if said == "differs" else (None, None))


def thirty(campus, first):
    """Return contracts of 30 students of a campus, who began one a day from the first and are still there."""
    starts = pd.date_range(first, periods=30)
    return [
        by_period(f"{campus}{n}", f"{start:%Y-%m-%d}", "2026-12-31", student=f"{campus}{n}", campus=campus)
        for n, start in enumerate(starts)
    ]


def test_the_days_of_the_mean_are_told_and_a_group_seen_for_a_short_time_has_none():
    # ends are known up to 12 February 2026: East is seen from April 2025, West from September, North for 40 days
    rows = [
        *thirty("East", "2025-04-01"),
        *thirty("West", "2025-09-01"),
        *thirty("North", "2025-12-05"),
    ]
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=30)})
    found = retention_by(institution("2026-03-15", settings=rules, enrolments=rows), by="campus")
    days = (pd.Timestamp("2026-02-12") - pd.Timestamp("2025-09-30")).days + 1  # all 30 of West
    means = found.table.set_index("campus")["restricted_mean_days"]
    assert means.drop("North").to_dict() == {"East": days, "West": days}  # nobody left
    assert np.isnan(means["North"])
    assert found.warnings("en")[0].startswith(f"“Mean days, limited” is how many of the first {days} days a stay lasts")
    assert found.warnings("zh")[0].startswith(f"“限期平均在读天数”是入学后前 {days} 天里平均在读的天数")


def test_no_mean_is_told_of_fewer_days_than_a_term():
    rows = [*thirty("East", "2025-11-20"), *thirty("West", "2025-12-05")]
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=30)})
    found = retention_by(institution("2026-03-15", settings=rules, enrolments=rows), by="campus")
    assert found.table[["restricted_mean_days", "still_here_share"]].isna().all(axis=None)
    assert "within_days" not in found.caveats


def test_who_left_for_personal_reasons_has_not_completed():
    # of four, one moves away on day 20, nobody completes
    found = retention(four()).table
    assert "completed_share" not in found
    assert found["personal_share"].tolist() == pytest.approx([3 / 4 * 1 / 3])


def two_for_two_years(period_days):
    contracts = [by_period(name, "2024-01-01", "2026-12-31", student=name) for name in "ab"]
    students = [{"student_id": name, "registered_on": "2024-01-01", "channel": "street"} for name in "ab"]
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=2, period_days=period_days)})
    return institution("2026-03-15", settings=rules, enrolments=contracts, students=students)


def test_the_sentence_is_of_a_year_though_longer_is_known():
    found = retention(two_for_two_years(1000))
    assert found.table["days_with_us"].tolist() == [30, 90, 180, 365, 540, 730]
    assert found.facts["days"] == 365


def test_cohorts_are_watched_from_their_start_and_other_groups_over_the_last_period():
    data = two_for_two_years(100)
    assert RETENTION._rows(data, "cohort", None)["entry"].tolist() == [-1, -1]
    assert (RETENTION._rows(data, "campus", None)["entry"] > 600).all()


def test_no_mean_is_told_of_days_on_which_too_few_were_at_risk():
    # from day 21 on one alone is watched
    lone = pd.DataFrame({"entry": -1, "exit": [20, 20, 99], "cause": [1, 1, 0], "cluster": range(3)})
    assert np.isnan(RETENTION._summary(watched(lone), 90, SMALL)["restricted_mean_days"])
    told = RETENTION._summary(watched(lone), 21, SMALL)
    assert told["restricted_mean_days"] == pytest.approx(20 + 1 / 3)
    assert told["still_here_share"] == pytest.approx(1 / 3)


def test_each_point_of_a_curve_stands_on_those_at_risk_on_its_day():
    # three until day 10, two until day 30
    found = retention_curves(three()).table
    assert found["days_with_us"].tolist() == [0, 7, 14, 21, 28]
    assert found["under_observation"].tolist() == [3, 3, 2, 2, 2]
