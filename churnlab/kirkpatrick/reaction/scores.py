"""How did the trainees rate a training, by question, dimension, session and instructor?"""

from typing import Any, Literal

import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import answers, off_five, rated
from churnlab.kirkpatrick.reaction.line import judged

By = Literal["dimension", "session", "instructor"]
ALL = "all"
_COLUMN = {"dimension": "dimension", "session": "session_id", "instructor": "instructor_id"}
_SHOWN = {
    "dimension": "reaction_dimension", "session_id": "reaction_session", "instructor_id": "reaction_instructor",
    "item": "reaction_item",
}  # fmt: skip


def reaction_distribution(evaluated: Evaluation, *, by: Literal["item"] | By = "item") -> Finding:
    """Count the answers of 1 to 5 to each question, or in each dimension, session or of each instructor.

    Reversed questions are turned.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    by : {"item", "dimension", "session", "instructor"}
        In which parts.

    Returns
    -------
    Finding
        `reaction.distribution`, one row a part: of an item `reaction_dimension`, `reaction_item` and
        `reaction_reversed`, else `reaction_dimension`, `reaction_session` or `reaction_instructor`; then
        `reaction_people`, `reaction_answers`, and `answered_1` to `answered_5`, counts, 0 where nobody chose it.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    rows = answers(evaluated)
    if by == "item":
        table = _counted(rows, evaluated, ["dimension", "item"])
        marked = rows["reverse_keyed"].eq(True).groupby([rows["dimension"], rows["item"]], sort=True).any()
        table.insert(2, "reaction_reversed", marked.to_numpy(dtype=bool))
    else:
        table = _counted(rows, evaluated, [_COLUMN[by]])
    found, turned = rated(rows, evaluated), rows[rows["reverse_keyed"].eq(True)]
    facts = {
        "n": found.n, "people": found.people, "low": found.counts[0] + found.counts[1],
        "items": rows["item"].nunique(), "turned": turned["item"].nunique(), "other": off_five(evaluated),
    }  # fmt: skip
    return Finding(key="reaction.distribution", table=table, facts=facts, caveats=_caveats(facts, evaluated))


def _counted(rows: pd.DataFrame, evaluated: Evaluation, columns: list[str]) -> pd.DataFrame:
    told: list[dict[str, Any]] = []
    for names, part in rows.groupby(columns, sort=True):
        found = rated(part, evaluated)
        told.append(
            {_SHOWN[column]: str(name) for column, name in zip(columns, names, strict=True)}
            | {"reaction_people": found.people, "reaction_answers": found.n}
            | {f"answered_{place}": count for place, count in enumerate(found.counts, 1)}
        )
    return pd.DataFrame(told)


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
        (1–5), `reaction_top_share` (0–1) and `reaction_of_100_score` (by `[reaction] mapping`), each with interval, and
        `reaction_verdict` by the pass line (see `judged`); missing where fewer answered than `[reaction] least_people`.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    rows, column = answers(evaluated), _COLUMN[by]
    parts = [(ALL, rows), *((str(name), part) for name, part in rows.groupby(column, sort=True))]
    table = pd.DataFrame([{_SHOWN[column]: name} | _row(part, evaluated) for name, part in parts])
    whole, rules = rated(rows, evaluated), evaluated.data.settings.reaction
    on_line = judged(whole.mean, whole.mean_low, whole.mean_high, whole.people, rules)
    facts = {
        "score": on_line["reaction_of_100_score"], "score_low": on_line["reaction_of_100_score_low"],
        "score_high": on_line["reaction_of_100_score_high"], "line": rules.pass_line,
        "mean": whole.mean, "mean_low": whole.mean_low, "mean_high": whole.mean_high, "top": whole.top,
        "top_low": whole.top_low, "top_high": whole.top_high, "n": whole.n, "people": whole.people,
        "level": evaluated.data.settings.uncertainty.level, "least": rules.least_people, "boxes": rules.top_boxes,
        "other": off_five(evaluated),
    }  # fmt: skip
    hidden = ("reaction_hidden",) if table["reaction_mean"].isna().any() else ()
    return Finding(
        key="reaction.scores", table=table, facts=facts, sentences=("sentence", "line", rules.mapping),
        caveats=(*_caveats(facts, evaluated), *hidden),
    )  # fmt: skip


def _row(part: pd.DataFrame, evaluated: Evaluation) -> dict[str, Any]:
    found, nan = rated(part, evaluated), float("nan")
    shown = found.people >= evaluated.data.settings.reaction.least_people
    names = {"reaction_mean": "mean", "reaction_top_share": "top"}
    told = {
        f"{ours}{end}": getattr(found, f"{name}{end}") if shown else nan
        for ours, name in names.items()
        for end in ("", "_low", "_high")
    }
    mean, low, high = (told[f"reaction_mean{end}"] for end in ("", "_low", "_high"))
    line = judged(mean, low, high, found.people, evaluated.data.settings.reaction)
    return {"reaction_people": found.people, "reaction_answers": found.n} | told | line


def _caveats(facts: dict[str, Any], evaluated: Evaluation) -> tuple[str, ...]:
    few = facts["people"] < evaluated.data.settings.uncertainty.min_group
    return (*(("reaction_few",) if few else ()), *(("reaction_other_scale",) if facts["other"] else ()))
