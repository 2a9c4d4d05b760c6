"""Whom should each campus call this month?"""

from hashlib import sha256
from string import ascii_uppercase

import numpy as np
import pandas as pd

from churnlab.churn.calling.keepable import keepable
from churnlab.churn.calling.lot import arms, within_capacity
from churnlab.churn.calling.record import list_name, recorded
from churnlab.churn.calling.saving import SavedShare, by_a_call, saved_share
from churnlab.churn.calling.trial import bound, listings
from churnlab.churn.outcome import episodes
from churnlab.churn.panel import scoring
from churnlab.churn.renewal.value import remaining_value
from churnlab.churn.risk import Risk
from churnlab.churn.yet_to_start import waiting
from churnlab.errors import NotEnoughData
from churnlab.settings import Calling
from churnlab.tables.door import Data
from churnlab.wording import Said

_SHOWN = [
    "list_id", "call_id", "student_id", "campus", "course_id", "made_on", "arm", "assigned_at_random", "experiment",
    "position",
    *(f"{name}{end}" for name in ("churn_probability", "keepable_share", "remaining_value_cny", "saved_value_cny")
      for end in ("", "_low", "_high")),
    "reasons",
]  # fmt: skip


def call_lists(risk: Risk) -> pd.DataFrame:
    """List for each campus, within what it can call, those by whose calls most is expected to be saved.

    The saved value: P · h · s · (V − d) − (1 − P) · d − c, of the chance to leave within the horizon (P), the chance
    that she then has not left before, unseen (h: `keepable`), the share of leavers still here whom a call saves (s:
    `saved_share`), the margin still to be won (V: `remaining_value`), what is promised (d; who is gone takes none) and
    what a call costs (c). Who has not come to a lesson yet stands among them with the chance never to come, for whom no
    model is asked: see `not_started`. Not listed is who was listed within `calling.rest_days`, who stays
    held out of an earlier list (`trial.bound`), who is worth nothing more, and by whose call nothing would be won.

    Parameters
    ----------
    risk : Risk
        The model as of the day on which the list is made; its campus, if it has one, is the only one.

    Returns
    -------
    pandas.DataFrame
        Those called and those held out, by campus and position: `list_id`, `call_id`, `student_id`, `campus`,
        `course_id`, `made_on`, `arm`, `assigned_at_random`, `experiment`, `position` (on the campus's list, from 1),
        `churn_probability`, `keepable_share` (who leaves, has not left before the list), `remaining_value_cny` and
        `saved_value_cny` with intervals, `reasons` (words that wait for their language).

    Raises
    ------
    NotEnoughData
        If nobody is with us there, nobody's worth can be told, or no call would pay.
    """
    ranked = candidates(risk, saved_share(risk.data))
    made_on, rules = risk.data.as_of, risk.data.settings.calling
    listed = within_capacity(ranked.assign(arm=arms(ranked["student_id"], rules)), rules)
    listed = listed.sort_values(["campus", "position"], ignore_index=True)
    name, rows = list_name(made_on), zip(listed["campus"], listed["position"], strict=True)
    return listed.assign(
        list_id=name,
        call_id=[f"{name}-{_code(campus)}-{position:03d}" for campus, position in rows],
        made_on=pd.Timestamp(made_on),
        assigned_at_random=rules.hold_out_share > 0,
        experiment=rules.experiment,
    )[_SHOWN]


def standing_lists(risk: Risk, saves: SavedShare) -> pd.DataFrame:
    """Return the lists as they were made, where they were, and draw the others.

    Who is on a list and in which arm is as it was written down; what is said of them is worked out of what is known
    now. Of whom nothing can be worked out any more, as records were corrected since, chance and saved value are those
    written down, without intervals and reasons.

    Parameters
    ----------
    risk : Risk
        As for `call_lists`.
    saves : SavedShare
        What a call saves.

    Returns
    -------
    pandas.DataFrame
        As `call_lists` returns it, with `is_made` and `is_told` (flags): whether the list had been made, and whether
        what is said of her could be worked out.

    Raises
    ------
    NotEnoughData
        As `call_lists`, if no list was made either.
    """
    made = recorded(risk.data)
    made = made if risk.campus is None else made[made["campus"] == risk.campus]
    try:
        drawn = call_lists(risk)
    except NotEnoughData:
        if made.empty:
            raise
        drawn = pd.DataFrame(columns=_SHOWN)
    drawn = drawn[~drawn["campus"].isin(made["campus"])].assign(is_made=False, is_told=True)
    parts = [part for part in (_as_made(made, risk, saves), drawn) if len(part)]
    return pd.concat(parts).sort_values(["campus", "position"], ignore_index=True)


def _as_made(made: pd.DataFrame, risk: Risk, saves: SavedShare) -> pd.DataFrame:
    """Put beside those on lists that were made what is known of them now."""
    if made.empty:
        return made
    figures = _valued(risk, saves).sort_values(["saved_value_cny", "unit_id"], ascending=[False, True])
    figures = figures.drop_duplicates("student_id").set_index("student_id")
    rows = made.assign(is_made=True, is_told=made["student_id"].isin(figures.index))
    for name in (name for name in _SHOWN if name not in rows or name in ("churn_probability", "saved_value_cny")):
        now = rows["student_id"].map(figures[name])
        rows[name] = now.where(rows["is_told"], rows[name]) if name in rows else now
    blank = pd.Series([()] * len(rows), index=rows.index, dtype=object)
    return rows.assign(reasons=rows["reasons"].where(rows["is_told"], blank))


