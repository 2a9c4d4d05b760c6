from datetime import datetime, timedelta
from pathlib import Path

import pytest

import churnlab
from churnlab.errors import InputError, PrivacyError, StoreError
from churnlab.i18n import LANGUAGES, sentences
from churnlab.settings import Settings, Tables
from churnlab.tables import privacy
from churnlab.tables.door import fetch
from churnlab.tables.load_report import LoadReport
from churnlab.tables.loading import check, load
from churnlab.tables.store import Store, store_facts
from tests.exports import ENROLMENTS, LESSONS, STUDENTS, some_exports, write
from tests.languages import speaking

FIRST = datetime(2026, 2, 2, 9)
SECOND = datetime(2026, 3, 2, 9)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    some_exports(tmp_path / "data/raw")
    return tmp_path


def loaded(home: Path, at: datetime = FIRST, folder: str = "data/raw", settings: Settings | None = None) -> LoadReport:
    return load(home / folder, home=home, settings=settings or Settings(), loaded_at=at)


def became(report: LoadReport, table: str) -> tuple[int | None, ...]:
    counts = report.tables[table]
    return counts.new, counts.changed, counts.unchanged, counts.superseded, counts.removed


def statuses(home: Path, **asked: str) -> dict[str, str]:
    data = churnlab.open(home / "data/store", as_of="2026-12-01", **asked)
    rows = fetch(data.table("lessons"))
    data.close()
    return dict(zip(rows["lesson_id"], rows["status"], strict=True))


def set_aside(home: Path) -> list[str]:
    return sorted(file.name for file in (home / "data/set_aside").glob("*"))


def test_exports_come_into_the_store(home):
    report = loaded(home)
    assert became(report, "lessons") == (3, 0, 0, 0, 0)
    assert statuses(home) == {"L1": "present", "L2": "leave", "L3": "present"}
    assert report.set_aside_file is None
    assert set_aside(home) == []


def test_the_same_files_twice_add_nothing(home):
    loaded(home)
    before = store_facts(home / "data/store")
    report = loaded(home, SECOND)
    assert [became(report, name) for name in report.tables] == [(0, 0, 2, 0, 0), (0, 0, 2, 0, 0), (0, 0, 3, 0, 0)]
    assert store_facts(home / "data/store") == before
    assert ("warning.loading.seen_before", {"n": 3, "of": 3}) in report.warnings


def test_files_loaded_before_under_another_mapping_are_told_once(home):
    loaded(home)
    words = 'made_up = true\n[words.lessons.status]\n"来过" = "present"\n'
    (home / "data/raw/mapping.toml").write_text(words, encoding="utf-8")
    told = [facts for key, facts in loaded(home, SECOND).warnings if key == "warning.loading.other_mapping"]
    assert told == [{"n": 3}]
    again = SECOND + timedelta(days=1)
    assert "warning.loading.other_mapping" not in dict(loaded(home, again).warnings)


def test_a_corrected_row_is_a_new_version_and_the_day_before_still_shows_the_old_one(home):
    loaded(home)
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,旷课")
    assert became(loaded(home, SECOND), "lessons") == (0, 1, 0, 0, 0)
    assert statuses(home)["L1"] == "absent"
    assert statuses(home, known_by="2026-03-02")["L1"] == "present"


def test_of_several_files_of_a_table_the_one_that_reaches_furthest_stands(home):
    # By name 考勤10月 would come before 考勤9月, and the older status would win.
    write(home / "data/raw", "考勤9月.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,请假", "L8,S1,东,2026-09-10 09:00,到课")
    write(
        home / "data/raw", "考勤10月.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,旷课", "L9,S1,东,2026-10-10 09:00,到课"
    )
    report = loaded(home, datetime(2026, 11, 2))
    assert statuses(home)["L1"] == "absent"
    assert became(report, "lessons") == (5, 0, 0, 2, 0)


