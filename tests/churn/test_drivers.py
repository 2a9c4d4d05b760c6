from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from churnlab.churn.drivers import odds_ratios
from churnlab.errors import NotEnoughData
from tests.churn.panels import TRUTH, made_up, settings

REFERENCE = Path(__file__).parents[1] / "reference"
RATIO = ["odds_ratio", "odds_ratio_low", "odds_ratio_high"]


@pytest.fixture(scope="module")
def panel():
    return made_up()


@pytest.fixture(scope="module")
def finding(panel):
    return odds_ratios(panel, settings=settings())


def _by_name(finding):
    return finding.table.assign(name=[str(driver.say("en")) for driver in finding.table["driver"]]).set_index("name")


def test_one_flag_by_hand():
    # with the flag 30 of 40 left, without it 20 of 60: odds 3 and 1/2, ratio 6. Each row is a student of its own, so
    # the clustered variance is Woolf's 1/30 + 1/10 + 1/20 + 1/40, times 100/99.
    left = np.repeat([True, False, True, False], [30, 10, 20, 40])
    names = [f"S{number:03}" for number in range(100)]
    day = np.repeat(pd.Timestamp("2026-01-01"), 100)
    panel = pd.DataFrame({"as_of": day, "unit_id": names, "student_id": names, "churned": left})
    row = odds_ratios(panel.assign(open_complaints=np.repeat([1.0, 0.0], [40, 60])), settings=settings()).table.iloc[0]
    error = np.sqrt((1 / 30 + 1 / 10 + 1 / 20 + 1 / 40) * 100 / 99)
    assert row["odds_ratio"] == pytest.approx(6)
    assert row["odds_ratio_low"] == pytest.approx(6 * np.exp(-1.959963984540054 * error))
    assert row["odds_ratio_high"] == pytest.approx(6 * np.exp(1.959963984540054 * error))
    assert row["step"].say("en") == "per complaint"


def test_ratios_and_clustered_intervals_agree_with_r():
    # tests/reference/odds_ratios.R: glm, and the sandwich by student by hand
    rows = pd.read_csv(REFERENCE / "odds_ratios.csv")
    in_r = pd.read_csv(REFERENCE / "odds_ratios_fit.csv", index_col="what").loc[["attendance", "hours", "sibling"]]
    names = {"attendance": "attendance_rate_28d", "hours": "hours_left", "sibling": "siblings_with_us"}
    panel = rows.rename(columns=names).assign(
        as_of=pd.Timestamp("2026-01-01"),
        unit_id=np.arange(len(rows)).astype(str),
        student_id=rows["student"].astype(str),
        churned=rows["churned"] == 1,
    )
    found = odds_ratios(panel.drop(columns=["student", "told"]), settings=settings()).table
    steps = np.array([0.1, 10, 1])
    log_odds, half = in_r["estimate"] * steps, 1.959963984540054 * in_r["clustered_error"] * steps
    assert found["odds_ratio"].tolist() == pytest.approx(np.exp(log_odds).tolist())
    assert found["odds_ratio_low"].tolist() == pytest.approx(np.exp(log_odds - half).tolist())
    assert found["odds_ratio_high"].tolist() == pytest.approx(np.exp(log_odds + half).tolist())


def test_each_step_is_said_in_units_a_teacher_can_picture(finding):
    assert sorted(step.say("en") for step in finding.table["step"]) == [
        "against A",
        "against A",
        "per 10 hours",
        "per 10 percentage points",
        "per 30 days",
    ]
    assert {"所报课程：B", "所报课程：C"} < {driver.say("zh") for driver in finding.table["driver"]}


def test_the_strongest_stand_first(panel, finding):
    # log odds of the truth per standard deviation: attendance 4 · 0.14, hours 0.03 · 17, course C 0.6 · 0.4, contact 0
    names = [driver.say("en") for driver in finding.table["driver"]]
    assert names[0] == "Attendance, last four weeks"
    assert names[:3] == ["Attendance, last four weeks", "Hours left", "Course: C"]


