"""Are the trainees described as the list of staff has them, beside those compared?"""

from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick import Evaluation, trainee_profile
from churnlab.settings import Settings
from churnlab.stats.intervals import wilson
from churnlab.wording import cell
from tests.kirkpatrick.needs.made_up import made_up
from tests.kirkpatrick.needs.rows import STAFF, WHO, evaluated

# On 5 January 2026 A has been here for half a year, B for one and a half, all others for two.
HIRED = {"A": "2025-07-01", "B": "2024-07-01"}
PEOPLE = [row | {"hired_on": HIRED.get(row["staff_id"], "2024-01-01"), "grade": "P1"} for row in STAFF]


def told(staff: list[dict[str, str]] = PEOPLE, as_of: str = "2026-07-01", **more: object) -> Finding:
    return trainee_profile(evaluated(as_of, staff=staff, **more))


def by_value(found: Finding) -> dict[tuple[str, str], tuple[int, int]]:
    rows = found.table.to_dict("records")
    return {
        (row["trait"], cell(row["trait_value"], "trait_value", "en")): (row["trained"], row["compared"]) for row in rows
    }


def test_each_value_has_its_people_of_both_groups() -> None:
    found = told()
    assert by_value(found) == {
        ("tenure", "under 1 y"): (1, 0), ("tenure", "1 to under 3 y"): (3, 4), ("role", "adviser"): (4, 4),
        ("grade", "P1"): (4, 4), ("campus", "East"): (2, 2), ("campus", "West"): (2, 2),
    }  # fmt: skip
    first = found.table.iloc[0]
    assert (first["trained_share"], first["compared_share"]) == (1 / 4, 0)
    assert (first["trained_share_low"], first["trained_share_high"]) == pytest.approx(wilson(1, 4, 0.95))


def test_tenure_is_counted_to_ones_own_beginning_and_grouped_by_the_settings() -> None:
    settings = Settings.model_validate({"needs": {"tenure_years": [2.0]}})
    later = [row | ({"enrolled_on": "2026-02-01"} if row["staff_id"] == "C" else {}) for row in WHO]
    sheet = [row for row in WHO if row["staff_id"] != "C"] + [row for row in later if row["staff_id"] == "C"]
    found = told(settings=settings, trainees=sheet, training_attendance=[])
    assert by_value(found)["tenure", "under 2 y"] == (2, 0)
    assert by_value(found)["tenure", "2 y and more"] == (2, 4)
    # C began on 1 February: 762 days after 1 January 2024, D on 5 January: 735; A 188, B 553.
    assert found.facts["trained_years"] == pytest.approx((188 + 553 + 762 + 735) / 4 / 365.25)
    assert found.facts["compared_years"] == pytest.approx(735 / 365.25)


def test_who_is_not_on_the_list_of_staff_is_not_left_out() -> None:
    found = told([row for row in PEOPLE if row["staff_id"] != "A"])
    assert by_value(found)["campus", "not told"] == (1, 0)
    assert by_value(found)["tenure", "not told"] == (1, 0)


def test_a_difference_beyond_chance_is_named() -> None:
    many = [f"P{number}" for number in range(24)]
    staff = [{"staff_id": one, "role": "adviser", "grade": "P1", "campus": "East" if place < 12 else "West",
              "hired_on": "2024-01-01"} for place, one in enumerate(many)]  # fmt: skip
    who = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained" if place < 12 else "comparison",
         "enrolled_on": "2026-01-05"}
        for place, one in enumerate(many)
    ]  # fmt: skip
    found = told(staff, trainees=who, training_attendance=[])
    # All of one and none of the other, 2 / 2,704,156 by Fisher, of two rows that can differ.
    assert found.table["adjusted_p_value"].min() == pytest.approx(2 * 2 / 2_704_156)
    assert "2 shares differ beyond chance" in found.sentence("en")
    assert found.sentence("zh").endswith("首先是校区“East”：参训人中占 100.0%，对照人中占 0.0%。")


def test_the_sentence() -> None:
    found = told()
    assert found.sentence("en") == (
        "Selling trained 4 people; 4 are compared with them. The trained had been here 1.5 years on average (0.4 to "
        "2.6; 95% interval). In role, grade, campus and years here no share differs beyond chance, corrected for "
        "their number; "
        "with so few people that does not prove them alike."
    )
    alone = told(trainees=WHO[:4]).sentence("zh")
    assert alone == "“Selling”参训 4 人，没有对照。参训时平均在职 1.5 年（0.4 至 2.6，95% 区间）。"
    assert found.caveats == ("needs_profile", "needs_few")


def test_the_future_changes_nothing_and_before_it_begins_there_is_nobody() -> None:
    later = [*PEOPLE, {"staff_id": "X", "role": "adviser", "campus": "East", "hired_on": "2026-07-02"}]
    pd.testing.assert_frame_equal(told(later).table, told().table)
    with pytest.raises(NotEnoughData) as nobody:
        told(trainees=WHO[4:], training_attendance=[])
    assert nobody.value.key == "kirkpatrick.nobody"


@pytest.mark.slow
def test_where_lot_decided_groups_are_seldom_said_to_differ() -> None:
    """Estimand: whether any share differs between those drawn and the others before a training; by lot none does."""
    differ = []
    for seed in range(15):
        data, trained = made_up(seed, students=2500)
        with closing(data):
            for one in trained.held:
                if one.programme.chosen == "lot":
                    found = trainee_profile(Evaluation(data, one.training_id))
                    differ.append(bool((found.table["adjusted_p_value"] < 0.05).any()))
    assert len(differ) >= 40
    assert sum(differ) <= binom.ppf(0.995, len(differ), 0.05), np.mean(differ)
