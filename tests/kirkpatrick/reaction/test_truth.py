"""Do the intervals of what was said hold what was planted, and is nothing found where nothing differs?"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.finding import attempt
from churnlab.kirkpatrick import (
    Evaluation,
    instructor_reactions,
    reaction_compared,
    reaction_reliability,
    reaction_response,
    reaction_scores,
    reaction_sessions,
    trainees_recommend,
)
from churnlab.settings import Settings
from churnlab.synthetic import Institution
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.training.delivery import attendance, sessions, trainee_table
from churnlab.synthetic.training.programmes import INSTRUCTORS, PROGRAMMES, Programme, Training
from churnlab.synthetic.training.reactions import reaction_table, reaction_truth
from churnlab.synthetic.training.telling import in_form, train
from churnlab.tables.door import from_frames
from tests.truth.coverage import band

pytestmark = pytest.mark.slow

# One instructor who adds nothing: all sessions and all questions are alike, so that omega is alpha.
LIKED = replace(PROGRAMMES[1], instructors=("JS02",), sessions=4, weeks=4, chosen="lot", share=0.4, liking=0.4)
TRUTH = reaction_truth(LIKED, "JS02")
SETTINGS = Settings.model_validate({"uncertainty": {"bootstrap": 200}})
SEEDS, WEEKS = range(20), range(84, 36, -4)


def trainings(seed: int, programme: Programme = LIKED, begin_weeks: Iterable[int] = WEEKS) -> list[Evaluation]:
    """Make trainings of some twenty-five people each, whose likings have nothing to do with each other."""
    training = Training(
        programmes=tuple(replace(programme, begins=weeks) for weeks in begin_weeks), students_per_adviser=6,
        students_per_service=900, students_per_teacher=900, leaves_per_week=0.0005,
    )  # fmt: skip
    _, world = begin(Institution(seed=seed, students=420, simple=True, training=training))
    trained = train(world)
    assert trained
    held, dice = trained.held, np.random.default_rng(seed)
    taught = sessions(world, held, dice)
    came = attendance(world, trained.staff, held, taught, dice)
    ends = [world.days.date(np.array([one.begins, one.ends])) for one in held]
    names = pd.DataFrame({"training_id": [one.training_id for one in held], "name": LIKED.name})
    tables = {
        "trainings": names.assign(starts_on=[one[0] for one in ends], ends_on=[one[1] for one in ends]),
        "training_sessions": taught,
        "training_attendance": came,
        "trainees": trainee_table(world, trained.staff, held, taught, came),
        "reactions": reaction_table(world, held, taught, came, dice),
    }
    tables = {name: in_form(name, rows) for name, rows in tables.items()}
    data = from_frames(tables, as_of=world.institution.as_of, settings=SETTINGS)
    return [Evaluation(data, one.training_id) for one in held]


@pytest.fixture(scope="module")
def evaluations() -> list[Evaluation]:
    return [one for seed in SEEDS for one in trainings(seed)]


def _holds(low: float, true: float, high: float) -> bool:
    return bool(low <= true <= high)


def _held(one: Evaluation) -> dict[str, bool]:
    scores, response = reaction_scores(one), reaction_response(one).facts
    line = scores.table.iloc[0]
    sheets, promoters = reaction_reliability(one).facts, trainees_recommend(one).table.iloc[0]
    mean = TRUTH["mean_answered"]
    return {
        "mean": _holds(line["reaction_mean_low"], mean, line["reaction_mean_high"]),
        "of_100": _holds(line["reaction_of_100_score_low"], 25 * (mean - 1), line["reaction_of_100_score_high"]),
        "rate": _holds(response["rate_low"], TRUTH["answer_rate"], response["rate_high"]),
        "alpha": _holds(sheets["alpha_low"], TRUTH["alpha_answered"], sheets["alpha_high"]),
        "omega": _holds(sheets["omega_low"], TRUTH["alpha_answered"], sheets["omega_high"]),
        "promoters": _holds(
            promoters["promoter_points_low"], TRUTH["promoter_score"], promoters["promoter_points_high"]
        ),
        "silent": _holds(response["low"], TRUTH["mean_score"], response["high"]),
    }


def test_intervals_hold_what_was_planted(evaluations):
    """The estimands are mean, alpha, omega and promoter score of those who answer, and how many of those asked do."""
    hits = pd.DataFrame(_held(one) for one in evaluations)
    # The mean of all who came, answering or not: whatever the silent would have said, and so more often than stated.
    assert hits.pop("silent").mean() >= band(len(hits))[0]
    low, high = band(len(hits), len(hits.columns))
    shares = hits.mean()
    assert shares.between(low, high).all(), (shares.to_dict(), low, high)


def test_sessions_that_do_not_differ_are_seldom_said_to(evaluations):
    """The estimand is the share of trainings with any session told apart, where none differs."""
    said = [attempt(reaction_sessions, one).table["session_verdict"] for one in evaluations]
    assert sum(len(one) for one in said) >= 3 * len(said)
    wrong = sum(one.isin(["better", "worse"]).any() for one in said)
    assert wrong <= binom.ppf(0.99, len(said), 0.05), wrong / len(said)


def test_trainings_liked_alike_are_seldom_said_to_differ(evaluations):
    """The estimands are the shares of trainings said to be liked better or less, and told so in any dimension."""
    found = [reaction_compared(one) for one in evaluations[::4]]
    whole = sum(one.sentences[0] != "alike" for one in found)
    parts = sum((one.table["p_value"].iloc[1:] < 0.05).any() for one in found)
    most = binom.ppf(0.99, len(found), 0.05)
    assert whole <= most, whole / len(found)
    assert parts <= most, parts / len(found)


def test_intervals_of_instructors_hold_what_was_planted_and_the_best_is_told_from_the_worst():
    """The estimands are the means of the answers about each instructor of those who answer, raw and shrunken."""
    taught = replace(LIKED, instructors=tuple(INSTRUCTORS))
    true = {one: reaction_truth(taught, one)["instructor_answered"] for one in INSTRUCTORS}
    rows = []
    for seed in range(500, 530):
        (evaluated,) = trainings(seed, taught, WEEKS[-1:])
        found = instructor_reactions(evaluated.data)
        table = found.table.set_index("reaction_instructor")
        rows.append(
            {
                f"{kind}_{one}": _holds(table.loc[one, f"{kind}_low"], true[one], table.loc[one, f"{kind}_high"])
                for kind in ("reaction_mean", "reaction_shrunken_mean")
                for one in table.index  # a session may be called off, and nobody rates its instructor
            }
            | {"apart": (found.facts["best"], found.facts["last"]) if "apart" in found.sentences else None}
        )
    hits = pd.DataFrame(rows)
    apart = hits.pop("apart").dropna()
    assert len(apart) >= len(hits) / 5  # 0.45 and −0.5 standard deviations were planted, of twenty people
    assert sum(true[best] <= true[last] for best, last in apart) == 0
    for kind in ("reaction_mean", "reaction_shrunken_mean"):
        held = hits.filter(regex=f"^{kind}").stack().dropna().astype(bool)
        # People rate several instructors, so that the four of a training are not independent: judged as one each.
        low, high = band(len(hits), 2)
        assert low <= held.mean() <= high, (kind, held.mean(), low, high)
