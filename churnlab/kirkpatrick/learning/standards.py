"""How many reach the standard: pass the test, answer quickly, follow the procedure?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import OCCASIONS, whole_scores
from churnlab.kirkpatrick.learning.watched import BEST, watched
from churnlab.settings.learning import Learning
from churnlab.stats.intervals import clustered_wilson
from churnlab.wording import Said

STANDARDS = ("test_passed", "quick_answer", "good_answer", "conform")


def standards_met(evaluated: Evaluation) -> Finding:
    """Tell which share of the trained meets each standard, before and after, against its target.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.standards`, one row per `standard` (`test_passed`: so much of the points, of people; `quick_answer`:
        an objection answered within so many seconds; `good_answer`: an answer to one rated so high by the mean of its
        raters; `conform`: a recording, by the mean of its raters, follows so much of the procedure) and
        `test_occasion`: `n` (people or performances), `met_share` with Wilson's interval (people as clusters),
        `target_share`, and `standard_state`: `met` and `not_met` where the whole interval says so, else `unclear`.

    Raises
    ------
    NotEnoughData
        If the trained were neither tested nor watched.
    """
    settings = evaluated.data.settings
    rows = [
        _row(standard, occasion, part, settings.learning.standard_target_share, settings.uncertainty.level)
        for standard, told in _judged(evaluated, settings.learning).items()
        for occasion in OCCASIONS
        if len(part := told[told["occasion"] == occasion])
    ]
    if not rows:
        raise NotEnoughData("learning.no_standard", training_id=evaluated.course.training_id)
    table = pd.DataFrame(rows)
    last = table.groupby("standard", sort=False).tail(1)
    facts: dict[str, Any] = {
        "pass_score_share": settings.learning.pass_score_share, "conform_share": settings.learning.conform_share,
        "good_score_share": settings.learning.good_score_share, "quick_seconds": settings.learning.quick_seconds,
        "target": settings.learning.standard_target_share,
        "level": settings.uncertainty.level,
    }  # fmt: skip
    for row in last.to_dict("records"):
        name = row["standard"]
        facts |= {
            name: row["met_share"], f"{name}_low": row["met_share_low"], f"{name}_high": row["met_share_high"],
            f"{name}_n": row["n"], f"{name}_state": Said(f"learning.standards.{row['standard_state']}"),
            f"{name}_when": Said(f"code.test_occasion.{row['test_occasion']}"),
        }  # fmt: skip
    few = bool((table["n"] < settings.uncertainty.min_group).any())
    return Finding(
        key="learning.standards", table=table, facts=facts, sentences=tuple(last["standard"]),
        caveats=("learning_few",) if few else (), design=Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def _judged(evaluated: Evaluation, rules: Learning) -> dict[str, pd.DataFrame]:
    """Return by standard one row a person or performance: `staff_id`, `occasion`, `met`."""
    told = {}
    try:
        scores = whole_scores(evaluated)
        long = scores[scores["is_trained"]].melt("staff_id", list(OCCASIONS), "occasion", "share").dropna()
        told["test_passed"] = long.assign(met=long["share"] >= rules.pass_score_share - 1e-12)
    except NotEnoughData:
        pass
    try:
        rows = watched(evaluated)
    except NotEnoughData:
        return told
    rows = rows[rows["is_trained"]]
    by = ["staff_id", "occasion", "at", "dimension"]
    answers, recordings = (rows[rows["kind"] == kind] for kind in ("objection", "recording"))
    quick = answers[answers["seconds"].notna()].groupby(by, as_index=False)["seconds"].mean()
    told["quick_answer"] = quick.assign(met=quick["seconds"] <= rules.quick_seconds)
    for name, watched_rows, least in (
        ("good_answer", answers, rules.good_score_share), ("conform", recordings, rules.conform_share),
    ):  # fmt: skip
        means = watched_rows.groupby(by, as_index=False)["score"].mean()
        told[name] = means.assign(met=means["score"] >= BEST * least - 1e-9)
    return told


def _row(standard: str, occasion: str, part: pd.DataFrame, target: float, level: float) -> dict[str, Any]:
    low, high = clustered_wilson(part["met"], part["staff_id"], level)
    return {
        "standard": standard, "test_occasion": occasion, "n": len(part), "met_share": float(part["met"].mean()),
        "met_share_low": low, "met_share_high": high, "target_share": target,
        "standard_state": "met" if low >= target else "not_met" if high < target else "unclear",
    }  # fmt: skip
