"""Who leaves sooner, other things equal?"""

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from scipy import stats as distributions

from churnlab.churn.stays import CHURNED, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.hazards import Test, distinct, proportionality
from churnlab.stats.multiplicity import holm
from churnlab.tables.door import Data

FACTORS = ("campus", "course", "channel")
OTHER = "other"


def hazard_ratios(data: Data, *, campus: str | None = None) -> Finding:
    """Compare the hazard of churn between campuses, courses and channels, each with the others held equal.

    Cox's model of the first stay of each unit over the last `retention.period_days`, stays that began earlier entering
    late; completion and personal reasons end the watch. A ratio is an association: nobody was assigned to a campus.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `retention.hazard_ratios`, one row a level: `factor`, `level`, `reference`, `stays`, `hazard_ratio` with
        interval against the factor's largest level, `adjusted_p_value` (Holm over all rows), `proportionality_p_value`.

    Raises
    ------
    NotEnoughData
        With fewer than `retention.cox_min_events` churned.

    References
    ----------
    Cox 1972; Efron 1977 for ties; Grambsch & Therneau 1994 for the test of proportionality.
    """
    rows = stays(data, campus=campus, period_days=data.settings.retention.period_days)
    return ratios_of(rows[rows["episode"] == 1].reset_index(drop=True), data.settings)


def ratios_of(rows: pd.DataFrame, rules: Settings) -> Finding:
    """Compare the hazards of these stays, one a unit; see `hazard_ratios`."""
    churned = int((rows["cause"] == CHURNED).sum())
    if churned < rules.retention.cox_min_events:
        raise NotEnoughData("retention.too_few_ends", n=churned, needed=rules.retention.cox_min_events)
    X, described = _levels(rows, smallest=max(rules.uncertainty.min_group, len(rows) // 100))
    if X.empty:
        raise NotEnoughData("retention.one_group", n=1)
    fitted = _fit(rows, X)
    proportional = _proportional(rows, X, fitted)
    table = _table(fitted, described, proportional, rules.uncertainty.level)
    broken = table.loc[holm(table["proportionality_p_value"]) < 1 - rules.uncertainty.level, "level"]
    differing = table[table["adjusted_p_value"] < 1 - rules.uncertainty.level].sort_values("hazard_ratio")
    facts = {"stays": len(rows), "churned": churned, "n": len(table), "all_p_value": proportional[-1].p_value}
    sentences: tuple[str, ...] = ("alike",)
    if len(differing):
        most = differing.iloc[-1] if differing["hazard_ratio"].iloc[-1] > 1 else differing.iloc[0]
        facts |= {
            "level": most["level"], "reference": most["reference"], "ratio": float(most["hazard_ratio"]),
            "low": float(most["hazard_ratio_low"]), "high": float(most["hazard_ratio_high"]),
            "differing": len(differing),
        }  # fmt: skip
        sentences = ("differs",)
    caveats = ("association", *(("hazards_not_proportional",) if len(broken) else ()))
    return Finding(
        key="retention.hazard_ratios",
        table=table,
        facts=facts | {"broken": ", ".join(broken)},
        sentences=sentences,
        caveats=caveats,
    )


def _levels(rows: pd.DataFrame, *, smallest: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a column of 0 and 1 for each level but the largest of its factor, and what the columns mean."""
    columns, described = {}, []
    for factor in FACTORS:
        sizes = rows[factor].value_counts()
        pooled = rows[factor].where(rows[factor].map(sizes) >= smallest, OTHER)
        sizes = pooled.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        for level in sizes.index[1:]:
            columns[f"{factor}:{level}"] = (pooled == level).astype(float)
            described.append({"factor": factor, "level": level, "reference": sizes.index[0], "stays": sizes[level]})
    X = distinct(pd.DataFrame(columns, index=rows.index))
    means = pd.DataFrame(described, index=list(columns)).reindex(X.columns)
    return X, means


def _fit(rows: pd.DataFrame, X: pd.DataFrame) -> CoxPHFitter:
    # lifelines wants entry before exit and takes no day -1: everything moves by one day, which changes no risk set.
    frame = X.assign(exit=rows["exit"] + 1, entry=rows["entry"] + 1, churned=rows["cause"] == CHURNED)
    return CoxPHFitter().fit(
        frame, duration_col="exit", event_col="churned", entry_col="entry", batch_mode=True,
        fit_options={"precision": 1e-9},
    )  # fmt: skip


def _proportional(rows: pd.DataFrame, X: pd.DataFrame, fitted: CoxPHFitter) -> list[Test]:
    only_churn = watched(rows.assign(cause=(rows["cause"] == CHURNED).astype(int)))
    return proportionality(only_churn, X.to_numpy(dtype=float), fitted.params_.to_numpy())


def _table(fitted: CoxPHFitter, described: pd.DataFrame, proportional: list[Test], level: float) -> pd.DataFrame:
    z = distributions.norm.ppf(0.5 + level / 2)
    beta, error = fitted.params_.to_numpy(), fitted.standard_errors_.to_numpy()
    table = described.assign(
        hazard_ratio=np.exp(beta),
        hazard_ratio_low=np.exp(beta - z * error),
        hazard_ratio_high=np.exp(beta + z * error),
        adjusted_p_value=holm(2 * distributions.norm.sf(np.abs(beta / error))),
        proportionality_p_value=[test.p_value for test in proportional[:-1]],
    )
    return table.reset_index(drop=True)
