import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.churn.outcome import episodes
from churnlab.oulad.institution import counts, frames, set_aside
from churnlab.oulad.published import Published, read
from churnlab.settings import Settings
from churnlab.tables.door import Data, from_frames
from tests.oulad import zips

_SETTINGS = Settings.model_validate({
    "calendar": {"public_holidays": "none"},
    "outcome": {"unit": "enrolment", "grace_days": 0, "inactivity_days": "never"},
})  # fmt: skip
_START = pd.Timestamp("2013-10-01")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read(zips.write(tmp_path_factory.mktemp("zip") / "oulad.zip"))


def _open(found: Published) -> Data:
    return from_frames(frames(found), as_of=pd.Timestamp("2015-12-01").date(), settings=_SETTINGS)


def _after(days: int) -> pd.Timestamp:
    return _START + pd.Timedelta(days=days)


def test_each_enrolment_ends_as_by_hand(few: Published) -> None:
    stays = episodes(_open(few)).set_index("unit_id")
    ends = stays[["entered_on", "left_on", "end_kind"]].itertuples(index=False, name=None)
    told = dict(zip(stays.index, ends, strict=True))
    other = pd.Timestamp("2014-10-01")
    assert told == {
        "AAA-2013J-1": (_START, _after(268), "completed"),
        "AAA-2013J-2": (_START, _after(60), "withdrawn"),
        "AAA-2013J-4": (_START, _after(100), "withdrawn"),
        "AAA-2013J-6": (_START, _START, "withdrawn"),
        "AAA-2013J-7": (_after(20), _after(268), "completed"),
        "AAA-2013J-8": (_START, _after(268), "completed"),
        "AAA-2013J-10": (_START, _after(268), "completed"),
        "AAA-2014J-1": (other, other + pd.Timedelta(days=30), "withdrawn"),
        "BBB-2013B-1": (pd.Timestamp("2013-02-01"), pd.Timestamp("2013-02-01") + pd.Timedelta(days=240), "completed"),
    }


def test_an_end_is_known_the_day_after(few: Published) -> None:
    stays = episodes(_open(few))
    assert ((stays["known_on"] - stays["left_on"]).dt.days == 1).all()


def test_enrolments_that_never_began_are_on_record_and_nobodys_stay(few: Published) -> None:
    made = frames(few)
    void = made["enrolments"][made["enrolments"]["status"] == "void"].set_index("enrolment_id")["signed_at"]
    # Nobody knows when student 9 registered: no later than unregistering, 40 days before the start.
    assert void.to_dict() == {"AAA-2013J-5": _after(-50), "AAA-2013J-9": _after(-40)}
    assert not made["exits"]["enrolment_id"].isin(void.index).any()


def test_what_was_not_published_stays_empty(few: Published) -> None:
    made = frames(few)
    for name in ("campus", "kind", "amount_due", "amount_paid", "hours_bought"):
        assert name not in made["enrolments"]
    assert not {"campus", "channel", "name", "phone"} & set(made["students"])


def test_a_student_stands_once_as_at_the_first_presentation(few: Published) -> None:
    students = frames(few)["students"].set_index("student_id")
    assert len(students) == 10
    first = students.loc["1"]
    assert (first["age_band"], first["gender"]) == ("0-35", "female")
    assert first["registered_on"] == pd.Timestamp("2013-02-01") - pd.Timedelta(days=30)


def test_clicks_are_activity_on_their_day(few: Published) -> None:
    activity = frames(few)["activity"]
    first = activity.iloc[0].to_dict()
    assert first == {
        "student_id": "1", "enrolment_id": "AAA-2013J-1", "on": _after(-3), "kind": "resource", "count": 7,
    }  # fmt: skip
    assert activity["count"].sum() == zips.tables()["studentVle"]["sum_click"].sum()


def test_modules_are_courses_after_which_nothing_follows(few: Published) -> None:
    assert frames(few)["courses"].to_numpy().tolist() == [["AAA", "AAA", True], ["BBB", "BBB", True]]


def test_who_withdrew_nobody_knows_when_is_set_aside_by_line(few: Published) -> None:
    aside = set_aside(few)
    assert aside[["file", "table", "row", "reason"]].to_numpy().tolist() == [
        ["studentRegistration.csv", "enrolments", 4, "oulad_no_end"]
    ]


_DAYS = st.one_of(st.none(), st.integers(-300, 300))
_RESULTS = st.sampled_from(["Pass", "Fail", "Withdrawn", "Distinction"])


def _of(told: list[tuple[int | None, int | None, str]]) -> Published:
    rows = pd.DataFrame(told, columns=["registered_day", "unregistered_day", "result"])
    rows = rows.astype({"registered_day": float, "unregistered_day": float}).assign(
        line=range(2, len(told) + 2), student_id=[str(n) for n in range(len(told))], module="AAA", begins=_START,
        presentation="2013J", length_days=268, gender="F", age_band="0-35",
    )  # fmt: skip
    clicks = pd.DataFrame(columns=["enrolment_id", "day", "kind", "clicks"]).astype({"day": int, "enrolment_id": str})
    nothing = pd.DataFrame()
    return Published(
        file="", sha256="", enrolments=rows.assign(enrolment_id="AAA-2013J-" + rows["student_id"]),
        assessments=nothing, results=nothing, clicks=clicks, click_lines=0,
    )  # fmt: skip


@settings(deadline=None)  # a busy machine is no broken law
@given(st.lists(st.tuples(_DAYS, _DAYS, _RESULTS), min_size=1, max_size=12))
def test_rows_in_are_rows_kept_and_rows_set_aside(told: list[tuple[int | None, int | None, str]]) -> None:
    found = _of(told)
    made, aside = frames(found), set_aside(found)
    counted = counts(made, aside)["enrolments"]
    assert counted.rows_read == len(told) == len(made["enrolments"]) + len(aside)
    assert made["enrolments"]["signed_at"].notna().all()


# Who left on day 12 and registered nobody knows when had done so by the first day, not on the day of leaving.
def test_who_registered_nobody_knows_when_was_there_on_the_first_day() -> None:
    (stay,) = episodes(_open(_of([(None, 12, "Withdrawn")]))).to_dict("records")
    assert (stay["entered_on"], stay["left_on"]) == (_START, _after(12))


def test_every_enrolment_that_began_is_one_stay_of_its_length() -> None:
    rng = np.random.default_rng(20131001)
    registered, left = rng.integers(-200, 1, 400), rng.integers(-100, 268, 400)
    result = rng.choice(["Pass", "Withdrawn"], 400)
    told = [
        (int(day), int(gone) if how == "Withdrawn" else None, str(how))
        for day, gone, how in zip(registered, left, result, strict=True)
    ]
    found = _of([row for row in told if row[1] is None or row[1] >= row[0]])
    stays = episodes(_open(found)).set_index("unit_id")
    rows = found.enrolments.set_index("enrolment_id")
    began = rows[~(rows["unregistered_day"] < 0)]
    assert sorted(stays.index) == sorted(began.index)
    days = (stays["left_on"] - stays["entered_on"]).dt.days.reindex(began.index)
    assert (days == began["unregistered_day"].fillna(268)).all()
    withdrew = (stays["end_kind"] == "withdrawn").reindex(began.index)
    assert (withdrew == began["unregistered_day"].notna()).all()
