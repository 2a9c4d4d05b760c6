"""Is a name that is declared after a text was stored taken out of it, everywhere and for good?"""

import csv
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from churnlab.errors import StoreError
from churnlab.settings import Settings
from churnlab.tables import engine as engines
from churnlab.tables import late_names, ledger, privacy
from churnlab.tables.loading import load
from churnlab.tables.pseudonym import is_pseudonym
from churnlab.tables.store import Store, store_facts
from tests.exports import LESSONS, STUDENTS, some_exports, write

CONTACTS = "contact_id,student_id,at,text"
EXITS = "student_id,left_on,reason_code,text"
LATE = ("王小明", "诸葛画眉")
SAID = "王小明的妈妈说小明不想来，对诸葛画眉老师不满"
LEFT = "[name]的妈妈说[name]不想来，对[name]老师不满"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    privacy.make_key(tmp_path / "key")
    monkeypatch.setattr(privacy, "key_place", lambda: tmp_path / "key")
    some_exports(tmp_path / "home/data/raw", made_up=False)
    return tmp_path / "home"


def handed_in(home: Path, day: int) -> dict[str, tuple[int, int, int]]:
    """Load what lies in the folder of raw exports; say what was new, changed and removed, by table."""
    report = load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, day))
    return {name: (counts.new or 0, counts.changed or 0, counts.removed or 0) for name, counts in report.tables.items()}


def texts(home: Path, more: str = "不来了") -> None:
    """Write what was said in January, and rows set aside, with names that nobody declared yet."""
    rows = [f"G{number},S1,2026-01-{number + 1:02},{SAID}第{number}次" for number in range(20)]
    write(home / "data/raw", "回访记录.csv", CONTACTS, *rows, "G99,S1,王小明来过,好")
    write(home / "data/raw", "流失登记.csv", EXITS, f"S2,2026-01-20,{more},{SAID}")


def roster(home: Path) -> None:
    """Write what declares them: a student, and a teacher."""
    write(home / "data/raw", "学员2月.csv", STUDENTS, "S3,王小明,13800003333,东,2026-02-01")
    write(home / "data/raw", "考勤2月.csv", LESSONS + ",老师", "L9,S1,东,2026-02-01 09:00,到课,诸葛画眉")


def rows_of(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "data/store/churnlab.duckdb"), read_only=True) as engine:
        return engine.execute(sql).fetchall()


def cells(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))


def in_clear(home: Path, *names: str) -> dict[str, list[str]]:
    """Return which names the bytes of which file hold, of all that loads left."""
    left = [file for file in home.rglob("*") if file.is_file() and "raw" not in file.parts]
    held = {file.name: [n for n in names for e in ENCODINGS if n.encode(e) in file.read_bytes()] for file in left}
    return {name: found for name, found in held.items() if found}


def test_texts_then_the_roster_then_the_same_texts_add_nothing_and_hold_no_name(home):
    # 2 Feb  texts        3 Feb  roster         4 Feb  the same texts, one file with a row more
    texts(home)
    handed_in(home, 2)
    assert [text for (text,) in rows_of(home, "SELECT text FROM exits")] == [SAID]  # nobody can know yet
    roster(home)
    before = store_facts(home / "data/store", known_by="2026-02-03")
    assert handed_in(home, 3)["contacts"] == (0, 0, 0)
    assert rows_of(home, "SELECT text FROM exits") == [(LEFT,)]
    assert store_facts(home / "data/store", known_by="2026-02-03") == before
    for file in ("学员2月.csv", "考勤2月.csv"):
        (home / "data/raw" / file).unlink()
    with (home / "data/raw/回访记录.csv").open("a", encoding="utf-8") as file:
        file.write("G21,S2,2026-01-31,小明又来了\n")
    done = handed_in(home, 4)
    assert (done["contacts"], done["exits"]) == ((1, 0, 0), (0, 0, 0))
    assert rows_of(home, "SELECT text FROM contacts WHERE contact_id = 'G21'") == [("[name]又来了",)]
    assert rows_of(home, "SELECT count(*), count(DISTINCT _key) FROM contacts") == [(21, 21)]
    assert in_clear(home, *LATE) == {}


def test_a_given_name_alone_is_known_from_an_earlier_load(home):
    # 2 Feb  王小明 and 李天天        3 Feb  a text in which neither stands whole
    write(home / "data/raw", "学员2月.csv", STUDENTS, *(f"{n},,东,2026-02-01" for n in ("S3,王小明", "S4,李天天")))
    handed_in(home, 2)
    (home / "data/raw/学员2月.csv").unlink()
    write(home / "data/raw", "流失登记.csv", EXITS, "S2,2026-01-20,不来了,小明天天来")
    handed_in(home, 3)
    assert rows_of(home, "SELECT text FROM exits") == [("[name]天天来",)]  # 天天: every day


