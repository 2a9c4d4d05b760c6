"""What could have kept those who left, as they say themselves?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.causes.leavers import leavers
from churnlab.churn.causes.portraits import INTERVIEW
from churnlab.churn.causes.taxonomy import ALL
from churnlab.churn.counts import Campus
from churnlab.churn.outcome import episodes
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import has
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data, fetch
from churnlab.wording import Said

NOTHING = "nothing"
_EVERY = "all"


def kept_by(data: Data, *, start: date | None = None, stop: date | None = None, campus: Campus = None) -> Finding:
    """Count, per cause, what those who were asked say could have kept them.

    Parameters
    ----------
    data : Data
        What had happened, and been written down, before a date.
    start, stop : datetime.date, optional
        They left within [start, stop); default: the `causes.period_days` before `data.as_of`.
    campus : str, sequence of str, optional
        Where they were last taught; None: all.

    Returns
    -------
    Finding
        `churn.kept_by`: a row for all, then one per department whose leavers were asked: `students` who churned,
        `talked_to` (interviewed, or with an answer), `answered` (filed under what could have kept them; under
        `nothing`, too), `could_keep` (filed under anything else), `keepable_share` = could_keep / answered with its
        Wilson interval by student, blank where fewer than `uncertainty.min_group` answered; `kept_by` is what was named
        most, `named` how often. Answers that are told in words only, and filed under nothing, are counted in the facts.

    Raises
    ------
    NotEnoughData
        If nobody churned, or fewer than `uncertainty.min_group` answered.
    """
    found = leavers(data, start=start, stop=stop, campus=campus)
    rows = found.rows.join(_answers(data, found.rows))
    level, least = data.settings.uncertainty.level, data.settings.uncertainty.min_group
    answered = int(rows["answer"].notna().sum())
    only_text = int((rows["answer"].isna() & rows["has_text"]).sum())
    if answered < least:
        raise NotEnoughData("kept_by.few", answered=answered, only_text=only_text, least=least, **found.facts)
    names = [name for name in ALL if rows.loc[rows["department"] == name, "talked_to"].any()]
    parts = [(_EVERY, rows), *((name, rows[rows["department"] == name]) for name in names)]
    table = pd.DataFrame([_row(name, part, level, least) for name, part in parts])
    first = table.iloc[0]
    facts = found.facts | {name: first[name] for name in ("talked_to", "answered", "could_keep", "named")}
    facts |= {name: float(first[name]) for name in ("keepable_share", "keepable_share_low", "keepable_share_high")}
    facts |= {"kept_by": _called(first["kept_by"]), "only_text": only_text, "least": least}
    sentences = ("sentence", *(("most",) if first["could_keep"] else ()), *(("only_text",) if only_text else ()))
    few = ("kept_by_few",) if table["keepable_share"].isna().any() else ()
    return Finding(
        key="churn.kept_by", table=table, facts=facts, sentences=sentences, caveats=("kept_by_hindsight", *few)
    )


def _row(name: str, rows: pd.DataFrame, level: float, least: int) -> dict[str, Any]:
    answers = rows[rows["answer"].notna()]
    could = answers["answer"] != NOTHING
    named = answers.loc[could, "answer"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    share = low = high = np.nan
    if len(answers) >= least:
        share, (low, high) = could.mean(), clustered_wilson(could, answers["student_id"], level)
    return {
        "department": name,
        "students": len(rows),
        "talked_to": int(rows["talked_to"].sum()),
        "answered": len(answers),
        "could_keep": int(could.sum()),
        "keepable_share": share,
        "keepable_share_low": low,
        "keepable_share_high": high,
        "kept_by": named.index[0] if len(named) else None,
        "named": int(named.iloc[0]) if len(named) else 0,
    }


def _called(code: str | None) -> Said | str | None:
    key = f"code.kept_by.{code}"
    return Said(key) if code is not None and has(key) else code


def _answers(data: Data, rows: pd.DataFrame) -> pd.DataFrame:
    """Return, in the order of these stays, whether each was asked, and the latest answer written down of its end."""
    exits = data.table("exits")
    told = fetch(
        exits.select(
            "student_id", "enrolment_id", "kept_by",
            on=exits.left_on.cast("timestamp"), recorded=exits.recorded_on.fill_null(exits.left_on).cast("timestamp"),
            has_text=exits.could_have_kept.notnull(), interview=(exits.method == INTERVIEW).fill_null(False),
        ).order_by(["student_id", "recorded", "on", "kept_by"])
    )  # fmt: skip
    told = told[told["kept_by"].notna() | told["has_text"] | told["interview"]]
    every = episodes(data)
    every = every.assign(next_on=every.groupby("unit_id")["entered_on"].shift(-1))[["unit_id", "episode", "next_on"]]
    stays = rows.reset_index(names="row")[["row", "unit_id", "student_id", "episode", "entered_on", "left_on"]]
    met = stays.merge(every, on=["unit_id", "episode"]).merge(told, on="student_id")
    after = pd.Timedelta(days=data.settings.causes.after_days)
    mine = (met["on"] >= met["entered_on"]) & (met["on"] <= met["left_on"] + after) & ~(met["on"] >= met["next_on"])
    if data.settings.outcome.unit == "enrolment":
        mine &= met["enrolment_id"].isna() | (met["enrolment_id"] == met["unit_id"])
    met = met[mine]
    by_row = met.groupby("row")
    return pd.DataFrame(
        {
            "talked_to": by_row.size().reindex(rows.index).notna(),
            "answer": met.dropna(subset="kept_by").groupby("row")["kept_by"].last().reindex(rows.index).astype(object),
            "has_text": by_row["has_text"].any().reindex(rows.index, fill_value=False),
        }
    )
