"""How does a document become a PDF?

Typst sets it with the packaged template, the packaged fonts and nothing else: no font of the system, no file but
the template, no network. The document goes in as JSON, so that no text of it is ever read as a program.
"""

import json
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from tempfile import TemporaryDirectory
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from nbformat import NotebookNode

from churnlab.errors import RunError
from churnlab.i18n import Lang, text
from churnlab.plots.style import ACCENT, font
from churnlab.report import document, glyphs, layout
from churnlab.report.document import Document
from churnlab.report.markup import Block

UNDATED = date(2000, 1, 1)
_WORDS = ("contents", "figure", "table", "made_up_short")


def render(notebook: NotebookNode, lang: Lang) -> bytes:
    """Return the PDF of an executed notebook: A4, tagged (PDF/UA-1), the same bytes from the same notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed; see `churnlab.report.document` for what is kept of it.
    lang : {"zh", "en"}
        The reader's language.

    Raises
    ------
    RunError
        If a cell failed or was not run, a figure has nothing that says what it shows, or a font is missing.
    """
    return typeset(document.read(notebook, lang))


def typeset(doc: Document) -> bytes:
    """Return a document's PDF; characters that no font has are printed as 〓 (`missing` names them)."""
    sources = json.dumps(glyphs.legible(_inputs(doc)))
    made_on = doc.as_of or UNDATED
    # An empty folder is all that Typst may read.
    with TemporaryDirectory() as nothing:
        try:
            compiler = typst.Compiler(
                (files("churnlab") / "report" / "template.typ").read_bytes(),
                root=nothing,
                font_paths=_fonts(),
                ignore_system_fonts=True,
                sys_inputs={"document": sources},
            )
            seconds = int(datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC).timestamp())
            pdf, warned = compiler.compile_with_warnings(format="pdf", pdf_standards=["ua-1"], timestamp=seconds)
        except typst.TypstError as error:
            raise RunError("report.not_set", what=error.message) from error
    if warned:
        raise RunError("report.not_set", what=warned[0].message)
    assert isinstance(pdf, bytes)
    return pdf


def missing(doc: Document) -> list[str]:
    """Return the characters that the PDF shows as 〓."""
    return glyphs.missing(_inputs(doc))


@cache
def _fonts() -> typst.Fonts:
    sans, serif = map(font, (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path()))
    folders = sorted({str(sans.parent), str(serif.parent)})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _inputs(doc: Document) -> dict[str, Any]:
    as_of = text("report.as_of", doc.lang, day=doc.as_of) if doc.as_of else ""
    words = {name: text(f"report.{name}", doc.lang) for name in _WORDS}
    return {
        "lang": doc.lang,
        # A PDF/UA must have a title, even if no letter of the given one is seen.
        "title": doc.title if glyphs.visible(doc.title).strip() else "churnlab",
        "subtitle": doc.subtitle,
        "institution": doc.institution,
        "header": _dotted(doc.institution, doc.period, doc.campus),
        "scope": _dotted(doc.period, doc.campus, as_of),
        "date": {"year": doc.as_of.year, "month": doc.as_of.month, "day": doc.as_of.day} if doc.as_of else None,
        "banner": text("report.made_up", doc.lang) if doc.made_up else "",
        "words": words | {"page": text("report.page", doc.lang, page="{page}", pages="{pages}")},
        "accent": ACCENT,
        "contents": any(block["kind"] == "heading" for block in doc.body),
        "first": list(map(_measured, doc.first)),
        "body": list(map(_measured, doc.body)),
    }


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _measured(block: Block) -> Block:
    if block["kind"] != "table":
        return block
    made = layout.fit(block["columns"], block["rows"], block["align"])
    return block | {"size": made.size_pt, "widths": made.shares, "rows": made.cells, "whole": made.whole}
