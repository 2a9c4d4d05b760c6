"""How much of an effect is left so many months after a training?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from churnlab.settings import Returns

Floats = NDArray[np.float64]


def share_left(months: ArrayLike, settings: Returns) -> Floats:
    """Return the share of an effect left in whole months since the training, 1 being just after it.

    By `[returns] decay`: `transfer`, straight lines between the shares of `kept_shares` at `kept_months`, level from
    the last on; `exponential`, halved every `half_life_months`; `none`, all of it. When it is over is another matter:
    see `still_alive`.

    Parameters
    ----------
    months : array_like
        The so-manieth whole month since the training, from 1.
    settings : Returns
        `[returns]`.

    References
    ----------
    Saks A M, Belcourt M, Human Resource Management 2006;45:629–648: 62 %, 44 % and 34 % apply what they learned, here
    put at 3, 6 and 12 months.
    """
    since = np.asarray(months, dtype=float)
    if settings.decay == "transfer":
        return np.asarray(np.interp(since, settings.kept_months, settings.kept_shares), dtype=float)
    if settings.decay == "exponential":
        return np.asarray(0.5 ** (since / settings.half_life_months), dtype=float)
    return np.ones_like(since)


def still_alive(months: ArrayLike, life_months: ArrayLike) -> Floats:
    """Return which part of each month lies within the skill's life, 0–1; one row per life.

    Parameters
    ----------
    months : array_like, shape (m,)
        The so-manieth whole month since the training, from 1.
    life_months : array_like, shape (n,)
        How long the effect lasts; half a month counts half.

    Returns
    -------
    numpy.ndarray, shape (n, m)
    """
    since, life = np.asarray(months, dtype=float), np.atleast_1d(np.asarray(life_months, dtype=float))
    return np.clip(life[:, None] - since[None, :] + 1, 0.0, 1.0)
