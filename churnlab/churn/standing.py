"""Of those still with us, who had gone quiet, and whose contracts had all ended?"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from churnlab.churn.contracts import Contracts, contracts
from churnlab.churn.outcome import calendar, inactivity_days
from churnlab.churn.service import as_number, last_lessons
from churnlab.churn.timeline import unit_ids
from churnlab.tables.door import Data


def standing(data: Data, days: Sequence[date]) -> pd.DataFrame:
    """Return how each unit stood on several days, none after `data.as_of`, as could be seen then.

    One pass over the lessons; the same as asking `data.before(day)` for each day, which a test makes sure of.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    days : sequence of datetime.date
        Days on which one looks back.

    Returns
    -------
    pandas.DataFrame
        `unit_id`, `day` (datetime64), `is_quiet` (no lesson, start or hold for `silent_days` eligible days),
        `has_ended` (no contract runs any more), `seen_on` (datetime64: last lesson, start or day on hold before the
        day), `days_not_seen` (from then to the day, closed days between them not counted, as `days_since_lesson` has
        it; means nothing where `seen_on` is missing).
    """
    looks = np.array(sorted({as_number(day) for day in days}), dtype=np.int64)
    assert len(looks) == 0 or looks[-1] <= as_number(data.as_of), "nobody can look back from the future"
    found = contracts(data)
    seen, ends = _seen(data, found, looks), _contract_ends(found, looks)
    silent_days = data.settings.outcome.silent_days
    first = int(seen[seen >= 0].min(initial=int(looks[0]) if len(looks) else 0))
    first = min(first, int(looks[0]) - 1) if len(looks) else first
    days_not_seen = calendar(data, first).passed(np.maximum(seen, first), np.broadcast_to(looks, seen.shape))
    is_quiet = (days_not_seen >= silent_days) & (seen >= 0) & (inactivity_days(data) is not None)
    units = unit_ids(found)
    return pd.DataFrame({
        "unit_id": np.repeat(units, len(looks)),
        "day": np.tile(pd.to_datetime(looks, unit="D").to_numpy(dtype="datetime64[ns]"), len(units)),
        "is_quiet": is_quiet.ravel(),
        "has_ended": (np.maximum(ends, seen) < looks).ravel(),
        "seen_on": _dates(seen.ravel()),
        "days_not_seen": days_not_seen.ravel(),
    })  # fmt: skip


def _dates(numbers: np.ndarray) -> np.ndarray:
    days = numbers.astype("datetime64[D]").astype("datetime64[ns]")
    return np.where(numbers >= 0, days, np.datetime64("NaT", "ns"))


def _seen(data: Data, found: Contracts, looks: np.ndarray) -> np.ndarray:
    """Return the last day each unit was certainly with us, by unit and look; -1 for not yet."""
    units = pd.Index(unit_ids(found))
    taught = last_lessons(data, found.signed, looks)
    seen = _latest(units, taught["unit_id"], taught["place"].to_numpy(), taught["day"].to_numpy(), len(looks))
    spans = found.spans
    started = _latest(units, spans["unit_id"], _place(spans["starts"], looks), spans["starts"].to_numpy(), len(looks))
    seen = np.maximum(seen, started)
    # Who waits for a start or is on hold is with us until the day before one looks.
    covers = pd.concat([
        spans[["unit_id", "begins", "starts"]].rename(columns={"starts": "ends"}),
        found.holds[["unit_id", "begins", "ends"]],
    ])  # fmt: skip
    unit = units.get_indexer(pd.Index(covers["unit_id"]))
    for place, look in enumerate(looks):
        begun = (covers["begins"] < look).to_numpy()
        np.maximum.at(seen[:, place], unit[begun], np.minimum(covers["ends"].to_numpy()[begun], look - 1))
    return seen


def _contract_ends(found: Contracts, looks: np.ndarray) -> np.ndarray:
    spans, units = found.spans, pd.Index(unit_ids(found))
    return _latest(units, spans["unit_id"], _place(spans["begins"], looks), spans["ends"].to_numpy(), len(looks))


def _place(days: pd.Series, looks: np.ndarray) -> np.ndarray:
    return np.searchsorted(looks, days.to_numpy(), side="right")


def _latest(units: pd.Index, unit_id: pd.Series, place: np.ndarray, day: np.ndarray, width: int) -> np.ndarray:
    """Return the largest day placed at or before each column, by unit; -1 where there is none."""
    latest = np.full((len(units), width), -1, dtype=np.int64)
    inside = place < width
    unit = units.get_indexer(pd.Index(unit_id))[inside]
    np.maximum.at(latest, (unit, place[inside]), day[inside])
    return np.maximum.accumulate(latest, axis=1)
