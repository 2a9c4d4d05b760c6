"""What do the staff achieve month by month?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.stats import binom

from churnlab.synthetic.state import World
from churnlab.synthetic.training.programmes import ADVISER, HEAD, SERVICE, TEACHER, Floats, Ints

LAST_MONTH_WEIGHT = 0.4
"""Autocorrelation of a person's months."""
ABILITY_WEIGHT = 0.6
"""Correlation of a person's level with her ability."""
CAMPUS_LAST_MONTH_WEIGHT = 0.6
"""Autocorrelation of a campus's months: a new school nearby, a head on leave, a fair last for more than one."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A KPI of a role, in its own unit.

    Attributes
    ----------
    name, role
        What is measured, and of whom.
    base : float
        Its level in an ordinary month.
    person_sd, shock_sd, drift_sd : float
        Standard deviations between persons, of shocks that all share in a month, and of a person's months, which are
        autocorrelated. As large as the second are a campus's own months, which its people share.
    season : float
        Amplitude of a cosine over the year, highest in July.
    n : float
        Mean denominator of a share, a Poisson number of at least 1; 0: the value is no share.
    noise_sd : float
        Of a value that is no share: noise of each month on its own. That of a share is binomial.
    target, weight : float
        What was agreed, and how much it counts.
    low_is_good : bool
        The able have lower values.
    """

    name: str
    role: str
    base: float
    person_sd: float
    season: float = 0.0
    shock_sd: float
    drift_sd: float
    n: float = 0.0
    noise_sd: float = 0.0
    target: float
    weight: float
    low_is_good: bool = False


