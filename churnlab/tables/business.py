"""Do money, hours and dates make sense together?

Each check counts what cannot be so; which rows they are, the institution finds by the same comparison in its system.
All are warnings: the rows are what the institution says happened.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES

Frames = Mapping[str, pd.DataFrame]
ATTENDED = ("present", "late")
_TOLERANCE_HOURS = 1e-6  # sums of halves and thirds of an hour; the smallest lesson is a tenth


def business(frames: Frames) -> Iterator[Warned]:
    """Check refunds, hours, campuses, exits and payments.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The rows that stand, one per key; typed.

    Yields
    ------
    (str, dict)
        Key and facts of a sentence.
    """
    contracts, payments = _valid(frames, "enrolments"), _rows(frames, "payments")
    refunds, lessons = _rows(frames, "refunds"), _valid(frames, "lessons")
    refunded = refunds[refunds["outcome"] != "kept"]
    yield from _told("refund_above_paid", above_paid(refunded, contracts, payments))
    yield from _told("refund_before_purchase", before_purchase(refunds, contracts))
    yield from _told("refund_twice", twice(refunded))
    yield from _told("hours_above_bought", overdrawn(contracts, lessons, sign=1))
    yield from _told("hours_below_zero", overdrawn(contracts, lessons, sign=-1))
    yield from _told("two_campuses", two_campuses(lessons))
    yield from _told("after_exit", after_exit(lessons, _rows(frames, "exits"), contracts))
    yield from _unequal_payments(contracts, payments)


def _rows(frames: Frames, name: str) -> pd.DataFrame:
    table = TABLES[name]
    frame = frames.get(name, pd.DataFrame())
    missing = {column.stored_name: _nothing(column.stored_kind, frame) for column in table.columns}
    return frame.assign(**{name: values for name, values in missing.items() if name not in frame})


def _nothing(kind: str, frame: pd.DataFrame) -> pd.Series:
    dtype = {"date": "datetime64[ns]", "time": "datetime64[ns]", "hours": "float64"}.get(kind, "object")
    return pd.Series([None] * len(frame), index=frame.index, dtype=object).astype(pd.api.types.pandas_dtype(dtype))


def _valid(frames: Frames, name: str) -> pd.DataFrame:
    """Return the rows that ever were: neither void, nor taken back, nor taking back."""
    table, rows = TABLES[name], _rows(frames, name)
    for column, code in table.void_when.items():
        rows = rows[rows[column] != code]
    if table.reverses:
        taken = rows[table.reverses].dropna()
        rows = rows[rows[table.reverses].isna() & ~rows[table.key[0]].isin(taken)]
    return rows


def _told(key: str, number: int) -> Iterator[Warned]:
    if number:
        yield f"warning.business.{key}", {"n": number}


def _cents(amounts: pd.Series) -> pd.Series:
    # Whole cents: sums of them are exact, and a hundred times as quick as sums of Decimals.
    return (amounts.astype("float64") * 100).round().fillna(0).astype("int64")


def _sum_by(rows: pd.DataFrame, column: str, amounts: pd.Series) -> pd.Series:
    return amounts.groupby(rows[column].to_numpy()).sum()


def above_paid(refunded: pd.DataFrame, contracts: pd.DataFrame, payments: pd.DataFrame) -> int:
    """Count contracts of which more was given back than was paid, by the payments or, without any, the contract."""
    back = _sum_by(refunded, "enrolment_id", _cents(refunded["amount"]))
    paid = _sum_by(payments, "enrolment_id", _cents(payments["amount"]).clip(lower=0))
    told = _sum_by(contracts, "enrolment_id", _cents(contracts["amount_paid"]))
    return int((back > paid.reindex(back.index).fillna(told.reindex(back.index))).sum())


def before_purchase(refunds: pd.DataFrame, contracts: pd.DataFrame) -> int:
    """Count refunds that were requested before the day on which their contract was signed."""
    signed = contracts.dropna(subset="enrolment_id").set_index("enrolment_id")["signed_at"]
    bought_on = pd.to_datetime(refunds["enrolment_id"].map(signed)).dt.normalize()
    return int((refunds["requested_at"].dt.normalize() < bought_on).sum())


def twice(refunded: pd.DataFrame) -> int:
    """Count refunds of the same amount for the same contract, beyond the first."""
    rows = refunded.dropna(subset="enrolment_id")
    return int(rows.assign(cents=_cents(rows["amount"])).duplicated(["enrolment_id", "cents"]).sum())


def overdrawn(contracts: pd.DataFrame, lessons: pd.DataFrame, *, sign: int) -> int:
    """Count contracts by hours of which more were used than bought (sign 1), or fewer than none (sign -1)."""
    by_hours = contracts[(contracts["billing"] == "by_hours") & contracts["hours_bought"].notna()]
    bought = _sum_by(by_hours, "enrolment_id", by_hours["hours_bought"] + by_hours["hours_free"].fillna(0))
    used = _sum_by(lessons, "enrolment_id", lessons["hours_used"].fillna(0)).reindex(bought.index).fillna(0)
    beyond = used - bought if sign > 0 else -used
    return int((beyond > _TOLERANCE_HOURS).sum())


def two_campuses(lessons: pd.DataFrame) -> int:
    """Count students who attended at more than one campus on one day: a transfer does not look like that."""
    rows = lessons[lessons["status"].isin(ATTENDED)].dropna(subset=["student_id", "campus"])
    days = rows.assign(day=rows["starts_at"].dt.normalize())[["student_id", "day", "campus"]].drop_duplicates()
    return int(days.loc[days.duplicated(["student_id", "day"]), "student_id"].nunique())


def after_exit(lessons: pd.DataFrame, exits: pd.DataFrame, contracts: pd.DataFrame) -> int:
    """Count lessons attended after the student's last exit, with no contract signed since: nobody came back."""
    left_on = exits.groupby("student_id")["left_on"].max()
    signed = contracts.groupby("student_id")["signed_at"].max().dt.normalize().reindex(left_on.index)
    gone = left_on[~(signed >= left_on)]
    attended = lessons[lessons["status"].isin(ATTENDED)]
    left = pd.to_datetime(attended["student_id"].map(gone))
    return int((attended["starts_at"].dt.normalize() > left).sum())


def _unequal_payments(contracts: pd.DataFrame, payments: pd.DataFrame) -> Iterator[Warned]:
    """Warn of contracts whose paid amount is not the sum of their payments; skipped where no payments are kept."""
    if payments.empty:
        return
    told = _sum_by(contracts, "enrolment_id", _cents(contracts["amount_paid"]))
    paid = _sum_by(payments, "enrolment_id", _cents(payments["amount"]))
    gap = told.sub(paid.reindex(told.index).fillna(0))
    if (gap != 0).any():
        facts = {"n": int((gap != 0).sum()), "of": len(told), "contracts": told.sum() / 100}
        yield "warning.business.payments_differ", {**facts, "payments": (told - gap).sum() / 100}
