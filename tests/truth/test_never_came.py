"""Does the funnel find again how many sign and never come, with the chances from which institutions were made?

Seventy-five institutions of four campuses in one store.
"""

import pandas as pd
import pytest

from churnlab.churn.funnel.losses import never_came
from tests.truth.asked import Asked, holds, only
from tests.truth.coverage import assert_covers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("asked")]


def test_how_many_never_come_is_found(asked: Asked) -> None:
    """Estimand: the mean chance never to come over those who signed and were due."""
    hits = {}
    for campus, new in asked.newcomers.items():
        with only(asked.requests[campus], new):
            found = never_came(asked.data)
        inside = new["signed_on"].dt.date.between(found.facts["from_on"], found.facts["to_on"])
        ids, asks = new.loc[inside, "student_id"], asked.requests[campus]
        true = 1 - asked.leads.loc[asks.loc[asks["student_id"].isin(ids), "lead_id"], "p_first_lesson"].mean()
        hits[campus] = {"absent": holds(found.table.iloc[0], "absent_rate", true)}
    assert_covers(pd.DataFrame.from_dict(hits, orient="index"))
