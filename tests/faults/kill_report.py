"""Publish a report and be killed at a given point: `python kill_report.py HOME POINT [HEADING]`.

The kernel is left out; what it would have made is written by hand.
"""

import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from churnlab.run import publication, reports
from churnlab.run.orders import Order
from churnlab.settings import Settings


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def executed(notebook: Path, *, output: Path, heading: str = "A report", **_: Any) -> Any:
    """Stand in for papermill: a notebook of one heading, executed."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {heading}")])
    nbformat.write(made, output)
    return made


def main(home: Path, point: str, heading: str = "A report") -> None:
    reports.execute = die if point == "the notebook runs" else partial(executed, heading=heading)
    if point == "the pages are set":
        reports.render = die
    if point == "the workbook is written":
        reports.workbook = die
    if point == "the manifest is made":
        reports.entry = die
    moved = [0]
    real = os.replace

    def replace(*names: Any) -> None:
        moved[0] += 1
        if point == f"rename {moved[0]}":
            die()
        real(*names)

    publication.os.replace = replace
    sweep = shutil.rmtree

    def rmtree(folder: Any, *choices: Any, **more: Any) -> None:
        if point == "sweeping up" and publication.RUNS in str(folder):
            die()
        sweep(folder, *choices, **more)

    publication.shutil.rmtree = rmtree
    reports.publish(Order(report="short", languages=("en",)), home=home, settings=Settings())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
