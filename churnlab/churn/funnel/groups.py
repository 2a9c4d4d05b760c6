"""How do groups of those who asked compare, with chance taken into account?"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from churnlab import wording
from churnlab.churn.comparison import Rate, difference
from churnlab.churn.groups import POOLED_NAME, UNKNOWN, UNKNOWN_NAME, spoken
from churnlab.errors import OrderError
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.proportions import rates_differ
from churnlab.stats.shrinkage import beta_binomial
from churnlab.wording import Said

By = Literal["channel", "campaign", "campus", "adviser", "course"]
COLUMNS: Mapping[str, str] = {
    "channel": "channel", "campaign": "campaign_id", "campus": "campus", "adviser": "adviser_id", "course": "course_id"
}  # fmt: skip
# Many, each with few: their rates are mostly chance, and are never ranked.
MANY = ("campaign", "adviser")
_OURS = (POOLED_NAME, UNKNOWN_NAME)
_COMPARED = (
    "n", "did", "rate", "rate_low", "rate_high", "difference_points", "difference_points_low", "difference_points_high"
)  # fmt: skip


def column_of(by: str, known: Mapping[str, str]) -> str:
    """Return the column that tells groups apart.

    Raises
    ------
    OrderError
        If there are no such groups here.
    """
    if by not in known:
        raise OrderError("funnel.by", by=by, known=", ".join(known))
    return known[by]


def grouped(group: pd.Series, least: int) -> pd.Series:
    """Name the groups: those without a record one of their own, those smaller than `least` pooled."""
    names = group.astype(object).where(group.notna(), UNKNOWN_NAME).astype(str)
    small = names.map(names.value_counts()) < least
    return names.where(~small | (names == UNKNOWN_NAME), POOLED_NAME)


def by_group(did: pd.Series, group: pd.Series, person: pd.Series, rules: Settings) -> pd.DataFrame:
    """Compare the rates of groups, each with all others together.

    Parameters
    ----------
    did : pandas.Series of bool
        For each request, whether it came.
    group : pandas.Series of str
        Its group, from `grouped`.
    person : pandas.Series
        Who asked.
    rules : Settings
        `uncertainty.level`, `uncertainty.min_group`.

    Returns
    -------
    pandas.DataFrame
        As of `against_others`, with `adjusted_p_value` (after Benjamini and Hochberg over the groups that have a name)
        in place of `p_value`.
    """
    table = against_others(did, group, person, rules)
    told = table["p_value"].dropna()
    adjusted = stats.false_discovery_control(told) if len(told) else told
    return table.drop(columns="p_value").assign(adjusted_p_value=pd.Series(adjusted, index=told.index, dtype=float))


def against_others(did: pd.Series, group: pd.Series, person: pd.Series, rules: Settings) -> pd.DataFrame:
    """Compare the rates of groups, each with all others together, as one comparison.

    Parameters
    ----------
    did, group, person, rules
        As for `by_group`.

    Returns
    -------
    pandas.DataFrame
        Indexed by group, in the order of their names: `n`, `did`, `rate`, `difference_points`, each with `_low` and
        `_high` (Wilson's and Newcombe's, by person; NaN where the group is too small), `p_value` (Fisher's; NaN of
        groups that have no name, and where there is no other).
    """
    names = sorted(group.unique())
    table = pd.DataFrame(
        [_compared(did, group == name, person, rules) for name in names], index=names, columns=list(_COMPARED)
    )
    told = [name for name in names if name not in _OURS and 0 < (group == name).sum() < len(group)]
    raw = [rates_differ(did, group == name, person) for name in told]
    return table.assign(p_value=pd.Series(raw, index=told, dtype=float))


def _compared(did: pd.Series, own: pd.Series, person: pd.Series, rules: Settings) -> dict[str, float]:
    level, nothing = rules.uncertainty.level, Rate(np.nan, np.nan, np.nan)
    one, rest = (
        Rate(did[part].mean(), *clustered_wilson(did[part], person[part], level)) if part.any() else nothing
        for part in (own, ~own)
    )
    if own.sum() < rules.uncertainty.min_group:
        one = nothing
    gap = difference(one, rest)
    row: dict[str, float] = {"n": int(own.sum()), "did": int(did[own].sum())}
    for name, rate in (("rate", one), ("difference_points", gap)):
        row |= {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high}
    return row


def shrunken(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Put in the place of each group's rate what is expected of it, drawn to the others the more the fewer it has.

    Parameters
    ----------
    table : pandas.DataFrame
        From `by_group`. Those without a record are no group of their kind and keep their rate.
    level : float
        Coverage over the groups.
    """
    named = table[~table.index.isin(_OURS)]
    if named.empty:
        return table
    told = beta_binomial(named["did"], named["n"], level=level)
    rates = pd.DataFrame({"rate": told.mean, "rate_low": told.low, "rate_high": told.high}, index=named.index)
    whole = rates.reindex(table.index)
    return table.assign(**{name: whole[name].fillna(table[name]) for name in ("rate", "rate_low", "rate_high")})


