"""How is it said in Chinese, and how in English?

Sentences live in `locale/<lang>/*.toml`; code holds their keys. A placeholder may name how its value is written:
`{rate:percent}`, `{n:count}`, `{amount:money}`, `{on:date}`, `{month:month}`, `{week:week}`, `{x:number}`,
`{columns:said}` (a value that differs by language, as `{"zh": …, "en": …}`).

What is counted (the settings' unit: students, enrolments, students by campus) is the fact `unit`, and a sentence takes
its words from `unit.<unit>` in the locale: `{n:units}` is "3 students" or 3 份报名, `{n:measured}` 3 份 where the noun
went before, `{unit:many}` the noun alone.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal, cast

from babel import dates, numbers

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
MISSING = "—"
_BABEL: dict[Lang, str] = {"zh": "zh_Hans_CN", "en": "en_GB"}
_chosen: ContextVar[Lang | None] = ContextVar("churnlab_language", default=None)


def use(lang: Lang) -> None:
    """Speak this language from here on (a notebook's second cell calls it).

    Parameters
    ----------
    lang : {"zh", "en"}
        The reader's language.
    """
    assert lang in LANGUAGES, lang
    _chosen.set(lang)


def language() -> Lang:
    """Return the language in use: chosen, else the environment's (`CHURNLAB_LANG`, then the locale)."""
    chosen = _chosen.get()
    if chosen:
        return chosen
    told = os.environ.get("CHURNLAB_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if told.lower().startswith("zh") else "en"


def text(key: str, lang: Lang | None = None, /, **facts: Any) -> str:
    """Say the sentence `key` with these facts.

    Parameters
    ----------
    key : str
        Dotted name in the locale files, as `"churn.rate.sentence"`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    **facts
        A value for each placeholder of the sentence.

    Raises
    ------
    KeyError
        If the key or one of its placeholders is unknown: a mistake of ours, never of the reader.
    """
    lang = lang or language()
    return _Words(lang, facts.get("unit")).vformat(sentences(lang)[key], (), facts)


def has(key: str) -> bool:
    """Tell whether a sentence of this name exists."""
    return key in sentences("en")


@cache
def sentences(lang: Lang) -> Mapping[str, str]:
    """Return all sentences of a language by dotted key."""
    found: dict[str, str] = {}
    folder = files("churnlab") / "locale" / lang
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for key, sentence in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
                assert key not in found, f"{key} stands twice in locale/{lang}"
                found[key] = sentence
    return found


def _flat(tree: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, str]]:
    for name, item in tree.items():
        if isinstance(item, Mapping):
            yield from _flat(item, f"{stem}{name}.")
        else:
            yield stem + name, cast(str, item)


def percent(value: float, lang: Lang, digits: int = 1) -> str:
    """Write a 0–1 rate as a percentage; what with decimals rounds to nothing or all and is not: `<0.1%`, `>99.9%`."""
    if value != value:
        return MISSING
    pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
    least = 10.0 ** -(digits + 2)
    if digits and 0 < value <= least / 2:
        return f"<{_decimal(least, pattern, lang)}"
    if digits and 1 - least / 2 <= value < 1:
        return f">{_decimal(1 - least, pattern, lang)}"
    return _decimal(value, pattern, lang)


def points(value: float, lang: Lang, digits: int = 1) -> str:
    """Write a difference of two 0–1 rates in percentage points, with its sign."""
    if value != value:
        return MISSING
    return signed(value * 100, lang, digits) + {"zh": " 个百分点", "en": " points"}[lang]


def change(value: float, lang: Lang) -> str:
    """Write a difference of two 0–1 rates in percentage points without naming them, as the first bound of a range."""
    return signed(value * 100, lang, 1)


def signed(value: float, lang: Lang, digits: int = 1) -> str:
    """Write a difference with its sign."""
    if value != value:
        return MISSING
    return numbers.format_decimal(value, "+#,##0." + "0" * digits + ";−#", locale=_BABEL[lang])


def count(value: float, lang: Lang) -> str:
    """Write a whole number."""
    return MISSING if value != value else _decimal(round(value), "#,##0", lang)


def number(value: float, lang: Lang, digits: int = 1) -> str:
    """Write a number to `digits` decimals."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return MISSING if value != value else _decimal(value, pattern, lang)


def money(value: float, lang: Lang) -> str:
    """Write an amount of CNY in whole yuan."""
    return MISSING if value != value else _decimal(value, "¥#,##0", lang)


def signed_money(value: float, lang: Lang) -> str:
    """Write a difference of two amounts of CNY with its sign, in whole yuan."""
    said = money(value, lang)
    return f"+{said}" if value > 0 else said


def _decimal(value: float, pattern: str, lang: Lang) -> str:
    """Write a number with a true minus before all of it; what rounds to nothing has no sign."""
    said = numbers.format_decimal(abs(value), pattern, locale=_BABEL[lang])
    return f"−{said}" if value < 0 and any(digit in said for digit in "123456789∞") else said


def p_value(value: float, lang: Lang) -> str:
    """Write a probability under the null with its sign of equality: below a thousandth only that it is."""
    return MISSING if value != value else "< 0.001" if value < 0.001 else f"= {number(value, lang, 3)}"


def day(value: date, lang: Lang) -> str:
    """Write a date."""
    return dates.format_date(value, {"zh": "y年M月d日", "en": "d MMM y"}[lang], locale=_BABEL[lang])


def month(value: date | str, lang: Lang) -> str:
    """Write a month, given as a date in it, as `2026-10`, or by its first and last day as `2026-10-15/2026-11-14`."""
    if isinstance(value, str) and "/" in value:
        return _TO[lang].join(day(date.fromisoformat(end), lang) for end in value.split("/"))
    if isinstance(value, str):
        value = date.fromisoformat(value[:7] + "-01")
    return dates.format_date(value, {"zh": "y年M月", "en": "MMMM y"}[lang], locale=_BABEL[lang])


def during(value: date | str, lang: Lang) -> str:
    """Write when something happens that happens in a month, given as to `month`."""
    said = month(value, lang)
    if lang == "zh":
        return said
    return f"from {said}" if isinstance(value, str) and "/" in value else f"in {said}"


def week(value: str, lang: Lang) -> str:
    """Write a week, given as `2026-W43`, with its days."""
    year, number = (int(part) for part in value.split("-W"))
    first, last = (date.fromisocalendar(year, number, place) for place in (1, 7))
    span = f"{_short_day(first, lang)}{_TO[lang]}{_short_day(last, lang)}"
    return f"{year}年第{number}周（{span}）" if lang == "zh" else f"week {number} of {year} ({span})"


_TO: dict[Lang, str] = {"zh": "至", "en": " to "}


def _short_day(value: date, lang: Lang) -> str:
    return dates.format_date(value, {"zh": "M月d日", "en": "d MMM"}[lang], locale=_BABEL[lang])


_WRITERS: dict[str, Any] = {
    "percent": percent,
    "percent0": lambda value, lang: percent(value, lang, 0),
    "points": points,
    "change": change,
    "signed": signed,
    "signed2": lambda value, lang: signed(value, lang, 2),
    "signed_money": signed_money,
    "count": count,
    "number": number,
    "number0": lambda value, lang: number(value, lang, 0),
    "number2": lambda value, lang: number(value, lang, 2),
    "number3": lambda value, lang: number(value, lang, 3),
    "money": money,
    "p": p_value,
    "date": day,
    "month": month,
    "during": during,
    "week": week,
    "said": lambda value, lang: value[lang],
}


COUNTED = ("units", "measured", "enrolled")  # ways to write a number of what is counted
NAMED = ("one", "many", "a", "each", "two", "nobody", "heading", "stays")  # ways to name what is counted


class _Words(Formatter):
    def __init__(self, lang: Lang, unit: str | None = None) -> None:
        self.lang, self.unit = lang, unit

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value as its placeholder asks; `{n:one|student|students}` chooses by number."""
        if format_spec.startswith("one|"):
            _, one, many = format_spec.split("|")
            return one if value == 1 else many
        if format_spec in COUNTED:
            return text(f"unit.{self.unit}.{format_spec}", self.lang, n=value)
        if format_spec in NAMED:
            return text(f"unit.{value}.{format_spec}", self.lang)
        if format_spec in _WRITERS:
            return MISSING if value is None else _WRITERS[format_spec](value, self.lang)
        assert not format_spec, f"unknown way to write a value: {format_spec}"
        return str(value)
