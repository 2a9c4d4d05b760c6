"""Which versions are closed, and which not?"""

import duckdb
import pandas as pd

from churnlab.tables import versions
from churnlab.tables.replacing import Withheld
from churnlab.tables.schemas import TABLES

LESSONS = TABLES["lessons"]


def lessons(**days: str) -> pd.DataFrame:
    return pd.DataFrame({"lesson_id": [*days], "student_id": "s1", "starts_at": pd.to_datetime([*days.values()])})


def test_what_is_withheld_stays_by_its_key_and_by_its_month():
    #             March            April
    # stands      l1 l2 l3         l4 l5
    # new file    l1, l2 withheld  l5, one withheld that nobody knows
    with duckdb.connect() as engine:
        versions.create(engine, LESSONS)
        stands = lessons(l1="2026-03-10", l2="2026-03-11", l3="2026-03-12", l4="2026-04-10", l5="2026-04-11")
        versions.merge(engine, LESSONS, stands, load=1, replace_months=True)
        withheld = Withheld(rows=lessons(l2="2026-03-11"), months=frozenset({"2026-04"}), untold=1)
        new = lessons(l1="2026-03-10", l5="2026-04-11")
        came = versions.merge(engine, LESSONS, new, load=2, replace_months=True, withheld=withheld)
        assert came == versions.Changes(unchanged=2, removed=1)
        assert engine.execute("SELECT lesson_id FROM lessons WHERE _load_to = 2").fetchall() == [("l3",)]
