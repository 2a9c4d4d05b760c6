"""How many must be drawn until the trial is over, and how far has it come?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.settings import Settings
from churnlab.stats.arms import Arms, arms, drawn_for_power, information
from churnlab.stats.repeated_looks import final_level


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """The trial up to its planned end.

    Attributes
    ----------
    drawn : pandas.DataFrame
        Those who belong to it, as `trial` returns them: of lists made later than its end, nobody.
    planned : float
        Students to be drawn in all; infinite while nobody left.
    share : float
        How much of what it is to tell is in, at most 1.
    """

    drawn: pd.DataFrame
    planned: float
    share: float


def counted(drawn: pd.DataFrame) -> Arms:
    """Count who was drawn into each arm, and who left, list by list.

    Parameters
    ----------
    drawn : pandas.DataFrame
        As `trial` returns it.
    """
    return arms(drawn["churned"], drawn["to_be_called"], strata(drawn))


def strata(drawn: pd.DataFrame) -> pd.Series:
    """Return on which list each was drawn: a list is one campus's, but those of several may share their name.

    Parameters
    ----------
    drawn : pandas.DataFrame
        As `trial` returns it.
    """
    return drawn["list_id"].astype(str) + "|" + drawn["campus"].fillna("").astype(str)


def so_far(drawn: pd.DataFrame, settings: Settings) -> Plan:
    """Return the trial up to the day of lists by which it has reached its planned size.

    Planned are as many as show the effect assumed (`calling.saved_share`) with `calling.power`. The rate on which that
    hangs is that of both arms together, so that what is planned does not hang on what the trial finds. What is drawn
    after the end is no part of it: a trial that went on until it showed something would always show something.

    Parameters
    ----------
    drawn : pandas.DataFrame
        As `trial` returns it, of somebody.
    settings : Settings
        `calling` and `uncertainty.level`.

    References
    ----------
    Gould A L, Stat Med 1992;11:55–66, sizes from the rate of both arms together.
    """
    assert len(drawn), "nobody was drawn"
    for day in sorted(drawn["made_on"].unique()):
        plan = _until(drawn[drawn["made_on"] <= day], settings)
        if plan.share >= 1:
            break
    return plan


def _until(rows: pd.DataFrame, settings: Settings) -> Plan:
    planned, held = _planned(rows, settings), 1 - rows["to_be_called"].mean()
    # Lists with other shares held out tell less than as many students of one list do.
    share = information(counted(rows)) / (planned * held * (1 - held)) if np.isfinite(planned) else 0.0
    return Plan(drawn=rows, planned=planned, share=min(share, 1.0))


def _planned(rows: pd.DataFrame, settings: Settings) -> float:
    rules, left, held = settings.calling, rows["churned"].mean(), 1 - rows["to_be_called"].mean()
    if not 0 < left < 1 or not 0 < held < 1:
        return np.inf
    # Of those held out so many leave, if calling keeps of the others what is assumed.
    rate = min(left / (1 - rules.saved_share * (1 - held)), 1.0)
    level = final_level(settings.uncertainty.level)
    return drawn_for_power(rate, -rate * rules.saved_share, held, level=level, power=rules.power)
