"""Do the lists put first those whom a call keeps?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.calling.plan import strata
from churnlab.churn.calling.trial import few_left, trial
from churnlab.churn.caveats import of_all
from churnlab.churn.counts import Campus
from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.stats.qini import Curve, arm_weights, at_shares, qini
from churnlab.tables.door import Data

_SHARES = np.linspace(0.1, 1.0, 10)
_UNTOLD = np.full(1 + len(_SHARES), np.nan)  # of a drawing in which no list has both arms
_PER = 100  # students: the area is small, and a number of leavings is easier to think of


def call_qini(data: Data, campus: Campus = None) -> Finding:
    """Tell whether calling from the top of the lists keeps more than calling as many by lot: the Qini curve.

    Those drawn by lot are ordered by what their call was expected to save when the list was made or, where lists do not
    say, by the chance of leaving or their place on the list. Either arm of a list stands for the whole list, however
    many were held out of it; lists of one arm tell nothing. Intervals from a bootstrap over students, one row each,
    each drawing weighed anew: drawn within the arms of each list, of which small ones have one or two, they would be
    too short. Where fewer than ten left in one of the arms they are rough.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Whose report asks: the answer is of all campuses, as one has too few draws, and says so.

    Returns
    -------
    Finding
        `calling.qini`, randomised; one row per tenth of the ranking: listed_share, prevented_share (leavings prevented
        by calling so many, as a share of all listed) with its interval, by_lot_share (on the straight line).

    Raises
    ------
    NotEnoughData
        As `trial`; or if the lists tell nothing by which to order.
    """
    drawn, score = _ranked(trial(data))
    rules = data.settings.uncertainty
    called, lists = drawn["to_be_called"].to_numpy(), pd.factorize(strata(drawn))[0]
    churned = drawn["churned"].to_numpy()

    def told(rows: np.ndarray) -> np.ndarray:
        weight = arm_weights(called[rows], lists[rows])
        return _figures(qini(score[rows], churned[rows], called[rows], weight)) if weight.any() else _UNTOLD

    figures = told(np.arange(len(drawn)))
    low, high = cluster_bootstrap(
        told, drawn["student_id"], level=rules.level, resamples=rules.bootstrap, seed=rules.seed
    )
    table = pd.DataFrame({
        "listed_share": _SHARES,
        "prevented_share": figures[1:],
        "prevented_share_low": low[1:],
        "prevented_share_high": high[1:],
        "by_lot_share": figures[-1] * _SHARES,
    })  # fmt: skip
    facts: dict[str, Any] = {"qini": figures[0] * _PER, "qini_low": low[0] * _PER, "qini_high": high[0] * _PER}
    verdict = "better" if low[0] > 0 else "worse" if high[0] < 0 else "unclear"
    found = Finding(
        key="calling.qini",
        table=table,
        facts=facts | {"n": len(drawn), "level": rules.level},
        sentences=(verdict,),
        caveats=("calling.by_intention", "calling.single_look", *(("calling.few_left",) if few_left(drawn) else ())),
        design=Design.RANDOMISED,
    )
    return of_all(found, campus, "calling.all_campuses")


def _ranked(drawn: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    drawn = drawn.assign(place=-drawn["position"])
    for name in ("saved_value_cny", "churn_probability", "place"):
        told = drawn[drawn[name].notna()]
        told = told[arm_weights(told["to_be_called"], strata(told)) > 0]
        if len(told):
            return told, told[name].to_numpy(dtype=float)
    raise NotEnoughData("calling.no_scores")


def _figures(curve: Curve) -> np.ndarray:
    return np.append(curve.coefficient, at_shares(curve, _SHARES))
