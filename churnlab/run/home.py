"""What does a folder need before churnlab can work in it?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from churnlab.i18n import text
from churnlab.settings import FILE, NEVER, Settings
from churnlab.tables.places import make_file, make_folder, need_folder
from churnlab.tables.privacy import key_place, make_key


def prepare(home: Path) -> list[tuple[str, bool]]:
    """Make the folders, the settings file, an empty mapping and the key of this user; keep what is there.

    Parameters
    ----------
    home : pathlib.Path
        Folder of the institution.

    Returns
    -------
    list of (str, bool)
        Each place, and whether it was made now.

    Raises
    ------
    InputError
        If a file stands where a folder should be, or a folder where a file should, or nobody may write there.
    PrivacyError
        If the key cannot be written.
    """
    paths = Settings().paths
    need_folder(*(home / folder for folder in (paths.raw, paths.store, paths.set_aside, paths.reports)))
    made = [(folder.as_posix(), make_folder(home / folder)) for folder in (paths.raw, paths.store, paths.reports)]
    made.append((FILE, make_file(home / FILE, settings_file())))
    mapping = paths.raw / "mapping.toml"
    made.append((mapping.as_posix(), make_file(home / mapping, text("init.mapping"))))
    made.append((text("init.key", file=key_place().as_posix()), _key(key_place())))
    return made


def _key(place: Path) -> bool:
    if place.exists():
        return False
    make_key(place)
    return True


def settings_file() -> str:
    """Return a `churnlab.toml` of all defaults, commented out, each with its reason in the language in use."""
    return "\n".join(_lines(Settings())) + "\n"


def _lines(settings: Settings) -> Iterator[str]:
    for section in type(settings).model_fields:
        yield f"\n[{section}]"
        values: BaseModel = getattr(settings, section)
        for name in type(values).model_fields:
            yield f"# {text(f'setting.{section}.{name}')}"
            yield f"# {name} = {as_toml(getattr(values, name))}"


def as_toml(value: Any) -> str:
    """Return a setting's value as `churnlab.toml` has it."""
    told = NEVER if value is None else value
    return json.dumps(told, ensure_ascii=False, default=lambda item: item.as_posix())
