"""What was to be done by now, and is not?"""

import pandas as pd

from churnlab.churn.counts import Campus
from churnlab.finding import Finding
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has, need

_SHOWN = ["title", "department", "owner_id", "due_on", "overdue_days", "progress_share", "reported_on", "has_problem"]
_MOST_ROWS = 8


def overdue(data: Data, *, campus: Campus = None) -> Finding:
    """List the measures that are neither done nor dropped, those overdue longest first, with how far they are.

    When a measure was dropped is on no record: it counts as dropped at dates after the day on which an export that says
    so was loaded. So an earlier report stays as it was.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Keeps the measures whose scope names the campus, or no campus at all; None: all.

    Returns
    -------
    Finding
        `measures.overdue`, one row per measure begun before the date, not done and not known to be dropped by then, at
        most 8: `title`, `department`, `owner_id`, `due_on`, `overdue_days` (from the day after it was due to the last
        day told of; missing: not due yet), `progress_share` (0–1, as last reported), `reported_on` and `has_problem`
        (whether that report names a problem; its words stay in the store). Facts: `open`, `overdue`, and `silent`, how
        many have never been reported on.

    Raises
    ------
    NotEnoughData
        If no measure began before the date, as where the table was never loaded.
    """
    need(data, "measures")
    measures, told = fetch(data.table("measures")), fetch(data.table("measure_progress"))
    is_open = measures[measures["done_on"].isna() & ~measures["measure_id"].isin(_dropped(data))]
    is_open = is_open[_concerns(is_open["scope"], campus, _campuses(data))]
    told = told.assign(at=pd.to_datetime(told["at"])).sort_values(["measure_id", "at"], kind="stable")
    latest = told.drop_duplicates("measure_id", keep="last").set_index("measure_id")
    due = pd.to_datetime(is_open["due_on"])
    late = (pd.Timestamp(data.as_of) - pd.Timedelta(days=1) - due).dt.days
    who = is_open["measure_id"]
    reported = who.isin(latest.index)
    table = is_open.assign(
        overdue_days=late.where(late > 0),
        progress_share=who.map(latest["percent"]).astype(float) / 100,
        reported_on=who.map(latest["at"]).dt.date.astype(object).where(reported, None),
        has_problem=who.map(latest["problem"].notna().astype(object)),
    )
    table = table.sort_values(["overdue_days", "due_on", "measure_id"], ascending=[False, True, True])[_SHOWN]
    late_ones, silent = int((late > 0).sum()), int((~reported).sum()) if has(data, "measure_progress") else 0
    shown = table.head(_MOST_ROWS).reset_index(drop=True)
    facts = {"open": len(table), "overdue": late_ones, "silent": silent, "listed": len(shown)}
    sentences = ["none"] if table.empty else ["sentence" if late_ones else "in_time"]
    sentences += ["silent"] if silent else []
    sentences += ["more"] if len(table) > len(shown) else []
    caveats = ("measures_dropped",) if len(table) else ()
    return Finding(key="measures.overdue", table=shown, facts=facts, sentences=tuple(sentences), caveats=caveats)


def _dropped(data: Data) -> list[str]:
    told = data.standing("measures")
    return [] if told is None else [*fetch(told.filter(told.status == "dropped"))["measure_id"]]


def _campuses(data: Data) -> list[str]:
    rows = data.table("enrolments").select("campus").distinct().order_by("campus")
    return [str(name) for name in fetch(rows)["campus"].dropna()]


def _concerns(scope: pd.Series, campus: Campus, known: list[str]) -> pd.Series:
    if campus is None:
        return pd.Series(True, index=scope.index)
    wanted = {campus} if isinstance(campus, str) else set(campus)
    named = [_named(said, wanted | set(known)) for said in scope.fillna("").astype(str)]
    return pd.Series([not names or bool(names & wanted) for names in named], scope.index, dtype=bool)


def _named(said: str, campuses: set[str]) -> set[str]:
    """Return the campuses that a scope names: the longest first, as 东徐汇校区 does not name 徐汇校区."""
    found = set()
    for name in sorted(campuses, key=lambda name: (-len(name), name)):
        if name in said:
            found.add(name)
            said = said.replace(name, " ")
    return found
