"""What is wrong with a TOML file, in the reader's language?"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from churnlab.i18n import LANGUAGES, Lang, has, text

_LONGEST = 60
# What pydantic calls them; kinds of our own settings go by their own name.
_KINDS = {
    "extra_forbidden": "unknown",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "string_type": "words",
    "path_type": "words",
    "tuple_type": "list",
    "greater_than": "above",
    "greater_than_equal": "at_least",
    "less_than": "below",
    "less_than_equal": "at_most",
    "literal_error": "one_of",
    "model_type": "section",
    "date_type": "day",
    "date_parsing": "day",
    "date_from_datetime_parsing": "day",
    "date_from_datetime_inexact": "day",
}


def not_toml(error: tomllib.TOMLDecodeError | UnicodeDecodeError) -> dict[Lang, str]:
    """Say in each language where and why a text is no TOML."""
    if isinstance(error, UnicodeDecodeError):
        return {lang: text("settings.toml.not_utf8", lang) for lang in LANGUAGES}
    said = str(error)
    # The parser's own words are English; that something stands twice is the one reason not seen from the place.
    fault = "twice" if said.startswith("Cannot ") else "at"
    place = re.search(r"at line (\d+), column (\d+)", said)
    if place is None:
        return {lang: text(f"settings.toml.{fault}_end", lang) for lang in LANGUAGES}
    return {lang: text(f"settings.toml.{fault}", lang, line=place[1], column=place[2]) for lang in LANGUAGES}


def wrong(error: ValidationError, model: type[BaseModel]) -> dict[Lang, str]:
    """Say in each language all that is wrong with the values of a file, a line each.

    Parameters
    ----------
    error : pydantic.ValidationError
        What the model refused.
    model : type of pydantic.BaseModel
        What was expected.
    """
    items = error.errors(include_url=False)
    return {lang: "".join(f"\n  {_item(item, model, lang)}" for item in items) for lang in LANGUAGES}


def _item(item: Any, model: type[BaseModel], lang: Lang) -> str:
    key = f"settings.wrong.{_KINDS.get(item['type'], item['type'])}"
    facts = {name: f"{value:g}" for name, value in item.get("ctx", {}).items() if isinstance(value, int | float)}
    facts |= {"came": _came(item["input"]), "known": {"zh": "、", "en": ", "}[lang].join(_known(item, model))}
    said = text(key if has(key) else "settings.wrong.other", lang, **facts)
    return text("settings.wrong.place", lang, place=_place(item["loc"]), said=said)


def _place(parts: Sequence[str | int]) -> str:
    """Name a setting as `calendar.school_holidays#2.from_on`, places in a list counted from one."""
    return "".join(f"#{part + 1}" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def _came(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def _known(item: Any, model: type[BaseModel]) -> list[str]:
    """Name what could stand where something unknown stands."""
    if item["type"] == "literal_error":
        return re.findall(r"'([^']*)'", item["ctx"]["expected"])
    if item["type"] != "extra_forbidden":
        return []
    for part in item["loc"][:-1]:
        if isinstance(part, str):
            model = next(_models(model.model_fields[part].annotation))
    return [*model.model_fields]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    yield from chain.from_iterable(_models(part) for part in get_args(annotation))
