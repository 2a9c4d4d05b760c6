"""Who left, when, how, and when could we tell?

An episode is one stay of a unit (a student, unless the settings say otherwise). It begins with the first lesson or the
start of the first contract, whichever is earlier, but not before the first signing: what is attended before is a trial.
It goes on while lessons are attended or contracts run, and over gaps shorter than the grace. Suspension is not absence:
a student on hold, or waiting for the start of a signed contract, is with us. No suspension counts for longer than
`outcome.longest_suspension_days`: one that was forgotten open must not hide a leaver for ever.

Everything is as of `data.as_of`: an end that cannot be told by then is no end yet; and what can be told is never taken
back later. A student who comes again after an end begins a new episode.
"""

from datetime import date

import numpy as np
import pandas as pd

from churnlab.churn.contracts import FINISHED, Contracts, contracts
from churnlab.churn.holidays import EligibleDays, eligible_days
from churnlab.churn.memory import remembered
from churnlab.churn.service import any_lessons, as_day, as_number, runs
from churnlab.churn.timeline import known, timeline, unit_ids
from churnlab.settings import Unit
from churnlab.tables.door import Data, fetch
from churnlab.tables.schemas.reasons import meant

CHURN_KINDS = ("not_renewed", "refunded", "dormant", "withdrawn")
NOT_CHURN_KINDS = ("completed", "personal")
END_KINDS = CHURN_KINDS + NOT_CHURN_KINDS

COLUMNS = (
    "unit_id", "student_id", "episode", "entered_on", "left_on", "known_on", "end_kind", "last_service_on", "ended_on",
    "campus", "course_id", "channel", "cohort",
)  # fmt: skip
_DATES = ("entered_on", "left_on", "known_on", "last_service_on", "ended_on")

# The longest chain of closed days that the calendar must see beyond a date: two years of a pandemic.
_LOOK_BACK_DAYS = 1200


def episodes(data: Data) -> pd.DataFrame:
    """Return one row per unit and episode, as known at `data.as_of`.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Sorted by `unit_id`, `episode`; dates are `datetime64[ns]`.

        - `unit_id`, `student_id`, `episode` (from 1)
        - `entered_on`: first lesson or start of the episode
        - `left_on`: last day of service: the last lesson, day on hold or start; the last day of a period that was not
          renewed; the day of the exit for the withdrawn. NaT: with us as far as can be told. Never before `entered_on`.
          An exit that was written down later is known from then on; the day that it tells of counts as far as no lesson
          followed, and at most `outcome.grace_days` back: earlier days had been settled, with her among those here.
        - `known_on`: the first day on which that could be told, at most `as_of`
        - `end_kind`: None or one of `END_KINDS`, by the last contract to end
        - `last_service_on`: last lesson or start before `as_of`
        - `ended_on`: where no contract runs any more but the grace has not passed, the last day one did; else NaT
        - `campus`: of the latest lesson in the episode, else the contract's; `course_id`: of the contract that started
          last; `channel`: the student's; `cohort`: month of the first episode's entry

        `attrs["settled_before"]` is `settled_before(data)`, which `label` respects.
    """
    return _episodes(data).copy()


def inactivity_days(data: Data) -> int | None:
    """Return after how many eligible days of silence a student counts as gone; None: silence says nothing here.

    That is so where the settings say so, and where no lesson was ever recorded.
    """
    return data.settings.outcome.inactivity_days if any_lessons(data) else None


@remembered
def settled_before(data: Data) -> pd.Timestamp:
    """Return the first day whose ends are not all known yet as of `data.as_of`.

    Every end with `left_on` before it can be told: grace and inactivity, holidays not counted, have passed. An open
    suspension leaves no month unsettled: whoever is on hold is with us, and leaves on its last day at the earliest.
    """
    silence = inactivity_days(data)
    as_of = as_number(data.as_of)
    candidates = np.arange(as_of - _LOOK_BACK_DAYS, as_of + 1)
    told = candidates + data.settings.outcome.grace_days + 1
    if silence is not None:
        told = np.maximum(told, calendar(data, int(candidates[0])).reached(candidates, silence) + 1)
    return pd.Timestamp(as_day(int(candidates[told <= as_of].max(initial=candidates[0]) + 1)))


def at_risk(episodes: pd.DataFrame, on: date | pd.Timestamp) -> pd.DataFrame:
    """Return the episodes of those with us on the morning of a day: entered before, left that day, later or not at all.

    In hindsight: who had last been seen before the day and is gone now was no longer at risk, though nobody knew.

    Parameters
    ----------
    episodes : pandas.DataFrame
        From `episodes`.
    on : datetime.date or pandas.Timestamp
        The day.
    """
    day = pd.Timestamp(on)
    return episodes[(episodes["entered_on"] < day) & (episodes["left_on"].isna() | (episodes["left_on"] >= day))]


