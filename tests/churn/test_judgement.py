from datetime import date

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from churnlab.churn.evaluation import Backtest, backtest
from churnlab.churn.judgement import baseline, calibration, discrimination
from churnlab.stats.discrimination import delong
from churnlab.stats.intervals import wilson
from tests.churn.panels import made_up, settings
from tests.churn.panels import month_of as _scored


@pytest.fixture(scope="module")
def judged():
    return backtest(made_up(students=600), settings=settings())


def test_one_month_by_hand():
    # leavers .8 .4, stayers .5 .1 .1: pairs won 3 + 2 of 6; the top fifth is one name, a leaver
    rows = [(1, 0.8), (1, 0.4), (0, 0.5), (0, 0.1), (0, 0.1)]
    found = discrimination(_scored(rows), settings=settings(top_share=0.2))
    row, facts = found.table.iloc[0], found.facts
    assert row["month"] == date(2026, 1, 1)
    assert (row["n"], row["events"], row["horizon_rate"]) == (5, 2, 2 / 5)
    assert row["auc"] == pytest.approx(5 / 6)
    assert row["brier"] == pytest.approx((0.2**2 + 0.6**2 + 0.5**2 + 2 * 0.1**2) / 5)
    assert row["reference_brier"] == pytest.approx(0.25)
    assert facts["average_precision"] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert (facts["captured_share"], facts["lift_ratio"]) == (1 / 2, pytest.approx(5 / 2))


def test_each_month_has_its_own_area_with_delongs_interval(judged):
    table = discrimination(judged, settings=settings()).table
    for row, (_, rows) in zip(table.itertuples(), judged.scored.groupby("as_of"), strict=True):
        area = delong(rows["churned"], rows["churn_probability"], 0.95)
        assert (row.auc, row.auc_low, row.auc_high) == (area.auc, area.low, area.high)
        assert row.auc == pytest.approx(roc_auc_score(rows["churned"], rows["churn_probability"]))


def test_a_months_interval_is_by_student_where_students_have_several_contracts():
    rows = _scored([(1, 0.8), (1, 0.4), (0, 0.5), (0, 0.1), (0, 0.2), (0, 0.9)])
    rows.scored["student_id"] = ["a", "b", "a", "c", "d", "c"]
    row, scored = discrimination(rows, settings=settings()).table.iloc[0], rows.scored
    area = delong(scored["churned"], scored["churn_probability"], 0.95, clusters=scored["student_id"])
    assert (row["auc_low"], row["auc_high"]) == (area.low, area.high)
    assert area.low != delong(scored["churned"], scored["churn_probability"], 0.95).low


def test_months_of_few_leavers_are_said_to_have_intervals_that_are_too_short(judged):
    """DeLong's interval leans on many leavers; the months here have two to four."""
    events = judged.scored.groupby("as_of")["churned"].sum()
    needed = int(events.max())
    fewer = int((events < needed).sum())
    found = discrimination(judged, settings=settings(min_events=needed))
    assert found.facts["short_months"] == fewer > 0
    assert (
        f"fewer than {needed} students left: there the interval of the area is too short." in found.warnings("en")[-1]
    )
    enough = discrimination(judged, settings=settings(min_events=int(events.min())))
    assert "model.short_intervals" not in enough.caveats


def test_overall_only_pairs_of_the_same_month_count(judged):
    facts = discrimination(judged, settings=settings()).facts
    shifted = judged.scored.assign(
        churn_probability=judged.scored["churn_probability"] / judged.scored["as_of"].dt.month
    )
    moved = Backtest(scored=shifted, rivals=judged.rivals, months=judged.months, skipped=judged.skipped)
    assert discrimination(moved, settings=settings()).facts["auc"] == facts["auc"]
    assert facts["auc_low"] < facts["auc"] < facts["auc_high"]


