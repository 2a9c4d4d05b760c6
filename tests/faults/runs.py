"""Every fault that can befall a run, as something done to a folder before or while its report is made."""

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest

import churnlab
from churnlab.errors import ChurnlabError
from churnlab.report import glyphs
from churnlab.run import publication, reports
from churnlab.run.orders import Order
from churnlab.settings import Report, Settings
from churnlab.tables.door import fetch
from churnlab.tables.loading import load
from churnlab.tables.store import Store
from tests.builders import frames
from tests.exports import some_exports, write
from tests.faults.kill_report import executed
from tests.run import notebooks

PARAMETERS = 'store: str = ""\nmonth: str = ""\ncampus: str = ""\nlang: str = "zh"\nknown_by: str = ""'
ENGLISH = Order(report="short", languages=("en",))
QUICK = Settings(report=Report(cell_timeout_seconds=2))
Fault = Callable[[Path, pytest.MonkeyPatch], object]


def a_home(folder: Path) -> Path:
    """Make a folder with a store of January and February 2026 and a short notebook."""
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 29)] + ["2026-01-31"]
    lessons = [{"student_id": "a", "starts_at": f"{day} 09:00", "status": "present", "campus": "East"} for day in days]
    students = [{"student_id": "a", "registered_on": "2026-01-01", "campus": "East"}]
    rows = frames(lessons=lessons, students=students, campuses=[{"campus": "East"}])
    Store(folder / "data/store").load(rows, loaded_at=datetime(2026, 3, 1), made_up=True)
    _notebook(folder)
    return folder


def _notebook(home: Path, *cells: str, parameters: str | None = PARAMETERS) -> None:
    (home / "notebooks").mkdir(exist_ok=True)
    notebooks.write(home / "notebooks/short.ipynb", *cells, parameters=parameters)


def publish(home: Path, patch: pytest.MonkeyPatch, order: Order = ENGLISH, **changed: Any) -> list[Path]:
    """Make the report without a kernel, with these parts of it replaced."""
    for name, part in ({"execute": executed} | changed).items():
        patch.setattr(reports, name, part)
    return reports.publish(order, home=home, settings=Settings())


def with_a_kernel(
    home: Path, *cells: str, parameters: str | None = PARAMETERS, settings: Settings = QUICK
) -> list[Path]:
    """Make the report as it is made."""
    _notebook(home, *cells, parameters=parameters)
    return reports.publish(ENGLISH, home=home, settings=settings)


def _full(*_: object, **__: object) -> None:
    raise OSError(28, os.strerror(28))


def _full_at(home: Path, patch: pytest.MonkeyPatch, ending: str) -> object:
    whole = Path.write_bytes

    def written(file: Path, content: bytes) -> int:
        return _full() if file.name.endswith(ending) else whole(file, content)

    patch.setattr(Path, "write_bytes", written)
    return publish(home, patch)


def _refused(home: Path, patch: pytest.MonkeyPatch, *, below: str) -> object:
    made = Path.mkdir

    def mkdir(folder: Path, *choices: Any, **more: Any) -> None:
        if folder.is_relative_to(home / below):
            raise PermissionError(13, os.strerror(13), str(folder))
        made(folder, *choices, **more)

    patch.setattr(Path, "mkdir", mkdir)
    return publish(home, patch)


def _without_font(home: Path, patch: pytest.MonkeyPatch, which: str) -> object:
    patch.setattr(pylopdf_fonts_zh_cn, which, lambda: home / "NotoSansSC-Regular.otf")
    glyphs.shown.cache_clear()
    try:
        return publish(home, patch)
    finally:
        glyphs.shown.cache_clear()


def _stale(home: Path, patch: pytest.MonkeyPatch) -> object:
    dead = home / "reports/.runs/dead"
    dead.mkdir(parents=True)
    for lock in (dead / "lock", dead.parent / ".publishing.lock"):
        lock.touch()
    made = publish(home, patch)
    assert not dead.exists()
    return made


