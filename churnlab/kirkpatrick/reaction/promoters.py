"""Do customers recommend us more since the training?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import MOST
from churnlab.stats.promoter import PromoterScore, promoter_difference, promoter_score
from churnlab.tables.door import fetch
from churnlab.tables.there import need

INSTRUMENT = "nps"
BEFORE, AFTER = "before", "after"


def customers_promote(evaluated: Evaluation) -> Finding:
    """Return the net promoter score of the customers before and after a training, each with its standard error.

    Customers are those of the campuses whose people were trained, whoever served them, and all that happened meanwhile
    is in the difference: it is a change. What trainees say themselves is `trainees_recommend`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.promoters`, a row before (the last `[reaction] promoter_months` before the training began) and one
        after (as many since it ended, as far as they have passed): `promoter_when`, `promoter_answers`,
        `promoter_people`, `promoters`, `passives`, `detractors`, `promoter_points` (as printed, −100 to 100, with
        interval) and `promoter_standard_error` (of the score as printed).

    Raises
    ------
    NotEnoughData
        If no such survey was ever answered, the training is not over, or fewer than `uncertainty.min_group` customers
        answered before or after.
    """
    need(evaluated.data, "surveys")
    settings, ended = evaluated.data.settings, evaluated.trained["ended_on"].max()
    if pd.isna(ended):
        raise NotEnoughData("reaction.not_over", training_id=evaluated.course.training_id)
    rows, months = _answers(evaluated), pd.DateOffset(months=settings.reaction.promoter_months)
    began, after = evaluated.trained["began_on"].min(), ended + pd.Timedelta(days=1)
    sides = {
        BEFORE: rows[(rows["at"] >= began - months) & (rows["at"] < began)],
        AFTER: rows[(rows["at"] >= after) & (rows["at"] < after + months)],
    }
    people = [side["respondent_id"].nunique() for side in sides.values()]
    if min(people) < settings.uncertainty.min_group:
        raise NotEnoughData(
            "reaction.few_promoters", before=people[0], after=people[1], least=settings.uncertainty.min_group
        )
    level = settings.uncertainty.level
    scores = {
        name: promoter_score(side["score"], clusters=side["respondent_id"], level=level) for name, side in sides.items()
    }
    found = promoter_difference(
        sides[BEFORE]["score"], sides[AFTER]["score"], first_clusters=sides[BEFORE]["respondent_id"],
        second_clusters=sides[AFTER]["respondent_id"], level=level,
    )  # fmt: skip
    before, later = scores[BEFORE], scores[AFTER]
    facts: dict[str, Any] = {
        "before": 100 * before.score, "before_error": 100 * before.standard_error, "before_n": before.n,
        "after": 100 * later.score, "after_error": 100 * later.standard_error, "after_n": later.n,
        "change": 100 * found.difference, "error": 100 * found.standard_error, "low": 100 * found.low,
        "high": 100 * found.high, "level": level, "months": settings.reaction.promoter_months,
    }  # fmt: skip
    said = "rose" if found.low > 0 else "fell" if found.high < 0 else "open"
    table = pd.DataFrame([_row(name, score) for name, score in scores.items()])
    goes_on = pd.Timestamp(evaluated.data.as_of) < after + months
    return Finding(
        key="reaction.promoters", table=table, facts=facts, sentences=(said,),
        caveats=("promoters_all", *(("promoters_goes_on",) if goes_on else ())), design=Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def _answers(evaluated: Evaluation) -> pd.DataFrame:
    """Return what customers of the campuses concerned answered from 0 to 10; other scales make no such score."""
    told = evaluated.data.table("surveys")
    told = told.filter(told.instrument == INSTRUMENT, told.scale_min == 0, told.scale_max == MOST)
    rows = fetch(told.select("respondent_id", "campus", "at", "score"))
    rows = rows[rows["score"].isin(np.arange(MOST + 1))]
    campuses = set(evaluated.trained["campus"].dropna())
    rows = rows[rows["campus"].isin(campuses)] if campuses else rows
    return rows.assign(at=pd.to_datetime(rows["at"])).sort_values(["at", "respondent_id"], ignore_index=True)


def _row(name: str, score: PromoterScore) -> dict[str, Any]:
    return {
        "promoter_when": name,
        **promoter_cells(score),
    }


def promoter_cells(score: PromoterScore) -> dict[str, float]:
    """Return a promoter score as the columns of a table, see `customers_promote`."""
    return {
        "promoter_answers": score.n, "promoter_people": score.people,
        "promoters": score.promoters, "passives": score.passives, "detractors": score.detractors,
        "promoter_points": score.score, "promoter_points_low": score.low, "promoter_points_high": score.high,
        "promoter_standard_error": 100 * score.standard_error,
    }  # fmt: skip
