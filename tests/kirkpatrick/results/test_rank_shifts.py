"""Who moved up or down among colleagues with the training, and how far is that noise?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation, rank_shifts
from tests.builders import institution

# Twelve people; the month of the training is July. Person n sells ten times n a month, a little more or less by turns.
MONTHS = [f"2025-{month:02d}-01" for month in range(1, 13)]
WIGGLE = {"01": 1, "02": -1, "03": 0, "04": -1, "05": 1, "06": 0, "08": 1, "09": 0, "10": -1, "11": 1, "12": -1}


def data(*, leap=0.0, leaps_from=8, scatter=1.0, people=12, metric="sold", as_of="2026-01-01"):
    """Let the person who sells least sell `leap` more from a month on."""
    rows = [
        {"unit": "staff", "unit_id": f"P{n:02d}", "month": month, "metric": metric,
         "value": 10.0 * n + scatter * WIGGLE.get(month[5:7], 0) * (1 if n % 2 else -1)
         + (leap if n == 1 and int(month[5:7]) >= leaps_from else 0.0)}
        for n in range(1, people + 1) for month in MONTHS
    ]  # fmt: skip
    who = [
        {"training_id": "P", "staff_id": f"P{n:02d}", "arm": "trained" if n % 2 else "comparison",
         "assigned_at_random": True, "enrolled_on": "2025-07-02"}
        for n in range(1, people + 1)
    ]  # fmt: skip
    return institution(
        as_of, staff=[{"staff_id": f"P{n:02d}", "role": "adviser"} for n in range(1, people + 1)], kpis=rows,
        trainings=[{"training_id": "P", "name": "Selling", "starts_on": "2025-07-02", "ends_on": "2025-07-20"}],
        trainees=who,
    )  # fmt: skip


def asked(**choices):
    return rank_shifts(Evaluation(data(**choices), "P"))


def test_the_highest_is_first_and_who_leapt_surely_rose():
    found = asked(leap=200.0)
    table = found.table.set_index("staff_id")
    assert table["before_place"].to_dict() == {f"P{n:02d}": 13 - n for n in range(1, 13)}
    assert table.loc["P01", "after_place"] == 1
    assert table["rank_verdict"].to_dict()["P01"] == "rose"
    # All others lost a place to her, and none of them did worse.
    assert (table.drop("P01")["rank_verdict"] == "fell").all()
    assert found.sentence("en") == (
        "By sold, 12 of 12 people surely changed places: of the 6 trained 1 rose and 5 fell, of the others 0 rose and "
        "6 fell. Half of them stand 1 or more places from where they stood before; half of the true places are known "
        "to within 1 of 12."
    )
    assert found.sentence("zh") == (
        "按sold，12 人中有 12 人的名次确有升降：参训 6 人中升 1 人、降 5 人；其余人中升 0 人、降 6 人。"
        "半数人的名次与训前相差 1 位或更多；12 个名次中，半数人的真实名次可确定到 1 位之内。"
    )
    assert found.design is None


def test_where_people_scatter_nobody_surely_moved():
    found = asked(leap=60.0, scatter=150.0)
    assert set(found.table["rank_verdict"]) == {"cannot_tell"}
    assert found.sentences == ("none_moved", "noise")
    assert (found.table["after_place_low"] <= found.table["after_place"]).all()


def test_where_less_is_better_the_lowest_is_first():
    assert asked(metric="reply_hours").table.set_index("staff_id")["after_place"]["P01"] == 1


def test_the_future_changes_nothing():
    # What she sells from November on is not known on its first day.
    now, then = (asked(leap=leap, as_of="2025-11-01", leaps_from=11).table for leap in (0.0, 900.0))
    assert now.equals(then)
    assert not now.equals(asked(leap=900.0, as_of="2026-01-01", leaps_from=11).table)


def test_months_of_one_quarter_do_not_tell_how_sure_a_place_is():
    with pytest.raises(NotEnoughData) as error:
        asked(as_of="2025-10-01")
    assert error.value.facts["people"] == 0


def test_too_few_are_refused():
    with pytest.raises(NotEnoughData) as error:
        asked(people=8)
    assert error.value.message("en") == (
        "8 people have months enough before and after the training to be put in order, some of them trained; 10 are "
        "needed."
    )
