"""What data was a report made from, and which months does it reach?"""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import chinese_calendar
import ibis

from churnlab.errors import NotEnoughData
from churnlab.settings import Calendar, Settings
from churnlab.tables.door import Data
from churnlab.tables.engine import tables
from churnlab.tables.schemas import TABLES
from churnlab.tables.versions import CATALOG

# The tables that show an institution at work; the first that has rows says how far the data reach.
EVENTS = ("lessons", "activity", "exits", "enrolments")


def facts(engine: Any, *, last: int, settings: Settings) -> dict[str, Any]:
    """Say what stood in the store after a load.

    Parameters
    ----------
    engine : ibis.backends.duckdb.Backend
        The store, attached.
    last : int
        Number of the last load that counts.
    settings : Settings
        Which days are holidays, and how many days at a month's end may lack lessons.

    Returns
    -------
    dict
        Made of what JSON can hold: `digest` (the same for the same rows, whatever loads brought them), `rows` by table,
        `load` and `loaded_on` (the last load that changed anything), `made_up`, `campuses`, `first_month` and
        `last_whole_month` (`2026-10`), `first_week` and `last_whole_week` (`2026-W43`).

    Raises
    ------
    NotEnoughData
        If no whole month lies between the first event and the last.
    """
    present = [name for name in TABLES if name in tables(engine.con)]
    prints = {name: _print(engine, name, last) for name in present}
    rows = {name: count for name, (count, _) in prints.items() if count}
    told = "\n".join(f"{name} {count} {mark}" for name, (count, mark) in prints.items() if count)
    changed = max(_changed(engine, name, last) for name in present)
    made_up, loaded_on = engine.con.execute(
        f"SELECT made_up, loaded_at::DATE FROM {CATALOG}._meta, {CATALOG}._loads WHERE load = ?", [changed]
    ).fetchone()
    shut = partial(closed, calendar=settings.calendar)
    # What is made up was not lived through: its months are over whatever the day of loading.
    upto = None if made_up else loaded_on
    first, latest = _span(engine, [name for name in EVENTS if name in rows], last, upto)
    month = last_whole_month(latest, slack_days=settings.tables.month_end_days, closed=shut, loaded_on=upto)
    week = last_whole_week(latest, slack_days=settings.tables.week_end_days, closed=shut, loaded_on=upto)
    if month < first.replace(day=1):
        raise NotEnoughData("store.no_whole_month", first=first, last=latest)
    return {
        "digest": hashlib.sha256(told.encode()).hexdigest(),
        "rows": rows,
        "load": changed,
        "loaded_on": loaded_on.isoformat(),
        "made_up": made_up,
        "campuses": _campuses(engine, present, last),
        "first_month": f"{first:%Y-%m}",
        "last_whole_month": f"{month:%Y-%m}",
        "first_week": f"{first:%G-W%V}",
        "last_whole_week": f"{week:%G-W%V}",
    }


def visible(data: Data) -> str:
    """Return a digest of all that comes through the door, at the date or any earlier one.

    A row of the past that was corrected, added or taken away makes another digest. What happened or became known on the
    date or later, what is only true at export, and which load brought a row, make none.

    Parameters
    ----------
    data : Data
        Open as of a date.
    """
    engine = next(iter(data.versions.values())).get_backend().con
    told = hashlib.sha256()
    for name in TABLES:
        rows = ibis.to_sql(data.history(name), dialect="duckdb")
        # A sum, as the order of rows says nothing; of equal rows it tells how many there are.
        sql = f"SELECT count(*), sum(hash(seen)::HUGEINT) FROM ({rows}) AS seen"
        told.update(f"{name} {engine.execute(sql).fetchone()}\n".encode())
    return told.hexdigest()


@cache
def code() -> str:
    """Return a fingerprint of all that works figures out: churnlab's own files, words too, and what it fits with."""
    fitted_by = [f"{name} {version(name)}" for name in ("numpy", "pandas", "scikit-learn", "scipy", "duckdb")]
    place = Path(str(files("churnlab")))
    own = sorted([*place.rglob("*.py"), *place.rglob("*.toml")])
    told = hashlib.sha256("\n".join(fitted_by).encode())
    for file in own:
        told.update(file.read_bytes())
    return told.hexdigest()


