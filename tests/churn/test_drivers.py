from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from churnlab.churn.drivers import odds_ratios
from churnlab.errors import NotEnoughData
from tests.churn.panels import TRUTH, made_up, settings

REFERENCE = Path(__file__).parents[1] / "reference"
GOOD = {"clear": True, "estimated": True}.__contains__
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
    assert row["step"].say("en") == "per complaint more"
    assert row["driver_note"] == "clear"


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
        "per 10 hours more",
        "per 10 percentage points more",
        "per 30 days more",
    ]
    assert {"所报课程：B", "所报课程：C"} < {driver.say("zh") for driver in finding.table["driver"]}


def test_the_strongest_feature_stands_first_and_its_strongest_word(panel, finding):
    # log odds of the truth per standard deviation: attendance 4 · 0.14, hours 0.03 · 17, course C 0.6 · 0.4, contact 0
    names = [driver.say("en") for driver in finding.table["driver"]]
    assert names[:4] == ["Attendance, last four weeks", "Hours left", "Course: C", "Course: B"]


@pytest.fixture(scope="module")
def with_ends(panel):
    """Return a panel in which a contract's end comes near and hours run out, for some without a known end."""
    rng = np.random.default_rng(7)
    days = rng.integers(-40, 200, len(panel)).astype(float)
    weeks = rng.integers(0, 20, len(panel)).astype(float)
    risk = 0.3 * (days < 30) + 0.2 * (days < 0) + 0.2 * (weeks < 4)
    return panel.assign(
        days_to_contract_end=np.where(rng.random(len(panel)) < 0.2, np.nan, days),
        weeks_of_hours_left=weeks,
        churned=panel["churned"] | (rng.random(len(panel)) < risk),
    )


def test_a_line_that_turns_is_told_as_a_whole_between_declared_values(with_ends):
    # the horizon is 30 days or 4 weeks: the middle of each stretch, against one horizon beyond the last turn
    found = odds_ratios(with_ends, settings=settings()).table
    told = [(driver.say("en"), step.say("en")) for driver, step in zip(found["driver"], found["step"], strict=True)]
    assert [row for row in told if row[0].startswith("Days to")] == [
        ("Days to contract end: 15 days past", "against 60 days"),
        ("Days to contract end: 15 days", "against 60 days"),
    ]
    assert [row for row in told if row[0].startswith("Weeks of")] == [
        ("Weeks of hours left: 2 weeks", "against 12 weeks"),
        ("Weeks of hours left: 6 weeks", "against 12 weeks"),
    ]
    zh = {driver.say("zh"): step.say("zh") for driver, step in zip(found["driver"], found["step"], strict=True)}
    assert zh["距合同到期天数：已过期 15 天"] == "与 60 天相比"
    assert zh["剩余课时可上周数：2 周"] == "与 12 周相比"


def test_ratios_of_whole_features_agree_with_a_t_test_of_statsmodels(with_ends):
    # the same line written with other columns (hinges max(x − knot, 0) and jumps), so the contrasts are worked anew
    rows = with_ends.dropna(subset=["days_to_contract_end"])
    found = _by_name(odds_ratios(rows, settings=settings()))

    def columns(days, weeks):
        hinges = [np.maximum(days - at, 0) for at in (0, 30)] + [np.maximum(weeks - at, 0) for at in (4, 8)]
        return np.column_stack([days, weeks, *hinges, days < 0, days < 30, weeks < 1 / 7]).astype(float)

    others = pd.get_dummies(rows["course_id"])[["B", "C"]].assign(
        attendance=rows["attendance_rate_28d"], hours=rows["hours_left"], contact=rows["days_since_contact"]
    )
    design = np.column_stack(
        [np.ones(len(rows)), columns(rows["days_to_contract_end"], rows["weeks_of_hours_left"]), others.astype(float)]
    )
    groups = pd.factorize(rows["student_id"])[0]
    fit = sm.Logit(rows["churned"].to_numpy(dtype=float), design).fit(disp=0, tol=1e-12, maxiter=100)
    scores = pd.DataFrame(fit.model.score_obs(fit.params)).groupby(groups).sum().to_numpy()
    bread = np.linalg.inv(-fit.model.hessian(fit.params))
    clustered = bread @ scores.T @ scores @ bread * len(scores) / (len(scores) - 1)
    for name, (days, weeks) in {
        "Days to contract end: 15 days past": (-15, 12),
        "Days to contract end: 15 days": (15, 12),
        "Weeks of hours left: 2 weeks": (60, 2),
        "Weeks of hours left: 6 weeks": (60, 6),
    }.items():
        apart = columns(np.array([days]), np.array([weeks]))[0] - columns(np.array([60]), np.array([12]))[0]
        test = fit.t_test(np.concatenate([[0], apart, np.zeros(5)]), cov_p=clustered)
        low, high = np.exp(test.conf_int()[0])
        expected = [np.exp(test.effect[0]), low, high]
        assert found.loc[name, RATIO].tolist() == pytest.approx(expected, rel=1e-5)


