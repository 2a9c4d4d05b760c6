"""Who is it, where an export has a name and a phone instead of 学号?

It is the student who has this phone and this name in the table of students; what that table does not say of a student
(no phone, no name) contradicts nothing. With a phone alone, or a name alone, it is the one student who has it. A phone
and a name that no student has are a student of their own, under the number that the table of students would give
(`identity.of_phone_and_name`), so that the tables agree whichever comes first. Everything else is nobody: two children
have this phone, nobody has this name.

A mother changes her phone, and last year's lessons still tell the old one. So a student goes by all that was ever told
of him, and what is told of another now goes before what was told of him once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.tables.contract import STUDENT_ID
from churnlab.tables.given_names import names_nobody
from churnlab.tables.identity import of_phone_and_name
from churnlab.tables.privacy import protect
from churnlab.tables.pseudonym import is_pseudonym, normal_name, normal_phone, pseudonym
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import Fault

BY = ["phone", "name"]
_Ids = Mapping[tuple[str, ...], frozenset[str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Students:
    """The students who are known, by the pseudonyms of their phones and names.

    Attributes
    ----------
    key : bytes
        The institution's key.
    pairs, phones, names : mapping of tuple of str to frozenset of str
        Numbers by phone and name ("" where a student has none), by phone, by name: of those who have them now, else of
        those who had. Of a child who stands under a number of his own and under one made of phone and name, only his
        own.
    """

    key: bytes
    pairs: _Ids
    phones: _Ids
    names: _Ids

    @classmethod
    def known(
        cls,
        rosters: Iterable[pd.DataFrame],
        standing: pd.DataFrame | None,
        key: bytes,
        *,
        aside: Iterable[pd.DataFrame] = (),
        once: pd.DataFrame | None = None,
    ) -> "Students":
        """Learn who there is, and how they were called and reached before.

        Parameters
        ----------
        rosters : iterable of pandas.DataFrame
            Rows of students from `checking`, still in clear, a frame per sheet, the newest last: it says what is so now
            of the students whom it has.
        standing : pandas.DataFrame or None
            Students in the store, in the stored form.
        key : bytes
            The institution's key.
        aside : iterable of pandas.DataFrame
            Rows of students that were set aside for something else than number, phone and name; as `rosters`.
        once : pandas.DataFrame or None
            Number, phone and name of students in versions that stand no more, in the stored form.
        """
        weak, strong = ([protect(rows, TABLES["students"], key) for rows in each] for each in (aside, rosters))
        old, stand = ([] if rows is None else [rows] for rows in (once, standing))
        rows = _told([*old, *weak, *stand, *strong])
        now = rows["rank"] == rows.groupby(STUDENT_ID)["rank"].transform("max")
        pairs, phones, names = (_ids(rows[~now], by) | _ids(rows[now], by) for by in (BY, BY[:1], BY[1:]))
        return cls(key=key, pairs=pairs, phones=phones, names=names)

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
        ids.iloc[lost] = [self._own(*pair) for pair in rows[BY].iloc[lost].itertuples(index=False)]
        return rows.assign(**{STUDENT_ID: ids})

    def _own(self, phone: str, name: str) -> str | None:
        pair = (pseudonym(normal_phone(phone) or "", self.key), pseudonym(normal_name(name), self.key))
        ids = self.pairs.get(pair, frozenset())
        return next(iter(ids)) if len(ids) == 1 else None


def _told(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return each number with each phone and name that it had, and the rank of the last frame that says so."""
    columns = [STUDENT_ID, *BY]
    none = pd.DataFrame(columns=columns, dtype=object).assign(rank=0)
    ranked = (rows[columns].assign(rank=rank) for rank, rows in enumerate(frames))
    rows = pd.concat([none, *ranked], ignore_index=True).dropna(subset=STUDENT_ID)
    rows = rows.assign(**rows[BY].fillna("")).drop_duplicates(columns, keep="last")
    rows = rows[(rows[BY] != "").any(axis=1)]
    own = ~rows[STUDENT_ID].map(is_pseudonym).astype(bool)
    return rows[own | ~own.groupby([rows[by] for by in BY]).transform("any")]


def _ids(rows: pd.DataFrame, by: list[str]) -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for id, *said in rows[[STUDENT_ID, *by]].itertuples(index=False):
        found.setdefault(tuple(said), set()).add(id)
    return {said: frozenset(ids) for said, ids in found.items()}


def _one(ids: frozenset[str], by: str) -> str | Fault:
    return next(iter(ids)) if len(ids) == 1 else Fault(f"{by}_of_several" if ids else f"{by}_of_nobody")
