"""How do the cases come to those who interview, and back?

A worksheet that was written is left as it is: it may be filled in. Filled in and put among the exports it is read like
any of them; an interview stands beside what a call or form had said (`Table.apart_when`), and counts before it.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from churnlab.churn.causes.cases import chosen_cases
from churnlab.churn.causes.portraits import INTERVIEW
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData, OrderError, SettingsError
from churnlab.i18n import Lang, has, text
from churnlab.run.orders import file_stem
from churnlab.run.worksheets import save, worksheet
from churnlab.settings import Settings
from churnlab.tables.belonging import refuse_other_home
from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.months import day_after, month_of
from churnlab.tables.places import need_folder
from churnlab.tables.schemas import TABLES
from churnlab.tables.store import open_data, store_facts
from churnlab.tables.weeks import monday_after, week_of
from churnlab.wording import Said

SHEETS = "interviews"
FILL = ("reason_code", "staff_id", "recorded_on", "text", "kept_by", "could_have_kept")
_SHEET = (
    "student_id", "campus", "left_on", "department", "reason", "case", "picked_because", *FILL,
    "method", "enrolment_id",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Interviews:
    """One worksheet: where it is, how many cases were picked, and whether it had been written before."""

    campus: str
    worksheet: Path
    cases: int
    was_made: bool


def make_worksheets(
    *,
    home: Path,
    settings: Settings,
    lang: Lang,
    month: str | None = None,
    week: str | None = None,
    campuses: Sequence[str] = (),
) -> list[Interviews]:
    """Write the worksheets for those who interview.

    Parameters
    ----------
    home : pathlib.Path
        Folder of the settings file.
    settings : Settings
        What the institution decided.
    lang : {"zh", "en"}
        Of the worksheets.
    month, week : str, optional
        The last that the cases know of, `2026-10` or `2026-W43`; not both. Default: the store's last whole month.
    campuses : sequence of str
        A worksheet for each; default: one for the whole institution.

    Returns
    -------
    list of Interviews
        Worksheets are in `<home>/interviews/<month or week>/<campus or all>.xlsx`. A campus without cases has none.

    Raises
    ------
    OrderError
        If both month and week are asked for, or there is no such month, week or campus.
    SettingsError
        If the settings would have a worksheet that comes back close the other exits of its month.
    RunError
        If the store does not hold the whole time.
    NotEnoughData
        If there is nobody to be interviewed.
    StoreError
        If there is no store, or it goes by another home's settings.
    PublishError
        If nothing can be written.
    """
    if month is not None and week is not None:
        raise OrderError("interviews.both")
    if "exits" in settings.tables.replace_months:
        raise SettingsError("interviews.replaces")
    store = home / settings.paths.store
    refuse_other_home(store, home)
    facts = store_facts(store)
    refuse_unknown(campuses, facts)
    name = month_of(month, facts) if week is None else week_of(week, facts)
    made_on = day_after(name) if week is None else monday_after(name)
    folder = home / SHEETS / name
    need_folder(folder)
    with closing(open_data(store, as_of=made_on)) as data:
        risk = Risk(data)
        picked = {campus: chosen_cases(risk, campus=campus or None) for campus in campuses or ("",)}
        unit, days = data.settings.outcome.unit, data.settings.causes.case_days
    if all(rows.empty for rows in picked.values()):
        raise NotEnoughData("cases.nobody", days=days)
    return [_sheet(rows, campus, folder, made_on, lang, unit) for campus, rows in picked.items() if len(rows)]


def _sheet(rows: pd.DataFrame, campus: str, folder: Path, made_on: date, lang: Lang, unit: str) -> Interviews:
    file = folder / f"{file_stem(campus)}.xlsx"
    was_made = file.exists()
    if not was_made:
        where = campus or text("cli.report.all", lang)
        notes = text("interviews.notes", lang, last_on=made_on - timedelta(days=1), campus=where).split("\n")
        shown = _shown(rows, unit)
        sheet = worksheet(TABLES["exits"], shown, fill=FILL, lang=lang, made_on=made_on, notes=notes)
        save(file, sheet)
    return Interviews(campus=campus, worksheet=file, cases=len(rows), was_made=was_made)


def _shown(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return what stands on the sheet, words as words; the exit's key as what was registered would have it.

    The day of the talk is left blank: a load asks for it, and one that stood there already would be left standing.
    """
    shown = rows.assign(
        left_on=[day.date() for day in rows["left_on"]],
        enrolment_id=rows["unit_id"] if unit == "enrolment" else None,
        method=INTERVIEW,
    )
    for name in ("department", "reason", "case"):
        shown[name] = pd.Series([_said(name, code) for code in rows[name]], index=rows.index, dtype=object)
    return shown.assign(**dict.fromkeys(FILL))[list(_SHEET)]


def _said(column: str, code: str | None) -> Said | str | None:
    key = f"code.{column}.{code}"
    return Said(key) if code is not None and has(key) else code