METRICS = (
    Metric(
        name="conversion_rate", role=ADVISER, base=0.28, person_sd=0.04, season=0.03, shock_sd=0.012, drift_sd=0.02,
        n=40, target=0.33, weight=0.5,
    ),
    Metric(
        name="order_value_cny", role=ADVISER, base=9000, person_sd=900, season=400, shock_sd=150, drift_sd=450,
        noise_sd=700, target=10080, weight=0.3,
    ),
    Metric(
        name="crm_complete_rate", role=ADVISER, base=0.72, person_sd=0.05, shock_sd=0.01, drift_sd=0.02, n=40,
        target=0.95, weight=0.2,
    ),
    Metric(
        name="reply_24h_rate", role=SERVICE, base=0.56, person_sd=0.05, shock_sd=0.015, drift_sd=0.02, n=18,
        target=0.8, weight=0.6,
    ),
    Metric(
        name="reply_hours", role=SERVICE, base=27, person_sd=2.5, season=1, shock_sd=0.6, drift_sd=1.5, noise_sd=2,
        target=24, weight=0.4, low_is_good=True,
    ),
    Metric(
        name="lesson_quality", role=TEACHER, base=76, person_sd=4, shock_sd=0.5, drift_sd=1, noise_sd=2.5, target=85,
        weight=0.6,
    ),
    Metric(
        name="feedback_rate", role=TEACHER, base=0.65, person_sd=0.05, shock_sd=0.01, drift_sd=0.02, n=40, target=0.9,
        weight=0.4,
    ),
    Metric(
        name="plan_done_rate", role=HEAD, base=0.68, person_sd=0.05, shock_sd=0.015, drift_sd=0.02, n=20, target=0.85,
        weight=1.0,
    ),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """All chance in one metric; what is planted is added afterwards, and moves no other number.

    Attributes
    ----------
    metric : Metric
        Which.
    who : ndarray of int, shape (people,)
        Rows of the workforce.
    level : ndarray, shape (people, months)
        Without any training: of a share its probability.
    n : ndarray of int, shape (people, months)
        Denominators; 0 where the value is no share.
    chance : ndarray, shape (people, months)
        Uniform for a share, standard normal elsewhere.
    measured : ndarray of bool, shape (people, months)
        She worked there all the month.
    """

    metric: Metric
    who: Ints
    level: Floats
    n: Ints
    chance: Floats
    measured: np.ndarray

    def values(self, effect: Floats | float = 0.0) -> Floats:
        """Return what is measured if training adds so much; the same chance whatever it adds."""
        if not self.metric.n:
            return self.level + effect + self.metric.noise_sd * self.chance
        # No probability planted comes near 0 or 1, so that what is added is added whole.
        done: Floats = binom.ppf(self.chance, self.n, np.clip(self.level + effect, 0.001, 0.999)) / self.n
        return done


def draw(world: World, staff: pd.DataFrame, rng: np.random.Generator) -> dict[str, Drawn]:
    """Draw all metrics of all who work or worked there."""
    of_campuses = rng.spawn(1)[0]
    return {metric.name: _draw(world, staff, metric, rng, of_campuses) for metric in METRICS}


def _draw(
    world: World, staff: pd.DataFrame, metric: Metric, rng: np.random.Generator, of_campuses: np.random.Generator
) -> Drawn:
    who = np.flatnonzero(staff["role"].to_numpy() == metric.role)
    starts, months = world.days.month_starts, world.institution.months
    shape = (len(who), months)
    good = -1 if metric.low_is_good else 1
    own = ABILITY_WEIGHT * staff["ability"].to_numpy()[who] * good
    own = own + np.sqrt(1 - ABILITY_WEIGHT**2) * rng.normal(size=len(who))
    calendar = (world.institution.first_day.astype("datetime64[M]").astype(int) + np.arange(months)) % 12
    common = metric.season * np.cos(2 * np.pi * (calendar - 6) / 12) + metric.shock_sd * rng.normal(size=months)
    drift = _months(shape, LAST_MONTH_WEIGHT, rng)
    here = _months((world.institution.campuses, months), CAMPUS_LAST_MONTH_WEIGHT, of_campuses)
    common = common + metric.shock_sd * here[staff["place"].to_numpy()[who]]
    hired, left = staff["hired"].to_numpy()[who, None], staff["left"].to_numpy()[who, None]
    is_share = metric.n > 0
    return Drawn(
        metric=metric,
        who=who,
        level=metric.base + metric.person_sd * own[:, None] + common + metric.drift_sd * drift,
        n=np.maximum(1, rng.poisson(metric.n, shape)) if is_share else np.zeros(shape, dtype=np.int64),
        chance=rng.random(shape) if is_share else rng.normal(size=shape),
        measured=(hired <= starts[:-1]) & ((left < 0) | (left >= starts[1:])),
    )


def _months(shape: tuple[int, int], last_month_weight: float, rng: np.random.Generator) -> Floats:
    """Draw standard normal months, row by row autocorrelated."""
    drawn = rng.normal(size=shape)
    drawn[:, 1:] *= np.sqrt(1 - last_month_weight**2)
    found: Floats = lfilter([1.0], [1.0, -last_month_weight], drawn, axis=1)
    return found


def kpi_table(world: World, staff: pd.DataFrame, drawn: dict[str, Drawn], effects: dict[str, Floats]) -> pd.DataFrame:
    """Return the table `kpis`; effects are people × months, as rows of the workforce."""
    parts = [_rows(world, staff, one, one.values(effects[name][one.who])) for name, one in drawn.items()]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["month", "unit_id", "metric"], ignore_index=True)


def _rows(world: World, staff: pd.DataFrame, drawn: Drawn, values: Floats) -> pd.DataFrame:
    person, month = np.nonzero(drawn.measured)
    n = drawn.n[person, month]
    return pd.DataFrame(
        {
            "unit": "staff",
            "unit_id": staff["staff_id"].to_numpy()[drawn.who[person]],
            "metric": drawn.metric.name,
            "month": world.days.date(world.days.month_starts[month]),
            "value": np.round(values[person, month], 10 if drawn.metric.n else 2),
            "target": float(drawn.metric.target),
            "weight": drawn.metric.weight,
            "n": pd.array(n, dtype="Int64") if drawn.metric.n else pd.array([None] * len(n), dtype="Int64"),
        }
    )