def with_us(episodes: pd.DataFrame, on: date | pd.Timestamp) -> pd.DataFrame:
    """Return the episodes of those with us on the morning of a day as far as could be told then.

    Unlike `at_risk` this holds those who had silently left: on that day nobody could tell them from those who stayed.
    It is whom a model may learn from and is judged by, for it is whom it has to score.

    Parameters
    ----------
    episodes : pandas.DataFrame
        As `episodes` returns it.
    on : datetime.date
        The day.
    """
    day = pd.Timestamp(on)
    return episodes[(episodes["entered_on"] < day) & (episodes["known_on"].isna() | (episodes["known_on"] > day))]


def label(episodes: pd.DataFrame, *, as_of: date | pd.Timestamp, horizon_days: int) -> pd.Series:
    """Say who of those with us on a date, as far as could be told then, had churned by the end of the horizon.

    Parameters
    ----------
    episodes : pandas.DataFrame
        As `episodes` returns it.
    as_of : datetime.date
        The snapshot.
    horizon_days : int
        The label is true where `left_on` lies before as_of + horizon_days and the end is churn: most leave within the
        horizon, some had left before it and could not be told from the silent who come back.

    Returns
    -------
    pandas.Series of bool
        Indexed by `unit_id`, those of `with_us`.

    Raises
    ------
    ValueError
        If ends within the horizon may still be unknown.
    """
    start = pd.Timestamp(as_of)
    stop = start + pd.Timedelta(days=horizon_days)
    settled = episodes.attrs.get("settled_before")
    if settled is not None and stop > settled:
        raise ValueError(f"ends before {stop:%Y-%m-%d} are not all known; those before {settled:%Y-%m-%d} are")
    there = with_us(episodes, start).set_index("unit_id")
    churned = (there["left_on"] < stop) & there["end_kind"].isin(CHURN_KINDS)
    return churned.rename("churned")


def calendar(data: Data, first: int) -> EligibleDays:
    """Return the eligible days from a day (days since 1970-01-01) to `data.as_of`."""
    return eligible_days(data.settings.calendar, as_day(first), data.as_of)


@remembered
def _episodes(data: Data) -> pd.DataFrame:
    rules, as_of = data.settings.outcome, as_number(data.as_of)
    silence = inactivity_days(data)
    found = contracts(data)
    gap = rules.grace_days if silence is None else min(rules.grace_days, silence)
    taught = runs(data, found.signed, found.exits, gap_days=gap)
    days = timeline(found, taught, silence_counts=silence is not None)
    hows = np.append(found.spans["how"].to_numpy(dtype=object), "none")
    how = hows[days["span"]]
    eligible = calendar(data, int(days["day"].min()) if len(days) else as_of)
    told = known(days, how, grace_days=rules.grace_days, inactivity_days=silence, eligible=eligible)
    days = days.assign(how=how, **told).assign(episode=lambda t: _stays(t))
    rows = _ends(_folded(days, as_of), as_of)
    rows = rows.assign(left_on=_registered(rows, found, rules.grace_days))
    rows = _described(rows, data, found, taught)
    rows.attrs["settled_before"] = settled_before(data)
    return rows


def _stays(days: pd.DataFrame) -> np.ndarray:
    """Give each stay a number: a new one begins with each unit, and where an end was told before the next day."""
    unit, day, told = (days[name].to_numpy() for name in ("unit", "day", "known"))
    new = np.ones(len(days), dtype=bool)
    new[1:] = (unit[1:] != unit[:-1]) | (day[1:] >= told[:-1])
    return np.cumsum(new)