def _past_midnight(home: Path, _: pytest.MonkeyPatch) -> object:
    """An export in UTC: 16:30 on 31 January is half past midnight on 1 February in Shanghai, 15:30 is not."""
    raw = some_exports(home / "raw")
    write(
        raw, "考勤.csv", "课消编号,学号,校区,上课时间,到课状态",
        "L1,S1,东,2026-01-31T15:30:00Z,到课", "L2,S1,东,2026-01-31T16:30:00Z,到课",
        "L3,S2,东,2026-02-28T09:00:00Z,到课",
    )  # fmt: skip
    load(raw, home=home / "utc", settings=Settings(), loaded_at=datetime(2026, 3, 2))
    seen = {}
    for month in ("2026-01", "2026-02"):
        data, _month = churnlab.open_month(home / "utc/data/store", month)
        seen[month] = sorted(fetch(data.table("lessons"))["lesson_id"])
        data.close()
    assert seen == {"2026-01": ["L1"], "2026-02": ["L1", "L2", "L3"]}
    return seen


def _order(**changed: Any) -> Fault:
    return lambda home, patch: publish(home, patch, Order(**{"report": "short", "languages": ("en",)} | changed))


NUMBERS = PARAMETERS.replace('str = ""', "int = 0")
LACKING = 'store: str = ""\nmonht: str = ""\ncampus: str = ""\nlang: str = "zh"\nknown_by: str = ""'
QUICK_FAULTS: dict[str, Fault] = {
    "nothing_wrong": publish,
    "disk_full_while_the_notebook_runs": lambda home, patch: publish(home, patch, execute=_full),
    "disk_full_while_the_pages_are_written": lambda home, patch: _full_at(home, patch, ".pdf"),
    "disk_full_while_the_workbook_is_written": lambda home, patch: _full_at(home, patch, ".xlsx"),
    "disk_full_while_publishing": lambda home, patch: (
        patch.setattr(publication.os, "fsync", _full),
        publish(home, patch),
    ),
    "reports_read_only": lambda home, patch: _refused(home, patch, below="reports"),
    "place_of_the_month_read_only": lambda home, patch: _refused(home, patch, below="reports/2026-02"),
    "font_missing": lambda home, patch: _without_font(home, patch, "sans_path"),
    "other_font_missing": lambda home, patch: _without_font(home, patch, "serif_path"),
    "stale_locks": _stale,
    "notebook_without_parameters_tag": lambda home, _: with_a_kernel(home, parameters=None),
    "parameters_cell_that_computes": lambda home, _: with_a_kernel(home, parameters=PARAMETERS + "\nimport os"),
    "misspelt_parameter": lambda home, _: with_a_kernel(home, parameters=LACKING),
    "parameter_of_another_type": lambda home, _: with_a_kernel(home, parameters=NUMBERS),
    "month_that_is_not_whole": _order(month="2026-03"),
    "month_without_data": _order(month="2025-12"),
    "month_that_is_none": _order(month="2026-13"),
    "campus_unknown": _order(campuses=("West",)),
    "report_unknown": _order(report="../../etc/passwd"),
    "known_by_before_anything_was": _order(known_by=date(2026, 2, 1)),
    "utc_against_shanghai_at_month_end": _past_midnight,
}  # fmt: skip
KERNEL_FAULTS: dict[str, Fault] = {
    "kernel_dies": lambda home, _: with_a_kernel(home, "import os; os._exit(1)"),
    "kernel_hangs": lambda home, _: with_a_kernel(home, "import time; time.sleep(60)"),
    "kernel_calls_exit_0": lambda home, _: with_a_kernel(home, "import sys; sys.exit(0)", "1 + 1"),
    "last_cell_calls_exit_0": lambda home, _: with_a_kernel(home, "1 + 1", "import sys; sys.exit(0)"),
    "cell_fails": lambda home, _: with_a_kernel(home, "1 / 0"),
}
FAULTS = QUICK_FAULTS | KERNEL_FAULTS


def observed(fault: str, home: Path, patch: pytest.MonkeyPatch) -> str:
    """Return what came of a fault; where it stopped, nothing is published and no run is left behind."""
    try:
        FAULTS[fault](home, patch)
    except ChurnlabError:
        patch.undo()
        assert [file for file in published(home) if ".failed." not in file.name] == []
        return "stop"
    return "taken"


def published(home: Path) -> list[Path]:
    """Return the files that readers see."""
    return [file for file in (home / "reports").rglob("*") if file.is_file() and ".runs" not in file.parts]
