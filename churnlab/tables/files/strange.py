"""What can be said of a sheet that no table's name or headers fit?

Its headers, where a row has any that some table knows: else it may be a row of data, and nothing of it is shown. And
the line of `[files]` that would name it, with the table that knows most of its headers.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from typing import Any

from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.tables.family_names import looks_like_a_name
from churnlab.tables.files.grid import Grid, Row, Warned
from churnlab.tables.headers import HEAD_ROWS, Vocabulary, best_row, fold, known, shown

KEY = "warning.reading.strange"
_HEADERS_SHOWN = 12
_SURE = 2  # as many known headers make a row a header: it holds no names then
_NOT_TOLD = "…"


def strange(grid: Grid, place: str, vocabularies: AnyMapping[str, Vocabulary]) -> Warned:
    """Return the warning of a sheet that was not recognised.

    Parameters
    ----------
    grid : Grid
        The sheet.
    place : str
        Its file, or `file#sheet`.
    vocabularies : mapping of str to mapping
        Headers of each table.
    """
    every = {name: column for words in vocabularies.values() for name, column in words.items()}
    rows = grid.top(HEAD_ROWS)
    cells = rows[best_row(rows, every)] if rows else []
    facts: dict[str, Any] = {"file": place, "named": _guessed(cells, vocabularies), "headers": _headers(cells, every)}
    return KEY, facts


def listed(warnings: Iterable[Warned]) -> AnyMapping[Lang, str] | None:
    """Return a line for each sheet that was not recognised, to be written in an error; None: there is none."""
    found = [facts for key, facts in warnings if key == KEY]
    if not found:
        return None
    return {
        lang: "\n".join(f"- {text('first_contact.strange', lang, **facts)}" for facts in found) for lang in LANGUAGES
    }


def _guessed(cells: Row, vocabularies: AnyMapping[str, Vocabulary]) -> str:
    knows = {name: len(known(cells, words)) for name, words in vocabularies.items()}
    most = max(knows.values())
    best = [name for name, many in knows.items() if many == most > 0]
    return best[0] if len(best) == 1 else _NOT_TOLD


def _headers(cells: Sequence[str], every: Vocabulary) -> dict[Lang, str]:
    filled = [cell for cell in cells if cell.strip()]
    many = sum(fold(cell) in every for cell in filled)
    if not many:
        return {lang: text("reading.no_header_seen", lang) for lang in LANGUAGES}
    told = [cell if many >= _SURE or fold(cell) in every or not looks_like_a_name(cell) else "***" for cell in filled]
    cut = shown(told[:_HEADERS_SHOWN]) + (" | …" if len(told) > _HEADERS_SHOWN else "")
    return dict.fromkeys(LANGUAGES, cut)
