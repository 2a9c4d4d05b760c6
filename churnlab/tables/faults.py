"""How is it said why a row was set aside?"""

from collections.abc import Mapping
from typing import Any

from churnlab.i18n import Lang, text
from churnlab.tables.contract import Column
from churnlab.tables.schemas import TABLES


def header(column: Column) -> dict[str, str]:
    """Name a column as a reader of each language finds it in a file: usual header, in English with our name."""
    return {"zh": column.zh[0], "en": f"{column.zh[0]} ({column.name})"}


def message(bad: Mapping[str, Any], lang: Lang) -> str:
    """Say where a cell stands, what came, what was expected and what to do.

    Parameters
    ----------
    bad : mapping
        A row of `Checked.set_aside`; its value is masked where personal.
    lang : {"zh", "en"}
        The reader's language.
    """
    column = header(TABLES[bad["table"]].column(bad["column"]))[lang] if bad["column"] else ""
    where = f"{'sheet' if bad['sheet'] else 'file'}_{'cell' if column else 'row'}"
    place = text(f"set_aside.place.{where}", lang, file=bad["file"], sheet=bad["sheet"], row=bad["row"], column=column)
    return place + text(f"set_aside.{bad['reason']}", lang, **bad["facts"])
