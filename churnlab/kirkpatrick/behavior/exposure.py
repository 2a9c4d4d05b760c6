"""How long was each person in service before and after her training, and how often did something happen?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.window import is_by_campus, period
from churnlab.stats.rate_ratio import RateRatio, exact_rate_ratio, within_people
from churnlab.tables.door import fetch

DAYS_A_MONTH = 365.25 / 12
_SPREAD = 3  # beginnings from which on calendar time and training can be told apart without people to compare with


def service(evaluated: Evaluation) -> pd.DataFrame:
    """Return the days in service of the people of a training, in parts.

    Before is the window of the settings that ends with a person's first session, after the one that begins with the
    first whole month after her last. Where people are compared who were not drawn by lot, before ends
    `results.selection_months` earlier, and these months are left out, for all: had they been chosen for what happened
    in them, it would happen less often without any training. Days between, and those of trained people outside the
    windows, are left out. Of people not trained, or not yet, all other days count that lie in any trained person's
    windows.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    pandas.DataFrame
        One row per `staff_id`, `is_trained`, `is_after` (bool), `quarter` and set of other trainings in effect (one
        column of 0 and 1 each, `other_<id>`): `first_on`, `last_on` of its days (timestamps) and `days`.
    """
    data, trained = evaluated.data, evaluated.trained.dropna(subset=["began_on"])
    window = pd.DateOffset(months=data.settings.behavior.window_months)
    end = pd.Timestamp(data.as_of)
    chosen_for = _chosen_for(evaluated)
    parts = [_days(row, window, chosen_for, end) for row in trained.to_dict("records")]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=["staff_id", "is_trained", "is_after", "day"])
    first, last = min(part["day"].min() for part in parts), max(part["day"].max() for part in parts)
    for row in evaluated.compared.to_dict("records"):
        parts.append(_of(row, first, last + pd.Timedelta(days=1), is_trained=False, is_after=False))
    days = pd.concat(parts, ignore_index=True)
    begun = trained["began_on"].min()
    days = days[~days["day"].between(begun - chosen_for, begun, inclusive="left")].reset_index(drop=True)
    days["quarter"] = days["day"].dt.to_period("Q").astype(str)
    for training_id, starts in _elsewhere(evaluated).items():
        start = days["staff_id"].map(starts)
        days[f"other_{training_id}"] = (days["day"] >= start).astype(float)
    return days


def _chosen_for(evaluated: Evaluation) -> pd.DateOffset:
    """Return what to leave out before the training: with nobody compared there is only a change, of all months."""
    is_claim = evaluated.design is Design.COMPARISON_GROUP
    return pd.DateOffset(months=evaluated.data.settings.results.selection_months if is_claim else 0)


def _days(row: dict[Any, Any], window: pd.DateOffset, chosen_for: pd.DateOffset, end: pd.Timestamp) -> pd.DataFrame:
    until = row["began_on"] - chosen_for
    before = _of(row, until - window, until, is_trained=True, is_after=False)
    if pd.isna(row["works_from"]):
        return before
    after = _of(row, row["works_from"], min(row["works_from"] + window, end), is_trained=True, is_after=True)
    return pd.concat([before, after], ignore_index=True)


def _of(
    row: dict[Any, Any], first: pd.Timestamp, stop: pd.Timestamp, *, is_trained: bool, is_after: bool
) -> pd.DataFrame:
    hired, left = row["hired_on"], row["left_on"]
    first = first if pd.isna(hired) else max(first, hired)
    stop = stop if pd.isna(left) else min(stop, left + pd.Timedelta(days=1))
    days = pd.date_range(first.normalize(), stop, inclusive="left") if first < stop else pd.DatetimeIndex([])
    return pd.DataFrame({"staff_id": row["staff_id"], "is_trained": is_trained, "is_after": is_after, "day": days})


def _elsewhere(evaluated: Evaluation) -> dict[str, pd.Series]:
    """Return when other trainings of these people began to work; by lot they reach both arms alike and are left out."""
    if evaluated.design is Design.RANDOMISED:
        return {}
    rows = fetch(evaluated.data.table("trainings").order_by("training_id"))
    others = [name for name in rows["training_id"] if name != evaluated.course.training_id]
    ours, found = set(evaluated.people["staff_id"]), {}
    for name in others:
        trained = Evaluation(evaluated.data, name).trained
        starts = trained[trained["staff_id"].isin(ours)].set_index("staff_id")["works_from"].dropna()
        if len(starts):
            found[str(name)] = starts
    return found


def started(evaluated: Evaluation, days: pd.DataFrame, table: str) -> pd.DataFrame:
    """Keep the days from the first on which a table had a row: before, nothing was written down.

    Parameters
    ----------
    evaluated, days
        As `service`.
    table : str
        With a time `at`.
    """
    first = pd.Timestamp(fetch(evaluated.data.table(table).select("at"))["at"].min()).normalize()
    return days[days["day"] >= first] if len(days) else days


def compare(evaluated: Evaluation, days: pd.DataFrame, events: pd.DataFrame, *, level: float) -> dict[str, Any]:
    """Compare how often something happened to the trained after and before, beside others where there are any.

    Each person is compared with herself; errors go by campus where `is_by_campus` says so. Where others are compared,
    or people were trained at three different times or more, calendar quarters are held fixed, so what changed for all
    alike is no part of the ratio; so are other trainings of these people where this one was not drawn by lot. With
    neither, and nothing else to hold fixed, the totals before and after are compared by the exact conditional test if
    that is the wider.

    Parameters
    ----------
    evaluated, days
        As `service` returns them.
    events : pandas.DataFrame
        One row an event: `staff_id`, `day` (timestamp).
    level : float
        Coverage of the interval.

    Returns
    -------
    dict
        Events per person-month `before`, `after` and of those `compared` (missing: none), `events_before`,
        `events_after`, `events_compared`, `rate_ratio` with its interval, `p_value`, `people_telling`.
    """
    keys = [name for name in days.columns if name != "day"]
    counted = events.groupby(["staff_id", "day"]).size().rename("events").reset_index()
    merged = days.merge(counted, on=["staff_id", "day"], how="left").fillna({"events": 0.0})
    cells = merged.groupby(keys, as_index=False).agg(events=("events", "sum"), days=("day", "size"))
    row: dict[str, Any] = {}
    of = {
        "before": cells["is_trained"] & ~cells["is_after"],
        "after": cells["is_trained"] & cells["is_after"],
        "compared": ~cells["is_trained"],
    }
    for name, chosen in of.items():
        many, time = float(cells.loc[chosen, "events"].sum()), float(cells.loc[chosen, "days"].sum())
        row |= {name: many / time * DAYS_A_MONTH if time else np.nan, f"events_{name}": int(many), f"days_{name}": time}
    found = _ratio(evaluated, cells, row, level)
    return row | {
        "rate_ratio": found.ratio, "rate_ratio_low": found.low, "rate_ratio_high": found.high,
        "p_value": found.p_value, "people_telling": found.clusters,
    }  # fmt: skip


def _ratio(evaluated: Evaluation, cells: pd.DataFrame, row: dict[str, Any], level: float) -> RateRatio:
    unknown = RateRatio(ratio=np.nan, low=np.nan, high=np.nan, error=np.nan, p_value=np.nan, clusters=0)
    if not (row["days_before"] and row["days_after"]):
        return unknown
    others = [name for name in cells.columns if name.startswith("other_")]
    design = pd.DataFrame({"after": cells["is_after"].astype(float)}).join(cells[others])
    if controls_time(evaluated):
        design = design.join(pd.get_dummies(cells["quarter"], dtype=float, drop_first=True))
    found = within_people(
        cells["events"], cells["days"], design, cells["staff_id"], level=level, clusters=_clusters(evaluated, cells)
    )
    if controls_time(evaluated) or others:
        return found
    exact = exact_rate_ratio(
        (row["events_before"], row["events_after"]), (row["days_before"], row["days_after"]), level=level
    )
    return exact if np.isnan(found.ratio) or exact.high / exact.low > found.high / found.low else found


def _clusters(evaluated: Evaluation, cells: pd.DataFrame) -> pd.Series | None:
    """Return everybody's campus where who was trained hangs together within campuses: they are one witness."""
    people = evaluated.people.assign(start=period(evaluated.people["works_from"]))
    if not is_by_campus(people, evaluated.data.settings.results.campus_share):
        return None
    return cells["staff_id"].map(people.set_index("staff_id")["campus"]).astype(object).fillna("")


def controls_time(evaluated: Evaluation) -> bool:
    """Tell whether what changed for all alike can be told apart from the training.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    return bool(len(evaluated.compared)) or evaluated.trained["began_on"].nunique() >= _SPREAD


def claim(evaluated: Evaluation) -> Design:
    """Return how a comparison of rates is supported: those on the waiting list are compared until they are trained.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    return evaluated.design if controls_time(evaluated) else Design.BEFORE_AFTER_ONLY
