import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from churnlab.churn.retention import retention, retention_by
from churnlab.churn.stays import stays
from churnlab.finding import Finding
from churnlab.synthetic import Truth
from tests.truth.coverage import assert_covers, band
from tests.truth.many import Many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

MODULE = importlib.import_module("churnlab.churn.retention")  # its function has the same name
MARKS = (90, 180, 365)
COMMON = (*((end, day) for end in ("still_here_share", "churned_share") for day in MARKS), ("personal_share", 365))
RARE = (("personal_share", 30), ("personal_share", 90))
"""Ends of which fewer than five are expected by then in the experience of a year."""

Each = Callable[..., Iterator[tuple[Truth, Finding]]]


@pytest.fixture(scope="module", params=[365, None], ids=["last_year", "from_the_start"])
def each(request: pytest.FixtureRequest, simple: Many) -> Each:
    """Tell of each institution, by the last year's experience as the report does or by all since each stay began."""
    parts = dict(one_by_one(stays(simple.data, period_days=request.param)))

    def tell(analysis: Callable[..., Finding], **chosen: Any) -> Iterator[tuple[Truth, Finding]]:
        for name, part in parts.items():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(MODULE, "stays", lambda data, part=part, **_: part)
                yield simple.truths[name], analysis(simple.data, **chosen)

    return tell


def true_shares(truth: Truth, campus: str = "") -> pd.DataFrame:
    rows = truth.cumulative_incidence
    rows = rows[rows["campus"] == campus].set_index("day")
    return rows.assign(
        still_here_share=1 - rows["churned"] - rows["personal"],
        churned_share=rows["churned"],
        personal_share=rows["personal"],
    )


@pytest.fixture(scope="module")
def shares(each: Each) -> pd.DataFrame:
    """One row an institution, one column an end and a day: whether the interval of the share held the true one."""
    rows = []
    for truth, finding in each(retention):
        table, true = finding.table.set_index("days_with_us"), true_shares(truth)
        rows.append({
            (end, day): table.at[day, f"{end}_low"] <= true.at[day, end] <= table.at[day, f"{end}_high"]
            for end, day in (*COMMON, *RARE)
            if day in table.index and end in table
        })  # fmt: skip
    return pd.DataFrame(rows)


def test_intervals_of_those_still_here_and_of_how_they_left_cover_the_truth(shares: pd.DataFrame) -> None:
    """Estimand: the probability of being here, or of having left that way, so many days after entry.

    Averaged over the students who started; personal reasons compete with churn.
    """
    assert_covers(shares[list(COMMON)])


def test_intervals_of_ends_that_hardly_ever_came_cover_the_truth_at_least_as_often(shares: pd.DataFrame) -> None:
    """Estimand: as above. Where no such end was seen, an interval cannot but cover: its rate has no upper band."""
    held = shares[list(RARE)].mean()
    assert (held >= band(len(shares), len(RARE))[0]).all(), held


@pytest.fixture(scope="module")
def campuses(each: Each) -> pd.DataFrame:
    """One row an institution, columns `mean` and `median` of each campus: whether the interval held the truth."""
    rows = []
    for truth, finding in each(retention_by, by="campus"):
        held = {}
        for row in finding.table.dropna(subset="restricted_mean_days").itertuples():
            campus = row.campus[3:]
            here = true_shares(truth, campus)["still_here_share"]
            mean, half = here.loc[: finding.facts["days"] - 1].sum(), here.index[here <= 0.5].min()
            held[f"mean {campus}"] = row.restricted_mean_days_low <= mean <= row.restricted_mean_days_high
            held[f"median {campus}"] = not (half < row.median_stay_days_low or half > row.median_stay_days_high)
        rows.append(held)
    return pd.DataFrame(rows)


def test_intervals_of_the_mean_stay_at_a_campus_cover_the_truth(campuses: pd.DataFrame) -> None:
    """Estimand: the mean number of days with us within the first days told, averaged over those who started there."""
    assert_covers(campuses.filter(like="mean"))


def test_intervals_of_the_median_stay_at_a_campus_cover_the_truth_at_least_as_often(campuses: pd.DataFrame) -> None:
    """Estimand: the first day on which the probability of being here is a half or less, for those who started there.

    An interval that the data leave open upwards cannot but cover: its rate has no upper band.
    """
    medians = campuses.filter(like="median")
    lowest = [band(int(n), len(medians.columns))[0] for n in medians.notna().sum()]
    assert (medians.astype(float).mean() >= lowest).all(), medians.astype(float).mean()
