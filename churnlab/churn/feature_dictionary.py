"""What does each feature mean? The declarations, as a page to read in each language.

`python -c "from churnlab.churn.feature_dictionary import write; write()"` in the project's folder writes docs/ anew.
"""

from pathlib import Path

from churnlab.churn.declarations import CORE, FEATURES, Feature
from churnlab.churn.reasons import label
from churnlab.i18n import LANGUAGES, MISSING, Lang, has, text

_HEADERS = ("name", "label", "window", "unit", "source", "known_at", "definition", "why")


def file_name(lang: Lang) -> str:
    """Return the name of a language's page below docs/."""
    return f"features.{lang}.md"


def write(folder: Path = Path("docs")) -> None:
    """Write the page of each language."""
    for lang in LANGUAGES:
        (folder / file_name(lang)).write_text(dictionary(lang), encoding="utf-8", newline="\n")


def dictionary(lang: Lang) -> str:
    """Return the features in Markdown, with the windows of the default settings."""
    header = [text(f"features.dictionary.{name}", lang) for name in _HEADERS]
    rows = [header, ["---"] * len(header), *(_row(feature, lang) for feature in FEATURES)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    notes = "\n".join(f"- {text(f'features.dictionary.note_{name}', lang)}" for name in ("past", "windows", "unit"))
    title = text("features.dictionary.title", lang)
    intro = text("features.dictionary.intro", lang, features=len(FEATURES), core=CORE)
    return f"# {title}\n\n{intro}\n\n{table}\n\n{notes}\n"


def _row(feature: Feature, lang: Lang) -> list[str]:
    # A feature whose window the locale has no words for is told with its days.
    name = feature.name if has(f"feature.{feature.name}.definition") else feature.stem
    return [
        f"`{feature.name}`",
        label(feature.name).say(lang),
        text("features.dictionary.days", lang, days=feature.days) if feature.days else MISSING,
        text(f"features.unit.{feature.unit}", lang),
        ", ".join(f"`{name}`" for name in feature.source),
        ", ".join(f"`{name}`" for name in feature.known_at),
        text(f"feature.{name}.definition", lang, days=feature.days),
        text(f"feature.{feature.stem}.why", lang),
    ]
