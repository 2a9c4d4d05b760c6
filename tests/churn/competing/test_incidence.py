import pytest

from churnlab.churn.competing.incidence import cumulative_incidence, incidence_curves, span
from churnlab.churn.retention import retention
from churnlab.churn.stays import stays
from churnlab.errors import NotEnoughData
from churnlab.settings import Competing, Retention, Settings
from tests.churn.competing.institutions import four, many

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
