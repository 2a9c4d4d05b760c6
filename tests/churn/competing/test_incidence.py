import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from churnlab.churn.competing.incidence import _curves, _facts, cumulative_incidence, incidence_curves, span
from churnlab.churn.retention import retention
from churnlab.churn.stays import stays
from churnlab.errors import NotEnoughData
from churnlab.settings import Competing, Retention, Settings
from tests.builders import institution
from tests.churn.competing.institutions import SMALL, four, many, students
from tests.churn.stays import by_period, left

NAMES = ["days_with_us", "fate"]


def shares(finding):
    return finding.table.set_index(NAMES)["fate_share"].to_dict()


def test_shares_of_each_way_of_leaving_worked_by_hand():
    # at risk 4 on day 10 (a leaves), 3 on day 20 (b, who moves away), 2 on day 30 (c)
    found = cumulative_incidence(four())
    assert shares(found) == pytest.approx({
        (10, "still_here"): 3 / 4, (10, "churned"): 1 / 4, (10, "not_renewed"): 1 / 4, (10, "personal"): 0,
        (30, "still_here"): 3 / 4 * 2 / 3 * 1 / 2, (30, "churned"): 1 / 4 + 3 / 4 * 2 / 3 * 1 / 2,
        (30, "not_renewed"): 1 / 4 + 3 / 4 * 2 / 3 * 1 / 2, (30, "personal"): 3 / 4 * 1 / 3,
    })  # fmt: skip
    assert found.table["under_observation"].tolist() == [4] * 4 + [2] * 4


def test_it_is_said_how_most_left_and_how_the_others_did():
    found = cumulative_incidence(four())
    assert found.sentence("en").startswith("30 days after they started, 50.0% of students have churned (")
    assert found.sentence("en").endswith(
        "and 25.0% are still here. The commonest way is “churned: not renewed”: 50.0% of students left so. Another "
        "0.0% have completed, 25.0% left for personal reasons."
    )
    assert found.sentence("zh").endswith(
        "流失中最多的是“流失：到期未续”：50.0% 的学员这样离开。另有 0.0% 已结课，25.0% 因个人原因离开。"
    )


@pytest.mark.parametrize("data", [four(), many()])
def test_all_shares_of_a_day_add_up_to_one_and_churn_is_the_sum_of_its_kinds(data):
    for finding in (cumulative_incidence(data), incidence_curves(data)):
        told = finding.table.pivot(index="days_with_us", columns="fate", values="fate_share")
        assert told.drop(columns="churned", errors="ignore").sum(axis=1).tolist() == pytest.approx([1] * len(told))
    told = cumulative_incidence(data).table.pivot(index="days_with_us", columns="fate", values="fate_share")
    kinds = told.columns.difference(["churned", "still_here", "completed", "personal"])
    assert told[kinds].sum(axis=1).tolist() == pytest.approx(told["churned"].tolist())


def test_it_agrees_with_what_is_told_of_retention():
    rows = cumulative_incidence(many()).table.set_index(NAMES)
    same = retention(many()).table.set_index("days_with_us")
    for fate, name in (
        ("still_here", "still_here_share"),
        ("churned", "churned_share"),
        ("personal", "personal_share"),
    ):
        for end in ("", "_low", "_high"):
            assert rows.loc[(90, fate), f"fate_share{end}"] == pytest.approx(same.loc[90, f"{name}{end}"])


def test_curves_never_fall_and_start_near_nothing():
    points = incidence_curves(many()).table
    for fate, part in points.groupby("fate"):
        assert part["fate_share"].is_monotonic_increasing or fate == "still_here"
    assert points["under_observation"].min() >= 5


