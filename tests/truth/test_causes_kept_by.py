"""Does the share of those who could have been kept hold the share of the process as often as is said?

Estimands: of all who answered, those filed under a department say that something would have kept them with probability
0.7, and those filed under 其他 never do; of a department's, 0.7.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.outcome import CHURN_KINDS
from churnlab.synthetic.causes import WEIGHTS
from churnlab.synthetic.stated import NO_ANSWER_SHARE, NOTHING_SHARE, OTHER_SHARE
from tests.truth.coverage import assert_covers
from tests.truth.many import Many
from tests.truth.stating import campuses, mean

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stating")]

KEEPABLE = {
    "all": (1 - OTHER_SHARE) * (1 - NOTHING_SHARE),
    "market": 1 - NOTHING_SHARE,
    "teaching": 1 - NOTHING_SHARE,
}
"""Of the other two departments too few answer in many of the institutions."""


@pytest.fixture(name="tables", scope="module")
def asked_of_each(stating: Many) -> dict[str, pd.DataFrame]:
    return {
        name: churn.kept_by(stating.data, campus=campuses(name)).table.set_index("department")
        for name in stating.truths
    }


def test_intervals_hold_the_share_that_could_have_been_kept(tables: dict[str, pd.DataFrame]) -> None:
    hits, widths = [], []
    for table in tables.values():
        row = table.reindex(list(KEEPABLE))
        hits.append({
            name: bool(row.at[name, "keepable_share_low"] <= true <= row.at[name, "keepable_share_high"])
            if row["keepable_share"].notna()[name] else None
            for name, true in KEEPABLE.items()
        })  # fmt: skip
        widths.append(row.at["all", "keepable_share_high"] - row.at["all", "keepable_share_low"])
    assert_covers(pd.DataFrame(hits))
    assert np.mean(widths) < 0.25


@pytest.mark.parametrize("department", [*WEIGHTS, "other"])
def test_those_filed_under_a_department_could_have_been_kept_as_often_as_they_say(
    tables: dict[str, pd.DataFrame], department: str
) -> None:
    """All institutions together; of those who gave no department nobody names anything."""
    rows = pd.DataFrame([table.loc[department] for table in tables.values() if department in table.index])
    share = rows["could_keep"].sum() / rows["answered"].sum()
    true = 0.0 if department == "other" else 1 - NOTHING_SHARE
    assert abs(share - true) <= 3.3 * np.sqrt(true * (1 - true) / rows["answered"].sum()), share


def test_who_was_asked_and_who_answered_is_counted(stating: Many, tables: dict[str, pd.DataFrame]) -> None:
    """Nearly everybody who churned was talked to, and 85 % of them answered; nobody counts who did not churn."""
    exits = stating.data.table("exits").select("student_id", "left_on", "kept_by").to_pandas()
    for name, table in tables.items():
        row = table.loc["all"]
        assert row["talked_to"] > 0.9 * row["students"]
        truth = stating.truths[name].causes
        assert set(truth["end_kind"]) <= set(CHURN_KINDS)
        mine = exits[exits["student_id"].str.startswith(name)]
        assert row["answered"] <= mine["kept_by"].notna().sum()
    by, error = mean([table.at["all", "answered"] / table.at["all", "talked_to"] for table in tables.values()])
    assert abs(by - (1 - NO_ANSWER_SHARE)) <= 3.3 * error, by
