"""What did those learn and achieve whom an instructor taught?"""

import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.reaction.taught import achieved_more, learned_more, seats_taught
from churnlab.settings import Settings
from tests.builders import institution

PX = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-30"}
MONTHS = [*(f"2025-{month:02d}" for month in range(7, 13)), "2026-01", "2026-02", "2026-03"]
#  share right   A    B    C    trained        D    E    F    not
#  before        1/4  2/4  3/4                 1/4  2/4  3/4
#  after         3/4  3/4  4/4                 1/4  3/4  3/4
MARKS = {
    "A": ("1000", "1110"), "B": ("1100", "1110"), "C": ("1110", "1111"),
    "D": ("1000", "1000"), "E": ("1100", "1110"), "F": ("1110", "1110"),
}  # fmt: skip
# Their own levels of a KPI, in both arms alike.
OWN = {"A": 10, "B": 12, "C": 14, "D": 10, "E": 12, "F": 14}
SPREAD = (4 * 2**2 / 5) ** 0.5  # of 10 12 14 10 12 14


def marked():
    return [
        {"training_id": "PX1", "staff_id": one, "occasion": occasion, "taken_at": at, "item_id": f"Q{place}",
         "correct": mark == "1", "score": float(mark), "max_score": 1.0}
        for one, pair in MARKS.items()
        for (occasion, at), row in zip((("pre", "2026-01-04"), ("post", "2026-01-31")), pair, strict=True)
        for place, mark in enumerate(row)
    ]  # fmt: skip


def kpis(metric="sold", gain=4.0):
    """From February on the trained have so much more; months swing a little, and not alike."""
    return [
        {"unit": "staff", "unit_id": one, "metric": metric, "month": f"{month}-01",
         "value": level + ((place + turn) % 3 - 1) / 10 + (gain if one in "ABC" and month >= "2026-02" else 0)}
        for place, (one, level) in enumerate(OWN.items())
        for turn, month in enumerate(MONTHS)
    ]  # fmt: skip


def opened(as_of="2026-04-01", settings=None, **tables):
    arms = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained" if one in "ABC" else "comparison",
         "assigned_at_random": True, "enrolled_on": "2026-01-05", "concluded_on": "2026-01-30"}
        for one in MARKS
    ]  # fmt: skip
    rules = {"learning": {"least_compared": 3}, "results": {"fewest_people": 3}, **(settings or {})}
    staff = [{"staff_id": one, "role": "adviser", "campus": "East", "hired_on": "2024-01-01"} for one in MARKS]
    sessions = [
        {"session_id": f"S{number}", "training_id": "PX1", "instructor_id": who, "planned_at": at, "held_at": at,
         "module": "m"}
        for number, who, at in (
            (1, "J1", "2026-01-06"), (2, "J2", "2026-01-07"), (3, "J1", "2026-01-08"), (4, "J3", "2026-01-09"),
        )
    ]  # fmt: skip
    came = [
        {"session_id": f"S{number}", "staff_id": one, "status": status}
        for number, one, status in (
            (1, "A", "present"), (1, "B", "made_up"), (1, "C", "absent"), (2, "A", "present"), (3, "C", "present"),
            (4, "B", "present"), (4, "A", "absent"),
        )
    ]  # fmt: skip
    told = {"staff": staff, "trainings": [PX], "trainees": arms, "training_sessions": sessions}
    told |= {"training_attendance": came, "test_answers": marked(), "kpis": kpis()}
    return institution(as_of, settings=Settings.model_validate(rules), **(told | tables))


def test_seats_are_of_those_who_came_or_made_it_up():
    seats = seats_taught(opened()).set_index("instructor_id")
    assert seats["seats"].to_dict() == {"J1": 2 + 1, "J2": 1, "J3": 1}


def test_what_was_learned_beyond_the_others_in_standard_deviations():
    found = learned_more(Evaluation(opened(), "PX1"))
    # Alike before, so that adjusting changes nothing: 10 / 12 − 7 / 12. Before: 1/4 2/4 3/4 twice.
    assert found.mean == pytest.approx((10 / 12 - 7 / 12) / (4 * (1 / 4) ** 2 / 5) ** 0.5)
    assert found.low < found.mean < found.high


def test_where_too_few_are_compared_nothing_is_said_of_learning():
    assert learned_more(Evaluation(opened(settings={"learning": {"least_compared": 4}}), "PX1")) is None
    assert learned_more(Evaluation(opened(test_answers=[]), "PX1")) is None


def test_what_was_achieved_in_standard_deviations_between_people():
    found = achieved_more(Evaluation(opened(), "PX1"), 2)
    assert found.mean == pytest.approx(4 / SPREAD, abs=0.1)  # months swing by a tenth
    less = Settings().kpis.model_copy(update={"low_is_good": ("sold",)})
    turned = achieved_more(Evaluation(opened(settings={"kpis": less.model_dump()}), "PX1"), 2)
    assert (turned.mean, turned.low, turned.high) == pytest.approx((-found.mean, -found.high, -found.low))


def test_several_kpis_are_averaged():
    both = achieved_more(Evaluation(opened(kpis=[*kpis(), *kpis("asked", 0.0)]), "PX1"), 2)
    assert both.mean == pytest.approx((4 + 0) / 2 / SPREAD, abs=0.1)


def test_results_wait_until_the_months_have_passed():
    assert achieved_more(Evaluation(opened(), "PX1"), 3) is None
    # What comes later is not known yet: as of March only February has passed.
    assert achieved_more(Evaluation(opened(as_of="2026-03-01"), "PX1"), 2) is None


def test_before_and_after_alone_is_no_result():
    data = opened(trainees=[
        {"training_id": "PX1", "staff_id": one, "arm": "trained", "enrolled_on": "2026-01-05",
         "concluded_on": "2026-01-30"} for one in MARKS
    ])  # fmt: skip
    assert achieved_more(Evaluation(data, "PX1"), 2) is None
