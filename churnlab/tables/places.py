"""Can there be a folder here?"""

import os
from pathlib import Path

from churnlab.errors import InputError


def need_folder(*places: Path) -> None:
    """Refuse places where, or above which, something else stands than a folder; what is not there yet may be made.

    Raises
    ------
    InputError
        Naming the first that is no folder.
    """
    for place in places:
        for part in (place, *place.parents):
            if os.path.lexists(part) and not part.is_dir():
                raise InputError("places.not_a_folder", place=part.as_posix())


def make_folder(place: Path) -> bool:
    """Make a folder where there is none, with those above it; tell whether it was made now.

    Raises
    ------
    InputError
        If a file stands there, or nobody may write there.
    """
    need_folder(place)
    new = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("places.not_writable", place=place.as_posix(), what=error.strerror) from None
    return new


def make_file(place: Path, content: str) -> bool:
    """Write a file where there is none; tell whether it was made now.

    Raises
    ------
    InputError
        If a folder stands there, or nobody may write there.
    """
    if place.is_dir():
        raise InputError("places.not_a_file", place=place.as_posix())
    if place.exists():
        return False
    try:
        place.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError("places.not_writable", place=place.as_posix(), what=error.strerror) from None
    return True
