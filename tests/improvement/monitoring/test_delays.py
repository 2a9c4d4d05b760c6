"""How soon is a doubling found, where so many a week are usual?

The guide states this table. It is computed here by the charts themselves, with limits for the quiet 5 % of months.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.improvement.monitoring.limits import Budget, judged
from churnlab.improvement.monitoring.series import WHOLE, with_whole
from churnlab.settings import Settings
from tests.improvement.monitoring.counts import charts

DOCS = Path(__file__).parents[3] / "docs"
BASE, NEVER = 78, 99
# Base rate a week and campus, and for how many weeks it is looked for.
RATES = {1: 26, 2: 26, 4: 16, 8: 10, 16: 6}
RUNS = 150
# Three campuses and all together × four measures: sixteen charts share four fifths of 5 % of months.
LIMITS = Budget(weekly=0.8 * 0.05 / (16 * 6.0), daily=1e-4, features=1e-4, calibration=1e-3, charts=19)


def delays(rate: int, *, everywhere: bool) -> np.ndarray:
    """Return how many weeks of a doubling had passed when its chart first raised an alert."""
    rng, weeks, found = np.random.default_rng(rate), RATES[rate], []
    for _ in range(RUNS):
        counts = rng.poisson(rate, (3, BASE + weeks))
        risen = slice(None) if everywhere else slice(1)
        counts[risen, BASE:] = rng.poisson(2 * rate, counts[risen, BASE:].shape)
        looks = judged(with_whole(charts(counts)), limits=LIMITS, settings=Settings(), periods=weeks)
        alarms = looks[looks[["p_value", "late_p_value"]].min(axis=1) < LIMITS.weekly]
        mine = alarms if everywhere else alarms[alarms["campus"].isin(["C00", WHOLE])]
        first = mine["period_on"].min()
        start = looks["period_on"].min()
        found.append(NEVER if pd.isna(first) else (first - start).days // 7 + 1)
    return np.array(found)


def stated(lang: str) -> dict[int, list[int]]:
    """Read the guide's table: for a rate, weeks for half and nine of ten at one campus, and for half at all."""
    text = (DOCS / f"guide.{lang}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (1|2|4|8|16) ((?:\| \d+ ){4})\|$", text, flags=re.MULTILINE)
    return {int(rate): [int(n) for n in re.findall(r"\d+", cells)] for rate, cells in rows}


def table(rate: int) -> list[int]:
    one, all_of_them = delays(rate, everywhere=False), delays(rate, everywhere=True)
    told = [np.quantile(one, 0.5), np.quantile(one, 0.9), np.quantile(all_of_them, 0.5), np.quantile(all_of_them, 0.9)]
    return [int(min(weeks, 26 if weeks == NEVER else weeks)) for weeks in told]


def test_both_guides_state_the_same_table():
    assert stated("zh") == stated("en")
    assert list(stated("en")) == [*RATES]


@pytest.mark.slow
@pytest.mark.parametrize("rate", [*RATES])
def test_a_doubling_is_found_as_soon_as_the_guide_says(rate):
    assert np.abs(np.array(table(rate)) - stated("en")[rate]).max() <= 1
