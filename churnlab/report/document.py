"""What does an executed notebook tell its reader?

What is kept of a notebook:

- markdown cells; of those tagged `zh` or `en`, the ones in the report's language. A single `#` heading is the title;
- of code cells, the outputs, never the source and never what was printed:
  a Finding becomes its sentence, its caveats and a numbered table;
  a figure shown by `churnlab.plots.show` becomes a numbered figure, with its Finding's sentence and caveats unless they
  were said before; its table then stands in the workbook only;
  `text/markdown` is set as a markdown cell would be. Other outputs are an analyst's working and are left out.

A heading below which nothing is left to be told is left out, and so is a section for all of which data are missing:
a list at the end names it (`sections`). The first page does not say what is missing.

Tags of a cell: `zh`, `en` (that language only), `first-page` (stands on the first page, where a Finding shows its
sentence only, and its caveats if it is not told again below), `table` (there too its table), `kpi` (its Finding is set
as cards), `statements` (the last column of its Finding is set as statements, one a row), `sentence` (its Findings say
their sentences; tables stand in the workbook, figures in the notebook), `workbook` (not even their sentences are
printed).

`notebook.metadata["churnlab"]` says what the report is; every entry may be missing:

============ ===========================================================================
lang         "zh" or "en"
title        the report's name; without it the notebook's single `#` heading
subtitle     one line below the title
institution  whose report it is
month        the month it is about, "2026-10"
week         or the week, "2026-W43"
campus       the campus it is about; None for all
as_of        "2026-11-01": nothing on or after this day was read; also the PDF's date
made_up      true where the data are an invented institution's
============ ===========================================================================
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nbformat import NotebookNode

from churnlab.errors import RunError
from churnlab.finding import FINDING_MIME
from churnlab.i18n import LANGUAGES, Lang, month, text, week
from churnlab.report import markup, sections
from churnlab.report.forms import cards
from churnlab.report.markup import Block
from churnlab.report.sheet_names import sheet_names

SVG = "image/svg+xml"
MISSING = "missing"  # the key of a Finding that says for what data are missing
FIRST_PAGE, KPI, STATEMENTS, SENTENCE, WORKBOOK = "first-page", "kpi", "statements", "sentence", "workbook"
WITH_TABLE = "table"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report before it is set.

    Attributes
    ----------
    lang : {"zh", "en"}
        Its language.
    title, subtitle, institution, campus : str
        As they are printed; empty where not known.
    period : str
        The month or week it is about, in words; empty where not known.
    as_of : datetime.date or None
        The day before which everything in it happened.
    made_up : bool
        Whether its data are invented.
    first, body : list of dict
        Blocks of the first page, and of all pages after.
    findings : list of dict
        JSON forms of all Findings in order, each once: the workbook's sheets.
    """

    lang: Lang
    title: str
    subtitle: str = ""
    institution: str = ""
    campus: str = ""
    period: str = ""
    as_of: date | None = None
    made_up: bool = False
    first: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)


def read(notebook: NotebookNode, lang: Lang) -> Document:
    """Return what an executed notebook tells a reader of this language.

    Raises
    ------
    RunError
        If a cell failed or was not run, or a figure has no Finding to say what it shows.
    """
    about = notebook.metadata.get("churnlab", {})
    reader = _Reader(lang)
    reader.below = _told_below(notebook)
    for number, cell in enumerate(notebook.cells, 1):
        reader.read(cell, number)
    title = _title(reader, about.get("title"))
    # A director reads what happened first; how to read it stands below.
    reader.first.sort(key=lambda block: block["kind"] == "caveat")
    reader.body = [_with_its_sheet(block, reader) for block in sections.told(reader.body, lang)]
    blocks = _levelled(reader.first + reader.body)
    return Document(
        lang=lang,
        title=title,
        subtitle=about.get("subtitle") or "",
        institution=about.get("institution") or "",
        campus=about.get("campus") or "",
        period=_period(about, lang),
        as_of=date.fromisoformat(str(about["as_of"])[:10]) if about.get("as_of") else None,
        made_up=bool(about.get("made_up")),
        first=blocks[: len(reader.first)],
        body=blocks[len(reader.first) :],
        findings=reader.findings,
    )


def _told_below(notebook: NotebookNode) -> list[str]:
    """Return the keys of the Findings that are told after the first page."""
    cells = [cell for cell in notebook.cells if not {FIRST_PAGE, WORKBOOK} & set(cell.metadata.get("tags", []))]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"][FINDING_MIME]["key"] for output in outputs if FINDING_MIME in output.get("data", {})]


def _with_its_sheet(block: Block, reader: "_Reader") -> Block:
    """Name the workbook's sheet beside a sentence whose table is not printed."""
    if "table" not in block:
        return block
    titles = [text("workbook.contents", reader.lang), *(form["title"] for form in reader.findings)]
    name = sheet_names(titles)[1 + reader.findings.index(block["table"])]
    return {"kind": block["kind"], "text": block["text"], "sheet": text("report.sheet", reader.lang, sheet=name)}


def _period(about: Mapping[str, Any], lang: Lang) -> str:
    if about.get("week"):
        return week(about["week"], lang)
    return month(about["month"], lang) if about.get("month") else ""


