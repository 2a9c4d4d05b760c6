"""How often would people have given a text the code that was learned from other texts?

Every judged text is coded by what was learned from other students and other texts: notes are copied, and who asks the
same twice writes the same twice.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix

from churnlab.churn.causes.coder import Coder
from churnlab.churn.causes.taxonomy import DEPARTMENTS, PERSONAL
from churnlab.churn.causes.words import same

_FOLDS = 5
_BLOCKS = 4
_LEAST_CHANCE = 0.5
"""What is likelier to be wrong than right is not said, however the others agree."""


def answers(filed: pd.DataFrame, counts: csr_matrix, asked: csr_matrix, *, least: int) -> pd.DataFrame:
    """Code texts by what people filed others under.

    Parameters
    ----------
    filed : pandas.DataFrame
        One row per text that people filed: `department`, `reason`.
    counts, asked : csr_matrix, shape (texts, words)
        The words of those texts, and of the texts to be coded.
    least : int
        Texts that a code must have to be learned.

    Returns
    -------
    pandas.DataFrame
        One row per text asked: `given`, the likeliest department, and `chance`, its probability; `finer`, the likeliest
        reason of that department, and `finer_chance`, its probability given the department. None and 0: not known.
    """
    given, chance = Coder(least=least).fit(counts, filed["department"]).likeliest(asked)
    is_finer = (~filed["reason"].isin([*DEPARTMENTS, PERSONAL])).to_numpy()
    by_reason = Coder(least=least).fit(counts[is_finer], filed["reason"][is_finer])
    owner = dict(zip(filed["reason"], filed["department"], strict=True))
    owners = np.array([owner[code] for code in by_reason.codes_], dtype=object)
    finer, finer_chance = by_reason.likeliest(asked, owners[None, :] == given[:, None])
    return pd.DataFrame({"given": given, "chance": chance, "finer": finer, "finer_chance": finer_chance})


def judged(filed: pd.DataFrame, counts: csr_matrix, *, enough: int, least: int) -> tuple[pd.DataFrame, bool]:
    """Code texts that people filed by what was learned from others, to compare the two.

    With enough texts, the later half is coded in four blocks, each by what was learned from all before it. With fewer,
    students are parted into five groups, each coded by what was learned from the others. From what is learned from,
    copies of the texts judged and other texts of their students are left out. Of each student the latest text is
    judged, so that what is compared is independent.

    Parameters
    ----------
    filed : pandas.DataFrame
        One row per text that people filed, by day: `student_id`, `on`, `text`, `department`, `reason`.
    counts : csr_matrix, shape (texts, words)
        Their words.
    enough : int
        How many texts are enough to learn from.
    least : int
        Texts that a code must have to be learned.

    Returns
    -------
    rows : pandas.DataFrame
        The texts judged, with the columns of `answers` and `fold`.
    by_time : bool
        Whether later texts were judged by what was learned from earlier ones.
    """
    by_time = len(filed) >= 2 * enough
    copies = filed["text"].map(same)
    parts = []
    for fold, (learned, asked) in enumerate(_by_time(filed) if by_time else _by_student(filed)):
        other = learned & ~filed["student_id"].isin(filed["student_id"][asked]) & ~copies.isin(copies[asked])
        told = answers(filed[other], counts[other.to_numpy()], counts[asked.to_numpy()], least=least)
        parts.append(told.set_index(filed.index[asked]).assign(fold=fold))
    rows = filed.join(pd.concat(parts), how="inner").sort_index()
    return rows.drop_duplicates("student_id", keep="last"), by_time


def surest(chance: ArrayLike, is_right: ArrayLike, *, share: float, least: int) -> float:
    """Return the lowest probability from which on answers are right as often as asked.

    Parameters
    ----------
    chance : array_like of float, shape (n,)
        The probability of each answer.
    is_right : array_like of bool, shape (n,)
        Whether people said the same.
    share : float
        How many must be right of all from there on, 0–1.
    least : int
        How many answers must be left.

    Returns
    -------
    float
        At least 0.5; infinite where no such probability is.
    """
    probability, right = np.asarray(chance, dtype=float), np.asarray(is_right, dtype=float)
    order = np.argsort(-probability, kind="stable")
    probability, right = probability[order], right[order]
    many = np.arange(1, len(order) + 1)
    is_last = np.append(probability[1:] != probability[:-1], True)[: len(order)]
    holds = is_last & (right.cumsum() / many >= share) & (many >= least) & (probability > 0)
    return max(float(probability[holds][-1]), _LEAST_CHANCE) if holds.any() else np.inf


def fitting(rows: pd.DataFrame, *, share: float, least: int) -> NDArray[np.bool_]:
    """Tell of which judged texts the answer is sure enough by what the other folds say.

    So the answers that are compared with people's did not choose the threshold that let them pass.

    Parameters
    ----------
    rows : pandas.DataFrame
        As of `judged`.
    share, least
        As for `surest`.
    """
    sure = np.zeros(len(rows), dtype=bool)
    for fold in rows["fold"].unique():
        mine = (rows["fold"] == fold).to_numpy()
        other = rows[~mine]
        from_on = surest(other["chance"], other["given"] == other["department"], share=share, least=least)
        sure[mine] = rows["chance"].to_numpy()[mine] >= from_on
    return sure


def _by_time(filed: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series]]:
    days = filed["on"].to_numpy()
    starts = [days[len(filed) * (_BLOCKS + block) // (2 * _BLOCKS)] for block in range(_BLOCKS)]
    for start, stop in zip(starts, [*starts[1:], None], strict=True):
        asked = (filed["on"] >= start) & ((filed["on"] < stop) if stop is not None else True)
        if asked.any():
            yield filed["on"] < start, asked


def _by_student(filed: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series]]:
    students = sorted(filed["student_id"].unique())
    group = filed["student_id"].map({student: number % _FOLDS for number, student in enumerate(students)})
    for fold in range(min(_FOLDS, len(students))):
        yield group != fold, group == fold
