"""Which months of the trained and of those compared, before and after, stand beside each other?"""

from dataclasses import dataclass

import pandas as pd

from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.window import begun_elsewhere, window


@dataclass(frozen=True, kw_only=True, eq=False)
class Groups:
    """Two groups, before and after.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per `staff_id` and `month`: `is_trained`, `after`, and `value` and `n` of the series.
    design : Design
        How a comparison of the two is supported; `before_after_only` without anybody to compare with.
    """

    rows: pd.DataFrame
    design: Design

    @property
    def is_compared(self) -> bool:
        """Whether there is anybody to compare with."""
        return self.design is not Design.BEFORE_AFTER_ONLY

    def people(self, *, trained: bool) -> int:
        """Return how many people stand behind a group."""
        return int(self.rows.loc[self.rows["is_trained"] == trained, "staff_id"].nunique())


def other_trainings(evaluated: Evaluation) -> pd.DataFrame:
    """Return other trainings of its people where they matter: lots were drawn among those and these alike.

    One row per person and training, as of `begun_elsewhere`.
    """
    if evaluated.design is Design.RANDOMISED:
        return pd.DataFrame(columns=["staff_id", "began", "works"])
    return begun_elsewhere(evaluated)


def groups(evaluated: Evaluation, series: pd.DataFrame, elsewhere: pd.DataFrame | None = None) -> Groups:
    """Put the first to be trained beside those who were not trained as long as the first had been.

    The months are those of `window`. Of a training that began several times only the first beginning counts, until the
    second: afterwards those who waited are trained themselves. With fewer to compare with than `results.fewest_people`
    there is nobody.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    series : pandas.DataFrame
        One row per `staff_id` and `month` with `value` and `n`, of any people.
    elsewhere : pandas.DataFrame, optional
        As `other_trainings` returns it; for many series it need be asked only once.
    """
    chosen = window(evaluated, series, other_trainings(evaluated) if elsewhere is None else elsewhere)
    rows = chosen.rows
    if len(chosen.starts) > 1:
        rows = rows[rows["period"] < chosen.starts[1]]
    if chosen.starts:
        rows = rows.assign(is_trained=rows["is_trained"] & (rows["start"] == chosen.starts[0]))
    both = rows.groupby(["staff_id", "is_trained"])["after"].nunique().eq(2)
    compared = both[both].reset_index()
    is_compared = (~compared["is_trained"].astype(bool)).sum() >= evaluated.data.settings.results.fewest_people
    design = chosen.design if is_compared else Design.BEFORE_AFTER_ONLY
    if is_compared and design not in (Design.RANDOMISED, Design.COMPARISON_GROUP):
        design = Design.COMPARISON_GROUP
    kept = rows if is_compared else rows[rows["is_trained"]]
    return Groups(rows=kept.reset_index(drop=True), design=design)
