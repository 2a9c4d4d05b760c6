"""What happened, once it is over, in the numbers that every table is written from?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.contracting import CONTRACTS
from churnlab.synthetic.department import CALLS, Forced
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.events import COMPLAINTS, SUSPENSIONS, TRANSFERS
from churnlab.synthetic.hazard import COVARIATES
from churnlab.synthetic.life import ENDS, LESSONS, MOODS, RISK, live
from churnlab.synthetic.starting import starting
from churnlab.synthetic.state import SERVED, Log, World

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Everything that happened, in positions and day numbers.

    Attributes
    ----------
    contracts : pandas.DataFrame
        One row a contract, indexed by its number; `signed` is the day on which it was signed, `planned` that for which
        the start was planned, `starts` that of the first lesson. Contracts that will only be signed after the history,
        or that came to nothing, are left out.
    lessons, ends, risk, suspensions, transfers, complaints, moods, calls : pandas.DataFrame
        As they were logged.
    episodes : pandas.DataFrame
        One row per student and episode: `entered`, `left` (−1: still in service), `kind` (−1 likewise).
    campus, group : ndarray of int
        Campus and class of each student at the end.
    first_teacher : ndarray of int
        Who taught each student's first lesson; −1 for those who never started.
    suspended : ndarray of bool
        On hold at the end.
    not_renewing : ndarray of float
        Each student's probability of leaving at a contract's end, where renewals are by chance.
    """

    contracts: pd.DataFrame
    lessons: pd.DataFrame
    ends: pd.DataFrame
    risk: pd.DataFrame
    suspensions: pd.DataFrame
    transfers: pd.DataFrame
    complaints: pd.DataFrame
    moods: pd.DataFrame
    calls: pd.DataFrame
    episodes: pd.DataFrame
    campus: Ints
    group: Ints
    first_teacher: Ints
    suspended: npt.NDArray[np.bool_]
    not_renewing: npt.NDArray[np.float64]


def history(world: World, forced: Forced | None = None) -> History:
    """Let the institution live, and put its log in order."""
    log, state = live(world, forced)
    ends = log.frame("ends", ENDS)
    contracts = log.frame("contracts", CONTRACTS).astype({"late": bool, "by_hours": bool}).sort_values("contract")
    contracts = contracts.set_index("contract")
    contracts = _first_signed(world, contracts.assign(signed=_signed(world, contracts), planned=contracts["starts"]))
    served = np.flatnonzero(state.phase == SERVED)
    here = pd.DataFrame(
        {"student": served, "episode": state.episode[served], "entered": state.entered[served], "left": -1, "kind": -1}
    )
    episodes = pd.concat([ends[list(here)], here]).astype(np.int64).sort_values(["student", "episode"])
    return History(
        contracts=contracts[(contracts["signed"] < world.days.days) & ~_never_begun(contracts, ends)],
        lessons=_within_service(log.frame("lessons", LESSONS), ends),
        ends=ends,
        risk=log.frame("risk", RISK if world.institution.simple else (*RISK, *COVARIATES)),
        suspensions=log.frame("suspensions", SUSPENSIONS),
        transfers=log.frame("transfers", TRANSFERS),
        complaints=log.frame("complaints", COMPLAINTS),
        moods=log.frame("moods", MOODS),
        calls=log.frame("calls", CALLS),
        episodes=episodes.reset_index(drop=True),
        campus=state.campus,
        group=state.group,
        first_teacher=state.first_teacher,
        suspended=_on_hold(world, log),
        not_renewing=state.not_renewing,
    )


def _on_hold(world: World, log: Log) -> npt.NDArray[np.bool_]:
    rows = log.frame("suspensions", SUSPENSIONS)
    found = np.zeros(len(world.students), dtype=bool)
    found[rows.loc[rows["ends"] >= world.days.days, "student"]] = True
    return found


def _signed(world: World, contracts: pd.DataFrame) -> Ints:
    """Draw when each contract was signed: before its start, and before or shortly after the end of the one before."""
    rng, many = world.rng, len(contracts)
    starts, agreed = contracts["starts"].to_numpy(), contracts["agreed"].to_numpy()
    previous, late = contracts["previous"].to_numpy(), contracts["late"].to_numpy()
    opening = world.students.opening[contracts["student"]] & (starts < 14)
    signed = starts - np.where(opening, rng.integers(0, 4, many), rng.integers(0, 11, many))
    closed = contracts["closed"].to_numpy()[previous]
    began = contracts["starts"].to_numpy()[previous]
    on_time = np.maximum(closed - rng.integers(0, 15, many), np.minimum(began + 1, closed))
    chance = world.institution.renewal
    if chance:
        early = world.planted.random(many) < chance.early_share
        on_time = np.where(early, closed - world.planted.integers(31, 61, many), on_time)
    overdue = closed + 1 + (rng.random(many) * (starts - closed)).astype(np.int64)
    renewed = contracts["signing"].to_numpy() != 0
    signed = np.where(renewed & (previous >= 0), np.where(late, overdue, on_time), signed)
    return np.maximum(0, np.where(agreed >= 0, agreed, np.minimum(signed, starts)))


def _first_signed(world: World, contracts: pd.DataFrame) -> pd.DataFrame:
    """Let families book ahead, and put off the start; the simple mode knows neither."""
    if world.institution.simple:
        return contracts
    first = (contracts["episode"] == 1) & (contracts["previous"] < 0) & (contracts["agreed"] < 0)
    first &= ~world.students.opening[contracts["student"]]
    drawn = starting(world, contracts.loc[first, "starts"].to_numpy(), with_own_dice(world, "starting").rng)
    days = {name: contracts[name].to_numpy(dtype=np.int64, copy=True) for name in ("signed", "planned")}
    for column, day in zip(days.values(), drawn, strict=True):
        column[first] = np.maximum(0, day)
    return contracts.assign(**days)


def _never_begun(contracts: pd.DataFrame, ends: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which second courses came to nothing because the student left before their first lesson."""
    left = ends[ends["extra"] >= 0].set_index("extra")["left"].reindex(contracts.index).to_numpy()
    return contracts["starts"].to_numpy() > left


def _within_service(lessons: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """Leave out lessons of a second course later in the half-week in which a student left."""
    left = pd.Series(ends["left"].to_numpy(), index=ends["extra"].to_numpy())
    left = left[left.index >= 0]
    last = left.reindex(lessons["contract"].to_numpy()).to_numpy()
    return lessons[~(lessons["day"].to_numpy() > last)].reset_index(drop=True)
