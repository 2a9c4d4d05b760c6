"""How will a month turn out whose ends are not all known yet?

Earlier months are replayed: what was known of each when it was as old as this one is now, and what became of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from churnlab.churn.counts import Campus, at_campus, chosen, month_name, month_start, next_month
from churnlab.churn.outcome import CHURN_KINDS, episodes, settled_before
from churnlab.churn.standing import standing
from churnlab.tables.door import Data

GROUPS = ("ended", "quiet", "ended_before", "quiet_before", "other")
"""Open students that may still turn out to have churned in a month: those whose contracts all ended, those silent for
`silent_days` while one runs, each seen in the month or only before it, and the others. Who was last seen before the
month and is gone left before it, unless a period ended in it; how many those are depends on where the holidays lie.
"""

_FEWEST_REPLAYS = 3  # a spread cannot be told from fewer


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What is known of a month, and what is to be expected.

    Attributes
    ----------
    month : str
        As `2026-10`.
    at_risk : int
        Students at risk on its first day, as far as known: some may have left before without anybody knowing.
    confirmed : int
        Of them, those known to have churned in it. This number can only grow.
    pending : int
        Of the others, those whose contracts all ended, or who have been silent for `silent_days`.
    open_count : int
        All others whose end is not known, the pending included.
    months : int
        Settled months replayed.
    expected, low, high : float
        Churned students when all is known, with its prediction interval; NaN if too few months could be replayed.
    expected_at_risk : float
        Students at risk when all is known; NaN likewise.
    """

    month: str
    at_risk: int
    confirmed: int
    pending: int
    open_count: int
    months: int
    expected: float
    low: float
    high: float
    expected_at_risk: float


def is_settled(data: Data, month: str) -> bool:
    """Tell whether every end of a month is known."""
    return next_month(month_start(month)) <= settled_before(data)


def settled_month(data: Data, month: str) -> str:
    """Return the latest month, at most this one, whose ends are all known; this one where no month is settled.

    Groups are compared there: of a provisional month only those are known who were quick to be told, and they differ
    from the others.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    month : str
        As `2026-10`.
    """
    last = month_name(month_start(f"{settled_before(data):%Y-%m}") - pd.offsets.MonthBegin(1))
    told = min(month, last)
    first = episodes(data)["entered_on"].min()
    return told if next_month(month_start(told)) > first else month


def outlooks(data: Data, months: Sequence[str], *, campus: Campus = None) -> dict[str, Outlook]:
    """Say how provisional months stand and what to expect of them.

    Of each group of open students (`GROUPS`) a share will turn out to have churned in the month; the shares come from
    the replays, pooled. The variance is the binomial one plus the uncertainty of the shares, multiplied by how much
    more the replayed months scattered (quasi-binomial; McCullagh & Nelder, Generalized Linear Models, 1989, 4.5); the
    interval takes Student's t with one degree of freedom less than months, within what is possible.

    After a month in which many lessons fell out, as at Spring Festival, more of the silent come back than after others:
    then a large institution, whose interval is short, is told too many.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    months : sequence of str
        Months not settled yet.
    campus : str or sequence of str, optional
        Default: all campuses.
    """
    as_of = pd.Timestamp(data.as_of)
    replays = {month: _replays(data, month) for month in months}
    looks = {look for dates in replays.values() for look in dates.values()} | {as_of}
    stood = standing(data, [look.date() for look in sorted(looks)])
    stood_on = {look: stood[stood["day"] == look].set_index("unit_id") for look in looks}
    found = {}
    for month, dates in replays.items():
        then = pd.DataFrame([_tally(data, past, look, stood_on[look], campus) for past, look in dates.items()])
        now = _tally(data, month, as_of, stood_on[as_of], campus)
        found[month] = _outlook(month, now, then[then["at_risk"] > 0] if len(then) else then, data)
    return found


def _replays(data: Data, month: str) -> dict[str, pd.Timestamp]:
    """Return the settled months to replay, each with the day on which it was as old as this month is now."""
    age = pd.Timestamp(data.as_of) - next_month(month_start(month))
    first = episodes(data)["entered_on"].min()
    last = settled_before(data) - pd.offsets.MonthBegin(1)
    if pd.isna(first):
        return {}
    wanted = pd.date_range(end=last, periods=data.settings.uncertainty.replay_months + 1, freq="MS")
    starts = [start for start in wanted if start > first and is_settled(data, month_name(start))]
    starts = starts[-data.settings.uncertainty.replay_months :]
    return {month_name(start): next_month(start) + age for start in starts}


