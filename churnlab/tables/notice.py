"""What is worth telling about the data, without stopping?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from churnlab.i18n import Lang, text


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One warning about an institution's data.

    Attributes
    ----------
    key : str
        Its sentence below `warning.` in the locale.
    facts : mapping
        Counts and places that the sentence needs; never a personal value.
    """

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def said(self, lang: Lang | None = None) -> str:
        """Say it in the reader's language."""
        return text(f"warning.{self.key}", lang, **self.facts)