def test_a_corrected_text_is_a_new_version_and_both_lose_the_name(home):
    texts(home)
    handed_in(home, 2)
    texts(home, more="太贵")
    write(home / "data/raw", "流失登记.csv", EXITS, f"S2,2026-01-20,不来了,{SAID}了")
    assert handed_in(home, 3)["exits"] == (0, 1, 0)
    roster(home)
    assert handed_in(home, 4)["exits"] == (0, 0, 0)
    versions = "SELECT text, _load_from, _load_to FROM exits ORDER BY _load_from"
    assert rows_of(home, versions) == [(LEFT, 1, 2), (LEFT + "了", 2, None)]


def test_no_byte_of_the_store_holds_what_stood_there(home, monkeypatch):
    texts(home)
    handed_in(home, 2)
    assert in_clear(home, *LATE)["churnlab.duckdb"]
    roster(home)
    other = Path(shutil.copytree(home, home.parent / "other"))
    handed_in(home, 3)
    assert in_clear(home, *LATE) == {}
    # What the engine overwrites it lets lie: without a new file the names would be found.
    written = engines.written
    monkeypatch.setattr("churnlab.tables.store.written", lambda file, wait, anew: written(file, wait))
    handed_in(other, 3)
    assert rows_of(other, "SELECT text FROM exits") == [(LEFT,)]
    assert in_clear(other, *LATE)["churnlab.duckdb"]


def fitted(home: Path) -> Path:
    """Keep what a report would: a model whose columns are words of the store."""
    file = home / "data/store/fits/0123456789abcdef/model.json"
    file.parent.mkdir(parents=True)
    file.write_text("channel: 王小明妈妈介绍", encoding="utf-8")
    return file


def test_what_was_fitted_of_words_with_a_name_goes_with_it(home):
    texts(home)
    handed_in(home, 2)
    fitted(home)
    assert in_clear(home, *LATE)["model.json"]
    roster(home)
    handed_in(home, 3)
    assert in_clear(home, *LATE) == {}


