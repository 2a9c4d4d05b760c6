"""Does the funnel find again how many sign and never come, with the chances from which institutions were made?

Seventy-five institutions of four campuses in one store.
"""

from dataclasses import dataclass

import pandas as pd
import pytest

from churnlab.churn.funnel.journeys import journeys
from churnlab.churn.funnel.losses import never_came
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.settings import Settings
from churnlab.synthetic import Institution
from churnlab.tables.door import Data
from tests.truth.coverage import assert_covers
from tests.truth.many import SEEDS, many

pytestmark = pytest.mark.slow

ASKED = Institution(students=1200, months=20, campuses=4, calling=None)
TABLES = ("leads", "contacts", "students", "enrolments", "lessons")


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Seventy-five institutions as one.

    Attributes
    ----------
    data : Data
        All of them.
    leads : pandas.DataFrame
        What is true of each lead, by its number.
    """

    data: Data
    leads: pd.DataFrame


@pytest.fixture(scope="module")
def asked() -> Asked:
    made = many(ASKED, SEEDS[:75], tables=TABLES, settings=Settings())
    named = [truth.leads.assign(lead_id=name + truth.leads["lead_id"], campus=name + truth.leads["campus"])
             for name, truth in made.truths.items()]  # fmt: skip
    leads = pd.concat(named).set_index("lead_id")
    return Asked(data=made.data, leads=leads)


def holds(row: pd.Series, name: str, true: float) -> bool:
    return bool(row[f"{name}_low"] <= true <= row[f"{name}_high"])


def test_how_many_never_come_is_found(asked: Asked) -> None:
    """Estimand: the mean chance never to come over those who signed and were due."""
    new, asks, hits = newcomers(asked.data), journeys(asked.data), {}
    for campus in sorted(asked.leads["campus"].unique()):
        found = never_came(asked.data, campus=campus)
        inside = new["signed_on"].dt.date.between(found.facts["from_on"], found.facts["to_on"])
        ids = new.loc[inside & (new["campus"] == campus), "student_id"]
        true = 1 - asked.leads.loc[asks.loc[asks["student_id"].isin(ids), "lead_id"], "p_first_lesson"].mean()
        hits[campus] = {"absent": holds(found.table.iloc[0], "absent_rate", true)}
    assert_covers(pd.DataFrame(hits).T)
