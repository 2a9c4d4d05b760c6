"""Do the shares of reasons for which requests were lost hold those of the process as often as they say?

Estimand: the mean, over the requests that are marked as lost, of the probability that this reason was written down. Of
all of them a share says nothing; who never was reached has one reason only, and the others draw theirs by lot.
"""

import pandas as pd
import pytest

from churnlab.churn.funnel.cohort import ripe_cohort
from churnlab.churn.funnel.lost import NO_REASON, lost_reasons
from churnlab.finding import Finding
from churnlab.synthetic.leads import LOST_REASON_SHARE, LOST_REASONS, NEVER_REACHED
from tests.truth.asked import Asked, holds, only
from tests.truth.coverage import assert_covers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("asked")]

DRAWN = dict(zip(LOST_REASONS, (0.3, 0.25, 0.2, 0.1, 0.15), strict=True))
STEPS = ("asked", "contacted", "trial_booked", "trial_done")


@pytest.fixture(name="told", scope="module")
def at_each_campus(asked: Asked) -> dict[str, tuple[Finding, pd.DataFrame]]:
    """Per campus what is told, and what is true of those of the cohort who are marked as lost."""
    found = {}
    for campus, rows in asked.requests.items():
        with only(rows, asked.newcomers[campus]):
            finding, cohort = lost_reasons(asked.data), ripe_cohort(asked.data, "enrolled")
        marked = cohort.rows[~cohort.passed["enrolled"] & cohort.rows["lost_on"].notna()]
        found[campus] = (finding, asked.leads.loc[marked["lead_id"]])
    return found


def chances(true: pd.DataFrame) -> dict[str, float]:
    """Return with which probability each reason was written down, on average."""
    reached = float((true["reached"] > 0).mean())
    drawn = {reason: LOST_REASON_SHARE * reached * share for reason, share in DRAWN.items()}
    return drawn | {NEVER_REACHED: LOST_REASON_SHARE * (1 - reached)}


def test_intervals_hold_the_share_of_each_reason(told: dict[str, tuple[Finding, pd.DataFrame]]) -> None:
    """And of having none: 30 %. Who was never reached is known of each, so there only the lot of saying it is left."""
    hits, widths = [], []
    for finding, true in told.values():
        table = finding.table.set_index(finding.table["lost_reason"].map(name))
        expected = chances(true) | {"none": 1 - LOST_REASON_SHARE}
        del expected[NEVER_REACHED]
        hits.append({
            reason: holds(table.loc[reason], "lost_share", share) if reason in table.index else None
            for reason, share in expected.items()
        })  # fmt: skip
        widths.append(float(table.at["none", "lost_share_high"] - table.at["none", "lost_share_low"]))
    assert_covers(pd.DataFrame(hits))
    assert max(widths) < 0.25


def name(reason: object) -> str:
    return "none" if reason == NO_REASON else str(reason)


def test_shares_are_right_over_all_campuses_together(told: dict[str, tuple[Finding, pd.DataFrame]]) -> None:
    expected, counted, marked = (
        dict.fromkeys((*DRAWN, NEVER_REACHED), 0.0),
        dict.fromkeys((*DRAWN, NEVER_REACHED), 0),
        0,
    )
    for finding, true in told.values():
        assert finding.facts["marked"] == len(true)
        marked += len(true)
        for reason, share in chances(true).items():
            expected[reason] += share * len(true)
        for reason, requests in zip(finding.table["lost_reason"].map(name), finding.table["requests"], strict=True):
            if reason in counted:
                counted[reason] += int(requests)
    for reason, sum_of_chances in expected.items():
        assert abs(counted[reason] - sum_of_chances) < 3.3 * sum_of_chances**0.5, reason
    assert marked > 10_000


def test_how_far_each_had_come_is_told(told: dict[str, tuple[Finding, pd.DataFrame]]) -> None:
    """Nobody who took a step stands before it; the reason of those who were never reached stands at asking alone."""
    for finding, true in told.values():
        at = finding.table[[f"at_{step}" for step in STEPS]].sum()
        reached = true["reached"].clip(upper=len(STEPS) - 1).value_counts()
        assert at.tolist() == [int(reached.get(place, 0)) for place in range(len(STEPS))]
        never = finding.table[finding.table["lost_reason"] == NEVER_REACHED]
        assert (never["at_asked"] == never["requests"]).all()