def test_fits_that_cannot_be_removed_stop_the_load(home, monkeypatch):
    texts(home)
    handed_in(home, 2)
    fitted(home)
    roster(home)

    def held_open(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr("churnlab.tables.store.shutil", type("Held", (), {"rmtree": staticmethod(held_open)}))
    with pytest.raises(StoreError, match="fits"):
        handed_in(home, 3)
    assert rows_of(home, "SELECT text FROM exits") == [(SAID,)]


def test_a_load_that_mends_nothing_writes_no_new_file(home):
    texts(home)
    handed_in(home, 2)
    file, fit = home / "data/store/churnlab.duckdb", fitted(home)
    before = file.stat().st_ino
    write(home / "data/raw", "学员2月.csv", STUDENTS, "S3,赵乙丙,13800003333,东,2026-02-01")
    handed_in(home, 3)
    assert file.stat().st_ino == before
    assert fit.exists()


def test_rows_set_aside_by_an_earlier_load_lose_the_name_where_it_stands_and_where_the_reason_quotes_it(home):
    texts(home)
    handed_in(home, 2)
    file = home / "data/set_aside/load-0001.csv"
    before = cells(file)
    assert [row[5] for row in before[1:]] == ["王小明来过"]
    roster(home)
    handed_in(home, 3)
    after = cells(file)
    assert after == [[cell.replace("王小明", "[name]") for cell in row] for row in before]
    assert "[name]来过" in after[1][7]
    assert not [hidden for hidden in file.parent.iterdir() if hidden.name.startswith(".")]


def test_a_file_of_rows_set_aside_that_a_spreadsheet_saved_anew_is_mended_too(home):
    texts(home)
    handed_in(home, 2)
    file = home / "data/set_aside/load-0001.csv"
    file.write_bytes(file.read_text(encoding="utf-8-sig").encode("gb18030"))
    roster(home)
    handed_in(home, 3)
    assert "[name]来过" in file.read_text(encoding="utf-8-sig")


def test_a_warning_of_an_earlier_load_shows_the_name_no_longer(home):
    (home / "data/raw/mapping.toml").write_text('[channels]\n"地推" = "地推"\n', encoding="utf-8")
    write(home / "data/raw", "潜在学员.csv", "lead_id,campus,channel,created_at", "X9,东,王小明,2026-01-05")
    handed_in(home, 2)
    assert "王小明" in str(Store(home / "data/store").loads()[0].warnings)
    roster(home)
    handed_in(home, 3)
    warnings = Store(home / "data/store").loads()[0].warnings
    assert [told["facts"]["examples"] for told in warnings if "examples" in told["facts"]] == ["[name]"]


def test_a_name_in_a_row_that_is_set_aside_is_remembered_too(home):
    texts(home)
    handed_in(home, 2)
    write(home / "data/raw", "学员2月.csv", STUDENTS, "S3,王小明,13800003333,东,不知道哪天")
    handed_in(home, 3)
    assert rows_of(home, "SELECT text FROM exits") == [("[name]的妈妈说[name]不想来，对诸葛画眉老师不满",)]


def test_a_load_that_fails_leaves_texts_and_files_as_they_were(home, monkeypatch):
    texts(home)
    handed_in(home, 2)
    roster(home)

    def no_room(*_: object) -> None:
        raise duckdb.IOException("no space left")

    with monkeypatch.context() as failing:
        failing.setattr(ledger, "remember", no_room)
        with pytest.raises(StoreError):
            handed_in(home, 3)
    assert rows_of(home, "SELECT text FROM exits") == [(SAID,)]
    assert "王小明来过" in (home / "data/set_aside/load-0001.csv").read_text(encoding="utf-8-sig")
    kept = {file.name for folder in ("set_aside", "store") for file in (home / "data" / folder).iterdir()}
    assert kept == {"load-0001.csv", "churnlab.duckdb", "churnlab.lock"}
    handed_in(home, 3)
    assert in_clear(home, *LATE) == {}


def test_what_a_killed_load_was_writing_anew_is_taken_away(home):
    texts(home)
    handed_in(home, 2)
    store = home / "data/store"
    (store / "copy").mkdir()
    shutil.copyfile(store / "churnlab.duckdb", store / "copy/churnlab.duckdb")
    (store / "churnlab.new").write_bytes(b"half a store")
    roster(home)
    handed_in(home, 3)
    assert {file.name for file in store.iterdir()} == {"churnlab.duckdb", "churnlab.lock"}
    assert in_clear(home, *LATE) == {}


@pytest.mark.parametrize(("last", "left"), [(1, "王小明"), (2, "[name]")])
def test_files_that_a_killed_load_had_begun_are_put_in_place_only_if_it_stands(tmp_path, last, left):
    (tmp_path / "load-0001.csv").write_text("王小明", encoding="utf-8")
    (tmp_path / ".load-0001.csv.since-0002").write_text("[name]", encoding="utf-8")
    late_names.recover(tmp_path, last=last)
    assert [file.name for file in tmp_path.iterdir()] == ["load-0001.csv"]
    assert (tmp_path / "load-0001.csv").read_text(encoding="utf-8") == left


COURSES, CLASSES = "course_id,name", "class_id,course_id,老师"
OWN = "王丽丽周六班"


def sold(home: Path, *lessons: str) -> None:
    """Write what names a teacher in a class, a child in a course and a channel, and lessons of them."""
    raw = home / "data/raw"
    write(raw, "课程.csv", COURSES, "王小明一对一,王小明一对一", "数学,数学")
    write(raw, "班级.csv", CLASSES, f"{OWN},王小明一对一,T1", "C2,数学,T1")
    write(raw, "潜在学员.csv", "lead_id,campus,channel,created_at", "X9,东,王小明妈妈介绍,2026-01-05")
    write(raw, "流失登记.csv", EXITS, "S2,2026-01-20,跟王丽丽老师,")
    write(raw, "考勤班.csv", LESSONS + ",class_id", *lessons)


LESSON = "L{0},S1,东,2026-01-{0} 09:00,到课,{1}"
BY_CLASS = (
    "SELECT k.course_id, count(*) FROM lessons l JOIN classes c USING (class_id) JOIN courses k ON k.course_id = "
    "c.course_id WHERE l._load_to IS NULL AND c._load_to IS NULL AND k._load_to IS NULL GROUP BY 1 ORDER BY 2"
)


def test_words_and_ids_lose_a_name_late_and_join_as_before_now_and_later(home):
    # 2 Feb  class, course, channel   3 Feb  staff and roster   4 Feb  the same exports   5 Feb  more lessons, no staff
    lessons = [LESSON.format(day, of) for day, of in ((11, OWN), (12, OWN), (13, "C2"))]
    sold(home, *lessons)
    handed_in(home, 2)
    assert rows_of(home, BY_CLASS) == [("数学", 1), ("王小明一对一", 2)]
    assert in_clear(home, "王丽丽", "王小明")["churnlab.duckdb"]
    digest = store_facts(home / "data/store")["digest"]
    staff, pupils = home / "data/raw/员工.csv", home / "data/raw/学员2月.csv"
    write(staff.parent, staff.name, "staff_id,name,department,role,hired_on", "T1,王丽丽,教学,老师,2020-03-01")
    write(pupils.parent, pupils.name, STUDENTS, "S3,王小明,13800003333,东,2026-02-01")
    done = handed_in(home, 3)
    assert {name: done[name] for name in ("courses", "classes", "leads", "lessons", "exits")} == dict.fromkeys(
        ("courses", "classes", "leads", "lessons", "exits"), (0, 0, 0)
    )
    for file in (staff, pupils):
        file.unlink()
    assert handed_in(home, 4)["classes"] == (0, 0, 0)
    sold(home, *lessons, LESSON.format(14, OWN))
    assert handed_in(home, 5)["lessons"] == (1, 0, 0)
    ((other, one), (own, three)) = rows_of(home, BY_CLASS)
    assert (other, one, three) == ("数学", 1, 3)
    assert is_pseudonym(str(own))
    assert rows_of(home, "SELECT channel FROM leads") == [("[name]妈妈介绍",)]
    assert rows_of(home, "SELECT reason_code FROM exits") == [("跟[name]老师",)]
    assert in_clear(home, "王丽丽", "王小明") == {}
    assert store_facts(home / "data/store", known_by="2026-02-03")["digest"] == digest


def test_what_a_load_brings_does_not_dangle_from_what_stood_under_the_name(home):
    sold(home, LESSON.format(11, OWN))
    handed_in(home, 2)
    write(home / "data/raw", "学员2月.csv", STUDENTS, "S3,王小明,13800003333,东,2026-02-01")
    (home / "data/raw/课程.csv").unlink()
    report = load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 2, 3))
    lost = [facts for key, facts in report.warnings if key == "warning.between.not_found"]
    assert not [facts for facts in lost if facts["table"]["en"] == "classes" and "course_id" in facts["column"]["en"]]
    assert [facts["n"] for key, facts in report.warnings if key == "warning.undeclared.id"] == [1]


