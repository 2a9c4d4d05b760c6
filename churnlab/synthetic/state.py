"""How does every student stand, and what has been written down so far?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.calendar import Calendar
from churnlab.synthetic.institution import Institution
from churnlab.synthetic.places import Places
from churnlab.synthetic.students import Students

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

KINDS = ("not_renewed", "refunded", "dormant", "withdrawn", "completed", "personal")
NOT_RENEWED, REFUNDED, DORMANT, WITHDRAWN, COMPLETED, PERSONAL = range(len(KINDS))
CHURN = KINDS[:4]
WAITING, SERVED, GONE = range(3)
NEVER = -10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """What does not change while the weeks go by; what is planted draws from a stream of its own.

    Attributes
    ----------
    taught : ndarray of float, shape (staff, months), optional
        What the training of a teacher adds to the log hazard of churn of those whom she teaches; None: nothing.
    """

    institution: Institution
    days: Calendar
    place: Places
    students: Students
    rng: np.random.Generator
    planted: np.random.Generator
    taught: Floats | None = None


class Log:
    """Rows as they happen, column by column; told apart by the kind of thing that happened."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, npt.NDArray]]] = {}

    def add(self, what: str, **columns: npt.NDArray | int) -> None:
        """Write down one row for each entry; a single number is repeated."""
        parts = np.broadcast_arrays(*columns.values())
        if parts[0].size:
            self._parts.setdefault(what, []).append(
                {name: _small(part) for name, part in zip(columns, parts, strict=True)}
            )

    def frame(self, what: str, columns: tuple[str, ...]) -> pd.DataFrame:
        """Return all rows of a kind, in the order in which they were written."""
        parts = self._parts.get(what, [])
        if not parts:
            return pd.DataFrame({name: np.empty(0, dtype=np.int64) for name in columns})
        assert set(columns) == set(parts[0]), (what, parts[0].keys())
        return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in columns})


def _small(part: npt.NDArray) -> npt.NDArray:
    if part.dtype == np.int64:
        return part.astype(np.int32)
    if part.dtype == np.float64:
        return part.astype(np.float32)
    return part.copy()


class State:
    """One entry a student.

    Attributes
    ----------
    phase : ndarray of int
        Waiting to start, in service, or gone.
    wanted : ndarray of int
        Day from which she waits to start.
    group, course, campus : ndarray of int
        Class, course and campus at present.
    contract, by_hours, lessons_left, lessons_bought, starts, ends, prolonged, signing, previous, late
        The running contract: its number, how it is billed, its lessons, first and last day (by period) and by how many
        days suspensions prolonged it, kind of signing, the contract that it follows, whether it was signed late.
    entered, episode, since : ndarray of int
        First day of the episode, its number, and the day since which she has been exposed to leaving.
    hold : ndarray of int
        No lesson before this day.
    missed, lessons_seen, attended : ndarray
        The last four lessons, how many there were, the day of the last attended one (or of the return from a hold).
    engagement : ndarray of float
        Latent; drifts.
    teacher, first_teacher, changed : ndarray of int
        Last and first teacher, and the day on which the last one took over.
    complaint_until : ndarray of int
        A complaint is open before this day.
    extra_group, extra_contract, extra_starts, extra_ends : ndarray of int
        A second course beside the first; −1 without one.
    ghost : ndarray of int
        Lessons for which she stays on the class list after her last.
    arm, listed, called : ndarray of int
        Arm of the experiment with retention calls (−1: not in it), day of the last list with her, and of the last call
        that reached her.
    not_renewing : ndarray of float
        Where renewals are by chance: her probability of leaving at a contract's end.
    """

    def __init__(self, world: World) -> None:
        many = len(world.students)

        def fill(value: int) -> Ints:
            return np.full(many, value, dtype=np.int64)

        self.phase, self.wanted = fill(WAITING), world.students.wanted.copy()
        self.course, self.campus, self.group = world.students.course.copy(), world.students.campus.copy(), fill(-1)
        self.contract, self.lessons_left, self.lessons_bought = fill(-1), fill(0), fill(0)
        self.by_hours = np.zeros(many, dtype=bool)
        self.starts, self.ends, self.signing, self.previous = fill(NEVER), fill(NEVER), fill(0), fill(-1)
        self.late, self.prolonged = np.zeros(many, dtype=bool), fill(0)
        self.entered, self.episode, self.since, self.hold = fill(NEVER), fill(1), fill(NEVER), fill(NEVER)
        self.missed, self.lessons_seen = np.zeros((many, 4), dtype=bool), fill(0)
        self.attended = fill(NEVER)
        self.engagement = world.rng.normal(size=many)
        self.teacher, self.first_teacher, self.changed, self.complaint_until = (
            fill(-1),
            fill(-1),
            fill(NEVER),
            fill(NEVER),
        )
        self.extra_group, self.extra_contract, self.extra_starts, self.extra_ends = (fill(-1) for _ in range(4))
        self.ghost = fill(0)
        self.arm, self.listed, self.called = fill(-1), fill(NEVER), fill(NEVER)
        chance = world.institution.renewal
        self.not_renewing = world.planted.beta(chance.alpha, chance.beta, many) if chance else np.full(many, np.nan)
        self.contracts = 0

    def missed_share(self, who: Ints) -> Floats:
        """Return the share of the last four lessons missed; those before the first count as attended."""
        return self.missed[who].mean(axis=1)
