"""Which campuses, courses and channels can be compared with each other?"""

import pandas as pd

from churnlab.churn.stays import CHURNED
from churnlab.settings import Settings
from churnlab.stats.hazards import distinct
from churnlab.wording import Said

FACTORS = ("campus", "course", "channel")
POOLED = {factor: Said(f"retention.pooled.{factor}") for factor in FACTORS}
_POOLED = "\U0010ffff "  # no name in the data ends in a blank, so this is nobody's; it comes last


def comparable(rows: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    """Return the levels of the stays that can be compared: small ones pooled, and without those where too few churned.

    A stay that is left out for its channel may leave too few at its campus: so once more, until nothing changes.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `churnlab.churn.stays.stays` returns it.
    rules : Settings
        The institution's.

    Returns
    -------
    pandas.DataFrame
        One row a stay that can be compared, with its index in `rows`; one column a factor.
    """
    smallest, fewest = max(rules.uncertainty.min_group, len(rows) // 100), rules.retention.cox_min_level_events
    while True:
        churned = rows["cause"] == CHURNED
        pooled, told = pd.DataFrame(index=rows.index), pd.Series(True, index=rows.index)
        for factor in FACTORS:
            level = rows[factor]
            ends = churned.groupby(level).transform("sum")
            is_told = (level.map(level.value_counts()) >= smallest) & (ends >= fewest)
            pooled[factor] = level.where(is_told, _POOLED)
            told &= churned.groupby(pooled[factor]).transform("sum") >= fewest
        if told.all():
            return pooled
        rows = rows[told]


def compared_columns(pooled: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a column of 0 and 1 for each level but the largest of its factor, and what the columns mean.

    Parameters
    ----------
    pooled : pandas.DataFrame
        From `comparable`.

    Returns
    -------
    X : pandas.DataFrame of float, shape (n, k)
        One row a stay.
    means : pandas.DataFrame
        One row a column of X: `factor`, `level`, `reference`, `stays`.
    """
    columns, described = {}, []
    for factor in FACTORS:
        sizes = pooled[factor].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        for level in sizes.index[1:]:
            columns[f"{factor}:{level}"] = (pooled[factor] == level).astype(float)
            compared = {"level": _said(factor, level), "reference": _said(factor, sizes.index[0])}
            described.append({"factor": factor, **compared, "stays": sizes[level]})
    X = distinct(pd.DataFrame(columns, index=pooled.index))
    means = pd.DataFrame(described, index=list(columns)).reindex(X.columns)
    return X, means


def _said(factor: str, level: str) -> str | Said:
    return POOLED[factor] if level == _POOLED else level
