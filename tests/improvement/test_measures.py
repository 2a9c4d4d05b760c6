"""What was to be done by now, and is not?"""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

import churnlab
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.improvement import overdue
from churnlab.tables.store import Store
from tests.builders import institution

# As of Monday 2 March: A was due on 20 February and stands at 40 %; B is due on 10 March; C was done; D never reported.
KIND = {"reason_code": "price", "department": "market", "owner_id": "T1", "metric": "churn"}


def opened(as_of: str = "2026-03-02", *, progress: bool = True):
    rows = (
        ("A", "2026-01-05", "2026-02-20", None, "全部校区"),
        ("B", "2026-01-05", "2026-03-10", None, "East"),
        ("C", "2026-01-05", "2026-02-01", "2026-02-10", "全部校区"),
        ("D", "2026-02-01", "2026-02-28", "2026-03-05", "West"),
    )
    return institution(
        as_of,
        students=[{"student_id": "s", "registered_on": "2025-09-01"}],
        enrolments=[
            {"student_id": "s", "campus": campus, "course_id": "m", "kind": "new", "billing": "by_period",
             "signed_at": "2025-09-01", "amount_paid": 1.0}
            for campus in ("East", "West")
        ],
        measures=[
            {"measure_id": one, "title": one, "starts_on": start, "due_on": due, "done_on": done,
             "scope": scope, **KIND}
            for one, start, due, done, scope in rows
        ],
        measure_progress=[
            {"measure_id": "A", "at": "2026-01-20 17:00", "percent": 20.0, "problem": "no time"},
            {"measure_id": "A", "at": "2026-02-20 17:00", "percent": 40.0},
            {"measure_id": "A", "at": "2026-03-02 17:00", "percent": 90.0, "problem": "tomorrow's"},
            {"measure_id": "B", "at": "2026-02-20 17:00", "percent": 50.0},
        ] if progress else [],
    )  # fmt: skip


def test_open_measures_are_listed_those_overdue_longest_first():
    found = overdue(opened())
    assert found.table["title"].tolist() == ["A", "D", "B"]
    # From 21 February to 1 March, and 1 March alone; B is not due.
    assert found.table["overdue_days"].tolist()[:2] == [9, 1]
    assert found.table["overdue_days"].isna().tolist() == [False, False, True]
    assert (found.facts["open"], found.facts["overdue"], found.facts["silent"]) == (3, 2, 1)


