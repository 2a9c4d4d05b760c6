"""At what minute of the day?"""

import numpy as np
import numpy.typing as npt

from churnlab.synthetic.calendar import Calendar

Ints = npt.NDArray[np.int64]


def moments(days: Calendar, day: Ints, minutes: Ints) -> npt.NDArray[np.datetime64]:
    """Return times of day numbers and minutes after midnight."""
    return days.date(day) + np.asarray(minutes).astype("timedelta64[m]").astype("timedelta64[ns]")


def office_minutes(many: int, rng: np.random.Generator) -> Ints:
    """Draw minutes between half past nine and half past seven in the evening."""
    return rng.integers(9 * 60 + 30, 19 * 60 + 30, many)
