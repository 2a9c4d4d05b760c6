"""Which trainings are held, who is to be trained in them, and when?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.synthetic.state import World
from churnlab.synthetic.training.performance import Drawn
from churnlab.synthetic.training.programmes import Floats, Ints, Programme, Training, share_left
from churnlab.synthetic.training.quizzes import KEY, take
from churnlab.synthetic.training.workforce import there

QUARTER_DAYS = 91
SETTLED_DAYS = 30
"""Nobody is chosen in the first days after she was hired."""
MANAGERS_SEE = 0.7
"""Correlation of what managers think of somebody with her ability."""
TRAINED, COMPARISON, WAITLIST = "trained", "comparison", "waitlist"


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """A training that is held.

    Attributes
    ----------
    training_id : str
        Its id.
    programme : Programme
        What it is.
    trainees : pandas.DataFrame
        One row a person: `person` (row of the workforce), `arm`, `cohort` (from 1; 0: compared), `starts` and `ends`
        (days of the cohort; of those compared, those of the first), `first_month` (of the history, from 0: the first
        whole one after it, perhaps after the history; −1: never trained).
    before : ndarray of int, shape (trainees, items)
        The options that each chose in the test before, in the order of `trainees`.
    """

    training_id: str
    programme: Programme
    trainees: pd.DataFrame
    before: Ints

    @property
    def begins(self) -> int:
        """Day of its beginning."""
        return int(self.trainees["starts"].min())

    @property
    def ends(self) -> int:
        """Its last day."""
        return int(self.trainees["ends"].max())

    @property
    def attending(self) -> pd.DataFrame:
        """Those who are trained, sooner or later."""
        return self.trainees[self.trainees["cohort"] > 0]


def plan(
    world: World, training: Training, staff: pd.DataFrame, drawn: dict[str, Drawn], rng: np.random.Generator
) -> list[Held]:
    """Choose who is trained when; a programme that does not fit into the history, or finds nobody, is left out."""
    held: list[Held] = []
    for programme in training.programmes:
        starts = _starts(world, programme)
        chosen = _choose(world, programme, staff, drawn, starts, rng) if starts else pd.DataFrame()
        if len(chosen) == 0:
            continue
        before = chosen.pop("before") if "before" in chosen else None
        people = chosen["person"].to_numpy()
        held.append(
            Held(
                training_id=f"PX{len(held) + 1:03d}",
                programme=programme,
                trainees=_dated(world, programme, chosen, starts),
                before=take(staff["ability"].to_numpy()[people], rng) if before is None else np.stack(list(before)),
            )
        )
    return held


def _starts(world: World, programme: Programme) -> list[int]:
    """Return the first days of its cohorts."""
    first = world.days.days - 7 * programme.begins
    all_starts = [first + 7 * programme.gap_weeks * number for number in range(programme.cohorts)]
    last = world.days.days - 7 * programme.weeks - 14  # the test after it is taken within the history
    return [day for day in all_starts if day <= last] if first >= QUARTER_DAYS else []


def _choose(
    world: World,
    programme: Programme,
    staff: pd.DataFrame,
    drawn: dict[str, Drawn],
    starts: list[int],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return `person`, `arm` and `cohort`, and `before` where the test before had a hand in the choice."""
    if programme.chosen == "newcomers":
        return _newcomers(staff, starts)
    can = there(staff, starts[0]) & (staff["hired"].to_numpy() <= starts[0] - SETTLED_DAYS)
    who = np.flatnonzero(can & (staff["role"].to_numpy() == programme.role))
    if len(who) < 2:
        return pd.DataFrame()
    if programme.chosen == "all":
        return _arms(who, np.ones(len(who), dtype=bool))
    if programme.chosen == "waitlist":
        wave = rng.permutation(world.institution.campuses) % len(starts)
        cohort = wave[staff["place"].to_numpy()[who]] + 1
        return pd.DataFrame({"person": who, "arm": np.where(cohort == 1, TRAINED, WAITLIST), "cohort": cohort})
    if programme.chosen == "lot":
        return _arms(who, _by_lot(staff["place"].to_numpy()[who], programme.share, rng))
    ability = staff["ability"].to_numpy()[who]
    wanted = max(1, min(len(who) - 1, round(programme.share * len(who))))
    if programme.chosen == "ablest":
        seen = MANAGERS_SEE * ability + np.sqrt(1 - MANAGERS_SEE**2) * rng.normal(size=len(who))
        return _arms(who[np.argsort(-seen, kind="stable")[:wanted]], np.ones(wanted, dtype=bool))
    before = take(ability, rng)
    kpis = [one for one in drawn.values() if one.metric.role == programme.role]
    main = max(kpis, key=lambda one: one.metric.weight)
    good = -1 if main.metric.low_is_good else 1
    score = _standard((before == KEY).mean(axis=1)) + good * _standard(_lately(world, main, who, starts[0]))
    weakest = np.zeros(len(who), dtype=bool)
    weakest[np.argsort(score, kind="stable")[:wanted]] = True
    return _arms(who, weakest).assign(before=list(before))


