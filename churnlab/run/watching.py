"""How do the alerts of a week get to their place, whole or not at all?"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from churnlab.churn.risk import Risk
from churnlab.errors import OrderError
from churnlab.finding import Finding, attempt
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.improvement import alerts, charts, detectable, drift, overdue
from churnlab.report.document import Document
from churnlab.report.workbook import write
from churnlab.run.manifest import entry
from churnlab.run.orders import file_stem
from churnlab.run.publication import workplace
from churnlab.settings import Settings
from churnlab.tables.belonging import refuse_other_home
from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.door import Data
from churnlab.tables.places import need_folder
from churnlab.tables.store import open_data, store_facts
from churnlab.tables.weeks import monday_after, open_week

FOLDER = "watch"
"""Below the week's folder among the reports."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a watch found.

    Attributes
    ----------
    findings : tuple of Finding
        The alerts, the charts, what these can find, whether the model still fits (where it was asked for), and measures
        not done.
    files : tuple of pathlib.Path
        Where it was written.
    alarms : int
        How many alerts there are, the model's included.
    """

    findings: tuple[Finding, ...]
    files: tuple[Path, ...]
    alarms: int


def watch(
    *, home: Path, settings: Settings, week: str = "", as_of: date | None = None, campus: str = "",
    languages: Sequence[Lang] = LANGUAGES, with_model: bool = True,
) -> Told:  # fmt: skip
    """Look at the charts of a week and write what was found below the reports folder.

    Parameters
    ----------
    home : pathlib.Path
        Folder of the settings file; the store and the reports lie below it.
    settings : Settings
        What the institution decided.
    week : str
        As `2026-W43`; empty: the store's last whole week.
    as_of : datetime.date, optional
        Instead of a week: the seven days before this day.
    campus : str
        Whose alerts; empty: all.
    languages : sequence of {"zh", "en"}
        One workbook each.
    with_model : bool
        Whether to look at the model's features and calibration, too; the first time of a week it is fitted for it.

    Raises
    ------
    InputError, StoreError, OrderError, RunError, PublishError
        As for `churnlab.run.reports.publish`; what was there before stands.
    NotEnoughData
        If no chart has enough weeks to compare with yet.
    """
    store, reports = home / settings.paths.store, home / settings.paths.reports
    need_folder(store, reports)
    refuse_other_home(store, home)
    if as_of:
        data, name = _opened(store, as_of, campus), as_of.isoformat()
    else:
        data, name = open_week(store, week, campus=campus)
    place = f"{name}/{FOLDER}"
    need_folder(reports / place)
    findings = _asked(data, campus, with_model)
    facts = store_facts(store)
    with workplace(reports) as work:
        files = {}
        for lang in languages:
            doc = Document(
                lang=lang,
                title=text("cli.watch.title", lang),
                institution=settings.institution.name,
                campus=campus,
                as_of=data.as_of,
                made_up=data.made_up,
                findings=[finding.as_json(lang) for finding in findings],
            )
            files[f"{file_stem(campus)}.{lang}.xlsx"] = write(doc)
        files[f"{file_stem(campus)}.json"] = _as_json(findings, name, data, campus)
        for file, content in files.items():
            (work.folder / file).write_bytes(content)
        made = {file: work.folder / file for file in files}
        arguments = {
            "report": FOLDER, "week": name, "as_of": str(data.as_of), "campuses": [campus] if campus else [],
            "languages": list(languages), "with_model": with_model,
        }  # fmt: skip
        said = entry(made, arguments=arguments, store=facts, settings=settings)
        published = work.publish(place, made, said)
    return Told(findings=findings, files=tuple(published), alarms=_alarms(findings))


def _opened(store: Path, as_of: date, campus: str) -> Data:
    """Open the store as of a day that it holds: what is not loaded yet would look like a quiet week."""
    facts = store_facts(store)
    refuse_unknown([campus] if campus else [], facts)
    last = monday_after(facts["last_whole_week"])
    if as_of > last:
        raise OrderError("watch.too_late", as_of=as_of, last=last)
    return open_data(store, as_of=as_of)


def _asked(data: Data, campus: str, with_model: bool) -> tuple[Finding, ...]:
    here = campus or None
    asks: list[Callable[[], Finding]] = [lambda: charts(data, campus=here), lambda: detectable(data, campus=here)]
    if with_model:
        asks.append(lambda: drift(data, risk=Risk(data)))
    asks.append(lambda: overdue(data, campus=here))
    return (alerts(data, campus=here), *(attempt(ask) for ask in asks))


def _alarms(findings: Sequence[Finding]) -> int:
    found = {finding.key: finding for finding in findings}
    model = found["watch.drift"].facts["alarms"] if "watch.drift" in found else 0
    return int(found["watch.alerts"].facts["alerts"]) + int(model)  # type: ignore[arg-type]


def _as_json(findings: Sequence[Finding], name: str, data: Data, campus: str) -> bytes:
    """Write the same for programs: by key, in each language."""
    told: dict[str, Any] = {
        "version": 1, "week": name, "as_of": str(data.as_of), "campus": campus, "alarms": _alarms(findings),
        "findings": {lang: [finding.as_json(lang) for finding in findings] for lang in LANGUAGES},
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
