"""What do the past months teach about who leaves?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from churnlab.churn import encoding
from churnlab.churn.affordable import unaffordable
from churnlab.churn.encoding import OUTCOME, Encoding
from churnlab.churn.model import ChurnModel
from churnlab.churn.reasons import reasons
from churnlab.churn.shapes import shapes
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]
Settled = Callable[[pd.Timestamp], pd.Timestamp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A model with all it needs to score a frame, and what it was taught by.

    Attributes
    ----------
    model : ChurnModel
        The fit.
    encoding : Encoding
        Features, medians and words.
    left_out : tuple of str
        Features that so few leavers could not tell apart: nothing was learned of them.
    months : tuple of datetime.date
        The snapshots it was taught by.
    rows, students, events : int
        Rows (a student stands once in each month), students, and rows followed by churn.
    tried : tuple of (float, float)
        Penalty and log loss on the later months; empty where the months were too few to try.
    unit : str
        Whose churn it tells: a student's, an enrolment's, or a student's at a campus.
    horizon_days : int
        How far ahead it looks.
    level : float
        Coverage of its intervals.
    """

    model: ChurnModel
    encoding: Encoding
    left_out: tuple[str, ...]
    months: tuple[date, ...]
    rows: int
    students: int
    events: int
    tried: tuple[tuple[float, float], ...]
    unit: str
    horizon_days: int
    level: float

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Say how likely each is to churn within the horizon.

        Parameters
        ----------
        frame : pandas.DataFrame
            `unit_id`, `student_id` and the features, in any order; more columns do no harm.

        Returns
        -------
        pandas.DataFrame
            One row for each of the frame, in its order: unit_id, student_id, churn_probability (0–1) with _low and
            _high: how far it may lie off for want of data, not whether this student leaves.

        Raises
        ------
        InputError
            If features are missing.
        """
        X = self.encoding.apply(frame)
        odds, half = self.model.decision_function(X), normal_quantile(self.level) * self.model.standard_error(X)
        return _named(frame).assign(
            churn_probability=expit(odds),
            churn_probability_low=expit(odds - half),
            churn_probability_high=expit(odds + half),
        )

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Say what each feature adds to the log odds, in comparison with the mean of the training rows.

        Returns
        -------
        pandas.DataFrame
            One row for each of the frame, in its order: unit_id, student_id, `intercept`, then a column for each
            feature; intercept and features add up to the log odds.
        """
        parts = self.model.contributions(self.encoding.apply(frame))
        owners = [column.feature for column in self.encoding.columns]
        merged = {name: parts[:, [owner == name for owner in owners]].sum(axis=1) for name in self.encoding.features}
        return _named(frame).assign(intercept=self.model.intercept_, **merged)

    def reasons(self, frame: pd.DataFrame, n: int = 3) -> pd.Series:
        """Name what raises the risk of each most: at most `n` reasons, the strongest first.

        Returns
        -------
        pandas.Series
            Indexed by unit_id, in the order of the frame: a tuple of `Said` each, empty where nothing raises the risk.
        """
        return reasons(frame, self.contributions(frame), self.encoding, self.model, n=n)


def train(panel: pd.DataFrame, *, settings: Settings, settled: Settled | None = None) -> Trained:
    """Learn from a panel of months whose outcomes are known.

    Each month weighs the same, whatever its number of students. The penalty is the one with the least log loss on the
    last months (`model.validation_share`), learned on what was known before them (`known_before`); then all teach.
    Where few left, only the first features are learned from (`unaffordable`): a penalty does not make up for too few
    leavers, as how strong it must be is then not known well either.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per month and unit: `as_of` (datetime64), `unit_id`, `student_id`, features (numbers or words),
        `churned` (bool). The order of the rows does not matter.
    settings : Settings
        `model`, `outcome`, `uncertainty`.
    settled : callable, optional
        As for `known_before`.

    Raises
    ------
    NotEnoughData
        If nobody left, everybody did, fewer than `model.min_events` did, or no feature varies.

    References
    ----------
    Riley R D et al, Stat Med 2019;38:1276–1296, and BMJ 2020;368:m441 (leavers needed to each column). Riley R D et al,
    J Clin Epidemiol 2021;132:88–96 (penalties that few events cannot choose).
    """
    check_events(panel, settings)
    panel = panel.sort_values(["as_of", "unit_id"], ignore_index=True)
    learned = _learn(panel, settings)
    if not learned.columns:
        raise NotEnoughData("model.no_features", n=len(panel))
    owners, events = [column.feature for column in learned.columns], int(panel[OUTCOME].sum())
    left_out = unaffordable(owners, events=events, settings=settings)
    if left_out:
        panel = panel.drop(columns=list(left_out))
        learned = _learn(panel, settings)
    penalty, tried = _penalty(panel, settings, settled)
    return Trained(
        model=_fit(panel, learned, penalty),
        encoding=learned,
        left_out=left_out,
        months=tuple(day.date() for day in sorted(panel["as_of"].unique())),
        rows=len(panel),
        students=int(panel["student_id"].nunique()),
        events=events,
        tried=tried,
        unit=settings.outcome.unit,
        horizon_days=settings.outcome.horizon_days,
        level=settings.uncertainty.level,
    )


