"""What may an institution hand in? The contract, as a page to read in each language.

`python -c "from churnlab.tables.dictionary import write; write()"` in the project's folder writes docs/ anew.
"""

from collections.abc import Iterator
from pathlib import Path

from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.tables.contract import ALWAYS, CURRENT, ROW, Column, Table
from churnlab.tables.schemas import TABLES

_HEADERS = ("column", "headers", "kind", "required", "personal", "known", "more")


def file_name(lang: Lang) -> str:
    """Return the name of a language's page below docs/."""
    return f"data-dictionary.{lang}.md"


def write(folder: Path = Path("docs")) -> None:
    """Write the page of each language."""
    for lang in LANGUAGES:
        (folder / file_name(lang)).write_text(dictionary(lang), encoding="utf-8", newline="\n")


def dictionary(lang: Lang) -> str:
    """Return the data dictionary in Markdown."""
    head = [f"# {text('dictionary.title', lang)}", text("dictionary.intro", lang), *_who(lang), *_privacy(lang)]
    return "\n\n".join([*head, *(part for table in TABLES.values() for part in _table(table, lang))]) + "\n"


def _who(lang: Lang) -> Iterator[str]:
    yield f"## {text('dictionary.who_heading', lang)}"
    yield from (text(f"dictionary.who_{part}", lang) for part in ("given", "rule", "later"))


def _privacy(lang: Lang) -> Iterator[str]:
    def listed(*examples: str) -> str:
        return {"zh": "、", "en": ", "}[lang].join(examples)

    yield f"## {text('dictionary.privacy_heading', lang)}"
    yield text("dictionary.privacy_stored", lang)
    yield text("dictionary.privacy_names", lang, whole=listed("王小明", "小明"))
    yield text("dictionary.privacy_words", lang, course="致远", grade=listed("高一", "周六"))
    yield text("dictionary.privacy_later", lang)
    called, words = listed("芳芳", "小王", "李妈妈"), listed("天天", "阳光")
    yield text("dictionary.privacy_missed", lang, single="王芳 → 芳", called=called, words=words)
    yield text("dictionary.privacy_too_much", lang)


def _table(table: Table, lang: Lang) -> Iterator[str]:
    yield f"## {text('dictionary.table_heading', lang, zh=table.zh, name=table.name)}"
    yield {"zh": "", "en": " "}[lang].join(_facts(table, lang))
    header = [text(f"dictionary.header_{name}", lang) for name in _HEADERS]
    rows = [header, ["---"] * len(header), *(_column(column, table, lang) for column in table.exported)]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _facts(table: Table, lang: Lang) -> Iterator[str]:
    def say(sentence: str, /, **facts: str) -> str:
        return text(f"dictionary.{sentence}", lang, **facts)

    yield say("row", row=table.row_zh if lang == "zh" else table.row)
    if table.required:
        yield say("needed")
    key, natural = (", ".join(f"`{name}`" for name in names) for names in (table.key, table.natural_key))
    yield say("keyed_natural", natural=natural) if key == natural else say("keyed", key=key, natural=natural)
    yield say("dated", column=f"`{table.dated_by}`") if table.dated_by else say("undated")
    if table.recorded_by:
        yield say("recorded", column=f"`{table.recorded_by}`")
    for name, (pointer, *days) in table.dates_from.items():
        there = {"zh": "、", "en": ", "}[lang].join(f"`{day}`" for day in days)
        other = f"`{table.column(pointer).references}`"
        yield say("dated_from", column=f"`{name}`", pointer=f"`{pointer}`", other=other, days=there)
    for column, code in table.void_when.items():
        yield say("voided", column=f"`{column}`", code=f"`{code}`")
    if table.reverses:
        yield say("reversed", column=f"`{table.reverses}`")
    for order in table.orders:
        yield say("ordered", earlier=f"`{order.earlier}`", later=f"`{order.later}`")


def _column(column: Column, table: Table, lang: Lang) -> list[str]:
    comma = {"zh": "、", "en": ", "}[lang]
    who = column in table.who
    personal = "unstored" if who else column.personal
    return [
        f"`{column.name}`",
        comma.join((*column.zh, *column.en)),
        text(f"dictionary.kind.{column.kind}", lang),
        text("dictionary.required_yes", lang) if column.required else "",
        text(f"dictionary.personal.{personal}", lang) if personal else "",
        _known(column, lang),
        {"zh": "；", "en": "; "}[lang].join([text("dictionary.who", lang)] if who else _more(column, lang)),
    ]


def _known(column: Column, lang: Lang) -> str:
    if column.known in (ROW, CURRENT, ALWAYS):
        return text(f"dictionary.known_{column.known}", lang)
    return text("dictionary.known_column", lang, column=f"`{column.known}`")


def _more(column: Column, lang: Lang) -> Iterator[str]:
    if column.codes:
        comma = {"zh": "、", "en": ", "}[lang]
        codes = comma.join(f"`{code}` {'/'.join(words)}" for code, words in column.codes.items())
        yield text("dictionary.usual" if column.kind == "word" else "dictionary.codes", lang, codes=codes)
    if column.low is not None and column.high is not None:
        yield text("dictionary.bounds", lang, low=f"{column.low:,.0f}", high=f"{column.high:,.0f}")
    if column.period:
        yield text(f"dictionary.period_{column.period}", lang)
    for name, code in column.person_when.items():
        yield text("dictionary.person_when", lang, column=f"`{name}`", code=f"`{code}`")
    if column.references:
        yield text("dictionary.points_to", lang, table=f"`{column.references}`")
    if column.spare:
        yield text("dictionary.spare", lang)
    if column.stored_as:
        yield text("dictionary.stored_as", lang, name=f"`{column.stored_as}`")
