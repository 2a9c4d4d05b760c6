"""How likely would the trainees recommend the training?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import from_0_to_10
from churnlab.kirkpatrick.reaction.promoters import promoter_cells
from churnlab.kirkpatrick.reaction.scores import ALL
from churnlab.stats.promoter import PromoterScore, promoter_score


def trainees_recommend(evaluated: Evaluation) -> Finding:
    """Return the net promoter score of the trainees, with its standard error, of all sessions and of each.

    Only of questions in the dimension `recommendation` that are said to go from 0 to 10: of five points no such score
    can be made. The score throws away most of what the answers say: of a dozen people it tells hardly anything.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.recommend`, first a row of all, then one a session with at least `[reaction] least_people`
        respondents: `reaction_session`, `reaction_people`, and the scores as in `customers_promote`; standard
        errors and intervals are by person.

    Raises
    ------
    NotEnoughData
        If fewer than `[reaction] least_people` answered such a question.
    """
    rows, settings = from_0_to_10(evaluated), evaluated.data.settings
    level, least, people = settings.uncertainty.level, settings.reaction.least_people, rows["respondent_id"].nunique()
    if people < least:
        raise NotEnoughData("reaction.no_recommendation", training_id=evaluated.scope, people=people, least=least)
    parts = [(ALL, rows)]
    for name, part in rows.groupby("session_id", sort=True):
        if part["respondent_id"].nunique() >= least:
            parts.append((str(name), part))
    told = [(name, _score(part, level)) for name, part in parts]
    table = pd.DataFrame([{"reaction_session": name, **promoter_cells(score)} for name, score in told])
    table = table.rename(columns={"promoter_people": "reaction_people"})
    whole = told[0][1]
    facts: dict[str, Any] = {
        "score": 100 * whole.score, "error": 100 * whole.standard_error, "low": 100 * whole.low,
        "high": 100 * whole.high, "n": whole.n, "people": whole.people, "level": level, "promoters": whole.promoters,
        "detractors": whole.detractors,
    }  # fmt: skip
    said = "more" if whole.low > 0 else "fewer" if whole.high < 0 else "open"
    few = ("reaction_few",) if people < settings.uncertainty.min_group else ()
    return Finding(key="reaction.recommend", table=table, facts=facts, sentences=(said,), caveats=few)


def _score(part: pd.DataFrame, level: float) -> PromoterScore:
    return promoter_score(part["score"], clusters=part["respondent_id"], level=level)
