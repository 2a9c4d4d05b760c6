"""Do the shares of reasons, by students and by what they had paid, hold those of the process as often as they say?

Estimand by students: the mean, over those who named a reason, of the probability to name it. By what they had paid: the
same mean, each weighing what the payments say. Price is named more often by those who stayed long, and have paid more.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.causes.pareto import Weight
from churnlab.churn.causes.stated import churned, stated
from churnlab.synthetic import causes as why
from tests.truth.coverage import assert_covers
from tests.truth.many import Many
from tests.truth.stating import SAID, campuses, mean, said, whole

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stating")]

COMMON = ("price", "scheduling", "competitor", "progress", "teacher")
"""Told of nearly every institution; a rarer one is told only where somebody named it, and so is not as rare there."""


@pytest.fixture(name="named", scope="module")
def who_named_a_reason(stating: Many) -> dict[str, pd.DataFrame]:
    """Per institution those who named one in the last year: what each `had_paid` before, and the chance of each."""
    rows = churned(stated(stating.data))
    return {name: true_of(name, stating, rows) for name in stating.truths}


def true_of(name: str, stating: Many, rows: pd.DataFrame) -> pd.DataFrame:
    mine = whole(name, rows[rows["department"].isin(why.WEIGHTS)])
    truth = stating.truths[name].causes
    both = mine[["student_id", "episode", "left_on"]].merge(truth, on=["student_id", "episode"], suffixes=("", "_true"))
    assert len(both) == len(mine)
    return both[["student_id", "left_on"]].join(said(both))


@pytest.fixture(name="paid", scope="module")
def what_each_had_paid(stating: Many, named: dict[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Add up, from the payments, what each paid in the year up to and with her last day."""
    payments = stating.data.table("payments").select("student_id", "paid_at", "amount").to_pandas()
    days = pd.Timedelta(days=stating.data.settings.causes.paid_days)
    found = {}
    for name, rows in named.items():
        both = rows[["student_id", "left_on"]].reset_index().merge(whole(name, payments), on="student_id")
        on = both["paid_at"].astype("datetime64[ns]").dt.normalize()
        both = both[(on <= both["left_on"]) & (on > both["left_on"] - days)]
        found[name] = both.groupby("index")["amount"].sum().astype(float).reindex(rows.index, fill_value=0.0)
    return found


@pytest.fixture(name="tables", scope="module")
def both_orders(stating: Many) -> dict[Weight, dict[str, pd.DataFrame]]:
    ways: tuple[Weight, ...] = ("students", "paid")
    return {
        weigh: {
            name: churn.pareto(stating.data, campus=campuses(name), weigh=weigh).table.set_index("reason")
            for name in stating.truths
        }
        for weigh in ways
    }


def weights(weigh: Weight, rows: pd.DataFrame, paid: pd.Series) -> pd.Series:
    return paid if weigh == "paid" else pd.Series(1.0, index=rows.index)


@pytest.mark.parametrize("weigh", ["students", "paid"])
def test_intervals_of_common_reasons_hold_the_share_of_the_process(
    weigh: Weight,
    tables: dict[Weight, dict[str, pd.DataFrame]],
    named: dict[str, pd.DataFrame],
    paid: dict[str, pd.Series],
) -> None:
    hits, widths = [], []
    for name, rows in named.items():
        weight, table = weights(weigh, rows, paid[name]), tables[weigh][name].reindex(list(COMMON))
        true = {code: np.average(rows[code], weights=weight) for code in COMMON}
        hits.append({
            code: bool(table.at[code, "share_low"] <= true[code] <= table.at[code, "share_high"])
            if table.at[code, "share"] > 0 else None
            for code in COMMON
        })  # fmt: skip
        widths.append(table.at["price", "share_high"] - table.at["price", "share_low"])
    assert_covers(pd.DataFrame(hits))
    # Of some 57 who named a reason, a quarter the price: 0.22 wide by students.
    assert np.mean(widths) < 0.3


@pytest.mark.parametrize("weigh", ["students", "paid"])
def test_shares_are_right_on_average(
    weigh: Weight,
    tables: dict[Weight, dict[str, pd.DataFrame]],
    named: dict[str, pd.DataFrame],
    paid: dict[str, pd.Series],
) -> None:
    """Within three standard errors of the mean over three hundred institutions, every reason."""
    for code in why.CODES:
        off = [
            float(tables[weigh][name]["share"].get(code, 0.0))
            - float(np.average(rows[code], weights=weights(weigh, rows, paid[name])))
            for name, rows in named.items()
        ]
        by, error = mean(off)
        assert abs(by) < 3.3 * error, (code, by, error)


def test_what_those_had_paid_who_stayed_long_is_seen(
    tables: dict[Weight, dict[str, pd.DataFrame]], paid: dict[str, pd.Series]
) -> None:
    """Price has a larger share of what had been paid than of students; the sums are those of the payments."""
    by, error = mean([
        float(tables["paid"][name].at["price", "share"] - tables["students"][name].at["price", "share"])
        for name in paid
        if "price" in tables["students"][name].index
    ])  # fmt: skip
    assert by > 3.3 * error, (by, error)
    whole_tables = {name: table for name, table in tables["paid"].items() if len(table) < SAID.causes.listed}
    assert len(whole_tables) > 40
    for name, table in whole_tables.items():
        assert table["leavers_paid_cny"].sum() == pytest.approx(paid[name].sum()), name
