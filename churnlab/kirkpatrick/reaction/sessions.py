"""Was one session liked better or less than the others by the very people who were there?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import answers
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import PairedDifference, paired_difference

BETTER, WORSE, ALIKE, FEW = "better", "worse", "alike", "few"


def reaction_sessions(evaluated: Evaluation) -> Finding:
    """Compare each session with the other sessions of the same people, on the same questions.

    Who is easily pleased is so in every session: only what one and the same person answered here and elsewhere in this
    training is compared, question by question, each person once. Sessions which share nobody are not compared.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.sessions`, one row a session, by day: `reaction_session`, `reaction_instructor` (missing: several or
        none told), `reaction_pairs` (people who answered the same question here and elsewhere), `session_here_mean` and
        `session_elsewhere_mean` (of these people), `session_difference` (points of five, with interval, each by
        itself), `p_value` (Holm over the sessions) and `session_verdict` (`better`, `worse`, `alike`: not to be told
        apart; `few`: under `[reaction] least_people`, then without numbers).

    Raises
    ------
    NotEnoughData
        If no session has so many people who answered about another one too.
    """
    rows, settings = answers(evaluated), evaluated.data.settings
    rows = rows[rows["session_id"].notna()]
    level, least = settings.uncertainty.level, settings.reaction.least_people
    pairs = {str(one): _pairs(rows, one) for one in _by_day(evaluated, rows)}
    enough = [one for one, part in pairs.items() if len(part) >= least]
    if not enough:
        raise NotEnoughData("reaction.no_sessions", training_id=evaluated.scope, least=least)
    found = {one: paired_difference(pairs[one]["elsewhere"], pairs[one]["here"], level=level) for one in enough}
    p = dict(zip(found, holm([1.0 if np.isnan(one.p_value) else one.p_value for one in found.values()]), strict=True))
    by = rows.groupby("session_id")["instructor_id"].agg(_only)
    table = pd.DataFrame(
        [
            {"reaction_session": one, "reaction_instructor": by[one], "reaction_pairs": len(part)}
            | _row(found.get(one), p.get(one, np.nan), 1 - level)
            for one, part in pairs.items()
        ]
    )
    sentences, facts = _said(table, len(enough), level)
    hidden = ("reaction_hidden",) if len(enough) < len(table) else ()
    facts |= {"least": least}
    return Finding(
        key="reaction.sessions", table=table, facts=facts, sentences=sentences, caveats=("sessions_followed", *hidden)
    )


def _by_day(evaluated: Evaluation, rows: pd.DataFrame) -> list[str]:
    held = evaluated.sessions["session_id"].tolist()
    asked = set(rows["session_id"])
    return [one for one in held if one in asked] + sorted(asked - set(held))


def _only(names: pd.Series) -> Any:
    return names.iloc[0] if names.nunique(dropna=False) == 1 else None


def _pairs(rows: pd.DataFrame, session: str) -> pd.DataFrame:
    """Return one row a person: her mean `here` and `elsewhere`, over the questions she answered in both."""
    is_here = rows["session_id"] == session
    key = ["respondent_id", "item"]
    here = rows[is_here].groupby(key)["turned"].mean().rename("here")
    elsewhere = rows[~is_here].groupby(key)["turned"].mean().rename("elsewhere")
    return pd.concat([here, elsewhere], axis=1, join="inner").groupby(level="respondent_id").mean()


def _row(found: PairedDifference | None, p_value: float, alpha: float) -> dict[str, Any]:
    nan = float("nan")
    names = ("here_mean", "elsewhere_mean", "difference", "difference_low", "difference_high")
    numbers = (nan,) * 5 if found is None else (found.after, found.before, found.mean, found.low, found.high)
    told = {f"session_{name}": value for name, value in zip(names, numbers, strict=True)}
    if found is None:
        state = FEW
    elif p_value < alpha:
        state = BETTER if found.mean > 0 else WORSE
    else:
        state = ALIKE
    return told | {"p_value": p_value, "session_verdict": state}


def _said(table: pd.DataFrame, compared: int, level: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    facts: dict[str, Any] = {"sessions": compared, "level": level}
    said = []
    for state, best in ((BETTER, True), (WORSE, False)):
        part = table[table["session_verdict"] == state].sort_values("session_difference", ascending=not best)
        facts[state] = len(part)
        if len(part):
            first = part.iloc[0]
            said.append(state)
            facts |= {
                f"{state}_session": first["reaction_session"], f"{state}_difference": first["session_difference"],
                f"{state}_low": first["session_difference_low"], f"{state}_high": first["session_difference_high"],
            }  # fmt: skip
    return (*(said or ("alike",)), "how"), facts
