"""Whose row is it, where an export has a name and a phone instead of 学号?

A number that is given counts. Else the row is of the student who has this phone and this name in the table of students,
handed in now or before; what that table does not say of a student (no phone, no name) contradicts nothing. With a phone
alone, or a name alone, it is of the one student who has it. A phone and a name that no student has are a student of
their own, under the number that the table of students would give (`identity.of_phone_and_name`), so that the tables
agree whichever comes first. Everything else is nobody's: two children have this phone, nobody has this name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from churnlab.tables.columns import Answers, Note
from churnlab.tables.contract import STUDENT_ID, Table
from churnlab.tables.given_names import names_nobody
from churnlab.tables.identity import cannot_be_told_apart, of_phone_and_name
from churnlab.tables.privacy import protect
from churnlab.tables.pseudonym import is_pseudonym, normal_name, normal_phone, pseudonym
from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import Fault

_BY = ["phone", "name"]
_MOBILE = re.compile(r"1[3-9]\d{9}")
_Ids = Mapping[tuple[str, ...], frozenset[str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Students:
    """The students who are known, by the pseudonyms of their phones and names.

    Attributes
    ----------
    key : bytes
        The institution's key.
    pairs, phones, names : mapping of tuple of str to frozenset of str
        Numbers by phone and name ("" where a student has none), by phone, by name. Of a child who stands under a number
        of his own and under one made of phone and name, only his own.
    """

    key: bytes
    pairs: _Ids
    phones: _Ids
    names: _Ids

    @classmethod
    def known(cls, rosters: Iterable[pd.DataFrame], standing: pd.DataFrame | None, key: bytes) -> "Students":
        """Learn who there is.

        Parameters
        ----------
        rosters : iterable of pandas.DataFrame
            Rows of students from `checking`, still in clear.
        standing : pandas.DataFrame or None
            Students in the store, in the stored form.
        key : bytes
            The institution's key.
        """
        columns = [STUDENT_ID, *_BY]
        frames = [protect(rows, TABLES["students"], key)[columns] for rows in rosters]
        frames += [] if standing is None else [standing[columns]]
        rows = pd.concat([pd.DataFrame(columns=columns, dtype=object), *frames], ignore_index=True)
        rows = rows.dropna(subset=STUDENT_ID).fillna("").drop_duplicates()
        rows = rows[(rows[_BY] != "").any(axis=1)]
        own = ~rows[STUDENT_ID].map(is_pseudonym).astype(bool)
        rows = rows[own | ~own.groupby([rows[by] for by in _BY]).transform("any")]
        return cls(key=key, pairs=_ids(rows, _BY), phones=_ids(rows, ["phone"]), names=_ids(rows, ["name"]))

    def answer(self, answers: Mapping[str, Answers], table: Table) -> dict[str, Answers]:
        """Answer for whose each row is, where the column of students' numbers does not say it.

        Parameters
        ----------
        answers : mapping of str to Answers
            By column, as its cells were read.
        table : Table
            Whose columns they are. A row without a student is a fault where the table needs one, else a remark.

        Returns
        -------
        dict of str to Answers
            The same, with numbers of students where they can be told: as they stand in the export, or in the store.
        """
        if STUDENT_ID not in answers:
            return dict(answers)
        asked = answers[STUDENT_ID]
        filled = self._filled(asked, answers, table) if table.who else asked
        notes = {**filled.notes, **_phones(asked.values, answers["name"].values if "name" in answers else None)}
        return {**answers, STUDENT_ID: replace(filled, notes=notes)}

    def _filled(self, asked: Answers, answers: Mapping[str, Answers], table: Table) -> Answers:
        said = pd.DataFrame({by: answers[by].values for by in _BY})
        lost = asked.values.isna() & said.notna().any(axis=1)
        for lead in (column.name for column in table.columns if column.references == "leads"):
            lost &= answers[lead].values.isna()  # it speaks of somebody who asked, and may never have signed
        places = np.flatnonzero(lost.to_numpy())
        if not len(places):
            return asked
        groups = said.iloc[places].groupby(_BY, dropna=False, sort=False)
        pairs = groups.head(1).astype(object).where(lambda cells: cells.notna(), "")
        # Half a million lessons have a few thousand students: each pair is looked up once.
        whose = [self.whose(phone, name) for phone, name in pairs.itertuples(index=False)]
        codes = groups.ngroup().to_numpy()
        values = asked.values.copy()
        values.iloc[places] = np.array([None if isinstance(id, Fault) else id for id in whose], dtype=object)[codes]
        nobodys = {code: told for code, told in enumerate(whose) if isinstance(told, Fault)}
        at = np.flatnonzero(np.isin(codes, list(nobodys)))
        faults = {int(place): nobodys[code] for place, code in zip(places[at], codes[at], strict=True)}
        return _without(faults, replace(asked, values=values), answers, table)

    def whose(self, phone: str, name: str) -> str | Fault:
        """Return the number of the student with this phone and name, either of them perhaps empty, or why not."""
        number, called = normal_phone(phone) or "", normal_name(name)
        by_phone, by_name = (pseudonym(said, self.key) if said else "" for said in (number, called))
        exact = self.pairs.get((by_phone, by_name), frozenset())
        if number and called and exact:
            return _one(exact, "pair")
        if names_nobody(called):
            called = ""
        if number and called:
            half_known = self.pairs.get((by_phone, ""), frozenset()) | self.pairs.get(("", by_name), frozenset())
            return _one(half_known, "pair") if half_known else of_phone_and_name(number, called, self.key)
        if number:
            return _one(self.phones.get((by_phone,), frozenset()), "phone")
        return _one(self.names.get((by_name,), frozenset()), "name") if called else Fault("missing")

    def numbered(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give students without a number the one that the same phone and name have elsewhere; nobody else's."""
        lost = np.flatnonzero(rows[STUDENT_ID].isna().to_numpy())
        if not len(lost):
            return rows
        ids = rows[STUDENT_ID].copy()
        ids.iloc[lost] = [self._own(*pair) for pair in rows[_BY].iloc[lost].itertuples(index=False)]
        return rows.assign(**{STUDENT_ID: ids})

    def _own(self, phone: str, name: str) -> str | None:
        pair = (pseudonym(normal_phone(phone) or "", self.key), pseudonym(normal_name(name), self.key))
        ids = self.pairs.get(pair, frozenset()) - {of_phone_and_name(phone, name, self.key)}
        return next(iter(ids)) if len(ids) == 1 else None