def _arms(who: Ints, trained: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"person": who, "arm": np.where(trained, TRAINED, COMPARISON), "cohort": trained.astype(np.int64)}
    )


def _by_lot(place: Ints, share: float, rng: np.random.Generator) -> np.ndarray:
    """Draw so many within each campus."""
    lot = rng.random(len(place))
    trained = np.zeros(len(place), dtype=bool)
    for campus in np.unique(place):
        here = np.flatnonzero(place == campus)
        # Where the number is odd, chance decides which arm is larger, so that no campus is always short of one.
        many = int(share * len(here) + rng.random())
        trained[here[np.argsort(lot[here])][:many]] = True
    if trained.all() or not trained.any():
        trained[0] = not trained[0]
    return trained


def _newcomers(staff: pd.DataFrame, starts: list[int]) -> pd.DataFrame:
    parts = []
    hired = staff["hired"].to_numpy()
    for number, day in enumerate(starts, 1):
        new = np.flatnonzero((hired > max(0, day - QUARTER_DAYS)) & (hired <= day) & there(staff, day))
        parts.append(pd.DataFrame({"person": new, "arm": TRAINED, "cohort": number}))
    return pd.concat(parts, ignore_index=True)


def _standard(score: Floats) -> Floats:
    centred: Floats = score - np.nanmean(score)
    return np.nan_to_num(centred / (np.nanstd(score) or 1.0))


def _lately(world: World, drawn: Drawn, who: Ints, day: int) -> Floats:
    """Return each one's mean of the three whole months before a day; NaN without any."""
    last = int(np.searchsorted(world.days.month_starts, day, side="right")) - 1
    rows = np.searchsorted(drawn.who, who)
    months = slice(max(0, last - 3), last)
    seen = drawn.measured[rows, months]
    total = np.where(seen, drawn.values()[rows, months], 0.0).sum(axis=1)
    return np.divide(total, seen.sum(axis=1), out=np.full(len(who), np.nan), where=seen.any(axis=1))


def _dated(world: World, programme: Programme, chosen: pd.DataFrame, starts: list[int]) -> pd.DataFrame:
    cohort = chosen["cohort"].to_numpy()
    begins = np.array(starts)[np.maximum(cohort, 1) - 1]
    ends = begins + 7 * programme.weeks
    month = np.searchsorted(world.days.month_starts, ends, side="right")
    return chosen.assign(starts=begins, ends=ends, first_month=np.where(cohort > 0, month, -1)).reset_index(drop=True)


def on_students(staff: pd.DataFrame, held: list[Held], months: int) -> Floats:
    """Return what trainings add to the log hazard of churn of those whom each teaches: workforce × months."""
    found = np.zeros((len(staff), months))
    for one in held:
        trained = one.attending
        since = np.arange(months) - trained["first_month"].to_numpy()[:, None] + 1
        works = (since >= 1) & (since <= one.programme.skill_life_months)
        found[trained["person"].to_numpy()] += np.log(one.programme.churn_hazard_ratio) * works
    return found


def effects_on(staff: pd.DataFrame, held: list[Held], metric: str, months: int) -> Floats:
    """Return what trainings add to a metric: workforce × months of the history."""
    found = np.zeros((len(staff), months))
    for one in held:
        full = one.programme.kpi_effects.get(metric, 0.0)
        trained = one.attending
        since = np.arange(months) - trained["first_month"].to_numpy()[:, None] + 1
        found[trained["person"].to_numpy()] += full * share_left(since, one.programme.skill_life_months)
    return found
