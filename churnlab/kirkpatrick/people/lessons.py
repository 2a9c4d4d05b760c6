"""Which questions do they still get wrong after the training?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import answers
from churnlab.stats.intervals import wilson


def often_wrong(evaluated: Evaluation) -> Finding:
    """List the questions that the trained got wrong most right after the training: material for short lessons.

    A question may be wrong often because nobody knows it, or because it is a bad question; look at the item analysis
    before making a lesson of it. `beats_guessing` asks whether they did better than by guessing among the answers that
    anybody gave to the question on any occasion (exact binomial test, Benjamini–Hochberg over all questions). With one
    wrong answer much commoner than the others there is a mistake to correct, else a gap to fill.

    Returns
    -------
    Finding
        `people.often_wrong`: one row a question, most often wrong first, at most `people.lessons_listed`:
        `question_id`, `test_module`, `people_answered`, `wrong_share` with numerator and interval, `commonest_wrong`
        with `commonest_share` (of the wrong answers), `beats_guessing` (bool), `adjusted_p_value`.

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` of the trained took the test after it.
    """
    settings = evaluated.data.settings
    after, options = _answers(evaluated)
    people = after["staff_id"].nunique()
    if people < settings.uncertainty.min_group:
        raise NotEnoughData("people.few_tested", people=people, least=settings.uncertainty.min_group)
    table = after.groupby("question_id", as_index=False).agg(
        test_module=("test_module", "first"), people_answered=("wrong", "size"), wrong_share_count=("wrong", "sum")
    )
    low, high = wilson(table["wrong_share_count"], table["people_answered"], settings.uncertainty.level)
    table = table.assign(
        wrong_share=table["wrong_share_count"] / table["people_answered"],
        wrong_share_low=low,
        wrong_share_high=high,
    ).join(_commonest(after), on="question_id")
    guess = 1 / options.reindex(table["question_id"]).clip(lower=2).to_numpy(dtype=float)
    table["adjusted_p_value"] = _beside_guessing(table, guess)
    table["beats_guessing"] = table["adjusted_p_value"] <= 1 - settings.uncertainty.level
    table = table.sort_values(["wrong_share", "question_id"], ascending=[False, True], ignore_index=True)
    facts: dict[str, Any] = {
        "training": evaluated.course.name,
        "people": people,
        "items": len(table),
        "guessed": int((~table["beats_guessing"]).sum()),
        "item": str(table["question_id"].iloc[0]),
        "answer": str(table["commonest_wrong"].iloc[0]),
        **{f"share{end}": float(table[f"wrong_share{end}"].iloc[0]) for end in ("", "_low", "_high")},
        "common": float(table["commonest_share"].iloc[0]),
        "level": settings.uncertainty.level,
    }
    said = "guessed" if facts["guessed"] else "none_guessed"
    shown = table.head(settings.people.lessons_listed)
    return Finding(
        key="people.often_wrong", table=shown, facts=facts, sentences=("sentence", said), caveats=("people.bad_item",)
    )


def _answers(evaluated: Evaluation) -> tuple[pd.DataFrame, pd.Series]:
    """Return what the trained answered right after, and how many answers each question has had."""
    told = answers(evaluated)
    told = told[told["correct"].notna()].rename(columns={"chapter": "test_module", "item_id": "question_id"})
    after = told[(told["occasion"] == "post") & told["is_trained"]]
    return after.assign(wrong=~after["correct"].astype(bool)), told.groupby("question_id")["answer"].nunique()


def _beside_guessing(table: pd.DataFrame, guess: np.ndarray) -> np.ndarray:
    """Return the corrected p-value of each question being answered no better than by guessing."""
    right = (table["people_answered"] - table["wrong_share_count"]).astype(int)
    p_value = [
        stats.binomtest(did, n, one, alternative="greater").pvalue
        for did, n, one in zip(right.tolist(), table["people_answered"].tolist(), guess.tolist(), strict=True)
    ]
    return np.asarray(stats.false_discovery_control(p_value))


def _commonest(after: pd.DataFrame) -> pd.DataFrame:
    """Return of each question the wrong answer given most, of several the first by name, and its share of the wrong."""
    wrong = after[after["wrong"] & after["answer"].notna()]
    counts = wrong.groupby(["question_id", "answer"]).size().rename("many").reset_index()
    counts = counts.sort_values(["question_id", "many", "answer"], ascending=[True, False, True])
    first = counts.drop_duplicates("question_id").set_index("question_id")
    share = first["many"] / counts.groupby("question_id")["many"].sum()
    return pd.DataFrame({"commonest_wrong": first["answer"], "commonest_share": share})
