"""What share of those who would leave does a call save?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.churn.calling.plan import counted
from churnlab.churn.calling.trial import trial
from churnlab.errors import NotEnoughData
from churnlab.settings import Calling, Settings
from churnlab.stats.arms import risk_ratio
from churnlab.stats.intervals import normal_quantile
from churnlab.tables.door import Data

_MOSTLY = 0.5
_LEAST_LEFT = 5  # in each arm; of fewer the error of a ratio says little


@dataclass(frozen=True, kw_only=True)
class SavedShare:
    """The share of those about to leave, and not gone yet, who stay because they are on a list to be called.

    Attributes
    ----------
    share, low, high : float
        What a list goes by, with its interval; at most 1, below 0 where calls drive away.
    error : float
        Its standard error.
    weight : float
        How much of it was measured, 0–1; the rest is the assumption of the settings.
    measured : float or None
        What the trial alone says.
    drawn : int
        By how many students drawn by lot.
    """

    share: float
    low: float
    high: float
    error: float
    weight: float = 0.0
    measured: float | None = None
    drawn: int = 0

    @property
    def caveat(self) -> str:
        """Which caveat says where the share comes from."""
        if self.measured is None:
            return "calling.assumed"
        return "calling.measured" if self.weight >= _MOSTLY else "calling.mixed"

    @property
    def facts(self) -> dict[str, float | int | None]:
        """What that caveat needs."""
        return {
            "saved_share": self.share,
            "saved_share_low": self.low,
            "saved_share_high": self.high,
            "measured_weight": self.weight,
            "drawn": self.drawn,
        }


def saved_share(data: Data) -> SavedShare:
    """Weigh what was assumed against what was measured.

    The assumption, `calling.saved_share` with its error, and the trial's 1 − risk ratio are averaged by their
    precisions: with few data the assumption stands, with many it no longer matters, and no day comes on which the list
    turns over at once.

    Counted are those of the trial who left after their list was made. A list, too, applies the
    share to those alone who are not gone yet (`keepable`); whoever had left before, unseen, would only thin it out. Who
    was gone, or whose contract had run out, and who comes back through a call is not counted as kept.

    The trial asks for no reasons, as they are not asked alike in both arms (`trial`). A list applies its share to the
    chance to churn (P), which leaves out who goes for personal reasons: by these alone the list tells what calls save
    too low rather than too high. The caveat of the list says so. The assumption speaks of those who churn.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    References
    ----------
    Gelman A et al., Bayesian Data Analysis, 3rd ed. 2013, section 2.5: the normal mean with a normal prior. The usual
    assumption, Beta(6, 14): Verbraken T et al., IEEE Trans Knowl Data Eng 2013;25:961–973.
    """
    try:
        drawn = trial(data)
    except NotEnoughData:
        return assumed(data.settings)
    counts = counted(drawn.assign(churned=drawn["churned"] & ~drawn["already_gone"]))
    if min(counts.treated_events.sum(), counts.control_events.sum()) < _LEAST_LEFT:
        return assumed(data.settings)
    ratio, log_error = risk_ratio(counts)
    measured, error = 1 - ratio, ratio * log_error
    rules = data.settings.calling
    precision, prior = 1 / error**2, 1 / rules.saved_share_error**2
    weight = precision / (precision + prior)
    share = weight * measured + (1 - weight) * rules.saved_share
    both = float(np.sqrt(1 / (precision + prior)))
    low, high = _limits(share, both, data.settings)
    return SavedShare(share=share, low=low, high=high, error=both, weight=weight, measured=measured, drawn=len(drawn))


def by_a_call(rows: pd.DataFrame, share: float, rules: Calling) -> tuple[pd.Series, pd.Series]:
    """Return the margin that a call to each is expected to keep, and what the call is expected to cost.

    P · h · s · (V − d), and (1 − P) · d + c: see `call_lists`.

    Parameters
    ----------
    rows : pandas.DataFrame
        `churn_probability`, `keepable_share` and `remaining_value_cny`.
    share : float
        Of leavers still here, whom a call saves.
    rules : Calling
        `offer_cny` and `cost_per_call_cny`.
    """
    chance, worth = rows["churn_probability"], (rows["remaining_value_cny"] - rules.offer_cny).clip(lower=0)
    kept = chance * rows["keepable_share"] * share * worth
    return kept, (1 - chance) * rules.offer_cny + rules.cost_per_call_cny


def assumed(settings: Settings) -> SavedShare:
    """Return what the settings assume, as long as nothing was measured."""
    rules = settings.calling
    low, high = _limits(rules.saved_share, rules.saved_share_error, settings)
    return SavedShare(share=rules.saved_share, low=low, high=high, error=rules.saved_share_error)


def _limits(share: float, error: float, settings: Settings) -> tuple[float, float]:
    half = normal_quantile(settings.uncertainty.level) * error
    return share - half, min(share + half, 1.0)
