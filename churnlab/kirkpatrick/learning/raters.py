"""Do two assessors of the same performance give the same score?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import OCCASIONS
from churnlab.kirkpatrick.learning.watched import KINDS, watched
from churnlab.settings import Settings
from churnlab.stats.intraclass import intraclass
from churnlab.stats.krippendorff import krippendorffs_alpha
from churnlab.wording import Said

_PERFORMANCE = ["staff_id", "at", "dimension"]


def double_ratings(evaluated: Evaluation) -> Finding:
    """Tell how far assessors agree who scored the same performances, kind by kind.

    Parameters
    ----------
    evaluated : Evaluation
        Which training; those compared are watched too and count.

    Returns
    -------
    Finding
        `learning.raters`, one row per `watched_kind` and `test_occasion`: `raters`, `performances` scored by all of
        them, `single_icc` (ICC(2,1): one assessor's score; strictness counts as error) and `mean_icc` (ICC(2,k)) with
        intervals, `double_alpha` (Krippendorff, interval scale) with its interval, and `rater_gap` (points out of 100
        between the strictest and the mildest, on average).

    Raises
    ------
    NotEnoughData
        If nobody was watched, or too few performances were scored twice.
    """
    rows, settings = watched(evaluated), evaluated.data.settings
    told = [
        {"watched_kind": kind, "test_occasion": occasion, **found}
        for kind in KINDS
        for occasion in OCCASIONS
        if (found := _agreed(rows[(rows["kind"] == kind) & (rows["occasion"] == occasion)], settings))
    ]
    if not told:
        least = settings.uncertainty.min_group
        raise NotEnoughData("learning.no_double", training_id=evaluated.course.training_id, least=least)
    table = pd.DataFrame(told)
    first = table.iloc[0]
    facts = {
        "kind": Said(f"code.watched_kind.{first['watched_kind']}"), "performances": int(first["performances"]),
        "icc": first["single_icc"], "icc_low": first["single_icc_low"], "icc_high": first["single_icc_high"],
        "mean_icc": first["mean_icc"], "gap": first["rater_gap"], "level": settings.uncertainty.level,
        "raters": int(first["raters"]),
    }  # fmt: skip
    return Finding(key="learning.raters", table=table, facts=facts, caveats=("learning_raters",))


def _agreed(part: pd.DataFrame, settings: Settings) -> dict[str, Any] | None:
    marks = part.pivot_table(index=_PERFORMANCE, columns="rater_id", values="score")
    marks = marks.loc[:, marks.notna().sum() >= settings.uncertainty.min_group]
    full = marks.dropna()
    if marks.shape[1] < 2 or len(full) < settings.uncertainty.min_group:
        return None
    level = settings.uncertainty.level
    forms = intraclass(full, level=level)
    one, mean = forms.loc["ICC(2,1)"], forms.loc["ICC(2,k)"]
    alpha = krippendorffs_alpha(
        marks.T,
        metric="interval",
        level=level,
        rng=np.random.default_rng(settings.uncertainty.seed),
        drawings=settings.uncertainty.bootstrap,
    )
    return {
        "raters": marks.shape[1], "performances": len(full), "single_icc": one["icc"], "single_icc_low": one["low"],
        "single_icc_high": one["high"], "mean_icc": mean["icc"], "mean_icc_low": mean["low"],
        "mean_icc_high": mean["high"], "double_alpha": alpha.alpha, "double_alpha_low": alpha.low,
        "double_alpha_high": alpha.high, "rater_gap": float(np.ptp(full.mean())),
    }  # fmt: skip
