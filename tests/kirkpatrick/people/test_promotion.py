"""Is promotion compared by hours among those who could rise, and is nothing claimed that is not there?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.people.promotion import promoted_beside_others, promotion_and_hours
from churnlab.synthetic import Institution, make
from tests.kirkpatrick.people.team import IDS, PX1, opened, trainees


def _rise(*pairs):
    return [{"staff_id": one, "on": on, "from_grade": "P1", "to_grade": "P2"} for one, on in pairs]


# Twelve people; A00 to A05 had ten hours in May. Promoted since: A00, A01, A02 of them, A06 of the others; A11 before.
ROSE = _rise(("A00", "2025-07-10"), ("A01", "2025-08-10"), ("A02", "2025-09-10"), ("A06", "2025-10-10"),
             ("A11", "2025-02-10"))  # fmt: skip


def told(as_of="2026-01-01", rose=ROSE, who=IDS[:6]):
    hours = [row | {"hours": 10.0 + place} for place, row in enumerate(trainees(who))]
    return opened(as_of, trainings=[PX1], trainees=hours, promotions=rose)


def test_the_plain_ratio_is_that_of_cox_by_hand():
    data = told(who=[])
    with pytest.raises(NotEnoughData) as error:
        promotion_and_hours(data)  # nobody has any hours: nothing to compare
    assert error.value.key == "people.promotion_unfit"
    same = opened(trainings=[PX1], trainees=trainees(IDS[:6]), promotions=ROSE)
    table = promotion_and_hours(same).table
    # With x = 1 for six people from June: risk sets (with, without) of July 6, 5; August 5, 5; September 4, 5; October
    # 3, 5 (A06 rises, without). log L = 3 b − log(6e+5) − log(5e+5) − log(4e+5) − log(3e+5), e = exp b; February none.
    e = table["hazard_ratio"][0]
    assert 3 - sum(many * e / (many * e + 5) for many in (6, 5, 4, 3)) == pytest.approx(0, abs=1e-6)


def test_it_names_what_is_not_adjusted_for_and_claims_no_cause():
    found = promotion_and_hours(told())
    assert found.design is Design.COMPARISON_GROUP
    assert "whether hours have anything to do with promotion cannot be told" in found.sentence("en")
    assert "Not adjusted for: whom managers chose for training because they meant to promote them" in found.sentence(
        "en"
    )
    assert "没有调整的有：主管本来就打算提拔才派去培训" in found.sentence("zh")
    assert found.caveats == ("people.not_adjusted", "people.few_events")  # there are no ratings; five promotions


def test_promotions_to_come_change_nothing_and_few_are_refused():
    later = told(rose=[*ROSE, *_rise(("A08", "2026-03-01"))])
    assert promotion_and_hours(later).table.equals(promotion_and_hours(told()).table)
    with pytest.raises(NotEnoughData) as few:
        promotion_and_hours(told("2025-08-15"))  # August is not over
    assert few.value.message("en") == "There are 2 promotions on record; at least 5 are needed."


def test_the_promoted_stand_beside_those_of_the_same_training():
    many = _rise(*((one, "2025-08-10") for one in IDS[6:11]), ("A11", "2025-02-10"))
    found = promoted_beside_others(told(rose=many, who=IDS))
    assert (found.facts["promoted"], found.facts["others"]) == (5, 6)  # A11 rose before, and is in neither
    # Hours 10 + place: the promoted 16 to 20, the others 10 to 15.
    assert (found.facts["promoted_hours"], found.facts["others_hours"]) == (18, 12.5)
    first = found.table.iloc[0]
    assert first["difference_score"] > 0
    assert "5 people rose after their first training, 6 of the same 1 training did not" in found.sentence("en")
    assert "两组在该培训中的学时分别为 18.0 和 12.5 小时" in found.sentence("zh")
    with pytest.raises(NotEnoughData):
        promoted_beside_others(told())


@pytest.mark.slow
def test_hours_that_do_nothing_are_found_to_do_nothing():
    covered, kpi = [], []
    for seed in range(14):
        made = make(Institution(students=4000, seed=seed))
        true = np.exp(10 * made.truth.training.facts["promotion_per_hour"])
        try:
            table = promotion_and_hours(made.data()).table
        except NotEnoughData:
            continue
        row = table[(table["adjusted_for"] == "adjusted") & (table["covariate"] == "hours_10")].iloc[0]
        covered.append(row["hazard_ratio_low"] <= true <= row["hazard_ratio_high"])
        kpi.append(np.log(table.loc[table["covariate"] == "kpi_level", "hazard_ratio"].iloc[0]))
    assert len(covered) >= 10
    assert np.sum(~np.array(covered)) <= 3  # of 14 less than one is expected; four or more come once in 230 times
    assert np.mean(kpi) > 0.3  # the able rise, and KPIs show ability
