"""Does the watch over the model raise next to no false alerts where nothing changes, and find what does?

Quiet institutions of some 210 students with a known outcome a month. Each of their last months is watched as it would
have been then, knowing the outcomes known then.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from churnlab.churn.declarations import declared
from churnlab.churn.risk import Risk
from churnlab.churn.train import lag_days
from churnlab.improvement.monitoring.drift import _BLIND, _calibration
from churnlab.improvement.monitoring.moved import moved
from churnlab.settings import Settings
from churnlab.synthetic import Institution, make, quiet

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("quiet")]

MADE = quiet(Institution(students=400, training=None))
SEEDS = range(100, 108)
SETTINGS = Settings()
# Half each of what is kept for the model: a quarter of a percent of months.
SHARE = SETTINGS.watching.false_alarm_share * SETTINGS.watching.model_share / 2
MONTHS = 5
FEATURES = [feature.name for feature in declared(SETTINGS)]


@dataclass(frozen=True)
class Seen:
    """What the model of one institution was taught, and what it said of past months."""

    panel: pd.DataFrame
    scored: pd.DataFrame


@pytest.fixture(name="seen", scope="module")
def institutions() -> list[Seen]:
    risks = [Risk(make(replace(MADE, seed=seed)).data()) for seed in SEEDS]
    return [Seen(risk.panel, risk.backtest.scored) for risk in risks]


def watched(panel: pd.DataFrame, ago: int, changed: Callable[[pd.DataFrame], pd.DataFrame] | None = None):
    """Return the features that are watched of the students of so many months before the last, as `moved` tells them."""
    month = np.sort(panel["as_of"].unique())[-1 - ago]
    before, now = panel[panel["as_of"] <= month - pd.Timedelta(days=lag_days(SETTINGS))], panel[panel["as_of"] == month]
    now = changed(now) if changed else now
    told = moved(before, now, on=pd.Timestamp(month), features=FEATURES, share=SHARE, settings=SETTINGS)
    return told[told["drift_limit"] <= _BLIND].set_index("name")


def test_of_forty_quiet_months_none_has_a_feature_that_moved(seen: list[Seen]) -> None:
    """At a quarter of a percent a month, one of 40 would have one with a probability of 0.1; half of all are watched.

    Forty months are too few to see a quarter of a percent. So single looks tell more, of which there are some 800: as
    many are below one in a hundred as may be, or up to twice that, as those of one institution go together.
    """
    looks = [watched(one.panel, ago) for one in seen for ago in range(MONTHS)]
    assert len(looks) == MONTHS * len(SEEDS)
    assert np.mean([len(rows) for rows in looks]) >= 0.4 * len(FEATURES)
    assert not any(rows["is_alarm"].any() for rows in looks)
    likely = pd.concat(looks)["drift_p_value"]
    assert (likely < 0.01).mean() <= 0.02, (likely < 0.01).mean()
    assert (likely < 0.05).mean() <= 0.05 + 0.02, (likely < 0.05).mean()


def found(seen: list[Seen], feature: str, changed: Callable[[pd.DataFrame], pd.DataFrame]) -> float:
    """Return at how many of the institutions a change of the last month's students is told of this feature."""
    told = [watched(one.panel, 0, changed) for one in seen]
    return float(np.mean([feature in rows.index and bool(rows.loc[feature, "is_alarm"]) for rows in told]))


def from_a_new_channel(share: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def changed(now: pd.DataFrame) -> pd.DataFrame:
        new = np.random.default_rng(1).random(len(now)) < share
        return now.assign(channel=now["channel"].mask(new, "new"))

    return changed


@pytest.mark.parametrize(("share", "power"), [(0.1, 0.5), (0.2, 0.9)])
def test_a_new_segment_of_students_is_found(seen: list[Seen], share: float, power: float) -> None:
    """Of 18 institutions, 78 % told of a tenth of students from a channel never seen before, and all of a fifth."""
    assert found(seen, "channel", from_a_new_channel(share)) >= power


def test_attendance_that_is_taken_otherwise_is_found_where_it_is_watched(seen: list[Seen]) -> None:
    """Of four lessons attended one is no longer written down.

    It is found at every second institution or so; at the others the rate moves too unevenly to be watched, and that is
    said there. Where it is watched, it is found in most.
    """
    now = {"attendance_rate_28d": lambda t: 0.75 * t["attendance_rate_28d"]}
    told = [watched(one.panel, 0, lambda rows: rows.assign(**now)) for one in seen]
    hits = [bool(rows.loc["attendance_rate_28d", "is_alarm"]) for rows in told if "attendance_rate_28d" in rows.index]
    assert len(hits) >= 2
    assert np.mean(hits) >= 0.6


def test_of_as_many_looks_at_the_calibration_none_raises_an_alert(seen: list[Seen]) -> None:
    alarms = []
    for one in seen:
        months = np.sort(one.scored["as_of"].unique())
        for last in range(4, len(months) + 1):
            told = _calibration(one.scored[one.scored["as_of"].isin(months[:last])], SHARE)
            alarms.append(bool(told["is_alarm"].iloc[0]))
    assert len(alarms) >= 2 * len(SEEDS)
    assert not any(alarms)


def test_odds_to_leave_that_rise_sixfold_break_the_calibration(seen: list[Seen]) -> None:
    """Of some 227 students 23 leave a month. A fourfold rise of the odds was told in 46 % of 24, a twofold one in none.

    So the calibration of a small institution warns of collapses alone; how many leave is watched by the charts.
    """
    told = []
    for seed, one in zip(SEEDS, seen, strict=True):
        last = one.scored["as_of"] == one.scored["as_of"].max()
        odds = logit(one.scored["churn_probability"].clip(1e-6, 1 - 1e-6)) + np.log(6)
        left = np.random.default_rng(seed).random(len(last)) < expit(odds)
        changed = one.scored.assign(churned=one.scored["churned"].mask(last, left))
        told.append(bool(_calibration(changed, SHARE)["is_alarm"].iloc[0]))
    assert np.mean(told) >= 0.6
