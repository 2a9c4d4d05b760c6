"""What would calling by the model have earned?"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.calling.saving import saved_share
from churnlab.churn.capacity import PROBABILITY, at_campuses, listed
from churnlab.churn.caveats import of_all
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.evaluation import Backtest
from churnlab.churn.renewal.value import remaining_value
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.stats.profit import Costs, expected_maximum_profit, maximum_profit

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
_SURE = 0.99  # of leavers not more are taken to stay: a beta distribution needs room on either side
_WAYS = ("capacity", "best", "everybody", "by_lot")
CAPACITY, BEST, EVERYBODY, BY_LOT = _WAYS
_GAIN = "gain"


def call_profit(risk: Risk) -> Finding:
    """Tell what calling would have earned in the later months tested: at what can be called, and at the best depth.

    The average profit of Verbraken, Verbeke and Baesens: of leavers called the share `saved_share` stays, each worth
    the mean of those now in service, each call costs, and stayers take what is promised. Nobody is kept who had come
    for the last time before the call; as nobody could tell, she is called all the same. Everybody is worth alike here:
    it judges the model's chances, not the list.

    The best depth is the one that pays most on the first half of the months; what it earns is told of the second half.
    On the months on which it was chosen it would look better than it is.

    Parameters
    ----------
    risk : Risk
        The model with its backtest; of all campuses.

    Returns
    -------
    Finding
        `calling.profit`; one row per way: way, called, could_be_kept (who left, and had not left before), profit_cny
        with its interval (by student, for the draw of students alone; each draw chooses its own depth),
        profit_per_call_cny. By lot means: of each campus and month as many, on average over all such lots. Facts: what
        calling by risk earns more than by lot (`gain_cny`, with its interval); the depth of the maximum profit (MPC,
        `best_share`), and that of the expected maximum (EMPC, `expected_share`; the share that stays has the beta
        distribution with our mean and error).

    Raises
    ------
    NotEnoughData
        If fewer than two months can be tested, nobody who could be kept left in them, or worth cannot be told.

    References
    ----------
    Verbraken T, Verbeke W, Baesens B, IEEE Trans Knowl Data Eng 2013;25:961–973.
    """
    data, settings = risk.data, risk.data.settings
    tested = at_campuses(risk.backtest, data)
    if len(tested.months) < 2:
        raise NotEnoughData("calling.few_months", months=len(tested.months))
    scored = tested.scored.assign(can_be_kept=tested.scored[OUTCOME] & ~tested.scored["already_gone"])
    half = pd.Timestamp(tested.months[len(tested.months) // 2])
    earlier, later = scored[scored["as_of"] < half], scored[scored["as_of"] >= half]
    if not earlier["can_be_kept"].any() or not later["can_be_kept"].any():
        raise NotEnoughData("model.nobody_to_find", months=len(tested.months), n=len(scored))
    saves, rules = saved_share(data), settings.calling
    worth = float(remaining_value(data)["remaining_value_cny"].mean())
    costs = Costs(value=worth, call=rules.cost_per_call_cny, offer=rules.offer_cny)
    share = float(np.clip(saves.share, 1 - _SURE, _SURE))
    best = _depth(earlier, costs, share)
    expected = expected_maximum_profit(
        earlier["can_be_kept"], earlier[PROBABILITY], costs, gone=_lost(earlier), **_beta(share, saves.error)
    ).share
    table, gain = _table(earlier, later, costs, share, settings)
    found = Finding(
        key="calling.profit",
        table=table,
        facts=_facts(table, tested, settings)
        | gain
        | saves.facts
        | {"best_share": best, "expected_share": expected, "worth_cny": worth}
        | {"gone": _gone(later, settings)},
        sentences=("sentence", _verdict(gain), "gone", "best" if best > 0 else "nobody"),
        caveats=("model.not_called", "calling.old_value", saves.caveat),
    )
    return of_all(found, risk.campus, "calling.all_campuses")


def _depth(earlier: pd.DataFrame, costs: Costs, share: float) -> float:
    """Return the share of all whom to call each month so that most is earned."""
    return maximum_profit(earlier["can_be_kept"], earlier[PROBABILITY], costs, share, gone=_lost(earlier)).share


def _lost(rows: pd.DataFrame) -> pd.Series:
    """Tell who left and can be kept no more: who is gone takes no offer."""
    return rows[OUTCOME].astype(bool) & ~rows["can_be_kept"]


def _earned(rows: pd.DataFrame, costs: Costs, share: float) -> Floats:
    """Return what a call to each earns, on average over who accepts."""
    ways = [rows["can_be_kept"], _lost(rows)]
    earns = [share * (costs.value - costs.offer), 0.0]
    return np.asarray(np.select(ways, earns, -costs.offer) - costs.call, dtype=float)


def _on_list(later: pd.DataFrame, settings: Settings) -> Flags:
    return listed(later, PROBABILITY, settings.calling.calls_per_month, seed=settings.uncertainty.seed)


def _by_lot(later: pd.DataFrame, on_list: Flags) -> Floats:
    """Return how likely each is to be called, if each campus's list of the month is drawn by lot."""
    places = [later["as_of"], later["campus"].fillna("")]
    return pd.Series(on_list, index=later.index).astype(float).groupby(places).transform("mean").to_numpy()


def _verdict(gain: dict[str, float]) -> str:
    if gain["gain_cny_low"] > 0:
        return "more"
    return "less" if gain["gain_cny_high"] < 0 else "alike"


def _gone(later: pd.DataFrame, settings: Settings) -> int:
    """Return how many of those called had come for the last time before."""
    return int((_on_list(later, settings) & later["already_gone"]).sum())


def _first(later: pd.DataFrame, share: float) -> Flags:
    """Tell who belongs to this share of each month, the likeliest leavers first."""
    months = later.groupby("as_of")[PROBABILITY]
    place = months.rank(method="first", ascending=False)
    return (place <= (share * months.transform("size")).round()).to_numpy()


def _table(
    earlier: pd.DataFrame, later: pd.DataFrame, costs: Costs, share: float, settings: Settings
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the table, and what calling by risk earns more than by lot."""
    rules, earned, on_list = settings.uncertainty, _earned(later, costs, share), _on_list(later, settings)
    lot = _by_lot(later, on_list)
    called = on_list.astype(float)
    ways: dict[str, Floats] = {CAPACITY: called, EVERYBODY: np.ones_like(lot), BY_LOT: lot, _GAIN: called - lot}
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
    gain = sums_of[_GAIN]
    return _rows(sums_of), {f"gain_cny{end}": float(gain[f"profit_cny{end}"]) for end in ("", "_low", "_high")}


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
        "called": int(at[CAPACITY]["called"]),
        "could_be_kept": int(at[CAPACITY]["could_be_kept"]),
        "by_lot_kept": int(at[BY_LOT]["could_be_kept"]),
        "by_lot_cny": float(at[BY_LOT]["profit_cny"]),
        "level": settings.uncertainty.level,
        **{f"{way}_cny{end}": float(at[way][f"profit_cny{end}"])
           for way in (CAPACITY, BEST) for end in ("", "_low", "_high")},
    }  # fmt: skip


def _beta(mean: float, error: float) -> dict[str, float]:
    """Return the parameters of the beta distribution of this mean and standard deviation: 0.3 and 0.1 give 6, 14."""
    size = max(mean * (1 - mean) / error**2 - 1, 1.0)
    return {"alpha": mean * size, "beta_": (1 - mean) * size}
