"""Does anything that was handed in to do harm do any, on its way from an export to a reader?"""

import ast
import io
import pickle
import re
import shutil
import tomllib
import zipfile
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import papermill.translators
import pypdf
import pytest

import churnlab
from churnlab import cli
from churnlab.churn import Risk
from churnlab.errors import ChurnlabError, RunError
from churnlab.i18n import LANGUAGES
from churnlab.report.compile import render
from churnlab.report.workbook import workbook
from churnlab.run.orders import file_stem
from churnlab.run.parameters import check
from churnlab.settings import Settings
from churnlab.tables import privacy
from churnlab.tables.door import fetch
from churnlab.tables.load_report import LoadReport
from churnlab.tables.loading import load
from churnlab.tables.store import store_facts
from tests import test_privacy_canary as canary
from tests.exports import LESSONS, write
from tests.faults.hostile import NAMES, exports, seen, shown
from tests.faults.monthly import made, opened, told, words
from tests.faults.runs import PARAMETERS, with_a_kernel

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["hostile"]
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PLAIN = {"p", "b", "small", "table", "thead", "tbody", "tr", "th", "td"}
OTHERS = {"parameter_named_to_run", "parameter_whose_value_would_run", "pickle_where_a_model_is_kept"}
OTHERS |= {"names_and_phones_in_a_report", "names_and_phones_in_a_failed_run"}


def test_every_fault_is_declared_and_every_declaration_is_shown():
    assert {*(f"name_{kind}" for kind in NAMES), *OTHERS} == set(DECLARED)
    assert all(told["reason"] for told in DECLARED.values())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadReport]:
    """A store of campuses, courses and channels with hostile names, and what was said when it was loaded."""
    home = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        privacy.make_key(home / "key")
        patch.setattr(privacy, "key_place", lambda: home / "key")
        report = load(exports(home / "data/raw"), home=home, settings=Settings(), loaded_at=datetime(2026, 2, 2))
    return home, report


@pytest.fixture
def home(loaded: tuple[Path, LoadReport]) -> Path:
    return loaded[0]


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_stored_as_what_a_reader_sees_of_it_or_set_aside(loaded, kind):
    home, report = loaded
    rows = report.set_aside[report.set_aside["table"] == "campuses"]
    stored = seen(NAMES[kind]) in store_facts(home / "data/store")["campuses"]
    assert stored != (NAMES[kind] in rows["value"].tolist())
    assert ("taken" if stored else "set_aside") == DECLARED[f"name_{kind}"]["outcome"]


def test_courses_and_channels_are_stored_as_what_a_reader_sees_of_them(home):
    data = churnlab.open(home / "data/store", as_of="2026-02-01")
    known = {seen(name) for kind, name in NAMES.items() if DECLARED[f"name_{kind}"]["outcome"] == "taken"}
    assert set(fetch(data.table("courses"))["name"]) >= known
    assert set(fetch(data.table("students"))["channel"]) == known
    assert len(fetch(data.table("lessons"))) == 3 * len(NAMES)
    data.close()


@pytest.mark.parametrize("kind", NAMES)
def test_a_file_named_after_it_lies_where_it_should(kind):
    name = Path(file_stem(seen(NAMES[kind])) + ".zh.running.ipynb")
    assert name.parts == (name.name,)
    assert len(name.name.encode()) <= 255
    assert re.fullmatch(r"[\w-]+", name.name.split(".")[0])


@pytest.mark.parametrize("command", [["check"], ["load"], ["report", "monthly-churn", "--campus", "x\x1b[31m"]])
def test_nothing_steers_the_terminal(home, tmp_path, monkeypatch, capsys, command):
    work = Path(shutil.copytree(home, tmp_path / "home\x1b[31m[red]"))
    monkeypatch.setattr(privacy, "key_place", lambda: home / "key")
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--home", str(work)])
    out, err = capsys.readouterr()
    assert left.value.code == (2 if "report" in command else 0)
    assert STEERING.findall(out + err) == []
    # Nor is anything of it taken for rich's markup, or lost to it.
    assert "[/red]" in err if "report" in command else "[red]" in out or "check" in command


def test_a_fault_of_our_own_steers_no_terminal_either(capsys):
    cli._unexpected(type("x\x1b[31m[/red]", (Exception,), {}), Exception(), None)
    assert STEERING.findall(capsys.readouterr().err) == []


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag, attrs):
        assert not any(name.startswith("on") or name == "href" for name, _ in attrs)
        self.found.add(tag)


def tags(html: str) -> set[str]:
    """Return the elements that a browser would make of it."""
    parser = Tags()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("kind", NAMES)
def test_it_is_shown_as_it_stands_in_notebook_pdf_and_workbook(kind):
    name, lang = NAMES[kind], LANGUAGES[len(kind) % 2]
    notebook = shown(name, lang)
    for cell in notebook.cells:
        for output in cell.outputs:
            assert tags(output.data.get("text/html", "")) <= {
                "p",
                "b",
                "small",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
            }
            assert "<script" not in output.data.get("image/svg+xml", "")
            assert STEERING.findall(output.data.get("image/svg+xml", "")) == []
    pdf = pypdf.PdfReader(io.BytesIO(render(notebook, lang)))
    assert not {"/OpenAction", "/AA", "/Names"} & set(pdf.root_object)
    printed = "".join(page.extract_text() for page in pdf.pages)
    assert _bare(seen(name))[:8] in _bare(printed)
    book = openpyxl.load_workbook(io.BytesIO(workbook(notebook, lang)))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    assert {cell.data_type for cell in cells if str(cell.value) == seen(name)} == {"s"}


