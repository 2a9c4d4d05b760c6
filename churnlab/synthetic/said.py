"""What does somebody say whose reason is known?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.sayings import ALSO, CORES, ENDINGS, KIDS, OPENINGS, UNITS, VAGUE

VAGUE_SHARE, TWO_SHARE = 0.12, 0.15
"""Of texts: how many tell nothing, and how many of the rest tell a second reason too."""


def sentences(codes: pd.Series | np.ndarray, second: pd.Series | np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Say each reason in one of many ways.

    Parameters
    ----------
    codes, second : array of str
        Codes of `sayings.CORES`: the reason, and another that is mentioned beside it by some.
    rng : numpy.random.Generator
        What chooses the words.

    Returns
    -------
    ndarray of object
        One text each.
    """
    draw = rng.random((len(codes), 3))
    return np.array(
        [
            _sentence(str(code), str(other), draw[row], rng)
            for row, (code, other) in enumerate(zip(codes, second, strict=True))
        ],
        dtype=object,
    )


def _sentence(code: str, other: str, draw: np.ndarray, rng: np.random.Generator) -> str:
    if draw[0] < VAGUE_SHARE:
        return _one(OPENINGS, rng) + _one(VAGUE, rng)
    said = _core(code, rng)
    if draw[1] < TWO_SHARE and other != code:
        said += _one(ALSO, rng) + _core(other, rng)
    return _one(OPENINGS, rng) + said + _one(ENDINGS, rng)


def _core(code: str, rng: np.random.Generator) -> str:
    return _one(CORES[code], rng).format(
        kid=_one(KIDS, rng), n="两三四五六七八"[rng.integers(7)], unit=_one(UNITS, rng)
    )


def _one(words: tuple[str, ...], rng: np.random.Generator) -> str:
    return words[int(rng.integers(len(words)))]


def some(words: tuple[str, ...], many: int, rng: np.random.Generator) -> np.ndarray:
    """Draw so many of these sayings."""
    return np.array(words, dtype=object)[rng.integers(0, len(words), many)]


def of_category(codes: tuple[str, ...], rng: np.random.Generator) -> str:
    """Say one of these reasons, as a complaint."""
    return _core(_one(codes, rng), rng) + _one(
        ("。", "，请处理。", "，希望尽快解决。", "，要个说法。", "，不是第一次了。", ""), rng
    )