def test_a_comparison_that_leans_on_what_nobody_had_is_not_told(panel):
    # nobody had 0 to 30 days: where between them the line runs, and where it jumps, cannot be known
    rng = np.random.default_rng(7)
    days = rng.choice([-30.0, -20.0, -10.0, 40.0, 60.0, 90.0], len(panel))
    found = _by_name(odds_ratios(panel.assign(days_to_contract_end=days), settings=settings()))
    assert found.loc["Days to contract end: 15 days", "driver_note"] == "collinear"
    assert np.isnan(found.loc["Days to contract end: 15 days", "odds_ratio"])
    assert found.loc["Days to contract end: 15 days past", "driver_note"] in ("clear", "estimated")


def test_who_lacks_a_value_is_compared_with_all_that_is_always_lacking_with_it(panel):
    # Who has no contract by hours (N) has no pace either; of the others some have none (P). The odds of leaving are
    # 2 in N and 1/2 in P, and 1 elsewhere, so it is 2 that goes with having no hours, not 2 over 1/2.
    kind = np.resize(["N", "P", "-", "-"], 1200)
    share = pd.Series(kind).map({"N": 2 / 3, "P": 1 / 3, "-": 1 / 2}).to_numpy()
    rows = panel.iloc[np.resize(np.arange(len(panel)), 1200)][["as_of"]].reset_index(drop=True)
    weeks, hours = np.where(np.isin(kind, ["N", "P"]), np.nan, 12.0), np.where(kind == "N", np.nan, 9.0)
    place = pd.Series(kind).groupby(kind).cumcount() / pd.Series(kind).map(pd.Series(kind).value_counts())
    rows = rows.assign(unit_id=np.arange(1200).astype(str), student_id=np.arange(1200).astype(str))
    found = odds_ratios(
        rows.assign(hours_left=hours, weeks_of_hours_left=weeks, tenure_days=np.resize([1.0, 2.0], 1200)).assign(
            churned=(place < share - 1e-9).to_numpy()
        ),
        settings=settings(),
    )
    said = found.facts["unknown"].say("en")
    assert said.split("; ")[0].startswith("Hours left (not by hours, or use not recorded) 2.0"), said
    assert "Weeks of hours left (none used lately) 0.5" in said


def test_an_unknown_value_has_no_row_but_is_told_in_a_caveat(panel):
    # all of whom the contact is unknown leave, but for one in ten
    rng = np.random.default_rng(6)
    unknown = rng.random(len(panel)) < 0.2
    left = np.where(unknown, rng.random(len(panel)) < 0.9, panel["churned"])
    changed = panel.assign(days_since_contact=panel["days_since_contact"].mask(unknown), churned=left)
    found = odds_ratios(changed, settings=settings())
    assert "Never contacted" not in set(_by_name(found).index)
    assert "churn.unknown" in found.caveats
    assert "Never contacted " in found.facts["unknown"].say("en")
    assert float(found.facts["unknown"].facts["ratio"]) > 20


def test_a_feature_without_a_step_is_told_per_standard_deviation(panel, finding):
    clicks = panel.rename(columns={"hours_left": "clicks"})
    found = _by_name(odds_ratios(clicks, settings=settings())).loc["clicks"]
    deviation = panel["hours_left"].std(ddof=0)
    assert found["step"].say("en") == f"per standard deviation ({deviation:.2f}) more"
    per_ten = np.log(_by_name(finding).loc["Hours left", "odds_ratio"])
    assert np.log(found["odds_ratio"]) == pytest.approx(per_ten * deviation / 10)


def test_many_comparisons_are_allowed_for(finding):
    expected = multipletests(finding.table["p_value"], method="holm")[1]
    assert finding.table["holm_p_value"].tolist() == pytest.approx(expected.tolist())
    assert finding.facts["clear"] == (expected < 0.05).sum() > 0
    assert ((finding.table["driver_note"] == "clear") == (expected < 0.05)).all()
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
    row = separated.iloc[0]
    assert 1 < row["odds_ratio_low"] < row["odds_ratio"] < row["odds_ratio_high"]
    assert row["holm_p_value"] < 0.001, "and yet it is not called clear: it may be written down because they leave"
    assert found.facts["comparisons"] == 6
    assert found.table.drop(separated.index)["driver_note"].isin(["clear", "estimated"]).all()
    assert "churn.separated" in found.caveats
    assert found.as_json("zh")["rows"][separated.index[0]][-1] == "完全区分，按 Firth 法估计"


def test_a_leak_that_says_who_stays_is_told_as_well(panel):
    flag = (np.random.default_rng(2).random(len(panel)) < 0.1).astype(float)
    found = odds_ratios(panel.assign(open_complaints=flag, churned=panel["churned"] & (flag == 0)), settings=settings())
    row = found.table[found.table["driver_note"] == "separated"].iloc[0]
    assert row["odds_ratio_low"] < row["odds_ratio"] < row["odds_ratio_high"] < 1


