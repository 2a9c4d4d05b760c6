"""Is a cause that newly rises named, and is none where nothing has changed?

A week counts those of whom it became known in it that they had churned: some weeks after their last lesson.
"""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab import churn
from churnlab.finding import Finding
from churnlab.synthetic import causes as why
from churnlab.synthetic.history import History
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import Floats, Ints
from churnlab.tables.door import Data
from tests.truth.coverage import SURE
from tests.truth.many import SEEDS, Many, many
from tests.truth.stating import SAID, STATING, TABLES, campuses, everybody_asked

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stating")]

LEVEL = SAID.uncertainty.level
TOGETHER = 4
"""Institutions that report as one: 1,200 students, of whom it becomes known of some nine a week that they have left."""
QUIET_WEEKS = (0, 4, 8, 12)
# Safety is why one in fifty leaves; of those who leave in the last twenty weeks it is one in four. As it can be told of
# some only after a month, it is known of all from the fifth week on, and then the weeks before know of it, too.
RISEN, RISEN_RATIO, RISEN_WEEKS, LOOKS = "safety", 16.0, 20, range(17, 9, -1)


def told(data: Data, names: list[str], together: int) -> list[Finding]:
    """Ask, as a weekly meeting would, of so many institutions together."""
    parts = [names[first : first + together] for first in range(0, len(names), together)]
    return [churn.new_causes(data, [campus for name in part for campus in campuses(name)]) for part in parts]


def weeks(data: Data, back: int) -> Data:
    """Return what had happened so many weeks before."""
    return data.before(data.as_of - timedelta(weeks=back)) if back else data


def test_where_no_cause_has_changed_one_is_named_as_seldom_as_is_said(stating: Many) -> None:
    """In at most one week of twenty some reason is called more frequent: weights are the same all the time.

    That a reason was not stated in the weeks before is no claim: that alone happens far more often.
    """
    names = sorted(stating.truths)
    found = [finding for back in QUIET_WEEKS for finding in told(weeks(stating.data, back), names, TOGETHER)]
    assert len(found) == len(QUIET_WEEKS) * len(names) / TOGETHER
    assert sum(finding.facts["n"] > 0 for finding in found) <= binom.ppf(SURE, len(found), 1 - LEVEL)
    assert np.mean([finding.table["is_new"].any() for finding in found]) > 2 * (1 - LEVEL)


@pytest.fixture(name="risen", scope="module")
def where_a_cause_rises() -> Many:
    """Sixty institutions in which it weighs much more of late."""
    since = STATING.days - 7 * RISEN_WEEKS
    with everybody_asked() as patch:
        weights = why._weights

        def risen(world: World, past: History, ends: pd.DataFrame, campus: Ints) -> Floats:
            weight = weights(world, past, ends, campus)
            weight[:, why.CODES.index(RISEN)] *= np.where(ends["left"] >= since, RISEN_RATIO, 1.0)
            return weight

        patch.setattr(why, "_weights", risen)
        return many(STATING, SEEDS[:60], tables=TABLES, settings=SAID)


def test_a_cause_that_rises_tenfold_is_named(risen: Many) -> None:
    """Within ten weeks: of nine losses a week in one of three places, of twenty in four of five.

    Another one is named in no more of the weeks than is said.
    """
    names = sorted(risen.truths)
    for together, least_share in ((TOGETHER, 1 / 3), (10, 4 / 5)):
        looks = pd.DataFrame({back: map(said, told(weeks(risen.data, back), names, together)) for back in LOOKS})
        found = looks.map(lambda reasons: RISEN in reasons)
        assert found.any(axis=1).mean() >= least_share, found.mean()
        others = looks.map(lambda reasons: bool(reasons - {RISEN})).to_numpy()
        assert others.sum() <= binom.ppf(SURE, others.size, 1 - LEVEL)


def said(finding: Finding) -> set[str]:
    """Return the reasons that are called more frequent."""
    table = finding.table
    return set(table.loc[table["adjusted_p_value"] < 1 - LEVEL, "reason"])
