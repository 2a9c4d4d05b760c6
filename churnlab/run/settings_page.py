"""Which settings are there, what may stand in them, and why are they as they are?

The settings model and its reasons, as a page to read in each language.
`python -c "from churnlab.run.settings_page import write; write()"` in the project's folder writes docs/ anew.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.run.home import as_toml
from churnlab.settings import NEVER, Settings

# What JSON schemas call a kind of value, and what we do.
_KINDS = {"integer": "whole", "number": "number", "string": "words", "path": "folder"}
_HEADERS = ("setting", "default", "allowed", "why")
# What pydantic calls a bound, and how it is written before its number.
_BOUNDS = {"minimum": "≥ ", "exclusiveMinimum": "> ", "maximum": "≤ ", "exclusiveMaximum": "< "}


def file_name(lang: Lang) -> str:
    """Return the name of a language's page below docs/."""
    return f"settings.{lang}.md"


def write(folder: Path = Path("docs")) -> None:
    """Write the page of each language."""
    for lang in LANGUAGES:
        (folder / file_name(lang)).write_text(page(lang), encoding="utf-8", newline="\n")


def page(lang: Lang) -> str:
    """Return all settings in Markdown: a section of `churnlab.toml` each, with defaults, what is allowed, and why."""
    defaults = Settings()
    parts = [f"# {text('settings_page.title', lang)}", text("settings_page.intro", lang)]
    for section in type(defaults).model_fields:
        parts += [f"## `[{section}]`", text(f"settings_page.section.{section}", lang)]
        parts.append("\n".join(_table(section, getattr(defaults, section), lang)))
    return "\n\n".join([*parts, text("settings_page.example", lang)]) + "\n"


def _table(section: str, values: BaseModel, lang: Lang) -> Iterator[str]:
    yield _row(text(f"settings_page.header_{name}", lang) for name in _HEADERS)
    yield _row("---" for _ in _HEADERS)
    schema = type(values).model_json_schema()["properties"]
    for name in type(values).model_fields:
        why = text(f"setting.{section}.{name}", lang)
        yield _row((f"`{name}`", f"`{as_toml(getattr(values, name))}`", _allowed(schema[name], lang), why))


def _row(cells: Iterator[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _allowed(told: Mapping[str, Any], lang: Lang) -> str:
    """Say which values a setting takes, from its JSON schema."""
    if "anyOf" in told:
        return text("settings_page.or_never", lang, kind=_allowed(told["anyOf"][0], lang), never=f'`"{NEVER}"`')
    if "$ref" in told:
        return text(f"settings_page.kind.{told['$ref'].rsplit('/', 1)[-1].lower()}", lang)
    choices = told.get("enum") or ([told["const"]] if "const" in told else [])
    if choices:
        return {"zh": "、", "en": ", "}[lang].join(f'`"{choice}"`' for choice in choices)
    if told["type"] == "array":
        return text("settings_page.list", lang, kind=_allowed(told["items"], lang))
    kind = text(f"settings_page.kind.{_KINDS[told.get('format', told['type'])]}", lang)
    bounds = [f"{sign}{told[name]:g}" for name, sign in _BOUNDS.items() if name in told]
    return text("settings_page.bounded", lang, kind=kind, bounds=", ".join(bounds)) if bounds else kind
