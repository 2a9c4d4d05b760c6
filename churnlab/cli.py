"""What can be asked from a terminal?

Exit codes: 0 done, 1 a fault of churnlab's own, 2 a wrong command line, 3 there are alerts, and those of
`churnlab.errors`. Only here does churnlab ask what day it is.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any
from unicodedata import category
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

from churnlab import commands, i18n
from churnlab.errors import ChurnlabError
from churnlab.finding import Finding
from churnlab.i18n import Lang, text
from churnlab.settings import FILE, Settings
from churnlab.terminal import lines
from churnlab.usage import UsageError, fault


class Language(StrEnum):
    """A report's language."""

    zh = "zh"
    en = "en"


Home = Annotated[Path, typer.Option("--home", metavar="DIR")]
Debug = Annotated[bool, typer.Option("--debug")]
Folder = Annotated[Path | None, typer.Argument(metavar="[DIR]")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", metavar="FILE", dir_okay=False)]
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_WRONG, _ALERTS, _INTERRUPTED = 2, 3, 130
_STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")  # characters that are not seen, and do something


def init(home: Home = Path(), debug: Debug = False) -> None:
    """Prepare a folder and write the key that pseudonyms need."""
    from churnlab.run.home import prepare

    for place, made in prepare(home):
        _say("cli.init.made" if made else "cli.init.kept", place=place)


def sample(
    to: Annotated[Path, typer.Option("--to", metavar="DIR")] = Path("data/sample"),
    students: Annotated[int, typer.Option("--students", metavar="N", min=50, max=1_000_000)] = 5000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0)] = 1,
    debug: Debug = False,
) -> None:
    """Write the exports of a made-up institution."""
    from churnlab.synthetic import make_sample

    with _err.status(text("cli.sample.working", students=students)):
        made = make_sample(to, students=students, seed=seed)
    _say("cli.sample.made", folder=to.as_posix(), files=made.files, students=made.students, lessons=made.lessons)


def load(folder: Folder = None, home: Home = Path(), mapping: MappingFile = None, debug: Debug = False) -> None:
    """Read exports, check them and add them to the store."""
    from churnlab.tables import loading

    _take(loading.load, folder, home, mapping)


def check(folder: Folder = None, home: Home = Path(), mapping: MappingFile = None, debug: Debug = False) -> None:
    """Say what a load would do, and load nothing."""
    from churnlab.tables import loading

    _take(loading.check, folder, home, mapping)


def _take(read: Callable[..., Any], folder: Path | None, home: Path, mapping: Path | None) -> None:
    _show(_read(read, folder, home, mapping))


def _read(read: Callable[..., Any], folder: Path | None, home: Path, mapping: Path | None) -> Any:
    settings = _settings(home)
    with _bar() as advance:
        return read(
            folder or home / settings.paths.raw,
            home=home,
            settings=settings,
            loaded_at=_now(settings.institution.timezone),
            mapping_file=mapping,
            progress=advance,
        )


def who(
    ids: Annotated[list[str], typer.Argument(metavar="ID")],
    home: Home = Path(),
    folder: Annotated[Path | None, typer.Option("--folder", metavar="DIR")] = None,
    mapping: MappingFile = None,
    debug: Debug = False,
) -> None:
    """Say where in the exports a student stands: places only, so that it helps nobody who may not open them."""
    from churnlab.tables import whereabouts

    found = _read(partial(whereabouts.find, ids), folder, home, mapping)
    for line in found.lines():
        _print(_out, line)
    if found.lost:
        raise found.lost


