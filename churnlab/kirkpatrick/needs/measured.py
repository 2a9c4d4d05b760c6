"""How far has a training come on what it was to reach, and how surely?"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.behavior.transfer import transfer
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import whole_scores
from churnlab.kirkpatrick.metrics import measured as kind_of_kpi
from churnlab.kirkpatrick.performance import kpi_panel
from churnlab.kirkpatrick.reaction.answers import answers, out_of_100, rated
from churnlab.kirkpatrick.reaction.promoters import AFTER, customers_promote
from churnlab.settings import Settings
from churnlab.stats.gain import ratio_of_means
from churnlab.stats.paired import paired_difference
from churnlab.stats.rating import share_limits
from churnlab.tables.door import fetch
from churnlab.wording import Said

Kind = Literal["share", "money", "plain"]
OWN: dict[str, Kind] = {
    "check_ins": "share", "applied_share": "share", "attendance": "share", "test_mean": "plain", "reaction": "plain",
    "nps": "plain",
}  # fmt: skip
CAME = ("present", "made_up")
_FULL = 100
_DAYS = 30
_SAME = 1e-9  # ratios nearer to each other differ by rounding


class Measured(NamedTuple):
    """A number with its interval, and how many people it is from."""

    value: float
    low: float
    high: float
    people: int


NOTHING = Measured(np.nan, np.nan, np.nan, 0)


def kind_of(measure: str, settings: Settings) -> Kind:
    """Tell what the numbers of a measure are: shares from 0 to 1, money in CNY, or neither."""
    return OWN.get(measure) or kind_of_kpi(measure, settings)


def measured(evaluated: Evaluation, measure: str, *, months: float | None = None) -> Measured:
    """Return what the trained have come to.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    measure : str
        A KPI of single members of staff (mean over people of each one's months) or one of ours: `check_ins` (weekly
        tasks done), `attendance` (seats taken, made up included), `applied_share` (people seen to apply it, see
        `transfer`), all 0–1; `test_mean` (points of 100), `reaction` (points of 100, see `[reaction] mapping`), `nps`
        (−100 to 100, of customers).
    months : float, optional
        By when after the training: of a KPI the last `needs.target_months` whole months until then; of tests the
        delayed one where that is a month or more; of who applies it the last rating whose time has come until then; of
        weekly tasks those until then. Default: until now.

    Returns
    -------
    Measured
        With an interval by people; NaN where nothing is told, or of a single person.
    """
    own: dict[str, Callable[[], Measured]] = {
        "check_ins": lambda: _rows(evaluated, _tasks(evaluated, months)),
        "attendance": lambda: _rows(evaluated, _seats(evaluated)),
        "applied_share": lambda: _applied(evaluated, months),
        "test_mean": lambda: _tested(evaluated, months),
        "reaction": lambda: _liked(evaluated),
        "nps": lambda: _promoted(evaluated),
    }
    try:
        return own[measure]() if measure in own else _kpi(evaluated, measure, months)
    except NotEnoughData:
        return NOTHING


def change(evaluated: Evaluation, metric: str, *, months: float | None = None) -> Measured:
    """Return by which share a KPI of the trained has changed since before the training.

    The mean over people of their means after, over that of their means before, of those who have both, with Fieller's
    interval: what all of them together have more, so that nobody's own ratio of small numbers rules it. People who were
    chosen for a low KPI come back by themselves.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    metric : str
        A KPI; of our own measures nothing is known from before.
    months : float, optional
        As for `measured`.

    Returns
    -------
    Measured
        A share, 0.2 is +20 %; NaN where nothing is told or the mean before is not above 0, and without ends where
        people differ too much, or not at all.
    """
    both = pd.concat(
        [kpi_before(evaluated, metric).rename("before"), kpi_after(evaluated, metric, months).rename("after")], axis=1
    ).dropna()
    if len(both) < 2 or not both["before"].mean() > 0:
        return NOTHING
    found = ratio_of_means(both["after"], both["before"], level=evaluated.data.settings.uncertainty.level)
    # Where all changed alike nothing tells how sure it is.
    has_ends = found.bounded and found.high - found.low > _SAME
    low, high = (found.low - 1, found.high - 1) if has_ends else (np.nan, np.nan)
    return Measured(found.ratio - 1, low, high, found.n)


def kpi_after(evaluated: Evaluation, metric: str, months: float | None = None) -> pd.Series:
    """Return each trained person's mean of a KPI over the last months until so long after the training, by id."""
    told, window = _of_trained(evaluated, metric), evaluated.data.settings.needs.target_months
    told = told[told["months_since"] >= 0]
    if months and not pd.isna(months):
        told = told[told["months_since"] < months]
    if told.empty:
        return pd.Series(dtype=float)
    last = told.groupby("staff_id")["months_since"].transform("max") if not months else told["months_since"].max()
    return told[told["months_since"] > last - window].groupby("staff_id")["value"].mean()


