"""Which adviser looks after each who asks, who signs each contract, and what does training do to it?

All advisers share the work. How many ask, and who comes in the end, is drawn before and not touched here: of each who
asked, an adviser is drawn given how far she went, so that the trained have the more of those who signed.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from churnlab.synthetic.asking import TIMES, Askers
from churnlab.synthetic.contracting import NEW
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.history import History
from churnlab.synthetic.people import with_role
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import ADVISERS, STEPS
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import ADVISER, Floats, Ints, share_left
from churnlab.synthetic.training.telling import Trained

ENROLLED = STEPS.index("enrolled")
_HALVINGS = 50


def looked_after(world: World, trained: Trained | None, askers: Askers) -> Askers:
    """Give each who asked to one of the advisers who are there from the first day to the last of it.

    The first and the second adviser of a campus, who win more and fewer, stand for two teams: every other of the
    campus's advisers is in the same. Within a team each is as likely to be asked; after a training her log-odds that a
    trial ends in a contract are higher by `Programme.close_log_odds`, fading, and the others' lower by so much that
    the team's mean stays. What is drawn is who it was, given whether it was signed.

    Returns
    -------
    Askers
        The same, with `owner` and the probability of signing with her.
    """
    if trained is None or not len(askers):
        return askers
    staff = trained.staff
    who = np.flatnonzero(staff["role"].to_numpy() == ADVISER)
    can = _can(staff.iloc[who], askers)
    higher = _higher(world, trained, who, askers.times[:, TIMES.index("trial_done")])
    chance = _with_mean(askers.chance[:, ENROLLED], higher, can)
    weight = np.where((askers.reached > ENROLLED)[:, None], chance, 1 - chance)
    weight = np.where((askers.reached >= ENROLLED)[:, None], weight, 1.0) * can
    place = _drawn(weight, with_own_dice(world, "training_selling").rng)
    known = can.any(axis=1)
    owner = np.where(known, staff["staff_id"].to_numpy()[who[place]], askers.owner)
    after = askers.chance.copy()
    after[known, ENROLLED] = chance[known, place[known]]
    return replace(askers, owner=owner, chance=after)


def signers(world: World, trained: Trained | None, past: History, askers: Askers) -> pd.Series | None:
    """Return who signs each contract, by its number: the first one her adviser, a later one any who is there that day.

    None where the institution trains nobody.
    """
    if trained is None:
        return None
    rows, staff = past.contracts, trained.staff
    staff = staff[staff["role"] == ADVISER]
    there = staff["place"].to_numpy() == rows["campus"].to_numpy()[:, None]
    there &= _employed(staff, rows["signed"].to_numpy(), rows["signed"].to_numpy())
    place = _drawn(there.astype(float), with_own_dice(world, "training_signing").rng)
    usual = with_role(world, ADVISER)[rows["campus"].to_numpy(), 0]
    anyone = np.where(there.any(axis=1), staff["staff_id"].to_numpy()[place], usual)
    on_file = askers.student >= 0
    first = pd.Series(askers.owner[on_file], index=askers.student[on_file]).groupby(level=0).first()
    hers = rows["student"].map(first).where(rows["signing"] == NEW)
    return hers.where(hers.notna(), pd.Series(anyone, index=rows.index))


def close_log_odds(held: list[Held], people: int, months: int) -> Floats:
    """Return what trainings add to the log-odds that a trial ends in a contract: workforce × months."""
    found = np.zeros((people, months))
    for one in held:
        trained = one.attending
        since = np.arange(months) - trained["first_month"].to_numpy()[:, None] + 1
        left = share_left(since, one.programme.skill_life_months)
        found[trained["person"].to_numpy()] += one.programme.close_log_odds * left
    return found


def _employed(staff: pd.DataFrame, since: Floats | Ints, until: Floats | Ints) -> np.ndarray:
    hired, left = staff["hired"].to_numpy(), staff["left"].to_numpy()
    found: np.ndarray = (hired <= since[:, None]) & ((left < 0) | (left >= until[:, None]))
    return found


def _can(staff: pd.DataFrame, askers: Askers) -> np.ndarray:
    """Tell who of the advisers could look after each: askers × advisers."""
    team = staff.groupby("place").cumcount().to_numpy() % ADVISERS
    same = (staff["place"].to_numpy() == askers.campus[:, None]) & (team == askers.adviser[:, None])
    found: np.ndarray = same & _employed(staff, askers.times[:, 0], askers.times[:, -1])
    return found


def _higher(world: World, trained: Trained, who: Ints, day: Floats) -> Floats:
    """Return what trainings add for each asker and adviser, in the month of the trial."""
    months = world.institution.months
    added = close_log_odds(trained.held, len(trained.staff), months)[who]
    month = np.searchsorted(world.days.month_starts, day, side="right") - 1
    found: Floats = added.T[np.clip(month, 0, months - 1)]
    return found


def _with_mean(mean: Floats, higher: Floats, can: np.ndarray) -> Floats:
    """Return the probability with each adviser: their log-odds differ by `higher`, their mean is given."""
    log_odds = logit(mean)
    low, high = log_odds - higher.max(axis=1), log_odds - np.minimum(higher.min(axis=1), 0.0)
    many = np.maximum(can.sum(axis=1), 1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_low = (expit(middle[:, None] + higher) * can).sum(axis=1) / many < mean
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    found: Floats = expit(((low + high) / 2)[:, None] + higher)
    return found


def _drawn(weight: Floats, rng: np.random.Generator) -> Ints:
    """Draw a column of each row by its weights; the first where there are none."""
    total = np.cumsum(weight, axis=1)
    found: Ints = (total <= rng.random(len(weight))[:, None] * total[:, -1:]).sum(axis=1)
    return np.where(total[:, -1] > 0, np.minimum(found, weight.shape[1] - 1), 0)
