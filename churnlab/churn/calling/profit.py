"""What would the lists have earned?"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.calling.replayed import replayed
from churnlab.churn.calling.saving import saved_share
from churnlab.churn.capacity import PROBABILITY, at_campuses
from churnlab.churn.caveats import of_all
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.evaluation import Backtest
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.stats.profit import Costs, expected_maximum_profit, maximum_profit

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
_SURE = 0.99  # of leavers not more are taken to stay: a beta distribution needs room on either side
_WAYS = ("list", "by_risk", "by_lot", "best", "everybody")
LIST, BY_RISK, BY_LOT, BEST, EVERYBODY = _WAYS


def call_profit(risk: Risk) -> Finding:
    """Tell what the lists would have earned in the later months tested, and what as many calls by risk and by lot.

    The lists are those that `call_lists` would have made then (`replayed`): by what a call is expected to save. Of
    leavers called the share `saved_share` stays, each worth what she was worth then; each call costs, and stayers take
    what is promised. Nobody is kept who had come for the last time before the call; as nobody could tell, she is called
    all the same. By risk and by lot as many are called of each campus and month, of the same students: those who do not
    rest from an earlier list.

    Beside it the measures that are published for a score of risk: the depths of the maximum profit (MPC) and of the
    expected maximum (EMPC), at which everybody is worth the mean. They judge the model's chances and not the list,
    which knows whom a call can keep and what she is worth. The depth is the one that pays most on the first half of the
    months; what it earns is told of the second half. On the months on which it was chosen it would look better than it
    is.

    Parameters
    ----------
    risk : Risk
        The model with its backtest; of all campuses.

    Returns
    -------
    Finding
        `calling.profit`; one row per way: way, called, could_be_kept (who left, and had not left before), profit_cny
        with its interval (by student, for the draw of students alone, the lists as they are; for the depth, each draw
        chooses its own), profit_per_call_cny. By lot means: on average over all such lots. Facts: what the lists earn
        more than by lot (`gain_cny`) and than by risk (`over_risk_cny`), with intervals; `best_share` (MPC) and
        `expected_share` (EMPC; the share that stays has the beta distribution with our mean and error).

    Raises
    ------
    NotEnoughData
        If fewer than two months can be tested, nobody who could be kept left in them, no call would have paid, or worth
        cannot be told.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973.
    """
    data, settings = risk.data, risk.data.settings
    tested, saves = at_campuses(risk.backtest, data), saved_share(risk.data)
    if len(tested.months) < 2:
        raise NotEnoughData("calling.few_months", months=len(tested.months))
    scored = replayed(tested.scored, risk.panel, data, share=saves.share)
    scored = scored.assign(can_be_kept=scored[OUTCOME] & ~scored["already_gone"])
    half = pd.Timestamp(tested.months[len(tested.months) // 2])
    earlier, later = scored[scored["as_of"] < half], scored[scored["as_of"] >= half]
    if not earlier["can_be_kept"].any() or not later["can_be_kept"].any():
        raise NotEnoughData("model.nobody_to_find", months=len(tested.months), n=len(scored))
    if not later["on_list"].any():
        raise NotEnoughData("calling.nobody")
    rules, share = settings.calling, float(np.clip(saves.share, 1 - _SURE, _SURE))
    worth = float(earlier["remaining_value_cny"].mean())
    costs = Costs(value=worth, call=rules.cost_per_call_cny, offer=rules.offer_cny)
    best = _depth(earlier, costs, share)
    expected = expected_maximum_profit(
        earlier["can_be_kept"], earlier[PROBABILITY], costs, gone=_lost(earlier), **_beta(share, saves.error)
    ).share
    table, more = _table(earlier, later, costs, share, settings)
    found = Finding(
        key="calling.profit",
        table=table,
        facts=_facts(table, tested, settings)
        | more
        | saves.facts
        | {"best_share": best, "expected_share": expected, "worth_cny": worth}
        | {"gone": int((later["on_list"] & later["already_gone"]).sum())},
        sentences=("sentence", _verdict(more, "gain_cny"), f"risk_{_verdict(more, 'over_risk_cny')}", "gone",
                   "best" if best > 0 else "nobody"),
        caveats=("model.not_called", "calling.worth_then", saves.caveat),
    )  # fmt: skip
    return of_all(found, risk.campus, "calling.all_campuses")


def _depth(earlier: pd.DataFrame, costs: Costs, share: float) -> float:
    """Return the share of all whom to call each month so that most is earned."""
    return maximum_profit(earlier["can_be_kept"], earlier[PROBABILITY], costs, share, gone=_lost(earlier)).share


def _lost(rows: pd.DataFrame) -> pd.Series:
    """Tell who left and can be kept no more: who is gone takes no offer."""
    return rows[OUTCOME].astype(bool) & ~rows["can_be_kept"]


def _earned(rows: pd.DataFrame, costs: Costs, share: float) -> Floats:
    """Return what a call to each earns, on average over who accepts: of what she was worth then."""
    gains = (share * (rows["remaining_value_cny"] - costs.offer)).where(rows["can_be_kept"], -costs.offer)
    return (gains.mask(_lost(rows), 0.0) - costs.call).to_numpy(dtype=float)


def _by_lot(later: pd.DataFrame) -> Floats:
    """Return how likely each is to be called, if lists as long are drawn by lot of those who may be listed."""
    pool = later[later["may_be_listed"]]
    chance = pool["on_list"].astype(float).groupby([pool["as_of"], pool["campus"]]).transform("mean")
    return chance.reindex(later.index, fill_value=0.0).to_numpy()


def _verdict(more: dict[str, float], name: str) -> str:
    if more[f"{name}_low"] > 0:
        return "more"
    return "less" if more[f"{name}_high"] < 0 else "alike"


def _first(later: pd.DataFrame, share: float) -> Flags:
    """Tell who belongs to this share of each month, the likeliest leavers first."""
    months = later.groupby("as_of")[PROBABILITY]
    place = months.rank(method="first", ascending=False)
    return (place <= (share * months.transform("size")).round()).to_numpy()


def _table(
    earlier: pd.DataFrame, later: pd.DataFrame, costs: Costs, share: float, settings: Settings
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the table, and what the lists earn more than calling by lot and by risk."""
    rules, earned, lot = settings.uncertainty, _earned(later, costs, share), _by_lot(later)
    called, by_risk = (later[name].to_numpy(dtype=float) for name in ("on_list", "by_risk"))
    ways: dict[str, Floats] = {LIST: called, BY_RISK: by_risk, BY_LOT: lot, EVERYBODY: np.ones_like(lot)}
    ways |= {"gain_cny": called - lot, "over_risk_cny": called - by_risk}
    first, both = len(earlier), pd.concat([earlier, later], ignore_index=True)

    def sums(drawn: NDArray[np.intp]) -> list[float]:
        early, late = drawn[drawn < first], drawn[drawn >= first] - first
        if not len(early) or not len(late):
            return [np.nan] * (1 + len(ways))
        best = _first(later.iloc[late], _depth(earlier.iloc[early], costs, share)).astype(float)
        return [float(earned[late] @ each) for each in (best, *(each[late] for each in ways.values()))]

    low, high = cluster_bootstrap(
        sums, both["student_id"], level=rules.level, resamples=rules.bootstrap, seed=rules.seed
    )
    kept = later["can_be_kept"].to_numpy(dtype=float)
    told = {BEST: _first(later, _depth(earlier, costs, share)).astype(float), **ways}
    sums_of = {
        name: {"called": each.sum(), "could_be_kept": each @ kept, "profit_cny": earned @ each,
               "profit_cny_low": low[place], "profit_cny_high": high[place]}
        for place, (name, each) in enumerate(told.items())
    }  # fmt: skip
    more = ((name, end) for name in ("gain_cny", "over_risk_cny") for end in ("", "_low", "_high"))
    return _rows(sums_of), {f"{name}{end}": float(sums_of[name][f"profit_cny{end}"]) for name, end in more}


