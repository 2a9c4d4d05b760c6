import pandas as pd
import pytest

from churnlab.churn.counts import stock_of
from churnlab.churn.groups import POOLED, churn_by
from churnlab.stats.intervals import wilson
from tests.truth.coverage import LEVEL, assert_covers
from tests.truth.many import Many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

MONTHS = list(pd.period_range("2025-04", "2026-08", freq="M").astype(str))
BY_CAMPUS = ["2025-08", "2026-02", "2026-08"]


@pytest.fixture(scope="module")
def truth(simple: Many) -> pd.DataFrame:
    months = pd.concat([told.months.assign(name=name) for name, told in simple.truths.items()])
    return months.assign(month=months["month"].dt.strftime("%Y-%m"))


@pytest.fixture(scope="module")
def counted(simple: Many) -> pd.DataFrame:
    """One row per institution and settled month: how many were at risk and churned, by the analysis."""
    stocks = {month: one_by_one(stock_of(simple.data, month)) for month in MONTHS}
    return pd.DataFrame(
        {"name": name, "month": month, "at_risk": len(there), "churned": there["churned"].sum()}
        for month, parts in stocks.items()
        for name, there in parts
    )


def test_who_is_at_risk_and_who_churned_is_counted_without_error(truth: pd.DataFrame, counted: pd.DataFrame) -> None:
    keys = ["name", "month"]
    told = truth[(truth["campus"] == "") & truth["month"].isin(MONTHS)][[*keys, "at_risk", "churned"]]
    pd.testing.assert_frame_equal(
        counted.sort_values(keys, ignore_index=True), told.sort_values(keys, ignore_index=True), check_dtype=False
    )


def test_the_interval_of_a_months_rate_covers_the_rate_of_the_process(
    truth: pd.DataFrame, counted: pd.DataFrame
) -> None:
    """Estimand: the probability of churning within the month, averaged over those at risk on its first day."""
    rows = counted.merge(truth[truth["campus"] == ""][["name", "month", "churn_rate"]], on=["name", "month"])
    low, high = wilson(rows["churned"], rows["at_risk"], LEVEL)
    rows = rows.assign(held=(low <= rows["churn_rate"]) & (rows["churn_rate"] <= high))
    assert_covers(rows.pivot(index="name", columns="month", values="held"))


def test_the_interval_of_a_campuss_rate_covers_the_rate_of_its_process(simple: Many, truth: pd.DataFrame) -> None:
    """Estimand: the same, averaged over those last taught at the campus; campuses of fewer than ten tell no rate."""
    tables = [churn_by(simple.data, month, "campus").table.assign(month=month) for month in BY_CAMPUS]
    told = pd.concat(tables).loc[lambda rows: rows["campus"] != POOLED]
    rows = told.merge(
        truth.assign(campus=truth["name"] + truth["campus"]), on=["month", "campus"], suffixes=("", "_true")
    )
    assert len(rows) == len(told)
    true = rows["churn_rate_true"]
    rows = rows.assign(held=(rows["churn_rate_low"] <= true) & (true <= rows["churn_rate_high"]))
    rows = rows.assign(figure=rows["campus"].str[3:] + rows["month"])
    assert_covers(rows.pivot(index="name", columns="figure", values="held"))
