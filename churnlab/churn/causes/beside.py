"""Does what drove the risk of those who left fit what they said?

Two witnesses, neither of whom is sure. Who left names what is easily said; the model knows what is on record only, and
what goes with leaving need not be its cause. Where both name the same department, look there first; where they part,
somebody should ask.
"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.causes.leavers import Leavers, leavers
from churnlab.churn.causes.owners import owner
from churnlab.churn.causes.taxonomy import DEPARTMENTS, OTHER
from churnlab.churn.counts import Campus
from churnlab.churn.encoding import KEYS
from churnlab.churn.evaluation import Backtest
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.agreement import cohens_kappa, cross_table
from churnlab.stats.intervals import cluster_bootstrap, clustered_wilson
from churnlab.tables.door import Data
from churnlab.wording import Said

# As for the reasons on the call list: what raises the odds by less than a tenth pushes nobody.
_LEAST_LOG_ODDS = 0.0953


def causes_beside(data: Data, backtest: Backtest, *, campus: Campus = None) -> Finding:
    """Set what leavers said beside what had raised their risk before they left.

    Of each who left and stated a reason that points to a department, the last prediction made before her last day
    counts, by a model that knew nothing later (`backtest`). What the features of one department (`owners.OWNERS`) add
    to the log odds, in comparison with the mean student, is added up; the department whose sum is largest pushed most.
    Where none raises the odds by a tenth, only signs did, as absence or the end of a contract: whose doing that is
    nobody can read from them. A push is an association. And a department of which little is on record can push little:
    of rooms and safety no feature tells at all.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    backtest : Backtest
        Of the same data, from `evaluation.backtest`: only what its models said of months they had not seen.
    campus : str, sequence of str, optional
        Where they were last taught; None: all.

    Returns
    -------
    Finding
        `churn.causes_beside`: one row per department, then `other`, whom no department pushed. All shares are of the
        same leavers: `students` named it, `stated_share`; `modelled_share`, whom it pushed most (NaN of a department
        without features); `difference_points`, stated less modelled; `same_share`, of those who named it, whom it
        pushed most, too. Wilson's intervals, of differences a bootstrap, all by student. Facts: agreement where both
        name a department of which features tell, one end a student; what chance would bring; Cohen's kappa.

    Raises
    ------
    NotEnoughData
        If of fewer than `uncertainty.min_group` leavers both are known.
    """
    days = pd.Timedelta(days=data.settings.outcome.horizon_days)
    stop = min((pd.Timestamp(backtest.months[-1]) + days).date(), data.as_of)
    found = leavers(data, start=backtest.months[0], stop=stop, campus=campus)
    pushes = _pushes(backtest.contributions)
    rows = _paired(found, pushes)
    least = data.settings.uncertainty.min_group
    if len(rows) < least:
        raise NotEnoughData("causes.few_beside", **found.facts, both_known=len(rows), least=least)
    seen = tuple(pushes.columns)
    table = _table(rows, seen, data)
    agreement, told = _agreement(rows, seen, data)
    apart, where = _apart(rows, seen, data)
    facts = found.facts | told | where | {"both_known": len(rows), "months": len(backtest.months)}
    facts |= {"signs_share": float((rows["pushed"] == OTHER).mean())}
    sentences = ("sentence", *agreement, *apart)
    return Finding(
        key="churn.causes_beside",
        table=table,
        facts=facts,
        sentences=sentences,
        caveats=(*found.caveats, "causes_pushes"),
    )


def _pushes(contributions: pd.DataFrame) -> pd.DataFrame:
    """Add up what the features of each department add to the log odds; a column for each that has features."""
    features = contributions.drop(columns=list(KEYS)).astype(float)
    owners = {name: owner(str(name)) for name in features}
    sums = {
        department: features[[name for name in features if owners[name] == department]].sum(axis=1)
        for department in DEPARTMENTS
        if department in owners.values()
    }
    index = pd.MultiIndex.from_frame(contributions[["unit_id", "as_of"]])
    return pd.DataFrame(sums, index=contributions.index).set_axis(index)


def _paired(found: Leavers, pushes: pd.DataFrame) -> pd.DataFrame:
    """Return those who named a department and had been scored before, with the department that pushed most."""
    most = pushes.idxmax(axis=1) if len(pushes.columns) else pd.Series(OTHER, index=pushes.index)
    pushed = most.where(pushes.max(axis=1) > _LEAST_LOG_ODDS, OTHER).rename("pushed").reset_index()
    named = found.told[found.told["department"].isin(DEPARTMENTS)]
    met = named.merge(pushed.astype({"as_of": "datetime64[ns]"}), on="unit_id")
    met = met[met["as_of"] <= met["left_on"]].sort_values(["unit_id", "episode", "as_of"])
    return met.drop_duplicates(["unit_id", "episode"], keep="last").reset_index(drop=True)


def _table(rows: pd.DataFrame, seen: tuple[str, ...], data: Data) -> pd.DataFrame:
    level, who = data.settings.uncertainty.level, rows["student_id"]
    low, high = _differences(rows, data, level)
    table = []
    for place, name in enumerate((*DEPARTMENTS, OTHER)):
        named, pushed = rows["department"] == name, rows["pushed"] == name
        # What nobody could have named, and what no feature tells of, is no share of zero.
        told = {"students": int(named.sum())} | _share("stated_share", named, who, level, known=name != OTHER)
        told |= _share("modelled_share", pushed, who, level, known=name in (*seen, OTHER))
        if name in seen:
            gap = float(named.mean() - pushed.mean())
            told |= {"difference_points": gap, "difference_points_low": low[place]}
            told |= {"difference_points_high": high[place]}
            told |= _share("same_share", pushed[named], who[named], level, known=bool(named.any()))
        table.append({"department": name} | told)
    return pd.DataFrame(table)


def _share(name: str, did: pd.Series, who: pd.Series, level: float, *, known: bool) -> dict[str, Any]:
    ends = (f"{name}_low", f"{name}_high")
    if not known:
        return dict.fromkeys((name, *ends), np.nan)
    return {name: float(did.mean()), **dict(zip(ends, clustered_wilson(did, who, level), strict=True))}


def _differences(rows: pd.DataFrame, data: Data, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of stated less modelled share of each department: both are of the same leavers."""
    gaps = np.column_stack([
        (rows["department"] == name).astype(float) - (rows["pushed"] == name).astype(float) for name in DEPARTMENTS
    ])  # fmt: skip
    rules = data.settings.uncertainty
    return cluster_bootstrap(
        lambda drawn: gaps[drawn].mean(axis=0), rows["student_id"], level=level, resamples=rules.bootstrap,
        seed=rules.seed,
    )  # fmt: skip


