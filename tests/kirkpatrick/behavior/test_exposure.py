"""Is each day of service before, after or neither?"""

import pandas as pd
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.behavior.exposure import claim, compare, controls_time, service, started
from tests.kirkpatrick.behavior.rows import STAFF, TRAINED, WHO, evaluated


def of(days, person):
    return days[days["staff_id"] == person]


def test_days_count_before_the_training_and_from_the_first_whole_month_after():
    # Two months: A before from 2 Jan to 1 Mar (59 days), after from 1 Apr to 31 May (61 days).
    days = service(evaluated())
    assert of(days, "A").groupby("is_after")["day"].agg(["min", "max", "size"]).to_numpy().tolist() == [
        [pd.Timestamp("2026-01-02"), pd.Timestamp("2026-03-01"), 59],
        [pd.Timestamp("2026-04-01"), pd.Timestamp("2026-05-31"), 61],
    ]
    # E, not trained, counts from the first of these days to the last.
    assert len(of(days, "E")) == 150
    assert not of(days, "E")["is_after"].any()


def test_nobody_is_exposed_before_she_was_hired_after_she_left_or_after_the_date():
    staff = [STAFF[0] | {"hired_on": "2026-02-01", "left_on": "2026-04-10"}, *STAFF[1:]]
    own = of(service(evaluated(staff=staff)), "A")
    assert (own["day"].min(), own["day"].max()) == (pd.Timestamp("2026-02-01"), pd.Timestamp("2026-04-10"))
    assert service(evaluated("2026-04-11"))["day"].max() == pd.Timestamp("2026-04-10")


def test_before_the_first_row_of_a_table_nothing_was_written_down():
    asked = evaluated(incidents=[{"staff_id": "A", "at": "2026-02-01 10:00", "kind": "praise", "good": True}])
    assert started(asked, service(asked), "incidents")["day"].min() == pd.Timestamp("2026-02-01")


def test_alone_the_totals_are_compared_by_the_exact_test():
    alone = evaluated(trainees=WHO[:4])
    assert not controls_time(alone)
    assert claim(alone) is Design.BEFORE_AFTER_ONLY
    events = pd.DataFrame({"staff_id": ["A", "B", "C", "D", "A", "B"], "day": pd.to_datetime(
        ["2026-01-05", "2026-01-06", "2026-02-05", "2026-02-06", "2026-04-05", "2026-04-06"])})  # fmt: skip
    row = compare(alone, service(alone), events, level=0.95)
    # 4 events in 4 · 59 days before, 2 in 4 · 61 after.
    assert row["rate_ratio"] == pytest.approx((2 / 244) / (4 / 236))
    assert row["before"] == pytest.approx(4 / 236 * 365.25 / 12)
    assert row["rate_ratio_low"] < 0.1 < 3 < row["rate_ratio_high"]


def test_beside_others_what_changed_for_all_is_no_part_of_the_ratio():
    # Everybody has twice as many in the second quarter: the trained changed no more than the others.
    first, second = ["2026-01-10", "2026-02-10"], ["2026-04-10", "2026-04-20", "2026-05-10", "2026-05-20"]
    rows = [(one, on) for one in (*TRAINED, *"EFGH") for on in first + second]
    events = pd.DataFrame(rows, columns=["staff_id", "day"]).assign(day=lambda told: pd.to_datetime(told["day"]))
    asked = evaluated()
    found = compare(asked, service(asked), events, level=0.95)
    plain = (16 / (4 * 61)) / (8 / (4 * 59))
    assert plain == pytest.approx(1.93, abs=0.01)
    assert 0.4 < found["rate_ratio"] < 1.2
    assert claim(asked) is Design.RANDOMISED


def test_what_people_were_chosen_for_is_not_their_usual_unless_lots_drew_them():
    chosen = [one | {"assigned_at_random": False} for one in WHO]
    days = service(evaluated(trainees=chosen))
    # The quarter before 2 March is left out for all, and the two months before that quarter are the trained's before.
    assert not days["day"].between("2025-12-02", "2026-03-01").any()
    own = of(days, "A")
    assert own.loc[~own["is_after"], "day"].agg(["min", "max"]).tolist() == [
        pd.Timestamp("2025-10-02"), pd.Timestamp("2025-12-01")
    ]  # fmt: skip
    # With nobody compared nothing is claimed, and all months tell of the change.
    assert of(service(evaluated(trainees=chosen[:4])), "A")["day"].min() == pd.Timestamp("2026-01-02")


def test_people_of_campuses_trained_as_a_whole_are_no_witnesses_of_their_own():
    campuses = dict(zip("ABCDEFGH", ("East", "East", "West", "West", "North", "North", "South", "South"), strict=True))
    staff = [one | {"campus": campuses[one["staff_id"]]} for one in STAFF]
    rows = [
        ("A", "2026-01-10"),
        ("B", "2026-04-10"),
        ("C", "2026-02-10"),
        ("D", "2026-05-10"),
        *((one, on) for one in "EFGH" for on in ("2026-02-01", "2026-05-01")),
    ]
    events = pd.DataFrame([(who, on) for who, on in rows for _ in range(2)], columns=["staff_id", "day"])
    events = events.assign(day=lambda told: pd.to_datetime(told["day"]))
    told = [compare(one, service(one), events, level=0.95) for one in (evaluated(staff=staff), evaluated())]
    assert told[0]["rate_ratio"] == pytest.approx(told[1]["rate_ratio"])
    assert (told[0]["people_telling"], told[1]["people_telling"]) == (2, 4)
    assert told[0]["p_value"] > told[1]["p_value"] or told[0]["p_value"] > 0.5
