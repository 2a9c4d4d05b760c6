"""Do the forecasts of renewals and of churn hold what came, as often as they say?

Estimands: how many of the contracts due in a month ahead are renewed by the end of the month after; how many of the
students in service churn in a month ahead. Both are counts told months before: institutions are seen on several days,
and what became of each is looked up at the end of their history.
"""

from datetime import date

import pandas as pd
import pytest

from churnlab.churn.outcome import CHURN_KINDS, episodes, settled_before
from churnlab.churn.renewal.looks import ANSWERED_MONTHS, MONTHS, leavers, looks, renewals
from churnlab.churn.renewal.replays import Foretold, foretold
from churnlab.churn.renewal.terms import terms
from tests.truth.coverage import LEVEL, band
from tests.truth.many import Many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

DAYS = ("2025-12-01", "2026-03-01", "2026-05-01")


@pytest.fixture(scope="module", params=DAYS)
def told(request: pytest.FixtureRequest, full: Many) -> pd.DataFrame:
    """One row per institution, forecast and month ahead: what was expected on a day, and what came."""
    data = full.data.before(date.fromisoformat(request.param))
    settled, rows = settled_before(data), []
    renewed_on = terms(full.data).set_index("enrolment_id")["renewed_on"]
    stays = episodes(full.data)
    churned = stays[stays["end_kind"].isin(CHURN_KINDS)]
    for _, seen in one_by_one(looks(data)):
        for month in range(MONTHS):
            now, then = renewals(seen, month)
            starts = pd.Timestamp(data.as_of) + pd.DateOffset(months=month)
            until = starts + pd.DateOffset(months=ANSWERED_MONTHS)
            came = (renewed_on.reindex(now["enrolment_id"]) < until).sum()
            rows.append(_row("renewals", month, now, then, came))
            now, then = leavers(seen, month, settled)
            left = churned[churned["unit_id"].isin(now["unit_id"]) & (churned["left_on"] >= starts)]
            came = (left["left_on"] < starts + pd.DateOffset(months=1)).sum()
            rows.append(_row("leavers", month, now, then, came))
    return pd.DataFrame(rows)


def _row(name: str, month: int, now: pd.DataFrame, then: pd.DataFrame, came: int) -> dict[str, object]:
    found: Foretold = foretold(now.assign(cny=0.0), then, level=LEVEL, replays=12)
    return {"forecast": name, "month": month, "came": int(came), **vars(found)}


def test_intervals_hold_what_came(told: pd.DataFrame) -> None:
    """Counts, and small ones here: with its end points an interval holds them at least at the nominal rate."""
    both = [told["forecast"], told["month"]]
    held = told["came"].between(told["low"], told["high"]).groupby(both).mean()
    low, _ = band(len(told) // len(held), figures=len(held))
    assert len(told) // len(held) >= 300
    assert (held >= low).all(), held


def test_what_is_expected_is_what_comes_on_average(told: pd.DataFrame) -> None:
    """The forecasts know no season: before Spring Festival, when few leave, a quarter too many are expected to."""
    sums = told.groupby("forecast")[["expected", "came"]].sum()
    ratio = sums["expected"] / sums["came"]
    assert 0.9 < ratio["renewals"] < 1.1, ratio
    assert 0.85 < ratio["leavers"] < 1.35, ratio
