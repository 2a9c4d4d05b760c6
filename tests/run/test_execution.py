import subprocess
import sys
import time

import pytest

from churnlab.errors import RunError
from churnlab.run.execution import execute, without_traces
from tests.run.notebooks import write


def run(tmp_path, *cells, timeout_seconds=60, **parameters):
    notebook = write(tmp_path / "a.ipynb", *cells)
    return execute(
        notebook, parameters=parameters, output=tmp_path / "out.ipynb", cwd=tmp_path, timeout_seconds=timeout_seconds
    )


def test_a_notebook_runs_in_this_interpreter_with_its_parameters(tmp_path):
    executed = run(tmp_path, "import sys; print(month, sys.executable)", month="2026-10")
    assert executed.cells[-1].outputs[0].text == f"2026-10 {sys.executable}\n"


def test_the_users_own_profile_neither_steers_a_run_nor_remembers_it(tmp_path, monkeypatch):
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "own.py").write_text("month = 'mine'")
    monkeypatch.setenv("HOME", str(home))
    executed = run(tmp_path, "print('mine' in globals().values())")
    assert executed.cells[-1].outputs[0].text == "False\n"
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["own.py"]


def test_the_same_run_leaves_the_same_notebook(tmp_path):
    first, second = (without_traces(run(tmp_path, "hash('a'), month", month="2026-10")) for _ in range(2))
    assert first == second
    assert str(tmp_path) not in str(first)


FAULTS = {
    "1 / 0": "a.ipynb: cell [3] failed with ZeroDivisionError: division by zero. "
    "Nothing was published; the notebook as far as it came is kept as *.failed.ipynb.",
    "import os; os._exit(1)": "a.ipynb: the kernel died, most often for want of memory. "
    "Nothing was published; close other programs and run again.",
    "import time; time.sleep(60)": "a.ipynb: a cell ran longer than 2 seconds. Nothing was published; "
    "raise report.cell_timeout_seconds in churnlab.toml if it needs more.",
    "import sys; sys.exit(0)": "a.ipynb: 2 of 4 cells did not run to their end (does a cell call exit?). "
    "Nothing was published.",
}


@pytest.mark.parametrize("cell", FAULTS)
def test_a_cell_that_fails_dies_hangs_or_leaves_stops_the_run(tmp_path, cell):
    with pytest.raises(RunError) as told:
        run(tmp_path, cell, "1 + 1", timeout_seconds=2, month="2026-10")
    assert told.value.message("en") == FAULTS[cell]


def test_no_kernel_outlives_a_killed_run(tmp_path):
    write(tmp_path / "a.ipynb", "import os; open('pid', 'w').write(str(os.getpid()))", "import time; time.sleep(120)")
    script = (
        "from pathlib import Path; from churnlab.run.execution import execute; here = Path('.')\n"
        "execute(here / 'a.ipynb', parameters={}, output=here / 'out.ipynb', cwd=here, timeout_seconds=100)"
    )
    run = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path)
    pid = tmp_path / "pid"
    _wait(lambda: pid.exists() and pid.read_text())
    run.kill()
    run.wait()
    _wait(lambda: not _alive(int(pid.read_text())))


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def _wait(for_what, seconds=60):
    until = time.monotonic() + seconds
    while not for_what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
