"""Do money, hours and dates make sense together?

Each check returns the ids of what cannot be so, contracts or students as they are stored: one for each case, so that
the institution finds them in its system. All are warnings: the rows are what the institution says happened.
"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES

Frames = Mapping[str, pd.DataFrame]
ATTENDED = ("present", "late")
_SHOWN = 5
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


def _told(key: str, ids: pd.Series) -> Iterator[Warned]:
    if len(ids):
        yield f"warning.business.{key}", {"n": len(ids), "which": named(ids, _SHOWN)}


def named(ids: Iterable[str], most: int) -> dict[str, str]:
    """Name ids, the first so many of them."""
    every = sorted(set(ids))
    more = len(every) > most
    return {
        "zh": "、".join(every[:most]) + "……" * more,
        "en": ", ".join([*every[:most], *["…"] * more]),
    }


def _cents(amounts: pd.Series) -> pd.Series:
    # Whole cents: sums of them are exact, and a hundred times as quick as sums of Decimals.
    return (amounts.astype("float64") * 100).round().fillna(0).astype("int64")


def _sum_by(rows: pd.DataFrame, column: str, amounts: pd.Series) -> pd.Series:
    return amounts.groupby(rows[column].to_numpy()).sum()


def above_paid(refunded: pd.DataFrame, contracts: pd.DataFrame, payments: pd.DataFrame) -> pd.Series:
    """Return the contracts of which more was given back than paid, by the payments or, without any, the contract."""
    back = _sum_by(refunded, "enrolment_id", _cents(refunded["amount"]))
    paid = _sum_by(payments, "enrolment_id", _cents(payments["amount"]).clip(lower=0))
    told = _sum_by(contracts, "enrolment_id", _cents(contracts["amount_paid"]))
    return _where(back > paid.reindex(back.index).fillna(told.reindex(back.index)))


def before_purchase(refunds: pd.DataFrame, contracts: pd.DataFrame) -> pd.Series:
    """Return the contract of each refund that was requested before the day on which the contract was signed."""
    signed = contracts.dropna(subset="enrolment_id").set_index("enrolment_id")["signed_at"]
    bought_on = pd.to_datetime(refunds["enrolment_id"].map(signed)).dt.normalize()
    return refunds.loc[refunds["requested_at"].dt.normalize() < bought_on, "enrolment_id"]


def twice(refunded: pd.DataFrame) -> pd.Series:
    """Return the contract of each refund of the same amount for the same contract, beyond the first."""
    rows = refunded.dropna(subset="enrolment_id")
    repeated = rows.assign(cents=_cents(rows["amount"])).duplicated(["enrolment_id", "cents"])
    return rows.loc[repeated, "enrolment_id"]


def overdrawn(contracts: pd.DataFrame, lessons: pd.DataFrame, *, sign: int) -> pd.Series:
    """Return the contracts by hours of which more were used than bought (sign 1), or fewer than none (sign -1)."""
    by_hours = contracts[(contracts["billing"] == "by_hours") & contracts["hours_bought"].notna()]
    bought = _sum_by(by_hours, "enrolment_id", by_hours["hours_bought"] + by_hours["hours_free"].fillna(0))
    used = _sum_by(lessons, "enrolment_id", lessons["hours_used"].fillna(0)).reindex(bought.index).fillna(0)
    beyond = used - bought if sign > 0 else -used
    return _where(beyond > _TOLERANCE_HOURS)


def two_campuses(lessons: pd.DataFrame) -> pd.Series:
    """Return the students who attended at more than one campus on one day: a transfer does not look like that."""
    rows = lessons[lessons["status"].isin(ATTENDED)].dropna(subset=["student_id", "campus"])
    days = rows.assign(day=rows["starts_at"].dt.normalize())[["student_id", "day", "campus"]].drop_duplicates()
    return days.loc[days.duplicated(["student_id", "day"]), "student_id"].drop_duplicates()


def after_exit(lessons: pd.DataFrame, exits: pd.DataFrame, contracts: pd.DataFrame) -> pd.Series:
    """Return the student of each lesson attended after the last exit, with no contract signed since: none returned."""
    left_on = exits.groupby("student_id")["left_on"].max()
    signed = contracts.groupby("student_id")["signed_at"].max().dt.normalize().reindex(left_on.index)
    gone = left_on[~(signed >= left_on)]
    attended = lessons[lessons["status"].isin(ATTENDED)]
    left = pd.to_datetime(attended["student_id"].map(gone))
    return attended.loc[attended["starts_at"].dt.normalize() > left, "student_id"]


def _where(wrong: pd.Series) -> pd.Series:
    return wrong[wrong.astype(bool)].index.to_series()


def _unequal_payments(contracts: pd.DataFrame, payments: pd.DataFrame) -> Iterator[Warned]:
    """Warn of contracts whose paid amount is not the sum of their payments; skipped where no payments are kept."""
    if payments.empty:
        return
    told = _sum_by(contracts, "enrolment_id", _cents(contracts["amount_paid"]))
    paid = _sum_by(payments, "enrolment_id", _cents(payments["amount"]))
    gap = told.sub(paid.reindex(told.index).fillna(0))
    if (gap != 0).any():
        differ = _where(gap != 0)
        facts = {"n": len(differ), "of": len(told), "which": named(differ, _SHOWN), "contracts": told.sum() / 100}
        yield "warning.business.payments_differ", {**facts, "payments": (told - gap).sum() / 100}
