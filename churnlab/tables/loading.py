"""How do an institution's exports come into the store?

Read, check, check between tables, make pseudonyms, store: in this order, whole or not at all.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from churnlab.settings import Settings
from churnlab.tables import aside, late_names
from churnlab.tables.before import Before
from churnlab.tables.belonging import belong
from churnlab.tables.ledger import Load
from churnlab.tables.load_report import LoadReport
from churnlab.tables.places import need_folder
from churnlab.tables.preparing import Prepared, prepare
from churnlab.tables.shortfall import shortfall
from churnlab.tables.steps import Progress, Steps
from churnlab.tables.store import Store


def load(
    folder: Path,
    *,
    home: Path,
    settings: Settings,
    loaded_at: datetime,
    mapping_file: Path | None = None,
    made_up: bool | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Bring the exports of a folder into the store, as one transaction.

    Parameters
    ----------
    folder : pathlib.Path
        Where the exports lie.
    home : pathlib.Path
        Folder of the settings file; the store and the rows set aside lie below it.
    settings : Settings
        What the institution decided.
    loaded_at : datetime.datetime
        When, institution-local.
    mapping_file : pathlib.Path, optional
        The institution's own names; default: `mapping.toml` in the folder.
    made_up : bool, optional
        Whether an invented institution wrote them; default: what the mapping says.
    progress : callable, optional
        Called with what is being done, how many steps are, and of how many.

    Raises
    ------
    InputError
        If a file cannot be taken, a required table has no rows here nor in the store, or a file stands where a folder
        should be.
    PrivacyError
        If the key that pseudonyms need is missing.
    StoreError
        If the store is busy, or holds the other kind of data. Nothing was loaded then.
    """
    store, place = Store(home / settings.paths.store), home / settings.paths.set_aside
    told = Steps(progress)
    need_folder(store.folder, place)
    with store.locked():
        loads = store.loads()
        aside.recover(place, last=len(loads))
        late_names.recover(place, last=len(loads))
        before = _before(store, loads, loaded_at)
        ready = prepare(folder, mapping_file, settings, before, told, made_up=made_up)
        with _set_aside(place, len(loads) + 1, ready) as file:
            done = store.load(
                ready.frames,
                loaded_at=loaded_at,
                made_up=ready.made_up,
                sources=ready.sources,
                counts={name: counts.as_dict() for name, counts in ready.counts.items()},
                warnings=[{"key": key, "facts": facts} for key, facts in ready.warnings],
                seen_before=ready.seen_before,
                said=ready.said,
                names=ready.names,
                replace_months=settings.tables.replace_months,
                withheld=ready.withheld,
                progress=told.stored,
            )
        belong(store.folder, home)
    counts = {name: replace(told, **asdict(done.changes[name])) for name, told in ready.counts.items()}
    return _reported(ready, settings, number=done.number, tables=counts, set_aside_file=file)


def _before(store: Store, loads: Sequence[Load], loaded_at: datetime) -> Before:
    told = store.standing(), loaded_at, store.pseudonyms(), store.undeclared(), store.students_once()
    return Before(loads, *told)


@contextmanager
def _set_aside(place: Path, number: int, ready: Prepared) -> Iterator[Path | None]:
    """Write down the rows that a load cannot take, and mend those that earlier loads wrote down, once it stands."""
    with (
        late_names.files_mended(place, number, ready.names.shown),
        aside.put_aside(place, number, ready.set_aside) as file,
    ):
        yield file


def check(
    folder: Path,
    *,
    home: Path,
    settings: Settings,
    loaded_at: datetime,
    mapping_file: Path | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Say what a load would do, and write nothing; parameters and errors as of `load`."""
    store = Store(home / settings.paths.store)
    need_folder(store.folder, home / settings.paths.set_aside)
    before = _before(store, store.loads(), loaded_at)
    ready = prepare(folder, mapping_file, settings, before, Steps(progress))
    return _reported(ready, settings, number=None, tables=ready.counts)


def _reported(ready: Prepared, settings: Settings, **done: Any) -> LoadReport:
    short = shortfall(ready.counts, settings)
    return LoadReport(warnings=ready.warnings, set_aside=ready.set_aside, short=short, **done)
