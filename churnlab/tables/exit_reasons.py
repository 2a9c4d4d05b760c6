"""Which reasons of leaving does nobody know?

A reason that neither the usual words (`schemas.reasons`) nor the settings have counts as churn, whatever was meant.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from churnlab.settings import Settings
from churnlab.tables.reading import Warned
from churnlab.tables.schemas.reasons import REASONS, meant
from churnlab.tables.scrubbing import NAME_MASK

_SHOWN = 10
_WARNING = {"exits": "warning.loading.unknown_reasons", "calls": "warning.loading.unknown_call_reasons"}


def unknown(words: Iterable[str], settings: Settings) -> list[str]:
    """Return those that are no reason we know, as they stand."""
    outcome = settings.outcome
    known = {*REASONS, *meant(outcome.personal_reasons), *meant(outcome.graduated_reasons)}
    told = [*words]
    return [
        word
        for word, code in zip(told, meant(told), strict=True)
        if code not in known and not code.startswith("personal")
    ]


def warnings(frames: Mapping[str, pd.DataFrame], settings: Settings) -> Iterator[Warned]:
    """Warn of unknown reasons in exits and in calls with their rows, the commonest first.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The rows of this load as they will be stored, by table: names are out of them.
    settings : Settings
        What the institution decided.
    """
    kind = [*settings.outcome.personal_reasons, *settings.outcome.graduated_reasons]
    for table, warning in _WARNING.items():
        reasons = frames[table]["reason_code"].dropna() if table in frames else pd.Series(dtype=object)
        counted = reasons.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        lost = counted[counted.index.isin(unknown(counted.index, settings))]
        if len(lost):
            yield warning, _facts(lost) | {"codes": {"zh": "、".join(kind), "en": ", ".join(kind)}}


def _facts(lost: pd.Series) -> dict[str, Any]:
    shown, more = list(lost.head(_SHOWN).items()), len(lost) > _SHOWN
    zh = "、".join([f"{word}（{n:,} 行）" for word, n in shown] + ["……"] * more)
    en = ", ".join([f"{word} ({n:,} {'row' if n == 1 else 'rows'})" for word, n in shown] + ["…"] * more)
    # A mapping says what the export says, and that is not what is left of a word once a name is out of it.
    first = next((str(word) for word in lost.index if NAME_MASK not in str(word)), "…")
    return {"n": int(lost.sum()), "words": {"zh": zh, "en": en}, "first": first}
