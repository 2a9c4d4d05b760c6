"""How many of those who were there answered, and what might the others have said?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers
from churnlab.kirkpatrick.reaction.scores import ALL
from churnlab.settings.reaction import Reaction
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.rating import share_limits
from churnlab.stats.response import late_difference, nonresponse_bounds

PRESENT, MADE_UP = "present", "made_up"
_ALSO_MADE_UP = "present_or_made_up"


def reaction_response(evaluated: Evaluation) -> Finding:
    """Return how many of those who were asked about a session answered, and what the silent leave open.

    Asked are those who were present, and those who made the session up only if `[reaction] asked` says so;
    sessions of the last `[reaction] answer_days` are left out, as answers may still come.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.response`, a row of all sessions, then one a session: `reaction_asked` and `reaction_sheets` (a person
        and session each; of a questionnaire that names no session, the trained) and `reaction_response_rate` with
        interval by person. Facts: `least` and `most`, the mean of all sheets asked for if those not handed in had
        all said 1, or all 5; `low` and `high`, from the lower limit of the first to the upper limit of the second, by
        person; and the mean of late answers less that of early ones: a hint.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered, or fewer than two of those asked so long ago.
    """
    rows, settings = answers(evaluated), evaluated.data.settings
    young = _young(evaluated)
    rows = rows[~rows["session_id"].isin(young)].reset_index(drop=True)
    asked, level = _asked(evaluated, rows, young), settings.uncertainty.level
    means = _sheets(evaluated, rows)
    given = asked.merge(means, on=["staff_id", "session_id"], how="left")
    told = given["turned"].dropna()
    if asked.loc[asked["answered"], "staff_id"].nunique() < 2:
        raise NotEnoughData("reaction.none_asked", training_id=evaluated.scope, days=settings.reaction.answer_days)
    parts = [(ALL, asked), *((str(name), part) for name, part in asked.groupby("session_id", sort=True))]
    table = pd.DataFrame([{"reaction_session": name} | _rate(part, level) for name, part in parts])
    # The interval that comes with the bounds takes each sheet for another person's.
    bounds = nonresponse_bounds(told, len(asked), lowest=LOWEST, highest=HIGHEST, level=level)
    low, high = (_filled(given, worst, level)[end] for end, worst in enumerate((LOWEST, HIGHEST)))
    own = rows.groupby("respondent_id")["turned"].mean()
    late = late_difference(own, _late(evaluated, rows).reindex(own.index), level=level)
    facts = {
        "rate": table["reaction_response_rate"].iloc[0], "rate_low": table["reaction_response_rate_low"].iloc[0],
        "rate_high": table["reaction_response_rate_high"].iloc[0], "asked": len(asked),
        "answered": int(asked["answered"].sum()), "mean": bounds.answered_mean,
        "least": bounds.least, "most": bounds.most, "low": low, "high": high, "late": late.late, "early": late.early,
        "difference": late.difference, "difference_low": late.low, "difference_high": late.high, "level": level,
        "made_up": int(evaluated.attendance["status"].eq(MADE_UP).sum()), "uninvited": len(means) - len(told),
        "young": len(young), "days": settings.reaction.answer_days,
    }  # fmt: skip
    return Finding(
        key="reaction.response", table=table, facts=facts, sentences=_sentences(facts, settings.reaction),
        caveats=tuple(f"reaction_{name}" for name in ("uninvited", "young") if facts[name]),
    )  # fmt: skip


def _filled(given: pd.DataFrame, silent: float, level: float) -> tuple[float, float]:
    """Return the limits of the mean, by person, had all who did not answer said the same."""
    shares = (given["turned"].fillna(silent) - LOWEST) / (HIGHEST - LOWEST)
    low, high = share_limits(shares, given["staff_id"], level=level)
    return LOWEST + (HIGHEST - LOWEST) * low, LOWEST + (HIGHEST - LOWEST) * high


def _sentences(facts: dict[str, Any], rules: Reaction) -> tuple[str, ...]:
    if rules.asked == _ALSO_MADE_UP:
        said = ["with_made_up", "bounds"]
    else:
        said = ["sentence", *(["made_up"] if facts["made_up"] else []), "bounds"]
    if not np.isnan(facts["difference_low"]):
        differs = facts["difference_low"] > 0 or facts["difference_high"] < 0
        said.append("late_differs" if differs else "late_alike")
    return tuple(said)


def _young(evaluated: Evaluation) -> list[str]:
    """Return the sessions held so lately that answers may still come."""
    held = evaluated.sessions["held_at"].fillna(evaluated.sessions["planned_at"])
    days = pd.Timedelta(days=evaluated.data.settings.reaction.answer_days)
    came = evaluated.sessions["session_id"].isin(evaluated.attendance["session_id"])
    late = held >= pd.Timestamp(evaluated.data.as_of) - days
    return sorted(evaluated.sessions.loc[came & late, "session_id"])


def _sheets(evaluated: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the mean answer of each sheet: a row a person and session; of a sheet about the whole, the training."""
    about = rows["session_id"].where(rows["session_id"].notna(), evaluated.scope)
    told = rows.assign(session_id=about, staff_id=rows["respondent_id"])
    return told.groupby(["staff_id", "session_id"], as_index=False).agg(turned=("turned", "mean"))


def _asked(evaluated: Evaluation, rows: pd.DataFrame, young: list[str]) -> pd.DataFrame:
    """Return one row a person and session she was asked about, and whether she answered."""
    there = evaluated.attendance[~evaluated.attendance["session_id"].isin(young)]
    came = [PRESENT, *([MADE_UP] if evaluated.data.settings.reaction.asked == _ALSO_MADE_UP else [])]
    asked = there.loc[there["status"].isin(came), ["staff_id", "session_id"]].drop_duplicates()
    if rows["session_id"].isna().any():
        # Asked once about the whole: then all who were trained were asked.
        whole = evaluated.trained[["staff_id"]].assign(session_id=evaluated.scope)
        asked = pd.concat([asked[asked["session_id"].isin(rows["session_id"])], whole])
    given = _sheets(evaluated, rows)[["staff_id", "session_id"]].assign(answered=True)
    asked = asked.merge(given, on=["staff_id", "session_id"], how="left")
    return asked.assign(answered=asked["answered"].eq(True)).sort_values(["session_id", "staff_id"], ignore_index=True)


def _rate(part: pd.DataFrame, level: float) -> dict[str, float]:
    low, high = clustered_wilson(part["answered"].to_numpy(), pd.factorize(part["staff_id"])[0], level)
    share = float(part["answered"].mean()) if len(part) else float("nan")
    return {
        "reaction_asked": len(part), "reaction_sheets": int(part["answered"].sum()), "reaction_response_rate": share,
        "reaction_response_rate_low": low, "reaction_response_rate_high": high,
    }  # fmt: skip


def _late(evaluated: Evaluation, rows: pd.DataFrame) -> pd.Series:
    """Tell by respondent whether she answered late: most of her answers so many days after the session."""
    held = evaluated.sessions.assign(day=evaluated.sessions["held_at"].fillna(evaluated.sessions["planned_at"]))
    day = rows["session_id"].map(held.set_index("session_id")["day"]).dt.normalize()
    waited = (pd.to_datetime(rows["answered_at"]).dt.normalize() - day).dt.days
    late = (waited >= evaluated.data.settings.reaction.late_days).astype(float).where(waited.notna(), 0.0)
    return late.groupby(rows["respondent_id"]).mean() > 1 / 2
