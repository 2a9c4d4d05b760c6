"""What did the training bring by so many months after it?

Σ over person-months of (E2 − E1) · what is left of the effect in that month. The effect was measured as a mean over
some months; scaled so that it has that mean there, the curve of decay carries it on.
"""

import numpy as np
from numpy.typing import NDArray

from churnlab.kirkpatrick.returns.decay import share_left, still_alive
from churnlab.kirkpatrick.returns.inputs import Inputs, Values

Floats = NDArray[np.float64]


def monthly_cny(inputs: Inputs, values: Values) -> Floats:
    """Return E2 − E1, margin of one trained person in a measured month, for each set of values: shape (n,)."""
    volumes = np.array([one.volume for one in inputs.gains])
    return np.asarray((values.effects * values.prices * volumes).sum(axis=1), dtype=float)


def cost_cny(inputs: Inputs, values: Values) -> Floats:
    """Return C for each set of values, shape (n,): what was booked, and reckoned wages as they may truly be."""
    return np.asarray(inputs.cost + inputs.reckoned * (values.wages - 1), dtype=float)


def full_months(inputs: Inputs, values: Values) -> tuple[Floats, Floats]:
    """Return T · TS by month since the training, as person-months of an effect as large as the one measured.

    Returns
    -------
    worked, coming : numpy.ndarray, shape (n, months)
        Already measured, and still to come.
    """
    months = np.arange(1, inputs.months + 1)
    left = share_left(months, inputs.settings) ** values.fading[:, None] * still_alive(months, values.life)
    served = inputs.service
    scale = left @ served.told / served.told.sum()
    left = left / scale[:, None]
    return left * served.worked, left * served.coming(values.leaving)


def by_month(inputs: Inputs, values: Values) -> Floats:
    """Return what it brought until the end of each month since the training, shape (n, months), in CNY."""
    worked, coming = full_months(inputs, values)
    return np.cumsum(worked + coming, axis=1) * monthly_cny(inputs, values)[:, None]


def so_far(inputs: Inputs, values: Values) -> Floats:
    """Return what it brought in the months already measured, shape (n,), in CNY."""
    worked, _ = full_months(inputs, values)
    return np.asarray(worked.sum(axis=1) * monthly_cny(inputs, values), dtype=float)
