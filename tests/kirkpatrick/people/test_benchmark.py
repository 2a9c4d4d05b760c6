"""Is luck taken out of who is best?"""

import pytest

from churnlab.kirkpatrick.people.benchmark import top_performers
from tests.kirkpatrick.people.team import kpis, opened, rules, staff


def test_the_top_of_a_role_are_listed_with_what_is_probably_luck():
    found = top_performers(opened(settings=rules(top_share=0.25)))
    table = found.table
    assert table["staff_id"].tolist() == ["A11", "A10", "A09"]
    assert (table["luck_score"] > 0).all()
    assert table["luck_score"].tolist() == pytest.approx((table["plain_score"] - table["performance_score"]).tolist())
    assert (table["next_quarter_score_high"] > table["performance_score_high"]).all()
    assert (table["next_quarter_score_low"] < table["performance_score_low"]).all()
    assert found.sentence("en").startswith("Of 12 people 3 who are still here come out in the top 25% of their role")
    assert "差额多半是运气" in found.sentence("zh")


def test_who_left_is_not_listed_and_the_future_is_not_known():
    assert "A11" not in set(top_performers(opened(staff=staff(A11="2025-12-30"))).table["staff_id"])
    wild = [row if row["month"] < "2025-10" else row | {"value": 1e6} for row in kpis()]
    then = top_performers(opened("2025-10-01", kpis=wild)).table
    assert then.equals(top_performers(opened("2025-10-01")).table)
