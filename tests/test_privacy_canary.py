"""Do names, phones and birth dates leak anywhere?

Canaries stand in every personal column of every table, in rows that are kept and in rows that are set aside, in texts
and where they do not belong. Then everything that a load leaves behind is searched for them.
"""

import csv
import io
import json
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import churnlab
from churnlab import cli
from churnlab.errors import ChurnlabError
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.report.compile import render
from churnlab.report.workbook import workbook
from churnlab.settings import Settings, Tables
from churnlab.tables import privacy
from churnlab.tables.door import fetch
from churnlab.tables.loading import check, load
from churnlab.tables.pseudonym import is_pseudonym
from churnlab.tables.schemas import TABLES
from churnlab.tables.undeclared import role
from tests.report.demo import code, demo_words, notebook, said
from tests.report.reading import pages
from tests.tables.sheets import WHOLE

NAME, GUARDIAN, TEACHER, SCHOOL = "欧阳金丝雀", "司徒百灵", "诸葛画眉", "黄鹂实验小学"
PHONE, RESIDENT, EMAIL, BORN = "13987651234", "110105201407193412", "jinsique@example.com", "2014-07-19"
# Only a column that tells whose a row is names this child: no table of students does.
CHILD, MOBILE = "尉迟喜鹊", "13612349876"
CANARIES = (NAME, GUARDIAN, TEACHER, SCHOOL, PHONE, RESIDENT, EMAIL, BORN, CHILD, MOBILE)
TEXT = f"{NAME}的家长{GUARDIAN}说：电话{PHONE}，证件{RESIDENT}，邮箱{EMAIL}，对{TEACHER}不满"
PERSONAL = {"name": NAME, "phone": PHONE, "guardian": GUARDIAN, "birth_date": BORN, "school": SCHOOL}
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def row(table: str, **more: str) -> dict[str, str]:
    """Write a whole row with a canary in each personal column."""
    personal = {
        column.name: TEXT if column.personal == "text" else PERSONAL[column.name]
        for column in TABLES[table].exported
        if column.personal
    }
    if table == "staff":
        personal["name"] = TEACHER
    # What was said on a call is set aside where nobody knows when.
    when = {"called_at": "2025-03-03 10:00"} if table == "calls" else {}
    return {**WHOLE[table], **when, **personal, **more}


def planted(table: str) -> dict[str, str]:
    """Write a name into every column of channels, courses, classes, reasons, grades: whatever holds words or ids."""
    written = {"word": f"{NAME}和{GUARDIAN}介绍", "id": f"{TEACHER}周六班({GUARDIAN})"}
    columns = (column for column in TABLES[table].columns if column.name != TABLES[table].reverses)
    return {column.name: written[of] for column in columns if (of := role(column)) in written}


