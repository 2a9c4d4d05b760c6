"""How many of those who were there answered, and what might the others have said?"""

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers
from churnlab.kirkpatrick.reaction.scores import ALL
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.response import late_difference, nonresponse_bounds

CAME = ("present", "made_up")


def reaction_response(evaluated: Evaluation) -> Finding:
    """Return how many of those who came or made up a session answered about it, and what the silent leave open.

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
        all said 1, or all 5 (without chance), and the mean of late answers less that of early ones: a hint.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    rows = answers(evaluated)
    asked, level = _asked(evaluated, rows), evaluated.data.settings.uncertainty.level
    parts = [(ALL, asked), *((str(name), part) for name, part in asked.groupby("session_id", sort=True))]
    table = pd.DataFrame([{"reaction_session": name} | _rate(part, level) for name, part in parts])
    own = rows.groupby("respondent_id")["turned"].mean()
    sheets = rows.groupby(["respondent_id", "session_id"], dropna=False)["turned"].mean()
    # Sheets of one person go together: the bounds hold, an interval of so many people would be too short.
    bounds = nonresponse_bounds(sheets, max(len(asked), len(sheets)), lowest=LOWEST, highest=HIGHEST, level=level)
    late = late_difference(own, _late(evaluated, rows).reindex(own.index), level=level)
    sentences = ["sentence", "bounds"]
    if not np.isnan(late.low):
        sentences.append("late_differs" if late.low > 0 or late.high < 0 else "late_alike")
    facts = {
        "rate": table["reaction_response_rate"].iloc[0], "rate_low": table["reaction_response_rate_low"].iloc[0],
        "rate_high": table["reaction_response_rate_high"].iloc[0], "asked": len(asked),
        "answered": int(asked["answered"].sum()), "mean": bounds.answered_mean,
        "least": bounds.least, "most": bounds.most, "late": late.late, "early": late.early,
        "difference": late.difference,
        "difference_low": late.low, "difference_high": late.high, "level": level,
    }  # fmt: skip
    return Finding(key="reaction.response", table=table, facts=facts, sentences=tuple(sentences))


def _asked(evaluated: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person and session she was asked about, and whether she answered."""
    there = evaluated.attendance
    asked = there.loc[there["status"].isin(CAME), ["staff_id", "session_id"]].drop_duplicates()
    if rows["session_id"].isna().any():
        # Asked once about the whole: then all who were trained were asked.
        whole = evaluated.trained[["staff_id"]].assign(session_id=evaluated.scope)
        asked = pd.concat([asked[asked["session_id"].isin(rows["session_id"])], whole])
    sheets = rows[["respondent_id", "session_id"]].drop_duplicates().set_axis(["staff_id", "session_id"], axis=1)
    sheets = sheets.assign(session_id=sheets["session_id"].where(sheets["session_id"].notna(), evaluated.scope))
    asked = asked.merge(sheets.assign(answered=True), on=["staff_id", "session_id"], how="left")
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
