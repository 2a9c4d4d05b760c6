"""Is it told rightly how many people it takes to see a target, and what these can show?"""

from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick import Evaluation, sample_needed
from churnlab.settings import Settings
from churnlab.stats.paired import paired_difference
from churnlab.stats.sample_size import people_for_difference, people_for_gain, smallest_difference, smallest_gain
from churnlab.tables.door import Data
from tests.builders import institution
from tests.kirkpatrick.needs.rows import COURSE, WHO, evaluated, kpi
from tests.kirkpatrick.needs.test_scatter import EARLY, LATE, SALES

# Of the test of the scatter: changes 3, 1 and −1, of standard deviation 2; the trained are at 12.
SD, RULE = 2.0, {"level": 0.95, "power": 0.8}


def agreed(target: float, measure: str = "sales", **more: Any) -> dict[str, Any]:
    row = {"training_id": "PX1", "measure": measure, "target": target, "months": 3.0, "agreed_on": "2025-12-20"}
    return row | more


def told(*targets: dict[str, Any], as_of: str = "2026-07-01", **more: Any) -> Finding:
    return sample_needed(evaluated(as_of, **({"kpis": SALES, "training_targets": list(targets)} | more)))


def row_of(*targets: dict[str, Any], **more: Any) -> dict[Any, Any]:
    (row,) = told(*targets, **more).table.to_dict("records")
    return row


def test_what_is_to_be_seen_is_the_way_from_before_to_the_target() -> None:
    row = row_of(agreed(13.0))
    assert (row["level_before"].facts["value"], row["change_to_see"].facts["change"]) == (12, 1)
    # Half a standard deviation: Cohen's 64 in each group.
    assert row["needed_people"] == 64 == people_for_difference(1 / SD, **RULE)
    smallest = smallest_difference(4, 4, **RULE) * SD
    assert row["smallest_to_see"].facts["change"] == pytest.approx(smallest)
    assert (row["trained"], row["compared"], row["sample_state"]) == (4, 4, "too_few")
    assert row_of(agreed(12 + smallest + 0.01))["sample_state"] == "enough"
    assert row_of(agreed(12 + smallest - 0.01))["sample_state"] == "too_few"


def test_a_change_is_a_share_of_what_was_before_and_a_fall_is_one_too() -> None:
    up = row_of(agreed(0.25, kind="change"))
    assert up["change_to_see"].facts["change"] == pytest.approx(0.25 * 12)
    down = row_of(agreed(0.25, kind="change", direction="down"))
    assert down["change_to_see"].facts["change"] == pytest.approx(-3)
    assert down["needed_people"] == up["needed_people"] == people_for_difference(3 / SD, **RULE)
    assert down["smallest_to_see"].facts["change"] < 0
    level = row_of(agreed(11.0, direction="down"))
    assert (level["change_to_see"].facts["change"], level["needed_people"]) == (-1, 64)


def test_without_others_it_takes_those_who_are_seen_twice() -> None:
    row = row_of(agreed(13.0), trainees=WHO[:4])
    # Of A and B alone: changes 3 and 1.
    sd = np.std([3, 1], ddof=1)
    assert row["needed_people"] == people_for_gain(1 / sd, **RULE)
    assert row["smallest_to_see"].facts["change"] == pytest.approx(smallest_gain(4, **RULE) * sd)
    assert pd.isna(row["compared"])


def test_the_power_and_the_level_of_the_settings_count() -> None:
    sure = Settings.model_validate({"needs": {"power": 0.9}, "uncertainty": {"level": 0.99}})
    assert row_of(agreed(13.0), settings=sure)["needed_people"] == people_for_difference(0.5, level=0.99, power=0.9)


def test_what_was_there_before_and_what_nobody_knows_is_told_so() -> None:
    found = told(agreed(11.0), agreed(10.0, "calls"), agreed(13.0, months=6.0))
    states = found.table["sample_state"].tolist()
    assert states == ["not_known", "there_before", "too_few"]
    assert found.table["needed_people"].isna().tolist() == [True, True, False]
    assert found.sentence("en") == (
        "Selling: 4 trained and 4 compared are enough for 0 of 3 agreed targets to be seen with a probability of 80% "
        "(95% intervals). Too few for: sales, +1.0 to be seen (takes 64 people in each group; these can show +4.8 or "
        "more). Already reached beforehand (tasks, seats and reactions: in earlier trainings), so there is nothing to "
        "see: sales. Before the training nothing was known of the scatter of: calls."
    )
    assert found.sentence("zh") == (
        "“Selling”参训 4 人、对照 4 人：3 项目标中，有 0 项能以 80% 的把握看出（95% 区间）。"
        "人数不够的：sales要看出 +1.0（每组需 64 人，现有人数只能看出 +4.8 以上）。"
        "训前已经达到（打卡、到场和满意度看此前的培训）、无可看出的：sales。训前不知道人与人差别多大的：calls。"
    )
    assert found.caveats == ("needs_sample", "needs_few")
    assert told(agreed(13.0), trainees=WHO[:4]).sentence("zh").startswith("“Selling”参训 4 人，没有对照：")


def test_what_came_after_the_training_began_changes_nothing() -> None:
    after = kpi("sales", {one: {"2026-03": 99.0} for one in "ABCDEFGH"})
    pd.testing.assert_frame_equal(told(agreed(13.0), kpis=SALES + after).presented(), told(agreed(13.0)).presented())
    with pytest.raises(NotEnoughData) as none:
        told()
    assert none.value.key == "not_loaded"


@pytest.mark.slow
def test_as_many_people_as_it_takes_see_the_target_as_often_as_was_asked() -> None:
    """Estimand: the probability that the interval of those trained leaves out no change where the target is the truth.

    Institutions whose months are independent, without others: the number that it takes was told from 300 people; with
    so many, the changes of 600 trainings are drawn anew, and 80 % see it.
    """
    rng, noise = np.random.default_rng(5), 3.0
    with closing(independent(300, noise, rng)) as data:
        (row,) = sample_needed(Evaluation(data, "PX1")).table.to_dict("records")
    needed, truth = int(row["needed_people"]), row["change_to_see"].facts["change"]
    # Means of three months each: the true scatter of a change is the noise times √(2/3).
    changes = truth + noise * np.sqrt(2 / 3) * rng.normal(size=(600, needed))
    seen = sum(paired_difference(0 * one, one, level=0.95).low > 0 for one in changes)
    # The scatter of 300 people is itself known to 4 %, which moves the power by some 4 points.
    assert binom.ppf(0.005, 600, 0.8 - 0.04) <= seen <= binom.ppf(0.995, 600, 0.8 + 0.04), seen / 600


def independent(people: int, noise: float, rng: np.random.Generator) -> Data:
    """Return an institution whose people have levels of their own and months of independent noise; target 21 of 20."""
    names = [f"P{number}" for number in range(people)]
    rows = kpi("sales", {one: {month: 20 + noise * rng.normal() for month in EARLY + LATE} for one in names})
    who = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained", "enrolled_on": "2026-01-05"} for one in names
    ]  # fmt: skip
    staff = [{"staff_id": one, "role": "adviser", "campus": "East", "hired_on": "2024-01-01"} for one in names]
    return institution(
        "2026-07-01", trainings=[COURSE], staff=staff, trainees=who, kpis=rows, training_targets=[agreed(21.0)]
    )
