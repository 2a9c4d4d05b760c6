"""Of which tables that every report needs were so many rows set aside that its figures may not be believed?"""

from collections.abc import Mapping

from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.settings import Settings
from churnlab.tables.schemas import TABLES
from churnlab.tables.table_counts import TableCounts

_BETWEEN: Mapping[Lang, str] = {"zh": "；", "en": "; "}


def shortfall(counts: Mapping[str, TableCounts], settings: Settings) -> Mapping[Lang, str] | None:
    """Name the required tables of which more than `tables.set_aside_alarm_share` of the rows were set aside.

    Parameters
    ----------
    counts : mapping of str to TableCounts
        What became of each table's rows.
    settings : Settings
        `tables.set_aside_alarm_share`.

    Returns
    -------
    mapping of language to str, or None
        The tables with rows set aside, rows handed in (lines that are no rows not counted) and the share; None where
        no table falls short.
    """
    rows = {name: told.kept + told.set_aside for name, told in counts.items() if TABLES[name].required}
    most = settings.tables.set_aside_alarm_share
    short = [name for name, handed_in in rows.items() if counts[name].set_aside > most * handed_in]
    if not short:
        return None
    return {lang: _BETWEEN[lang].join(_said(name, counts[name], lang) for name in short) for lang in LANGUAGES}


def _said(name: str, counts: TableCounts, lang: Lang) -> str:
    rows, table = counts.kept + counts.set_aside, {"zh": TABLES[name].zh, "en": TABLES[name].en}
    facts = {"name": table, "set_aside": counts.set_aside, "rows": rows, "share": counts.set_aside / rows}
    return text("tables.shortfall.table", lang, **facts)
