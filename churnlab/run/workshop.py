"""Which tools open the notebooks, and prove churnlab itself?"""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from churnlab.errors import OrderError
from churnlab.run.orders import notebook_folders

_ROOT = Path(__file__).parents[2]
_TESTS, _NOTEBOOKS_TEST = "tests", "tests/test_notebooks.py"
_LINT = (
    ("ruff", "check", "churnlab", _TESTS, "notebooks"),
    ("ruff", "format", "--check", "churnlab", _TESTS),
    ("mypy",),
    ("pytest", _NOTEBOOKS_TEST),
)


def lab(home: Path, arguments: Sequence[str] = ()) -> int:
    """Open JupyterLab at the institution's own notebooks, else at churnlab's; return its exit code.

    Parameters
    ----------
    home : pathlib.Path
        Folder of the institution.
    arguments : sequence of str
        Handed on to JupyterLab.
    """
    folder = next(folder for folder in notebook_folders(home) if folder.is_dir())
    return _run(("jupyterlab", f"--notebook-dir={folder.resolve()}", *arguments), Path.cwd())


def run_tests(arguments: Sequence[str] = ()) -> int:
    """Run churnlab's own tests, on all processors; return pytest's exit code.

    Parameters
    ----------
    arguments : sequence of str
        Handed on to pytest, as a file of tests.

    Raises
    ------
    OrderError
        If this is no working copy of churnlab, or the tools for work on it are not installed.
    """
    _need("pytest", "xdist")
    return _run(("pytest", "-n", "auto", "--dist", "loadgroup", *arguments), _ROOT)


def lint() -> int:
    """Look at churnlab's own code, types and notebooks; return the first exit code that is not 0.

    Raises
    ------
    OrderError
        As `run_tests`.
    """
    _need("ruff", "mypy", "pytest")
    return next((code for tool in _LINT if (code := _run(tool, _ROOT))), 0)


def _need(*modules: str) -> None:
    lacking = [module for module in modules if find_spec(module) is None]
    if lacking or not (_ROOT / _NOTEBOOKS_TEST).exists():
        raise OrderError("run.no_tools", lacking=", ".join(lacking) or _TESTS)


def _run(tool: Sequence[str], folder: Path) -> int:
    return subprocess.run([sys.executable, "-m", *tool], cwd=folder, check=False).returncode
