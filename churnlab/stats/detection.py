"""By how much must a count rise to be told apart from chance within some weeks?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from churnlab.stats.exceedance import Baseline, as_many_of_late

Floats = NDArray[np.float64]

_RUNS = 2000  # a probability of 0.8 is then known within 0.02
_LARGEST = 64.0  # times the usual
_NEAR = 0.02  # a rise is told to this share of itself


@dataclass(frozen=True, kw_only=True, eq=False)
class Chart:
    """A chart that looks at each period alone and, weighed, with those before it.

    Attributes
    ----------
    baseline : Baseline
        What is usual.
    exposure : float
        Of each coming period, above 0.
    recent : int
        With how many periods, itself included, each is weighed; at least 1.
    share : float
        The probability, 0–1, below which a look raises an alert.
    smoothing : float
        Weight of the last period, above 0 and at most 1.
    """

    baseline: Baseline
    exposure: float
    recent: int
    share: float
    smoothing: float

    @property
    def alert_from(self) -> int:
        """The lowest count of one period that raises an alert by itself."""
        return int(self.baseline.usual(self.exposure, 1 - self.share)) + 1

    @property
    def late_from(self) -> float:
        """The weighed sum of the last periods, in counts, above which an alert is raised: where its tail is `share`."""
        exposure = np.full(self.recent, self.exposure)
        low, high = 0.0, 1.0
        while self._tail(high, exposure) >= self.share:
            low, high = high, 2 * high
        while high - low > 1e-6 * high:
            middle = (low + high) / 2
            low, high = (middle, high) if self._tail(middle, exposure) >= self.share else (low, middle)
        return high

    def _tail(self, weighed: float, exposure: Floats) -> float:
        counts = np.zeros(self.recent)
        counts[-1] = weighed / self.smoothing  # only the weighed sum counts
        return as_many_of_late(counts, exposure, self.baseline, smoothing=self.smoothing)


def found_share(chart: Chart, rise: float, *, within: int, rng: np.random.Generator) -> float:
    """Return how likely a lasting rise raises an alert within so many periods.

    Simulated 2,000 times: counts are negative binomial about the usual rate, `rise` times of it in the last `within`
    periods, with the variance over mean that the baseline takes for likely.

    Parameters
    ----------
    chart : Chart
        Which looks.
    rise : float
        Times the usual, at least 1.
    within : int
        Periods, at least 1.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    float
        0–1, within about 0.02.
    """
    return _share_found(chart, rise, _Limits(chart.alert_from, chart.late_from), within, rng)


def smallest_rise(chart: Chart, *, within: int, share: float, rng: np.random.Generator) -> float:
    """Return the least lasting rise that raises an alert within so many periods with a probability of `share`.

    Parameters
    ----------
    chart, within
        As for `found_share`.
    share : float
        0–1.
    rng : numpy.random.Generator
        Source of chance; each rise that is tried meets the same.

    Returns
    -------
    float
        Times the usual, above 1, within 2 %; infinite where 64 times would not be enough.
    """
    limits, seed = _Limits(chart.alert_from, chart.late_from), int(rng.integers(2**32))
    low, high = 1.0, 2.0
    while _share_found(chart, high, limits, within, np.random.default_rng(seed)) < share:
        low, high = high, 2 * high
        if high > _LARGEST:
            return float("inf")
    while high - low > _NEAR * low:
        middle = (low + high) / 2
        is_found = _share_found(chart, middle, limits, within, np.random.default_rng(seed)) >= share
        low, high = (low, middle) if is_found else (middle, high)
    return high


@dataclass(frozen=True)
class _Limits:
    single: int
    late: float


def _share_found(chart: Chart, rise: float, limits: _Limits, within: int, rng: np.random.Generator) -> float:
    periods = chart.recent + within - 1
    mean = np.full(periods, chart.baseline.rate * chart.exposure)
    mean[-within:] *= rise
    spread = rng.choice(np.atleast_1d(chart.baseline.dispersion), size=(_RUNS, 1))
    counts = rng.poisson(_rates(mean, np.broadcast_to(spread, (_RUNS, periods)), rng))
    alone = (counts[:, -within:] >= limits.single).any(axis=1)
    weight = chart.smoothing * (1 - chart.smoothing) ** np.arange(chart.recent)[::-1]
    ends = range(periods - within + 1, periods + 1)
    late = np.array([counts[:, end - chart.recent : end] @ weight for end in ends])
    return float((alone | (late > limits.late).any(axis=0)).mean())


def _rates(mean: Floats, spread: Floats, rng: np.random.Generator) -> Floats:
    """Draw rates of which Poisson counts have `spread` times the variance of chance: gammas of scale spread − 1."""
    scale = np.maximum(spread - 1, 1e-9)
    return rng.gamma(mean / scale, scale)