def kpi_before(evaluated: Evaluation, metric: str) -> pd.Series:
    """Return each trained person's mean of a KPI over the last months before she began, by id."""
    told, window = _of_trained(evaluated, metric), evaluated.data.settings.needs.target_months
    began = told["began_on"].dt.to_period("M").dt.to_timestamp()
    ago = (began.dt.year - told["month"].dt.year) * 12 + began.dt.month - told["month"].dt.month
    return told[(ago >= 1) & (ago <= window)].groupby("staff_id")["value"].mean()


def interval_written(found: Measured, kind: str) -> Said | None:
    """Return a number with its interval as a table cell writes it; `kind` may be `change` too; missing: None."""
    if pd.isna(found.value):
        return None
    scale = 100.0 if kind == "change" else 1.0
    facts = {"value": scale * found.value, "low": scale * found.low, "high": scale * found.high}
    bounded = "" if pd.notna(found.low) and pd.notna(found.high) else "_alone"
    return Said(f"needs.interval.{kind}{bounded}", facts)


def _kpi(evaluated: Evaluation, metric: str, months: float | None) -> Measured:
    """Return the mean over people; where its numbers are shares, with an interval that holds near 0 and 1."""
    values = kpi_after(evaluated, metric, months)
    if kind_of(metric, evaluated.data.settings) == "share" and values.between(0, 1).all():
        return _shares(values, values.index, evaluated)
    if len(values) < 2:
        return NOTHING
    # Against nothing, the difference is the value itself.
    found = paired_difference(values * 0, values, level=evaluated.data.settings.uncertainty.level)
    return Measured(found.mean, found.low, found.high, found.n)


def _shares(values: pd.Series, whose: pd.Index | pd.Series, evaluated: Evaluation) -> Measured:
    people = whose.nunique()
    if people < 2:
        return NOTHING
    low, high = share_limits(values, whose, level=evaluated.data.settings.uncertainty.level)
    return Measured(float(values.mean()), low, high, people)


def _of_trained(evaluated: Evaluation, metric: str) -> pd.DataFrame:
    panel = kpi_panel(evaluated)
    panel = panel[(panel["metric"] == metric) & panel["is_trained"]]
    return panel.merge(evaluated.trained[["staff_id", "began_on"]], on="staff_id")


def _tasks(evaluated: Evaluation, months: float | None) -> pd.DataFrame:
    table = evaluated.data.table("check_ins")
    rows = fetch(table.filter(table.training_id == evaluated.course.training_id)).dropna(subset=["done"])
    rows = rows.assign(did=rows["done"].astype(bool))
    if not months or pd.isna(months):
        return rows
    ended = rows["staff_id"].map(evaluated.trained.set_index("staff_id")["ended_on"])
    ended = pd.to_datetime(ended).fillna(pd.Timestamp(evaluated.course.ends_on))
    return rows[pd.to_datetime(rows["week"]) <= ended + later(months)]


def later(months: float) -> pd.DateOffset:
    """Return so many months, of which a part is told in days, as what is added to a day."""
    return pd.DateOffset(months=int(months), days=round((months - int(months)) * _DAYS))


def _seats(evaluated: Evaluation) -> pd.DataFrame:
    return evaluated.attendance.assign(did=evaluated.attendance["status"].isin(CAME))


def _rows(evaluated: Evaluation, rows: pd.DataFrame) -> Measured:
    rows = rows[rows["staff_id"].isin(evaluated.trained["staff_id"])]
    return _shares(rows["did"].astype(float), rows["staff_id"], evaluated)


def _applied(evaluated: Evaluation, months: float | None) -> Measured:
    table = transfer(evaluated).table
    table = table[(table["months_after"] > 0) & (table["due_people"] > 0)]
    if months and not pd.isna(months):
        table = table[table["months_after"] <= months]
    if table.empty or not table["rated_people"].iloc[-1]:
        return NOTHING
    row, name = table.iloc[-1], "applying_share"
    return Measured(row[name], row[f"{name}_low"], row[f"{name}_high"], int(row["rated_people"]))


def _tested(evaluated: Evaluation, months: float | None) -> Measured:
    scores = whole_scores(evaluated)
    scores = scores[scores["is_trained"]].set_index("staff_id")
    is_later = bool(months and months >= 1) and scores["delayed"].notna().any()
    shares = scores["delayed" if is_later else "post"].dropna()
    found = _shares(shares, shares.index, evaluated)
    return Measured(_FULL * found.value, _FULL * found.low, _FULL * found.high, found.people)


def _liked(evaluated: Evaluation) -> Measured:
    found, mapping = rated(answers(evaluated), evaluated), evaluated.data.settings.reaction.mapping
    value, low, high = (out_of_100(one, mapping) for one in (found.mean, found.mean_low, found.mean_high))
    return Measured(value, low, high, found.people)


def _promoted(evaluated: Evaluation) -> Measured:
    table = customers_promote(evaluated).table
    row = table[table["promoter_when"] == AFTER].to_dict("records")[0]
    value, low, high = (_FULL * float(row[f"promoter_points{end}"]) for end in ("", "_low", "_high"))
    return Measured(value, low, high, int(row["promoter_people"]))
