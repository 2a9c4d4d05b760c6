import numpy as np
import pandas as pd
import pytest

from churnlab.churn.hazard_ratios import ratios_of
from churnlab.churn.levels import POOLED
from churnlab.churn.stays import stays
from tests.truth.coverage import assert_covers
from tests.truth.many import Many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

COVARIATES = {"campus": "campus", "course": "course_id", "channel": "channel"}


def test_intervals_of_hazard_ratios_cover_the_true_ratios(simple: Many) -> None:
    """Estimand: the ratio of the hazards of churn of two levels of a factor, the other factors held.

    Against the level that is largest in that institution, as the report has it. The model is correctly specified:
    nothing but campus, course, channel and time since entry drives students away here.
    """
    rows = stays(simple.data, period_days=simple.data.settings.retention.period_days)
    rows = rows[rows["episode"] == 1]
    rows = rows.assign(name=rows["unit_id"].str[:3], campus=rows["campus"].str[3:])
    held = {}
    for name, part in one_by_one(rows):
        true = simple.truths[name].log_hazard_ratios
        table = ratios_of(part, simple.data.settings).table
        held[name] = {
            f"{row.factor} {row.level}": row.hazard_ratio_low
            <= np.exp(true[f"{COVARIATES[row.factor]}={row.level}"] - true[f"{COVARIATES[row.factor]}={row.reference}"])
            <= row.hazard_ratio_high
            for row in table.itertuples()
            if row.level != POOLED[row.factor]
        }
    assert_covers(pd.DataFrame.from_dict(held, orient="index"))
