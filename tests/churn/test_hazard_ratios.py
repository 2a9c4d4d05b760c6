import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from churnlab.churn.hazard_ratios import hazard_ratios, ratios_of
from churnlab.churn.levels import POOLED
from churnlab.churn.stays import CHURNED
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings, Uncertainty
from tests.builders import institution
from tests.churn.stays import by_period, settings


def drawn(n=300, *, seed=1, rates=None, **groups):
    """Return stays that end within a year at a rate per day: 1 in 100, or another of their campus."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"campus": "East", "course": "maths", "channel": "street"} | groups, index=range(n))
    exit_ = rng.exponential(1 / rows["campus"].map(rates or {}).fillna(0.01)).astype(int)
    return rows.assign(
        entry=-1, exit=np.minimum(exit_, 365), cause=np.where(exit_ < 365, CHURNED, 0), cluster=rows.index
    )


def thirds(*names):
    return [names[i % len(names)] for i in range(300)]


def test_a_group_that_nobody_left_is_left_out_and_changes_nothing_for_the_others():
    """Its ratio would be 0, and at the limit of 0 its stays weigh nothing: the others' ratios are theirs alone."""
    rows = drawn(campus=thirds("East", "West", "North"), rates={"West": 0.02, "North": 1e-9})
    found = ratios_of(rows, Settings())
    alone = ratios_of(rows[rows["campus"] != "North"].reset_index(drop=True), Settings())
    assert list(found.table["level"]) == ["West"]
    pd.testing.assert_frame_equal(found.table, alone.table)
    assert found.facts["left_out"] == 100
    assert "too_few_ends_left_out" in found.caveats
    assert alone.facts["left_out"] == 0
    assert "too_few_ends_left_out" not in alone.caveats
    assert found.warnings("en")[-1] == "100 students are left out: too few of their group churned for a ratio."
    assert found.warnings("zh")[-1] == "另有 100 名学员未参与比较：所在组流失太少，算不出风险比。"


def test_groups_with_few_ends_are_told_together_if_together_they_have_enough():
    rows = drawn(
        campus=thirds("East", "East", "East", "North", "South"), rates={"North": 0.0002, "South": 0.0002}, seed=2
    )
    ends = rows[rows["cause"] == CHURNED].groupby("campus").size()
    assert ends["North"] < 5
    assert ends["South"] < 5 <= ends["North"] + ends["South"]
    table = ratios_of(rows, Settings()).table
    assert list(table["level"]) == [POOLED["campus"]]
    assert table["stays"].tolist() == [120]
    assert table["hazard_ratio_high"].lt(0.2).all()


def test_a_group_of_which_everybody_churned_is_compared():
    rows = drawn(campus=thirds("East", "West"), rates={"West": 1.0})
    assert (rows.loc[rows["campus"] == "West", "cause"] == CHURNED).all()
    assert ratios_of(rows, Settings()).table.loc[0, "hazard_ratio_low"] > 10


def test_where_one_group_was_only_there_when_the_other_was_not_no_ratio_is_told():
    """East's are watched for their first 50 days and West's only from day 100 on: nobody was ever beside another."""
    rows = drawn(campus=thirds("East", "West"))
    late = rows["campus"] == "West"
    rows["entry"] = np.where(late, 99, -1)
    rows["exit"] = np.where(late, 100 + rows["exit"], np.minimum(rows["exit"], 50))
    with pytest.raises(NotEnoughData) as told:
        ratios_of(rows, Settings())
    assert told.value.message("en").startswith("The groups are so mixed")


def test_where_too_few_churned_among_those_who_can_be_compared_nothing_is_told():
    """Of 50 who churned 3 were at North, too few for a ratio: 47 remain."""
    rows = pd.DataFrame({"campus": ["East", "West"] * 50, "course": "maths", "channel": "street", "entry": -1})
    rows = rows.assign(exit=range(10, 110), cause=CHURNED, cluster=rows.index)
    alone = pd.DataFrame({"campus": "North", "course": "maths", "channel": "street", "entry": -1}, index=range(100))
    alone = alone.assign(exit=200, cause=0, cluster=range(100, 200))
    fewer = pd.concat(
        [rows.assign(cause=np.where(rows.index < 47, CHURNED, 0)), alone.assign(cause=[CHURNED] * 3 + [0] * 97)]
    )
    with pytest.raises(NotEnoughData) as told:
        ratios_of(fewer.reset_index(drop=True), Settings())
    assert told.value.message("en") == "Hazard ratios need at least 50 churned students; there are 47."


def mixed():
    """Return stays at East, at a campus really called other, and at two small ones where few left."""
    names = thirds("East", "East", "other", "North", "South")
    return drawn(campus=names, rates={"other": 0.03, "North": 0.0002, "South": 0.0002}, seed=2)