def test_the_last_report_before_the_date_counts_and_whether_it_names_a_problem():
    # A's last report before the date names none, the one before it did; the one on the date is not known yet.
    found = overdue(opened()).table.set_index("title")
    assert found.loc["A", ["progress_share", "reported_on", "has_problem"]].tolist() == [0.4, date(2026, 2, 20), False]
    assert overdue(opened("2026-02-01")).table.set_index("title").loc["A", "has_problem"] is True
    assert pd.isna(found.loc["D", "has_problem"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_of_a_problem_are_not_shown(lang):
    found = overdue(opened("2026-02-01"))
    assert "no time" not in found.sentence(lang) + found.presented(lang).to_csv() + str(found.as_json(lang))


def test_a_campus_has_the_measures_that_name_it_and_those_of_all():
    assert overdue(opened(), campus="West").table["title"].tolist() == ["A", "D"]


def test_what_is_done_by_then_is_not_listed():
    assert overdue(opened("2026-03-06")).table["title"].tolist() == ["A", "B"]
    assert overdue(opened("2026-03-06"), campus="West").table["title"].tolist() == ["A"]


def scoped(*scopes: str, done: str | None = None):
    """Return two campuses, one's name within the other's, with a measure for each scope."""
    return institution(
        "2026-03-02",
        students=[{"student_id": "s", "registered_on": "2025-09-01"}],
        enrolments=[
            {"student_id": "s", "campus": campus, "course_id": "m", "kind": "new", "billing": "by_period",
             "signed_at": "2025-09-01", "amount_paid": 1.0}
            for campus in ("徐汇校区", "东徐汇校区")
        ],
        measures=[
            {"measure_id": scope, "title": scope, "starts_on": "2026-01-05", "due_on": "2026-02-20", "done_on": done,
             "scope": scope, **KIND}
            for scope in scopes
        ],
    )  # fmt: skip


def test_a_campus_whose_name_holds_that_of_another_is_not_the_other():
    data = scoped("东徐汇校区", "徐汇校区、东徐汇校区", "全部校区")
    assert set(overdue(data, campus="徐汇校区").table["title"]) == {"徐汇校区、东徐汇校区", "全部校区"}
    assert set(overdue(data, campus="东徐汇校区").table["title"]) == {
        "东徐汇校区",
        "徐汇校区、东徐汇校区",
        "全部校区",
    }


@pytest.mark.parametrize("campus", [None, "徐汇校区", ["徐汇校区", "东徐汇校区"]])
def test_where_all_is_done_none_is_open_at_any_campus(campus):
    found = overdue(scoped("全部校区", done="2026-02-01"), campus=campus)
    assert (found.sentences, found.facts["open"], len(found.table)) == (("none",), 0, 0)


@pytest.mark.parametrize("campus", [None, "徐汇校区"])
def test_without_the_table_nobody_says_that_none_is_open(campus):
    with pytest.raises(NotEnoughData) as nothing:
        overdue(scoped(), campus=campus)
    assert "改进措施" in nothing.value.message("zh")


def exported(status: str, start: str = "2026-01-05") -> dict[str, pd.DataFrame]:
    row = {
        "measure_id": "A", "title": "A", "starts_on": pd.Timestamp(start), "due_on": pd.Timestamp("2026-02-01"),
        "scope": "全部校区", "status": status, **KIND,
    }  # fmt: skip
    other = row | {"measure_id": "B", "title": "B", "status": "running"}
    return {"measures": pd.DataFrame([row, other])}


def titles(store: Store, as_of: str, known_by: str | None = None) -> list[str]:
    data = churnlab.open(store.folder, as_of=as_of, known_by=known_by)
    found = overdue(data).table["title"].tolist()
    data.close()
    return found


def test_a_dropped_measure_leaves_the_list_once_an_export_said_so_and_the_past_stays(tmp_path: Path):
    # 2 February: both loaded as running. 2 March: A is called dropped. 1 June: A is running again.
    store = Store(tmp_path / "store", wait_seconds=0.2)
    for day, status in (("2026-02-02", "running"), ("2026-03-02", "dropped"), ("2026-06-01", "running")):
        store.load(exported(status), loaded_at=datetime.fromisoformat(f"{day} 09:00"), made_up=False)
    assert titles(store, "2026-02-01") == ["A", "B"]  # before anything was loaded
    assert titles(store, "2026-03-02") == ["A", "B"]  # loaded on the day itself: not before it
    assert titles(store, "2026-03-03") == ["B"]
    assert titles(store, "2026-06-01") == ["B"]
    assert titles(store, "2026-06-02") == ["A", "B"]
    # What was known by a day before the second load knows of no dropping, at whatever date.
    assert titles(store, "2026-04-01", known_by="2026-03-02") == ["A", "B"]
    assert titles(store, "2026-04-01", known_by="2026-03-03") == ["B"]


def test_a_dropped_measure_leaves_at_an_earlier_date_of_the_same_data(tmp_path: Path):
    store = Store(tmp_path / "store", wait_seconds=0.2)
    store.load(exported("dropped"), loaded_at=datetime(2026, 3, 2, 9), made_up=False)
    data = churnlab.open(store.folder, as_of="2026-04-01")
    assert overdue(data.before(date(2026, 3, 20))).facts["open"] == 1
    assert overdue(data.before(date(2026, 3, 1))).facts["open"] == 2
    data.close()


def test_the_door_tells_of_a_standing_only_what_is_only_true_at_export(tmp_path: Path):
    store = Store(tmp_path / "store", wait_seconds=0.2)
    store.load(exported("dropped", "2026-03-20"), loaded_at=datetime(2026, 3, 2, 9), made_up=False)
    data = churnlab.open(store.folder, as_of="2026-04-01")
    assert data.standing("measures").columns == ("measure_id", "status")
    assert data.standing("measures").count().execute() == 2
    assert data.before(date(2026, 3, 20)).standing("measures").count().execute() == 0  # not begun yet
    assert data.before(date(2026, 3, 2)).standing("measures") is None
    assert opened().standing("measures") is None
    data.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_both_languages(lang):
    found = overdue(opened())
    assert "2" in found.sentence(lang)
    assert found.warnings(lang)
    assert len(found.presented(lang).columns) == 8


# Nobody loaded reports of progress: that nobody reported is not known, and no progress is 0.
@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_progress_was_loaded_nobody_is_called_silent(lang):
    found = overdue(opened(progress=False))
    assert found.table["title"].tolist() == ["A", "D", "B"]
    assert found.table[["progress_share", "reported_on", "has_problem"]].isna().all(axis=None)
    assert found.facts["silent"] == 0
    assert "silent" not in found.sentences
    assert "0" not in "".join(found.presented(lang).iloc[:, 5])
