"""How does a notebook run, and when is it done?

papermill runs it in this interpreter's kernel. It counts as done only when every code cell is: papermill itself reports
success when a cell calls `sys.exit(0)` with cells pending.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from churnlab.errors import RunError
from churnlab.run.parameters import check, parameters_of
from churnlab.settings import Paths

Progress = Callable[[int, int], None]
KERNEL = "churnlab"
# A fixed moment, so that what depends on a clock or on hashing says the same every time.
_STILL = {"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}


class _SavedOnce(NBClientEngine):
    """papermill's own engine, but for saving: it writes the whole notebook twice a cell, a third of a report's time."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, *arguments: Any, **choices: Any) -> Any:
        place, nb_man.output_path = nb_man.output_path, None
        try:
            return super().execute_managed_notebook(nb_man, *arguments, **choices)
        finally:  # however it ended, papermill now writes it
            nb_man.output_path = place


def execute(
    notebook: Path,
    *,
    parameters: Mapping[str, Any],
    output: Path,
    cwd: Path,
    timeout_seconds: int,
    progress: Progress | None = None,
) -> NotebookNode:
    """Run a notebook with these parameters and return it executed.

    Parameters
    ----------
    notebook : pathlib.Path
        The notebook as written; it is not changed.
    parameters : mapping
        Value by parameter name; names and types are checked before a kernel starts.
    output : pathlib.Path
        Where the executed notebook is written, also when it fails.
    cwd : pathlib.Path
        Folder in which the kernel runs.
    timeout_seconds : int
        Longest time that one cell may take.
    progress : callable, optional
        Called with (cell, cells) as each cell starts.

    Raises
    ------
    RunError
        If a parameter is wrong, a cell fails, hangs or ends the kernel, or any cell did not run to its end.
    """
    name = notebook.name
    written = nbformat.read(notebook, as_version=4)
    check(parameters, parameters_of(written, name=name), name=name)
    cells = len(written.cells) + 1
    done = _counter(cells, progress)
    papermill_engines.register(KERNEL, _SavedOnce)
    try:
        with _kernel(output.parent, cwd):
            papermill.execute_notebook(
                str(notebook), str(output), parameters=dict(parameters), engine_name=KERNEL, kernel_name=KERNEL,
                cwd=str(cwd), progress_bar=False, start_timeout=timeout_seconds, execution_timeout=timeout_seconds,
                on_cell_start=done,
            )  # fmt: skip
    except PapermillExecutionError as error:
        raise RunError(
            "run.cell_failed", notebook=name, cell=error.exec_count, what=f"{error.ename}: {error.evalue}"
        ) from None
    except CellTimeoutError:
        raise RunError("run.cell_hung", notebook=name, seconds=timeout_seconds) from None
    except DeadKernelError:
        raise RunError("run.kernel_died", notebook=name) from None
    executed = nbformat.read(output, as_version=4)
    _refuse_unfinished(executed, name)
    return executed


def _counter(cells: int, progress: Progress | None) -> Callable[..., None]:
    def done(cell: NotebookNode, cell_index: int) -> None:
        if progress:
            progress(cell_index + 1, cells)

    return done


def _refuse_unfinished(executed: NotebookNode, name: str) -> None:
    code = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    pending = [cell for cell in code if cell.execution_count is None or _status(cell) != "completed"]
    if pending or any(out.output_type == "error" for cell in code for out in cell.outputs):
        raise RunError("run.cells_pending", notebook=name, pending=len(pending), cells=len(code))


def _status(cell: NotebookNode) -> str:
    return cell.metadata.get("papermill", {}).get("status", "completed")


@contextmanager
def _kernel(folder: Path, cwd: Path) -> Iterator[None]:
    """Offer a kernel that is this interpreter, whatever kernels the user's machine has by that name."""
    place = folder / "kernels" / KERNEL
    place.mkdir(parents=True, exist_ok=True)
    # A kernel on this machine need not warn of its unencrypted connection, nor of being told to end.
    command = [sys.executable, "-m", "ipykernel_launcher", "--log-level=CRITICAL", "-f", "{connection_file}"]
    # The user's own profile may start anything, and keeps a history of what ran.
    env = {**_STILL, "IPYTHONDIR": str((folder / "ipython").resolve())}
    spec = {"argv": command, "display_name": "churnlab", "language": "python", "env": env}
    (place / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(folder.resolve()), before]))
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        yield
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before


def without_traces(executed: NotebookNode, *, store: str = "") -> NotebookNode:
    """Return the executed notebook without clock times and paths of this machine: the same run is the same file.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        As papermill left it.
    store : str
        Where the store lies; if that is a path from a root, the usual place stands for it in the parameters.
    """
    clean = nbformat.from_dict(json.loads(json.dumps(executed)))
    clean.metadata.pop("papermill", None)
    clean.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    for number, cell in enumerate(clean.cells):
        cell["id"] = f"cell-{number}"
        if Path(store).is_absolute() and "injected-parameters" in cell.metadata.get("tags", []):
            cell["source"] = cell["source"].replace(json.dumps(store), json.dumps(Paths().store.as_posix()))
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
    return clean
