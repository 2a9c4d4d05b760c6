"""Who was drawn into which arm, and who of them left?"""

from datetime import timedelta

import pandas as pd

from churnlab.churn.calling.lot import CALL, HOLD_OUT, arms
from churnlab.churn.calling.record import recorded
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import at_risk, episodes, inactivity_days, label, settled_before, with_us
from churnlab.errors import NotEnoughData
from churnlab.settings import Calling
from churnlab.tables.door import Data, fetch

_COLUMNS = (
    "call_id", "list_id", "student_id", "campus", "made_on", "arm", "assigned_at_random", "experiment",
    "churn_probability", "saved_value_cny", "position",
)  # fmt: skip
_SCORES = ("churn_probability", "saved_value_cny", "position")
_FEW_LEFT = 10


def listings(data: Data) -> pd.DataFrame:
    """Return the rows of all lists of calls made before the date, in the order in which they were made."""
    calls = data.table("calls")
    rows = fetch(calls.select(*_COLUMNS).order_by("made_on", "call_id"))
    numbers = dict.fromkeys(_SCORES, "float64")
    return rows.astype({"made_on": "datetime64[ns]", **numbers})


def trial(data: Data) -> pd.DataFrame:
    """Return those whom a lot put into an arm, and whether they churned within the horizon.

    One row per student: the first list on which she was drawn by lot. Who stands on a second list has stayed, and the
    calls had a hand in that: later lists compare nobody with anybody. By intention to treat: who was to be called
    counts as called, reached or not, for who is reached is no matter of chance. Only lists of which every end within
    the horizon can be told; nobody on them is dropped afterwards.

    Only lists of the present `calling.experiment` count: under a new name a new trial begins. Lists without a name are
    of the one that settings name where nobody named any.

    Who left is told by lessons and contracts alone. The register of exits is not read: those who are called are asked,
    and those held out are not, so that it says more of one arm than of the other. So who left for personal reasons has
    left here, and who had left without a word before her list was made counts as having left, in both arms, and is
    flagged. Who had paid and not come to a lesson yet by then is not flagged: a call may bring her still. If she never
    comes, she has left in her arm; so what a call saves is measured of her as it is counted on the lists.

    A list that the store first got more than `calling.rest_days` after its date is no part of the trial: it was written
    when it was too late to call by it. Where nothing was loaded by then, as in a store that was built anew, that cannot
    be told, and the list counts.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        In the order of the lists: `student_id`, `campus`, `list_id`, `made_on`, `to_be_called`, `churned` and
        `already_gone` (flags; gone: churned, and came to a lesson for the last time before the list),
        `churn_probability`, `saved_value_cny` and `position` as the list had them (missing where it had none).
    """
    return _trial(data).copy()


def held_out(data: Data, students: pd.Series) -> pd.Series:
    """Tell whom nobody is to call, so that it can be told what calling brings: no other list may name them.

    Whom the lot holds out as the settings are now, and whoever was held out of a list made within the last
    `outcome.horizon_days`, this morning's too, whatever the settings say since.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    students : pandas.Series of str
        Ids.

    Returns
    -------
    pandas.Series of bool
        By row of `students`.
    """
    by_lot = pd.Series(arms(students, data.settings.calling), index=students.index, dtype=object) == HOLD_OUT
    return by_lot | students.isin(_held_out_lately(data)["student_id"])


def bound(data: Data) -> pd.Series:
    """Return who stays away from all lists because one held her out and its horizon is not over.

    Who was drawn stays in her arm: settings that hold out fewer by now, or name a new trial, would have her called.
    Under the same name she is listed again if she is held out again. Under a new one she is not, whatever the new lot
    says of her: left out of one arm only, she would make the arms unlike.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.Series of str
        Students' ids.
    """
    rows, rules = _held_out_lately(data), data.settings.calling
    again = pd.Series(arms(rows["student_id"], rules), index=rows.index, dtype=object) == HOLD_OUT
    return rows.loc[~(again & _of_this(rows, rules)), "student_id"]


def _held_out_lately(data: Data) -> pd.DataFrame:
    since = pd.Timestamp(data.as_of) - pd.Timedelta(days=data.settings.outcome.horizon_days)
    rows = pd.concat([part for part in (listings(data), recorded(data)) if len(part)] or [listings(data)])
    return rows[(rows["arm"] == HOLD_OUT) & (rows["made_on"] > since)]