def _code(campus: str) -> str:
    """Return five letters that stand for a campus in ids, the same whichever campuses' lists are made with it."""
    number = int.from_bytes(sha256(campus.encode()).digest()[:8])
    return "".join(
        ascii_uppercase[number // len(ascii_uppercase) ** place % len(ascii_uppercase)] for place in range(5)
    )


def candidates(risk: Risk, saves: SavedShare) -> pd.DataFrame:
    """Return all whom a call may be worth its cost, the most expected to be saved first.

    Parameters
    ----------
    risk : Risk
        As for `call_lists`.
    saves : SavedShare
        What a call saves.

    Returns
    -------
    pandas.DataFrame
        One row per student, as `call_lists` has them but without arm and list; of several contracts that count apart,
        the one by which most is saved.
    """
    data, rows = risk.data, _valued(risk, saves)
    rests = rows["student_id"].isin(_resting(data)) | rows["student_id"].isin(bound(data))
    rows = rows[~rests & rows["campus"].notna() & (rows["saved_value_cny"] > 0)]
    if risk.campus is not None:
        rows = rows[rows["campus"] == risk.campus]
    if rows.empty:
        raise NotEnoughData("calling.nobody")
    rows = rows.sort_values(["saved_value_cny", "unit_id"], ascending=[False, True])
    return rows.drop_duplicates("student_id").reset_index(drop=True)


def _valued(risk: Risk, saves: SavedShare) -> pd.DataFrame:
    """Return all who are with us and whose worth can be told, with what is expected of a call to each."""
    data = risk.data
    frame = scoring(data)
    if frame.empty:
        raise NotEnoughData("risk.nobody", unit=data.settings.outcome.unit)
    reasons = risk.trained.reasons(frame, n=data.settings.report.reasons_per_student)
    worth = remaining_value(data).drop(columns=["student_id", "campus"])
    places = episodes(data).drop_duplicates("unit_id", keep="last")[["unit_id", "campus", "course_id"]]
    here = keepable(risk.panel, data).of(frame)
    scored = risk.trained.score(frame).assign(reasons=reasons.to_numpy())
    scored[here.columns] = here.to_numpy()
    rows = pd.concat([scored, _not_started(data)])
    rows = rows.merge(worth, on="unit_id", how="inner").merge(places, on="unit_id", how="left")
    return rows.assign(**_saved(rows, saves, data.settings.calling))


def _not_started(data: Data) -> pd.DataFrame:
    """Return those who have not come to a lesson yet, as the model returns the others: to leave is never to come.

    Whoever paid and has not come yet can still be brought to come, so all of them count as those whom a call may keep.
    That is no more than the trial counts: there too, none of them is gone before her list (`trial`), and she who never
    comes has left in her arm. So the share that a call saves is measured of them as well.
    """
    rows = waiting(data).dropna(subset="start_probability")
    return rows[["unit_id", "student_id"]].assign(
        churn_probability=1 - rows["start_probability"],
        churn_probability_low=1 - rows["start_probability_high"],
        churn_probability_high=1 - rows["start_probability_low"],
        keepable_share=1.0,
        keepable_share_low=1.0,
        keepable_share_high=1.0,
        reasons=rows["past_start_days"].map(lambda days: (Said("churn.not_started.reason", {"days": days}),)),
    )


def _resting(data: Data) -> pd.Series:
    """Return who stood on a list lately, called or held out: both arms rest alike, or they would not stay alike."""
    since = pd.Timestamp(data.as_of) - pd.Timedelta(days=data.settings.calling.rest_days)
    rows = listings(data)
    return rows.loc[rows["made_on"] > since, "student_id"]


def _saved(rows: pd.DataFrame, saves: SavedShare, rules: Calling) -> dict[str, pd.Series]:
    """Return what a call is expected to save, with an interval.

    A product's relative errors are added in squares, each side for itself: Zou G Y, Donner A, Stat Med
    2008;27:1693–1702, on the scale of relative errors.
    """
    gross, cost = by_a_call(rows, saves.share, rules)
    off = {}
    for end in ("low", "high"):
        parts = [
            (rows[f"{name}_{end}"] - rows[name]) / rows[name].where(rows[name] > 0)
            for name in ("churn_probability", "keepable_share", "remaining_value_cny")
        ]
        share = getattr(saves, end) / saves.share - 1 if saves.share else 0.0
        off[end] = np.sqrt(sum(part.fillna(0.0) ** 2 for part in parts) + share**2)
    return {
        "saved_value_cny": gross - cost,
        "saved_value_cny_low": gross * (1 - off["low"]) - cost,
        "saved_value_cny_high": gross * (1 + off["high"]) - cost,
    }
