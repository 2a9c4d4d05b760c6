"""What do the five levels say of a training, in one table?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.i18n import has
from churnlab.kirkpatrick.behavior.level import behavior_level
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.level import learning_answer
from churnlab.kirkpatrick.loop.students_effect import student_outcomes
from churnlab.kirkpatrick.reaction.level import reaction_answer
from churnlab.kirkpatrick.results.kpi_effects import kpi_effects
from churnlab.kirkpatrick.returns.forecast import return_forecast
from churnlab.kirkpatrick.returns.paid import training_return
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need
from churnlab.wording import Said

YES, NO, OPEN, CHANGE, DOUBTFUL, NOT_TOLD = "yes", "no", "open", "change", "doubtful", "not_told"
VERDICTS = (YES, NO, OPEN, CHANGE, DOUBTFUL, NOT_TOLD)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one level says.

    Attributes
    ----------
    verdict : str
        `yes` and `no` are said of whole intervals, and of effects only: `open` (cannot be told from chance), `change`
        (before and after only), `doubtful` (not alike before), `not_told` (data are missing).
    found : Said or tuple of Said
        The number behind it with its interval, or why there is none.
    design : Design, optional
        How a claim of cause is supported.
    """

    verdict: str
    found: Said | tuple[Any, ...]
    design: Design | None = None


def levels(evaluated: Evaluation) -> Finding:
    """Answer each level's question about a training on one page: yes, no, or that it cannot be told.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `levels.one`, one row a `kirkpatrick_level` (`reaction`, `learning`, `behavior`, `results`, `students` where
        those trained teach or serve any, `return`): `level_verdict` (see `Answer`), `level_found` (number and interval,
        in words) and `judged_by` (the design; missing where no cause is claimed).

    Raises
    ------
    NotEnoughData
        If nobody was trained by the date.
    """
    if evaluated.trained.empty:
        raise NotEnoughData("kirkpatrick.nobody", training_id=evaluated.course.training_id)
    answers = answers_of(evaluated)
    table = pd.DataFrame(
        [
            {
                "kirkpatrick_level": level,
                "level_verdict": one.verdict,
                "level_found": one.found,
                "judged_by": one.design,
            }
            for level, one in answers.items()
        ]
    ).astype({"judged_by": object})
    facts: dict[str, Any] = {"training": evaluated.course.name, "level": evaluated.data.settings.uncertainty.level}
    for verdict in VERDICTS:
        facts[verdict] = tuple(
            Said(f"levels.name.{level}") for level, one in answers.items() if one.verdict == verdict
        )  # fmt: skip
    return Finding(
        key="levels.one", table=table, facts=facts, sentences=("sentence", *(one for one in VERDICTS if facts[one])),
        caveats=("levels_corrected",),
    )  # fmt: skip


def levels_compared(data: Data) -> Finding:
    """Put the answers of all levels of all trainings beside each other.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `levels.all`, one row a training with anybody trained, the latest first: `training_id`, `training_name`,
        `reaction_level`, `learning_level`, `behavior_level`, `results_level`, `students_level`, `return_level` (each a
        verdict as of `Answer`, in words; missing: trained nobody who teaches or serves).

    Raises
    ------
    NotEnoughData
        If nobody was trained by the date.
    """
    need(data, "trainings")
    rows = fetch(data.table("trainings").select("training_id", "starts_on"))
    rows = rows.sort_values(["starts_on", "training_id"], ascending=[False, True])
    told: list[dict[str, Any]] = []
    said: list[str] = []
    for training_id in rows["training_id"]:
        evaluated = Evaluation(data, training_id)
        if evaluated.trained.empty:
            continue
        answers = answers_of(evaluated)
        verdicts = {f"{level}_level": _verdict(answers.get(level)) for level in _ASKED}
        said += [one.verdict for one in answers.values()]
        told.append({"training_id": training_id, "training_name": evaluated.course.name, **verdicts})
    if not told:
        raise NotEnoughData("levels.nobody")
    facts = {"trainings": len(told), "answers": len(said), **{verdict: said.count(verdict) for verdict in VERDICTS}}
    return Finding(key="levels.all", table=pd.DataFrame(told), facts=facts)


