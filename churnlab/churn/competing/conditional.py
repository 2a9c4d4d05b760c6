"""Given that she is here now, how likely is she still here in three, six, twelve months?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from churnlab.churn.competing.replays import FEWEST, days_before, then
from churnlab.churn.outcome import CHURN_KINDS, settled_before
from churnlab.churn.stays import CHURNED, of_old, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.conditional import Chance, at_steady_rate, can_be_told, left_by, still_here, together
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data
from churnlab.wording import Said

EVERYBODY, OLD = Said("competing.tenure.all"), Said("competing.tenure.before")
Days = NDArray[np.int64]
_UNKNOWN = -1  # days here of those who were before the records begin
_SHARES = ("still_here_share", "churned_share")
_MEASURED = [f"{name}{end}" for name in _SHARES for end in ("", "_low", "_high")]


def conditional_retention(data: Data, *, campus: str | None = None) -> Finding:
    """Tell how many of those here now will still be here some days on, by how long they have been.

    Here now means on the last day of which all ends are known. Each student's chance is that of those who had been here
    for as long as she has, in the last `retention.period_days`; the group's is the mean. Since when those are here who
    came before the records begin nobody knows: they are taken to leave at the rate at which they did in that time. It
    says what will come if at each tenure as many go on to leave as did in that time.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `competing.conditional`, one row a tenure (bounds: `competing.tenure_days`; last, those here before the records)
        and a number of days ahead (`competing.ahead_days`), first all together: `tenure`, `students_now`, `days_ahead`,
        `still_here_share`, `churned_share`, the average chances, with their intervals by student; the rest will have
        completed or left for personal reasons. `told_now` is of how many of the group a row tells, and `at_rate_now`
        how many of these are taken to leave at the rate of those here before the records; it is missing where nobody
        was. Who is told of, and how, is the same for her group and for all together, whose shares are so the means of
        the groups' weighted by `told_now`. Without figures are groups of which less than `competing.least_told_share`
        can be told (of all together `competing.least_all_share`), as fewer than `retention.min_at_risk` went before.
        The sentence tells the interval in which the share of just these students will lie if all goes on as before,
        and how far off the same was when it was foretold before, a quarter apart (`replays`): seasons and trends are
        in no interval.

    Raises
    ------
    NotEnoughData
        If no row has figures.

    References
    ----------
    See `churnlab.stats.conditional`.
    """
    rules, settled = data.settings, settled_before(data)
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    now, old = rows[rows["cause"] == 0], _old(data, campus, settled)
    if len(now) + old.now < rules.uncertainty.min_group:
        raise NotEnoughData(
            "competing.few_now", unit=rules.outcome.unit, n=len(now) + old.now, needed=rules.uncertainty.min_group
        )
    table, foretold = _told_of_all(rows, rules, old)
    table = table if old.now else table.drop(columns="at_rate_now")
    if table["still_here_share"].isna().all():
        raise NotEnoughData("competing.none_before", unit=rules.outcome.unit, needed=rules.retention.min_at_risk)
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "n": len(now) + old.now, "old": old.now, "period": rules.retention.period_days,
        "level": rules.uncertainty.level,
        "on": (settled - pd.Timedelta(days=1)).date(), "needed": rules.retention.min_at_risk,
    }  # fmt: skip
    holds = {
        "as_before": True,
        "tenure_not_told": bool(table["still_here_share"].isna().any()),
        "now_here_before": old.now > 0,
    }
    sentence, more = _said(table, foretold, 1 - rules.uncertainty.level)
    replayed = _replayed(data, campus) if "sentence" in sentence else {}
    return Finding(
        key="competing.conditional",
        table=table,
        facts=facts | more | replayed,
        sentences=(*sentence, *(("replayed",) if replayed else ())),
        caveats=tuple(name for name, is_so in holds.items() if is_so),
    )


def chances(rows: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    """Tell of these stays how those not ended will fare; see `conditional_retention`.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `churnlab.churn.stays.stays` returns it.
    rules : Settings
        The institution's.
    """
    return _told_of_all(rows, rules, _Old())[0]


@dataclass(frozen=True, kw_only=True)
class _Old:
    """Those here before the records begin: how many are here now; how many were at the start of the watch, and left."""

    now: int = 0
    at_risk: int = 0
    left: int = 0
    churned: int = 0
    watched_days: int = 0


def _old(data: Data, campus: str | None, settled: pd.Timestamp) -> _Old:
    rows = of_old(data, campus=campus, until=settled)
    if rows.empty:
        return _Old()
    since = max(rows.attrs["since"], settled - pd.Timedelta(days=data.settings.retention.period_days + 1))
    there = rows[rows["left_on"].isna() | (rows["left_on"] > since)]
    left = there["left_on"].notna()
    return _Old(
        now=int((~left).sum()),
        at_risk=len(there),
        left=int(left.sum()),
        churned=int((left & there["end_kind"].isin(CHURN_KINDS)).sum()),
        watched_days=int((settled - since).days) - 1,
    )


Foretold = dict[int, dict[str, float]]
Who = NDArray[np.bool_]


def _told_of_all(rows: pd.DataFrame, rules: Settings, old: _Old) -> tuple[pd.DataFrame, Foretold]:
    """Return the table, and for all together by days ahead of how many it speaks and what will come."""
    watched_stays, level = watched(rows), rules.uncertainty.level
    here = np.concatenate([rows.loc[rows["cause"] == 0, "exit"].to_numpy(dtype=int), np.full(old.now, _UNKNOWN)])
    groups = _groups(here, rules)
    ahead = sorted(set(rules.competing.ahead_days))
    known = {
        days: _known(watched_stays, here, old, days, rules).of([group for _, group in groups], rules) for days in ahead
    }
    table, foretold = [], {}
    for name, group in [(EVERYBODY, np.ones(len(here), bool)), *groups]:
        for days in ahead:
            told = _told(watched_stays, here, group, known[days], days)
            if name == EVERYBODY and told and told.people < rules.competing.least_all_share * len(here):
                told = None
            row = {"tenure": name, "students_now": int(group.sum()), "days_ahead": days}
            table.append(row | _measured(told, level))
            if told and name == EVERYBODY:
                low, high = told.here.foretold(level, told.people)
                foretold[days] = {"told": told.people, "at_rate": told.at_rate, "low": low, "high": high}
    return pd.DataFrame(table).astype(dict.fromkeys(_MEASURED, float)), foretold


def _groups(here: Days, rules: Settings) -> list[tuple[Said, Who]]:
    """Return who is in each group in which anybody is: by tenure, and last those of whom nobody knows it."""
    bounds = [0, *sorted(set(rules.competing.tenure_days))]
    groups = [
        (_tenure(low, high), (here >= low) & (here < (high or np.inf)))
        for low, high in zip(bounds, [*bounds[1:], None], strict=True)
    ]
    return [(name, group) for name, group in [*groups, (OLD, here == _UNKNOWN)] if group.any()]


def _tenure(low: int, high: int | None) -> Said:
    facts = {"low": low} if high is None else {"low": low, "high": high - 1}
    return Said(f"competing.tenure.{'longer' if high is None else 'between'}", facts)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Known:
    """Of whom of those here now it can be told so many days ahead: by the curve, or at the rate of those of old."""

    by_curve: Who
    at_rate: Who
    rate: tuple[Chance, Chance] | None

    def of(self, groups: Sequence[Who], rules: Settings) -> "_Known":
        """Leave out groups of too few of whom it can be told: neither their row nor that of all is to speak of them."""
        told, least = self.by_curve | self.at_rate, rules.competing.least_told_share
        shown = np.any([group & (told[group].mean() >= least) for group in groups], axis=0)
        return _Known(by_curve=self.by_curve & shown, at_rate=self.at_rate & shown, rate=self.rate)


def _known(stays_: Stays, here: Days, old: _Old, days: int, rules: Settings) -> _Known:
    enough, nobody = rules.retention.min_at_risk, np.zeros(len(here), bool)
    by_curve = (here != _UNKNOWN) & can_be_told(stays_, here.clip(min=0), days=days, min_at_risk=enough)
    if not old.now or old.at_risk < enough or days > old.watched_days:
        return _Known(by_curve=by_curve, at_rate=nobody, rate=None)
    rate = at_steady_rate(old.at_risk, old.left, old.churned, watched_days=old.watched_days, days=days)
    # Who has been here for longer than anybody who could be watched so far on is like those of before the records.
    longest = here[by_curve].max() if by_curve.any() else np.flatnonzero(stays_.at_risk() >= enough).max(initial=-1)
    return _Known(by_curve=by_curve, at_rate=(here == _UNKNOWN) | (here > longest), rate=rate)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """The chances of a group, of how many of it they are, and of how many of these at the rate of those of old."""

    people: int
    at_rate: int
    here: Chance
    churned: Chance


def _told(stays_: Stays, here: Days, group: Who, known: _Known, days: int) -> _Told | None:
    """Return what can be told of a group, the mean over those of whom it can."""
    parts: list[tuple[int, Chance, Chance]] = []
    own, at_rate = here[group & known.by_curve], int((group & known.at_rate).sum())
    if len(own):
        parts += [(len(own), still_here(stays_, own, days=days), left_by(stays_, own, days=days, cause=CHURNED))]
    if known.rate and at_rate:
        parts += [(at_rate, *known.rate)]
    if not parts:
        return None
    many, stayed, churned = zip(*parts, strict=True)
    return _Told(people=sum(many), at_rate=at_rate, here=together(stayed, many), churned=together(churned, many))


def _measured(told: _Told | None, level: float) -> dict[str, Any]:
    if told is None:
        return dict.fromkeys(_MEASURED, np.nan) | {"told_now": 0, "at_rate_now": 0}
    values = [told.here.value, *told.here.interval(level), told.churned.value, *told.churned.interval(level)]
    return dict(zip(_MEASURED, values, strict=True)) | {"told_now": told.people, "at_rate_now": told.at_rate}


def _replayed(data: Data, campus: str | None) -> dict[str, Any]:
    """Return how far what came lay from what had been foretold, for the longest time ahead that was often enough."""
    last = settled_before(data) - pd.Timedelta(days=1)
    for days in sorted(set(data.settings.competing.ahead_days), reverse=True):
        found = {on.date(): _foretold_and_came(data, campus, on, days) for on in days_before(last, days)}
        missed = {on: came - told for on, (told, came) in found.items() if not np.isnan(told)}
        if len(missed) >= FEWEST:
            dates = {"first": min(missed), "last": max(missed)}
            misses = {"under": min(missed.values()), "over": max(missed.values())}
            return {"replays": len(missed), "replayed_days": days, **dates, **misses}
    return {}


def _foretold_and_came(data: Data, campus: str | None, on: pd.Timestamp, days: int) -> tuple[float, float]:
    """Return the share still here that was to be expected at the end of a day, and the one that came."""
    rules, until = data.settings, on + pd.Timedelta(days=1)
    rows = stays(data, campus=campus, period_days=rules.retention.period_days, until=until)
    old = _old(data, campus, until)
    here = np.concatenate([rows.loc[rows["cause"] == 0, "exit"].to_numpy(dtype=int), np.full(old.now, _UNKNOWN)])
    watched_stays, everybody = watched(rows), np.ones(len(here), bool)
    known = _known(watched_stays, here, old, days, rules).of([group for _, group in _groups(here, rules)], rules)
    told, who = _told(watched_stays, here, everybody, known, days), known.by_curve | known.at_rate
    if told is None or who.sum() < rules.competing.least_all_share * len(here):
        return np.nan, np.nan
    return told.here.value, float(then(data, on, campus).stayed(days)[who].mean())


def _said(table: pd.DataFrame, foretold: Foretold, alpha: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return what is said of everybody over the longest time told, and which two groups are furthest apart."""
    told = table.dropna(subset=["still_here_share"])
    everybody = told[told["tenure"] == EVERYBODY]
    groups = told[told["tenure"] != EVERYBODY]
    facts: dict[str, Any] = {}
    sentences: tuple[str, ...] = ()
    if len(everybody):
        row = everybody.iloc[-1]
        days = int(row["days_ahead"])
        facts |= {"days": days, "share": float(row["still_here_share"]), "churned": float(row["churned_share"])}
        facts |= foretold[days]
        sentences += ("sentence",)
    nearest = groups[groups["days_ahead"] == groups["days_ahead"].min()]
    if len(nearest) > 1:
        by_share = nearest.sort_values("still_here_share", kind="stable")
        least, most = by_share.iloc[0], by_share.iloc[-1]
        facts |= {"ahead": int(least["days_ahead"])}
        facts |= {"least": least["tenure"], "least_share": float(least["still_here_share"])}
        facts |= {"best": most["tenure"], "best_share": float(most["still_here_share"])}
        pairs = len(nearest) * (len(nearest) - 1) / 2
        sentences += ("apart",) if _p_value(least, most, 1 - alpha) * pairs < alpha else ()
    return sentences if "sentence" in sentences else ("some", *sentences), facts


def _p_value(one: pd.Series, other: pd.Series, level: float) -> float:
    """Compare two shares on the scale on which their intervals are symmetric; shares of 0 or 1 are not compared."""
    ends = np.array([[row[f"still_here_share{end}"] for end in ("", "_low", "_high")] for row in (one, other)])
    if not ((ends > 0) & (ends < 1)).all():
        return 1.0
    scale = np.log(-np.log(ends))
    errors = (scale[:, 1] - scale[:, 2]) / (2 * stats.norm.ppf(0.5 + level / 2))
    return float(2 * stats.norm.sf(abs(scale[0, 0] - scale[1, 0]) / np.hypot(*errors)))