def test_a_leak_that_parts_all_leaves_nothing_to_tell_the_others_by(panel):
    found = odds_ratios(panel.assign(leak=panel["churned"].astype(float)), settings=settings())
    assert found.table["driver"].iloc[-1].say("en") == "leak"
    assert found.table["driver_note"].tolist() == ["undecided"] * 5 + ["separated"]
    assert found.table[RATIO][:5].isna().all(axis=None)
    assert found.table["odds_ratio_low"].iloc[5] > 1


def test_a_sum_of_other_columns_is_left_out_and_named(panel):
    found = odds_ratios(panel.assign(both=panel["hours_left"] + panel["days_since_contact"]), settings=settings())
    assert found.table["driver_note"].map(GOOD).tolist() == [True] * 5 + [False]
    assert found.table["driver_note"].iloc[-1] == "collinear"
    assert found.table["driver"].iloc[-1].say("en") == "both"


def test_two_columns_that_say_nearly_the_same_bring_a_caveat(panel, finding):
    near = panel["hours_left"] + np.random.default_rng(3).normal(size=len(panel))
    found = odds_ratios(panel.assign(tenure_days=near), settings=settings())
    assert "churn.collinear" in found.caveats
    assert "churn.collinear" not in finding.caveats
    assert found.facts["collinear"].say("zh") == "剩余课时；在读时长"


def test_few_leavings_for_many_columns_bring_a_caveat(panel):
    found = odds_ratios(panel, settings=settings(events_per_feature=100))
    assert "churn.few_events" in found.caveats


def test_an_interval_too_wide_to_print_is_not_printed(panel):
    twin = panel["hours_left"] + 0.02 * np.random.default_rng(3).normal(size=len(panel))
    found = odds_ratios(panel.assign(hours_again=twin), settings=settings())
    assert found.table["driver_note"].map(GOOD).tolist() == [True] * 4 + [False] * 2
    assert found.table["driver_note"].tolist()[4:] == ["vague"] * 2
    assert found.table.loc[found.table["driver_note"] == "vague", [*RATIO, "p_value"]].isna().all(axis=None)


def test_the_same_rows_in_another_order_give_the_same(panel, finding):
    shuffled = odds_ratios(panel.sample(frac=1, random_state=5), settings=settings())
    assert np.array_equal(shuffled.table[RATIO], finding.table[RATIO])


def test_nobody_left_is_refused(panel):
    with pytest.raises(NotEnoughData):
        odds_ratios(panel.assign(churned=False), settings=settings())


@pytest.mark.parametrize("hours", [[30.0, 30.0], [30.0, np.nan]])
def test_where_nothing_varies_but_what_is_known_there_is_nothing_to_compare(panel, hours):
    alone = panel[["as_of", "unit_id", "student_id", "churned"]]
    with pytest.raises(NotEnoughData) as refused:
        odds_ratios(alone.assign(hours_left=np.resize(hours, len(panel))), settings=settings())
    assert refused.value.key == "model.no_features"


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


def _with_many(panel, names):
    rng = np.random.default_rng(5)
    return panel.assign(**{name: rng.normal(size=len(panel)) for name in names})


def test_no_more_rows_are_shown_than_a_page_holds_and_the_clear_come_first(panel):
    found = odds_ratios(_with_many(panel, [f"noise {n:02}" for n in range(40)]), settings=settings())
    rows = len(found.table)
    # 40 of noise and 5 of the panel: 25 shown
    assert (rows, found.facts["hidden"], found.facts["hidden_clear"]) == (25, 20, 0)
    clear = (found.table["driver_note"] == "clear").sum()
    assert clear == found.facts["clear"] >= 2
    assert found.sentences == ("sentence", "clear", "hidden")
    assert "另有 20 项比较未列出" in found.sentence("zh")
    assert "20 more comparisons are not listed" in found.sentence("en")


def test_features_that_joined_later_are_compared_where_enough_left(panel):
    later = ["leave_share_84d", "absence_share_84d", "class_size"]
    wide, events = _with_many(panel, later), int(panel["churned"].sum())
    columns = 5  # of the panel's own features: attendance, hours, contact, courses B and C

    def compared(per_feature):
        rules = settings().model_copy(
            update={"model": settings().model.model_copy(update={"events_per_feature": per_feature})}
        )
        found = odds_ratios(wide, settings=rules)
        names = {driver.key.split(".")[1] for driver in found.table["driver"]}
        return names & {"leave_share", "absence_share", "class_size"}, found.facts["left_out"], found.caveats

    everything = compared(events / (columns + 3))
    assert everything[:2] == ({"leave_share", "absence_share", "class_size"}, 0)
    assert "churn.left_out" not in everything[2]
    # one column short: the last declared stays out
    short = compared(events / (columns + 2))
    assert short[:2] == ({"leave_share", "absence_share"}, 1)
    assert "churn.left_out" in short[2]
    assert compared(float(events))[:2] == (set(), 3)