def _folded(days: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Fold each stay into one row; a stay that no lesson and no start has begun yet is none."""
    entering = days[days["enters"] & (days["day"] < as_of)].groupby("episode")["day"]
    last = days.drop_duplicates("episode", keep="last").set_index("episode")
    rows = last.join(entering.agg(entered_on="min", last_service_on="max"), how="inner")
    rows = rows.reset_index(drop=True)
    return rows.assign(episode=rows.groupby("unit").cumcount() + 1)


def _ends(rows: pd.DataFrame, as_of: int) -> pd.DataFrame:
    is_over = rows["known"] <= as_of
    last_contract_day = rows["ends"].clip(lower=rows["day"])
    pending = ~is_over & (last_contract_day < as_of) & (rows["covered"] <= rows["day"])
    told = [~is_over, rows["dormant"], rows["withdrawn"], rows["how"] == "refunded"]
    kinds: list[str | None] = [None, "dormant", "withdrawn", "refunded"]
    kind = np.select(told, np.array(kinds, dtype=object)[:, None], np.array("not_renewed", dtype=object))
    return rows.assign(
        left_on=rows["day"].where(is_over),
        known_on=rows["known"].where(is_over),
        end_kind=kind,
        ended_on=last_contract_day.where(pending),
    )


def _registered(rows: pd.DataFrame, found: Contracts, grace_days: int) -> pd.Series:
    """Return when each left; of those withdrawn, the day of which the register tells, not that of its writing."""
    left = found.exits.groupby(["unit_id", "day"])["left"].max()
    told = left.reindex(pd.MultiIndex.from_arrays([unit_ids(found)[rows["unit"]], rows["left_on"]])).to_numpy()
    day = np.maximum(np.maximum(told, rows["last_service_on"]), rows["left_on"] - grace_days)
    return day.where(rows["withdrawn"] & pd.notna(told), rows["left_on"])


def _described(rows: pd.DataFrame, data: Data, found: Contracts, taught: pd.DataFrame) -> pd.DataFrame:
    signed, position = found.signed, found.spans["position"].to_numpy()
    closing = position[rows["span"]]
    latest = np.where(rows["started"] >= 0, position[rows["started"]], closing)
    unit_id = unit_ids(found)[rows["unit"]]
    student = signed["student_id"].to_numpy()[latest]
    described = rows.assign(
        unit_id=unit_id,
        student_id=student,
        course_id=signed["course_id"].to_numpy()[latest],
        campus=_campus(rows, taught, signed["campus"].to_numpy()[latest], data.settings.outcome.unit),
        channel=_channels(data).reindex(student).to_numpy(),
        closing_course=signed["course_id"].to_numpy()[closing],
    )
    described = described.assign(end_kind=_kind(described, data, found.exits))
    dates = {name: _dates(described[name]) for name in _DATES}
    described = described.assign(**dates).sort_values(["unit_id", "episode"], ignore_index=True)
    first_entry = described.groupby("unit_id")["entered_on"].transform("first")
    described = described.assign(cohort=first_entry.dt.to_period("M").dt.to_timestamp())
    return described.astype(dict.fromkeys((*_DATES, "cohort"), "datetime64[ns]"))[list(COLUMNS)]


def _dates(numbers: pd.Series) -> pd.Series:
    # pandas rounds what lies in memory where a float is missing, and may raise on it: it gets whole numbers only.
    whole = pd.to_datetime(numbers.fillna(0).astype("int64"), unit="D")
    return whole.where(numbers.notna())


def _campus(rows: pd.DataFrame, taught: pd.DataFrame, contracted: np.ndarray, unit: Unit) -> np.ndarray:
    if unit == "student-campus":
        return contracted  # the unit itself says where
    lessons = np.array([*taught["campus"], None], dtype=object)[rows["campus_row"]]
    return np.where(pd.isna(lessons), contracted, lessons)


def _channels(data: Data) -> pd.Series:
    students = data.table("students")
    frame = fetch(students.select("student_id", "channel").order_by("student_id"))
    return frame.drop_duplicates("student_id").set_index("student_id")["channel"]


def _kind(rows: pd.DataFrame, data: Data, exits: pd.DataFrame) -> np.ndarray:
    """Tell completion and personal reasons from churn."""
    rules = data.settings.outcome
    # Stores that were filled before churnlab knew the usual words hold them as they were written.
    near = _reason_near(rows, exits, rules.grace_days)
    said = pd.Series(meant(near), index=near.index, dtype=object).astype(str)
    finished = rows["how"].isin(FINISHED) & ~rows["dormant"] & rows["closing_course"].isin(_terminal(data))
    graduated = said.isin(meant(rules.graduated_reasons))
    personal = said.isin(meant(rules.personal_reasons)) | said.str.startswith("personal")
    is_over = rows["left_on"].notna()
    kinds = [(finished | graduated) & is_over, personal & is_over]
    return np.select(kinds, ["completed", "personal"], rows["end_kind"].to_numpy(dtype=object))


def _reason_near(rows: pd.DataFrame, exits: pd.DataFrame, grace_days: int) -> pd.Series:
    """Return the reason last registered from `grace_days` before the end until the end was known; "" without one."""
    ended = rows.reset_index(drop=True).reset_index(names="row")[["row", "unit_id", "left_on", "known_on"]].dropna()
    near = ended.merge(exits, on="unit_id")
    near = near[(near["day"] >= near["left_on"] - grace_days) & (near["day"] < near["known_on"])]
    near = near.sort_values(["row", "day", "reason_code"]).drop_duplicates("row", keep="last")
    said = near.set_index("row")["reason_code"].reindex(range(len(rows))).fillna("")
    return said.astype(str).set_axis(rows.index)


def _terminal(data: Data) -> list[str]:
    courses = data.table("courses")
    by_nature = fetch(courses.filter(courses.terminal).select("course_id").order_by("course_id"))["course_id"]
    return [*by_nature, *data.settings.outcome.terminal_courses]
