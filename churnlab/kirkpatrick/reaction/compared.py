"""Was this training liked better than the others?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers, answers_of
from churnlab.stats.multiplicity import holm
from churnlab.stats.ordinal import fit_ordinal, proportionality
from churnlab.stats.superiority import superiority

ALL = "all"
_ANSWERS = range(LOWEST, HIGHEST + 1)


def reaction_compared(evaluated: Evaluation) -> Finding:
    """Compare the answers after this training with those after all others, on the questions that both asked.

    Proportional odds, clustered by respondent, who may have answered after several trainings; beside it the probability
    that a random answer here is higher than one there, half of ties counted, which needs no model. A difference in what
    people say; other people were trained in other things.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.compared`, first a row of all, then one a dimension with so many respondents on both sides:
        `reaction_dimension`, `reaction_people` and `reaction_others` (respondents), `better_odds_ratio` (of a better
        answer here, with interval; missing where one group gave but one answer), `better_probability` (0–1, with
        interval), `p_value` (Holm over the dimensions; of all as it is) and `odds_alike_p_value` (small: one odds ratio
        does not fit all answers; then read the probability).

    Raises
    ------
    NotEnoughData
        If fewer than `[reaction] least_people` answered here, or after other trainings the same questions.
    """
    here, settings = answers(evaluated), evaluated.data.settings
    there = answers_of(evaluated.data)
    there = there[(there["training_id"] != evaluated.course.training_id) & there["item"].isin(set(here["item"]))]
    here = here[here["item"].isin(set(there["item"]))]
    fewest, least = min(part["respondent_id"].nunique() for part in (here, there)), settings.reaction.least_people
    if fewest < least:
        raise NotEnoughData("reaction.no_others", training_id=evaluated.course.training_id, people=fewest, least=least)
    level = settings.uncertainty.level
    parts = [(ALL, here, there)]
    for name, part in here.groupby("dimension", sort=True):
        others = there[there["dimension"] == name]
        if min(part["respondent_id"].nunique(), others["respondent_id"].nunique()) >= least:
            parts.append((str(name), part, others))
    table = pd.DataFrame([{"reaction_dimension": name} | _row(one, other, level) for name, one, other in parts])
    table["p_value"] = [table["p_value"].iloc[0], *holm(table["p_value"].iloc[1:])]
    whole = table.iloc[0]
    facts: dict[str, Any] = {
        "people": int(whole["reaction_people"]), "others": int(whole["reaction_others"]),
        "trainings": int(there["training_id"].nunique()), "level": level,
        "probability": whole["better_probability"], "low": whole["better_probability_low"],
        "high": whole["better_probability_high"],
    }  # fmt: skip
    said = "better" if facts["low"] > 1 / 2 else "worse" if facts["high"] < 1 / 2 else "alike"
    return Finding(
        key="reaction.compared", table=table, facts=facts, sentences=(said, "how"), caveats=("liked_other_people",)
    )


def _row(here: pd.DataFrame, there: pd.DataFrame, level: float) -> dict[str, Any]:
    both = pd.concat([there, here], ignore_index=True)
    is_here = np.arange(len(both)) >= len(there)
    who = both["respondent_id"]
    column = is_here[:, None].astype(float)
    fit = fit_ordinal(column, both["turned"], categories=_ANSWERS, clusters=who)
    odds, low, high = (float(one[0]) for one in fit.odds_ratios(level=level))
    chance = superiority(
        there["turned"], here["turned"], level=level, first_clusters=there["respondent_id"],
        second_clusters=here["respondent_id"],
    )  # fmt: skip
    return {
        "reaction_people": here["respondent_id"].nunique(), "reaction_others": there["respondent_id"].nunique(),
        "better_odds_ratio": odds, "better_odds_ratio_low": low, "better_odds_ratio_high": high,
        "better_probability": chance.probability, "better_probability_low": chance.low,
        "better_probability_high": chance.high, "p_value": chance.p_value,
        "odds_alike_p_value": proportionality(column, both["turned"], fit, clusters=who).p_value,
    }  # fmt: skip