def report(
    name: Annotated[str, typer.Argument(metavar="REPORT")],
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM")] = None,
    week: Annotated[str | None, typer.Option("--week", metavar="YYYY-Www")] = None,
    campus: Annotated[list[str] | None, typer.Option("--campus", metavar="C")] = None,
    training: Annotated[list[str] | None, typer.Option("--training", metavar="ID")] = None,
    lang: Annotated[list[Language] | None, typer.Option("--lang", metavar="zh|en")] = None,
    known_by: Annotated[str | None, typer.Option("--known-by", metavar="YYYY-MM-DD")] = None,
    home: Home = Path(),
    debug: Debug = False,
) -> None:
    """Make a report and publish it."""
    from churnlab.run.orders import Order
    from churnlab.run.reports import publish

    order = Order(
        report=name,
        month=month,
        week=week,
        campuses=tuple(campus or ()),
        trainings=tuple(training or ()),
        languages=tuple(member.value for member in lang) if lang else i18n.LANGUAGES,
        known_by=_day(known_by) if known_by else None,
    )
    with _bar() as advance:

        def told(stage: str, lang: Lang, campus: str, cell: int, cells: int) -> None:
            where = f"{name} · {campus or text('cli.report.all')} · {lang}"
            advance(f"{text(f'cli.stage.{stage}')} · {where}", cell, cells)

        files = publish(order, home=home, settings=_settings(home), progress=told)
    _say("cli.report.made")
    for file in files:
        _print(_out, f"  {_short(file)}")


def call_list(
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM")] = None,
    campus: Annotated[list[str] | None, typer.Option("--campus", metavar="C")] = None,
    lang: Annotated[Language | None, typer.Option("--lang", metavar="zh|en")] = None,
    home: Home = Path(),
    debug: Debug = False,
) -> None:
    """Make the lists of students to be called, a worksheet for each campus."""
    from churnlab.run.call_lists import make_lists

    settings = _settings(home)
    with _bar() as advance:
        made = make_lists(
            home=home,
            settings=settings,
            lang=lang.value if lang else i18n.language(),
            loaded_at=_now(settings.institution.timezone),
            month=month,
            campuses=tuple(campus or ()),
            progress=advance,
        )
    for listed in made:
        if listed.worksheet is None:
            _say("cli.call-list.empty", campus=listed.campus)
            continue
        facts = {"campus": listed.campus, "called": listed.called, "held_out": listed.held_out}
        _say("cli.call-list.kept" if listed.was_made else "cli.call-list.made", **facts)
        _print(_out, f"  {_short(listed.worksheet)}")


def interviews(
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM")] = None,
    week: Annotated[str | None, typer.Option("--week", metavar="YYYY-Www")] = None,
    campus: Annotated[list[str] | None, typer.Option("--campus", metavar="C")] = None,
    lang: Annotated[Language | None, typer.Option("--lang", metavar="zh|en")] = None,
    home: Home = Path(),
    debug: Debug = False,
) -> None:
    """Pick those who are to be interviewed, and write a worksheet."""
    from churnlab.run.interviews import make_worksheets

    tongue = lang.value if lang else i18n.language()
    sheets = make_worksheets(
        home=home, settings=_settings(home), lang=tongue, month=month, week=week, campuses=tuple(campus or ())
    )
    for made in sheets:
        key = "cli.interviews.kept" if made.was_made else "cli.interviews.made"
        _say(key, campus=made.campus or text("cli.report.all"), cases=made.cases)
        _print(_out, f"  {_short(made.worksheet)}")


