"""Has every fault of a run the outcome that was declared for it, and is what is published always whole?"""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from churnlab.errors import ChurnlabError
from churnlab.i18n import LANGUAGES
from tests.faults.runs import FAULTS, KERNEL_FAULTS, QUICK_FAULTS, a_home, observed, publish, published
from tests.run.whole import is_whole

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["runs"]
KILLED = Path(__file__).with_name("kill_report.py")
BEFORE = ("the notebook runs", "the pages are set", "the workbook is written", "the manifest is made", "rename 1")
AFTER = ("rename 2", "rename 3", "rename 4", "rename 5", "sweeping up")
# Stopped when all was there: the next run, with room and rights, brings it to its place.
COUNTING = {"place_of_the_month_read_only"}
OTHERS = {"killed_before_it_counts", "killed_while_publishing", "disk_full_for_good", "two_runs_at_once"}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_home(tmp_path_factory.mktemp("once"))


@pytest.fixture
def home(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "home"))


def test_every_fault_is_declared_and_every_declaration_is_shown():
    assert {*FAULTS, *OTHERS} == set(DECLARED)
    assert all(told["reason"] for told in DECLARED.values())


@pytest.mark.parametrize("fault", sorted(QUICK_FAULTS))
def test_a_fault_has_its_declared_outcome(fault, home, monkeypatch):
    assert observed(fault, home, monkeypatch) == DECLARED[fault]["outcome"]
    assert len(runs_left(home)) == (fault in COUNTING)


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(KERNEL_FAULTS))
def test_a_fault_of_the_kernel_has_its_declared_outcome(fault, home, monkeypatch):
    assert observed(fault, home, monkeypatch) == DECLARED[fault]["outcome"]
    assert [file.name for file in published(home)] == ["all.en.failed.ipynb"]
    assert runs_left(home) == []


@pytest.mark.parametrize("fault", sorted(name for name in QUICK_FAULTS if DECLARED[name]["outcome"] == "stop"))
def test_what_stops_says_so_in_both_languages(fault, home, monkeypatch):
    with pytest.raises(ChurnlabError) as stopped:
        FAULTS[fault](home, monkeypatch)
    monkeypatch.undo()
    said = {stopped.value.message(lang) for lang in LANGUAGES}
    assert len(said) == 2
    assert min(map(len, said)) > 20
    assert stopped.value.exit_code in (2, 6, 9, 10)


def runs_left(home: Path) -> list[Path]:
    """Return the folders of runs that are still there."""
    return [folder for folder in (home / "reports/.runs").glob("*") if folder.is_dir()]


def whole(home: Path) -> bool:
    """Tell whether the three files of a report and their manifest are there and agree."""
    place = home / "reports/2026-02/short"
    if not place.exists():
        return False
    said = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["runs"]
    files = {name: told["sha256"] for run in said for name, told in run["files"].items()}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in place.iterdir()}
    found.pop("manifest.json")
    assert found == files
    return set(found) == {"all.en.pdf", "all.en.xlsx", "all.en.ipynb"}


def command(home: Path, point: str) -> list[str]:
    return [sys.executable, str(KILLED), str(home), point]


@pytest.mark.slow
@pytest.mark.parametrize("point", BEFORE + AFTER)
def test_a_run_killed_at_any_point_is_swept_away_or_finished_by_the_next(point, home, monkeypatch):
    ended = subprocess.run(command(home, point), cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL
    if point in BEFORE:
        assert published(home) == []
    assert len(runs_left(home)) == 1
    with publication_opened(home):
        assert whole(home) == (point in AFTER)
    assert DECLARED["killed_before_it_counts" if point in BEFORE else "killed_while_publishing"]["outcome"] == "taken"
    assert len(publish(home, monkeypatch)) == 3
    assert whole(home)
    assert runs_left(home) == []


@pytest.mark.slow
@pytest.mark.parametrize("point", [*BEFORE[-1:], *AFTER])
def test_a_newer_report_killed_between_two_renames_is_never_mixed_with_the_older_unseen(point, home, monkeypatch):
    publish(home, monkeypatch)
    place = home / "reports/2026-02/short"
    older = {file.name: file.read_bytes() for file in place.iterdir()}
    ended = subprocess.run([*command(home, point), "A newer report"], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL
    found = {file.name: file.read_bytes() for file in place.iterdir()}
    assert is_whole(place) == (point in ("rename 1", "sweeping up"))
    assert ("manifest.json" in found) == is_whole(place)
    assert (found == older) == (point == "rename 1")
    with publication_opened(home):
        assert whole(home)
    newer = "A newer report" in (place / "all.en.ipynb").read_text(encoding="utf-8")
    assert newer == (point != "rename 1")


def publication_opened(home: Path):
    """Do what every run does first."""
    from churnlab.run.publication import workplace

    return workplace(home / "reports")


@pytest.mark.slow
def test_two_runs_at_once_are_both_whole(home):
    running = [subprocess.Popen(command(home, "never"), cwd=Path(__file__).parents[2]) for _ in range(2)]
    assert [run.wait(timeout=120) for run in running] == [0, 0]
    assert whole(home)
    assert runs_left(home) == []
    assert DECLARED["two_runs_at_once"]["outcome"] == "taken"


FULL = """
import resource, sys
from pathlib import Path
from churnlab.errors import ChurnlabError
from tests.faults import kill_report
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    kill_report.main(Path(sys.argv[1]), "never")
except ChurnlabError as error:
    print(error.key)
"""


def test_a_disk_that_is_full_for_good_stops_the_run_and_leaves_the_report_that_was(home, monkeypatch):
    publish(home, monkeypatch)
    before = {file: file.read_bytes() for file in published(home)}
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(home), "1000"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert ended.stdout.strip() == "run.publish"
    assert DECLARED["disk_full_for_good"]["outcome"] == "stop"
    assert {file: file.read_bytes() for file in published(home)} == before
    assert runs_left(home) == []
