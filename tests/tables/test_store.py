import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import churnlab
from churnlab.errors import NotEnoughData, StoreError
from churnlab.tables import versions
from churnlab.tables.door import fetch
from churnlab.tables.store import FILE, Store, store_facts
from tests.languages import speaking

MONDAY = datetime(2026, 3, 2, 9)


def lessons(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["lesson_id", "starts_at", "status"])
    return frame.assign(starts_at=pd.to_datetime(frame["starts_at"]), student_id="s1", campus="东")


def load(store: Store, rows: pd.DataFrame, at: datetime = MONDAY, **more: object) -> versions.Changes:
    return store.load({"lessons": rows}, loaded_at=at, made_up=False, **more).changes["lessons"]  # type: ignore[arg-type]


def seen(store: Store, **asked: object) -> list[tuple[str, str]]:
    data = churnlab.open(store.folder, as_of="2026-12-01", **asked)  # type: ignore[arg-type]
    rows = fetch(data.table("lessons").order_by("lesson_id"))
    data.close()
    return list(zip(rows["lesson_id"], rows["status"], strict=True))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", wait_seconds=0.2)


def test_a_corrected_row_is_a_new_version_and_the_old_one_can_still_be_asked_for(store):
    #            2 March                3 March                     4 March
    # l1   present ─────────────▶  absent ────────────────────▶
    # l2   absent  ─────────────────────────────────────────▶
    # l3                                                  late ──▶
    first = load(store, lessons(("l1", "2026-03-01", "present"), ("l2", "2026-03-01", "absent")))
    second = load(store, lessons(("l1", "2026-03-01", "absent")), datetime(2026, 3, 3, 9))
    third = load(store, lessons(("l3", "2026-03-02", "late")), datetime(2026, 3, 4, 9))
    assert first == versions.Changes(new=2)
    assert second == versions.Changes(changed=1)
    assert third == versions.Changes(new=1)
    assert seen(store) == [("l1", "absent"), ("l2", "absent"), ("l3", "late")]
    assert seen(store, known_by="2026-03-04") == [("l1", "absent"), ("l2", "absent")]
    assert seen(store, known_by="2026-03-03") == [("l1", "present"), ("l2", "absent")]


def test_the_same_rows_again_add_nothing(store):
    rows = lessons(("l1", "2026-03-31", "present"), ("l2", "2026-03-31", "absent"))
    load(store, rows, datetime(2026, 4, 2))
    before = store_facts(store.folder)
    assert load(store, rows.iloc[::-1], datetime(2026, 4, 3)) == versions.Changes(unchanged=2)
    assert store_facts(store.folder) == before
    assert [made.number for made in store.loads()] == [1, 2]


def test_of_rows_with_one_key_the_last_stands(store):
    came = load(
        store,
        lessons(("l1", "2026-03-01", "absent"), ("l1", "2026-03-01", "late"), ("l1", "2026-03-01", "late")),
    )
    assert came == versions.Changes(new=1, unchanged=1, superseded=1)
    assert seen(store) == [("l1", "late")]


def test_a_file_taken_before_does_not_bring_old_values_back(store):
    old, new = lessons(("l1", "2026-03-01", "present")), lessons(("l1", "2026-03-01", "absent"))
    load(store, old)
    load(store, new, datetime(2026, 3, 3))
    again = load(store, old, datetime(2026, 3, 4), seen_before={"lessons": pd.Series([True])})
    assert again == versions.Changes(superseded=1)
    assert seen(store) == [("l1", "absent")]


def test_a_new_file_may_bring_an_old_value_back(store):
    old, new = lessons(("l1", "2026-03-01", "present")), lessons(("l1", "2026-03-01", "absent"))
    load(store, old)
    load(store, new, datetime(2026, 3, 3))
    assert load(store, old, datetime(2026, 3, 4)) == versions.Changes(changed=1)
    assert seen(store) == [("l1", "present")]


def test_a_file_taken_before_brings_the_rows_that_were_set_aside_then(store):
    load(store, lessons(("l1", "2026-03-01", "present")))
    both = lessons(("l1", "2026-03-01", "late"), ("l2", "2026-03-01", "present"))
    came = load(store, both, datetime(2026, 3, 3), seen_before={"lessons": pd.Series([True, True])})
    assert came == versions.Changes(new=1, superseded=1)


