"""Load the exports of a folder and be killed at a given point: `python kill_load.py HOME POINT`."""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from churnlab.settings import Settings
from churnlab.tables import aside, ledger, versions
from churnlab.tables.loading import load


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(home: Path, point: str) -> None:
    steps = 0

    def progress(what: str, done: int, of: int) -> None:
        nonlocal steps
        steps += 1
        if point == f"step {steps}":
            die()

    if point == "in a table":
        versions._apply = die
    if point == "before the commit":
        ledger.remember = die
    if point == "after the commit":
        aside.os.replace = die
    print("ready", flush=True)
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, 2), progress=progress)
    print(steps, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