class _Reader:
    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.first: list[Block] = []
        self.body: list[Block] = []
        self.findings: list[dict[str, Any]] = []
        self.below: list[str] = []
        self._said: set[tuple[bool, str, str]] = set()
        self._warned: set[str] = set()

    def read(self, cell: NotebookNode, number: int) -> None:
        """Take up one cell."""
        tags = set(cell.metadata.get("tags", []))
        if tags & set(LANGUAGES) and self.lang not in tags:
            return
        part = self.first if FIRST_PAGE in tags else self.body
        if cell.cell_type == "markdown":
            told = markup.blocks(cell.source)
            if any(block["kind"] == "heading" and block["level"] <= 2 for block in told):
                self._warned.clear()
            part.extend(told)
        elif cell.cell_type == "code":
            part.extend(self._outputs(cell, tags, number))

    def _outputs(self, cell: NotebookNode, tags: set[str], number: int) -> Iterator[Block]:
        _check(cell, number)
        finding: dict[str, Any] | None = None
        for output in cell.outputs:
            data = output.get("data", {})
            finding = data.get(FINDING_MIME, finding)
            if FINDING_MIME in data and data[FINDING_MIME] not in self.findings:
                self.findings.append(data[FINDING_MIME])
            if WORKBOOK in tags:
                continue
            if SVG in data or "image/png" in data:
                yield from self._figure(output, finding, tags, number)
            elif FINDING_MIME in data:
                yield from self._finding(data[FINDING_MIME], tags)
            elif "text/markdown" in data:
                yield from markup.blocks(_joined(data["text/markdown"]))

    def _finding(self, form: dict[str, Any], tags: set[str]) -> Iterator[Block]:
        if KPI in tags:
            yield {"kind": "cards", "cards": cards(form, self.lang)}
            yield from self._caveats(form)
            return
        if STATEMENTS in tags and form["rows"]:
            yield from ({"kind": "sentence", "text": row[-1]} for row in form["rows"])
            yield from self._caveats(form)
            return
        yield from self._sentence(form, tags)
        if form["rows"] and (WITH_TABLE in tags or not tags & {FIRST_PAGE, SENTENCE}):
            yield {"kind": "table", "caption": form["title"]} | {name: form[name] for name in _TABLE}

    def _sentence(self, form: dict[str, Any], tags: set[str]) -> Iterator[Block]:
        if form["key"] == MISSING:
            # Whether it is said again, the section decides in which it stands.
            if FIRST_PAGE not in tags:
                why = form["sentence"].removeprefix(text(f"{MISSING}.sentence", self.lang, why=""))
                yield {"kind": "sentence", "text": form["sentence"], "missing": why}
            return
        # The first page is a summary: what it says is said again at its place.
        said = (FIRST_PAGE in tags, form["key"], form["sentence"])
        if said not in self._said:
            self._said.add(said)
            apart = {"table": form} if SENTENCE in tags and form["rows"] else {}
            yield {"kind": "sentence", "text": form["sentence"], **apart}
            if FIRST_PAGE not in tags or form["key"] not in self.below:
                yield from self._caveats(form)

    def _caveats(self, form: dict[str, Any]) -> Iterator[Block]:
        # Said once in a section: a warning on every table is read on none.
        for warning in form["warnings"]:
            if warning not in self._warned:
                self._warned.add(warning)
                yield {"kind": "caveat", "text": warning}

    def _figure(
        self, output: NotebookNode, finding: dict[str, Any] | None, tags: set[str], number: int
    ) -> Iterator[Block]:
        told = output.get("metadata", {}).get("churnlab", {})
        caption = told.get("caption") or (finding or {}).get("title")
        alt = told.get("alt") or (finding or {}).get("sentence")
        if SVG not in output.data or not caption or not alt:
            raise RunError("report.figure_unnamed", cell=number)
        if finding:
            yield from self._sentence(finding, tags)
        if SENTENCE not in tags:
            yield {"kind": "figure", "svg": _joined(output.data[SVG]), "alt": alt, "caption": caption}


_TABLE = ("columns", "align", "rows")


def _check(cell: NotebookNode, number: int) -> None:
    for output in cell.outputs:
        if output.output_type == "error":
            # Its message may hold a name or a phone number; its kind cannot.
            raise RunError("report.cell_failed", cell=number, what=output.get("ename", ""))
    if cell.source.strip() and cell.execution_count is None:
        raise RunError("report.cell_not_run", cell=number)


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _title(reader: _Reader, told: str | None) -> str:
    tops = [block for block in reader.first + reader.body if block["kind"] == "heading" and block["level"] == 1]
    if len(tops) != 1:
        return told or "churnlab"
    for part in (reader.first, reader.body):
        part[:] = [block for block in part if block is not tops[0]]
    return told or markup.plain(tops[0]["content"])


def _levelled(blocks: list[Block]) -> list[Block]:
    # A bookmark's level may not be skipped: below each heading the next deeper one is one step deeper.
    levelled, open_levels = [], list[int]()
    for block in blocks:
        if block["kind"] == "heading":
            open_levels = [level for level in open_levels if level < block["level"]] + [block["level"]]
            block = block | {"level": len(open_levels)}
        levelled.append(block)
    return levelled
