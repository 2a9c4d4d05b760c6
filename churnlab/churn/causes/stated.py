"""What did those who left say why, and how sure is that?

A student may have been asked when she left, have given a reason with the refund or in a call, have complained or been
discontented shortly before. What she said may be filed under no reason and tell one all the same (`coding`). The source
that says it best counts, in the settings' order: a reason that points to a department before one that does not, an
interview before a form, a word before a complaint from which a cause is guessed. Where each reason comes from stands
beside it. Calls, complaints and scores count only where they agree with what leavers say when asked (`indirect`); else
they stay guesses.
"""

from collections.abc import Callable
from datetime import date

import ibis
import numpy as np
import pandas as pd
from ibis import Table as Rows

from churnlab.churn.causes.coding import codings
from churnlab.churn.causes.indirect import compared
from churnlab.churn.causes.spoken import spoken
from churnlab.churn.causes.taxonomy import OTHER, UNSTATED, coded
from churnlab.churn.choices import refuse_other
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.feature_sources.service import SATISFACTION
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import CHURN_KINDS, episodes
from churnlab.tables.door import Data, fetch

COLUMNS = (
    "unit_id", "student_id", "episode", "entered_on", "left_on", "known_on", "end_kind", "campus", "course_id",
    "department", "reason", "source", "stated_on", "sources", "guess", "guessed_from",
)  # fmt: skip
DATED = ("left_on", "known_on")
_TOLD = ("student_id", "enrolment_id", "campus", "on", "until", "source", "word", "detail")


def stated(
    data: Data, *, start: date | None = None, stop: date | None = None, campus: Campus = None, by: str = "left_on"
) -> pd.DataFrame:
    """Return the reason that counts of each who churned or left for personal reasons in a period.

    Exits, refunds and calls count from `causes.before_days` before the end to `causes.after_days` after it; complaints
    that were open at the end or resolved at most `causes.before_days` before it; answers on satisfaction at most
    `features.satisfaction_days` old whose score lies at or below `causes.low_satisfaction_share` of its scale, the
    lowest dimension, if it is one alone. Nothing from before she came, and nothing from after she came again. Texts
    that nobody filed are a source of their own, `text`, where `coding` can tell the reason: no person's code. Of one
    source the latest counts; of several the first in `causes.sources`, those that point to no department last. Sources
    that do not agree with what leavers say when asked (`indirect.compared`) do not count: what they say stands beside
    as a guess.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    start, stop : datetime.date, optional
        The period [start, stop); default: the `causes.period_days` before `data.as_of`.
    campus : str, sequence of str, optional
        Where they were last taught; None: all.
    by : {"left_on", "known_on"}
        Whether they left within the period, or it became known then.

    Returns
    -------
    pandas.DataFrame
        One row per unit and episode that ended, sorted by `unit_id`, `episode`; the columns of `outcome.episodes` and

        - `department`: one of `taxonomy.ALL`; `unstated` without any reason
        - `reason`: its code, or what was written where no code is known; None where unstated
        - `source`: one of the settings' `causes.sources`; None where unstated
        - `stated_on`: the day of the exit, request, call, complaint or answer
        - `sources`: how many sources that count stated a reason, 0 to 10
        - `guess`, `guessed_from`: of those unstated, the department that a source names which does not count, and the
          source; else None

    Raises
    ------
    OrderError
        If `by` is none of these.
    """
    refuse_other("by", by, DATED)
    stop = stop or data.as_of
    first = pd.Timestamp(start) if start else pd.Timestamp(stop) - pd.Timedelta(days=data.settings.causes.period_days)
    rows = _stated(data)
    within = (rows[by] >= first) & (rows[by] < pd.Timestamp(stop))
    return chosen(rows[within], campus).reset_index(drop=True)


