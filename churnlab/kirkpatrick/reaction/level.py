"""Did they like it? The answer of level 1 for the first page."""

import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import answers, off_five, rated
from churnlab.kirkpatrick.reaction.line import judged


def reaction_answer(evaluated: Evaluation) -> Finding:
    """Say whether a training reached the pass line, as far as the answers tell.

    The verdict is that of the interval: passed if all of it is at or above the line, not passed if all of it is below.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.answer`, one row: `reaction_people`, `reaction_answers`, `reaction_mean` (1–5) and
        `reaction_of_100_score` with intervals, `reaction_line_score` (the pass line), `reaction_verdict` (`passed`,
        `failed`, `open`). The sentence says how 1–5 became a number out of 100.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    settings = evaluated.data.settings
    rows, line, mapping = answers(evaluated), settings.reaction.pass_line, settings.reaction.mapping
    found = rated(rows, evaluated)
    told = judged(found.mean, found.mean_low, found.mean_high, found.people, settings.reaction)
    table = pd.DataFrame(
        {
            "reaction_people": [found.people], "reaction_answers": [found.n], "reaction_mean": [found.mean],
            "reaction_mean_low": [found.mean_low], "reaction_mean_high": [found.mean_high],
            **{name: [one] for name, one in told.items() if name != "reaction_verdict"},
            "reaction_line_score": [line], "reaction_verdict": [told["reaction_verdict"]],
        }
    )  # fmt: skip
    facts = {
        "score": told["reaction_of_100_score"], "low": told["reaction_of_100_score_low"],
        "high": told["reaction_of_100_score_high"], "line": line, "mean": found.mean, "n": found.n,
        "people": found.people, "level": settings.uncertainty.level, "other": off_five(evaluated),
    }  # fmt: skip
    few = ("reaction_few",) if found.people < settings.uncertainty.min_group else ()
    caveats = (*few, *(("reaction_other_scale",) if facts["other"] else ()))
    return Finding(
        key="reaction.answer",
        table=table,
        facts=facts,
        sentences=(str(told["reaction_verdict"]), mapping),
        caveats=caveats,
    )
