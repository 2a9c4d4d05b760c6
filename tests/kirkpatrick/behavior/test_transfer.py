"""Who applies it, and who is counted?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.behavior.transfer import transfer
from churnlab.stats.intervals import wilson
from tests.kirkpatrick.behavior.rows import STAFF, by_superior, evaluated, rating


def test_those_at_or_above_the_threshold_apply_it():
    # From 3.8 on: of 4, 4, 3 and 5 three apply it; none did before; of the others none does.
    found = transfer(evaluated(ratings=by_superior()))
    table = found.table.set_index("months_after")
    assert table["applying_share"].tolist()[:2] == [0, 3 / 4]
    assert (table.loc[3, "applying_share_low"], table.loc[3, "applying_share_high"]) == wilson(3, 4, 0.95)
    assert (table.loc[3, "compared"], table.loc[3, "compared_applying_share"]) == (4, 0)
    # The published curve between 62 % at once and 44 % after six months: 53 % after three.
    assert table["reference_share"].tolist()[1:] == pytest.approx([0.53, 0.44, 0.34])
    assert found.sentence("en").startswith(
        "After 3 months 75.0% of 4 people rated apply it (95% interval 30.1% to 95.4%"
    )
    assert "训后 3 个月，已评的 4 人中有 75.0% 在用" in found.sentence("zh")


def test_whose_months_are_not_over_and_who_left_are_not_counted():
    table = transfer(evaluated("2026-09-15", ratings=by_superior())).table.set_index("months_after")
    assert table["due_people"].tolist() == [4, 4, 0, 0]
    staff = [STAFF[0] | {"left_on": "2026-05-01"}, *STAFF[1:]]
    table = transfer(evaluated(ratings=by_superior(), staff=staff)).table.set_index("months_after")
    assert table["due_people"].tolist() == [4, 3, 3, 0]


def test_those_unrated_widen_what_is_known():
    rows = [row for row in by_superior() if (row["staff_id"], row["occasion"]) != ("D", "post")]
    row = transfer(evaluated(ratings=rows)).table.set_index("months_after").loc[3]
    assert row["applying_share"] == 2 / 3
    assert (row["least_applying_share"], row["most_applying_share"]) == (2 / 4, 3 / 4)


def test_a_rating_belongs_to_the_month_it_is_nearest_to():
    rows = [*by_superior(), rating("A", "superior", "delayed", 5)]  # 28 September: six months after
    table = transfer(evaluated(ratings=rows)).table.set_index("months_after")
    assert table["rated_people"].to_dict() == {0: 4, 3: 4, 6: 1, 12: 0}
    assert np.isnan(table.loc[12, "applying_share"])


def test_without_later_ratings_it_is_refused():
    with pytest.raises(NotEnoughData):
        transfer(evaluated(ratings=by_superior()[:8]))
