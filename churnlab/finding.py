"""What does every analysis return?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from html import escape
from typing import Any

import pandas as pd

from churnlab import wording
from churnlab.errors import NotEnoughData
from churnlab.i18n import Lang, language, text
from churnlab.wording import Said

FINDING_MIME = "application/vnd.churnlab.finding.v1+json"


class Design(StrEnum):
    """How a claim of cause is supported, strongest first."""

    RANDOMISED = "randomised"
    COMPARISON_GROUP = "comparison_group"
    TIME_SERIES = "time_series"
    BEFORE_AFTER_ONLY = "before_after_only"


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """One answer: a sentence, the table behind it, and what to know before believing it.

    Attributes
    ----------
    key : str
        Its name, `"churn.rate"`: its title and sentences in the locale, the stem of its files.
    table : pandas.DataFrame
        Tidy, one row per thing measured, units in the column names. A column `x` with `x_low` and `x_high` beside it
        is shown with its interval.
    facts : mapping
        What its sentences need, lists as tuples; `unit` is what it counts, where that hangs on the settings (default:
        students).
    sentences : tuple of str
        Which sentences to say, by their names below `key` in the locale.
    caveats : tuple of str
        Locale keys below `caveat.` of what the reader must know first.
    design : Design, optional
        How a claim of cause is supported; None where no cause is claimed.
    hidden : tuple of str
        Columns for charts and the workbook, which a page has no room for.
    """

    key: str
    table: pd.DataFrame
    facts: Mapping[str, float | int | str | date | Said | tuple[Said, ...] | None] = field(default_factory=dict)
    sentences: tuple[str, ...] = ("sentence",)
    caveats: tuple[str, ...] = ()
    design: Design | None = None
    hidden: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Notice a column that is not there where it is left out, and not where a page is made of it."""
        assert set(self.hidden) <= set(self.table), self.hidden

    def title(self, lang: Lang | None = None) -> str:
        """Say what the table shows."""
        return text(f"{self.key}.title", lang, **self._facts(lang))

    def sentence(self, lang: Lang | None = None) -> str:
        """Say the answer."""
        lang = lang or language()
        facts = self._facts(lang)
        said = [text(f"{self.key}.{name}", lang, **facts) for name in self.sentences]
        return ("" if lang == "zh" else " ").join(said)

    def warnings(self, lang: Lang | None = None) -> list[str]:
        """Say what to know first: the caveats, then how a claim of cause is supported."""
        facts = self._facts(lang)
        said = [text(f"caveat.{key}", lang, **facts) for key in self.caveats]
        return said + ([text(f"design.{self.design}", lang)] if self.design else [])

    def presented(self, lang: Lang | None = None) -> pd.DataFrame:
        """Return the table as a reader sees it: headers and values in words, intervals beside their value."""
        return wording.presented(self.table.drop(columns=[*self.hidden]), lang or language(), self.counted)

    @property
    def counted(self) -> str:
        """What its numbers count: a student, an enrolment, or a student at a campus."""
        return str(self.facts.get("unit", "student"))

    def _align(self, shown: pd.DataFrame) -> list[str]:
        return ["right" if wording.is_number(self.table[name]) else "left" for name in shown.attrs["names"]]

    def _facts(self, lang: Lang | None) -> dict[str, Any]:
        return wording.spoken(self.facts, lang or language())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        lang = language()
        shown = self.presented(lang)
        said, warned = self.sentence(lang), self.warnings(lang)
        notes = "".join(f"<p><small>⚠ {escape(warning)}</small></p>" for warning in warned)
        table = "" if shown.empty else _html(shown, self._align(shown))
        rows = [] if shown.empty else [shown.to_string(index=False)]
        plain = "\n".join([said, *(f"! {warning}" for warning in warned), *rows])
        html = f"<p><b>{escape(said)}</b></p>{notes}{table}"
        return {"text/html": html, "text/plain": plain, FINDING_MIME: self.as_json(lang)}

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the form that the exporter turns into a native table, version 1."""
        shown = self.presented(lang)
        return {
            "version": 1,
            "key": self.key,
            "counted": self.counted,
            "title": self.title(lang),
            "sentence": self.sentence(lang),
            "warnings": self.warnings(lang),
            "columns": list(shown.columns),
            "align": self._align(shown),
            "rows": shown.to_numpy().tolist(),
            "raw": {
                "names": [str(name) for name in self.table],
                "dates": [str(name) for name in self.table if wording.is_date(self.table[name])],
                "rows": [[wording.plain(value, lang) for value in row] for row in self.table.astype(object).to_numpy()],
            },
        }


def _html(shown: pd.DataFrame, align: list[str]) -> str:
    """Return the table with words on the left and numbers on the right; JupyterLab would put all on the right."""

    def row(tag: str, values: Iterable[Any]) -> str:
        cells = [
            f'<{tag} style="text-align:{side}">{escape(str(value))}</{tag}>'
            for value, side in zip(values, align, strict=True)
        ]
        return f"<tr>{''.join(cells)}</tr>"

    body = "\n".join(row("td", values) for values in shown.to_numpy())
    return f'<table class="dataframe">\n<thead>{row("th", shown.columns)}</thead>\n<tbody>\n{body}\n</tbody></table>'


def attempt(ask: Callable[..., Finding], *arguments: Any, **choices: Any) -> Finding:
    """Return an analysis's Finding or, where data are too few, one that says so in its place.

    A report drops what cannot be told and says why; everything else that goes wrong stops it.

    Parameters
    ----------
    ask : callable
        An analysis.
    *arguments, **choices
        What it is asked with.

    Returns
    -------
    Finding
        Its own, or `missing`, without rows.
    """
    try:
        return ask(*arguments, **choices)
    except NotEnoughData as error:
        return Finding(key="missing", table=pd.DataFrame(), facts={"why": Said(f"error.{error.key}", error.facts)})