def exports(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, table in TABLES.items():
        rows = [row(name), row(name, **planted(name))]
        if table.dated_by:
            # A bad date sets the row aside; a canary stands in its place, as when columns slip.
            rows += [row(name, **{table.dated_by: wrong}) for wrong in ("明天", NAME, PHONE, RESIDENT, TEXT)]
        if name == "complaints":
            rows += [row(name, complaint_id="B2", text=f"{CHILD}说：喜鹊不来了", category=f"{CHILD}的事")]
        if name == "lessons":
            rows += [row(name, lesson_id="L6", status=CHILD), row(name, lesson_id="L5", starts_at=f"{CHILD} {MOBILE}")]
            rows += [row(name, lesson_id="L7", student_id=PHONE), row(name, lesson_id="L8", teacher_id=TEACHER)]
            rows += [row(name, lesson_id="L9", status=NAME), row(name, lesson_id="L10", status=PHONE)]
        if table.who:
            # Whose row it is, said by name and phone alone: of several, since students repeat here, and of nobody.
            rows += [
                row(name, student_id="", name=said, phone=by) for said, by in ((NAME, PHONE), (NAME, ""), ("", PHONE))
            ]
            rows += [row(name, student_id="", name=CHILD, phone=said) for said in (MOBILE, "", CHILD)]
        if name == "students":
            rows += [row(name, student_id=""), row(name, student_id=RESIDENT), row(name, student_id=PHONE)]
        with (folder / f"{table.zh}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            columns = list(dict.fromkeys(key for each in rows for key in each))
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    privacy.make_key(tmp_path / "key")
    monkeypatch.setattr(privacy, "key_place", lambda: tmp_path / "key")
    exports(tmp_path / "home/data/raw")
    return tmp_path / "home"


def leaks(said: str) -> list[str]:
    return [canary for canary in CANARIES if canary in said]


def leaks_in(file: Path) -> list[str]:
    content = file.read_bytes()
    return [canary for canary in CANARIES for code in ENCODINGS if canary.encode(code) in content]


def test_the_canaries_are_where_they_should_be(home):
    said = "".join(file.read_text(encoding="utf-8-sig") for file in sorted((home / "data/raw").glob("*.csv")))
    assert leaks(said) == list(CANARIES)


def test_nothing_personal_is_in_clear_in_any_file_that_a_load_leaves(home):
    report = load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    left = [file for file in home.rglob("*") if file.is_file() and "raw" not in file.parts]
    assert {file.name for file in left} >= {"churnlab.duckdb", "load-0001.csv"}
    assert {str(file): leaks_in(file) for file in left if leaks_in(file)} == {}
    assert all(counts.kept for counts in report.tables.values())
    assert all(counts.set_aside for name, counts in report.tables.items() if TABLES[name].dated_by)


def test_nothing_personal_is_in_clear_in_any_cell_of_the_store(home):
    # The file's pages are compressed; the cells are looked at too.
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    with duckdb.connect(str(home / "data/store/churnlab.duckdb"), read_only=True) as engine:
        for (name,) in engine.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall():
            rows = engine.execute(f'SELECT * FROM "{name}"').fetchall()
            assert leaks(str(rows)) == [], name
    data = churnlab.open(home / "data/store", as_of="2026-04-01")
    assert {name: leaks(fetch(data.table(name)).to_csv()) for name in TABLES} == {name: [] for name in TABLES}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_personal_is_said_in_a_report_of_a_load_or_a_check(home, lang, capfd, caplog):
    for act in (check, load):
        report = act(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
        for finding in report.findings():
            assert leaks(f"{finding.title(lang)} {finding.sentence(lang)} {finding.warnings(lang)}") == []
            assert leaks(finding.presented(lang).to_csv()) == []
            assert leaks(str(finding.as_json(lang))) == []
        assert leaks(f"{report!r} {report.set_aside.to_csv()} {report.warnings}") == []
    out, err = capfd.readouterr()
    assert leaks(out + err + caplog.text) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["学员", "潜在学员", "员工", "投诉"])
def test_nothing_personal_is_said_of_a_file_without_a_header(home, lang, name):
    file = home / f"data/raw/{name}.csv"
    file.write_text("\n".join(file.read_text(encoding="utf-8-sig").splitlines()[1:]), encoding="utf-8")
    with pytest.raises(ChurnlabError) as raised:
        load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    assert leaks(raised.value.message(lang)) == []
    assert leaks(f"{raised.value.facts} {raised.value.args}") == []


def test_one_person_has_one_name_in_all_tables_and_another_with_another_key(home, monkeypatch):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    data = churnlab.open(home / "data/store", as_of="2026-04-01")
    phones = [set(fetch(data.table(name))["phone"].dropna()) for name in ("students", "leads")]
    by_phone = set(fetch(data.table("lessons"))["student_id"]) & set(fetch(data.table("students"))["student_id"])
    data.close()
    assert phones[0] == phones[1]
    assert len(phones[0]) == 1
    assert len(by_phone) == 2  # the student's own number, and the phone that stands where a number should
    privacy.make_key(home / "other")
    monkeypatch.setattr(privacy, "key_place", lambda: home / "other")
    other = home.parent / "other"
    load(home / "data/raw", home=other, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    assert set(fetch(churnlab.open(other / "data/store", as_of="2026-04-01").table("students"))["phone"]).isdisjoint(
        phones[0]
    )


LATER = {
    "contacts": ("text",), "complaints": ("text", "resolution"), "refunds": ("reason_text",),
    "exits": ("text", "could_have_kept"), "surveys": ("text",), "calls": ("text",),
    "measure_progress": ("problem", "note"), "reactions": ("text",), "incidents": ("text",),
}  # fmt: skip
SAID = f"{NAME}的家长说孩子不想来，{GUARDIAN}也找过{TEACHER}"


def later(folder: Path) -> Path:
    """Write a month whose texts speak of people that only the month before declared."""
    folder.mkdir(parents=True)
    for name, texts in LATER.items():
        table = TABLES[name]
        whole = {**row(name), **planted(name), **dict.fromkeys(texts, SAID)}
        whole[table.key[0]] = "S1" if name == "exits" else "N1"
        rows = [whole] + [{**whole, str(table.dated_by): wrong} for wrong in (NAME, SAID, SCHOOL)]
        with (folder / f"{table.zh}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(whole))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def test_a_later_load_without_the_table_of_names_leaves_none_in_clear(home, capfd, caplog):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    month = later(home / "data/raw-later")
    for act in (check, load):
        report = act(month, home=home, settings=Settings(), loaded_at=datetime(2026, 4, 2))
        assert leaks(f"{report!r} {report.set_aside.to_csv()} {report.warnings}") == []
        for finding in report.findings():
            assert leaks("".join(finding.presented(lang).to_csv() + finding.sentence(lang) for lang in LANGUAGES)) == []
    assert leaks("".join(capfd.readouterr()) + caplog.text) == []
    assert leaks((home / "data/set_aside/load-0002.csv").read_text(encoding="utf-8-sig")) == []
    with duckdb.connect(str(home / "data/store/churnlab.duckdb"), read_only=True) as engine:
        for name, texts in LATER.items():
            rows = engine.execute(f'SELECT {", ".join(texts)} FROM "{name}" WHERE _load_from = 2').fetchall()
            assert rows == [("[name]的家长说孩子不想来，[name]也找过[name]",) * len(texts)], name
            assert leaks(str(engine.execute(f'SELECT * FROM "{name}" WHERE _load_from = 2').fetchall())) == [], name


def test_what_holds_a_name_still_joins(home):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    data = churnlab.open(home / "data/store", as_of="2026-04-01")
    lessons, classes, courses = (fetch(data.table(name)) for name in ("lessons", "classes", "courses"))
    channels = set(fetch(data.table("leads"))["channel"])
    data.close()
    joined = lessons.merge(classes, on="class_id").merge(courses, left_on="course_id_x", right_on="course_id")
    assert joined["class_id"].map(is_pseudonym).tolist() == [True]  # the planted lesson, as in clear
    assert channels == {"[name]和[name]介绍"}


def test_nothing_personal_is_in_a_notebook_a_pdf_or_a_workbook_of_what_stands(home):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    data, cells = churnlab.open(home / "data/store", as_of="2026-04-01"), []
    with demo_words():
        for name, table in TABLES.items():
            rows = fetch(data.table(name))
            of = [column.stored_name for column in table.columns if role(column) and column.stored_name in rows]
            values = [str(value) for column in of for value in rows[column].dropna().unique()]
            found = Finding(key="demo.kind", table=pd.DataFrame({"end_kind": values, "churned": 1}))
            cells.append(code(said(found, "zh")))
        shown = notebook(cells)
        pdf, sheets = "".join(pages(render(shown, "zh"))), workbook(shown, "zh")
    data.close()
    with zipfile.ZipFile(io.BytesIO(sheets)) as book:
        written = "".join(book.read(part).decode("utf-8", errors="replace") for part in book.namelist())
    for place in (json.dumps(shown, ensure_ascii=False), pdf, written):
        assert "[name]和[name]介绍" in place
        assert leaks(place) == []


def test_a_warning_of_a_later_load_shows_no_name_that_an_earlier_one_declared(home):
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    month = home / "data/raw-later"
    month.mkdir()
    (month / "mapping.toml").write_text('[channels]\n"地推" = "地推"\n', encoding="utf-8")
    leads = f"lead_id,campus,channel,created_at\nX9,浦东,{NAME},2026-03-05\n"
    (month / "潜在学员.csv").write_text(leads, encoding="utf-8")
    report = check(month, home=home, settings=Settings(), loaded_at=datetime(2026, 4, 2))
    assert [facts["examples"] for _, facts in report.warnings if "examples" in facts] == ["[name]"]
    assert leaks(str(report.warnings)) == []


def with_headers(file: Path) -> None:
    """Add columns that are headed by people, as a sheet with a column for each student has them."""
    first, *rows = file.read_text(encoding="utf-8-sig").splitlines()
    lines = [f"{first},{NAME},{PHONE},{GUARDIAN}", *(f"{line},1,2,3" for line in rows)]
    file.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("act", [check, load])
def test_a_column_headed_by_a_person_is_left_out_without_naming_her(home, act):
    with_headers(home / "data/raw/班级.csv")
    report = act(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    told = [facts["columns"] for key, facts in report.warnings if key == "warning.loading.ignored_columns"]
    assert told == ["[name], [name], [name]"]
    left = [file for file in home.rglob("*") if file.is_file() and "raw" not in file.parts]
    assert {str(file): leaks_in(file) for file in left if leaks_in(file)} == {}


def test_a_column_headed_by_a_person_whom_only_a_later_load_declares_loses_her_name_then(home):
    raw, first = home / "data/raw", home / "data/first"
    first.mkdir()
    lessons = "lesson_id,student_id,campus,starts_at,status"
    (first / "考勤.csv").write_text(f"{lessons},{NAME}\nL1,S1,浦东,2026-02-01 09:00,到课,1\n", encoding="utf-8")
    rules = Settings(tables=Tables(allow_missing=("students", "enrolments")))
    load(first, home=home, settings=rules, loaded_at=datetime(2026, 3, 1))
    load(raw, home=home, settings=rules, loaded_at=datetime(2026, 3, 2))
    with duckdb.connect(str(home / "data/store/churnlab.duckdb"), read_only=True) as engine:
        said = [told for (told,) in engine.execute("SELECT warnings FROM _loads ORDER BY load").fetchall()]
    assert "ignored_columns" in said[0]
    assert leaks("".join(said)) == []


COMMANDS = (["check"], ["load"], ["load"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_personal_is_printed_by_the_commands(home, lang, capfd, monkeypatch):
    with_headers(home / "data/raw/班级.csv")
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            cli.main([*command, "--home", str(home)])
        assert not ended.value.code
    out, err = capfd.readouterr()
    assert len(out.splitlines()) > 60
    assert leaks(out + err) == []
