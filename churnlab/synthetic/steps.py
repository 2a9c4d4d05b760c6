"""With which probability does who asked take each step, and after how many days?

A step's log-odds are the sum of the step's own, the channel's, the adviser's and the campaign's; one campus loses more
trials in the last half year than it did a year before.
"""

import numpy as np
import numpy.typing as npt

from churnlab.synthetic.institution import CHANNELS
from churnlab.synthetic.state import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STEPS = ("contacted", "trial_booked", "trial_done", "enrolled", "first_lesson")
PROBABILITY = (0.95, 0.70, 0.82, 0.62, 0.97)
"""Of who took the step before: without campaign, by a channel of no effect, advisers averaged."""
CHANNEL_LOG_ODDS = {
    "自然到访": (0.6, 0.3, 0.2, 0.2, 0.3),
    "老带新": (0.5, 0.5, 0.3, 0.5, 0.5),
    "短视频": (-0.2, -0.4, -0.4, -0.1, -0.2),
    "地推": (-0.7, -0.5, -0.3, -0.3, -0.8),
    "异业合作": (0.0, 0.0, 0.1, -0.3, 0.0),
}
ADVISERS = 2
ADVISER_LOG_ODDS = 0.3
"""Of enrolling after the trial: the first adviser of each campus so much more, the second so much less."""
WORSE_STEP, WORSE_LOG_ODDS, WORSE_DAYS = "trial_done", -0.9, 182
"""At one campus, for who asks in the last so many days."""
WAITING_DAYS = {"contacted": (1.0, 0.6), "trial_booked": (2.0, 3.0), "trial_done": (3.0, 5.0), "enrolled": (2.0, 5.0)}
"""Shape and mean of the gamma distribution of the days since the step before."""


def worse_campus(world: World) -> int:
    """Return the campus at which a step has become worse."""
    return 1 % world.institution.campuses


def probabilities(
    world: World, *, channel: Ints, campus: Ints, asked: Floats, adviser: Ints | int, campaign: Floats | float
) -> Floats:
    """Return the probability of each step, given the one before.

    Parameters
    ----------
    channel, campus : ndarray of int, shape (leads,)
        Positions.
    asked : ndarray of float
        Day on which each asked.
    adviser : ndarray of int
        The first or the second of the campus.
    campaign : ndarray of float
        What a campaign adds to the log-odds of booking a trial; 0 without one.

    Returns
    -------
    ndarray of float, shape (leads, steps)
    """
    share = np.array(PROBABILITY)
    log_odds = np.log(share / (1 - share)) + np.array([CHANNEL_LOG_ODDS[name] for name in CHANNELS])[channel]
    log_odds[:, STEPS.index("trial_booked")] += campaign
    log_odds[:, STEPS.index("enrolled")] += np.where(np.asarray(adviser) == 0, 1, -1) * ADVISER_LOG_ODDS
    worse = (campus == worse_campus(world)) & (asked >= world.days.days - WORSE_DAYS)
    log_odds[:, STEPS.index(WORSE_STEP)] += WORSE_LOG_ODDS * worse
    found: Floats = 1 / (1 + np.exp(-log_odds))
    if world.institution.simple:
        found[:, STEPS.index("first_lesson")] = 1.0
    return found


def waiting_days(many: int, rng: np.random.Generator) -> Floats:
    """Draw the days from each step to the next, asked to enrolled."""
    return np.stack([rng.gamma(shape, mean / shape, many) for shape, mean in WAITING_DAYS.values()], axis=1)