def _rows(sums_of: dict[str, dict[str, float]]) -> pd.DataFrame:
    table = pd.DataFrame([{"way": way, **sums_of[way]} for way in _WAYS])
    table = table.assign(profit_per_call_cny=table["profit_cny"] / table["called"].where(table["called"] > 0))
    return table.assign(**{name: table[name].round().astype(np.int64) for name in ("called", "could_be_kept")})


def _facts(table: pd.DataFrame, tested: Backtest, settings: Settings) -> dict[str, Any]:
    at, early = {str(way): table[table["way"] == way].iloc[0] for way in table["way"]}, len(tested.months) // 2
    return {
        "earlier": early,
        "months": len(tested.months) - early,
        "calls_per_month": settings.calling.calls_per_month,
        "called": int(at[LIST]["called"]),
        "could_be_kept": int(at[LIST]["could_be_kept"]),
        "by_lot_kept": int(at[BY_LOT]["could_be_kept"]),
        "by_lot_cny": float(at[BY_LOT]["profit_cny"]),
        "by_risk_kept": int(at[BY_RISK]["could_be_kept"]),
        "by_risk_cny": float(at[BY_RISK]["profit_cny"]),
        "level": settings.uncertainty.level,
        **{f"{way}_cny{end}": float(at[way][f"profit_cny{end}"])
           for way in (LIST, BEST) for end in ("", "_low", "_high")},
    }  # fmt: skip


def _beta(mean: float, error: float) -> dict[str, float]:
    """Return the parameters of the beta distribution of this mean and standard deviation: 0.3 and 0.1 give 6, 14."""
    size = max(mean * (1 - mean) / error**2 - 1, 1.0)
    return {"alpha": mean * size, "beta_": (1 - mean) * size}