def _agreement(rows: pd.DataFrame, seen: tuple[str, ...], data: Data) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Tell how often both name the same department, where both could, of one end a student."""
    both = rows[rows["department"].isin(seen) & rows["pushed"].isin(seen)].sort_values(["student_id", "left_on"])
    both = both.drop_duplicates("student_id", keep="last")
    if len(both) < data.settings.uncertainty.min_group or len(seen) < 2:
        return ("no_agreement",), {"compared": len(both)}
    found = cohens_kappa(cross_table(both["department"], both["pushed"], seen), level=data.settings.uncertainty.level)
    if not np.isfinite(found.kappa):  # all of them named, and were pushed by, one and the same
        return ("no_agreement",), {"compared": len(both)}
    names = ("kappa", "low", "high", "agreement", "by_chance")
    told = {"compared": len(both)} | {name: float(getattr(found, name)) for name in names}
    return ("agreement" if found.low > 0 else "by_chance",), told


def _apart(rows: pd.DataFrame, seen: tuple[str, ...], data: Data) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Name the department over which they part most, if by more than chance, allowing for the number compared."""
    level = data.settings.uncertainty.level
    low, high = _differences(rows, data, 1 - (1 - level) / max(len(seen), 1))
    gaps = {
        name: float((rows["department"] == name).mean() - (rows["pushed"] == name).mean())
        for place, name in enumerate(DEPARTMENTS)
        if name in seen and (low[place] > 0 or high[place] < 0)
    }
    if not gaps:
        return ("alike",), {}
    name = max(gaps, key=lambda department: abs(gaps[department]))
    side = "more_said" if gaps[name] > 0 else "less_said"
    return (side,), {
        "department": Said(f"code.department.{name}"),
        "look": Said(f"churn.causes_beside.look.{side}.{name}"),
        "stated_share": float((rows["department"] == name).mean()),
        "modelled_share": float((rows["pushed"] == name).mean()),
    }