def last_whole_month(
    latest: date, *, slack_days: int, closed: Callable[[date], bool], loaded_on: date | None = None
) -> date:
    """Return the first day of the last month that the data cover to its end.

    A month is whole when something happened after it, or on one of its last `slack_days` open days; and when it was
    over on the day of loading. The days after the latest event on which nobody teaches do not count.

    Parameters
    ----------
    latest : datetime.date
        Day of the latest event.
    slack_days : int
        Open days at a month's end, the latest event's own among them, that may pass before it.
    closed : callable
        Whether nobody teaches on a day.
    loaded_on : datetime.date, optional
        Day of the load that brought the events.
    """
    this, following = latest.replace(day=1), _following(latest)
    if _is_whole(latest, following, slack_days=slack_days, closed=closed, loaded_on=loaded_on):
        return this
    return (this - timedelta(days=1)).replace(day=1)


def last_whole_week(
    latest: date, *, slack_days: int, closed: Callable[[date], bool], loaded_on: date | None = None
) -> date:
    """Return the Monday of the last week that the data cover to its Sunday; see `last_whole_month`."""
    this = latest - timedelta(days=latest.weekday())
    week = timedelta(days=7)
    if _is_whole(latest, this + week, slack_days=slack_days, closed=closed, loaded_on=loaded_on):
        return this
    return this - week


def _is_whole(
    latest: date, following: date, *, slack_days: int, closed: Callable[[date], bool], loaded_on: date | None
) -> bool:
    """Tell whether the time that ends before `following`, in which the latest event lies, is covered to its end."""
    quiet = (latest + timedelta(days=step) for step in range(1, (following - latest).days))
    over = loaded_on is None or following <= loaded_on
    return over and sum(not closed(day) for day in quiet) < max(slack_days, 1)


def closed(day: date, calendar: Calendar) -> bool:
    """Tell whether a day is a statutory or a school holiday; years that no list knows yet have no statutory ones."""
    if any(period.from_on <= day <= period.to_on for period in calendar.school_holidays):
        return True
    if calendar.public_holidays == "none":
        return False
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(free and name)


def _following(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _standing(name: str) -> str:
    return f'{CATALOG}."{name}" WHERE _load_from <= $last AND (_load_to IS NULL OR _load_to > $last)'


def _print(engine: Any, name: str, last: int) -> tuple[int, int]:
    sql = f"SELECT count(*), coalesce(bit_xor(_row_hash), 0) FROM {_standing(name)}"
    return engine.con.execute(sql, {"last": last}).fetchone()


def _changed(engine: Any, name: str, last: int) -> int:
    """Return the last load, up to this one, that opened or closed a version; 1 where none did."""
    sql = (
        "SELECT greatest(coalesce(max(_load_from) FILTER (_load_from <= $last), 1), "
        f'coalesce(max(_load_to) FILTER (_load_to <= $last), 1)) FROM {CATALOG}."{name}"'
    )
    (load,) = engine.con.execute(sql, {"last": last}).fetchone()
    return int(load)


def _span(engine: Any, events: list[str], last: int, upto: date | None) -> tuple[date, date]:
    """Return the days of the first and the latest event; what is dated after its loading has not happened."""
    for name in events:
        day = f'"{TABLES[name].dated_by}"::DATE'
        first, latest = engine.con.execute(
            f"SELECT min({day}), max({day}) FROM {_standing(name)} AND {day} <= coalesce($upto, {day})",
            {"last": last, "upto": upto},
        ).fetchone()
        if latest:
            return first, latest
    raise NotEnoughData("store.no_events")


def _campuses(engine: Any, present: list[str], last: int) -> list[str]:
    holding = [name for name in ("campuses", *EVENTS) if name in present and "campus" in TABLES[name].names]
    parts = " UNION ".join(f"SELECT campus FROM {_standing(name)} AND campus IS NOT NULL" for name in holding)
    return [campus for (campus,) in engine.con.execute(f"{parts} ORDER BY campus", {"last": last}).fetchall()]