def test_a_new_file_stands_above_one_taken_before_whatever_their_order(store):
    load(store, lessons(("l1", "2026-03-01", "present")))
    both = lessons(("l1", "2026-03-01", "late"), ("l1", "2026-03-01", "present"))
    came = load(store, both, datetime(2026, 3, 3), seen_before={"lessons": pd.Series([False, True])})
    assert came == versions.Changes(changed=1, superseded=1)
    assert seen(store) == [("l1", "late")]


def test_a_full_export_of_a_month_removes_what_is_no_longer_in_it(store):
    #        February    March
    # first  l1          l2 l3
    # then               l3        March handed in again, whole
    load(
        store,
        lessons(("l1", "2026-02-10", "present"), ("l2", "2026-03-10", "present"), ("l3", "2026-03-11", "present")),
    )
    march = lessons(("l3", "2026-03-11", "present"))
    came = load(store, march, datetime(2026, 4, 2), replace_months=("lessons",))
    assert came == versions.Changes(unchanged=1, removed=1)
    assert [name for name, _ in seen(store)] == ["l1", "l3"]
    assert [name for name, _ in seen(store, known_by="2026-04-02")] == ["l1", "l2", "l3"]


def test_a_full_export_taken_before_removes_nothing_that_came_later(store):
    old = lessons(("l1", "2026-03-10", "present"))
    load(store, old)
    load(store, lessons(("l1", "2026-03-10", "present"), ("l2", "2026-03-11", "present")), datetime(2026, 4, 2))
    seen_before = {"lessons": pd.Series([True])}
    came = load(store, old, datetime(2026, 4, 3), seen_before=seen_before, replace_months=("lessons",))
    assert came == versions.Changes(unchanged=1)


def march(*names: str, campus: str = "东") -> pd.DataFrame:
    return lessons(*((name, "2026-03-10", "present") for name in names)).assign(campus=campus)


def test_a_full_export_removes_what_is_no_longer_in_it_though_the_old_file_lies_beside(store):
    # first file  l1 l2
    # new file       l2 l3     beside the first, as the guide advises
    first, replacing = march("l1", "l2"), {"replace_months": ("lessons",)}
    load(store, first, **replacing)
    both = pd.concat([first, march("l2", "l3")], ignore_index=True)
    beside = {"seen_before": {"lessons": pd.Series([True, True, False, False])}, **replacing}
    assert load(store, both, datetime(2026, 4, 2), **beside) == versions.Changes(new=1, unchanged=3, removed=1)
    assert [name for name, _ in seen(store)] == ["l2", "l3"]
    # Both again, the new one alone, the old one alone: nothing comes back, nothing goes.
    for rows in (both, march("l2", "l3"), first):
        known = {"lessons": pd.Series([True] * len(rows))}
        came = load(store, rows, datetime(2026, 4, 3), **{**beside, "seen_before": known})
        assert (came.new, came.changed, came.removed) == (0, 0, 0)
    assert [name for name, _ in seen(store)] == ["l2", "l3"]


def test_a_row_of_an_old_file_that_could_not_be_taken_then_is_not_in_the_export_that_replaces_it(store):
    # first file  l1 (l0 was set aside: now it can be taken)        new file  l1
    load(store, march("l1"))
    both = pd.concat([march("l0", "l1"), march("l1")], ignore_index=True)
    beside = {"seen_before": {"lessons": pd.Series([True, True, False])}, "replace_months": ("lessons",)}
    assert load(store, both, datetime(2026, 4, 2), **beside) == versions.Changes(new=1, unchanged=2, removed=1)
    assert [name for name, _ in seen(store)] == ["l1"]


def test_the_new_export_of_one_campus_removes_nothing_at_another(store):
    # 东  l1 l2    then  l2        西  l3: its file lies there unchanged
    load(store, pd.concat([march("l1", "l2"), march("l3", campus="西")], ignore_index=True))
    then = pd.concat([march("l2"), march("l3", campus="西")], ignore_index=True)
    beside = {"seen_before": {"lessons": pd.Series([False, True])}, "replace_months": ("lessons",)}
    assert load(store, then, datetime(2026, 4, 2), **beside) == versions.Changes(unchanged=2, removed=1)
    assert [name for name, _ in seen(store)] == ["l2", "l3"]


