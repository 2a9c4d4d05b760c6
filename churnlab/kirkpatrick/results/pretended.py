"""What if a training had begun earlier than it did?"""

import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.window import period

_DATES = ("began_on", "ended_on", "works_from")


class Pretended(Evaluation):
    """A training as if all of it had happened so many months earlier, to the same people.

    Parameters
    ----------
    evaluated : Evaluation
        The true one.
    months : int
        How many months earlier; at least 1.
    """

    def __init__(self, evaluated: Evaluation, months: int) -> None:
        self.data, self.course = evaluated.data, evaluated.course
        self.months = months
        earlier = {name: _earlier(evaluated.people[name], months) for name in _DATES}
        self.people = evaluated.people.assign(**earlier)

    @property
    def scope(self) -> str:
        """By which name answers about it are kept: not those about the true one."""
        return f"{self.course.training_id} −{self.months}"


def pretended_months(evaluated: Evaluation, fewest: int, most: int) -> list[int]:
    """Return by how many months the beginning can be pretended earlier, nearest first.

    Each leaves so many whole months `fewest` more than the one before between the pretended end and the true
    beginning, without those that people may have been chosen for.

    Parameters
    ----------
    evaluated : Evaluation
        Which training; somebody has begun.
    fewest : int
        Months after the pretended end, at least.
    most : int
        How many beginnings to pretend.
    """
    trained = evaluated.trained
    lasts = int((period(trained["works_from"]) - period(trained["began_on"])).max())
    chosen = 0 if evaluated.design is Design.RANDOMISED else evaluated.data.settings.results.selection_months
    return [lasts + chosen + fewest * step for step in range(1, most + 1)]


def until_chosen(evaluated: Evaluation, series: pd.DataFrame) -> pd.DataFrame:
    """Return the months of a series before the true training began, and before people may have been chosen for it."""
    begins = period(evaluated.trained["began_on"]).min()
    chosen = 0 if evaluated.design is Design.RANDOMISED else evaluated.data.settings.results.selection_months
    return series[period(series["month"]) < begins - chosen]


def _earlier(days: pd.Series, months: int) -> pd.Series:
    """Return days so many months earlier; a first of a month stays one."""
    return days.where(days.isna(), days - pd.DateOffset(months=months))
