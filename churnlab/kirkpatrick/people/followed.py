"""Do those who did more of the weekly tasks change more in the two behaviours?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.people.plan import planned, rated_behaviors
from churnlab.stats.superiority import superiority
from churnlab.tables.there import need

FEWEST_A_SIDE = 5


def plan_followed(evaluated: Evaluation) -> Finding:
    """Compare how two behaviours changed in those who did more of the weekly tasks and in those who did fewer.

    The two of `plan_behaviors`. A person's change is her mean rating by others on the last occasion after the training
    less that before it. More tasks are more than the middle one of the trained did, as a share of those planned for
    her, or as many, where that parts people more evenly; a task that nobody wrote down counts as not done. Compared is
    how likely one who did more changed more than one who did fewer (Brunner–Munzel), with intervals that hold for both
    behaviours together (Bonferroni). Nobody was put among those who do their tasks by lot: the keen do them, and change
    anyway.

    Returns
    -------
    Finding
        `people.plan_followed`: one row a `behavior`: `people_more`, `people_fewer`, `more_change_score`,
        `fewer_change_score` (mean changes, on the scale of the ratings), `changed_more_probability` with interval.

    Raises
    ------
    NotEnoughData
        If no check-ins or ratings are stored, too few were rated before (see `plan_behaviors`), or fewer than five did
        more, or fewer, and were rated before and after.
    """
    data = evaluated.data
    need(data, "check_ins", "ratings")
    told, chosen = rated_behaviors(evaluated)
    tasks = planned(evaluated)
    share = tasks["done"].fillna(0.0).groupby(tasks["staff_id"]).mean()
    level = data.settings.uncertainty.level
    rows = [_compared(told[told["dimension"] == one], share, 1 - (1 - level) / len(chosen)) for one in chosen]
    least = min((row[name] for row in rows for name in ("people_more", "people_fewer")), default=0)
    if least < FEWEST_A_SIDE:
        raise NotEnoughData("people.few_followed", people=least, least=FEWEST_A_SIDE)
    table = pd.DataFrame(rows)
    table.insert(0, "behavior", chosen)
    name = "changed_more_probability"
    apart = (table[f"{name}_low"] > 0.5) | (table[f"{name}_high"] < 0.5)
    first = table.loc[(table[name] - 0.5).abs().where(apart, 0.0).idxmax() if apart.any() else 0]
    facts: dict[str, Any] = {
        "training": evaluated.course.name,
        "people": int(table["people_more"].iloc[0] + table["people_fewer"].iloc[0]),
        "middle": float(share.median()),
        "behavior": str(first["behavior"]),
        "more": float(first["more_change_score"]),
        "fewer": float(first["fewer_change_score"]),
        **{f"chance{end}": float(first[f"{name}{end}"]) for end in ("", "_low", "_high")},
        "behaviors": len(table),
        "level": level,
    }
    return Finding(
        key="people.plan_followed",
        table=table,
        facts=facts,
        sentences=("sentence", "apart" if apart.any() else "alike"),
        caveats=("people.keen", "people.said_by_themselves"),
        design=Design.COMPARISON_GROUP,
    )


def _compared(told: pd.DataFrame, share: pd.Series, level: float) -> dict[str, Any]:
    """Return the row of a behaviour; NaN where a side has nobody."""
    means = told.groupby(["staff_id", "occasion"])["score"].mean().unstack().reindex(columns=["pre", "post", "delayed"])
    change = (means["delayed"].fillna(means["post"]) - means["pre"]).dropna()
    change = change[change.index.isin(share.index)].astype(float)
    own = share.reindex(change.index)
    more, at_least = own > share.median(), own >= share.median()
    if abs(at_least.mean() - 0.5) < abs(more.mean() - 0.5):  # many did as many as the middle one: all, say
        more = at_least
    found = superiority(change[~more], change[more], level=level)
    return {
        "people_more": int(more.sum()),
        "people_fewer": int((~more).sum()),
        "more_change_score": float(change[more].mean()) if more.any() else np.nan,
        "fewer_change_score": float(change[~more].mean()) if (~more).any() else np.nan,
        "changed_more_probability": found.probability,
        "changed_more_probability_low": found.low,
        "changed_more_probability_high": found.high,
    }