def ordered(table: pd.DataFrame, by: str, largest: str) -> pd.DataFrame:
    """Return the table by this column, the largest first, pooled and unknown groups last; names as they are said."""
    table = table.rename_axis(by).reset_index()
    table = table.assign(last=table[by].map(lambda name: _OURS.index(name) + 1 if name in _OURS else 0))
    table = table.sort_values(["last", largest, by], ascending=[True, False, True], ignore_index=True)
    return table.drop(columns="last").assign(**{by: table[by].map(spoken).astype(object)})


def listed(table: pd.DataFrame, by: str, rules: Settings) -> pd.DataFrame:
    """Keep the first `funnel.listed` of a table from `ordered`, and those without a record beside them."""
    unknown = table[by].map(lambda name: name is UNKNOWN).astype(bool)
    return pd.concat([table[~unknown].head(rules.funnel.listed), table[unknown]], ignore_index=True)


def standing_out(table: pd.DataFrame, by: str, alpha: float) -> tuple[str, dict[str, Any]]:
    """Tell whether a group differs from the others by more than chance, and which differs most.

    Parameters
    ----------
    table : pandas.DataFrame
        From `by_group`.
    by : str
        Column that names the groups to a reader.
    alpha : float
        Largest corrected p-value that counts.

    Returns
    -------
    str
        `higher`, `lower`, `alike`, or `one_group` where fewer than two can be compared.
    dict
        The group's facts; empty for the last two.
    """
    named = table[table["adjusted_p_value"].notna()]
    if len(named) < 2:
        return "one_group", {}
    apart = named[(named["adjusted_p_value"] < alpha) & named["difference_points"].notna()]
    if apart.empty:
        return "alike", {"groups": len(named)}
    row = apart.iloc[int(apart["difference_points"].abs().argmax())]
    return ("higher" if row["difference_points"] > 0 else "lower"), said_of(row, by)


def said_of(row: pd.Series, by: str) -> dict[str, Any]:
    """Return what is said of a group that differs, as facts: a row of `against_others`, named by its group."""
    return {
        "group": {lang: wording.cell(spoken(str(row.name)), by, lang) for lang in LANGUAGES},
        "group_n": int(row["n"]),
        "group_did": int(row["did"]),
        "group_rate": float(row["did"] / row["n"]),
        **{f"group_{name}": float(row[name]) for name in row.index if name.startswith("difference")},
    }


def all_together(did: pd.Series, person: pd.Series, level: float) -> dict[str, Any]:
    """Return the row of all groups together: `n`, `did`, `rate` with its interval."""
    low, high = clustered_wilson(did, person, level)
    rate = float(did.mean()) if len(did) else np.nan
    return {"n": len(did), "did": int(did.sum()), "rate": rate, "rate_low": low, "rate_high": high}


ALL = Said("churn.funnel_group.all")
