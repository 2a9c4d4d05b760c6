"""Which reasons do those who ask write down?"""

import numpy as np
import pandas as pd

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
NOTHING_SHARE, NO_ANSWER_SHARE = 0.30, 0.15
"""Of those interviewed: how many say that nothing would have kept them, and how many do not say."""
KEPT_BY = {"market": "price", "teaching": "teacher", "service": "schedule", "facility": "place"}
KEEPING = {
    "price": "要是能便宜一点就续了",
    "teacher": "要是老师不换就留下了",
    "schedule": "时间能调开就不会走",
    "place": "教室早点修好就好了",
    "nothing": "都定了，怎么做都留不住",
}
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


def hindsight(world: World, exits: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what interviews add to exits: `recorded_on`, some days after they left, `kept_by` and `could_have_kept`.

    Whoever was asked on the day that the exports are made, or later, was asked the day before.
    """
    rng = with_own_dice(world, "hindsight").rng
    asked = (exits["method"] == "interview").to_numpy()
    days = pd.to_timedelta(rng.integers(1, 10, len(exits)), unit="D")
    last = pd.Timestamp(world.institution.end) - pd.Timedelta(days=1)
    recorded = exits["left_on"] + days
    recorded = recorded.where(recorded <= last, last)
    kept = np.array([KEPT_BY.get(code, "nothing") for code in exits["reason_code"]], dtype=object)
    kept = np.where(rng.random(len(exits)) < NOTHING_SHARE, "nothing", kept)
    words = np.array([KEEPING[code] for code in kept], dtype=object)
    answered = asked & (rng.random(len(exits)) >= NO_ANSWER_SHARE)
    return {
        "recorded_on": recorded.where(asked).to_numpy(),
        "kept_by": where_known(answered, kept),
        "could_have_kept": where_known(answered, words),
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