def test_the_exports_of_all_months_may_stay_in_the_folder(home):
    loaded(home)
    write(home / "data/raw", "考勤2月.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,旷课", "L4,S1,东,2026-02-10 09:00,到课")
    report = loaded(home, SECOND)
    assert became(report, "lessons") == (1, 1, 2, 1, 0)
    assert became(loaded(home, datetime(2026, 4, 2)), "lessons") == (0, 0, 4, 1, 0)
    assert statuses(home)["L1"] == "absent"


def test_last_months_file_handed_in_alone_brings_nothing_back(home):
    loaded(home)
    write(home / "later", "考勤.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,旷课", "L4,S1,东,2026-02-10 09:00,到课")
    (home / "later/mapping.toml").write_text("made_up = true\n")
    loaded(home, SECOND, folder="later")
    before = store_facts(home / "data/store")
    report = loaded(home, datetime(2026, 3, 3))
    assert became(report, "lessons") == (0, 0, 2, 1, 0)
    assert store_facts(home / "data/store") == before


def test_a_file_that_was_overruled_when_it_first_came_stays_so(home):
    write(home / "data/raw", "考勤2月.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,旷课", "L4,S1,东,2026-02-10 09:00,到课")
    loaded(home)
    (home / "data/raw/考勤2月.csv").unlink()
    assert became(loaded(home, SECOND), "lessons") == (0, 0, 2, 1, 0)
    assert statuses(home)["L1"] == "absent"


def test_under_another_mapping_the_same_file_says_something_else(home):
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,2026-01-31 09:00,签到")
    loaded(home)
    mapping = home / "data/raw/mapping.toml"
    mapping.write_text(
        'made_up = true\n[words.lessons.status]\n"签到" = "present"\n"到课" = "late"\n', encoding="utf-8"
    )
    assert became(loaded(home, SECOND), "lessons") == (1, 1, 0, 0, 0)
    assert statuses(home) == {"L1": "late", "L2": "present"}
    mapping.write_text('made_up = true\n[words.lessons.status]\n"签到" = "present"\n', encoding="utf-8")
    loaded(home, SECOND + timedelta(days=1))
    assert statuses(home) == {"L1": "present", "L2": "present"}


def test_a_mapping_that_is_undone_says_again_what_it_said(home):
    mapping = home / "data/raw/mapping.toml"
    plain = mapping.read_text("utf-8")
    loaded(home)
    mapping.write_text(plain + '[words.lessons.status]\n"到课" = "late"\n', encoding="utf-8")
    loaded(home, SECOND)
    assert statuses(home)["L1"] == "late"
    mapping.write_text(plain, encoding="utf-8")
    loaded(home, SECOND + timedelta(days=1))
    assert statuses(home)["L1"] == "present"


def test_a_full_export_of_a_month_removes_what_is_no_longer_in_it(home):
    settings = Settings(tables=Tables(replace_months=("lessons",)))
    loaded(home, settings=settings)
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-10 09:00,到课")
    assert became(loaded(home, SECOND, settings=settings), "lessons") == (0, 0, 1, 0, 1)
    assert list(statuses(home)) == ["L1", "L2"]  # L2 is at another campus


def test_rows_without_an_id_are_the_same_when_they_come_again(home):
    write(home / "data/raw", "考勤.csv", LESSONS, ",S1,东,2026-01-10 09:00,到课", ",S1,东,2026-01-31 09:00,到课")
    assert became(loaded(home), "lessons") == (2, 0, 0, 0, 0)
    write(home / "data/raw", "考勤.csv", LESSONS, ",S1,东,2026-01-31 09:00,旷课", ",S1,东,2026-01-10 09:00,到课")
    assert became(loaded(home, SECOND), "lessons") == (0, 1, 1, 0, 0)


