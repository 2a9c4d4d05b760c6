"""How does a list of calls come to those who call, once and for all?

What was drawn is written down before anybody calls: the whole list, both arms, goes among the exports
(`<raw>/00-calls/`) and is loaded at once; lists of a made-up institution keep away from real exports. A list that is
written down is never drawn again: asked for the same month again, churnlab writes the worksheet from the record if it
is gone, and else leaves it as it is, filled in or not.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from churnlab.churn.calling.lists import call_lists
from churnlab.churn.calling.lot import CALL
from churnlab.churn.calling.record import list_name
from churnlab.churn.risk import Risk
from churnlab.errors import ChurnlabError, NotEnoughData, OrderError, SettingsError
from churnlab.i18n import Lang, text
from churnlab.run.orders import file_stem
from churnlab.run.reason_codes import coded, said
from churnlab.run.worksheets import save, worksheet
from churnlab.settings import Settings
from churnlab.tables import loading, privacy
from churnlab.tables.belonging import refuse_other_home
from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.door import fetch
from churnlab.tables.mapping import FILE, Mapping
from churnlab.tables.months import day_after, month_of
from churnlab.tables.places import need_folder
from churnlab.tables.pseudonym import fingerprint
from churnlab.tables.schemas import TABLES
from churnlab.tables.steps import Progress
from churnlab.tables.store import open_data, store_facts

# By its name it is read before all others of the same day: a worksheet that comes back stands above the record.
RECORDS = "00-calls"
SHEETS = "calls"
FILL = TABLES["calls"].fills
_RECORD = (
    "call_id", "list_id", "student_id", "campus", "made_on", "arm", "assigned_at_random", "experiment",
    "position", "churn_probability", "saved_value_cny", "reasons",
)  # fmt: skip
_SHEET = (
    "position", "student_id", "why_listed", *FILL, "churn_probability", "saved_value_cny", "campus", "made_on", "arm",
    "assigned_at_random", "list_id", "call_id", "reasons",
)  # fmt: skip
_FOR_EVER = date(2200, 1, 1)
_PLACES = {"churn_probability": 4, "saved_value_cny": 2}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One campus's list: where its worksheet is, how many are on it, and whether it had been made before.

    A campus where nobody is worth a call has no worksheet.
    """

    campus: str
    worksheet: Path | None
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
        store's last whole month, and only for that one is a list drawn; what was drawn before can be asked for again.
    campuses : sequence of str
        Default: all.
    progress : callable, optional
        As for `tables.loading.load`.

    Returns
    -------
    list of Listed
        By campus; worksheets are in `<home>/calls/<list>/<campus>.xlsx`. A campus without anybody to call is told.

    Raises
    ------
    SettingsError
        If the settings would have the worksheets close the rows of those held out.
    OrderError
        If there is no such month or campus, a list would be drawn for days that are over, or one is in the store whose
        record is gone.
    RunError
        If the store does not hold the whole month.
    NotEnoughData
        If nobody can be listed at any of these campuses.
    PrivacyError
        If the key that pseudonyms need is missing.
    StoreError
        If there is no store, it goes by another home's settings, or it is busy.
    PublishError
        If nothing can be written; no list is made then.
    """
    if "calls" in settings.tables.replace_months:
        raise SettingsError("calling.replaces")
    store = home / settings.paths.store
    refuse_other_home(store, home)
    facts = store_facts(store)
    refuse_unknown(campuses, facts)
    month = month_of(month, facts)
    made_on, wanted = day_after(month), campuses or facts["campuses"]
    records, folder = _records(home, settings, made_up=facts["made_up"]), home / SHEETS / list_name(made_on)
    need_folder(records, folder, home / settings.paths.set_aside)
    key = privacy.PUBLIC_KEY if facts["made_up"] else privacy.read_key(privacy.key_place())
    missing = [campus for campus in wanted if not _record(records, made_on, campus).exists()]
    stored, later = _stored(store, made_on)
    _refuse_lost(made_on, [campus for campus in missing if campus in stored])
    has_some = len(missing) < len(wanted)
    new: list[Path] = []
    if missing and (month == facts["last_whole_month"] and not later):
        new = _write_down(_drawn(store, made_on, missing, fingerprint(key), has_some=has_some), records, made_on)
    elif missing and (campuses or not has_some):
        raise OrderError("calling.over", month=month, last=facts["last_whole_month"])
    there = [campus for campus in wanted if _record(records, made_on, campus).exists()]
    # Also what an earlier run, killed before it could, wrote down and did not load.
    if any(campus not in stored for campus in there):
        _load(records, new, home, settings, loaded_at, facts["made_up"], progress)
    return [
        replace(_sheet(campus, records, folder, made_on, lang), was_made=campus not in missing)
        if campus in there
        else Listed(campus=campus, worksheet=None, called=0, held_out=0, was_made=False)
        for campus in wanted
    ]


def _records(home: Path, settings: Settings, *, made_up: bool) -> Path:
    """Return where lists are written down: among the exports, unless these are real and the store's are made up."""
    raw = home / settings.paths.raw
    own = Mapping.read(raw / FILE).made_up or not made_up
    return raw / RECORDS if own else home / SHEETS / RECORDS


