"""How do others see what somebody does, before and after?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.state import World
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import HEAD, Floats, Ints, share_left
from churnlab.synthetic.training.scales import Shown, category, intraclass, shown, standard_normal
from churnlab.synthetic.training.workforce import there

DIMENSIONS = ("倾听需求", "运用方法", "跟进落实", "团队协作")
SCALE = (1.0, 5.0)
CUTS = (1.5, 2.5, 3.5, 4.5)
BASE, TARGET_SD, RATER_SD, NOISE_SD = 3.2, 0.6, 0.35, 0.6
"""Of a latent rating: its mean, and standard deviations between those rated (on one dimension), between raters, and of
the rest."""
LENIENCY = {"self": 0.4, "peer": 0.1, "subordinate": 0.0, "superior": -0.2}
RATERS = {"self": 1, "peer": 3, "subordinate": 2, "superior": 1}
OCCASIONS = {"pre": (-10, 0), "post": (91, 3), "delayed": (182, 6)}
"""Days from the end of the training (before: from its beginning) and for how many months the effect has faded."""


def behaviors(world: World, staff: pd.DataFrame, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return the 360-degree rows of the table `ratings`: all trainees and those compared, in trainings of skills.

    Raters are drawn anew for each person rated, of the same campus as far as there are enough, and keep what they are
    like: a rater's leniency is the same in all her ratings. A superior is a head of the campus, another one for heads.
    """
    leniency = RATER_SD * rng.normal(size=len(staff))
    parts = [_of_training(world, staff, one, leniency, rng) for one in held if one.programme.kind == "skills"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _of_training(
    world: World, staff: pd.DataFrame, one: Held, leniency: Floats, rng: np.random.Generator
) -> pd.DataFrame:
    who = one.trainees
    rated = who["person"].to_numpy()
    target = TARGET_SD * rng.normal(size=(len(who), len(DIMENSIONS)))
    rows, rater, role = _raters(staff, rated, one.begins, rng)
    parts = []
    for occasion in OCCASIONS:
        day = occasion_day(one, occasion)
        added = effect_at(one, occasion) * (who["cohort"].to_numpy() > 0)
        told = (day < world.days.days) & _there(staff, rated, day)
        still = told[rows] & _there(staff, rater, day[rows])
        r, by, as_ = rows[still], rater[still], role[still]
        lenient = np.array([LENIENCY[name] for name in as_]) + leniency[by]
        latent = BASE + target[r] + (added[r] + lenient)[:, None]
        latent = latent + NOISE_SD * rng.normal(size=latent.shape)
        at = moments(world.days, day[r], office_minutes(len(r), rng))
        parts.append(
            pd.DataFrame(
                {
                    "training_id": one.training_id,
                    "staff_id": np.repeat(staff["staff_id"].to_numpy()[rated[r]], len(DIMENSIONS)),
                    "rater_id": np.repeat(staff["staff_id"].to_numpy()[by], len(DIMENSIONS)),
                    "rater_role": np.repeat(as_, len(DIMENSIONS)),
                    "kind": "behavior",
                    "occasion": occasion,
                    "at": np.repeat(at, len(DIMENSIONS)),
                    "dimension": np.tile(np.array(DIMENSIONS, dtype=object), len(r)),
                    "score": category(latent, CUTS).ravel().astype(float),
                    "scale_min": SCALE[0],
                    "scale_max": SCALE[1],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def occasion_day(one: Held, occasion: str) -> Ints:
    """Return on which day each trainee is rated; those compared with the first cohort."""
    days, _ = OCCASIONS[occasion]
    found: Ints = one.trainees["starts" if occasion == "pre" else "ends"].to_numpy() + days
    return found


def effect_at(one: Held, occasion: str) -> float:
    """Return what the training adds to the latent rating of the trained on an occasion."""
    months = OCCASIONS[occasion][1]
    return one.programme.behavior_effect * float(share_left(months, one.programme.skill_life_months))


def _there(staff: pd.DataFrame, who: Ints, day: Ints) -> np.ndarray:
    left = staff["left"].to_numpy()[who]
    return (left < 0) | (left >= day)


def _raters(staff: pd.DataFrame, rated: Ints, day: int, rng: np.random.Generator) -> tuple[Ints, Ints, np.ndarray]:
    """Return which row of those rated, who rates, and as what."""
    place, role = staff["place"].to_numpy(), staff["role"].to_numpy()
    is_there = there(staff, day)
    heads, others = is_there & (role == HEAD), is_there & (role != HEAD)
    found: list[tuple[int, int, str]] = []
    for row, person in enumerate(rated):
        here = place == place[person]
        above = np.flatnonzero(heads & (here | (role[person] == HEAD)) & (np.arange(len(staff)) != person))
        equal = np.flatnonzero(here & is_there & (role == role[person]) & (np.arange(len(staff)) != person))
        below = np.flatnonzero(here & others & (role != role[person]))
        pools = {"self": np.array([person]), "peer": equal, "subordinate": below, "superior": above}
        for name, pool in pools.items():
            drawn = rng.permutation(pool)[: RATERS[name]]
            found += [(row, int(rater), name) for rater in drawn]
    table = pd.DataFrame(found, columns=["row", "rater", "role"])
    return table["row"].to_numpy(), table["rater"].to_numpy(), table["role"].to_numpy()


def behavior_truth(effect: float, rater_role: str) -> dict[str, float]:
    """Return what is expected of one rater's scores on one dimension.

    `icc` is ICC(1) of those rated before any training, `score_change` by how much an effect on the latent rating moves
    the mean score; both are sums over the normal distribution of those rated, exact for the scale as it is printed.
    """
    nodes, weights = standard_normal()
    before = _seen(nodes, LENIENCY[rater_role])
    after = _seen(nodes, LENIENCY[rater_role] + effect)
    return {"icc": intraclass(before, weights), "score_change": float(weights @ (after.mean - before.mean))}


def _seen(nodes: Floats, shift: float) -> Shown:
    return shown(BASE + shift + TARGET_SD * nodes, float(np.hypot(RATER_SD, NOISE_SD)), CUTS)
