"""How is it said why a row was set aside?"""

from collections.abc import Mapping
from typing import Any

from churnlab.i18n import Lang, text
from churnlab.tables.contract import Column
from churnlab.tables.schemas import TABLES


def header(column: Column, own: str = "") -> dict[str, str]:
    """Name a column as a reader of each language finds it in a file: its header there, with our name if that differs.

    Parameters
    ----------
    column : Column
        Of the contract.
    own : str
        The header in the file, without names of persons; empty: the usual one.
    """
    own = own or column.zh[0]
    return {
        "zh": own if own == column.zh[0] else f"{own}（{column.zh[0]}）",
        "en": own if own == column.name else f"{own} ({column.name})",
    }


def message(bad: Mapping[str, Any], lang: Lang) -> str:
    """Say where a cell stands, what came, what was expected and what to do.

    Parameters
    ----------
    bad : mapping
        A row of `Checked.set_aside`; its value is masked where personal.
    lang : {"zh", "en"}
        The reader's language.
    """
    column = header(TABLES[bad["table"]].column(bad["column"]), bad["header"])[lang] if bad["column"] else ""
    where = f"{'sheet' if bad['sheet'] else 'file'}_{'cell' if column else 'row'}"
    place = text(f"set_aside.place.{where}", lang, file=bad["file"], sheet=bad["sheet"], row=bad["row"], column=column)
    return place + text(f"set_aside.{bad['reason']}", lang, **bad["facts"])