def test_that_a_value_is_unknown_stands_last_however_strong(panel):
    # all of whom the contact is unknown leave, but for one in ten
    rng = np.random.default_rng(6)
    unknown = rng.random(len(panel)) < 0.2
    left = np.where(unknown, rng.random(len(panel)) < 0.9, panel["churned"])
    changed = panel.assign(days_since_contact=panel["days_since_contact"].mask(unknown), churned=left)
    found = odds_ratios(changed, settings=settings()).table
    assert found["driver"].iloc[-1].say("en") == "Never contacted"
    assert found["odds_ratio"].iloc[-1] > 20


def test_pieces_and_thresholds_are_told_in_words(panel):
    rng = np.random.default_rng(7)
    days = rng.integers(-40, 200, len(panel)).astype(float)
    weeks = rng.integers(0, 20, len(panel)).astype(float)
    found = odds_ratios(panel.assign(days_to_contract_end=days, weeks_of_hours_left=weeks), settings=settings()).table
    told = {driver.say("en"): step.say("en") for driver, step in zip(found["driver"], found["step"], strict=True)}
    assert {name: step for name, step in told.items() if name.startswith(("Days to", "Weeks"))} == {
        "Days to contract end, up to 0": "per 30 days",
        "Days to contract end, from 0 to 30": "per 30 days",
        "Days to contract end, from 30 on": "per 30 days",
        "Days to contract end: already past": "against those not past",
        "Days to contract end: below 30": "against 30 or more",
        "Weeks of hours left, up to 4": "per 4 weeks",
        "Weeks of hours left, from 4 to 8": "per 4 weeks",
        "Weeks of hours left, from 8 on": "per 4 weeks",
        "Weeks of hours left: none left": "against those with some left",
    }
    zh = {driver.say("zh") for driver in found["driver"]}
    assert {"距合同到期天数（0 至 30）", "距合同到期天数：已过期", "剩余课时可上周数：已用完"} < zh


def test_a_feature_without_a_step_is_told_per_standard_deviation(panel, finding):
    clicks = panel.rename(columns={"hours_left": "clicks"})
    found = _by_name(odds_ratios(clicks, settings=settings())).loc["clicks"]
    deviation = panel["hours_left"].std(ddof=0)
    assert found["step"].say("en") == f"per standard deviation ({deviation:.2f})"
    per_ten = np.log(_by_name(finding).loc["Hours left", "odds_ratio"])
    assert np.log(found["odds_ratio"]) == pytest.approx(per_ten * deviation / 10)


def test_many_comparisons_are_allowed_for(finding):
    expected = multipletests(finding.table["p_value"], method="holm")[1]
    assert finding.table["holm_p_value"].tolist() == pytest.approx(expected.tolist())
    assert finding.facts["clear"] == (expected < 0.05).sum() > 0
    assert finding.sentences == ("sentence", "clear")


def test_it_is_labelled_an_association_and_claims_no_cause(finding):
    assert finding.caveats[0] == "churn.association"
    assert finding.design is None


def test_where_nothing_is_shown_it_says_so(panel):
    noise = panel.assign(churned=np.random.default_rng(1).permutation(panel["churned"]))
    assert odds_ratios(noise, settings=settings()).sentences == ("sentence", "unclear")


def test_a_separating_column_is_named_and_the_others_are_still_told(panel):
    flag = (np.random.default_rng(2).random(len(panel)) < 0.1).astype(float)
    changed = panel.assign(open_complaints=flag, churned=panel["churned"] | (flag == 1))
    found = odds_ratios(changed, settings=settings())
    separated = found.table[found.table["driver_note"] == "separated"]
    assert [driver.key for driver in separated["driver"]] == ["feature.open_complaints.label"]
    assert separated[RATIO].isna().all(axis=None)
    assert (found.table.drop(separated.index)["driver_note"] == "estimated").all()
    assert "churn.separated" in found.caveats
    assert found.as_json("zh")["rows"][separated.index[0]][2] == "—"