def test_every_physical_row_is_counted_once(home):
    write(
        home / "data/raw", "考勤.csv", "注意事项：请勿修改,,,,\n" + LESSONS,
        "L1,S1,东,2026-01-10 09:00,到课", "L1,S1,东,2026-01-10 09:00,到课", "L2,S1,东,25-1-10,到课",
        "L3,S1,东,2026-01-11 09:00,跳舞", ",,,,", "L4,S1,东,2026-01-31 09:00,到课", "合计,,,,6",
    )  # fmt: skip
    report = loaded(home)
    counts = report.tables["lessons"]
    assert counts.rows_read == 9
    assert (counts.note, counts.header, counts.blank, counts.total) == (1, 1, 1, 1)
    assert (counts.kept, counts.set_aside) == (3, 2)
    assert became(report, "lessons") == (2, 0, 1, 0, 0)
    assert counts.reasons == {"no_century": 1, "unknown_code": 1}


def test_rows_set_aside_are_written_with_their_place_and_reason_in_both_languages(home):
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,明天,到课")
    report = loaded(home)
    assert set_aside(home) == ["load-0001.csv"]
    assert report.set_aside_file == home / "data/set_aside/load-0001.csv"
    assert report.set_aside_file.read_text(encoding="utf-8-sig").splitlines() == [
        "文件 file,工作表 sheet,表 table,行 row,列 column,值 value,原因,reason",
        "考勤.csv,,lessons,3,上课时间 (starts_at),明天,"
        "“明天”不是日期；请写成 2025-03-01，或 2025-03-01 09:30,"
        '"""明天"" is not a date; write 2025-03-01, or 2025-03-01 09:30"',
    ]


def test_a_formula_set_aside_is_no_formula_in_a_spreadsheet(home):
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,=1+1,到课")
    file = loaded(home).set_aside_file
    assert file is not None
    assert ",'=1+1," in file.read_text(encoding="utf-8-sig")


def test_a_check_writes_nothing(home):
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,明天,到课")
    report = check(home / "data/raw", home=home, settings=Settings(), loaded_at=FIRST)
    assert (report.tables["lessons"].kept, report.tables["lessons"].set_aside) == (1, 1)
    assert [path.name for path in (home / "data").iterdir()] == ["raw"]
    with speaking("en"):
        assert report.finding().sentence() == (
            "Checked 3 tables: 9 rows read, 5 of them usable, 1 to be set aside. Nothing was written."
        )


