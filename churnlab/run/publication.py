"""How does a report get to its place whole, or not at all?

A run works in a folder of its own below `reports/.runs/`, whose lock it holds while it lives. When everything is there,
the new manifest too, it writes the journal `ready.json`: from then on the run counts. The old manifest is taken away,
the files move to their places one by one, each by rename, and the new manifest comes last: a folder with a manifest is
whole, one without is on its way. A run killed before the journal stands is swept away by the next; one killed after it
is finished by the next, before that one moves anything.
"""

import errno
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from churnlab.errors import PublishError
from churnlab.run.manifest import MANIFEST, merged, read

RUNS = ".runs"
READY = "ready.json"
_LOCK = "lock"
_PUBLISHING = ".publishing.lock"
_OPENING = ".opening.lock"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_WAIT_SECONDS = 60  # renames take milliseconds; a minute means that something is stuck


@dataclass(frozen=True)
class Workplace:
    """The folder in which one run works, and the folder of reports it works for."""

    folder: Path
    reports: Path

    def publish(self, place: str, files: Mapping[str, Path], entry: Mapping[str, Any]) -> list[Path]:
        """Move files to their place below the reports folder, and say in its manifest where they came from.

        Parameters
        ----------
        place : str
            Folder below the reports folder, as `2026-10/monthly-churn`.
        files : mapping of str to pathlib.Path
            For each name there, as `all.zh.pdf`, the finished file in this workplace.
        entry : mapping
            This run's part of `manifest.json`.

        Returns
        -------
        list of pathlib.Path
            Where they are now.

        Raises
        ------
        PublishError
            If the disk is full or the reports folder cannot be written; what was there before stands.
        """
        with _telling(self.reports):
            for file in files.values():
                _sync(file)
            # Under one lock from the old manifest's words to the new one's place: nobody else moves files meanwhile.
            with FileLock(self.reports / RUNS / _PUBLISHING, timeout=_WAIT_SECONDS):
                _finish_begun(self.reports)
                _write(self.folder / MANIFEST, merged(entry, read(self.reports / place)))
                moves = [(name, file.relative_to(self.folder).as_posix()) for name, file in files.items()]
                _write_journal(self.folder, {"place": place, "moves": [*moves, (MANIFEST, MANIFEST)]})
                _move(self.folder, self.reports)
        return [self.reports / place / name for name in files]


@contextmanager
def workplace(reports: Path) -> Iterator[Workplace]:
    """Open a folder to work in, after finishing or sweeping away what killed runs left behind.

    Raises
    ------
    PublishError
        If the reports folder cannot be written, or the disk is full, here or while the caller works in the folder.
    """
    with _telling(reports):
        runs = reports / RUNS
        runs.mkdir(parents=True, exist_ok=True)
        folder = runs / uuid.uuid4().hex
        lock = FileLock(folder / _LOCK)
        # Under one lock, or another run could sweep the folder away before it is held.
        with FileLock(runs / _OPENING, timeout=_WAIT_SECONDS):
            recover(reports)
            folder.mkdir()
            lock.acquire()
    done = False
    try:
        with _telling(reports, working=True):
            yield Workplace(folder, reports)
        done = True
    finally:
        lock.release()
        # What counts and is not wholly in its place, the next run finishes.
        if done or not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def recover(reports: Path) -> None:
    """Finish the runs that were killed while publishing, and sweep away those killed before."""
    with FileLock(reports / RUNS / _PUBLISHING, timeout=_WAIT_SECONDS):
        _finish_begun(reports)
    for folder in _runs(reports):
        try:
            with FileLock(folder / _LOCK, timeout=0):
                pass
        except Timeout:
            continue  # its run is alive
        shutil.rmtree(folder, ignore_errors=True)


def _runs(reports: Path) -> list[Path]:
    return sorted(path for path in (reports / RUNS).iterdir() if path.is_dir())


def _finish_begun(reports: Path) -> None:
    """Finish what others began: whoever holds the lock of publishing finds a journal only where a run was stopped."""
    for folder in _runs(reports):
        if (folder / READY).exists():
            _move(folder, reports)


def _move(folder: Path, reports: Path) -> None:
    """Do what the journal says; again, if it was begun: what has moved is no longer here."""
    ready = json.loads((folder / READY).read_text(encoding="utf-8"))
    place = reports / ready["place"]
    place.mkdir(parents=True, exist_ok=True)
    if (folder / MANIFEST).exists():
        (place / MANIFEST).unlink(missing_ok=True)
    for name, file in ready["moves"]:
        _sync_folder(place)  # the disk must not keep a later step and lose an earlier one
        if (folder / file).exists():
            os.replace(folder / file, place / name)
    _sync_folder(place)
    (folder / READY).unlink()


def _write_journal(folder: Path, content: Mapping[str, Any]) -> None:
    """Put the journal there whole: with it the run counts."""
    beside = folder / f".{READY}.part"
    _write(beside, content)
    os.replace(beside, folder / READY)
    _sync_folder(folder)


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    _sync(file)


def _sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, where a system lets folders be opened (Windows does not)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sync(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


@contextmanager
def _telling(reports: Path, *, working: bool = False) -> Iterator[None]:
    """Say what keeps a report from its place; while the caller is working, only what is surely about that place."""
    try:
        yield
    except Timeout:
        raise PublishError("run.publishing_busy", folder=reports.name) from None
    except OSError as error:
        if working and not _no_room(error, reports):
            raise
        raise PublishError("run.publish", folder=reports.name, what=error.strerror or str(error)) from None


def _no_room(error: OSError, reports: Path) -> bool:
    if error.errno in _FULL:
        return True
    refused = isinstance(error, PermissionError) and isinstance(error.filename, str)
    return refused and Path(error.filename).resolve().is_relative_to(reports.resolve())