def test_the_curves_of_a_campus_are_of_its_own_stays():
    # a leaves West on day 10; of East b moves away on day 20, c is gone on day 30, d stays
    rows = [
        by_period(name, "2026-01-01", ends, student=name, campus="West" if name == "a" else "East")
        for name, ends in {"a": "2026-01-11", "b": "2026-01-21", "c": "2026-01-31", "d": "2026-12-31"}.items()
    ]
    exits = [left("2026-01-21", "moved", student="b")]
    data = institution("2026-03-15", settings=SMALL, enrolments=rows, exits=exits, students=students(*"abcd"))
    assert incidence_curves(data, campus="East").table["under_observation"].max() == 3
    assert cumulative_incidence(data, campus="East").table["under_observation"].max() == 3


def test_a_student_who_comes_twice_and_leaves_twice_is_one_source_of_chance():
    # At risk on day 10: four of the first stay, two of the second. a and b leave on day 10 of both their stays.
    first = [by_period(f"{n}1", "2026-01-01", ends, student=n) for n, ends in
             {"a": "2026-01-11", "b": "2026-01-11", "c": "2026-12-31", "d": "2026-12-31"}.items()]  # fmt: skip
    again = [by_period(f"{n}2", "2026-03-01", "2026-03-11", student=n) for n in "ab"]
    data = institution("2026-06-15", settings=SMALL, enrolments=first + again, students=students(*"abcd"))
    told = cumulative_incidence(data).table.set_index(NAMES).loc[10]
    assert told.loc["not_renewed", "fate_share"] == pytest.approx(4 / 6)
    # a and b move the share by 2 (1 − 4/6) / 6 each, c and d by −(4/6) / 6: four times 1/9, squared and summed 4/81
    log = abs(np.log(4 / 6))
    spread = norm.ppf(0.975) * (4 / 81) ** 0.5 / (4 / 6 * log)
    for kind in ("not_renewed", "churned"):
        assert told.loc[kind, "fate_share_low"] == pytest.approx((4 / 6) ** np.exp(spread))
        assert told.loc[kind, "fate_share_high"] == pytest.approx((4 / 6) ** np.exp(-spread))


def test_the_sentence_is_of_the_last_day_within_a_year():
    rows = pd.DataFrame([
        {"days_with_us": day, "fate": fate, "fate_share": share, "fate_share_low": 0.0, "fate_share_high": 1.0}
        for day, here in ((365, 0.6), (366, 0.5)) for fate, share in (("still_here", here), ("churned", 1 - here))
    ])  # fmt: skip
    told = _facts(rows, SMALL)
    assert (told["day"], told["here"]) == (365, 0.6)
    assert _facts(rows[rows["days_with_us"] == 366], SMALL)["day"] == 366


def test_the_curves_are_of_kinds_of_churn_and_of_those_that_occurred_while_they_last():
    assert set(incidence_curves(four()).table["fate"]) == {"still_here", "not_renewed", "personal"}
    # f leaves on day 2, before two are at risk; those who come late are seen from day 5 on
    assert {fate for fate, _ in _curves(_late(), 5, 9)} == {"still_here", "churned", "not_renewed"}


def _late():
    return pd.DataFrame({
        "entry": [-1, 4, 4], "exit": [2, 7, 9], "cause": [2, 1, 0], "end_kind": ["completed", "not_renewed", None],
        "cluster": [0, 1, 2],
    })  # fmt: skip


def test_days_that_were_not_observed_are_not_told():
    told = many(competing=Competing(told_days=(30, 3000)))
    assert set(cumulative_incidence(told).table["days_with_us"]) == {30}
    with pytest.raises(NotEnoughData) as refused:
        cumulative_incidence(many(competing=Competing(told_days=(3000,))))
    assert refused.value.message("en").endswith("none of the days to be told (competing.told_days) is among them.")
    assert "competing.told_days" in refused.value.message("zh")


def test_with_too_few_at_risk_nothing_is_told():
    with pytest.raises(NotEnoughData) as refused:
        span(stays(many()), Settings(retention=Retention(min_at_risk=5000)))
    assert refused.value.message("en").startswith("Retention needs at least 5,000 students")