def test_without_that_setting_an_export_removes_nothing(store):
    load(store, lessons(("l1", "2026-03-10", "present"), ("l2", "2026-03-11", "present")))
    load(store, lessons(("l1", "2026-03-10", "present")), datetime(2026, 4, 2))
    assert [name for name, _ in seen(store)] == ["l1", "l2"]


def test_a_row_that_was_removed_may_come_back(store):
    both = lessons(("l1", "2026-03-10", "present"), ("l2", "2026-03-11", "present"))
    load(store, both)
    load(store, both.head(1), datetime(2026, 4, 2), replace_months=("lessons",))
    assert load(store, both, datetime(2026, 4, 3), replace_months=("lessons",)) == versions.Changes(new=1, unchanged=1)


def test_rows_without_an_id_are_told_apart_by_what_they_are(store):
    rows = lessons(("", "2026-03-01 09:00", "present"), ("", "2026-03-01 10:00", "present"))
    rows = rows.assign(lesson_id=None, course_id="math")
    assert load(store, rows) == versions.Changes(new=2)
    assert load(store, rows.assign(status="late")) == versions.Changes(changed=2)


def test_values_are_told_from_each_other_and_from_nothing(store):
    # "ab" + "" must not be taken for "a" + "b", nor an empty text for no value.
    rows = pd.DataFrame({"student_id": ["ab", "a", "a"], "enrolment_id": ["", "b", None], "kind": "k", "count": 1})
    rows["on"] = pd.Timestamp("2026-03-01")
    changes = store.load({"activity": rows}, loaded_at=MONDAY, made_up=False).changes["activity"]
    assert changes == versions.Changes(new=3)


@given(
    contracts=st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["东", "西"])), max_size=8),
    payments=st.lists(st.tuples(st.sampled_from("abcde"), st.integers(-10_000, 10_000)), max_size=8),
)
@settings(max_examples=6, deadline=None)
def test_money_by_campus_adds_up_to_the_payments(tmp_path_factory, contracts, payments):
    signed = pd.DataFrame(contracts, columns=["enrolment_id", "campus"]).assign(
        student_id="s",
        course_id="c",
        kind="new",
        billing="by_hours",
        signed_at=pd.Timestamp("2026-01-01"),
        amount_paid=1.0,
    )
    paid = pd.DataFrame(payments, columns=["enrolment_id", "amount"]).assign(
        student_id="s", paid_at=pd.Timestamp("2026-01-02"), payment_id=[f"p{number}" for number in range(len(payments))]
    )
    paid["amount"] = paid["amount"] / 100
    store = Store(tmp_path_factory.mktemp("money") / "store")
    for _ in range(2):
        store.load({"enrolments": signed, "payments": paid}, loaded_at=MONDAY, made_up=False)
    data = churnlab.open(store.folder, as_of="2026-03-01")
    money, by = data.table("payments"), data.table("enrolments")
    joined = money.left_join(by, "enrolment_id")
    by_campus = fetch(joined.group_by("campus").aggregate(total=joined["amount"].sum()))
    data.close()
    assert sum(by_campus["total"]) * 100 == sum(cents for _, cents in payments)


def test_made_up_and_real_data_do_not_meet(store):
    rows = {"lessons": lessons(("l1", "2026-03-01", "present"))}
    store.load(rows, loaded_at=MONDAY, made_up=True)
    assert churnlab.open(store.folder, as_of="2026-03-01").made_up
    with speaking("en"), pytest.raises(StoreError, match="This store holds the made-up institution"):
        store.load(rows, loaded_at=MONDAY, made_up=False)
    other = Store(store.folder.parent / "real")
    other.load(rows, loaded_at=MONDAY, made_up=False)
    with speaking("en"), pytest.raises(StoreError, match="This store holds real data"):
        other.load(rows, loaded_at=MONDAY, made_up=True)


def test_loading_changes_no_frame_it_is_given(store):
    rows = lessons(("l1", "2026-03-01", "present"))
    before = rows.copy(deep=True)
    load(store, rows)
    pd.testing.assert_frame_equal(rows, before)


def test_several_readers_at_once(store):
    load(store, lessons(("l1", "2026-03-01", "present")))
    first, second = (churnlab.open(store.folder, as_of="2026-04-01") for _ in range(2))
    assert first.table("lessons").count().execute() == second.table("lessons").count().execute() == 1
    first.close()
    second.close()


