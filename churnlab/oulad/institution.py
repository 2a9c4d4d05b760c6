"""How do the published tables become the tables of an institution?

What the Open University did not publish stays empty: campuses, amounts, contract kinds, lessons.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnlab.oulad.published import Published
from churnlab.oulad.quirks import never_began, no_end
from churnlab.tables.aside import days_by_reason
from churnlab.tables.checking import SET_ASIDE, days_of
from churnlab.tables.contract import Table
from churnlab.tables.schemas import TABLES
from churnlab.tables.table_counts import TableCounts, by_day

NO_END = "oulad_no_end"
_GENDERS = {"F": "female", "M": "male"}


def frames(published: Published) -> dict[str, pd.DataFrame]:
    """Return stored columns by table of the contract.

    Modules become courses that end by nature; presentations say when an enrolment starts and ends; registration is
    signing; unregistering is an exit; clicks are activity. Enrolments undone before the first day are void, so that
    they are on record and yet nobody's stay. Who registered on an unknown day is taken to have done so by the first
    day, or by the day of unregistering where that was earlier.

    Parameters
    ----------
    published : Published
        What was published.
    """
    rows = published.enrolments
    rows = rows.assign(signed_at=_signed_at(rows), left_on=_day(rows, rows["unregistered_day"]))
    kept = rows[~no_end(rows)]
    return {
        "courses": _courses(rows),
        "students": _students(rows),
        "enrolments": _enrolments(kept),
        "activity": _activity(published),
        "exits": _exits(kept),
    }


def set_aside(published: Published) -> pd.DataFrame:
    """Return the rows that cannot be taken, in the form of `churnlab.tables.aside`."""
    rows = published.enrolments[no_end(published.enrolments)].sort_values("line", ignore_index=True)
    told = pd.DataFrame({"row": rows["line"], "file": "studentRegistration.csv", "sheet": None, "table": "enrolments"})
    told = told.assign(column="", header="", value="", reason=NO_END, day=_signed_at(rows))
    return told.assign(facts=pd.Series([{}] * len(told), dtype=object))[list(SET_ASIDE)]


def counts(made: Mapping[str, pd.DataFrame], aside: pd.DataFrame) -> dict[str, TableCounts]:
    """Return what became of the rows of each table."""
    return {name: _counted(TABLES[name], rows, aside[aside["table"] == name]) for name, rows in made.items()}


def _counted(table: Table, rows: pd.DataFrame, aside: pd.DataFrame) -> TableCounts:
    return TableCounts(
        rows_read=len(rows) + len(aside),
        kept=len(rows),
        set_aside=len(aside),
        days=by_day(days_of(rows, table)),
        aside_days=days_by_reason(aside),
    )


def _signed_at(rows: pd.DataFrame) -> pd.Series:
    return _day(rows, rows["registered_day"].fillna(rows["unregistered_day"].clip(upper=0)).fillna(0))


def _day(rows: pd.DataFrame, days: pd.Series) -> pd.Series:
    # Whole numbers only: pandas rounds what lies where a float is missing, and now and then fails on it.
    whole = pd.to_timedelta(days.fillna(0).astype(np.int64), unit="D")
    return (rows["begins"] + whole).where(days.notna()).astype("datetime64[ns]")


def _courses(rows: pd.DataFrame) -> pd.DataFrame:
    modules = np.sort(rows["module"].unique())
    return pd.DataFrame({"course_id": modules, "name": modules, "terminal": True})


def _students(rows: pd.DataFrame) -> pd.DataFrame:
    """Describe each student as at the first presentation; registered when first heard of."""
    first = rows.sort_values(["student_id", "begins", "enrolment_id"]).drop_duplicates("student_id")
    registered = rows.groupby("student_id")["signed_at"].min()
    return pd.DataFrame({
        "student_id": first["student_id"],
        "age_band": first["age_band"],
        "gender": first["gender"].map(_GENDERS),
        "registered_on": registered.reindex(first["student_id"]).to_numpy(),
    }).reset_index(drop=True)  # fmt: skip


def _enrolments(kept: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "enrolment_id": kept["enrolment_id"],
        "student_id": kept["student_id"],
        "course_id": kept["module"],
        "billing": "by_period",
        "signed_at": kept["signed_at"],
        "starts_on": kept["begins"],
        "ends_on": _day(kept, kept["length_days"]),
        "status": never_began(kept).map({True: "void"}),
    }).reset_index(drop=True)  # fmt: skip


def _activity(published: Published) -> pd.DataFrame:
    of = published.enrolments.set_index("enrolment_id")[["student_id", "begins"]]
    rows = published.clicks.join(of, on="enrolment_id", how="inner")
    return pd.DataFrame({
        "student_id": rows["student_id"],
        "enrolment_id": rows["enrolment_id"],
        "on": _day(rows, rows["day"]),
        "kind": rows["kind"],
        "count": rows["clicks"],
    }).reset_index(drop=True)  # fmt: skip


def _exits(kept: pd.DataFrame) -> pd.DataFrame:
    """Return those who came and left; who never began did not leave."""
    left = kept[kept["left_on"].notna() & ~never_began(kept)]
    rows = left[["student_id", "enrolment_id", "left_on"]]
    return rows.assign(reason_code="withdrawn").reset_index(drop=True)
