"""How does a list of calls come to those who call, once and for all?

What was drawn is written down before anybody calls: the whole list, both arms, goes among the exports
(`<raw>/00-calls/`) and is loaded at once. A list that is written down is never drawn again: asked for the same month
again, churnlab writes the worksheet from the record if it is gone, and else leaves it as it is, filled in or not.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from churnlab.churn.calling.lists import call_lists, list_name
from churnlab.churn.calling.lot import CALL
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData, OrderError, SettingsError
from churnlab.i18n import Lang, text
from churnlab.run.orders import file_stem
from churnlab.run.reason_codes import coded, said
from churnlab.run.worksheets import save, worksheet
from churnlab.settings import Settings
from churnlab.tables import loading
from churnlab.tables.belonging import refuse_other_home
from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.door import fetch
from churnlab.tables.mapping import FILE
from churnlab.tables.months import day_after, month_of
from churnlab.tables.places import need_folder
from churnlab.tables.schemas import TABLES
from churnlab.tables.steps import Progress
from churnlab.tables.store import open_data, store_facts

# By its name it is read before all others of the same day: a worksheet that comes back stands above the record.
RECORDS = "00-calls"
SHEETS = "calls"
FILL = ("called_at", "staff_id", "outcome", "reason_code", "text")
_RECORD = (
    "call_id", "list_id", "student_id", "campus", "made_on", "arm", "assigned_at_random", "position",
    "churn_probability", "saved_value_cny", "reasons",
)  # fmt: skip
_SHEET = (
    "position", "student_id", "why_listed", *FILL, "churn_probability", "saved_value_cny", "campus", "made_on", "arm",
    "assigned_at_random", "list_id", "call_id", "reasons",
)  # fmt: skip
_PLACES = {"churn_probability": 4, "saved_value_cny": 2}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One campus's list: where its worksheet is, how many are on it, and whether it had been made before."""

    campus: str
    worksheet: Path
    called: int
    held_out: int
    was_made: bool


def make_lists(
    *,
    home: Path,
    settings: Settings,
    lang: Lang,
    loaded_at: datetime,
    month: str | None = None,
    campuses: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Listed]:
    """Make the lists of calls for the month after one that is over, and write them down.

    Parameters
    ----------
    home : pathlib.Path
        Folder of the settings file.
    settings : Settings
        What the institution decided.
    lang : {"zh", "en"}
        Of the worksheets; the record is no language's.
    loaded_at : datetime.datetime
        When the record is loaded, institution-local.
    month : str, optional
        The last month that the lists know of, `2026-10`: they are made on the first day of the next. Default: the
        store's last whole month.
    campuses : sequence of str
        Default: all.
    progress : callable, optional
        As for `tables.loading.load`.

    Returns
    -------
    list of Listed
        By campus; worksheets are in `<home>/calls/<list>/<campus>.xlsx`.

    Raises
    ------
    SettingsError
        If the settings would have the worksheets close the rows of those held out.
    OrderError
        If there is no such month or campus, or a list is in the store whose record is gone.
    RunError
        If the store does not hold the whole month.
    NotEnoughData
        If nobody can be listed.
    StoreError
        If there is no store, or it goes by another home's settings.
    PublishError
        If nothing can be written; no list is made then.
    """
    if "calls" in settings.tables.replace_months:
        raise SettingsError("calling.replaces")
    store, raw = home / settings.paths.store, home / settings.paths.raw
    refuse_other_home(store, home)
    facts = store_facts(store)
    refuse_unknown(campuses, facts)
    made_on = day_after(month_of(month, facts))
    folder = home / SHEETS / list_name(made_on)
    need_folder(raw / RECORDS, folder)
    wanted = campuses or facts["campuses"]
    missing = [campus for campus in wanted if not _record(raw, made_on, campus).exists()]
    stored = _stored(store, made_on)
    _refuse_lost(made_on, [campus for campus in missing if campus in stored])
    if missing:
        _write_down(_drawn(store, made_on, missing), raw, made_on)
    there = [campus for campus in wanted if _record(raw, made_on, campus).exists()]
    # Also what an earlier run, killed before it could, wrote down and did not load.
    if any(campus not in stored for campus in there):
        names = raw / FILE
        loading.load(
            raw / RECORDS, home=home, settings=settings, loaded_at=loaded_at,
            mapping_file=names if names.exists() else None, progress=progress,
        )  # fmt: skip
    return [replace(_sheet(campus, raw, folder, made_on, lang), was_made=campus not in missing) for campus in there]


def _record(raw: Path, made_on: date, campus: str) -> Path:
    return raw / RECORDS / f"{list_name(made_on)}-{file_stem(campus)}.csv"


def _stored(store: Path, made_on: date) -> list[str]:
    """Return the campuses whose lists of this day the store has."""
    with closing(open_data(store, as_of=made_on + timedelta(days=1))) as data:
        calls = data.table("calls")
        rows = fetch(calls.filter(calls.list_id == list_name(made_on)).select("campus").distinct().order_by("campus"))
    return [str(campus) for campus in rows["campus"]]


def _refuse_lost(made_on: date, lost: Sequence[str]) -> None:
    """Refuse to draw again what the store knows to have been drawn."""
    if lost:
        raise OrderError("calling.record_gone", list=list_name(made_on), campuses=", ".join(lost), folder=RECORDS)


def _drawn(store: Path, made_on: date, campuses: Sequence[str]) -> pd.DataFrame:
    """Draw the lists of these campuses; one where nobody is worth a call has none."""
    with closing(open_data(store, as_of=made_on)) as data:
        rows = call_lists(Risk(data))
    rows = rows[rows["campus"].isin(campuses)]
    if rows.empty:
        raise NotEnoughData("calling.nobody")
    return rows


def _write_down(rows: pd.DataFrame, raw: Path, made_on: date) -> None:
    told = [coded(each) for each in rows["reasons"]]
    shown = rows.assign(reasons=told, made_on=rows["made_on"].dt.strftime("%Y-%m-%d")).round(_PLACES)
    for campus, part in shown.groupby("campus", sort=True):
        content = part[list(_RECORD)].to_csv(index=False, lineterminator="\n")
        save(_record(raw, made_on, str(campus)), content.encode("utf-8-sig"))


def _sheet(campus: str, raw: Path, folder: Path, made_on: date, lang: Lang) -> Listed:
    """Write a campus's worksheet from its record, unless it is there: it may be filled in already."""
    rows = pd.read_csv(_record(raw, made_on, campus), dtype={name: str for name in _RECORD[:4]}, encoding="utf-8-sig")
    file = folder / f"{file_stem(campus)}.xlsx"
    called = rows[rows["arm"] == CALL]
    if not file.exists():
        days = [date.fromisoformat(day) for day in called["made_on"]]
        blank: dict[str, Any] = dict.fromkeys(FILL)
        why = [said(code, lang) for code in called["reasons"]]
        shown = called.assign(made_on=days, why_listed=why, **blank)[list(_SHEET)]
        notes = text("calling.notes", lang, made_on=made_on, campus=campus).split("\n")
        save(file, worksheet(TABLES["calls"], shown, fill=FILL, lang=lang, made_on=made_on, notes=notes))
    held_out = len(rows) - len(called)
    return Listed(campus=campus, worksheet=file, called=len(called), held_out=held_out, was_made=True)
