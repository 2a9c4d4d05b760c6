"""Of those whom the departments could have called, how many would have left?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.counts import at_campus, month_name
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.evaluation import MODEL, RATE, Backtest
from churnlab.churn.outcome import episodes, with_us
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data

PROBABILITY = "churn_probability"
RANDOM = "random"
# As parts of what can be called: from a sixth to three times as many, so that the reader sees what more calls bring.
_PARTS = (1 / 6, 1 / 3, 1 / 2, 2 / 3, 1, 4 / 3, 5 / 3, 2, 3)
_RATES = ("precision_rate", "captured_share")
Flags = NDArray[np.bool_]


def at_campuses(backtest: Backtest, data: Data) -> Backtest:
    """Return the backtest with `campus` and `already_gone` in `scored`.

    `campus` is where each was taught before the month that was judged; `already_gone` tells of whom the last lesson had
    been before it, though nobody could tell yet.
    """
    stays, months = episodes(data), []
    for day in map(pd.Timestamp, backtest.months):
        there = with_us(stays, day).set_index("unit_id")
        rows = backtest.scored[backtest.scored["as_of"] == day]
        rows = rows.assign(campus=rows["unit_id"].map(there["campus"]))
        months.append(at_campus(rows, data, month_name(day)).assign(already_gone=already_gone(rows, data)))
    return replace(backtest, scored=pd.concat(months).sort_index())


def already_gone(rows: pd.DataFrame, data: Data) -> pd.Series:
    """Tell who had left before the day on which nobody could tell yet: of whom the last day of service was before it.

    Parameters
    ----------
    rows : pandas.DataFrame
        `as_of`, `unit_id` and `churned`, as `panel` has them.
    data : Data
        What had happened before a date by which the outcomes of these days are known.

    Returns
    -------
    pandas.Series of bool
        By row of `rows`.
    """
    stays, gone = episodes(data), pd.Series(False, index=rows.index)
    for day in map(pd.Timestamp, sorted(rows["as_of"].unique())):
        part = rows[rows["as_of"] == day]
        left_on = with_us(stays, day).set_index("unit_id")["left_on"]
        gone[part.index] = part[OUTCOME].astype(bool) & (part["unit_id"].map(left_on) < day)
    return gone


def listed(scored: pd.DataFrame, column: str, calls: int, *, seed: int) -> Flags:
    """Tell who would have been called: the `calls` highest of each campus and month.

    Of equal scores at the end of a list, as a rule in whole days has many, some are drawn by lot.

    Parameters
    ----------
    scored : pandas.DataFrame
        One row per month and unit: as_of, unit_id, campus, and the scores.
    column : str
        Higher for a higher risk.
    calls : int
        How many a campus can call in a month.
    seed : int
        Of the lot; it does not hang on the order of the rows.

    Returns
    -------
    numpy.ndarray of bool, shape (len(scored),)
    """
    rows = scored[["as_of", "unit_id", column]].assign(campus=scored["campus"].fillna(""), at=np.arange(len(scored)))
    rows = rows.sort_values(["as_of", "unit_id"])
    rows = rows.assign(lot=np.random.default_rng(seed).random(len(rows)))
    rows = rows.sort_values([column, "lot"], ascending=[False, True])
    chosen = np.zeros(len(scored), dtype=bool)
    chosen[rows.loc[rows.groupby(["as_of", "campus"]).cumcount() < calls, "at"]] = True
    return chosen


def calls(backtest: Backtest, *, settings: Settings) -> Finding:
    """Tell how many of those called would have left, had each campus called its `calling.calls_per_month` highest.

    Nobody was called by these lists: what calling changes is another question. Intervals are Wilson's by student.

    Parameters
    ----------
    backtest : Backtest
        As `at_campuses` returns it.
    settings : Settings
        `calling`, `uncertainty`, `outcome`.

    Returns
    -------
    Finding
        `model.calls`; one row per way of choosing (the model, each rule, a lot), best first: method, called, found
        (those called who left within the horizon), precision_rate (of the called) and captured_share (of all who left)
        with intervals; a lot has none, its values are expected ones.
    """
    scored, n = backtest.scored, settings.calling.calls_per_month
    _refuse_nobody(scored, backtest)
    ways = {MODEL: PROBABILITY} | {name: name for name in backtest.rivals if name != RATE}
    rows = [_way(scored, name, column, n, settings) for name, column in ways.items()]
    blind = _blind(scored, n)
    rules = sorted(rows[1:], key=lambda row: -row["precision_rate"])
    table = pd.DataFrame([rows[0], *rules, blind]).astype({"called": np.int64})
    facts = _facts(backtest, settings) | {name: rows[0][name] for name in rows[0] if name != "method"}
    facts |= {"blind_rate": blind["precision_rate"], "lift_ratio": rows[0]["precision_rate"] / blind["precision_rate"]}
    on_list = listed(scored, PROBABILITY, n, seed=settings.uncertainty.seed)
    facts |= {"found_gone": int((on_list & scored["already_gone"]).sum())}
    sentences = ["sentence", "gone", "against_lot"] if rows[0]["found"] else ["none"]
    if rules:
        facts |= {"rule_found": rules[0]["found"], "rule_rate": rules[0]["precision_rate"]}
        sentences.append(f"rule_{rules[0]['method']}")
    order = sorted(range(len(table)), key=lambda at: (-table["precision_rate"][at], at))
    return Finding(
        key="model.calls",
        table=table.iloc[order].reset_index(drop=True),
        facts=facts,
        sentences=tuple(sentences),
        caveats=_caveats(backtest, settings),
    )


def calls_by_campus(backtest: Backtest, *, settings: Settings) -> Finding:
    """Tell for each campus how many of those called would have left.

    Parameters
    ----------
    backtest, settings
        As for `calls`.

    Returns
    -------
    Finding
        `model.calls_by_campus`; one row per campus of which enough were called, the most found first: campus, called,
        found, precision_rate and captured_share with intervals, blind_rate (of all its students who left).

    Raises
    ------
    NotEnoughData
        If fewer than two campuses called `uncertainty.min_group` and lost as many.
    """
    scored, least = backtest.scored, settings.uncertainty.min_group
    _refuse_nobody(scored, backtest)
    on_list = listed(scored, PROBABILITY, settings.calling.calls_per_month, seed=settings.uncertainty.seed)
    rows = []
    for campus, part in scored.groupby("campus", sort=True):
        own = (scored["campus"] == campus).to_numpy()
        if on_list[own].sum() >= least and part[OUTCOME].sum() >= least:
            blind = {"blind_rate": float(part[OUTCOME].mean())}
            rows.append({"campus": campus} | _found(part, on_list[own], settings) | blind)
    if len(rows) < 2:
        raise NotEnoughData("model.calls_by_campus", campuses=len(rows), needed=least)
    table = pd.DataFrame(rows).sort_values(["precision_rate", "campus"], ascending=[False, True], ignore_index=True)
    facts = _facts(backtest, settings) | {
        "campuses": len(table),
        "left_out": int(scored["campus"].nunique()) - len(table),
    }
    for end, row in (("best", table.iloc[0]), ("worst", table.iloc[-1])):
        facts |= {f"{end}_{name}": row[name] for name in ("campus", "precision_rate", "called", "found")}
    apart = table["precision_rate_low"].iloc[0] > table["precision_rate_high"].iloc[-1]
    return Finding(
        key="model.calls_by_campus",
        table=table,
        facts=facts,
        sentences=("sentence", "apart" if apart else "alike"),
        caveats=_caveats(backtest, settings),
    )


def calls_reach(backtest: Backtest, *, settings: Settings) -> Finding:
    """Tell what share of the leavers more or fewer calls would have reached.

    Parameters
    ----------
    backtest, settings
        As for `calls`.

    Returns
    -------
    Finding
        `model.calls_reach`; one row per number of calls a campus and month: calls_per_month, is_capacity, called,
        found, captured_share with its interval, rule_share (by the best simple rule at the capacity), random_share.
    """
    scored, n, seed = backtest.scored, settings.calling.calls_per_month, settings.uncertainty.seed
    _refuse_nobody(scored, backtest)
    rules = [name for name in backtest.rivals if name != RATE]
    gone = scored[OUTCOME].to_numpy(dtype=bool)
    best = max(rules, key=lambda rule: listed(scored, rule, n, seed=seed)[gone].sum(), default=None)
    rows = []
    for many in sorted({max(round(part * n), 1) for part in _PARTS}):
        found = _found(scored, listed(scored, PROBABILITY, many, seed=seed), settings)
        rule = listed(scored, best, many, seed=seed)[gone].mean() if best else np.nan
        blind = _blind(scored, many)["captured_share"]
        told = {name: found[name] for name in ("called", "found", "captured_share", "captured_share_low")}
        rows.append(
            {"calls_per_month": many, "is_capacity": many == n}
            | told
            | {"captured_share_high": found["captured_share_high"], "rule_share": rule, "random_share": blind}
        )
    table = pd.DataFrame(rows)
    here, most = table[table["is_capacity"]].iloc[0], table.iloc[-1]
    facts = _facts(backtest, settings) | {
        "captured_share": float(here["captured_share"]),
        "more": int(most["calls_per_month"]),
        "more_share": float(most["captured_share"]),
    }
    sentences = ("sentence", *((f"rule_{best}",) if best else ()))
    return Finding(
        key="model.calls_reach",
        table=table,
        facts=facts,
        sentences=sentences,
        caveats=_caveats(backtest, settings),
    )


def _way(scored: pd.DataFrame, name: str, column: str, n: int, settings: Settings) -> dict[str, Any]:
    return {"method": name} | _found(scored, listed(scored, column, n, seed=settings.uncertainty.seed), settings)


def _found(scored: pd.DataFrame, on_list: Flags, settings: Settings) -> dict[str, Any]:
    gone, whose, level = (
        scored[OUTCOME].to_numpy(dtype=bool),
        scored["student_id"].to_numpy(),
        settings.uncertainty.level,
    )
    told: dict[str, Any] = {"called": int(on_list.sum()), "found": int((on_list & gone).sum())}
    for name, of, did in zip(_RATES, (on_list, gone), (gone, on_list), strict=True):
        low, high = clustered_wilson(did[of], whose[of], level)
        told |= {name: float(did[of].mean()), f"{name}_low": low, f"{name}_high": high}
    return told


def _blind(scored: pd.DataFrame, n: int) -> dict[str, Any]:
    """Return what lists drawn by lot would hold on average."""
    groups = scored.assign(campus=scored["campus"].fillna("")).groupby(["as_of", "campus"])[OUTCOME]
    size, rate = groups.size(), groups.mean()
    called = size.clip(upper=n)
    found = float((called * rate).sum())
    shares = {"precision_rate": found / called.sum(), "captured_share": found / scored[OUTCOME].sum()}
    return {"method": RANDOM, "called": int(called.sum()), "found": round(found)} | shares


def _refuse_nobody(scored: pd.DataFrame, backtest: Backtest) -> None:
    if not scored[OUTCOME].any():
        raise NotEnoughData("model.nobody_to_find", months=len(backtest.months), n=len(scored))


def _facts(backtest: Backtest, settings: Settings) -> dict[str, Any]:
    return {
        "unit": settings.outcome.unit,
        "months": len(backtest.months),
        "first_month": backtest.months[0],
        "last_month": backtest.months[-1],
        "skipped": len(backtest.skipped),
        "horizon_days": settings.outcome.horizon_days,
        "calls_per_month": settings.calling.calls_per_month,
        "events": int(backtest.scored[OUTCOME].sum()),
    }


def _caveats(backtest: Backtest, settings: Settings) -> tuple[str, ...]:
    few = bool(backtest.scored[OUTCOME].sum() < settings.model.min_events)
    return ("model.not_called", *(("model.few_judged",) if few else ()))
