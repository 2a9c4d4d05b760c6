"""What happened to those who asked at three hundred campuses, and what was likely to?

Seventy-five institutions of four campuses in one store. At 浦东校区 of each a step is worse than it was a year before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import pytest

from churnlab.churn.funnel import cohort, losses, seasons
from churnlab.churn.funnel.journeys import journeys
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.settings import Settings
from churnlab.synthetic import Institution
from churnlab.tables.door import Data
from tests.truth.many import SEEDS, many

ASKED = Institution(students=1200, months=20, campuses=4, calling=None, training=None)
TABLES = ("leads", "contacts", "students", "enrolments", "lessons")


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Those who asked at many campuses.

    Attributes
    ----------
    data : Data
        All of them; campuses begin with their institution's number.
    leads : pandas.DataFrame
        What is true of each lead, by its number.
    requests, newcomers : mapping of str to pandas.DataFrame
        `journeys` and `newcomers` of each campus.
    """

    data: Data
    leads: pd.DataFrame
    requests: dict[str, pd.DataFrame]
    newcomers: dict[str, pd.DataFrame]


def asked_at_many() -> Asked:
    """Make the institutions, and take the campuses apart."""
    made = many(ASKED, SEEDS[:75], tables=TABLES, settings=Settings())
    named = [truth.leads.assign(lead_id=name + truth.leads["lead_id"], campus=name + truth.leads["campus"])
             for name, truth in made.truths.items()]  # fmt: skip
    return Asked(
        data=made.data,
        leads=pd.concat(named).set_index("lead_id"),
        requests=_by_campus(journeys(made.data)),
        newcomers=_by_campus(newcomers(made.data)),
    )


def _by_campus(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(campus): part.reset_index(drop=True) for campus, part in rows.groupby("campus", sort=True)}


@contextmanager
def only(requests: pd.DataFrame, new: pd.DataFrame) -> Iterator[None]:
    """Let the funnel know these requests and newcomers alone: to choose them out of all takes far longer."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (cohort, seasons):
            patch.setattr(module, "journeys", lambda _: requests)
        for module in (cohort, losses, seasons):
            patch.setattr(module, "newcomers", lambda _: new)
        yield


def holds(row: pd.Series, name: str, true: float) -> bool:
    """Tell whether the interval of this column holds the truth."""
    return bool(row[f"{name}_low"] <= true <= row[f"{name}_high"])
