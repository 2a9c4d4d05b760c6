"""How are reasons written down so that every language can read them again?

As the keys of their sentences with what these need: `[["feature.hours_left.reason_low", {"value": 2.0}]]`.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from churnlab.i18n import Lang, has
from churnlab.wording import Said, cell


def coded(reasons: Iterable[Said]) -> str:
    """Return reasons in a form that is no language's.

    Parameters
    ----------
    reasons : iterable of Said
        The strongest first; their facts are numbers and words.
    """
    rows = [[reason.key, {name: _plain(fact) for name, fact in sorted(reason.facts.items())}] for reason in reasons]
    return json.dumps(rows, ensure_ascii=False)


def said(code: Any, lang: Lang) -> str:
    """Say coded reasons in a language; what is no code, as in records of earlier versions, stays as it was written.

    Parameters
    ----------
    code : str
        As `coded` returns it, or words.
    lang : {"zh", "en"}
        The reader's.
    """
    try:
        rows = json.loads(code)
    except (TypeError, ValueError):
        return str(code) if isinstance(code, str) else ""
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        return str(code)
    return cell(tuple(Said(key, facts) if has(key) else key for key, facts in rows), "reasons", lang)


def _plain(fact: Any) -> Any:
    return fact.item() if isinstance(fact, np.generic) else fact
