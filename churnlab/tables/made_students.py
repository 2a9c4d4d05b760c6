"""Which students have only the number that a phone and a name made, though the institution gives numbers?"""

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from churnlab.tables.contract import STUDENT_ID
from churnlab.tables.identity import of_phone_and_name
from churnlab.tables.pseudonym import is_pseudonym
from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES
from churnlab.tables.who import BY

Frames = Mapping[str, pd.DataFrame]


def strangers(clear: Frames, known: Collection[str], key: bytes) -> Iterator[Warned]:
    """Warn, table by table, of rows whose phone and name made a student whom the table of students does not have.

    Where no student has a number of the institution's own, that is the normal way, and nothing is said.

    Parameters
    ----------
    clear : mapping of str to pandas.DataFrame
        `kept` of each table, still in clear.
    known : collection of str
        Numbers in the table of students, of this load and the store, in the stored form.
    key : bytes
        The institution's key.
    """
    if all(map(is_pseudonym, known)):
        return
    for name, rows in clear.items():
        if not TABLES[name].who:
            continue
        strange = rows.loc[~rows[STUDENT_ID].isin(known), [STUDENT_ID, *BY]].dropna()
        told = strange.drop_duplicates().itertuples(index=False)
        made = {id for id, phone, name in told if id == of_phone_and_name(phone, name, key)}
        if made:
            table = {"zh": TABLES[name].zh, "en": TABLES[name].name}
            n = int(strange[STUDENT_ID].isin(made).sum())
            yield "warning.loading.students_made", {"table": table, "n": n, "students": len(made)}


def doubled(roster: pd.DataFrame | None, standing: Frames, key: bytes) -> Iterator[Warned]:
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
    told = roster[[STUDENT_ID, *BY]].dropna().drop_duplicates().itertuples(index=False)
    own = ((id, of_phone_and_name(phone, name, key)) for id, phone, name in told)
    twice = {before for id, before in own if before in made and before != id}
    if twice:
        yield "warning.loading.students_twice", {"n": len(twice)}
