"""How did the trainees rate a training, by question, dimension, session and instructor?"""

from typing import Any, Literal

import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import answers, rated

By = Literal["dimension", "session", "instructor"]
ALL = "all"
_COLUMN = {"dimension": "dimension", "session": "session_id", "instructor": "instructor_id"}
_SHOWN = {"dimension": "reaction_dimension", "session": "reaction_session", "instructor": "reaction_instructor"}


def reaction_distribution(evaluated: Evaluation) -> Finding:
    """Count the answers of 1 to 5 to each question, by dimension; reversed questions are turned.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.distribution`, one row an item: `reaction_dimension`, `reaction_item`, `reaction_reversed`,
        `reaction_people`, `reaction_answers`, and `answered_1` to `answered_5`, counts, 0 where nobody chose it.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    rows = answers(evaluated)
    told: list[dict[str, Any]] = []
    for (dimension, item), part in rows.groupby(["dimension", "item"], sort=True):
        found = rated(part, evaluated)
        counts = {f"answered_{place}": count for place, count in enumerate(found.counts, 1)}
        turned = bool(part["reverse_keyed"].eq(True).any())
        told.append(
            {"reaction_dimension": dimension, "reaction_item": item, "reaction_reversed": turned}
            | {"reaction_people": found.people, "reaction_answers": found.n}
            | counts
        )
    found = rated(rows, evaluated)
    facts = {"n": found.n, "people": found.people, "top": found.top, "low": found.counts[0] + found.counts[1]}
    facts |= {"items": len(told), "turned": sum(row["reaction_reversed"] for row in told)}
    return Finding(key="reaction.distribution", table=pd.DataFrame(told), facts=facts, caveats=_few(evaluated, rows))


def reaction_scores(evaluated: Evaluation, *, by: By = "dimension") -> Finding:
    """Return the mean answer and the share of top answers, with intervals by respondent.

    Answers of one person go together: ten answers of hers are not those of ten people.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    by : {"dimension", "session", "instructor"}
        In which parts.

    Returns
    -------
    Finding
        `reaction.scores`, first a row of all, then one a part: `reaction_people`, `reaction_answers`, `reaction_mean`
        (1–5) and `reaction_top_share` (0–1), both with interval, missing where fewer answered than
        `[reaction] least_people`.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    rows, column = answers(evaluated), _COLUMN[by]
    parts = [(ALL, rows), *((str(name), part) for name, part in rows.groupby(column, sort=True))]
    table = pd.DataFrame([{_SHOWN[by]: name} | _row(part, evaluated) for name, part in parts])
    whole = rated(rows, evaluated)
    facts = {
        "mean": whole.mean, "mean_low": whole.mean_low, "mean_high": whole.mean_high, "top": whole.top,
        "top_low": whole.top_low, "top_high": whole.top_high, "n": whole.n, "people": whole.people,
        "level": evaluated.data.settings.uncertainty.level, "least": evaluated.data.settings.reaction.least_people,
        "boxes": evaluated.data.settings.reaction.top_boxes,
    }  # fmt: skip
    hidden = ("reaction_hidden",) if table["reaction_mean"].isna().any() else ()
    return Finding(key="reaction.scores", table=table, facts=facts, caveats=(*_few(evaluated, rows), *hidden))


def _row(part: pd.DataFrame, evaluated: Evaluation) -> dict[str, Any]:
    found, nan = rated(part, evaluated), float("nan")
    shown = found.people >= evaluated.data.settings.reaction.least_people
    names = {"reaction_mean": "mean", "reaction_top_share": "top"}
    told = {
        f"{ours}{end}": getattr(found, f"{name}{end}") if shown else nan
        for ours, name in names.items()
        for end in ("", "_low", "_high")
    }
    return {"reaction_people": found.people, "reaction_answers": found.n} | told


def _few(evaluated: Evaluation, rows: pd.DataFrame) -> tuple[str, ...]:
    few = rows["respondent_id"].nunique() < evaluated.data.settings.uncertainty.min_group
    return ("reaction_few",) if few else ()
