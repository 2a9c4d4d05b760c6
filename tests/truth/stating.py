"""What was stated of those who left three hundred institutions in which everybody who leaves is interviewed?

In the simple mode a cause is drawn with probabilities that hang on the campus and, here, on how long she stayed: price
weighs `LONG_RATIO` times as much with those who were with us for more than `LONG_DAYS`, and they have paid more. Of the
interviewed some give an excuse, and some are filed under 其他.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

from churnlab.settings import Settings
from churnlab.synthetic import Hazards, Institution, service
from churnlab.synthetic import causes as why
from churnlab.synthetic.history import History
from churnlab.synthetic.state import KINDS, World
from churnlab.synthetic.steps import Floats, Ints
from tests.truth.many import SEEDS, Many, many

STATING = Institution(
    students=300,
    months=16,
    opening=0.0,
    simple=True,
    hazards=Hazards(simple_per_week=0.012, personal_per_week=0.002),
)
TABLES = ("students", "enrolments", "lessons", "refunds", "exits", "courses", "payments")
SAID = Settings.model_validate({"causes": {"sources": ("interview",), "text_filed": 10**6}})
"""What was said in the interview and nothing else: complaints and scores are guesses, texts are for a model."""
LONG_DAYS, LONG_RATIO = 120, 3.0


def stated_at_many() -> Many:
    """Make the institutions."""
    with everybody_asked():
        return many(STATING, SEEDS, tables=TABLES, settings=SAID)


@contextmanager
def everybody_asked() -> Iterator[pytest.MonkeyPatch]:
    """Interview everybody who leaves, and let those who stayed long leave for the price."""
    weights = why._weights

    def by_stay(world: World, past: History, ends: pd.DataFrame, campus: Ints) -> Floats:
        weight = weights(world, past, ends, campus)
        weight[:, why.CODES.index("price")] *= np.where(ends["left"] - ends["entered"] > LONG_DAYS, LONG_RATIO, 1.0)
        return weight

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "METHODS", ("interview",) * len(service.METHODS))
        patch.setattr(service, "EXIT_SHARE", dict.fromkeys(range(len(KINDS)), 1.0))
        patch.setattr(why, "_weights", by_stay)
        yield patch


def campuses(name: str, institution: Institution = STATING) -> list[str]:
    """Return what the campuses of an institution are called where all are in one store."""
    return [f"{name}{campus}" for campus in institution.campus_names]


def said(truth: pd.DataFrame) -> pd.DataFrame:
    """Return with which probability each of these names each reason, if asked: a column a code."""
    chance = truth[[f"p_{code}" for code in why.CODES]].set_axis(list(why.CODES), axis=1)
    excuse = pd.Series({code: why.MISREPORTED_SHARE * why.EXCUSES.get(code, 0.0) for code in why.CODES})
    return (1 - why.MISREPORTED_SHARE) * chance + excuse


def whole(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one institution, with the ids that they have alone."""
    mine = rows[rows["student_id"].str.startswith(name)].reset_index(drop=True)
    return mine.assign(student_id=mine["student_id"].str[len(name) :])


def mean(values: list[float]) -> tuple[float, float]:
    """Return the mean and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
