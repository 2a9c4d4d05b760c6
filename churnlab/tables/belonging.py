"""By whose settings does a store go?

By those of the home that loaded into it. A store below its home finds them above itself; one that lies elsewhere holds
the home's path in a file, so that a notebook that only names the store reads it as its reports do.
"""

import os
from pathlib import Path

from churnlab.errors import StoreError
from churnlab.settings import FILE, Settings

BELONGS = "home.txt"


def home_of(store: Path) -> Path | None:
    """Return the home whose settings a store goes by; None: it goes by the defaults.

    Raises
    ------
    StoreError
        If the home that the store names is not there any more.
    """
    told = store / BELONGS
    if told.is_file():
        home = Path(told.read_text(encoding="utf-8"))
        if not home.is_dir():
            raise StoreError("places.not_a_home", store=store.as_posix(), home=home.as_posix())
        return home
    folder = store.resolve()
    return next((place for place in (folder, *folder.parents) if (place / FILE).exists()), None)


def settings_of(store: Path) -> Settings:
    """Return the settings that a store goes by."""
    home = home_of(store)
    return Settings.read(home / FILE) if home else Settings()


def belong(store: Path, home: Path) -> None:
    """Let a store go by a home's settings from here on; nothing is written where it finds them by itself.

    Parameters
    ----------
    store : pathlib.Path
        Folder of the store, which is there.
    home : pathlib.Path
        Folder of the settings file; without one it means the defaults.
    """
    (store / BELONGS).unlink(missing_ok=True)
    if not _is(home_of(store), home):
        beside = store / f".{BELONGS}.part"
        beside.write_text(str(home.resolve()), encoding="utf-8")
        os.replace(beside, store / BELONGS)


def refuse_other_home(store: Path, home: Path) -> None:
    """Refuse a home by whose settings the store does not go: a notebook would count by others than its report says.

    Raises
    ------
    StoreError
        Naming both.
    """
    if not _is(home_of(store), home):
        raise StoreError("places.other_home", store=store.as_posix(), home=home.as_posix())


def _is(found: Path | None, home: Path) -> bool:
    """Tell whether these are one home; a home without a settings file is as none."""
    if found is None or not (found / FILE).exists():
        return not (home / FILE).exists()
    return found.resolve() == home.resolve()
