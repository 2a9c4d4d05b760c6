"""How are the instructors rated over all trainings, once few answers are given their weight?"""

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers_of
from churnlab.stats.normal_shrinkage import FEWEST, normal_normal
from churnlab.stats.rating import rating
from churnlab.tables.door import Data


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
        `reaction_instructor`,
        `reaction_trainings`, `reaction_people`, `reaction_answers`, `reaction_mean` with interval by respondent, and
        `reaction_shrunken_mean` with interval; missing where fewer than four instructors were rated.

    Raises
    ------
    NotEnoughData
        If no instructor was rated by two people.
    """
    rows, level = answers_of(data), data.settings.uncertainty.level
    rows = rows[(rows["dimension"] == "instructor") & rows["instructor_id"].notna()]
    people = rows.groupby("instructor_id")["respondent_id"].transform("nunique")
    rows = rows[people >= 2]
    if rows.empty:
        raise NotEnoughData("reaction.no_instructors")
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
    table = pd.DataFrame(told)
    own = rows.groupby(["instructor_id", "respondent_id"], as_index=False)["turned"].mean()
    apart = own["turned"] - own.groupby("instructor_id")["turned"].transform("mean")
    # One spread between people for all: that of three people who happen to agree would be 0.
    spread = float(np.sqrt((apart**2).sum() / max(len(own) - len(table), 1)))
    shrunken = len(table) >= FEWEST and spread > 0
    names = ["reaction_shrunken_mean", "reaction_shrunken_mean_low", "reaction_shrunken_mean_high"]
    table[names] = np.nan
    if shrunken:
        drawn = normal_normal(table["reaction_mean"], spread / np.sqrt(table["reaction_people"]), level=level)
        table[names] = np.column_stack([drawn.mean, drawn.low, drawn.high])
    key = names[0] if shrunken else "reaction_mean"
    table = table.sort_values([key, "reaction_instructor"], ascending=[False, True], ignore_index=True)
    first, last = table.iloc[0], table.iloc[-1]
    apart_sure = shrunken and first[names[1]] > last[names[2]]
    facts = {
        "instructors": len(table), "best": first["reaction_instructor"], "best_mean": first[key],
        "best_low": first[f"{key}_low"], "best_high": first[f"{key}_high"], "last": last["reaction_instructor"],
        "last_mean": last[key], "last_low": last[f"{key}_low"], "last_high": last[f"{key}_high"], "level": level,
        "least": FEWEST,
    }  # fmt: skip
    which = "apart" if apart_sure else "alike" if shrunken else "raw"
    return Finding(key="reaction.instructors", table=table, facts=facts, sentences=(which,), caveats=("liked_mix",))
