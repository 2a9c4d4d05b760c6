"""How are the instructors rated over all trainings, once few answers are given their weight?"""

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers_of
from churnlab.kirkpatrick.reaction.line import FAILED, OPEN, PASSED, judged
from churnlab.stats.normal_shrinkage import FEWEST, normal_normal
from churnlab.stats.rating import rating
from churnlab.tables.door import Data

_SHRUNKEN = "reaction_shrunken_mean"


def instructor_reactions(data: Data) -> Finding:
    """Return how the instructors were rated in the questions about the instructor, over all trainings.

    Means are drawn towards the middle of all, the more the fewer answered. They are of different trainings and people:
    who teaches the better liked training has it easier.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `reaction.instructors`, one row an instructor with at least two respondents, highest first:
        `reaction_instructor`, `reaction_trainings`, `reaction_people`, `reaction_answers`, `reaction_mean` with
        interval by respondent, `reaction_shrunken_mean` with interval (missing where fewer than four instructors were
        rated), and of the last of these that is there `reaction_of_100_score` with interval and `reaction_verdict` by
        the pass line.

    Raises
    ------
    NotEnoughData
        If no instructor was rated by two people.
    """
    rows, rules = answers_of(data), data.settings.reaction
    rows = rows[(rows["dimension"] == "instructor") & rows["instructor_id"].notna()]
    people = rows.groupby("instructor_id")["respondent_id"].transform("nunique")
    rows = rows[people >= 2]
    if rows.empty:
        raise NotEnoughData("reaction.no_instructors")
    level = data.settings.uncertainty.level
    table = _shrunken(_raw(rows, level), rows, level)
    shrunken = bool(table[_SHRUNKEN].notna().all())
    key = _SHRUNKEN if shrunken else "reaction_mean"
    table = _on_line(table, key, data)
    table = table.sort_values([key, "reaction_instructor"], ascending=[False, True], ignore_index=True)
    first, last = table.iloc[0], table.iloc[-1]
    apart = shrunken and first[f"{key}_low"] > last[f"{key}_high"]
    facts = {
        "instructors": len(table), "best": first["reaction_instructor"], "best_mean": first[key],
        "best_low": first[f"{key}_low"], "best_high": first[f"{key}_high"], "last": last["reaction_instructor"],
        "last_mean": last[key], "last_low": last[f"{key}_low"], "last_high": last[f"{key}_high"], "level": level,
        "least": FEWEST, "line": rules.pass_line,
        **{verdict: int((table["reaction_verdict"] == verdict).sum()) for verdict in (PASSED, FAILED, OPEN)},
    }  # fmt: skip
    few = table["reaction_people"].min() < data.settings.uncertainty.min_group
    return Finding(
        key="reaction.instructors", table=table, facts=facts,
        sentences=("apart" if apart else "alike" if shrunken else "raw", "line", rules.mapping),
        caveats=("liked_mix", *(("reaction_few_some",) if few else ())),
    )  # fmt: skip


def _raw(rows: pd.DataFrame, level: float) -> pd.DataFrame:
    told = []
    for instructor, part in rows.groupby("instructor_id", sort=True):
        found = rating(part["turned"], lowest=LOWEST, highest=HIGHEST, clusters=part["respondent_id"], level=level)
        told.append(
            {
                "reaction_instructor": instructor, "reaction_trainings": part["training_id"].nunique(),
                "reaction_people": found.people, "reaction_answers": found.n, "reaction_mean": found.mean,
                "reaction_mean_low": found.mean_low, "reaction_mean_high": found.mean_high,
            }
        )  # fmt: skip
    return pd.DataFrame(told)


def _shrunken(table: pd.DataFrame, rows: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add the means drawn towards the middle of all; missing where these are too few to learn their spread from."""
    own = rows.groupby(["instructor_id", "respondent_id"], as_index=False)["turned"].mean()
    apart = own["turned"] - own.groupby("instructor_id")["turned"].transform("mean")
    # One spread between people for all: that of three people who happen to agree would be 0.
    spread = float(np.sqrt((apart**2).sum() / max(len(own) - len(table), 1)))
    told = np.full((len(table), 3), np.nan)
    if len(table) >= FEWEST and spread > 0:
        drawn = normal_normal(table["reaction_mean"], spread / np.sqrt(table["reaction_people"]), level=level)
        # A normal interval may reach beyond the scale.
        told = np.clip(np.column_stack([drawn.mean, drawn.low, drawn.high]), LOWEST, HIGHEST)
    return table.join(pd.DataFrame(told, columns=[f"{_SHRUNKEN}{end}" for end in ("", "_low", "_high")]))


def _on_line(table: pd.DataFrame, key: str, data: Data) -> pd.DataFrame:
    means = table[[key, f"{key}_low", f"{key}_high"]].to_numpy(dtype=float)
    told = [
        judged(mean, low, high, people, data.settings.reaction)
        for (mean, low, high), people in zip(means, table["reaction_people"], strict=True)
    ]
    return table.join(pd.DataFrame(told, index=table.index))
