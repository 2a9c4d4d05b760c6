"""Is what is told of an institution in the common store the same as if it were alone?"""

from dataclasses import replace

import pandas as pd
import pytest

from churnlab.churn.outcome import episodes
from churnlab.churn.stays import stays
from churnlab.synthetic import Institution, make
from tests.truth.conftest import FULL, SIMPLE
from tests.truth.many import Many, many, one_by_one

SEEDS = (1, 2, 3)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[SIMPLE, FULL], ids=["simple", "full"])
def institution(request: pytest.FixtureRequest) -> Institution:
    return request.param


@pytest.fixture(scope="module")
def together(institution: Institution) -> Many:
    return many(institution, SEEDS)


@pytest.mark.parametrize("analysis", [stays, episodes])
def test_each_has_the_rows_that_it_has_alone(institution: Institution, together: Many, analysis) -> None:
    parts = dict(one_by_one(analysis(together.data)))
    for number, seed in enumerate(SEEDS):
        alone = analysis(make(replace(institution, seed=seed)).data())
        part = parts[f"{number:03d}"]
        for name in part.select_dtypes(["object", "string"]):
            part[name] = part[name].str.removeprefix(f"{number:03d}")
        order = ["unit_id", "episode"]
        columns = [name for name in alone if name != "cluster"]
        pd.testing.assert_frame_equal(
            part.sort_values(order)[columns].reset_index(drop=True),
            alone.sort_values(order)[columns].reset_index(drop=True),
            check_dtype=False,
        )
