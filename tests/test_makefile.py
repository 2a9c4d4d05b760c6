"""Does make say at once what it lacks?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import ROOT

# What make calls: this Python, which says that it is of another version, and notes what else it is asked for.
FAKE = """#!{python}
import sys
open({called!r}, "a").write(" ".join(sys.argv[1:2]) + "\\n")
if sys.argv[1] != "-c":
    sys.exit(9)
sys.version_info = {version}
exec(sys.argv[2])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def made(project: Path, version: tuple[int, int, int], target: str) -> tuple[str, list[str]]:
    """Return what make said, and how Python was called."""
    fake, called = project / "python3", project / "called"
    fake.write_text(FAKE.format(python=sys.executable, called=str(called), version=version), encoding="utf-8")
    fake.chmod(0o755)
    ended = subprocess.run(
        ["make", target, f"PYTHON={fake}"],
        cwd=project, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    return ended.stderr, called.read_text().split()


@pytest.mark.parametrize("target", ["report", "test", "lab"])
def test_an_older_python_is_refused_in_one_line_of_each_language(project: Path, target: str) -> None:
    said, called = made(project, (3, 9, 2), target)
    again = f"make PYTHON=python3.11 {target}"
    assert said.splitlines()[:2] == [
        f"churnlab 需要 Python 3.11 或更新的版本，{project / 'python3'} 是 3.9。请安装后运行：{again}",
        f"churnlab needs Python 3.11 or newer, {project / 'python3'} is 3.9. Install one, then run: {again}",
    ]
    assert called == ["-c"]
    assert not (project / ".venv").exists()


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1)])
def test_a_python_that_will_do_makes_the_environment(project: Path, version: tuple[int, int, int]) -> None:
    said, called = made(project, version, "report")
    assert "churnlab needs" not in said
    assert called == ["-c", "-m"]


def test_every_target_calls_nothing_but_pip_and_churnlab() -> None:
    recipes = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if line.startswith("\t")]
    run = [line.lstrip("\t@") for line in recipes]
    called = {" ".join(line.split()[1:3]) for line in run if line.startswith(("$(RUN)", "$(PYTHON)"))}
    assert {what for what in called if not what.startswith("-c ")} == {"-m churnlab", "-m pip", "-m venv"}
    assert [line for line in run if not line.startswith(("$(RUN)", "$(PYTHON)", "$(if $(ZIP)"))] == []
