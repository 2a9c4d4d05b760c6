"""What do complaints, scores and calls give away of why she is about to leave?

Who leaves soon has it in mind: of `Institution.hinting` what she complains of, scores lowest or says on the phone is
what she leaves for. The others speak of anything, as those who stay do.
"""

import numpy as np
import pandas as pd

from churnlab.synthetic.causes import CODES, DEPARTMENT_OF
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import Floats, Ints

AHEAD_DAYS, AFTER_DAYS = 120, 90
"""So long before the last day she has it in mind, and so long after it she still says so."""
_NOTHING = -1


def hinted(world: World, causes: pd.DataFrame, tale: str, student: Ints, day: Ints) -> Ints:
    """Return what each gives away: a position in `causes.CODES`, or −1.

    Parameters
    ----------
    world : World
        Its institution says how many give away what they leave for.
    causes : pandas.DataFrame
        As of `causes.causes`.
    tale : str
        Whose dice are thrown: nothing else moves by them.
    student, day : ndarray of int, shape (n,)
        Who said something, and when.
    """
    said = pd.DataFrame({"student": student, "day": day}, index=np.arange(len(student))).reset_index(names="row")
    met = said.merge(causes[["student", "left", "cause"]], on="student")
    ahead = met["left"] - met["day"]
    met = met[(ahead <= AHEAD_DAYS) & (ahead >= -AFTER_DAYS)].assign(away=ahead.abs())
    nearest = met.sort_values(["row", "away"], kind="stable").drop_duplicates("row").set_index("row")["cause"]
    cause = nearest.reindex(said["row"]).fillna(_NOTHING).to_numpy(dtype=np.int64)
    tells = with_own_dice(world, tale).rng.random(len(said)) < world.institution.hinting
    found: Ints = np.where(tells, cause, _NOTHING)
    return found


def in_words(hints: Ints, words: dict[str, str], otherwise: np.ndarray) -> np.ndarray:
    """Put what is given away in the place of what was said otherwise, where there is a word for it.

    Parameters
    ----------
    hints : ndarray of int, shape (n,)
        As of `hinted`.
    words : dict of str to str
        By the code of a cause.
    otherwise : ndarray of str, shape (n,)
        What each says who gives nothing away.
    """
    said = [words.get(CODES[hint], other) if hint >= 0 else other for hint, other in zip(hints, otherwise, strict=True)]
    return np.array(said, dtype=object)


def lowest_there(hints: Ints, scores: Floats, dimensions: tuple[str, ...]) -> Floats:
    """Exchange the lowest score of each sheet with that of the department she will leave for; the sum stays.

    Parameters
    ----------
    hints : ndarray of int, shape (sheets,)
        As of `hinted`.
    scores : ndarray of float, shape (sheets, dimensions)
        What each gave.
    dimensions : tuple of str
        The departments that are asked about; not all are.
    """
    changed = scores.copy()
    owner = [dimensions.index(DEPARTMENT_OF[code]) if DEPARTMENT_OF[code] in dimensions else _NOTHING for code in CODES]
    aim = np.where(hints >= 0, np.array(owner)[hints], _NOTHING)
    rows = np.flatnonzero(aim >= 0)
    low, aim = scores[rows].argmin(axis=1), aim[rows]
    changed[rows, aim], changed[rows, low] = scores[rows, low], scores[rows, aim]
    return changed