def test_a_leak_that_parts_all_leaves_nothing_to_tell_the_others_by(panel):
    found = odds_ratios(panel.assign(leak=panel["churned"].astype(float)), settings=settings())
    assert found.table["driver"].iloc[-1].say("en") == "leak"
    assert found.table["driver_note"].tolist() == ["undecided"] * 5 + ["separated"]
    assert found.table[RATIO].isna().all(axis=None)


def test_a_sum_of_other_columns_is_left_out_and_named(panel):
    found = odds_ratios(panel.assign(both=panel["hours_left"] + panel["days_since_contact"]), settings=settings())
    assert found.table["driver_note"].tolist() == ["estimated"] * 5 + ["collinear"]
    assert found.table["driver"].iloc[-1].say("en") == "both"


def test_two_columns_that_say_nearly_the_same_bring_a_caveat(panel, finding):
    near = panel["hours_left"] + np.random.default_rng(3).normal(size=len(panel))
    found = odds_ratios(panel.assign(weeks_of_hours_left=near), settings=settings())
    assert "churn.collinear" in found.caveats
    assert "churn.collinear" not in finding.caveats
    assert (found.table["vif"] > 10).sum() == 2


def test_few_leavings_for_many_columns_bring_a_caveat(panel):
    found = odds_ratios(panel, settings=settings(events_per_feature=100))
    assert "churn.few_events" in found.caveats


def test_an_interval_too_wide_to_print_is_not_printed(panel):
    twin = panel["hours_left"] + 0.02 * np.random.default_rng(3).normal(size=len(panel))
    found = odds_ratios(panel.assign(hours_again=twin), settings=settings())
    assert found.table["driver_note"].tolist() == ["estimated"] * 4 + ["vague"] * 2
    assert found.table.loc[found.table["driver_note"] == "vague", [*RATIO, "p_value"]].isna().all(axis=None)


def test_unknown_values_are_compared_with_known_ones(panel):
    some = panel["hours_left"].mask(np.random.default_rng(4).random(len(panel)) < 0.3)
    found = _by_name(odds_ratios(panel.assign(hours_left=some), settings=settings()))
    assert found.loc["Hours left (not by hours, or use not recorded)", "step"].say("en") == "against those with a value"


def test_the_same_rows_in_another_order_give_the_same(panel, finding):
    shuffled = odds_ratios(panel.sample(frac=1, random_state=5), settings=settings())
    assert np.array_equal(shuffled.table[RATIO], finding.table[RATIO])


def test_nobody_left_is_refused(panel):
    with pytest.raises(NotEnoughData):
        odds_ratios(panel.assign(churned=False), settings=settings())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_can_be_shown(finding, lang):
    shown = finding.as_json(lang)
    assert len(shown["rows"]) == 5
    assert shown["sentence"]


@pytest.mark.slow
def test_intervals_cover_the_true_odds_ratios_at_their_level():
    # Estimand: the odds ratio of the logistic truth behind the panel, per step. 300 institutions of 250 students.
    truth = {
        "attendance_rate_28d": TRUTH["attendance_rate_28d"] * 0.1,
        "hours_left": TRUTH["hours_left"] * 10,
        "days_since_contact": 0.0,
        "C": TRUTH["course C"],
    }
    covered = dict.fromkeys(truth, 0)
    for seed in range(300):
        table = odds_ratios(made_up(students=250, months=6, seed=seed), settings=settings()).table
        for row in table.itertuples():
            name = row.driver.facts.get("level") or row.driver.key.split(".")[1]
            if name in truth:
                covered[name] += row.odds_ratio_low <= np.exp(truth[name]) <= row.odds_ratio_high
    # 99 % binomial band of 95 % in 300 draws
    assert all(275 <= count <= 294 for count in covered.values()), covered
