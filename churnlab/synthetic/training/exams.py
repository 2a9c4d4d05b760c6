"""What did they answer before, right after and three months later, and who was certified?"""

import numpy as np
import pandas as pd
from scipy.special import expit

from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.state import World
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import Floats, Ints
from churnlab.synthetic.training.quizzes import ITEMS, answer_rows, take

POST_DAYS, DELAYED_DAYS = 1, 84
"""From the last day of the training to each test."""
CERTIFIED_KINDS = ("skills", "onboarding")
CERTIFIED_DAYS, AGAIN_DAYS = 7, 28
PASSES_LOG_ODDS, PASSES_PER_ABILITY = 0.8, 0.9
"""logit P(passes) = 0.8 + 0.9 (ability + learning gain); who fails tries once more."""


def answer_table(
    world: World, staff: pd.DataFrame, held: list[Held], rng: np.random.Generator, waiting: np.random.Generator
) -> pd.DataFrame:
    """Return the table `test_answers`; those compared are tested on the days of the first cohort.

    So are those who wait for a later cohort, as long as it has not begun; `waiting` are the dice of their answers.
    """
    parts = []
    for one in held:
        who = one.trainees
        ability, starts, ends = _ability(staff, one), who["starts"].to_numpy(), who["ends"].to_numpy()
        gain, kept = one.programme.learning_gain * (who["cohort"].to_numpy() > 0), one.programme.kept_share
        taken = {
            "pre": (starts - 1, one.before),
            "post": (ends + POST_DAYS, take(ability + gain, rng)),
            "delayed": (ends + DELAYED_DAYS, take(ability + kept * gain, rng)),
        }
        parts += [_taken(world, staff, one, occasion, *what, rng) for occasion, what in taken.items()]
        later = (who["cohort"].to_numpy() > 1) & (one.programme.chosen == "waitlist")
        first = int(np.argmin(starts))
        for occasion, (days, _) in taken.items() if later.any() else ():
            day = np.where(later & (days[first] < starts - 1), days[first], world.days.days)
            parts.append(_taken(world, staff, one, occasion, day, take(ability, waiting), waiting))
    return pd.concat(parts, ignore_index=True)


def _ability(staff: pd.DataFrame, one: Held) -> Floats:
    found: Floats = staff["ability"].to_numpy()[one.trainees["person"].to_numpy()]
    return found


def _taken(
    world: World, staff: pd.DataFrame, one: Held, occasion: str, day: Ints, chosen: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    person = one.trainees["person"].to_numpy()
    left = staff["left"].to_numpy()[person]
    still = (day < world.days.days) & ((left < 0) | (left >= day))
    at = moments(world.days, day[still], office_minutes(int(still.sum()), rng))
    answers = answer_rows(chosen[still])
    return pd.DataFrame(
        {
            "training_id": one.training_id,
            "staff_id": np.repeat(staff["staff_id"].to_numpy()[person[still]], ITEMS),
            "occasion": occasion,
            "taken_at": np.repeat(at, ITEMS),
            **{name: answers[name] for name in answers},
        }
    )


def certificates(world: World, staff: pd.DataFrame, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `certificates`: of the trained, a week after, and of those who failed once more."""
    parts = []
    for one in (one for one in held if one.programme.kind in CERTIFIED_KINDS):
        person, ends = one.attending["person"].to_numpy(), one.attending["ends"].to_numpy()
        ability = staff["ability"].to_numpy()[person] + one.programme.learning_gain
        chance = expit(PASSES_LOG_ODDS + PASSES_PER_ABILITY * ability)
        tries = np.ones(len(person), dtype=bool)
        for day in (ends + CERTIFIED_DAYS, ends + CERTIFIED_DAYS + AGAIN_DAYS):
            left = staff["left"].to_numpy()[person]
            tries = tries & (day < world.days.days) & ((left < 0) | (left >= day))
            passed = rng.random(len(person)) < chance
            parts.append(
                pd.DataFrame(
                    {
                        "staff_id": staff["staff_id"].to_numpy()[person[tries]],
                        "name": f"{one.programme.name}认证",
                        "taken_on": world.days.date(day[tries]),
                        "passed": pd.array(passed[tries], dtype="boolean"),
                    }
                )
            )
            tries = tries & ~passed
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