def watch(
    week: Annotated[str | None, typer.Option("--week", metavar="YYYY-Www")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD")] = None,
    campus: Annotated[str, typer.Option("--campus", metavar="C")] = "",
    lang: Annotated[list[Language] | None, typer.Option("--lang", metavar="zh|en")] = None,
    with_model: Annotated[bool, typer.Option("--with-model/--without-model")] = True,
    home: Home = Path(),
    debug: Debug = False,
) -> None:
    """Look for changes and write the alerts; end with 3 if there are any."""
    from churnlab.run import watching

    if week and as_of:
        raise typer.BadParameter(text("cli.watch.week_or_day"))
    with _err.status(text("cli.watch.working")):
        told = watching.watch(
            home=home,
            settings=_settings(home),
            week=week or "",
            as_of=_day(as_of) if as_of else None,
            campus=campus,
            languages=tuple(member.value for member in lang) if lang else i18n.LANGUAGES,
            with_model=with_model,
        )
    tongue: Lang | None = lang[0].value if lang else None
    said = [finding for finding in told.findings if finding.key != "watch.charts"]
    _tell(said, tongue, titled=True)
    _print(_out, text("cli.watch.written", tongue))
    for file in told.files:
        _print(_out, f"  {_short(file)}")
    if told.alarms:
        raise typer.Exit(_ALERTS)


def import_oulad(
    file: Annotated[Path, typer.Argument(metavar="ZIP", exists=True, dir_okay=False)],
    to: Annotated[Path, typer.Option("--to", metavar="DIR")] = Path("data/oulad"),
    debug: Debug = False,
) -> None:
    """Import the Open University's published students."""
    from churnlab.oulad.importing import TIMEZONE, import_zip

    with _bar() as advance:
        found = import_zip(file, to, loaded_at=_now(TIMEZONE), progress=advance)
    _show(found)


def lab(home: Home = Path(), debug: Debug = False) -> None:
    """Open JupyterLab at the notebooks."""
    from churnlab.run import workshop

    raise typer.Exit(workshop.lab(home))


def run_tests(tests: Annotated[list[str] | None, typer.Argument(metavar="TEST")] = None, debug: Debug = False) -> None:
    """Run churnlab's own tests."""
    from churnlab.run import workshop

    raise typer.Exit(workshop.run_tests(tests or ()))


def lint(debug: Debug = False) -> None:
    """Look at churnlab's own code."""
    from churnlab.run import workshop

    raise typer.Exit(workshop.lint())


_COMMANDS: dict[str, Callable[..., None]] = {
    "init": init, "sample": sample, "load": load, "check": check, "who": who, "report": report,
    "watch": watch, "call-list": call_list, "interviews": interviews, "import-oulad": import_oulad, "lab": lab,
    "test": run_tests, "lint": lint,
}  # fmt: skip


def _version(asked: bool) -> None:
    if asked:
        _print(_out, f"churnlab {version('churnlab')}")
        raise typer.Exit


def _any(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False) -> None:
    pass


def application(lang: Lang) -> TyperGroup:
    """Build the command line with its help in this language."""
    return commands.application(_COMMANDS, _any, lang)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if "--debug" not in arguments:
        sys.excepthook = _unexpected
    try:
        code = application(i18n.language())(args=arguments, prog_name="churnlab", standalone_mode=False)
    except UsageError as error:
        _print(_err, fault(error))
        sys.exit(_WRONG)
    except ChurnlabError as error:
        if "--debug" in arguments:
            raise
        _print(_err, error.message())
        sys.exit(error.exit_code)
    if code == _INTERRUPTED:  # typer has caught Ctrl+C and says nothing
        _print(_err, text("cli.interrupted"))
    sys.exit(code or 0)


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Name a fault of our own without its traceback, which might quote data."""
    _print(_err, text("cli.unexpected", what=kind.__name__))


def _settings(home: Path) -> Settings:
    return Settings.read(home / FILE)


def _now(timezone: str) -> datetime:
    """Return the institution's time: a load belongs to the day that its people have, wherever the machine stands."""
    return datetime.now(ZoneInfo(timezone)).replace(tzinfo=None)


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise typer.BadParameter(text("cli.not_a_day", told=told)) from None


def _say(key: str, **facts: object) -> None:
    _print(_out, text(key, **facts))


def _short(file: Path) -> str:
    place, here = file.resolve(), Path.cwd().resolve()
    return (place.relative_to(here) if place.is_relative_to(here) else place).as_posix()


def _show(report: object) -> None:
    """Print what a load or an import found."""
    _tell(report.findings())  # type: ignore[attr-defined]


def _tell(findings: Iterable[Finding], lang: Lang | None = None, *, titled: bool = False) -> None:
    """Print Findings: their sentence, table and warnings; several that follow each other under their titles."""
    for finding in findings:
        if titled:
            _print(_out, f"\n# {finding.title(lang)}")
        _print(_out, finding.sentence(lang))
        for line in lines(finding.presented(lang)) if len(finding.table) else ():
            _print(_out, line)
        for warning in finding.warnings(lang):
            _print(_out, f"! {warning}")


def _print(console: Console, words: str) -> None:
    console.print(_harmless(words), markup=False)


def _harmless(words: str) -> str:
    """Leave out what would steer the terminal or turn the direction of a line: data and file names may hold it."""
    return "".join(letter for letter in words if letter == "\n" or category(letter) not in _STEERING)


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar with what is being done; silent where nobody looks."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def advance(what: str, done: int, of: int) -> None:
            bar.update(task, description=_harmless(what), completed=done, total=of)

        yield advance