@pytest.mark.parametrize("name", ["other", "others", "其他", "pooled"])
def test_a_campus_really_called_other_is_not_taken_for_those_pooled(name):
    rows = mixed().replace({"campus": {"other": name}})
    found = ratios_of(rows, Settings())
    assert dict(zip(found.table["level"].astype(str), found.table["stays"], strict=True)).get(name) == 60
    assert [level for level in found.table["level"] if level == POOLED["campus"]] == [POOLED["campus"]]
    for lang in ("en", "zh"):
        shown = list(found.presented(lang).iloc[:, 1])
        assert name in shown
        assert len(set(shown)) == 2
        assert f"{POOLED['campus'].say(lang)}" in shown


def test_where_the_pooled_differ_most_the_sentence_says_who_they_are():
    rows = mixed()
    found = ratios_of(rows[rows["campus"] != "other"].reset_index(drop=True), Settings())
    assert "most of all other campuses (small, pooled) against East" in found.sentence("en")
    assert "其他校区（较小，合并）" in found.sentence("zh")


def test_groups_whose_ratio_changes_over_time_are_named_as_in_the_table():
    # Nobody of the pooled leaves in the first 100 days, then all at once: far from proportional.
    rows = drawn(campus=thirds("East", "East", "North", "South"), seed=3)
    few = rows["campus"].isin(["North", "South"])
    rows = rows.assign(exit=rows["exit"].where(~few, 100 + rows["exit"] // 50))
    told = ratios_of(rows, Settings(uncertainty=Uncertainty(min_group=80)))
    assert "For other campuses (small, pooled) the ratio changes over time" in told.warnings("en")[1]
    assert told.warnings("zh")[1].startswith("其他校区（较小，合并）的风险比随时间变化")


def _p_values(table):
    width = np.log(table["hazard_ratio_high"]) - np.log(table["hazard_ratio_low"])
    return 2 * norm.sf(np.abs(np.log(table["hazard_ratio"])) / (width / (2 * norm.ppf(0.975))))


def test_p_values_are_corrected_for_the_number_of_rows():
    table = ratios_of(drawn(campus=thirds("East", "West", "North"), rates={"West": 0.014}), Settings()).table
    alone = _p_values(table)
    # Holm: twice the smaller of two, and the larger no smaller than that
    by_hand = np.where(alone == alone.min(), 2 * alone.min(), np.maximum(alone.max(), 2 * alone.min()))
    assert table["adjusted_p_value"].to_numpy() == pytest.approx(np.minimum(by_hand, 1))


def test_stays_of_one_student_are_no_more_certain_than_the_student():
    once = drawn(campus=thirds("East", "West"), rates={"West": 0.014})
    four = pd.concat([once] * 4, ignore_index=True)
    one, told = (ratios_of(rows, Settings()).table.iloc[0] for rows in (once, four))
    independent = ratios_of(four.assign(cluster=four.index), Settings()).table.iloc[0]
    ends = ["hazard_ratio", "hazard_ratio_low", "hazard_ratio_high"]
    assert told[ends].tolist() == pytest.approx(one[ends].tolist(), rel=0.02)
    assert np.ptp(np.log(independent[ends[1:]].tolist())) < 0.55 * np.ptp(np.log(told[ends[1:]].tolist()))
    assert told["adjusted_p_value"] > 0.05 > independent["adjusted_p_value"]


def test_stays_of_one_student_are_no_surer_that_a_ratio_changes():
    once = drawn(campus=thirds("East", "West"), rates={"West": 0.014}, seed=4)
    four = pd.concat([once] * 4, ignore_index=True)
    one, told, independent = (ratios_of(rows, Settings()) for rows in (once, four, four.assign(cluster=four.index)))
    p_values = [found.table["proportionality_p_value"].iloc[0] for found in (one, told, independent)]
    assert p_values[1] == pytest.approx(p_values[0], rel=0.02)
    assert p_values[1] > 0.05 > p_values[2]
    assert "hazards_not_proportional" in independent.caveats
    assert "hazards_not_proportional" not in told.caveats


def _returning(*, again):
    """Return 200 students who stay 30 to 149 days at East or West, and, if they come again, one day at the other."""
    enrolments = []
    for n in range(200):
        name, other = ("East", "West") if n % 2 else ("West", "East")
        ends = pd.Timestamp("2025-03-01") + pd.Timedelta(days=30 + 7 * n % 120)
        stays = [("2025-03-01", ends, name)] + [("2025-10-01", pd.Timestamp("2025-10-02"), other)] * again
        enrolments += [
            by_period(f"e{n}-{start}", start, f"{end:%Y-%m-%d}", student=f"s{n}", campus=campus)
            for start, end, campus in stays
        ]
    return institution("2026-03-01", settings=settings(inactivity_days=None), enrolments=enrolments)


def test_only_the_first_stay_of_each_student_is_compared():
    found, once = (hazard_ratios(_returning(again=again)) for again in (True, False))
    assert found.facts["stays"] == once.facts["stays"] == 200
    pd.testing.assert_frame_equal(found.table, once.table)


def test_a_quarter_is_further_from_1_than_twice():
    """West loses twice as many as East, North a quarter as many: the sentence is about North."""
    rows = drawn(campus=thirds("East", "West", "North"), rates={"West": 0.02, "North": 0.0025})
    found = ratios_of(rows, Settings())
    assert found.facts["differing"] == 2
    assert "most of all North against East" in found.sentence("en")
