import numpy as np
import pandas as pd
import pytest

from churnlab.churn.competing.ratios import _ratios, _said, competing_ratios, ratios_side_by_side
from churnlab.churn.hazard_ratios import ratios_of
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from churnlab.stats.cox import fit_cox
from churnlab.stats.survival import Stays
from tests.builders import institution
from tests.churn.competing.institutions import SMALL, students
from tests.churn.stays import by_period


def drawn(n=1200, *, churn=(0.01, 0.01), completing=(0.005, 0.02), personal=(0.004, 0.004), seed=1):
    """Return stays at East and West that end within a year at these rates a day."""
    rng = np.random.default_rng(seed)
    west = np.arange(n) % 2
    times = [rng.exponential(1 / np.array(rates)[west]) for rates in (churn, completing, personal)]
    first = np.min(times, axis=0)
    return pd.DataFrame({
        "campus": np.where(west, "West", "East"), "course": "maths", "channel": "street", "entry": -1,
        "exit": np.minimum(first, 365).astype(int), "cause": np.where(first < 365, np.argmin(times, axis=0) + 1, 0),
        "cluster": range(n),
    })  # fmt: skip


def ratio(found, name):
    return found.table.set_index("level").loc["West", [name, f"{name}_low", f"{name}_high"]].tolist()


def test_a_campus_that_completes_more_loses_fewer_though_it_loses_as_fast():
    found = ratios_side_by_side(drawn(), Settings())
    assert ratio(found, "hazard_ratio")[1] < 1 < ratio(found, "hazard_ratio")[2]
    assert ratio(found, "subdistribution_ratio")[2] < 1
    assert ratio(found, "completed_ratio")[1] < 4 < ratio(found, "completed_ratio")[2]
    assert ratio(found, "personal_ratio")[1] < 1 < ratio(found, "personal_ratio")[2]


def test_without_other_ends_both_ratios_are_one():
    found = ratios_side_by_side(drawn(churn=(0.01, 0.02), completing=(1e-9, 1e-9), personal=(1e-9, 1e-9)), Settings())
    assert ratio(found, "subdistribution_ratio") == pytest.approx(ratio(found, "hazard_ratio"))
    assert found.sentence("en").startswith("Furthest apart are West and East: hazard ratio ")
    assert found.sentence("zh").startswith("差别最大的是West（对比East）：流失快慢之比 ")


def test_the_hazard_ratio_is_the_one_told_alone_with_a_wider_interval():
    rows = drawn(churn=(0.01, 0.02))
    side, alone = ratios_side_by_side(rows, Settings()), ratios_of(rows, Settings())
    assert ratio(side, "hazard_ratio")[0] == pytest.approx(ratio(alone, "hazard_ratio")[0])
    assert ratio(side, "hazard_ratio")[1] < ratio(alone, "hazard_ratio")[1]
    assert ratio(side, "hazard_ratio")[2] > ratio(alone, "hazard_ratio")[2]


def test_ends_too_few_to_compare_are_not_told_and_this_is_said():
    found = ratios_side_by_side(drawn(personal=(1e-4, 1e-4)), Settings())
    assert "personal_ratio" not in found.table
    assert "completed_ratio" in found.table
    assert "no_personal_ratio" in found.caveats
    assert "no_completed_ratio" not in found.caveats
    assert found.warnings("en")[-1].startswith("Too few left for personal reasons (fewer than 50)")


def test_an_end_that_only_one_group_has_is_not_compared():
    found = ratios_side_by_side(drawn(completing=(0.02, 1e-12)), Settings())
    assert "completed_ratio" not in found.table
    assert {"hazard_ratio", "subdistribution_ratio", "personal_ratio"} <= set(found.table)


def test_it_says_which_question_each_answers():
    found = ratios_side_by_side(drawn(), Settings())
    assert found.warnings("en")[1].startswith("To know where those still here leave fastest, read the hazard ratio;")
    assert "看“风险比”" in found.warnings("zh")[1]
    assert len(found.presented("zh").columns) == 8


def test_too_few_churned_or_one_group_is_refused():
    with pytest.raises(NotEnoughData) as refused:
        ratios_side_by_side(drawn(n=40), Settings())
    assert refused.value.message("en").startswith("Hazard ratios need at least 50 churned students")
    with pytest.raises(NotEnoughData):
        ratios_side_by_side(drawn().assign(campus="East"), Settings())