def answers_of(evaluated: Evaluation) -> dict[str, Answer]:
    """Return what each level says; students are left out where those trained neither teach nor serve any."""
    answers = {}
    for level, ask in _ASKED.items():
        try:
            answers[level] = ask(evaluated)
        except NotEnoughData as error:
            if level != "students":
                answers[level] = Answer(verdict=NOT_TOLD, found=Said(f"error.{error.key}", error.facts))
    return answers


def _verdict(answer: Answer | None) -> Said | None:
    return Said(f"code.level_verdict.{answer.verdict}") if answer else None


def _reaction(evaluated: Evaluation) -> Answer:
    told = reaction_answer(evaluated)
    verdict = {"passed": YES, "failed": NO, "open": OPEN}[told.table["reaction_verdict"].iloc[0]]
    return Answer(verdict=verdict, found=Said("levels.found.reaction", dict(told.facts)))


def _learning(evaluated: Evaluation) -> Answer:
    told = learning_answer(evaluated)
    verdict = {
        "more": YES, "less": NO, "not_told": OPEN, "disagree": DOUBTFUL, "rose": CHANGE, "fell": CHANGE,
        "same": OPEN, "chance": OPEN,
    }[told.table["learning_answer"].iloc[0]]  # fmt: skip
    beside = "beside" if told.facts["compared"] else "alone"
    return Answer(verdict=verdict, found=Said(f"levels.found.learning_{beside}", dict(told.facts)), design=told.design)


def _behavior(evaluated: Evaluation) -> Answer:
    told = behavior_level(evaluated)
    verdict = {
        "better": YES, "worse": NO, "open": OPEN, "untested": NOT_TOLD, "better_alone": CHANGE, "worse_alone": CHANGE,
    }[told.sentences[0]]  # fmt: skip
    surest, tested = told.facts.get("found"), int((told.table["evidence_answer"] != "described").sum())
    if surest:
        found = Said("levels.found.surest" if tested > 1 else "levels.found.only", {"found": surest, "tested": tested})
        return Answer(verdict=verdict, found=found, design=told.design)
    described = tuple(told.facts[name] for name in ("transfer", "drivers") if name in told.facts)
    return Answer(verdict=verdict, found=described)


def _results(evaluated: Evaluation) -> Answer:
    told = kpi_effects(evaluated)
    return _of_effects(told.table["effect_verdict"], told.table[["metric", "kpi_effect"]], told)


def _students(evaluated: Evaluation) -> Answer:
    told = student_outcomes(evaluated)
    return _of_effects(told.table["effect_verdict"], told.table[["student_outcome", "student_effect"]], told)


_OF_EFFECTS = {"shown": YES, "worse": NO, "doubtful": DOUBTFUL, "not_shown": OPEN, "change": CHANGE, "few": OPEN}


def _of_effects(verdicts: pd.Series, shown: pd.DataFrame, told: Finding) -> Answer:
    """Answer of several outcomes: the strongest that can be said of any, and never without what got worse."""
    strongest = next(one for one in _OF_EFFECTS if (verdicts == one).any())
    found = _said(shown[verdicts == strongest], "effect")
    if strongest != "worse":
        found += _said(shown[verdicts == "worse"], "worse")
    return Answer(verdict=_OF_EFFECTS[strongest], found=found, design=told.design)


def _said(shown: pd.DataFrame, how: str) -> tuple[Said, ...]:
    name, change = shown.columns
    return tuple(
        Said(f"levels.found.{how}", {"what": Said(key) if has(key := f"code.{name}.{what}") else what, "change": much})
        for what, much in zip(shown[name], shown[change], strict=True)
    )


def _returned(evaluated: Evaluation) -> Answer:
    told = training_return(evaluated)
    now, (_, horizon, _) = told.table.iloc[-1], return_forecast(evaluated).table["roi_rate_high"]
    # Too early is not too little: no is said only if it will not have paid by the horizon either.
    is_lost = now["roi_rate_high"] < 0 and horizon < 0
    verdict = YES if now["roi_rate_low"] > 0 else NO if is_lost else OPEN
    found = Said("levels.found.return", {"ratio": now["benefit_cost_ratio"], **_ends(now, "roi_rate")})
    return Answer(verdict=verdict, found=found, design=told.design)


def _ends(row: pd.Series, name: str) -> dict[str, Any]:
    return {"found": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}


_ASKED: dict[str, Callable[[Evaluation], Answer]] = {
    "reaction": _reaction, "learning": _learning, "behavior": _behavior, "results": _results, "students": _students,
    "return": _returned,
}  # fmt: skip
