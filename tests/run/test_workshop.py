import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from churnlab.errors import OrderError
from churnlab.run import workshop
from tests.sources import ROOT

Called = list[tuple[list[str], Path]]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Called:
    """Note which tools are called instead of running them; mypy is said to fail."""
    noted: Called = []

    def run(command: Sequence[str], *, cwd: Path, check: bool) -> Any:
        noted.append(([*command], cwd))
        return SimpleNamespace(returncode=3 if "mypy" in command else 0)

    monkeypatch.setattr(subprocess, "run", run)
    return noted


def test_the_tests_run_in_this_python_on_all_processors_wherever_one_stands(called: Called, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert workshop.run_tests(["tests/stats"]) == 0
    assert called == [([sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadgroup", "tests/stats"], ROOT)]


def test_tests_that_share_a_group_run_in_one_process(tmp_path: Path) -> None:
    # pytest-xdist 3.8 under pytest 9.2 spreads them without a word: every process then builds what is costly again.
    text = (
        "import os, pytest\n"
        "pytestmark = pytest.mark.xdist_group('costly')\n"
        "@pytest.mark.parametrize('number', range(20))\n"
        "def test_one(number): open(os.environ['PYTEST_XDIST_WORKER'], 'w').close()\n"
    )
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "40 passed" in done.stdout, done.stdout + done.stderr
    assert len(list(tmp_path.glob("gw*"))) == 1


def test_linting_stops_at_the_first_tool_that_finds_something_and_says_so(called: Called) -> None:
    assert workshop.lint() == 3
    assert [command[2:4] for command, _ in called] == [["ruff", "check"], ["ruff", "format"], ["mypy"]]


def test_the_lab_opens_at_the_institutions_notebooks_else_at_ours(called: Called, tmp_path: Path) -> None:
    workshop.lab(tmp_path)
    (tmp_path / "notebooks").mkdir()
    workshop.lab(tmp_path)
    opened = [command[3] for command, _ in called]
    assert opened == [f"--notebook-dir={folder}" for folder in (ROOT / "notebooks", tmp_path / "notebooks")]


@pytest.mark.parametrize("work", [workshop.run_tests, workshop.lint])
def test_without_the_sources_or_the_tools_both_say_what_to_do(work, called: Called, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(workshop, "find_spec", lambda module: None)
    with pytest.raises(OrderError) as told:
        work()
    assert "pytest" in told.value.message("en")
    monkeypatch.undo()
    monkeypatch.setattr(workshop, "_ROOT", tmp_path)
    with pytest.raises(OrderError) as told:
        work()
    assert told.value.message("en") == (
        "This needs churnlab's sources and the tools for work on them (tests is lacking). "
        "Run make test or make check in the folder of the sources: they install what they need."
    )
    assert called == []
