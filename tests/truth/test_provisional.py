from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from churnlab.churn import provisional
from churnlab.churn.outcome import episodes, settled_before
from churnlab.churn.provisional import outlooks
from churnlab.churn.standing import standing
from churnlab.tables.door import Data
from tests.truth.coverage import band
from tests.truth.many import Many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

DAYS = {
    "after_spring_festival": ("2026-03-01", ["2026-02", "2026-01"]),
    "in_early_summer": ("2026-06-01", ["2026-05", "2026-04"]),
}


@pytest.fixture(scope="module", params=DAYS.values(), ids=DAYS)
def told(request: pytest.FixtureRequest, full: Many) -> pd.DataFrame:
    """One row per institution and month that is not settled on a day: what was to be expected, and what came."""
    day, months = request.param
    data = full.data.before(date.fromisoformat(day))
    stood = dict(one_by_one(_stood(data, months)))
    settled, rows = settled_before(data), []
    alone: Any = SimpleNamespace(as_of=data.as_of, settings=data.settings)
    for name, stays in one_by_one(episodes(data)):
        true = full.truths[name].months.loc[lambda rows: rows["campus"] == ""].set_index("month")["churned"]
        with _answers(episodes=stays, standing=stood[name], settled_before=settled):
            found = outlooks(alone, months)
        rows += [vars(found[month]) | {"came": true[f"{month}-01"]} for month in months]
    return pd.DataFrame(rows)


def _stood(data: Data, months: Sequence[str]) -> pd.DataFrame:
    """Return how everybody stood on each day that is asked for."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provisional, "standing", lambda *asked: found.append(standing(*asked)) or found[0])
        outlooks(data, months)
    return found[0]


@contextmanager
def _answers(**answers: Any) -> Iterator[None]:
    """Let the module be given these answers, of one institution; where everybody counts no campus matters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provisional, "at_campus", lambda rows, *_: rows)
        for name, answer in answers.items():
            patch.setattr(provisional, name, lambda *_, answer=answer: answer)
        yield


def test_intervals_of_a_months_final_number_hold_what_came(told: pd.DataFrame) -> None:
    """Estimand: how many of those at risk on the month's first day churned in it, as is known once all is known.

    A count, and small ones here: with its end points the interval holds it at least at the nominal rate, without them
    at most.
    """
    held = told["came"].between(told["low"], told["high"]).groupby(told["month"]).mean()
    inside = told["came"].between(told["low"], told["high"], inclusive="neither").groupby(told["month"]).mean()
    low, high = band(len(told) // 2, figures=2)
    assert (held >= low).all(), held
    assert (inside <= high).all(), inside


def test_what_is_expected_of_a_month_is_what_comes_on_average(told: pd.DataFrame) -> None:
    """Estimand: as above; the expectation may lie a quarter too high after Spring Festival, as `outlooks` says."""
    by_month = told.groupby("month")[["expected", "came"]].sum()
    after_festival = (by_month.index == "2026-02") * 0.3
    ratio = by_month["expected"] / by_month["came"]
    assert ((ratio > 0.93) & (ratio < 1.07 + after_festival)).all(), ratio


def test_no_confirmed_end_is_taken_back(told: pd.DataFrame) -> None:
    assert (told["confirmed"] <= told["came"]).all()