def _tally(data: Data, month: str, look: pd.Timestamp, stood: pd.DataFrame, campus: Campus) -> dict[str, float]:
    """Count a month as it stood on a day, and what is known of it now."""
    start, stop, stays = month_start(month), next_month(month_start(month)), episodes(data)
    told = stays["known_on"] <= look
    there = stays[(stays["entered_on"] < start) & (~told | (stays["left_on"] >= start))]
    there = chosen(at_campus(there, data, month), campus)
    told = there["known_on"] <= look
    churned = (there["left_on"] >= start) & (there["left_on"] < stop) & there["end_kind"].isin(CHURN_KINDS)
    still_open = there.loc[~told, "unit_id"]
    group = _group(stood.reindex(still_open), start, stop)
    turned_out = churned[~told].to_numpy()
    return {
        "at_risk": len(there),
        "confirmed": int((churned & told).sum()),
        "pending": int((stood["is_quiet"] | stood["has_ended"]).reindex(still_open).sum()),
        "open": len(still_open),
        "already_gone": int((there["left_on"] < start).sum()),
        **{name: int((group == name).sum()) for name in GROUPS},
        **{f"from_{name}": int(turned_out[group == name].sum()) for name in GROUPS},
    }


def _group(stood: pd.DataFrame, start: pd.Timestamp, stop: pd.Timestamp) -> np.ndarray:
    """Return the group of each open student; those seen after the month have stayed beyond it and are in none."""
    before = (stood["seen_on"] < start).to_numpy()
    ended, quiet = stood["has_ended"].to_numpy(dtype=bool), stood["is_quiet"].to_numpy(dtype=bool)
    kinds = [(stood["seen_on"] >= stop).to_numpy(), ended & ~before, ended, quiet & ~before, quiet]
    return np.select(kinds, ["", "ended", "ended_before", "quiet", "quiet_before"], "other")


def _outlook(month: str, now: dict[str, float], then: pd.DataFrame, data: Data) -> Outlook:
    confirmed = now["confirmed"]
    more = low = high = expected_at_risk = np.nan
    if len(then) >= _FEWEST_REPLAYS:
        still_open = {name: now[name] for name in GROUPS}
        more, low, high = still_to_come(still_open, then, level=data.settings.uncertainty.level)
        expected_at_risk = now["at_risk"]
        if any(still_open.values()):  # nobody else can have left before the month
            expected_at_risk *= 1 - then["already_gone"].sum() / then["at_risk"].sum()
    return Outlook(
        month=month,
        at_risk=int(now["at_risk"]),
        confirmed=int(confirmed),
        pending=int(now["pending"]),
        open_count=int(now["open"]),
        months=len(then),
        expected=confirmed + more,
        low=confirmed + low,
        high=confirmed + high,
        expected_at_risk=float(expected_at_risk),
    )


def still_to_come(still_open: Mapping[str, float], then: pd.DataFrame, *, level: float) -> tuple[float, float, float]:
    """Predict how many more students will turn out to have churned.

    Parameters
    ----------
    still_open : mapping of str to float
        Open students now, by group.
    then : pandas.DataFrame
        One row per replayed month: open students under each group's name, and under `from_<group>` how many of them
        churned in the month after all.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    expected, low, high : float
        The limits are whole numbers; the method stands in `outlooks`.
    """
    groups = list(still_open)
    now, n = np.array(list(still_open.values()), dtype=float), then[groups].to_numpy(dtype=float)
    events = then[[f"from_{name}" for name in groups]].to_numpy(dtype=float)
    share, share_variance = _shares(events.sum(axis=0), n.sum(axis=0))
    own = share * (1 - share)
    variance, missed = n @ own, (events - n * share).sum(axis=1)
    squares = np.divide(missed**2, variance, out=np.zeros(len(then)), where=variance > 0)
    scatter = max(1.0, float(squares.sum() / (len(then) - 1)))
    expected = float(now @ share)
    spread = np.sqrt(scatter * (now @ own + now**2 @ share_variance))
    reach = float(stats.t.ppf((1 + level) / 2, len(then) - 1) * spread)
    low, high = np.floor(expected - reach), np.ceil(expected + reach)
    return expected, max(0.0, float(low)), min(float(now.sum()), float(high))


def _shares(events: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Half an event and half a non-event keep a share that was never seen from being impossible (Jeffreys).
    share = (events + 0.5) / (n + 1)
    return share, share * (1 - share) / (n + 1)
