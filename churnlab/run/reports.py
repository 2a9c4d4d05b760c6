"""How does one report come about, end to end?"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from churnlab.errors import ChurnlabError
from churnlab.i18n import Lang
from churnlab.report.compile import render
from churnlab.report.glyphs import shown
from churnlab.report.workbook import workbook
from churnlab.run.execution import execute, without_traces
from churnlab.run.manifest import entry
from churnlab.run.orders import Order, find_notebook
from churnlab.run.parameters import parameters_of
from churnlab.run.periods import Period, period_of
from churnlab.run.publication import Workplace, workplace
from churnlab.run.scopes import Scope, scopes_of
from churnlab.settings import Settings
from churnlab.tables.belonging import refuse_other_home
from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.places import need_folder
from churnlab.tables.store import open_data, store_facts

Progress = Callable[[str, Lang, str, int, int], None]


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
        Called with (stage, language, campus or training, cell, cells).

    Returns
    -------
    list of pathlib.Path
        The published files.

    Raises
    ------
    InputError
        If a file stands where a folder should be.
    StoreError
        If there is no store, or it goes by another home's settings.
    OrderError
        If the month or week is none, there is no such campus, training or notebook, or the notebook tells of none.
    NotEnoughData
        If a training is to be evaluated and none has ended.
    RunError
        If a font or the month or week is not there, or a cell fails; nothing was published.
    PublishError
        If the reports folder cannot be written; what was there before stands.
    """
    shown()  # a missing font is told before a notebook runs for minutes
    store, published = home / settings.paths.store, home / settings.paths.reports
    need_folder(store, published)
    refuse_other_home(store, home)
    facts = store_facts(store, known_by=order.known_by)
    refuse_unknown(order.campuses, facts)
    notebook = find_notebook(order.report, home)
    asked = parameters_of(nbformat.read(notebook, as_version=4), name=notebook.name)
    period = period_of(order, asked, facts)
    scopes = scopes_of(order, asked, lambda: open_data(store, as_of=period.as_of, known_by=order.known_by))
    place = f"{period.name}/{order.report}"
    need_folder(published / place)
    with workplace(published) as work:
        made: dict[str, Path] = {}
        for scope in scopes:
            for lang in order.languages:
                parameters = {
                    "store": settings.paths.store.as_posix(), period.kind: period.name, **scope.parameters,
                    "lang": lang, "known_by": str(order.known_by or ""),
                }  # fmt: skip
                page = _Page(
                    work=work, place=place, period=period, scope=scope, parameters=parameters, settings=settings,
                    progress=progress,
                )  # fmt: skip
                made |= page.make(notebook, cwd=home, made_up=facts["made_up"])
        arguments = {
            "report": order.report, period.kind: period.name, "as_of": str(period.as_of),
            "known_by": str(order.known_by or ""), "campuses": list(order.campuses),
            "trainings": [scope.parameters["training"] for scope in scopes if "training" in scope.parameters],
            "languages": list(order.languages),
        }  # fmt: skip
        said = entry(made, arguments=arguments, store=facts, settings=settings, notebook=notebook)
        return work.publish(place, made, said)


@dataclass(frozen=True, kw_only=True)
class _Page:
    """One campus's or training's report in one language."""

    work: Workplace
    place: str
    period: Period
    scope: Scope
    parameters: Mapping[str, Any]
    settings: Settings
    progress: Progress | None

    def make(self, notebook: Path, *, cwd: Path, made_up: bool) -> dict[str, Path]:
        """Run and set it; a failed notebook is left where the report would stand, named so."""
        stem = f"{self.scope.stem}.{self.parameters['lang']}"
        running = self.work.folder / f"{stem}.running.ipynb"
        failed = self.work.reports / self.place / f"{stem}.failed.ipynb"
        try:
            files = self._files(notebook, running, cwd, made_up)
        except ChurnlabError:
            if running.exists():
                failed.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(running, failed)
            raise
        failed.unlink(missing_ok=True)
        for ending, content in files.items():
            (self.work.folder / f"{stem}.{ending}").write_bytes(content)
        return {f"{stem}.{ending}": self.work.folder / f"{stem}.{ending}" for ending in files}

    def _files(self, notebook: Path, running: Path, cwd: Path, made_up: bool) -> dict[str, bytes]:
        executed = execute(
            notebook,
            parameters=self.parameters,
            output=running,
            cwd=cwd,
            timeout_seconds=self.settings.report.cell_timeout_seconds,
            progress=lambda cell, cells: self._told("notebook", cell, cells),
        )
        self._told("pdf", 0, 1)
        clean = without_traces(executed, store=self.parameters["store"])
        clean.metadata["churnlab"] = {
            **{name: self.parameters[name] for name in ("lang", self.period.kind)},
            "campus": self.parameters.get("campus", ""),
            "subtitle": self.scope.subtitle,
            "as_of": self.period.as_of.isoformat(),
            "institution": self.settings.institution.name,
            "made_up": made_up,
        }
        lang = self.parameters["lang"]
        return {"pdf": render(clean, lang), "xlsx": workbook(clean, lang), "ipynb": nbformat.writes(clean).encode()}

    def _told(self, stage: str, done: int, of: int) -> None:
        if self.progress:
            self.progress(stage, self.parameters["lang"], self.scope.called, done, of)
