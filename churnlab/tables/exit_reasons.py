"""Which reasons of leaving does nobody know?

A reason that neither the usual words (`schemas.reasons`) nor the settings have counts as churn, whatever was meant.
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from churnlab.settings import Settings
from churnlab.tables.reading import Warned
from churnlab.tables.schemas.reasons import REASONS, meant
from churnlab.tables.scrubbing import NAME_MASK

_SHOWN = 10


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


def warnings(exits: pd.DataFrame | None, settings: Settings) -> Iterator[Warned]:
    """Warn of unknown reasons with their rows, the commonest first.

    Parameters
    ----------
    exits : pandas.DataFrame or None
        The rows of this load as they will be stored: names are out of them.
    settings : Settings
        What the institution decided.
    """
    if exits is None:
        return
    counted = exits["reason_code"].dropna().value_counts().sort_index().sort_values(ascending=False, kind="stable")
    lost = counted[counted.index.isin(unknown(counted.index, settings))]
    if lost.empty:
        return
    shown, more = list(lost.head(_SHOWN).items()), len(lost) > _SHOWN
    zh = "、".join([f"{word}（{n:,} 行）" for word, n in shown] + ["……"] * more)
    en = ", ".join([f"{word} ({n:,} {'row' if n == 1 else 'rows'})" for word, n in shown] + ["…"] * more)
    kind = [*settings.outcome.personal_reasons, *settings.outcome.graduated_reasons]
    # A mapping says what the export says, and that is not what is left of a word once a name is out of it.
    first = next((str(word) for word in lost.index if NAME_MASK not in str(word)), "…")
    facts = {"n": int(lost.sum()), "words": {"zh": zh, "en": en}, "first": first}
    yield "warning.loading.unknown_reasons", facts | {"codes": {"zh": "、".join(kind), "en": ", ".join(kind)}}