def thrice():
    """Return forty stays of West, the second half, and East, each written three times, and the column that says so."""
    exit_ = np.repeat(np.random.default_rng(4).integers(5, 90, 40), 3)
    west = np.repeat(np.arange(40) >= 20, 3).astype(float)
    stays = Stays(entry=np.full(120, -1), exit=exit_, cause=np.ones(120, int), cluster=np.repeat(np.arange(40), 3))
    return stays, west[:, None]


def test_intervals_are_by_student():
    stays, X = thrice()
    fit = fit_cox(stays.entry, stays.exit, stays.cause == 1, X, clusters=stays.cluster)
    told = _ratios(fit, "hazard_ratio", 0.95).iloc[0]
    assert told["hazard_ratio_high"] / told["hazard_ratio"] == pytest.approx(np.exp(1.959964 * fit.robust_errors[0]))
    assert fit.robust_errors[0] > 1.5 * fit.standard_errors[0]


def hardly_together(n=2000):
    """Return stays of East, watched to day 50, and of West, watched from day 100 on: one of each is seen throughout.

    26 of each churn, one a day. Of all days with an end n are there of one campus and 1 of the other: the information
    is 2 × 26 / n, and the standard error of the log ratio √(2000 / 52) = 6.2.
    """
    days = np.arange(26)
    east, west = (pd.DataFrame({"campus": campus, "cause": np.arange(n) < 26}) for campus in ("East", "West"))
    east = east.assign(entry=-1, exit=np.append(10 + days, [50] * (n - 27) + [200]))
    west = west.assign(entry=[99] * (n - 1) + [-1], exit=np.append(110 + days, [200] * (n - 26)))
    both = pd.concat([east, west], ignore_index=True).assign(course="maths", channel="street")
    return both.assign(cause=both["cause"].astype(int), cluster=range(2 * n))


def test_of_groups_hardly_ever_there_together_no_ratio_is_told_though_there_is_a_fit():
    rows = hardly_together()
    fit = fit_cox(rows["entry"], rows["exit"], rows["cause"], rows["campus"] == "West", clusters=rows["cluster"])
    assert fit.standard_errors == pytest.approx(np.sqrt(2000 / 52), rel=0.01)
    assert fit.robust_errors < 1  # which would look sure
    for told in (ratios_side_by_side, ratios_of):
        with pytest.raises(NotEnoughData) as refused:
            told(rows, Settings())
        assert refused.value.message("en").startswith("The groups are so mixed")


def test_where_furthest_apart_are_named_it_says_that_the_intervals_are_widened():
    clear = ratios_side_by_side(drawn(churn=(0.01, 0.02)), Settings())
    assert clear.facts["ratios"] == 1 * 4
    assert "all 4 ratios of this table" in clear.sentence("en")
    assert "表中 4 个比值同时成立" in clear.sentence("zh")
    assert "ratios_jointly" not in clear.caveats
    assert "ratios_jointly" in ratios_side_by_side(drawn(), Settings()).caveats


def test_levels_are_named_only_if_an_interval_leaves_out_one():
    table = pd.DataFrame({
        "level": ["West", "North"], "reference": "East", "hazard_ratio": [1.5, 1.2], "hazard_ratio_low": [0.9, 1.1],
        "hazard_ratio_high": [2.5, 1.3], "subdistribution_ratio": 1.0, "subdistribution_ratio_low": 0.9,
        "subdistribution_ratio_high": 1.1,
    })  # fmt: skip
    assert _said(table)[0] == "differs"
    assert _said(table)[1]["level_name"] == "North"
    assert _said(table[:1]) == ("alike", {})


def test_of_who_comes_twice_the_first_stay_counts():
    # Of East b, c and d leave, of West f, g and h; a and e leave, come again in March and leave anew.
    first = {"a": 11, "b": 14, "c": 21, "d": 25, "e": 12, "f": 16, "g": 19, "h": 27}
    told = [by_period(f"{n}1", "2026-01-01", f"2026-01-{day}", student=n, campus="East" if n < "e" else "West")
            for n, day in first.items()]  # fmt: skip
    told += [by_period(f"{n}2", "2026-03-10", "2026-03-20", student=n, campus="East") for n in "ae"]
    data = institution("2026-06-15", settings=SMALL, enrolments=told, students=students(*first))
    assert competing_ratios(data).facts["stays"] == 8