def test_the_report_says_what_became_of_the_rows(home):
    report = loaded(home)
    with speaking("en"):
        assert report.finding().sentence() == "Loaded 3 tables: 10 rows read, 7 new, 0 corrected, 0 set aside."
    with speaking("zh"):
        assert report.finding().sentence() == "已导入 3 张表：读取 10 行，新增 7 行，更正 0 行，搁置 0 行。"
    table = report.finding().presented("zh")
    assert table["表"].tolist() == ["学员", "学员课程", "考勤"]
    assert table["新增"].tolist() == ["2", "2", "3"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_of_a_load_can_be_shown(home, lang):
    write(home / "data/raw", "考勤.csv", LESSONS + ",备用", "L1,S1,东,2026-01-31 09:00,到课,x", "L2,S1,东,明天,到课,")
    found = loaded(home).findings()
    keys = ["load", "set_aside", "warnings", "shortfall"]
    assert [finding.key for finding in found] == [f"tables.{key}" for key in keys]
    for finding in found:
        assert finding.title(lang)
        assert finding.sentence(lang)
        assert len(finding.presented(lang)) == len(finding.table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_a_name_for_a_table(lang):
    told = sentences(lang)
    reasons = {key.split(".")[1] for key in told if key.startswith("set_aside.") and ".place." not in key}
    assert {reason for reason in reasons if f"code.set_aside_reason.{reason}" not in told} == set()


def test_missing_tables_are_all_named(home):
    (home / "data/raw/考勤.csv").unlink()
    (home / "data/raw/学员.csv").unlink()
    with speaking("en"), pytest.raises(InputError) as raised:
        loaded(home)
    assert str(raised.value) == (
        "Required tables are missing: students, lessons. They are neither among these files nor in the store. "
        "Export them too; if your institution has none, say so in churnlab.toml under [tables] allow_missing."
    )
    assert not (home / "data/store/churnlab.duckdb").exists()


def test_a_table_that_is_in_the_store_need_not_come_again(home):
    loaded(home)
    (home / "data/raw/学员.csv").unlink()
    assert list(loaded(home, SECOND).tables) == ["enrolments", "lessons"]


def test_an_institution_may_do_without_a_required_table(home):
    (home / "data/raw/考勤.csv").unlink()
    settings = Settings(tables=Tables(allow_missing=("lessons",)))
    assert list(loaded(home, settings=settings).tables) == ["students", "enrolments"]


def test_a_required_table_of_which_no_row_can_be_taken_stops_the_load(home):
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,明天,到课")
    with speaking("en"), pytest.raises(InputError, match="No row of these required tables could be taken: lessons"):
        loaded(home)
    assert not (home / "data/store/churnlab.duckdb").exists()
    assert set_aside(home) == []


def test_a_mapping_that_is_not_there_is_named(home):
    with speaking("en"), pytest.raises(InputError, match=r"There is no mapping file .*nowhere\.toml"):
        load(home / "data/raw", home=home, settings=Settings(), loaded_at=FIRST, mapping_file=home / "nowhere.toml")


def test_real_data_need_the_key(home, monkeypatch):
    (home / "data/raw/mapping.toml").unlink()
    monkeypatch.setattr(privacy, "key_place", lambda: home / "no key")
    with pytest.raises(PrivacyError):
        loaded(home)
    privacy.make_key(home / "no key")
    assert became(loaded(home), "students") == (2, 0, 0, 0, 0)


def test_made_up_exports_do_not_go_into_a_store_of_real_ones(home, monkeypatch):
    privacy.make_key(home / "key")
    monkeypatch.setattr(privacy, "key_place", lambda: home / "key")
    (home / "data/raw/mapping.toml").unlink()
    loaded(home)
    (home / "data/raw/mapping.toml").write_text("made_up = true\n")
    write(home / "data/raw", "考勤.csv", LESSONS, "L1,S1,东,2026-01-31 09:00,到课", "L2,S1,东,明天,到课")
    with pytest.raises(StoreError):
        loaded(home, SECOND)
    assert set_aside(home) == []
    assert len(Store(home / "data/store").loads()) == 1


def test_a_load_tells_how_far_it_is(home):
    told = []
    with speaking("en"):
        load(
            home / "data/raw", home=home, settings=Settings(), loaded_at=FIRST,
            progress=lambda what, done, of: told.append((what, done, of)),
        )  # fmt: skip
    assert told[0] == ("Reading raw", 0, 1)
    assert told[1] == ("Checking 学员.csv", 1, 7)
    assert told[-1] == ("Storing Lessons", 6, 7)


def test_what_a_killed_load_left_is_finished_or_removed(home):
    loaded(home)
    folder = home / "data/set_aside"
    folder.mkdir()
    (folder / ".load-0001.csv.partial").write_text("of a load that stands")
    (folder / ".load-0002.csv.partial").write_text("of a load that was undone")
    loaded(home, SECOND)
    assert set_aside(home) == ["load-0001.csv"]
    assert (folder / "load-0001.csv").read_text() == "of a load that stands"


def test_the_exports_themselves_are_never_changed(home):
    before = {file: file.read_bytes() for file in (home / "data/raw").iterdir()}
    loaded(home)
    assert {file: file.read_bytes() for file in (home / "data/raw").iterdir()} == before


def test_warnings_are_remembered_with_the_load(home):
    write(home / "data/raw", "学员.csv", STUDENTS + ",备用", "S1,王芳,13800001111,东,2026-01-02,x")
    write(home / "data/raw", "学员课程.csv", ENROLMENTS, "E1,S1,东,数学,新签,按课时,2026-01-02,1200")
    report = loaded(home)
    (remembered,) = Store(home / "data/store").loads()
    assert [warning["key"] for warning in remembered.warnings] == [key for key, _ in report.warnings]
    assert "warning.loading.ignored_columns" in [key for key, _ in report.warnings]
    assert remembered.counts["students"]["new"] == 1