def few_left(drawn: pd.DataFrame) -> bool:
    """Tell whether so few left in one of the arms that what is told of them, intervals too, is rough.

    Parameters
    ----------
    drawn : pandas.DataFrame
        As `trial` returns it.
    """
    return bool(drawn.groupby("to_be_called")["churned"].sum().min() < _FEW_LEFT)


def _of_this(rows: pd.DataFrame, rules: Calling) -> pd.Series:
    return rows["experiment"].fillna(Calling().experiment) == rules.experiment


@remembered
def _trial(data: Data) -> pd.DataFrame:
    rows = listings(data)
    if rows.empty:
        raise NotEnoughData("calling.no_lists")
    by_lot = rows[rows["assigned_at_random"].fillna(False).astype(bool)]
    if by_lot.empty:
        raise NotEnoughData("calling.not_by_lot", listed=len(rows))
    by_lot = by_lot[_of_this(by_lot, data.settings.calling)]
    if by_lot.empty:
        raise NotEnoughData("calling.new_trial", experiment=data.settings.calling.experiment)
    horizon_days, settled = data.settings.outcome.horizon_days, settled_before(data)
    drawn = by_lot[_in_time(by_lot, data)].drop_duplicates("student_id")
    if drawn.empty:
        raise NotEnoughData("calling.back_dated", listed=len(by_lot), rest_days=data.settings.calling.rest_days)
    ripe = drawn[drawn["made_on"] + pd.Timedelta(days=horizon_days) <= settled]
    if ripe.empty:
        raise NotEnoughData("calling.not_ripe", drawn=len(drawn), horizon_days=horizon_days)
    stays = episodes(data.without("exits"))
    days = sorted(ripe["made_on"].unique())
    told = pd.concat([_became(ripe[ripe["made_on"] == day], stays, pd.Timestamp(day), horizon_days) for day in days])
    told = told.assign(to_be_called=told["arm"] == CALL, already_gone=told["already_gone"] & ~_not_come(told, data))
    sizes, least = told["to_be_called"].value_counts(), data.settings.uncertainty.min_group
    called, held_out = int(sizes.get(True, 0)), int(sizes.get(False, 0))
    if min(called, held_out) < least:
        raise NotEnoughData("calling.few_drawn", called=called, held_out=held_out, needed=least)
    shown = ["student_id", "campus", "list_id", "made_on", "to_be_called", "churned", "already_gone", *_SCORES]
    return told[shown].reset_index(drop=True)


def _not_come(rows: pd.DataFrame, data: Data) -> pd.Series:
    """Tell who had signed and not come to a lesson yet when her list was made; where silence says nothing, nobody."""
    if inactivity_days(data) is None:
        return pd.Series(False, index=rows.index)
    first_on = rows["student_id"].map(newcomers(data).set_index("student_id")["first_lesson_on"])
    return rows["student_id"].isin(newcomers(data)["student_id"]) & ~(first_on < rows["made_on"])


def _in_time(rows: pd.DataFrame, data: Data) -> pd.Series:
    """Tell which rows the store had before it was too late to call by them."""
    there = pd.Series(True, index=rows.index)
    for day in rows["made_on"].unique():
        part = rows[rows["made_on"] == day]
        until = min(day.date() + timedelta(days=data.settings.calling.rest_days), data.as_of)
        stored = data.before(until).standing("calls")
        if stored is not None:
            known = fetch(stored.select("call_id").distinct().order_by("call_id"))["call_id"]
            there[part.index] = part["call_id"].isin(known)
    return there


def _became(rows: pd.DataFrame, stays: pd.DataFrame, day: pd.Timestamp, horizon_days: int) -> pd.DataFrame:
    """Put beside those of one day's lists who left; who had left before by what is known now stays in the trial."""
    stop = day + pd.Timedelta(days=horizon_days)
    left = label(stays, as_of=day, horizon_days=horizon_days)
    units = with_us(stays, day)[["unit_id", "student_id"]]
    churned = units.assign(left=units["unit_id"].map(left)).groupby("student_id")["left"].any()
    away = ~rows["student_id"].isin(at_risk(stays, stop)["student_id"])
    told = rows["student_id"].map(churned)
    churned = told.where(told.notna(), away).astype(bool)
    gone = ~rows["student_id"].isin(at_risk(stays, day)["student_id"])
    return rows.assign(churned=churned, already_gone=churned & gone)