@pytest.mark.parametrize(("skipped", "empty"), [((), 1), ((date(2026, 6, 1),), 0)])
def test_a_month_at_whose_start_nobody_was_there_is_told(judged, skipped, empty):
    # tested April, May, July, August: in June nobody was there, unless it was left out for another reason
    rows = judged.scored[judged.scored["as_of"].dt.month != 6].reset_index(drop=True)
    months = tuple(month for month in judged.months if month.month != 6)
    found = discrimination(Backtest(scored=rows, rivals=(), months=months, skipped=skipped), settings=settings())
    assert (found.facts["months"], found.facts["empty_months"]) == (4, empty)
    assert ("empty" in found.sentences) == bool(empty)
    assert ("At the start of 1 month in between no student was there" in found.sentence("en")) == bool(empty)


@pytest.mark.parametrize(
    ("right", "verdict"),
    [(400, "good"), (330, "fair"), (270, "weak"), (200, "chance")],
)
def test_the_verdict_does_not_flatter(right, verdict):
    # of 400 leavers `right` stand above all stayers but as many below: the area is right / 400 by construction
    rows = [(1, 0.9)] * right + [(1, 0.1)] * (400 - right) + [(0, 0.5)] * 400
    finding = discrimination(_scored(rows), settings=settings(weak_auc=0.7, good_auc=0.85))
    assert finding.facts["auc"] == pytest.approx(right / 400)
    assert finding.sentences == ("sentence", verdict, "top")


def test_the_sentence_says_what_an_area_means(judged):
    facts = discrimination(judged, settings=settings()).facts
    told = discrimination(judged, settings=settings()).sentence("en")
    assert told.startswith(
        "Over the 5 months tested (April 2026 to August 2026), the model ranked a random leaver above a random stayer "
        f"of the same month in {facts['auc']:.1%} ({facts['auc_low']:.1%}–{facts['auc_high']:.1%}) of pairs"
    )


def test_the_calibration_curve_counts_everybody(judged):
    finding = calibration(judged, settings=settings())
    assert finding.table["n"].sum() == len(judged.scored)
    assert finding.table["risk_group"].tolist() == list(range(1, 11))
    assert finding.facts["observed"] == judged.scored["churned"].sum()
    assert finding.facts["expected"] == pytest.approx(judged.scored["churn_probability"].sum())


@pytest.fixture(scope="module")
def chance():
    """Return 300 students whose probabilities are right."""
    rng = np.random.default_rng(4)
    told = rng.uniform(0.05, 0.6, 300)
    return list(zip(rng.random(300) < told, told, strict=True))


def test_the_same_students_in_four_months_are_no_more_certain_than_in_one(chance):
    """Month after month the same students, chances and ends: nothing is learned after the first."""
    once, often = _scored(chance), _scored(chance, months=4)
    for judge, count in ((discrimination, 4), (baseline, 0), (calibration, 2)):
        one, other = (judge(seen, settings=settings()).facts for seen in (once, often))
        ends = [name for name in one if name.endswith(("_low", "_high")) and not name.startswith("gain")]
        assert len(ends) == 2 * count
        assert [other[name] for name in ends] == pytest.approx([one[name] for name in ends], rel=0.01)
        assert all(one[name.removesuffix("_low")] > one[name] for name in ends if name.endswith("_low"))


def test_the_groups_of_the_calibration_curve_are_as_certain_as_their_students(chance):
    few = settings(calibration_bins=5)
    one, other = (calibration(_scored(chance, months=months), settings=few).table for months in (1, 4))
    low, high = wilson(one["events"], one["n"], 0.95)
    assert np.array_equal(one[["observed_rate_low", "observed_rate_high"]], np.column_stack([low, high]))
    assert other["n"].tolist() == (4 * one["n"]).tolist()
    np.testing.assert_allclose(other["observed_rate_low"], low, atol=0.002)
    np.testing.assert_allclose(other["observed_rate_high"], high, atol=0.002)


