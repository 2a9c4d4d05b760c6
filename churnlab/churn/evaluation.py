"""How good would the model have been in the months that are over?"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from churnlab.churn.challenger import challenge
from churnlab.churn.encoding import KEYS, OUTCOME
from churnlab.churn.train import Settled, Trained, known_before, lag_days, train
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings

MODEL, RATE, CHALLENGER = "model", "last_rate", "challenger"
# One-rule rivals: what a service team looks at today, each taught alone on the same months.
RULES = ("days_since_lesson", "hours_left", "days_to_contract_end")


@dataclass(frozen=True, kw_only=True, eq=False)
class Backtest:
    """What a model, trained each time on what was known then, said of past months, and what came.

    Attributes
    ----------
    scored : pandas.DataFrame
        One row per month and unit: as_of, unit_id, student_id, churned, churn_probability, then a probability by each
        rival (`last_rate`: the last rate known then, for everybody; each rule of `RULES` that the panel has), then
        by the `challenger`, a model that nobody can read.
    rivals : tuple of str
        The columns of the rivals.
    months : tuple of datetime.date
        Months that were judged.
    skipped : tuple of datetime.date
        Months before which too few had left to train.
    contributions : pandas.DataFrame
        One row per month and unit that churned within the horizon: as_of, unit_id, student_id, then what each feature
        added to the log odds that the model of the month told, in comparison with the mean of what had taught it.
    """

    scored: pd.DataFrame
    rivals: tuple[str, ...]
    months: tuple[date, ...]
    skipped: tuple[date, ...]
    contributions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(KEYS)))


def backtest(panel: pd.DataFrame, *, settings: Settings, settled: Settled | None = None) -> Backtest:
    """Train before each of the last months on what was known then, score the month, and set beside it what came.

    Parameters
    ----------
    panel : pandas.DataFrame
        As for `train`, all months.
    settings : Settings
        `model.test_months` and what `train` needs.
    settled : callable, optional
        As for `known_before`.

    Raises
    ------
    NotEnoughData
        If before none of the months enough was known to train.
    """
    panel = panel.sort_values(["as_of", "unit_id"], ignore_index=True)
    months = [pd.Timestamp(day) for day in np.sort(panel["as_of"].unique())][-settings.model.test_months :]
    scored, pushes = {}, []
    for month in months:
        known, now = known_before(panel, month, settings=settings, settled=settled), panel[panel["as_of"] == month]
        if (trained := _trained(known, settings, settled)) is not None:
            scored[month.date()] = _judged(trained, known, now, settings, settled)
            pushes.append(_pushes(trained, now))
    if not scored:
        needed, days = settings.model.min_events, lag_days(settings)
        raise NotEnoughData("model.no_backtest", months=len(months), needed=needed, days=days)
    table = pd.concat(scored.values(), ignore_index=True)
    return Backtest(
        scored=table,
        rivals=tuple(name for name in (RATE, *RULES) if name in table),
        months=tuple(scored),
        skipped=tuple(month.date() for month in months if month.date() not in scored),
        contributions=pd.concat(pushes, ignore_index=True).fillna(0.0),  # what a month's model did not use adds nothing
    )


def _judged(
    trained: Trained, known: pd.DataFrame, now: pd.DataFrame, settings: Settings, settled: Settled | None
) -> pd.DataFrame:
    newest = known[known["as_of"] == known["as_of"].max()]
    alone = {
        name: _trained(known[[*KEYS, name, OUTCOME]], settings, settled)
        for name in RULES
        if name in known and known[name].notna().any()
    }
    rates = {RATE: float(newest[OUTCOME].mean())}
    # A rule that never varied says the same of everybody: the rate.
    return (
        now[[*KEYS, OUTCOME]]
        .reset_index(drop=True)
        .assign(churn_probability=_told(trained, now), **rates)
        .assign(**{name: rates[RATE] if rule is None else _told(rule, now) for name, rule in alone.items()})
        .assign(**{CHALLENGER: challenge(known, now)})
    )


def _pushes(trained: Trained, now: pd.DataFrame) -> pd.DataFrame:
    left = now[OUTCOME].to_numpy(dtype=bool)
    added = trained.contributions(now)[left].drop(columns="intercept")
    return added.assign(as_of=now["as_of"].to_numpy()[left])[[*KEYS, *trained.encoding.features]]


def _told(trained: Trained, now: pd.DataFrame) -> pd.Series:
    return trained.score(now)["churn_probability"]


def _trained(known: pd.DataFrame, settings: Settings, settled: Settled | None) -> Trained | None:
    try:
        return train(known, settings=settings, settled=settled)
    except NotEnoughData:
        return None
