"""Did they learn it? The answer of level 2 for the first page."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.compared import differences
from churnlab.kirkpatrick.learning.gains import learning_gains
from churnlab.kirkpatrick.learning.regression import chosen
from churnlab.kirkpatrick.learning.scores import ALL
from churnlab.stats.ancova import AdjustedAndGain

_FACTS = {
    "test_change_points": "change", "test_before_share": "before", "test_after_share": "after", "n": "n",
}  # fmt: skip


def learning_answer(evaluated: Evaluation) -> Finding:
    """Say whether the trained learned something, as far as the design allows.

    Drawn by lot, what counts is the difference at equal scores before. Where others are compared who were not drawn,
    both that and the difference of the gains must be above chance. Where nobody is compared there is only a change,
    and of people chosen for low scores only what exceeds regression to the mean.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.answer`, one row per later test `learned_by`: `n`, `test_before_share`, `test_after_share`,
        `test_change_points` with its interval, `compared` (people), `learned_more_points` with its interval (at equal
        scores before; missing where nobody is compared), `expected_change_points` (of people chosen for low scores) and
        `learning_answer`: `more`, `less`, `not_told`, `disagree` (against others), or `rose`, `fell`, `same`, `chance`
        (before and after only).

    Raises
    ------
    NotEnoughData
        As `learning_gains`.
    """
    table = learning_gains(evaluated).table
    table = table[table["chapter"] == ALL]
    found, expected = differences(evaluated), _expected(evaluated)
    drawn = evaluated.design is Design.RANDOMISED
    rows = [_row(row, found.get(row["learned_by"]), expected, drawn) for row in table.to_dict("records")]
    first = rows[0]
    facts = {ours: first[name] for name, ours in _FACTS.items()} | {
        "change_low": first["test_change_points_low"], "change_high": first["test_change_points_high"],
        "more": first["learned_more_points"], "more_low": first["learned_more_points_low"],
        "more_high": first["learned_more_points_high"], "compared": first["compared"], "expected": expected,
        "level": evaluated.data.settings.uncertainty.level,
    }  # fmt: skip
    sentences = ["base" if first["learned_by"] == "post" else "base_delayed", first["learning_answer"]]
    if len(rows) > 1:
        sentences.append(f"delayed_{rows[1]['learning_answer']}")
        facts |= {f"delayed_{name}": rows[1][column] for name, column in _DELAYED.items()}
    few = first["n"] < evaluated.data.settings.uncertainty.min_group
    return Finding(
        key="learning.answer",
        table=pd.DataFrame(rows),
        facts=facts,
        sentences=tuple(sentences),
        caveats=("learning_few",) if few else (),
        design=evaluated.design if first["compared"] else Design.BEFORE_AFTER_ONLY,
    )


_DELAYED = {
    "n": "n", "change": "test_change_points", "change_low": "test_change_points_low",
    "change_high": "test_change_points_high", "more": "learned_more_points", "more_low": "learned_more_points_low",
    "more_high": "learned_more_points_high",
}  # fmt: skip


def _expected(evaluated: Evaluation) -> float:
    try:
        return chosen(evaluated).expected
    except NotEnoughData:
        return 0.0


def _row(row: dict[Hashable, Any], found: AdjustedAndGain | None, expected: float, drawn: bool) -> dict[str, Any]:
    ends = (row["test_change_points_low"], row["test_change_points_high"])
    told = {
        name: row[name]
        for name in (
            "learned_by", "n", "test_before_share", "test_after_share", "test_change_points", "test_change_points_low",
            "test_change_points_high",
        )
    }  # fmt: skip
    more = (found.adjusted, found.adjusted_low, found.adjusted_high) if found else (np.nan,) * 3
    return {
        **told,
        "compared": found.n_others if found else 0,
        "learned_more_points": more[0],
        "learned_more_points_low": more[1],
        "learned_more_points_high": more[2],
        "expected_change_points": expected,
        "learning_answer": _against_others(found, drawn) if found else _alone(*ends, expected),
    }


def _against_others(found: AdjustedAndGain, drawn: bool) -> str:
    lows, highs = [found.adjusted_low], [found.adjusted_high]
    if not drawn:
        if found.disagree:
            return "disagree"
        lows, highs = [*lows, found.gain_low], [*highs, found.gain_high]
    return "more" if min(lows) > 0 else "less" if max(highs) < 0 else "not_told"


def _alone(low: float, high: float, expected: float) -> str:
    if low > expected:
        return "rose"
    if low > 0:
        return "chance"
    return "fell" if high < 0 else "same"
