"""Which reasons do those who ask write down?"""

import numpy as np

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.causes import CODES, DEPARTMENT_OF, others
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.said import sentences
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import Floats

OTHER_SHARE = 0.18
"""Of those who said a reason, how many were filed under 其他: only the text tells it."""
NO_TEXT_SHARE = 0.10
NO_REASON_SHARE = 0.12
"""Of refunds, how many have neither a code nor a text."""
_CODES = np.array(CODES, dtype=object)
_DEPARTMENTS = np.array([DEPARTMENT_OF[code] for code in CODES], dtype=object)


def exit_reasons(world: World, stated: Floats, apart: np.ndarray) -> dict[str, np.ndarray]:
    """Return `reason_code`, `reason_detail` and `text` of exits.

    Parameters
    ----------
    stated : ndarray of float
        Position in `causes.CODES` of what each said; NaN for those whose end is no churn.
    apart : ndarray of str
        Their reason: personal, or graduated.
    """
    rng = with_own_dice(world, "said").rng
    churned = ~np.isnan(stated)
    at = np.where(churned, stated, 0).astype(np.int64)
    filed = churned & (rng.random(len(at)) >= OTHER_SHARE)
    codes = np.where(churned, _CODES[at], apart).astype(object)
    second = np.where(churned, _CODES[others(len(at), rng)], codes)
    return {
        "reason_code": np.where(churned, np.where(filed, _DEPARTMENTS[at], "other"), apart).astype(object),
        "reason_detail": where_known(filed, _CODES[at]),
        "text": where_known(rng.random(len(at)) >= NO_TEXT_SHARE, sentences(codes, second, rng)),
    }


def refund_reasons(world: World, stated: np.ndarray) -> dict[str, np.ndarray]:
    """Return `reason_code` and `reason_text` of refunds, of what each said."""
    rng = with_own_dice(world, "refunds").rng
    at, many = stated.astype(np.int64), len(stated)
    told = rng.random(many) >= NO_REASON_SHARE
    filed = rng.random(many) >= OTHER_SHARE
    texts = sentences(_CODES[at], _CODES[others(many, rng)], rng)
    return {
        "reason_code": where_known(told, np.where(filed, _DEPARTMENTS[at], "other")),
        "reason_text": where_known(told & (rng.random(many) >= NO_TEXT_SHARE), texts),
    }


def save_call_texts(stated: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Say in a call why each has stopped coming."""
    at = stated.astype(np.int64)
    return sentences(_CODES[at], _CODES[others(len(at), rng)], rng)