def test_a_folder_may_have_any_name(tmp_path):
    store = Store(tmp_path / '学校\'s "数据"; DROP TABLE lessons')
    load(store, lessons(("l1", "2026-03-01", "present")))
    assert seen(store) == [("l1", "present")]


def test_text_is_never_taken_for_sql(store):
    rows = lessons(("l1'); DROP TABLE lessons; --", "2026-03-01", "present"))
    load(store, rows)
    assert seen(store) == [("l1'); DROP TABLE lessons; --", "present")]


def test_a_store_that_is_not_there_is_named(tmp_path):
    with speaking("en"), pytest.raises(StoreError) as raised:
        churnlab.open(tmp_path / "nowhere", as_of="2026-03-01")
    assert str(raised.value) == (
        f"There is no store in {tmp_path / 'nowhere'}, or nothing was loaded into it. "
        "Load the exports first: churnlab load data/raw"
    )


@pytest.mark.parametrize("content", [b"", b"not a database", bytes(5000)])
def test_a_file_that_is_no_store_is_refused(store, content):
    store.folder.mkdir()
    store.file.write_bytes(content)
    with speaking("en"), pytest.raises(StoreError, match="is not a store that can be read"):
        churnlab.open(store.folder, as_of="2026-03-01")
    with speaking("en"), pytest.raises(StoreError, match="is not a store that can be read"):
        load(store, lessons(("l1", "2026-03-01", "present")))


def test_somebody_elses_database_is_refused(store):
    store.folder.mkdir()
    with duckdb.connect(str(store.file)) as engine:
        engine.execute("CREATE TABLE lessons (a INTEGER)")
    with speaking("en"), pytest.raises(StoreError, match="is not a store that can be read"):
        churnlab.open(store.folder, as_of="2026-03-01")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE _meta SET format = 99", "format 99, expected 3; tables that differ: —"),
        ("UPDATE _meta SET format = 2", "format 2, expected 3; tables that differ: —"),
        ("ALTER TABLE lessons DROP COLUMN campus", "format 3, expected 3; tables that differ: lessons"),
        # A store made before leads said when they were lost.
        ("ALTER TABLE leads DROP COLUMN lost_on", "format 3, expected 3; tables that differ: leads"),
    ],
)
def test_a_store_of_another_version_is_refused(store, change, said):
    load(store, lessons(("l1", "2026-03-01", "present")))
    with duckdb.connect(str(store.file)) as engine:
        engine.execute(change)
    with speaking("en"), pytest.raises(StoreError) as raised:
        churnlab.open(store.folder, as_of="2026-03-01")
    assert said in str(raised.value)


def test_a_table_the_store_does_not_know_yet_is_empty_and_made_by_the_next_load(store):
    rows = lessons(("l1", "2026-03-01", "present"))
    load(store, rows)
    with duckdb.connect(str(store.file)) as engine:
        engine.execute("DROP TABLE surveys")
    data = churnlab.open(store.folder, as_of="2026-03-01")
    assert len(fetch(data.table("surveys"))) == 0
    data.close()
    load(store, rows)
    with duckdb.connect(str(store.file)) as engine:
        assert engine.execute("SELECT count(*) FROM surveys").fetchone() == (0,)


