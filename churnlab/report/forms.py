"""Which table stood behind a Finding that a notebook shows?"""

from datetime import date
from typing import Any

import pandas as pd

from churnlab import i18n, wording
from churnlab.i18n import Lang


def raw_table(form: dict[str, Any]) -> pd.DataFrame:
    """Return a Finding's table from its JSON form, of Python objects: numbers, text, flags, `date`s, None.

    Parameters
    ----------
    form : dict
        What `Finding.as_json` made.
    """
    raw = form["raw"]
    rows = [
        [date.fromisoformat(value) if name in raw["dates"] and value else value for name, value in row]
        for row in (zip(raw["names"], row, strict=True) for row in raw["rows"])
    ]
    return pd.DataFrame(rows, columns=raw["names"], dtype=object)


def cards(form: dict[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """Return what stands large on the first page, one card for each figure.

    The table's first column names what each row is (this month, last month, the same month last year); each further
    column is a card. The first row is printed large with its interval, the others below with the change since;
    a row that alone has an interval (what is usual) stands as that range, without a change.

    Parameters
    ----------
    form : dict
        What `Finding.as_json` made.
    lang : {"zh", "en"}
        The reader's language.
    """
    table = raw_table(form)
    if table.empty:
        return []
    first, *figures = wording.presented(table, lang).attrs["names"]
    return [
        {"label": wording.header(name, lang, form["counted"]), **_card(table, first, name, lang)} for name in figures
    ]


def _card(table: pd.DataFrame, row_name: str, name: str, lang: Lang) -> dict[str, Any]:
    now, before = table.iloc[0], [table.iloc[row] for row in range(1, len(table))]
    return {
        "value": wording.cell(now[name], name, lang),
        "interval": _interval(now, name, lang),
        "before": [
            {"label": wording.cell(row[row_name], row_name, lang), **_beside(now, row, name, lang)}
            for row in before
            if row[name] is not None
        ],
    }


def _beside(now: pd.Series, then: pd.Series, name: str, lang: Lang) -> dict[str, str]:
    usual = _interval(then, name, lang)
    if usual and not _interval(now, name, lang):
        return {"value": usual, "change": ""}
    return {
        "value": wording.cell(then[name], name, lang),
        "change": _change(now[name], then[name], name, lang),
    }


def _interval(row: pd.Series, name: str, lang: Lang) -> str:
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is None or high is None:
        return ""
    return f"{wording.cell(low, name, lang).removesuffix('%')}–{wording.cell(high, name, lang)}"


def _change(now: Any, then: Any, name: str, lang: Lang) -> str:
    if not isinstance(now, int | float) or not isinstance(then, int | float):
        return ""
    if wording.unit(name) == "rate":
        return i18n.points(now - then, lang)
    sign = "+" if now > then else "−" if now < then else "±"
    return sign + wording.cell(abs(now - then), name, lang)
