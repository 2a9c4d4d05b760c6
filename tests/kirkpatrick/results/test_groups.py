"""Which months of the trained and of those compared, before and after, stand beside each other?"""

import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.results.groups import groups
from tests.builders import institution

MONTHS = pd.date_range("2026-01-01", periods=9, freq="MS")


def beside(arms, *, begins=None):
    """Put people beside each other: their arms, and when those on the waiting list had their session."""
    begins = begins or {}
    who = [
        {"training_id": "P", "staff_id": one, "arm": arm, "enrolled_on": "2026-03-02", "assigned_at_random": True,
         "concluded_on": begins.get(one, "2026-03-19") if arm != "comparison" else None}
        for one, arm in arms.items()
    ]  # fmt: skip
    session = {"session_id": "s", "training_id": "P", "planned_at": "2026-06-03", "held_at": "2026-06-03"}
    came = [{"session_id": "s", "staff_id": one, "status": "present"} for one in begins]
    data = institution(
        "2026-10-01", staff=[{"staff_id": one, "role": "r"} for one in arms],
        trainings=[{"training_id": "P", "name": "P", "starts_on": "2026-03-02", "ends_on": "2026-03-20"}],
        trainees=who, training_sessions=[session], training_attendance=came or [{"session_id": "s", "staff_id": "?"}],
    )  # fmt: skip
    series = pd.concat([pd.DataFrame({"staff_id": one, "month": MONTHS, "value": 1.0, "n": 2.0}) for one in arms])
    return groups(Evaluation(data, "P"), series)


def test_both_groups_have_months_before_and_after_but_none_of_the_training():
    found = beside({f"t{n}": "trained" for n in range(4)} | {f"c{n}": "comparison" for n in range(4)})
    assert found.design is Design.RANDOMISED
    assert (found.people(trained=True), found.people(trained=False)) == (4, 4)
    months = found.rows.groupby("after")["month"].agg(["min", "max"])
    assert months.loc[False, "max"] == pd.Timestamp("2026-02-01")
    assert months.loc[True, "min"] == pd.Timestamp("2026-04-01")


def test_who_waits_is_compared_until_she_is_trained():
    waiting = {f"w{n}": "waitlist" for n in range(4)}
    found = beside({f"t{n}": "trained" for n in range(4)} | waiting, begins=dict.fromkeys(waiting, "2026-06-20"))
    assert found.people(trained=False) == 4
    # From June on they are in training, and then trained.
    assert found.rows["month"].max() == pd.Timestamp("2026-05-01")
    assert found.is_compared


def test_with_few_to_compare_with_there_is_nobody():
    found = beside({f"t{n}": "trained" for n in range(4)} | {"c": "comparison"})
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert not found.is_compared
    assert found.rows["is_trained"].all()