def test_every_figure_of_a_list_has_its_interval(judged):
    told = discrimination(judged, settings=settings()).sentence("en")
    facts = discrimination(judged, settings=settings()).facts
    share, lift = (
        [facts[f"{name}{end}"] for end in ("", "_low", "_high")] for name in ("captured_share", "lift_ratio")
    )
    assert "{:.1%} ({:.1%}–{:.1%}) of those who left, ".format(*share) in told
    assert "{:.1f} ({:.1f}–{:.1f}) times as many".format(*lift) in told
    table = baseline(judged, settings=settings()).table.set_index("method")
    for name in ("auc", "average_precision", "lift_ratio", "captured_share"):
        assert table.loc["model", name] == facts[name]
        assert table.loc["model", f"{name}_low"] == facts[f"{name}_low"] < facts[name] < facts[f"{name}_high"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda odds: odds, "right"),
        (lambda odds: odds - 1, "low"),
        (lambda odds: odds + 1, "high"),
        (lambda odds: odds * 3, "extreme"),
        (lambda odds: odds / 3, "timid"),
    ],
)
def test_probabilities_that_are_off_are_called_so(change, said):
    rng = np.random.default_rng(6)
    odds = rng.normal(-1, 1, 3000)
    left = rng.random(3000) < 1 / (1 + np.exp(-odds))
    rows = list(zip(left, 1 / (1 + np.exp(-change(odds))), strict=True))
    sentences = calibration(_scored(rows), settings=settings()).sentences
    assert said in sentences
    assert said in ("extreme", "timid") or len(sentences) == 2


def test_nobody_left_in_the_months_judged_says_only_the_counts():
    finding = calibration(_scored([(0, 0.1), (0, 0.2)]), settings=settings())
    assert finding.sentences == ("sentence",)
    assert finding.caveats == ("model.not_month_rate", "model.few_judged")
    assert "0 left" in finding.sentence("en")


def test_against_a_rule_the_lead_and_its_interval_are_told(judged):
    finding = baseline(judged, settings=settings())
    areas = finding.table.set_index("method")["auc"]
    assert areas["last_rate"] == 0.5
    assert finding.facts["gain_points"] == pytest.approx(100 * (areas["model"] - areas["hours_left"]))
    assert finding.facts["gain_points_low"] > 0
    assert finding.sentences == ("skill", "rule_hours_left", "gain")


def test_a_model_no_better_than_a_rule_is_said_to_be_so():
    rng = np.random.default_rng(8)
    rows = list(zip(rng.random(300) < 0.3, rng.random(300), strict=True))
    scored = _scored(rows, hours_left=rng.random(300))
    finding = baseline(scored, settings=settings())
    assert finding.sentences == ("no_skill", "rule_hours_left", "no_gain")
    assert "the rule may do" in finding.sentence("en")


def test_without_any_rule_only_the_rate_is_the_rival():
    rows = [(1, 0.6)] * 40 + [(0, 0.4)] * 40
    finding = baseline(_scored(rows), settings=settings())
    assert finding.table["method"].tolist() == ["model", "last_rate"]
    assert finding.sentences == ("skill",)


def test_nobody_takes_those_who_left_within_the_horizon_for_the_churn_of_the_month(judged):
    ranking, groups = (judge(judged, settings=settings()) for judge in (discrimination, calibration))
    for found in (ranking, groups):
        assert not {"流失率", "Churn rate"} & {*found.presented("zh").columns, *found.presented("en").columns}
        assert found.warnings("en")[0].startswith(
            "Here leaving is counted over the 30 days from each month's first day, as a share of all records judged"
        )
        assert "指从每月第一天起 30 天内的流失占全部检验记录的比例" in found.warnings("zh")[0]
    assert "Left within horizon" in ranking.presented("en")
    assert "预测期内流失" in ranking.presented("zh")
    assert groups.title("en") == "Predicted to leave within 30 days and left, by groups of similar risk"


@pytest.mark.parametrize("judge", [discrimination, calibration, baseline])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_judgement_can_be_shown_in_both_languages(judged, judge, lang):
    shown = judge(judged, settings=settings()).as_json(lang)
    assert shown["sentence"]
    assert all(shown["columns"])


def test_the_judgement_of_shuffled_rows_is_the_same(judged):
    shuffled = Backtest(
        scored=judged.scored.sample(frac=1, random_state=2),
        rivals=judged.rivals,
        months=judged.months,
        skipped=judged.skipped,
    )
    one, other = discrimination(judged, settings=settings()), discrimination(shuffled, settings=settings())
    assert other.facts == pytest.approx(one.facts)