def _load(
    records: Path,
    new: Sequence[Path],
    home: Path,
    settings: Settings,
    loaded_at: datetime,
    made_up: bool,
    progress: Progress | None,
) -> None:
    """Load the record; a list that the store does not take was not made, and nobody has seen it."""
    names = home / settings.paths.raw / FILE
    try:
        loading.load(
            records, home=home, settings=settings, loaded_at=loaded_at, made_up=made_up,
            mapping_file=names if names.exists() else None, progress=progress,
        )  # fmt: skip
    except ChurnlabError:
        for file in new:
            file.unlink()
        if new and not any(records.iterdir()):
            records.rmdir()
        raise


def _record(records: Path, made_on: date, campus: str) -> Path:
    return records / f"{list_name(made_on)}-{file_stem(campus)}.csv"


def _stored(store: Path, made_on: date) -> tuple[list[str], date | None]:
    """Return the campuses whose lists of this day the store has, and the day of its last list if that is later."""
    with closing(open_data(store, as_of=_FOR_EVER)) as data:
        calls = data.table("calls")
        rows = fetch(calls.filter(calls.made_on >= made_on).select("list_id", "campus", "made_on").distinct())
    campuses = rows.loc[rows["list_id"] == list_name(made_on), "campus"].dropna()
    last = pd.to_datetime(rows["made_on"]).max()
    return sorted(map(str, campuses)), None if pd.isna(last) or last.date() <= made_on else last.date()


def _refuse_lost(made_on: date, lost: Sequence[str]) -> None:
    """Refuse to draw again what the store knows to have been drawn."""
    if lost:
        raise OrderError("calling.record_gone", list=list_name(made_on), campuses=", ".join(lost), folder=RECORDS)


def _drawn(store: Path, made_on: date, campuses: Sequence[str], mark: str, *, has_some: bool) -> pd.DataFrame:
    """Draw the lists of these campuses; one where nobody is worth a call has none.

    Ids end in the institution's mark: day, campus and position are another's as well.
    """
    with closing(open_data(store, as_of=made_on)) as data:
        try:
            rows = call_lists(Risk(data))
        except NotEnoughData:
            if has_some:
                return pd.DataFrame(columns=list(_RECORD))
            raise
    rows = rows[rows["campus"].isin(campuses)]
    if rows.empty and not has_some:
        raise NotEnoughData("calling.nobody")
    return rows.assign(call_id=rows["call_id"] + f"-{mark}")


def _write_down(rows: pd.DataFrame, records: Path, made_on: date) -> list[Path]:
    """Write a record for each campus on the list, and return their places."""
    if rows.empty:
        return []
    told = [coded(each) for each in rows["reasons"]]
    shown = rows.assign(reasons=told, made_on=rows["made_on"].dt.strftime("%Y-%m-%d")).round(_PLACES)
    files = []
    for campus, part in shown.groupby("campus", sort=True):
        content = part[list(_RECORD)].to_csv(index=False, lineterminator="\n")
        files.append(_record(records, made_on, str(campus)))
        save(files[-1], content.encode("utf-8-sig"))
    return files


def _sheet(campus: str, records: Path, folder: Path, made_on: date, lang: Lang) -> Listed:
    """Write a campus's worksheet from its record, unless it is there: it may be filled in already."""
    rows = pd.read_csv(
        _record(records, made_on, campus), encoding="utf-8-sig",
        dtype={name: str for name in (*_RECORD[:4], "reasons")},
        keep_default_na=False, na_values={name: [""] for name in _PLACES},  # an id may be NA, a campus None
    )  # fmt: skip
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
