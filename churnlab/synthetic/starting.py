"""How many days pass from the contract to the first lesson?

Told back from the first lesson, which the lives decide. Most families sign within days of the start that they have in
mind; some book ahead, above all for the school holidays. Most come as planned; some put it off, and from then on come
with the same chance each day. Who will never come has planned in the same way.
"""

import numpy as np
import pandas as pd

from churnlab.synthetic.state import World
from churnlab.synthetic.steps import Floats, Ints

USUAL_DAYS = 11
"""Who does not book ahead signs 0 to 10 days before the start, each as likely."""
BOOKED_DAYS = (30, 121)
"""Who does, so many days: from 30 to 120, each as likely."""
BOOKED_SHARE = np.array([0.12, 0.12, 0.06, 0.06, 0.06, 0.06, 0.30, 0.30, 0.06, 0.06, 0.06, 0.06])
"""By the month of the first lesson, January to December: winter and summer courses are booked ahead."""
PUT_OFF_SHARE = 0.25
COMES_PER_DAY = 1 / 14
"""The chance to come at last on a day after the start that was planned, for who has put it off until then."""
PUT_OFF_DAYS_AT_MOST = 38
"""Nobody who comes is silent for longer: it would look like leaving."""


def starting(world: World, first: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw when each signed, and for which start, by the day of the first lesson.

    Returns
    -------
    tuple of ndarray of int
        Day numbers: of signing, and of the start planned; signing ≤ start ≤ first lesson, negative before the history.
    """
    usual = rng.integers(0, USUAL_DAYS, len(first))
    if world.institution.simple:
        return first - usual, first
    booked = rng.random(len(first)) < BOOKED_SHARE[_month(world, first)]
    puts_off = rng.random(len(first)) < PUT_OFF_SHARE
    days = np.arange(len(_put_off()))
    start = first - np.where(puts_off, rng.choice(days, len(first), p=_put_off()), 0)
    return start - np.where(booked, rng.integers(*BOOKED_DAYS, len(first)), usual), start


def starting_truth(world: World) -> pd.DataFrame:
    """Return the law of these delays: what `Truth.starting` says."""
    waits = _put_off() * PUT_OFF_SHARE
    waits[0] += 1 - PUT_OFF_SHARE
    usual, booked = np.zeros(BOOKED_DAYS[1]), np.zeros(BOOKED_DAYS[1])
    usual[:USUAL_DAYS], booked[slice(*BOOKED_DAYS)] = 1 / USUAL_DAYS, 1 / (BOOKED_DAYS[1] - BOOKED_DAYS[0])
    if world.institution.simple:
        waits, booked = np.eye(1, len(waits))[0], usual
    parts = []
    for month, share in enumerate(BOOKED_SHARE, start=1):
        signed = np.convolve((1 - share) * usual + share * booked, waits)
        since_start = np.cumsum(np.pad(waits, (0, len(signed) - len(waits))))
        parts.append(
            pd.DataFrame(
                {
                    "month": month,
                    "days": np.arange(len(signed)),
                    "since_signing": np.cumsum(signed),
                    "since_start": since_start,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _month(world: World, day: Ints) -> Ints:
    months: Ints = (world.days.first_day + day).astype("datetime64[M]").astype(np.int64) % 12
    return months


def _put_off() -> Floats:
    """Return the probability of each number of days, from 0, for those who put it off: geometric, cut off."""
    days = np.arange(PUT_OFF_DAYS_AT_MOST + 1)
    weight = np.where(days > 0, (1 - COMES_PER_DAY) ** (days - 1.0), 0.0)
    found: Floats = weight / weight.sum()
    return found
