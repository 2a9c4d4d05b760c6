"""Are open matters censored, and the change of other departments taken out?"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.behavior.matters import matter_curves, matter_durations
from churnlab.synthetic import Institution, make
from tests.kirkpatrick.behavior.rows import evaluated


def requests(first, days, departments="Sales、Service"):
    start = pd.Timestamp(f"{first} 10:00")
    return [
        {
            "at": start + pd.Timedelta(hours=number), "opened_at": start + pd.Timedelta(hours=number),
            "kind": "request", "departments": departments,
            "closed_at": pd.NaT if length is None else start + pd.Timedelta(hours=number, days=length),
        }
        for number, length in enumerate(days)
    ]  # fmt: skip


ROWS = requests("2026-01-10", (4, 5, 6, 8)) + requests("2026-04-10", (1, 2, 3, None))


def test_half_are_closed_by_the_day_and_open_ones_are_counted_as_open():
    rows = matter_durations(evaluated(meetings=ROWS)).table.set_index("before_or_after")
    assert rows["half_closed_days"].to_dict() == {"before": 5, "after": 2}
    assert rows["still_open"].to_dict() == {"before": 0, "after": 1}
    # Breslow and Efron agree without ties; one after is open, so no separation: the likelihood has a top above 1.
    assert rows["hazard_ratio"].isna().tolist() == [True, False]
    assert rows.loc["after", "hazard_ratio"] > 1


def test_the_curve_falls_by_the_shares_closed():
    curve = matter_curves(evaluated(meetings=ROWS)).table
    after = curve[curve["before_or_after"] == "after"].set_index("open_day")["still_open_share"]
    assert after.loc[[0, 1, 2]].tolist() == [1, 3 / 4, 1 / 2]  # the fourth day has fewer than two


def test_what_changed_in_other_departments_is_taken_out():
    alike = requests("2026-01-11", (4, 5, 6, 8), "Teaching、Service")
    alike += requests("2026-04-11", (1, 2, 3, None), "Teaching、Service")
    found = matter_durations(evaluated(meetings=ROWS + alike))
    ratio = found.table["hazard_ratio"].dropna()
    assert ratio.tolist() == pytest.approx([1.0])
    assert found.design is Design.COMPARISON_GROUP
    assert found.sentences == ("medians", "open_beside")
    assert "beside other departments, the ratio of closing is 1.00" in found.sentence("en")
    assert "与其他部门相比，办结速度之比为 1.00" in found.sentence("zh")


def test_alone_it_is_a_change():
    found = matter_durations(evaluated(meetings=ROWS))
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert found.sentences[1] in ("open_alone", "sooner_alone")


def test_too_few_are_refused():
    with pytest.raises(NotEnoughData):
        matter_durations(evaluated(meetings=ROWS[:5]))


@pytest.mark.slow
def test_intervals_hold_the_planted_hazard_ratio():
    held = []
    for seed in range(25):
        made = make(Institution(students=120, seed=seed))
        table = matter_durations(Evaluation(made.data(), "PX009")).table
        row = table[(table["matter_kind"] == "request") & table["hazard_ratio"].notna()].iloc[0]
        held.append(
            row["hazard_ratio_low"] <= made.truth.training.facts["request_hazard_ratio"] <= row["hazard_ratio_high"]
        )
    assert sum(held) >= stats.binom.ppf(0.005, len(held), 0.95)
    assert np.mean(held) > 0.8
