"""What can a user get wrong, and which exit code says so?"""

from typing import Any, ClassVar

from churnlab.i18n import Lang, text


class ChurnlabError(Exception):
    """Something the user can mend; its sentence is `error.<key>` in the locale.

    Parameters
    ----------
    key : str
        Name of the sentence below `error.`, as `"settings.unknown"`.
    **facts
        What the sentence needs: where, what was expected, what came, what to do.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts

    def message(self, lang: Lang | None = None) -> str:
        """Say it in the reader's language."""
        return text(f"error.{self.key}", lang, **self.facts)

    def __str__(self) -> str:
        return self.message()


class OrderError(ChurnlabError):
    """What was asked for is not to be had as it was written; nothing was run."""

    exit_code = 2


class SettingsError(ChurnlabError):
    """The settings or a mapping file say something churnlab does not understand."""

    exit_code = 4


class InputError(ChurnlabError):
    """A file of the institution cannot be taken as it is; nothing was loaded."""

    exit_code = 5


class StoreError(ChurnlabError):
    """The store is missing, busy, of another version, or holds other data than asked for."""

    exit_code = 6


class PrivacyError(ChurnlabError):
    """The key that pseudonyms need is missing, or readable by others."""

    exit_code = 7


class NotEnoughData(ChurnlabError):
    """Too few data for an answer that could be trusted."""

    exit_code = 8


class RunError(ChurnlabError):
    """A report could not be made; nothing was published."""

    exit_code = 9


class PublishError(ChurnlabError):
    """A report was made but could not be put in its place; the one published before stands."""

    exit_code = 10
