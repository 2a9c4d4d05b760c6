"""How does one month's report come about, end to end?"""

import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as packaged
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from churnlab import report
from churnlab.errors import ChurnlabError, RunError
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.run.execution import execute, without_traces
from churnlab.run.manifest import entry
from churnlab.run.publication import Workplace, workplace
from churnlab.settings import Settings
from churnlab.tables.store import store_facts

Progress = Callable[[str, Lang, str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for.

    Attributes
    ----------
    report : str
        Name of the notebook, as `monthly-churn`.
    month : str or None
        The month reported on, `2026-10`; None: the store's last whole month.
    campuses : sequence of str
        One report each; empty: one over all.
    languages : sequence of {"zh", "en"}
        One report each.
    known_by : datetime.date or None
        Only what had been loaded before this day; None: everything.
    """

    report: str
    month: str | None = None
    campuses: Sequence[str] = ()
    languages: Sequence[Lang] = LANGUAGES
    known_by: date | None = None


def publish(order: Order, *, home: Path, settings: Settings, progress: Progress | None = None) -> list[Path]:
    """Make the reports that were ordered and put them in their place.

    Parameters
    ----------
    order : Order
        What was asked for.
    home : pathlib.Path
        Folder of the settings file; the store and the reports lie below it.
    settings : Settings
        What the institution decided.
    progress : callable, optional
        Called with (stage, language, campus, cell, cells).

    Returns
    -------
    list of pathlib.Path
        The published files.

    Raises
    ------
    RunError
        If the month, campus or notebook is not there, or a cell fails; nothing was published.
    PublishError
        If the reports folder cannot be written; what was there before stands.
    """
    facts = store_facts(home / settings.paths.store)
    month = _month(order.month, facts)
    _refuse_unknown(order.campuses, facts)
    notebook = find_notebook(order.report, home)
    place = f"{month}/{order.report}"
    made: dict[str, Path] = {}
    with workplace(home / settings.paths.reports) as work:
        for campus in order.campuses or ("",):
            for lang in order.languages:
                parameters = _parameters(campus, lang, month, order, settings)
                told = _teller(progress, lang, campus)
                made |= _one(work, notebook, parameters, place=place, home=home, settings=settings, told=told)
        arguments = {
            "report": order.report, "month": month, "campuses": list(order.campuses),
            "languages": list(order.languages), "known_by": str(order.known_by or ""),
        }  # fmt: skip
        said = entry(made, arguments=arguments, store=facts, settings=settings, notebook=notebook)
        return work.publish(place, made, said)


def _teller(progress: Progress | None, lang: Lang, campus: str) -> Callable[[str, int, int], None]:
    def told(stage: str, cell: int, cells: int) -> None:
        if progress:
            progress(stage, lang, campus, cell, cells)

    return told


def _parameters(campus: str, lang: Lang, month: str, order: Order, settings: Settings) -> dict[str, Any]:
    return {
        "store": settings.paths.store.as_posix(),
        "month": month,
        "campus": campus,
        "lang": lang,
        "known_by": str(order.known_by or ""),
    }


def _one(
    work: Workplace,
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    place: str,
    home: Path,
    settings: Settings,
    told: Callable[[str, int, int], None],
) -> dict[str, Path]:
    """Make one campus's report in one language; a failed notebook is left beside the published ones, named so."""
    stem = f"{file_stem(parameters['campus'])}.{parameters['lang']}"
    raw = work.folder / f"{stem}.running.ipynb"
    try:
        executed = execute(
            notebook, parameters=parameters, output=raw, cwd=home, timeout_seconds=settings.report.cell_timeout_seconds,
            progress=lambda cell, cells: told("notebook", cell, cells),
        )  # fmt: skip
        told("pdf", 0, 1)
        clean = _titled(without_traces(executed), parameters, settings)
        lang = parameters["lang"]
        made = {
            f"{stem}.pdf": report.render(clean, lang),
            f"{stem}.xlsx": report.workbook(clean, lang),
            f"{stem}.ipynb": nbformat.writes(clean).encode(),
        }
    except ChurnlabError:
        _keep_failed(raw, work.reports / place / f"{stem}.failed.ipynb")
        raise
    for name, content in made.items():
        (work.folder / name).write_bytes(content)
    (work.reports / place / f"{stem}.failed.ipynb").unlink(missing_ok=True)
    return {name: work.folder / name for name in made}


def _keep_failed(raw: Path, place: Path) -> None:
    if raw.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(raw, place)


def _titled(notebook: NotebookNode, parameters: Mapping[str, Any], settings: Settings) -> NotebookNode:
    """Add what the first page and the page header say and the notebook does not know."""
    notebook.metadata.setdefault("churnlab", {})
    notebook.metadata["churnlab"] |= {"institution": settings.institution.name, **parameters}
    return notebook


def _month(asked: str | None, facts: Mapping[str, Any]) -> str:
    last = facts["last_whole_month"]
    if asked is None:
        return last
    try:
        date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise RunError("run.month", month=asked, last=last) from None
    if not facts["first_month"] <= asked <= last:
        raise RunError("run.month_outside", month=asked, first=facts["first_month"], last=last)
    return asked


def _refuse_unknown(campuses: Sequence[str], facts: Mapping[str, Any]) -> None:
    unknown = [campus for campus in campuses if campus not in facts["campuses"]]
    if unknown:
        raise RunError("run.campus", unknown=", ".join(unknown), known=", ".join(facts["campuses"]))


def file_stem(campus: str) -> str:
    """Return a campus's name as a file's: a campus may be called `../../etc`.

    Letters, digits and Chinese characters stay; everything else becomes a hyphen. Names that would meet are told apart by
    their code points.
    """
    if not campus:
        return "all"
    plain = "".join(c if c.isalnum() else "-" for c in unicodedata.normalize("NFC", campus)).strip("-")
    if plain == campus and plain != "all":
        return plain
    points = "-".join(f"{ord(c):x}" for c in campus if not c.isalnum()) or "campus"
    return f"{plain}-{points}"[:80]


def find_notebook(name: str, home: Path) -> Path:
    """Find a report's notebook: the institution's own first, else churnlab's.

    Raises
    ------
    RunError
        If there is none by this name.
    """
    package = Path(str(packaged("churnlab")))
    folders = [home / "notebooks", package.parent / "notebooks", package / "notebooks"]
    known = sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.ipynb")})
    if name not in known:
        raise RunError("run.no_notebook", name=name, known=", ".join(known) or text("run.none"))
    return next(folder / f"{name}.ipynb" for folder in folders if (folder / f"{name}.ipynb").exists())
