"""Which reason does a text tell that nobody filed?

From texts that people filed under a reason it is learned which words go with which; where that is sure enough, texts
that nobody filed get the reason, too. What people filed stands.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from churnlab.churn.causes.judging import answers, fitting, judged, surest
from churnlab.churn.causes.texts import texts
from churnlab.churn.causes.words import words
from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from churnlab.tables.door import Data


@dataclass(frozen=True, kw_only=True, eq=False)
class Coding:
    """What was learned from texts that people filed, and what it says of those that nobody did.

    Attributes
    ----------
    open : pandas.DataFrame
        One row per text that nobody filed, as of `texts`; `department` and `reason` are what it was coded to, None
        where that is not sure; `chance`: the probability of the department.
    judged : pandas.DataFrame
        One row per text on which the coding was judged: `department` is what people filed it under, `given` what it was
        coded to without its own student and copies, None where that was not sure.
    filed : int
        Texts that were learned from.
    by_time : bool
        Whether later texts were judged by what was learned from earlier ones; else other students' by others'.
    from_on : float
        The probability from which on an answer is sure enough, 0.5 to 1.
    """

    open: pd.DataFrame
    judged: pd.DataFrame
    filed: int
    by_time: bool
    from_on: float


def coding(data: Data) -> Coding:
    """Learn from filed texts, judge what was learned, and code those that nobody filed.

    Parameters
    ----------
    data : Data
        What had happened before a date: texts, and what they were filed under, from before it.

    Raises
    ------
    NotEnoughData
        If fewer texts than `causes.text_filed` were filed, or what was learned from them agrees with people on no
        `uncertainty.min_group` texts in `causes.text_agreement_share` of cases. Then nothing is coded at all.
    """
    found = _attempted(data)
    if isinstance(found, NotEnoughData):
        raise NotEnoughData(found.key, **found.facts)
    return found


def codings(data: Data) -> pd.DataFrame:
    """Return the texts that nobody filed and that tell a reason surely enough; none with too few filed texts.

    Returns
    -------
    pandas.DataFrame
        As `Coding.open`, those that were coded.
    """
    found = _attempted(data)
    if isinstance(found, NotEnoughData):
        return texts(data).head(0)
    return found.open[found.open["department"].notna()].reset_index(drop=True)


@remembered
def _attempted(data: Data) -> Coding | NotEnoughData:
    try:
        return _coding(texts(data), data.settings)
    except NotEnoughData as error:
        return error


def _coding(rows: pd.DataFrame, settings: Settings) -> Coding:
    rules, least = settings.causes, settings.uncertainty.min_group
    filed = rows[rows["is_filed"]].reset_index(drop=True)
    nobodys = rows[rows["is_open"]].reset_index(drop=True)
    if len(filed) < rules.text_filed:
        raise NotEnoughData("coding.few", filed=len(filed), least=rules.text_filed)
    parts = CountVectorizer(analyzer=words, binary=True, dtype=np.float64)
    try:
        counts = parts.fit_transform(filed["text"])
    except ValueError:  # scikit-learn's word for texts without any words
        raise NotEnoughData("coding.few", filed=0, least=rules.text_filed) from None
    compared, by_time = judged(filed, counts, enough=rules.text_filed, least=rules.text_reason_texts)
    share = rules.text_agreement_share
    from_on = surest(compared["chance"], compared["given"] == compared["department"], share=share, least=least)
    if np.isinf(from_on):
        raise NotEnoughData("coding.unsure", judged=len(compared), share=share, least=least)
    sure = fitting(compared, share=share, least=least)
    is_finer = compared["finer"].notna() & sure
    finer_from = surest(
        compared["finer_chance"][is_finer],
        (compared["finer"] == compared["reason"])[is_finer],
        share=share,
        least=least,
    )
    told = answers(filed, counts, parts.transform(nobodys["text"]), least=rules.text_reason_texts)
    given = _or_none(told["given"], told["chance"] >= from_on)
    finer = _or_none(told["finer"], (told["finer_chance"] >= finer_from) & pd.notna(given))
    return Coding(
        open=nobodys.assign(
            department=given, reason=np.where(pd.notna(finer), finer, given), chance=told["chance"]
        ),
        judged=compared.assign(given=_or_none(compared["given"], sure)),
        filed=len(filed), by_time=by_time, from_on=from_on,
    )  # fmt: skip


def _or_none(codes: pd.Series, is_sure: pd.Series | np.ndarray) -> np.ndarray:
    """Return the codes that are sure enough, None in the place of the others; pandas would make numbers of none."""
    return np.where(codes.notna() & is_sure, codes.astype(object), np.array(None, dtype=object))
