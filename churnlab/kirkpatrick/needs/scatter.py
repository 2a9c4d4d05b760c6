"""By how much do people differ in a measure, as far as that was seen before a training?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.behavior.transfer import transfer
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import whole_scores
from churnlab.kirkpatrick.needs.measured import CAME, kpi_before
from churnlab.kirkpatrick.performance import kpi_panel
from churnlab.kirkpatrick.reaction.answers import answers_of, out_of_100
from churnlab.kirkpatrick.reaction.promoters import AFTER, BEFORE, customers_promote
from churnlab.tables.door import fetch

COMPARED, ALONE, EARLIER, CUSTOMERS = "compared", "before", "earlier_trainings", "customers_before"
_FULL = 100


class Scatter(NamedTuple):
    """Where people stood before, and by how much they differ in what a target is judged by.

    Attributes
    ----------
    mean : float
        Before the training, in the measure's unit.
    sd : float
        Standard deviation of one person's number; of a KPI of its change from some months to the next.
    people : int
        Of whom `sd` is.
    against : str
        With what those trained are to be compared.
    trained, compared : int
        Of how many it will be told.
    """

    mean: float
    sd: float
    people: int
    against: str
    trained: int
    compared: int


NOTHING_SEEN = Scatter(np.nan, np.nan, 0, "", 0, 0)


def scatter(evaluated: Evaluation, measure: str) -> Scatter:
    """Return what was seen of a measure before a training.

    Of a KPI: each person's mean of the last `needs.target_months` months before less that of as many before those, of
    the trained and of those compared. These months lie next to each other, and are more alike than months before and
    after a long training: the scatter is rather too small. Of tests: the scores before. Of `applied_share`: who applied
    it before, with a variance half way from theirs to the largest that a share has. Of `nps`: customers' answers
    before. Of tasks, seats and reactions nothing of this training is there before it, and people's own means in earlier
    trainings stand in.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    measure : str
        As for `measured`.

    Returns
    -------
    Scatter
        `NOTHING_SEEN` where it was seen of fewer than two people.
    """
    own = {
        "check_ins": _tasks, "attendance": _seats, "reaction": _liked, "test_mean": _tested,
        "applied_share": _applied, "nps": _promoted,
    }  # fmt: skip
    try:
        return own[measure](evaluated) if measure in own else _kpi(evaluated, measure)
    except NotEnoughData:
        return NOTHING_SEEN


def _kpi(evaluated: Evaluation, metric: str) -> Scatter:
    panel, window = kpi_panel(evaluated), evaluated.data.settings.needs.target_months
    panel = panel[panel["metric"] == metric]
    began = evaluated.people.set_index("staff_id")["began_on"]
    began = panel["staff_id"].map(began.fillna(evaluated.trained["began_on"].min()))
    ago = (began.dt.year - panel["month"].dt.year) * 12 + began.dt.month - panel["month"].dt.month
    block = (ago - 1) // window
    means = panel.assign(block=block)[block.isin([0, 1])].groupby(["staff_id", "block"])["value"].mean()
    both = means.unstack("block").reindex(columns=[0, 1]).dropna()
    return _compared(evaluated, float(kpi_before(evaluated, metric).mean()), both[0] - both[1])


def _tested(evaluated: Evaluation) -> Scatter:
    scores = whole_scores(evaluated).dropna(subset="pre")
    mean = _FULL * scores.loc[scores["is_trained"], "pre"].mean()
    return _compared(evaluated, float(mean), _FULL * scores["pre"])


def _compared(evaluated: Evaluation, mean: float, values: pd.Series) -> Scatter:
    """Return the scatter of people of this training, who are judged beside those compared where there are any."""
    if len(values) < 2 or np.isnan(mean):
        return NOTHING_SEEN
    trained, compared = len(evaluated.trained), len(evaluated.compared)
    against = COMPARED if compared > 1 else ALONE
    return Scatter(mean, float(values.std(ddof=1)), len(values), against, trained, compared)


def _applied(evaluated: Evaluation) -> Scatter:
    row = transfer(evaluated).table.iloc[0]
    people, share = int(row["rated_people"]), float(row["applying_share"])
    if people < 2 or row["months_after"] != 0:
        return NOTHING_SEEN
    # On the way to the target a share may pass the half, where people differ most: between that and now.
    sd = float(np.sqrt((share * (1 - share) + 1 / 4) / 2))
    trained, compared = len(evaluated.trained), len(evaluated.compared)
    against = COMPARED if compared > 1 else ALONE
    return Scatter(share, sd, people, against, trained, compared)


def _promoted(evaluated: Evaluation) -> Scatter:
    rows = {row["promoter_when"]: row for row in customers_promote(evaluated).table.to_dict("records")}
    before, after = rows[BEFORE], rows[AFTER]
    promoters, detractors = (before[kind] / before["promoter_answers"] for kind in ("promoters", "detractors"))
    mean = promoters - detractors
    sd = float(np.sqrt(promoters + detractors - mean**2))
    people = int(before["promoter_people"])
    return Scatter(_FULL * mean, _FULL * sd, people, CUSTOMERS, int(after["promoter_people"]), people)


def _tasks(evaluated: Evaluation) -> Scatter:
    rows = fetch(evaluated.data.table("check_ins")).dropna(subset=["done"])
    rows = rows.assign(at=rows["week"], value=rows["done"].astype(float))
    return _earlier(evaluated, rows)


def _seats(evaluated: Evaluation) -> Scatter:
    data = evaluated.data
    rows = fetch(data.table("training_attendance"))
    sessions = fetch(data.table("training_sessions").select("session_id", "training_id", "planned_at"))
    rows = rows.merge(sessions, on="session_id")
    return _earlier(evaluated, rows.assign(at=rows["planned_at"], value=rows["status"].isin(CAME).astype(float)))


def _liked(evaluated: Evaluation) -> Scatter:
    rows, mapping = answers_of(evaluated.data), evaluated.data.settings.reaction.mapping
    points = [out_of_100(score, mapping) for score in rows["turned"]]
    return _earlier(evaluated, rows.assign(at=rows["answered_at"], staff_id=rows["respondent_id"], value=points))


def _earlier(evaluated: Evaluation, rows: pd.DataFrame) -> Scatter:
    """Return the scatter of people's own means in other trainings before this one began."""
    others = rows["training_id"] != evaluated.course.training_id
    told = rows[others & (pd.to_datetime(rows["at"]) < pd.Timestamp(evaluated.course.starts_on))]
    means = told.groupby("staff_id")["value"].mean()
    if len(means) < 2:
        return NOTHING_SEEN
    return Scatter(float(means.mean()), float(means.std(ddof=1)), len(means), EARLIER, len(evaluated.trained), 0)
