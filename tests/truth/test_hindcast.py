"""Does what was said of those here then hold what has come since?"""

from dataclasses import replace

import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.churn.competing.conditional import conditional_retention
from churnlab.churn.outcome import episodes, settled_before
from churnlab.settings import Competing, Settings
from churnlab.synthetic import make
from churnlab.tables.door import Data
from tests.truth.conftest import SIMPLE
from tests.truth.coverage import LEVEL, SURE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

AHEAD = 90
BACK = pd.Timedelta(days=200)
SEEDS = range(1, 25)
# Many were here before the records begin; they are in the figure too.
OPENED_BEFORE = replace(SIMPLE, opening=0.5)


def came_true(data: Data) -> tuple[float, float, float]:
    """Return the interval that was told some months ago, and what share of those here then were here at its end."""
    then = data.before((pd.Timestamp(data.as_of) - BACK).date())
    found = conditional_retention(then)
    on = settled_before(then) - pd.Timedelta(days=1)
    known = episodes(data)
    here = known[(known["entered_on"] <= on) & ~(known["left_on"] <= on)]
    assert found.facts["told"] == found.facts["n"] == len(here)
    stayed = ~(here["left_on"] <= on + pd.Timedelta(days=AHEAD))
    return found.facts["low"], found.facts["high"], float(stayed.mean())


def test_the_interval_for_those_here_holds_what_comes_where_all_goes_on_as_before() -> None:
    """Rates that do not change: seasons and new measures are no part of the interval, as its caveat says."""
    rules = Settings(competing=Competing(ahead_days=(AHEAD,)))
    told = [came_true(make(replace(OPENED_BEFORE, seed=seed)).data(settings=rules)) for seed in SEEDS]
    held = [low <= came <= high for low, high, came in told]
    assert sum(held) >= binom.ppf((1 - SURE) / 2, len(held), LEVEL), sum(held)
    off = pd.Series([came - (low + high) / 2 for low, high, came in told])
    assert abs(off.mean()) < 3 * off.sem(), off.describe()