def test_an_id_keeps_its_own_name_once_the_mapping_gives_it_one(home):
    sold(home, LESSON.format(11, OWN))
    words = "".join(f'[words.{table}.class_id]\n"{OWN}" = "周六一班"\n' for table in ("classes", "lessons"))
    (home / "data/raw/mapping.toml").write_text(words, encoding="utf-8")
    write(home / "data/raw", "员工.csv", "staff_id,name,department,role,hired_on", "T1,王丽丽,教学,老师,2020-03-01")
    handed_in(home, 2)
    assert rows_of(home, "SELECT DISTINCT class_id FROM lessons WHERE class_id IS NOT NULL") == [("周六一班",)]


def test_a_child_called_name_spoils_no_mask():
    scrub = late_names.scrubber(frozenset({"Name", "Phone"}))
    assert scrub("[name]说[phone]打不通，问Phone") == "[name]说[phone]打不通，问[name]"


def test_a_name_is_taken_out_of_a_header_and_our_own_name_stays(tmp_path):
    file = tmp_path / "load-0001.csv"
    file.write_text("考勤.csv,,lessons,3,林小满签到 (status),神游,不明,unknown\n", encoding="utf-8-sig")
    with late_names.files_mended(tmp_path, 2, frozenset({"林小满", "status"})):
        pass
    assert file.read_text(encoding="utf-8-sig") == "考勤.csv,,lessons,3,[name]签到 (status),神游,不明,unknown\n"


def test_an_english_name_of_two_words_is_taken_out_late(home):
    # 2 Feb  a channel of which nobody knows yet that it names a child        3 Feb  the roster
    write(home / "data/raw", "潜在学员.csv", "lead_id,campus,channel,created_at", "X9,东,Ann Lee referral,2026-01-05")
    handed_in(home, 2)
    assert rows_of(home, "SELECT channel FROM leads") == [("Ann Lee referral",)]
    write(home / "data/raw", "学员2月.csv", STUDENTS, "S3,Ann Lee,13800003333,东,2026-02-01")
    handed_in(home, 3)
    assert rows_of(home, "SELECT channel FROM leads") == [("[name] referral",)]
    assert in_clear(home, "Ann Lee") == {}