def doubled(roster: pd.DataFrame | None, standing: Mapping[str, pd.DataFrame], key: bytes) -> Iterator[Warned]:
    """Warn of students who have a number of their own now, and rows in the store under one made of phone and name.

    Parameters
    ----------
    roster : pandas.DataFrame or None
        Students of this load from `checking`, still in clear.
    standing : mapping of str to pandas.DataFrame
        What the store holds, by table.
    key : bytes
        The institution's key.
    """
    stored = [rows[STUDENT_ID].dropna().unique() for name, rows in standing.items() if STUDENT_ID in TABLES[name].names]
    made = frozenset(id for ids in stored for id in ids if is_pseudonym(id))
    if roster is None or not made:
        return
    told = roster[[STUDENT_ID, *_BY]].dropna().drop_duplicates().itertuples(index=False)
    own = ((id, of_phone_and_name(phone, name, key)) for id, phone, name in told)
    twice = {before for id, before in own if before in made and before != id}
    if twice:
        yield "warning.loading.students_twice", {"n": len(twice)}


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


def _ids(rows: pd.DataFrame, by: list[str]) -> _Ids:
    found: dict[tuple[str, ...], set[str]] = {}
    for id, *said in rows[[STUDENT_ID, *by]].itertuples(index=False):
        found.setdefault(tuple(said), set()).add(id)
    return {said: frozenset(ids) for said, ids in found.items()}


def _one(ids: frozenset[str], by: str) -> str | Fault:
    return next(iter(ids)) if len(ids) == 1 else Fault(f"{by}_of_several" if ids else f"{by}_of_nobody")


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
