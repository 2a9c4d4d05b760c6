"""What was asked for, and can it be had?"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as packaged
from pathlib import Path

from churnlab.errors import OrderError
from churnlab.i18n import LANGUAGES, Lang, text

_LONGEST_STEM = 120  # bytes; file systems take 255 for a whole name, endings included


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for.

    Attributes
    ----------
    report : str
        Name of the notebook, as `monthly-churn`.
    month, week : str or None
        The month reported on, `2026-10`, or the week, `2026-W43`, as the notebook asks; None: the last whole one.
    campuses : sequence of str
        One report each; empty: one over all.
    trainings : sequence of str
        One report each, by id; empty: those that are due.
    languages : sequence of {"zh", "en"}
        One report each.
    known_by : datetime.date or None
        Only what had been loaded before this day; None: everything.
    """

    report: str
    month: str | None = None
    week: str | None = None
    campuses: Sequence[str] = ()
    trainings: Sequence[str] = ()
    languages: Sequence[Lang] = LANGUAGES
    known_by: date | None = None


def file_stem(campus: str) -> str:
    """Return a campus's name as a file's: a campus may be called `../../etc`, or longer than a file's name may be.

    Letters, digits and Chinese characters stay; everything else becomes a hyphen, and names that are not as they were
    end in a fingerprint: no two meet.
    """
    if not campus:
        return "all"
    plain = "".join(c if c.isalnum() else "-" for c in campus).strip("-")
    if plain == campus and plain.isalnum() and plain.lower() != "all" and len(plain.encode()) <= _LONGEST_STEM:
        return plain
    short = plain.encode()[:_LONGEST_STEM].decode(errors="ignore").strip("-") or "campus"
    return f"{short}-{hashlib.sha256(campus.encode()).hexdigest()[:8]}"


def find_notebook(name: str, home: Path) -> Path:
    """Find a report's notebook: the institution's own first, else churnlab's.

    Raises
    ------
    OrderError
        If there is none by this name.
    """
    folders = notebook_folders(home)
    known = sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.ipynb")})
    if name not in known:
        raise OrderError("run.no_notebook", name=name, known=", ".join(known) or text("run.none"))
    return next(folder / f"{name}.ipynb" for folder in folders if (folder / f"{name}.ipynb").exists())


def notebook_folders(home: Path) -> list[Path]:
    """Return where notebooks may lie: the institution's own, those of a working copy, those that were installed."""
    package = Path(str(packaged("churnlab")))
    return [home / "notebooks", package.parent / "notebooks", package / "notebooks"]
