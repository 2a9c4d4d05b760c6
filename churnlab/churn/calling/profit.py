"""What would calling by the model have earned?"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.calling.saving import saved_share
from churnlab.churn.capacity import PROBABILITY, at_campuses, listed
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.evaluation import Backtest
from churnlab.churn.renewal.value import remaining_value
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.stats.profit import Best, Costs, expected_maximum_profit, maximum_profit

Flags = NDArray[np.bool_]
_SURE = 0.99  # of leavers not more are taken to stay: a beta distribution needs room on either side
CAPACITY, BEST, EVERYBODY, BY_LOT = "capacity", "best", "everybody", "by_lot"


def call_profit(risk: Risk) -> Finding:
    """Tell what calling would have earned in the months tested: at what can be called, and at the most.

    The average profit of Verbraken, Verbeke and Baesens: of leavers called the share `saved_share` stays, each worth
    the mean of those now in service, each call costs, and stayers take what is promised. One ranking over all campuses
    and months for the maximum; each campus's highest for what can be called. Everybody is worth alike here: it judges
    the model's chances, not the list.

    Parameters
    ----------
    risk : Risk
        The model with its backtest; of all campuses.

    Returns
    -------
    Finding
        `calling.profit`; one row per way: way, called, found (who would have left), profit_cny with its interval (by
        student, for the draw of students alone), profit_per_call_cny. Facts: MPC (`best_cny`, `best_share`), EMPC
        (`expected_cny`; the share that stays has the beta distribution with our mean and error) and per student and
        month.

    Raises
    ------
    NotEnoughData
        If no month can be tested, nobody left in them, or worth cannot be told.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973.
    """
    data, settings = risk.data, risk.data.settings
    tested = at_campuses(risk.backtest, data)
    gone = tested.scored[OUTCOME].to_numpy(dtype=bool)
    if not gone.any():
        raise NotEnoughData("model.nobody_to_find", months=len(tested.months), n=len(gone))
    saves, rules = saved_share(data), settings.calling
    worth = float(remaining_value(data)["remaining_value_cny"].mean())
    costs = Costs(value=worth, call=rules.cost_per_call_cny, offer=rules.offer_cny)
    share = float(np.clip(saves.share, 1 - _SURE, _SURE))
    chance = tested.scored[PROBABILITY].to_numpy(dtype=float)
    best = maximum_profit(gone, chance, costs, share)
    expected = expected_maximum_profit(gone, chance, costs, **_beta(share, saves.error))
    table = _table(tested, gone, _earned(gone, share, costs), best, settings)
    return Finding(
        key="calling.profit",
        table=table,
        facts=_facts(table, tested, settings) | saves.facts | _most(best, expected, len(gone)) | {"worth_cny": worth},
        sentences=("sentence", "best" if best.share > 0 else "nobody"),
        caveats=("model.not_called", "calling.old_value", saves.caveat),
    )


def _earned(gone: Flags, share: float, costs: Costs) -> NDArray[np.float64]:
    """Return what a call to each earns, on average over who accepts."""
    return np.where(gone, share * (costs.value - costs.offer), -costs.offer) - costs.call


def _table(tested: Backtest, gone: Flags, earned: NDArray[np.float64], best: Best, settings: Settings) -> pd.DataFrame:
    scored, rules = tested.scored, settings.uncertainty
    on_list = listed(scored, PROBABILITY, settings.calling.calls_per_month, seed=rules.seed)
    order = np.argsort(-scored[PROBABILITY].to_numpy(dtype=float), kind="stable")
    to_the_best = np.zeros(len(gone), dtype=bool)
    to_the_best[order[: round(best.share * len(gone))]] = True
    ways = {CAPACITY: on_list, BEST: to_the_best, EVERYBODY: np.ones(len(gone), dtype=bool)}
    rows = []
    for name, called in ways.items():
        value = np.where(called, earned, 0.0)
        low, high = _limits(value, scored["student_id"], settings)
        ends = {"profit_cny_low": low, "profit_cny_high": high}
        rows.append(_row(name, int(called.sum()), int((called & gone).sum()), float(value.sum())) | ends)
    many = int(on_list.sum())
    rows.append(_row(BY_LOT, many, round(many * gone.mean()), float(many * earned.mean())))
    return pd.DataFrame(rows)[["way", "called", "found", "profit_cny", "profit_cny_low", "profit_cny_high",
                               "profit_per_call_cny"]]  # fmt: skip


def _limits(value: NDArray[np.float64], students: pd.Series, settings: Settings) -> tuple[float, float]:
    """Return between which sums other students as these would have brought it."""
    rules = settings.uncertainty
    low, high = cluster_bootstrap(
        lambda drawn: value[drawn].sum(), students, level=rules.level, resamples=rules.bootstrap, seed=rules.seed
    )
    return float(low), float(high)


def _row(way: str, called: int, found: int, profit: float) -> dict[str, Any]:
    each = profit / called if called else np.nan
    return {"way": way, "called": called, "found": found, "profit_cny": profit, "profit_per_call_cny": each}


def _facts(table: pd.DataFrame, tested: Backtest, settings: Settings) -> dict[str, Any]:
    at = {str(way): table[table["way"] == way].iloc[0] for way in table["way"]}
    return {
        "months": len(tested.months),
        "calls_per_month": settings.calling.calls_per_month,
        "called": int(at[CAPACITY]["called"]),
        "by_lot_cny": float(at[BY_LOT]["profit_cny"]),
        "level": settings.uncertainty.level,
        **{f"capacity_cny{end}": float(at[CAPACITY][f"profit_cny{end}"]) for end in ("", "_low", "_high")},
    }


def _most(best: Best, expected: Best, n: int) -> dict[str, float]:
    return {
        "best_share": best.share,
        "best_cny": best.profit * n,
        "expected_cny": expected.profit * n,
        "per_student_cny": expected.profit,
    }


def _beta(mean: float, error: float) -> dict[str, float]:
    """Return the parameters of the beta distribution of this mean and standard deviation: 0.3 and 0.1 give 6, 14."""
    size = max(mean * (1 - mean) / error**2 - 1, 1.0)
    return {"alpha": mean * size, "beta_": (1 - mean) * size}