def known_before(
    panel: pd.DataFrame, month: pd.Timestamp, *, settings: Settings, settled: Settled | None = None
) -> pd.DataFrame:
    """Return the rows of a panel whose outcomes were known on the first day of a month.

    Parameters
    ----------
    panel, settings
        As for `train`.
    month : pandas.Timestamp
        Its first day.
    settled : callable, optional
        For a month's first day, the first day whose ends were not all known then: a snapshot teaches for the month when
        its horizon lies before it. Default: grace or inactivity before the month, as if there were no holidays.
    """
    horizon = pd.Timedelta(days=settings.outcome.horizon_days)
    told_before = settled(month) if settled else month + horizon - pd.Timedelta(days=lag_days(settings))
    return panel[panel["as_of"] + horizon <= told_before]


def lag_days(settings: Settings) -> int:
    """Return after how many days the outcome of a snapshot is known, holidays apart.

    The horizon has to pass, and after it the days in which a renewal still follows or a silence becomes an end.
    """
    outcome = settings.outcome
    return outcome.horizon_days + max(outcome.grace_days, outcome.inactivity_days or 0)


def check_events(panel: pd.DataFrame, settings: Settings) -> None:
    """Refuse a panel that cannot teach.

    Raises
    ------
    NotEnoughData
        If there are no rows, nobody left, everybody did, or fewer than `model.min_events` did.
    """
    events, n, needed = int(panel[OUTCOME].sum()), len(panel), settings.model.min_events
    if n == 0:
        raise NotEnoughData("model.no_rows")
    if events == 0:
        raise NotEnoughData("model.nobody_left", n=n, needed=needed)
    if events == n:
        raise NotEnoughData("model.everybody_left", n=n)
    if events < needed:
        raise NotEnoughData("model.few_events", events=events, n=n, needed=needed)


def month_weights(panel: pd.DataFrame) -> Floats:
    """Return weights that give each month the same sum, 1 on average."""
    of_month = panel.groupby("as_of")["as_of"].transform("size")
    return (len(panel) / panel["as_of"].nunique() / of_month).to_numpy(dtype=float)


def _learn(panel: pd.DataFrame, settings: Settings) -> Encoding:
    return encoding.learn(panel, min_students=settings.uncertainty.min_group, shapes=shapes(settings))


def _fit(panel: pd.DataFrame, learned: Encoding, penalty: float) -> ChurnModel:
    left = panel[OUTCOME].to_numpy(dtype=bool)
    weight, whose = month_weights(panel), panel["student_id"].to_numpy()
    return ChurnModel(C=penalty).fit(learned.apply(panel), left, sample_weight=weight, clusters=whose)


def _penalty(
    panel: pd.DataFrame, settings: Settings, settled: Settled | None
) -> tuple[float, tuple[tuple[float, float], ...]]:
    penalties = sorted(settings.model.penalties)
    months = np.sort(panel["as_of"].unique())
    first = pd.Timestamp(months[-max(round(settings.model.validation_share * len(months)), 1)])
    before = known_before(panel, first, settings=settings, settled=settled)
    later = panel[panel["as_of"] >= first]
    if before[OUTCOME].sum() < settings.model.min_events or before[OUTCOME].all() or not later[OUTCOME].any():
        return penalties[len(penalties) // 2], ()
    learned = _learn(before, settings)
    if not learned.columns:
        return penalties[len(penalties) // 2], ()
    X, left, weight = learned.apply(before), before[OUTCOME].to_numpy(dtype=bool), month_weights(before)
    fits = (ChurnModel(C=C, errors=False).fit(X, left, sample_weight=weight) for C in penalties)
    unseen = learned.apply(later)
    tried = tuple((fit.C, _log_loss(fit.decision_function(unseen), later)) for fit in fits)
    return min(tried, key=lambda pair: pair[1])[0], tried


def _log_loss(odds: Floats, later: pd.DataFrame) -> float:
    loss = np.logaddexp(0, np.where(later[OUTCOME], -odds, odds))
    return float(np.average(loss, weights=month_weights(later)))


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["unit_id", "student_id"]].reset_index(drop=True)
