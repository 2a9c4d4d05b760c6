"""What did those who left write or say, and which of it did people file under a reason?

Exits and refunds only: there people file texts, so that what is learned can be judged. Notes of calls mostly say why a
lesson was missed or what was agreed; read as exits, they named the true department of made-up leavers in half of all
cases. They have a check of their own (`spoken`).
"""

import ibis
import pandas as pd
from ibis import Table as Rows

from churnlab.churn.causes.taxonomy import OTHER, UNSTATED, coded
from churnlab.tables.door import Data, fetch

_COLUMNS = ("student_id", "enrolment_id", "on", "origin", "word", "detail", "text")


def texts(data: Data) -> pd.DataFrame:
    """Return every text about why a student leaves, with what people filed it under.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        One row per exit and refund request with a text, in the order of their days:

        - `student_id`, `enrolment_id`: the latter None where not recorded
        - `on`: the day
        - `origin`: exit or refund
        - `text`: what was written, without names
        - `department`, `reason`: what people filed it under, as `taxonomy.coded` says; `other` or `unstated` where
          they filed it under nothing
        - `is_filed`: whether people filed it under a department or personal reasons
        - `is_open`: whether nobody did, so that only the text tells; not of those who were talked into staying
    """
    frames = [fetch(ask(data)).astype(object) for ask in (_exits, _refunds)]
    rows = pd.concat(frames, ignore_index=True).astype({"on": "datetime64[ns]", "stayed": bool})
    rows = rows.sort_values(["on", "origin", "student_id", "enrolment_id", "text", "word", "detail"], ignore_index=True)
    rows = rows.join(coded(rows["word"], rows["detail"], data.settings))
    is_vague = rows["department"].isin([OTHER, UNSTATED])
    rows = rows.assign(is_filed=~is_vague, is_open=is_vague & ~rows["stayed"])
    return rows.drop(columns=["word", "detail", "stayed"])


def _row(rows: Rows, on: ibis.Value, text: ibis.Value, *, origin: str, **more: ibis.Value) -> Rows:
    nothing = ibis.null("string")
    row = {"student_id": rows.student_id, "detail": nothing, "stayed": ibis.literal(False), "text": text}
    row |= {"on": on.cast("date").cast("timestamp"), "origin": ibis.literal(origin)}
    told = rows.filter(text.notnull() & rows.student_id.notnull())
    return told.select(**(row | more)).select(*_COLUMNS, "stayed")


def _exits(data: Data) -> Rows:
    rows = data.table("exits")
    return _row(
        rows, rows.left_on, rows.text, origin="exit",
        word=rows.reason_code, detail=rows.reason_detail, enrolment_id=rows.enrolment_id,
    )  # fmt: skip


def _refunds(data: Data) -> Rows:
    rows = data.table("refunds")
    return _row(
        rows, rows.requested_at, rows.reason_text, origin="refund",
        word=rows.reason_code, enrolment_id=rows.enrolment_id, stayed=rows.outcome.fill_null("open") == "kept",
    )  # fmt: skip