def _bare(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.mark.slow
def test_a_whole_report_of_nothing_but_hostile_names(tmp_path):
    frames, names = dict(made().frames), [name for name in NAMES.values() if len(name) < 100]
    campus = dict(zip(frames["campuses"]["campus"], names, strict=False))
    course = dict(zip(frames["courses"]["name"], names[2:], strict=False))
    channel = dict(zip(sorted(frames["students"]["channel"].dropna().unique()), names[8:], strict=False))
    for column, names_of in (("campus", campus), ("channel", channel)):
        for table, frame in frames.items():
            if column in frame and table != "complaints":
                frames[table] = frame.assign(**{column: frame[column].map(names_of)})
    frames["complaints"] = frames["complaints"].assign(campus=frames["complaints"]["campus"].map(campus))
    frames["courses"] = frames["courses"].assign(name=frames["courses"]["name"].map(course))
    data = replace(opened(frames), keep=tmp_path)
    for lang, here in (("zh", ""), ("en", "../../etc")):
        notebook = told(data, campus=here, lang=lang)
        assert "../../etc" in words(notebook)
        shown_as = [output.data for cell in notebook.cells for output in cell.get("outputs", [])]
        assert set().union(*(tags(data.get("text/html", "")) for data in shown_as)) <= PLAIN
        assert render(notebook, lang).startswith(b"%PDF")
        book = openpyxl.load_workbook(io.BytesIO(workbook(notebook, lang)))
        assert "f" not in {cell.data_type for sheet in book for row in sheet for cell in row}


def test_a_crafted_parameter_name_never_reaches_the_notebook():
    with pytest.raises(RunError):
        check({"campus = 1; import os; x": ""}, {"campus": ""}, name="a.ipynb")
    assert DECLARED["parameter_named_to_run"]["outcome"] == "stop"


@pytest.mark.parametrize("value", [*NAMES.values(), '"\nimport os\n"', '"""', "\\", '\\"); import os', "\u2028x"])
def test_a_value_that_would_run_is_a_text_in_the_notebook(value):
    cell = papermill.translators.translate_parameters("python3", "python", {"campus": value}, "")
    (statement,) = ast.parse(cell).body
    assert isinstance(statement, ast.Assign)
    assert ast.literal_eval(statement.value) == value
    assert DECLARED["parameter_whose_value_would_run"]["outcome"] == "taken"


class Evil:
    def __reduce__(self):
        return Path.touch, (Path("ran"),)


@pytest.mark.slow
def test_a_pickle_where_a_model_is_kept_is_not_run_and_the_model_is_trained_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = replace(opened(dict(made().frames)), keep=tmp_path / "kept")
    before = Risk(data).at_risk().table
    kept = tmp_path / "kept/model/model.skops"
    kept.write_bytes(pickle.dumps(Evil()))
    pd.testing.assert_frame_equal(Risk(data).at_risk().table, before)
    assert not (tmp_path / "ran").exists()
    assert zipfile.is_zipfile(kept)
    assert DECLARED["pickle_where_a_model_is_kept"]["outcome"] == "taken"


SHOW = """
import churnlab, pandas as pd
from churnlab.tables.door import fetch
from churnlab.tables.schemas import TABLES
churnlab.use(lang)
data, month = churnlab.open_month(store, month)
found = {name: fetch(data.table(name)).astype(str) for name in TABLES}
print(found)
for name in TABLES: display(found[name])
told = pd.DataFrame({"campus": [str(table.to_dict()) for table in found.values()]})
churnlab.Finding(key="missing", table=told, facts={"why": str(found)})
""".strip()


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["names_and_phones_in_a_report", "names_and_phones_in_a_failed_run"])
def test_names_and_phones_are_nowhere_in_what_a_run_leaves(tmp_path, monkeypatch, capfd, fault):
    privacy.make_key(tmp_path / "key")
    monkeypatch.setattr(privacy, "key_place", lambda: tmp_path / "key")
    home = tmp_path / "home"
    raw = canary.exports(home / "data/raw")
    days = [f"2026-{month:02}-{day:02} 09:00" for month in (1, 2) for day in range(1, 29)] + ["2026-01-31 09:00"]
    write(raw, "考勤_更多.csv", LESSONS, *(f"M{at},S1,浦东,{day},到课" for at, day in enumerate(days)))
    load(raw, home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2))
    failing = "raise ValueError(str(found))" if "failed" in fault else "None"
    said = ""
    try:
        # To show every table takes longer than the other runs are given.
        with_a_kernel(home, SHOW, failing, parameters=PARAMETERS, settings=Settings())
        outcome = "taken"
    except ChurnlabError as error:
        outcome, said = "stop", "".join(map(error.message, LANGUAGES))
    assert outcome == DECLARED[fault]["outcome"]
    files = [file for file in (home / "reports").rglob("*") if file.is_file()]
    assert {file.suffix for file in files} >= ({".ipynb"} if said else {".ipynb", ".pdf", ".xlsx", ".json"})
    assert [file for file in files if canary.leaks_in(file)] == []
    out, err = capfd.readouterr()
    assert canary.leaks(said + out + err + "".join(map(_unpacked, files))) == []


def _unpacked(file: Path) -> str:
    """Return what is compressed in a file: a PDF's text and metadata, a workbook's cells."""
    if file.suffix == ".pdf":
        pdf = pypdf.PdfReader(file)
        return (
            str(pdf.metadata)
            + str(pdf.xmp_metadata and pdf.xmp_metadata.stream.get_data())
            + "".join(page.extract_text() for page in pdf.pages)
        )
    if file.suffix == ".xlsx":
        return "".join(str(cell.value) for sheet in openpyxl.load_workbook(file) for row in sheet for cell in row)
    return ""
