"""What came by hotline and suggestion box, how soon was it answered, and who left all the same?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from churnlab.churn.causes.facility import in_the_middle
from churnlab.churn.causes.waiting import median_days
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.outcome import CHURN_KINDS, episodes, settled_before
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

CHANNELS = ("hotline", "box", "staff", "online")
_UNKNOWN = "unknown"


def voices(data: Data, *, campus: Campus = None) -> Finding:
    """Count complaints and suggestions by the way they came, and tell how they were dealt with.

    Times are medians that count what is still open as still waiting (Kaplan–Meier; interval after Brookmeyer and
    Crowley): the mean time of those answered would look best where most are not.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they complained; None: everywhere.

    Returns
    -------
    Finding
        `churn.voices`: one row per channel of the `causes.period_days` before the date, most first. `per_100_students`
        with us in the middle of that time, with the exact Poisson interval; `reply_days` to the first reply and
        `resolving_days` to the end, medians; `open_complaints`; `left_after_rate`: of the complaints by students with
        us on the day as far as could be told then (`with_us`), after how many these had churned by the end of
        `outcome.horizon_days`, where that is known, interval by student.
        That some leave after complaining is no effect of the complaint.

    Raises
    ------
    NotEnoughData
        If nothing came in that time.
    """
    first = pd.Timestamp(data.as_of) - pd.Timedelta(days=data.settings.causes.period_days)
    need(data, "complaints")
    names = ("complaint_id", "student_id", "campus", "channel", "opened_at", "first_reply_at", "resolved_at")
    rows = fetch(data.table("complaints").select(*names).order_by(["opened_at", "complaint_id"]))
    rows = chosen(rows[rows["opened_at"] >= first], campus).reset_index(drop=True)
    if rows.empty:
        raise NotEnoughData("causes.no_complaints", first_on=first.date(), unit="student")
    rows = rows.assign(channel=rows["channel"].fillna(_UNKNOWN)).assign(left_after=_left_after(data, rows))
    students = float(chosen(in_the_middle(data), campus)["student_id"].nunique())
    level = data.settings.uncertainty.level
    table = pd.DataFrame([_row(str(name), part, students, data, level) for name, part in rows.groupby("channel")])
    table = table.sort_values(["complaints", "complaint_channel"], ascending=[False, True], ignore_index=True)
    done = median_days(rows["opened_at"], rows["resolved_at"], as_of=data.as_of, level=level, whose=_whose(rows))
    facts: dict[str, Any] = {
        "unit": data.settings.outcome.unit,
        "first_on": first.date(),
        "complaints": len(rows),
        "per_100": 100 * len(rows) / students if students else np.nan,
        "open": int(rows["resolved_at"].isna().sum()),
        "unanswered": int((rows["first_reply_at"].isna() & rows["resolved_at"].isna()).sum()),
        **dict(zip(("days", "days_low", "days_high"), done, strict=True)),
    }
    facts |= _left(rows, level) | {"level": level, "horizon_days": data.settings.outcome.horizon_days}
    sentences = ("sentence", "resolved" if done[0] == done[0] else "unresolved", *(("left",) if facts["known"] else ()))
    return Finding(key="churn.voices", table=table, facts=facts, sentences=sentences, caveats=("causes_voices",))


def _row(name: str, part: pd.DataFrame, students: float, data: Data, level: float) -> dict[str, Any]:
    low, high = _poisson(len(part), level)
    per = 100 / students if students else np.nan
    asked: dict[str, Any] = {"as_of": data.as_of, "level": level, "whose": _whose(part)}
    answered = part["first_reply_at"].fillna(part["resolved_at"])  # who resolves it at once has replied
    reply = median_days(part["opened_at"], answered, **asked)
    done = median_days(part["opened_at"], part["resolved_at"], **asked)
    left = _left(part, level)
    return {
        "complaint_channel": name,
        "complaints": len(part),
        "per_100_students": len(part) * per,
        "per_100_students_low": low * per,
        "per_100_students_high": high * per,
        **dict(zip(("reply_days", "reply_days_low", "reply_days_high"), reply, strict=True)),
        **dict(zip(("resolving_days", "resolving_days_low", "resolving_days_high"), done, strict=True)),
        "open_complaints": int(part["resolved_at"].isna().sum()),
        **{name: left[name] for name in ("left_after_rate", "left_after_rate_low", "left_after_rate_high")},
    }


def _left(rows: pd.DataFrame, level: float) -> dict[str, Any]:
    """Tell of how many it is known whether the student churned within the horizon, and how many had."""
    known = rows[rows["left_after"].notna()]
    left = known["left_after"].astype(bool)
    low, high = clustered_wilson(left, known["student_id"], level)
    return {
        "known": len(known),
        "left": int(left.sum()),
        "left_after_rate": float(left.mean()) if len(left) else np.nan,
        "left_after_rate_low": low,
        "left_after_rate_high": high,
    }


def _whose(rows: pd.DataFrame) -> pd.Series:
    # A complaint without a name is nobody else's.
    return rows["student_id"].fillna(rows["complaint_id"])


def _poisson(events: int, level: float) -> tuple[float, float]:
    """Return the exact interval of a Poisson mean [Garwood F, Biometrika 1936;28:437–442]."""
    tail = (1 - level) / 2
    low = chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    return float(low), float(chi2.isf(tail, 2 * events + 2) / 2)


def _left_after(data: Data, rows: pd.DataFrame) -> pd.Series:
    """Say of each complaint whether its student churned within the horizon; missing where that is not known."""
    horizon = pd.Timedelta(days=data.settings.outcome.horizon_days)
    stays = episodes(data)[["student_id", "entered_on", "left_on", "known_on", "end_kind"]]
    asked = rows.reset_index(names="row")[["row", "student_id", "opened_at"]].dropna()
    met = asked.assign(day=asked["opened_at"].dt.normalize().astype("datetime64[ns]")).merge(stays, on="student_id")
    # Who complains after her last lesson and never comes again was with us then as far as anybody could tell: to ask
    # that she came once more would leave out the very ones whom the complaint preceded.
    there = (met["entered_on"] <= met["day"]) & ~(met["known_on"] <= met["day"])
    met = met[there & (met["day"] + horizon <= settled_before(data))]
    gone = met["end_kind"].isin(CHURN_KINDS) & (met["left_on"] < met["day"] + horizon)
    return gone.groupby(met["row"]).any().reindex(rows.index).astype(object)
