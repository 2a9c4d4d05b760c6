"""How does the published zip file become a home that reports can be made from?"""

import os
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from churnlab.errors import StoreError
from churnlab.finding import Finding
from churnlab.i18n import text
from churnlab.oulad.early_warning import auc_finding, clicks_finding, trap_finding
from churnlab.oulad.institution import counts, frames, set_aside
from churnlab.oulad.published import Published, read
from churnlab.oulad.quirks import quirks_finding
from churnlab.oulad.staying import staying
from churnlab.settings import FILE, Settings
from churnlab.tables.aside import put_aside, recover
from churnlab.tables.belonging import belong
from churnlab.tables.load_report import LoadReport
from churnlab.tables.places import need_folder
from churnlab.tables.steps import Progress, Steps
from churnlab.tables.store import Store, open_data

NAME = "The Open University (OULAD, CC BY 4.0)"
TIMEZONE = "Europe/London"


@dataclass(frozen=True, kw_only=True, eq=False)
class Imported:
    """What an import did, and what the published students show.

    Attributes
    ----------
    quirks : Finding
        `oulad.quirks`.
    load : LoadReport
        What came into the store.
    shown : tuple of Finding
        `oulad.auc`, `oulad.trap`, `oulad.clicks`, `oulad.staying`, `retention.by_course`.
    """

    quirks: Finding
    load: LoadReport
    shown: tuple[Finding, ...]

    def findings(self) -> tuple[Finding, ...]:
        """Return all there is to tell."""
        return (self.quirks, *self.load.findings(), *self.shown)


def import_zip(file: Path, to: Path, *, loaded_at: datetime, progress: Progress | None = None) -> Imported:
    """Make a home of the published students: settings, store, rows set aside; and say what they show.

    Nothing in the data is personal any more: the publishers have replaced the ids and banded the ages. So no key is
    needed, as nothing has to be made a pseudonym; and as they are real students the store is not marked as made up.
    The same file again adds nothing.

    Parameters
    ----------
    file : pathlib.Path
        The zip file as published; the clicks may be those of some presentations only.
    to : pathlib.Path
        Folder of the home, made when needed; settings that are there already stay.
    loaded_at : datetime.datetime
        When.
    progress : callable, optional
        Called with what is being done, how many steps are done, and of how many.

    Raises
    ------
    InputError
        If the file is not the published one, or a file stands where a folder should be.
    StoreError
        If the folder is another institution's home, or its store is busy.
    """
    told = Steps(progress)
    paths = Settings().paths
    need_folder(*(to / folder for folder in (paths.store, paths.set_aside, paths.reports)))
    told.step("reading", file.name)
    published = read(file)
    settings = _home(to)
    load = _load(published, to, settings, loaded_at, told)
    told.expect(len(_SHOWN) + 1)
    shown = []
    for show in _SHOWN:
        told.step("judging", file.name)
        shown.append(show(published, settings=settings))
    told.step("staying", file.name)
    with closing(open_data(to / settings.paths.store, as_of=_after(published))) as data:
        shown += staying(data)
    return Imported(quirks=quirks_finding(published), load=load, shown=tuple(shown))


_SHOWN = (auc_finding, trap_finding, clicks_finding)


def _home(to: Path) -> Settings:
    """Write the settings where there are none; refuse the folder of another institution."""
    place = to / FILE
    if place.exists():
        settings = Settings.read(place)
        if settings.institution.name != NAME:
            raise StoreError("oulad.other_home", folder=to.as_posix())
        return settings
    if Store(to / Settings().paths.store).file.exists():
        raise StoreError("oulad.other_home", folder=to.as_posix())
    try:
        to.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(".partial")
        beside.write_text(text("oulad.settings", name=NAME, timezone=TIMEZONE), encoding="utf-8")
        os.replace(beside, place)
    except OSError as error:
        raise StoreError("store.not_writable", folder=to, what=error.strerror) from None
    return Settings.read(place)


def _load(published: Published, to: Path, settings: Settings, loaded_at: datetime, told: Steps) -> LoadReport:
    """Bring the tables into the store, as one transaction; the rows set aside beside it."""
    made, aside = frames(published), set_aside(published)
    told.expect(len(made))
    counted = counts(made, aside)
    store, folder = Store(to / settings.paths.store), to / settings.paths.set_aside
    with store.locked():
        last = len(store.loads())
        recover(folder, last=last)
        with put_aside(folder, last + 1, aside) as written:
            done = store.load(
                made,
                loaded_at=loaded_at,
                made_up=False,
                sources=[{"file": published.file, "sha256": published.sha256, "read_as": "oulad"}],
                counts={name: part.as_dict() for name, part in counted.items()},
                progress=told.stored,
            )
        belong(store.folder, to)
    return LoadReport(
        number=done.number,
        tables={name: replace(part, **asdict(done.changes[name])) for name, part in counted.items()},
        warnings=(),
        set_aside=aside,
        set_aside_file=written,
    )


def _after(published: Published) -> date:
    """Return the day after the last presentation ended."""
    rows = published.enrolments
    ends: pd.Series = rows["begins"] + pd.to_timedelta(rows["length_days"] + 1, unit="D")
    return ends.max().date()
