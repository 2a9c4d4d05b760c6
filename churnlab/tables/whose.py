"""Whose is each row of a sheet?

A number of a student that is given counts. Else the row is of whom its phone and name tell (`who`). Where they tell of
nobody, a table that needs a student loses the row, and another keeps it with a remark.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.tables.columns import Answers, Note
from churnlab.tables.contract import STUDENT_ID, Table
from churnlab.tables.identity import cannot_be_told_apart
from churnlab.tables.pseudonym import normal_name, normal_phone
from churnlab.tables.values import Fault
from churnlab.tables.who import BY, Students

_MOBILE = re.compile(r"1[3-9]\d{9}")


def whose(answers: Mapping[str, Answers], table: Table, students: Students) -> dict[str, Answers]:
    """Answer for whose each row is, where the column of students' numbers does not say it.

    Parameters
    ----------
    answers : mapping of str to Answers
        By column, as its cells were read.
    table : Table
        Whose columns they are. A row without a student is a fault where the table needs one, else a remark.
    students : Students
        Who is known.

    Returns
    -------
    dict of str to Answers
        The same, with numbers of students where they can be told: as they stand in the export, or in the store.
    """
    if STUDENT_ID not in answers:
        return dict(answers)
    asked = answers[STUDENT_ID]
    filled = _filled(asked, answers, table, students) if table.who else asked
    notes = {**filled.notes, **_phones(asked.values, answers["name"].values if "name" in answers else None)}
    return {**answers, STUDENT_ID: replace(filled, notes=notes)}


def _filled(asked: Answers, answers: Mapping[str, Answers], table: Table, students: Students) -> Answers:
    said = pd.DataFrame({by: answers[by].values for by in BY})
    lost = asked.values.isna() & said.notna().any(axis=1)
    for lead in (column.name for column in table.columns if column.references == "leads"):
        lost &= answers[lead].values.isna()  # it speaks of somebody who asked, and may never have signed
    places = np.flatnonzero(lost.to_numpy())
    if not len(places):
        return asked
    groups = said.iloc[places].groupby(BY, dropna=False, sort=False)
    pairs = groups.head(1).astype(object).where(lambda cells: cells.notna(), "")
    # Half a million lessons have a few thousand students: each pair is looked up once.
    ids = [students.whose(phone, name) for phone, name in pairs.itertuples(index=False)]
    codes = groups.ngroup().to_numpy()
    values = asked.values.copy()
    values.iloc[places] = np.array([None if isinstance(id, Fault) else id for id in ids], dtype=object)[codes]
    nobodys = {code: told for code, told in enumerate(ids) if isinstance(told, Fault)}
    at = np.flatnonzero(np.isin(codes, list(nobodys)))
    faults = {int(place): nobodys[code] for place, code in zip(places[at], codes[at], strict=True)}
    return _without(faults, replace(asked, values=values), answers, table)


def _without(faults: dict[int, Fault], asked: Answers, answers: Mapping[str, Answers], table: Table) -> Answers:
    """Keep the rows that nobody can be told of where a table can do without a student, with a remark."""
    if not table.column(STUDENT_ID).required:
        rows = pd.DataFrame({name: answers[name].values for name in {*table.key, *table.natural_key} - {STUDENT_ID}})
        rows = rows.assign(**{STUDENT_ID: asked.values}).iloc[[*faults]]
        lost = rows[table.key[0]].isna() & cannot_be_told_apart(rows, table)
        if not lost.all():
            asked = replace(asked, notes={**asked.notes, "student_untold": Note(int((~lost).sum()), ())})
        faults = {place: fault for (place, fault), gone in zip(faults.items(), lost, strict=True) if gone}
    return replace(asked, faults={**faults, **asked.faults})


def _phones(ids: pd.Series, names: pd.Series | None) -> dict[str, Note]:
    """Remark numbers of students that are phones, and of these apart the ones that several names stand under."""
    phones = {id: phone for id in ids.dropna().unique() if _MOBILE.fullmatch(phone := normal_phone(id) or "")}
    rows = ids.isin(phones.keys())
    if not phones:
        return {}
    notes = {"id_is_phone": Note(int(rows.sum()), ())}
    if names is not None:
        told = pd.DataFrame({"id": ids[rows].map(phones), "name": names[rows].dropna().map(normal_name)})
        several = int((told.groupby("id")["name"].nunique() > 1).sum())
        notes |= {"id_of_several": Note(several, ())} if several else {}
    return notes
