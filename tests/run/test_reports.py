"""One report end to end, with a small notebook in place of a long one."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pypdf
import pytest

from churnlab.errors import ChurnlabError, InputError, RunError, StoreError
from churnlab.run.orders import Order, file_stem
from churnlab.run.reports import publish
from churnlab.settings import FILE, Institution, Settings
from churnlab.tables.loading import load
from churnlab.tables.store import Store
from tests.builders import frames
from tests.exports import some_exports
from tests.run.notebooks import write

PARAMETERS = 'store: str = "../data/store"\nmonth: str = ""\ncampus: str = ""\nlang: str = "zh"\nknown_by: str = ""'
SHORT = """
import churnlab, pandas as pd
churnlab.use(lang)
data, month = churnlab.open_month(store, month, known_by=known_by)
churnlab.Finding(key="churn.cards", table=pd.DataFrame({"campus": [campus or "all"]}), facts={"month": month})
""".strip()
SETTINGS = Settings(institution=Institution(name="Example School"))


@pytest.fixture
def home(tmp_path) -> Path:
    """A folder with a store of one campus, two months of lessons, and a short notebook."""
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 29)] + ["2026-01-31"]
    rows = frames(
        lessons=[
            {"student_id": "a", "starts_at": f"{day} 09:00", "status": "present", "campus": "East"} for day in days
        ],
        students=[{"student_id": "a", "registered_on": "2026-01-01", "campus": "East"}],
        campuses=[{"campus": "East"}, {"campus": "../../etc"}],
    )
    store = Store(tmp_path / "data" / "store")
    store.load(rows, loaded_at=datetime(2026, 3, 1), made_up=True)
    (tmp_path / "notebooks").mkdir()
    write(tmp_path / "notebooks" / "short.ipynb", SHORT, parameters=PARAMETERS)
    return tmp_path


def test_a_report_is_published_in_both_languages_with_its_workbook_notebook_and_manifest(home):
    files = publish(Order(report="short"), home=home, settings=SETTINGS)
    place = home / "reports" / "2026-02" / "short"
    assert sorted(path.name for path in place.iterdir()) == [
        "all.en.ipynb", "all.en.pdf", "all.en.xlsx", "all.zh.ipynb", "all.zh.pdf", "all.zh.xlsx", "manifest.json"
    ]  # fmt: skip
    assert set(files) == {path for path in place.iterdir() if path.name != "manifest.json"}
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(place / "all.zh.pdf").pages)
    assert "2026年2月的主要数字" in printed.replace(" ", "")
    said = json.loads((place / "manifest.json").read_text())["runs"][0]
    assert said["arguments"]["as_of"] == "2026-03-01"
    assert said["store"]["made_up"] is True


def test_two_runs_give_the_same_bytes(home):
    def published():
        files = publish(Order(report="short"), home=home, settings=SETTINGS)
        return {file.name: file.read_bytes() for file in files}

    assert published() == published()


def test_no_path_of_this_machine_is_published(home):
    for file in publish(Order(report="short", languages=("en",)), home=home, settings=SETTINGS):
        assert str(home).encode() not in file.read_bytes()


def test_a_campus_has_its_own_report_whose_name_leads_nowhere_else(home):
    files = publish(
        Order(report="short", campuses=("East", "../../etc"), languages=("en",)), home=home, settings=SETTINGS
    )
    place = home / "reports" / "2026-02" / "short"
    assert {file.parent for file in files} == {place}
    assert sorted(file.name for file in files if file.suffix == ".pdf") == [
        "East.en.pdf",
        "etc-74ccf3c5.en.pdf",
    ]


@pytest.mark.parametrize(
    ("order", "message", "code"),
    [
        (
            Order(report="short", campuses=("West",)),
            "No campus is called West; the store knows ../../etc, East.",
            2,
        ),
        (
            Order(report="short", month="2026-13"),
            "Month 2026-13: expected the form 2026-10. The store's last whole month is 2026-02.",
            2,
        ),
        (
            Order(report="short", month="2026-03"),
            "Month 2026-03 is not in the store, which holds 2026-01 to 2026-02. Load that month's exports first, "
            "or choose one of these.",
            9,
        ),
        (
            Order(report="shrot"),
            "There is no report called shrot; there are: monthly-churn, short, "
            "training-evaluation, training-portfolio, weekly-churn.",
            2,
        ),
    ],
)
def test_an_order_that_cannot_be_met_is_refused_before_anything_runs(home, order, message, code):
    with pytest.raises(ChurnlabError) as told:
        publish(order, home=home, settings=SETTINGS)
    assert (told.value.message("en"), told.value.exit_code) == (message, code)
    assert not (home / "reports" / "2026-02").exists()


def test_a_failed_run_leaves_the_report_that_was_and_a_notebook_named_failed(home):
    publish(Order(report="short", languages=("en",)), home=home, settings=SETTINGS)
    place = home / "reports" / "2026-02" / "short"
    before = (place / "all.en.pdf").read_bytes()
    write(home / "notebooks" / "short.ipynb", "1 / 0", parameters=PARAMETERS)
    with pytest.raises(RunError):
        publish(Order(report="short", languages=("en",)), home=home, settings=SETTINGS)
    assert (place / "all.en.pdf").read_bytes() == before
    assert (place / "all.en.failed.ipynb").exists()
    write(home / "notebooks" / "short.ipynb", SHORT, parameters=PARAMETERS)
    publish(Order(report="short", languages=("en",)), home=home, settings=SETTINGS)
    assert not (place / "all.en.failed.ipynb").exists()


def test_an_old_report_can_be_made_again_as_it_was_known_then(home):
    files = publish(Order(report="short", languages=("en",), known_by=date(2026, 3, 2)), home=home, settings=SETTINGS)
    assert len(files) == 3


def test_a_killed_run_leaves_nothing_and_the_next_one_finishes_the_work(home):
    write(home / "notebooks" / "short.ipynb", "open('begun', 'w')\nimport time; time.sleep(60)", parameters=PARAMETERS)
    command = [sys.executable, "-m", "churnlab", "report", "short", "--lang", "en"]
    run = subprocess.Popen(command, cwd=home, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 60
    while not (home / "begun").exists():
        assert time.monotonic() < until
        time.sleep(0.1)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert not (home / "reports" / "2026-02").exists()
    write(home / "notebooks" / "short.ipynb", SHORT, parameters=PARAMETERS)
    publish(Order(report="short", languages=("en",)), home=home, settings=SETTINGS)
    assert [path for path in (home / "reports" / ".runs").iterdir() if path.is_dir()] == []


GRACE = """
import churnlab, pandas as pd
churnlab.use(lang)
data, month = churnlab.open_month(store, month, known_by=known_by)
assert data.settings.outcome.grace_days == 7, data.settings.outcome
""".strip()


@pytest.mark.parametrize("below", [True, False], ids=["below the home", "elsewhere"])
def test_a_notebook_goes_by_the_settings_of_its_home_wherever_the_store_lies(tmp_path, below):
    home = tmp_path / "school"
    store = home / "data/store" if below else tmp_path / "disk" / "store"
    home.mkdir()
    (home / FILE).write_text(f"[outcome]\ngrace_days = 7\n[paths]\nstore = '{store.as_posix()}'\n")
    settings = Settings.read(home / FILE)
    load(some_exports(home / "data/raw"), home=home, settings=settings, loaded_at=datetime(2026, 3, 2))
    (home / "notebooks").mkdir()
    write(home / "notebooks" / "short.ipynb", GRACE, parameters=PARAMETERS)
    files = publish(Order(report="short", languages=("en",)), home=home, settings=settings)
    assert len(files) == 3
    for file in files:
        assert str(tmp_path).encode() not in file.read_bytes()
    manifest = (home / "reports/2026-01/short/manifest.json").read_text()
    assert '"grace_days": 7' in manifest
    assert str(tmp_path) not in manifest


def test_a_report_from_another_home_than_the_stores_is_refused_before_anything_runs(home):
    (home / "other").mkdir()
    (home / "other" / FILE).write_text(f"[paths]\nstore = '{(home / 'data/store').as_posix()}'\n")
    with pytest.raises(StoreError) as told:
        publish(Order(report="short"), home=home / "other", settings=Settings.read(home / "other" / FILE))
    assert "does not go by the settings in" in told.value.message("en")
    assert not (home / "other" / "reports").exists()


def test_a_file_in_the_place_of_the_months_folder_is_told_before_a_notebook_runs(home):
    (home / "reports").mkdir()
    (home / "reports" / "2026-02").write_text("a file")
    with pytest.raises(InputError) as told:
        publish(Order(report="short"), home=home, settings=SETTINGS)
    assert told.value.message("en").startswith(f"{(home / 'reports' / '2026-02').as_posix()}: expected a folder")


@pytest.mark.parametrize(
    "campus", ["all", "徐汇校区", "a/b", "a b", "..", "$x", "A-B", "-a", "a-", "校" * 200, "校" * 199 + "!"]
)
def test_names_of_files_are_plain_and_do_not_meet(campus):
    others = {file_stem(other) for other in ("", "a-b", "ab", "徐汇", "x", "AB", "a", "校" * 199)}
    stem = file_stem(campus)
    assert stem not in others
    assert "/" not in stem
    assert not stem.startswith(".")
    assert len(f"{stem}.zh.running.ipynb".encode()) <= 255
