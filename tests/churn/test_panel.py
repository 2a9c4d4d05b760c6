from datetime import date, timedelta

import pandas as pd
import pytest

from churnlab.churn.features import FEATURES, features
from churnlab.churn.outcome import settled_before
from churnlab.churn.panel import panel, scoring, snapshot_dates
from churnlab.settings import Calendar, Model, Settings
from tests.builders import institution
from tests.churn.one_student import contract, lesson

NAMES = ["as_of", "unit_id", "student_id", *(feature.name for feature in FEATURES)]


def weekly(student, first, last):
    """Return a lesson a week."""
    start, stop = date.fromisoformat(first), date.fromisoformat(last)
    days = (start + timedelta(days=7 * week) for week in range((stop - start).days // 7 + 1))
    return [
        lesson(str(day), student_id=student, enrolment_id=student, starts_at=f"{day} 10:00", hours_used=0.1)
        for day in days
    ]


def two_students(as_of="2026-09-01", **said):
    # a: 2026-01-05 ────────────── 2026-04-13 (never again)
    # b: 2026-01-05 ──────────────────────────────────────── 2026-08-31
    settings = Settings(calendar=Calendar(public_holidays="none"), **said)
    contracts = [contract(enrolment_id=who, student_id=who, signed_at="2026-01-05 08:00") for who in "ab"]
    lessons = weekly("a", "2026-01-05", "2026-04-13") + weekly("b", "2026-01-05", "2026-08-31")
    return institution(as_of, settings=settings, enrolments=contracts, lessons=lessons)


def test_a_snapshot_holds_whom_one_saw_then_and_what_became_of_them():
    rows = panel(two_students())
    churned = rows.set_index([rows["as_of"].dt.strftime("%m-%d"), "unit_id"])["churned"]
    # from the second month on; a left on 04-13, within 30 days of 04-01; on 05-01 she was gone, but nobody could tell
    # before 05-28; what comes after 2026-09-01 − 45 days of silence − 30 days of horizon cannot be told yet
    assert churned.to_dict() == {
        ("02-01", "a"): False, ("02-01", "b"): False, ("03-01", "a"): False, ("03-01", "b"): False,
        ("04-01", "a"): True, ("04-01", "b"): False, ("05-01", "a"): True, ("05-01", "b"): False,
        ("06-01", "b"): False,
    }  # fmt: skip
    assert list(rows) == [*NAMES, "churned"]
    assert rows["churned"].dtype == bool


def test_a_snapshot_knows_what_the_features_know():
    data = two_students()
    rows = panel(data, dates=["2026-03-01", "2026-05-01"])
    known = features(data, dates=["2026-03-01", "2026-05-01"])
    pd.testing.assert_frame_equal(rows[NAMES], known)


def test_whom_the_model_learns_from_is_whom_it_had_to_score():
    late = two_students()
    for day in ("2026-04-01", "2026-05-01", "2026-06-01"):
        scored = scoring(late.before(pd.Timestamp(day).date()))
        pd.testing.assert_frame_equal(panel(late, dates=[day])[NAMES], scored)


def test_a_date_whose_ends_are_not_known_is_refused():
    data = two_students()
    late = settled_before(data) - pd.Timedelta(days=29)
    with pytest.raises(ValueError, match="are not all known"):
        panel(data, dates=[late])
    assert len(panel(data, dates=[late - pd.Timedelta(days=1)])) == 1


def test_only_the_latest_snapshots_are_kept():
    data = two_students(model=Model(snapshots=2))
    assert [str(day.date()) for day in snapshot_dates(data)] == ["2026-05-01", "2026-06-01"]


def test_scoring_judges_those_still_with_us():
    # on 05-01 nobody can tell yet that a is gone; on 09-01 it is known
    early, late = two_students(as_of="2026-05-01"), two_students()
    assert scoring(early)["unit_id"].to_list() == ["a", "b"]
    assert scoring(late)["unit_id"].to_list() == ["b"]
    assert list(scoring(late)) == NAMES
    assert set(scoring(late)["as_of"]) == {pd.Timestamp("2026-09-01")}


def test_an_institution_without_contracts_has_an_empty_panel():
    empty = institution("2026-09-01")
    assert panel(empty).empty
    assert list(panel(empty)) == [*NAMES, "churned"]
    assert scoring(empty).empty