HOLD = """
import sys, duckdb, filelock
lock = filelock.FileLock(sys.argv[1])
if sys.argv[2] == "lock":
    lock.acquire()
else:
    held = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("held", "as_", "said"),
    [
        ("churnlab.lock", "lock", "Another load is writing to"),
        (FILE, "read", "is in use"),
        (FILE, "write", "is in use"),
    ],
)
def test_a_load_waits_then_says_who_is_in_the_way(store, held, as_, said):
    rows = lessons(("l1", "2026-03-01", "present"))
    load(store, rows)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.folder / held), as_], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with speaking("en"), pytest.raises(StoreError, match=said):
            load(store, rows)
        other.communicate()
    load(store, rows)


def test_reading_while_a_load_writes_says_so(store, monkeypatch):
    monkeypatch.setattr("churnlab.tables.store.WAIT_SECONDS", 0.2)
    load(store, lessons(("l1", "2026-03-01", "present")))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.file), "write"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with speaking("en"), pytest.raises(StoreError, match="is in use: a load is writing it"):
            churnlab.open(store.folder, as_of="2026-03-01")
        other.communicate()


def test_data_held_open_in_this_process_say_so_when_loading(store):
    rows = lessons(("l1", "2026-03-01", "present"))
    load(store, rows)
    data = churnlab.open(store.folder, as_of="2026-03-01")
    with speaking("en"), pytest.raises(StoreError, match="close the notebook"):
        load(store, rows)
    data.close()
    load(store, rows)


def test_nothing_known_yet_is_said_with_the_first_day(store):
    load(store, lessons(("l1", "2026-03-01", "present")))
    with speaking("en"), pytest.raises(StoreError) as raised:
        churnlab.open(store.folder, as_of="2026-03-01", known_by="2026-03-02")
    assert str(raised.value).startswith("Nothing had been loaded before 2 Mar 2026; the first load was on 2 Mar 2026.")


def test_a_load_by_a_wrong_clock_was_known_no_sooner_than_the_one_before(store):
    load(store, lessons(("l1", "2026-03-01", "present")))
    load(store, lessons(("l1", "2026-03-01", "absent")), datetime(2020, 1, 1))
    with pytest.raises(StoreError):
        seen(store, known_by="2026-03-02")
    assert seen(store, known_by="2026-03-03") == [("l1", "absent")]


@pytest.mark.parametrize("as_of", ["2026-03-01", date(2026, 3, 1), datetime(2026, 3, 1), pd.Timestamp("2026-03-01")])
def test_a_date_may_be_given_in_any_form(store, as_of):
    load(store, lessons(("l1", "2026-02-01", "present")))
    assert churnlab.open(store.folder, as_of=as_of).as_of == date(2026, 3, 1)


@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "", 20260301, None])
def test_what_is_no_date_is_refused(store, as_of):
    with speaking("en"), pytest.raises(StoreError, match=r"is not a date\. Write it as 2026-11-01"):
        churnlab.open(store.folder, as_of=as_of)


def test_the_digest_is_of_the_rows_not_of_their_loads(tmp_path):
    rows = lessons(("l1", "2026-01-01", "present"), ("l2", "2026-02-28", "absent"), ("l3", "2026-02-28", "late"))
    at_once, in_pieces = Store(tmp_path / "a"), Store(tmp_path / "b")
    load(at_once, rows)
    load(in_pieces, rows.tail(1).assign(status="present"))
    load(in_pieces, rows.tail(2))
    load(in_pieces, rows.head(1))
    digests = [store_facts(store.folder)["digest"] for store in (at_once, in_pieces)]
    assert digests[0] == digests[1]
    load(in_pieces, rows.head(1).assign(status="late"))
    assert store_facts(in_pieces.folder)["digest"] != digests[0]


def test_the_store_says_what_it_holds(store):
    rows = lessons(("l1", "2026-01-31", "present"), ("l2", "2026-03-31", "absent"))
    load(store, rows.assign(campus=["西", "东"]), datetime(2026, 4, 2))
    load(store, rows.assign(campus=["西", "东"]), datetime(2026, 4, 3))
    facts = store_facts(store.folder)
    assert len(facts.pop("digest")) == 64
    assert facts == {
        "rows": {"lessons": 2},
        "load": 1,
        "loaded_on": "2026-04-02",
        "made_up": False,
        "campuses": ["东", "西"],
        "first_month": "2026-01",
        "last_whole_month": "2026-03",
        "first_week": "2026-W05",
        "last_whole_week": "2026-W13",
    }


def test_what_is_dated_after_its_loading_does_not_move_the_last_month(store):
    load(store, lessons(("l1", "2026-03-30", "present"), ("l2", "2027-03-31", "absent")), datetime(2026, 4, 2))
    assert store_facts(store.folder)["last_whole_month"] == "2026-03"


def test_part_of_a_month_is_too_little(store):
    load(store, lessons(("l1", "2026-03-03", "present")), datetime(2026, 3, 4))
    with speaking("en"), pytest.raises(NotEnoughData, match="events from 3 Mar 2026 to 3 Mar 2026; no whole month"):
        store_facts(store.folder)


def test_a_store_without_events_is_too_little(store):
    store.load({"courses": pd.DataFrame({"course_id": ["math"]})}, loaded_at=MONDAY, made_up=False)
    with speaking("en"), pytest.raises(NotEnoughData, match="holds no lesson"):
        store_facts(store.folder)
