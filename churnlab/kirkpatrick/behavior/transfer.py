"""How many of those trained apply it months later?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.behavior.agreement import averaged
from churnlab.kirkpatrick.behavior.scores import behavior_ratings, seen_by_others, seen_by_role
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.intervals import wilson

_MONTHS, _SHARES = (0, 6, 12), (0.62, 0.44, 0.34)
"""Of trainees who apply it, as training managers estimate: Saks A M, Belcourt M, Hum Resour Manage 2006;45:629–648."""


def transfer(evaluated: Evaluation) -> Finding:
    """Tell how many trained people apply what was taught, by others' ratings, months after the training.

    A person applies it when others see her at or above `behavior.applied_share` of the scale: the mean over the kinds
    of rater (whose raters may be averaged), over the dimensions. A rating counts for the month of the settings that its
    own time since her training is nearest to. Only those are counted whose months are over, and who are still here.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.transfer`, one row before (`months_after` 0) and one per month of the settings: `due_people` (trained,
        still here, months over), `rated_people`, `applying_share` of those rated with its interval,
        `least_applying_share` and `most_applying_share` of all due (all unrated not applying, or all),
        `compared_applying_share` of people not trained, at the rating for that time, and how many they are, `compared`;
        `reference_share`: the published curve, by straight lines between its months.

    Raises
    ------
    NotEnoughData
        If nobody trained was rated by others later.
    """
    data = evaluated.data
    rules, level = data.settings.behavior, data.settings.uncertainty.level
    ratings = behavior_ratings(evaluated)
    seen = seen_by_others(seen_by_role(ratings, averaged(evaluated)))
    lowest, highest = ratings["lowest"].iloc[0], ratings["highest"].iloc[0]
    least = lowest + rules.applied_share * (highest - lowest)
    own = pd.to_datetime(evaluated.trained.set_index("staff_id")["ended_on"])
    ended = seen["staff_id"].map(own)
    if own.notna().any():  # those compared are rated with the others: their months count from most others' end
        ended = ended.fillna(own.mode().min())
    since = (seen["at"] - ended).dt.days / (365.25 / 12)
    months = np.array(rules.transfer_months)
    nearest = months[np.abs(since.fillna(-1e9).to_numpy()[:, None] - months).argmin(axis=1)]
    seen = seen.assign(
        months_since=np.where(seen["occasion"] == "pre", 0, nearest), applies=seen["score"] >= least - 1e-9
    )
    seen = seen.sort_values("at", kind="stable").drop_duplicates(["staff_id", "months_since"], keep="last")
    table = pd.DataFrame([_row(evaluated, seen, month, level) for month in (0, *rules.transfer_months)])
    later = table[(table["months_after"] > 0) & (table["rated_people"] > 0)]
    if later.empty:
        raise NotEnoughData("behavior.no_transfer", training_id=evaluated.course.training_id)
    return _told(evaluated, table, least, highest)


def _row(evaluated: Evaluation, seen: pd.DataFrame, month: int, level: float) -> dict[str, Any]:
    trained, as_of = evaluated.trained, pd.Timestamp(evaluated.data.as_of)
    over = trained["ended_on"] + pd.DateOffset(months=month) <= as_of if month else trained["began_on"].notna()
    due = trained[
        over & (trained["left_on"].isna() | (trained["left_on"] >= trained["ended_on"] + pd.DateOffset(months=month)))
    ]
    at = seen[seen["months_since"] == month]
    rated, others = at[at["staff_id"].isin(due["staff_id"])], at[~at["is_trained"]]
    many, n = int(rated["applies"].sum()), len(rated)
    low, high = wilson(many, n, level)
    unrated = len(due) - n
    return {
        "months_after": month, "due_people": len(due), "rated_people": n, "applying_share": many / n if n else np.nan,
        "applying_share_low": float(low), "applying_share_high": float(high),
        "least_applying_share": many / len(due) if len(due) and n else np.nan,
        "most_applying_share": (many + unrated) / len(due) if len(due) and n else np.nan,
        "compared": len(others), "compared_applying_share": float(others["applies"].mean()) if len(others) else np.nan,
        "reference_share": float(np.interp(month, _MONTHS, _SHARES)) if month else np.nan,
    }  # fmt: skip


def _told(evaluated: Evaluation, table: pd.DataFrame, least: float, highest: float) -> Finding:
    told, min_group = table[table["rated_people"] > 0], evaluated.data.settings.uncertainty.min_group
    last, first = told.iloc[-1], told.iloc[0]
    facts: dict[str, Any] = {
        "months": int(last["months_after"]), "share": last["applying_share"], "low": last["applying_share_low"],
        "high": last["applying_share_high"], "rated": int(last["rated_people"]), "due": int(last["due_people"]),
        "least": least,
        "highest": highest, "reference": last["reference_share"], "before": first["applying_share"],
        "level": evaluated.data.settings.uncertainty.level, "compared": last["compared_applying_share"],
        "compared_n": int(last["compared"]),
        "waiting": ", ".join(str(int(month)) for month in table.loc[table["due_people"] == 0, "months_after"]),
    }  # fmt: skip
    way = "above" if facts["low"] > facts["reference"] else "below" if facts["high"] < facts["reference"] else "near"
    sentences = ["sentence", way]
    sentences += ["before"] if first["months_after"] == 0 else []
    sentences += ["beside"] if facts["compared_n"] >= 2 else []
    sentences += ["waiting"] if facts["waiting"] else []
    caveats = ["behavior_transfer"] + (["behavior_small"] if last["rated_people"] < min_group else [])
    return Finding(
        key="behavior.transfer", table=table, facts=facts, sentences=tuple(sentences), caveats=tuple(caveats)
    )