def churned(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep those of `stated` who churned: personal reasons that were registered are another end, no churn."""
    return rows[rows["end_kind"].isin(CHURN_KINDS)].reset_index(drop=True)


def indirect(data: Data) -> pd.DataFrame:
    """Return how far calls, complaints and scores agree with what leavers say when asked: `indirect.compared`.

    Parameters
    ----------
    data : Data
        What had happened before a date, of all campuses and all times: one campus has too few to compare.
    """
    return _checked(data).copy()


@remembered
def _stated(data: Data) -> pd.DataFrame:
    ended, met, sources = _ended(data), _met(data), _checked(data)
    is_guess = met["source"].isin(sources.loc[~sources["counts"], "source"])
    counted, guessed = met[~is_guess], met[is_guess & (met["department"] != OTHER)]
    best = counted.drop_duplicates("row").set_index("row").rename(columns={"on": "stated_on"})
    guesses = guessed[~guessed["row"].isin(best.index)].drop_duplicates("row").set_index("row")
    guesses = guesses[["department", "source"]].set_axis(["guess", "guessed_from"], axis=1)
    joined = ended.join(best[["department", "reason", "source", "stated_on"]]).join(guesses)
    many = counted.groupby("row")["source"].nunique()
    words = {name: _or_none(joined[name]) for name in ("reason", "source", "guess", "guessed_from")}
    joined = joined.assign(
        department=joined["department"].fillna(UNSTATED),
        sources=many.reindex(joined.index).fillna(0).astype("int64"),
        **words,
    )
    return joined.astype({"stated_on": "datetime64[ns]"})[list(COLUMNS)]


@remembered
def _checked(data: Data) -> pd.DataFrame:
    return compared(_met(data), data.settings)


def _ended(data: Data) -> pd.DataFrame:
    ended = episodes(data)
    ended = ended.assign(next_on=ended.groupby("unit_id")["entered_on"].shift(-1))
    return ended[ended["end_kind"].isin([*CHURN_KINDS, "personal"])].reset_index(drop=True)


@remembered
def _met(data: Data) -> pd.DataFrame:
    """Return each end (`row`) with whatever was stated near it, the best first."""
    met = _near(_ended(data), _told(data), data)
    met = met.join(coded(met["word"], met["detail"], data.settings))
    is_text = met["source"] == "text"
    met = met.assign(
        department=met["department"].where(~is_text, met["word"]), reason=met["reason"].where(~is_text, met["detail"])
    )
    order = {source: place for place, source in enumerate(data.settings.causes.sources)}
    met = met[met["source"].isin(list(order)) & (met["department"] != UNSTATED)]
    met = met.assign(rank=met["source"].map(order), vague=met["department"] == OTHER)
    return met.sort_values(
        ["row", "vague", "rank", "on", "reason", "department"], ascending=[True, True, True, False, True, True]
    )


def _or_none(words: pd.Series) -> np.ndarray:
    return np.where(words.notna(), words, np.array(None, dtype=object))


def _told(data: Data) -> pd.DataFrame:
    """Return whatever was stated by whom on which day; `until`: the last day on which it still spoke of an end."""
    asked: tuple[Callable[[Data], Rows], ...] = (_exits, _refunds, _calls, _complaints, _scores)
    frames = [fetch(ask(data).order_by(["student_id", "on", "source", "word", "detail"])) for ask in asked]
    frame = pd.concat([part.astype(object) for part in (*frames, _texts(data))], ignore_index=True)
    return frame.astype({"on": "datetime64[ns]", "until": "datetime64[ns]"})


def _near(ended: pd.DataFrame, told: pd.DataFrame, data: Data) -> pd.DataFrame:
    """Pair each end with what was stated near it."""
    rules = data.settings.causes
    before = told["source"].map({"satisfaction": data.settings.features.satisfaction_days}).fillna(rules.before_days)
    after = told["source"].map({"complaint": 0, "satisfaction": 0}).fillna(rules.after_days)
    told = told.assign(before=pd.to_timedelta(before, unit="D"), after=pd.to_timedelta(after, unit="D"))
    told = told.rename(columns={"campus": "told_campus"})
    met = ended.reset_index(names="row").merge(told, on="student_id")
    near = (met["until"].fillna(met["left_on"]) >= met["left_on"] - met["before"]) & (met["on"] >= met["entered_on"])
    near &= (met["on"] <= met["left_on"] + met["after"]) & ~(met["on"] >= met["next_on"])
    if data.settings.outcome.unit == "enrolment":
        near &= met["enrolment_id"].isna() | (met["enrolment_id"] == met["unit_id"])
    if data.settings.outcome.unit == "student-campus":
        near &= met["told_campus"].isna() | (met["told_campus"] == met["campus"])
    met = met[near].reset_index(drop=True)
    lowest = met["detail"].where(met["source"] == "satisfaction").astype(float)
    # Of the answers on dimensions only the latest sheet speaks, and of it the lowest score, if it is one dimension's.
    latest = met["on"] == met.groupby(["row", "source"])["on"].transform("max")
    least = lowest == lowest.where(latest).groupby(met["row"]).transform("min")
    least &= met["word"].where(latest & least).groupby(met["row"]).transform("nunique") == 1
    kept = met[(met["source"] != "satisfaction") | (latest & least)]
    return kept.assign(detail=kept["detail"].where(kept["source"] != "satisfaction")).reset_index(drop=True)


def _row(rows: Rows, on: ibis.Value, *, word: ibis.Value, **more: ibis.Value) -> Rows:
    nothing = ibis.null("string")
    told = {"student_id": rows.student_id, "enrolment_id": nothing, "campus": nothing, "detail": nothing, **more}
    day = on.cast("date").cast("timestamp")
    return rows.select(**({"until": day} | told | {"on": day, "word": word})).select(*_TOLD)


def _exits(data: Data) -> Rows:
    rows = data.table("exits")
    source = rows.method.fill_null("exit")
    return _row(
        rows, rows.left_on, word=rows.reason_code, source=source, detail=rows.reason_detail,
        enrolment_id=rows.enrolment_id,
    )  # fmt: skip


def _refunds(data: Data) -> Rows:
    rows = data.table("refunds")
    # Who was talked into staying then may have left for another reason later.
    rows = rows.filter(rows.reason_code.notnull() & (rows.outcome.fill_null("open") != "kept"))
    return _row(
        rows, rows.requested_at, word=rows.reason_code, source=ibis.literal("refund"), enrolment_id=rows.enrolment_id
    )


def _calls(data: Data) -> Rows:
    rows = data.table("calls")
    rows = rows.filter(rows.reason_code.notnull() & rows.called_at.notnull())
    return _row(rows, rows.called_at, word=rows.reason_code, source=ibis.literal("call"), campus=rows.campus)


def _complaints(data: Data) -> Rows:
    rows = data.table("complaints")
    rows = rows.filter(rows.category.notnull() & rows.student_id.notnull())
    resolved = rows.resolved_at.cast("date").cast("timestamp")
    return _row(
        rows, rows.opened_at, word=rows.category, source=ibis.literal("complaint"), campus=rows.campus, until=resolved
    )


def _texts(data: Data) -> pd.DataFrame:
    """Return what texts tell that nobody filed; department and reason stand as word and detail."""
    notes = spoken(data).open
    rows = pd.concat([codings(data), notes[notes["department"].notna()]], ignore_index=True)
    rows = rows.rename(columns={"department": "word", "reason": "detail"})
    return rows.assign(until=rows["on"], source="text", campus=None)[list(_TOLD)]


def _scores(data: Data) -> Rows:
    """Return low scores; their share of the scale stands as the detail."""
    rows = data.table("surveys")
    rows = rows.filter(
        (rows.instrument == SATISFACTION)
        & rows.student_id.notnull()
        & rows.dimension.notnull()
        & (rows.scale_max > rows.scale_min)
    )
    share = (rows.score - rows.scale_min) / (rows.scale_max - rows.scale_min)
    rows = rows.mutate(share=share).filter(share <= data.settings.causes.low_satisfaction_share)
    return _row(
        rows, rows["at"], word=rows.dimension, source=ibis.literal("satisfaction"), campus=rows.campus,
        detail=rows.share.cast("string"),
    )  # fmt: skip
