"""Which department answers for a reason?"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from churnlab.settings import Settings
from churnlab.tables.schemas.reasons import meant
from churnlab.tables.values import folded

DEPARTMENTS = ("market", "teaching", "service", "facility")
PERSONAL, OTHER, UNSTATED = "personal", "other", "unstated"
_NO_REASON = "withdrawn"  # that she went, and not why
ALL = (*DEPARTMENTS, PERSONAL, OTHER, UNSTATED)


def departments(settings: Settings) -> dict[str, str]:
    """Return the department of each reason by its code: what the settings list, and `PERSONAL` for what no one owns."""
    rules = settings.outcome
    owned = {code: name for name in DEPARTMENTS for code in _codes(getattr(settings.causes, name))}
    return owned | dict.fromkeys(_codes((*rules.personal_reasons, *rules.graduated_reasons)), PERSONAL)


def coded(words: pd.Series, details: pd.Series, settings: Settings) -> pd.DataFrame:
    """Say of stated reasons which department answers for them.

    Parameters
    ----------
    words, details : pandas.Series of str
        What was stated and, where recorded, more closely; of one index. A word of any institution is understood if its
        meaning is known (`tables.schemas.reasons`) or the settings list it.
    settings : Settings
        Their `[causes]` say who owns which reason.

    Returns
    -------
    pandas.DataFrame
        Of that index: `department` (one of `ALL`; `OTHER` where what was said points to none) and `reason` (the detail,
        where it belongs to the same department or the word says nothing; else the word's code; None: nothing said, or
        only that she withdrew).
    """
    owner = departments(settings)
    word, detail = (
        pd.Series(_codes(part.fillna("")), index=part.index, dtype=object).replace(_NO_REASON, "")
        for part in (words, details)
    )
    by_word, by_detail = (_owners(part, owner) for part in (word, detail))
    closer = by_detail.notna() & ((by_detail == by_word) | by_word.isna())
    is_said = (word != "") | (detail != "")
    owned = by_detail.where(closer, by_word).fillna(OTHER)
    reason = detail.where(closer | (word == ""), word)
    return pd.DataFrame({
        "department": owned.where(is_said, UNSTATED).astype(object),
        "reason": pd.Series(np.where(is_said, reason, np.array(None, dtype=object)), index=words.index, dtype=object),
    })  # fmt: skip


def _codes(words: Iterable[str]) -> list[str]:
    return [folded(word) for word in meant(words)]


def _owners(codes: pd.Series, owner: dict[str, str]) -> pd.Series:
    # An institution may split personal reasons further, as personal_family.
    said = [owner.get(code, PERSONAL if code.startswith(PERSONAL) else np.nan) for code in codes]
    return pd.Series(said, index=codes.index, dtype=object)
