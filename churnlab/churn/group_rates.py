"""How do the rates of groups compare, with chance taken into account?"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from churnlab import wording
from churnlab.churn.choices import refuse_other
from churnlab.churn.comparison import Rate, difference
from churnlab.churn.groups import POOLED_NAME, UNKNOWN, UNKNOWN_NAME, spoken
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson, weighted_wilson
from churnlab.stats.proportions import rates_differ
from churnlab.stats.shrinkage import beta_binomial
from churnlab.stats.stratified import beside_their_like
from churnlab.wording import Said

By = Literal["channel", "campaign", "campus", "adviser", "course"]
COLUMNS: Mapping[str, str] = {
    "channel": "channel", "campaign": "campaign_id", "campus": "campus", "adviser": "adviser_id", "course": "course_id"
}  # fmt: skip
# Many, each with few: their rates are mostly chance, and are never ranked.
MANY = ("campaign", "adviser")
# An adviser has the families of a campus, and a campaign those whom its channel reaches: neither is to answer for that.
LIKE: Mapping[str, str] = {"adviser": "campus", "campaign": "channel"}
_OURS = (POOLED_NAME, UNKNOWN_NAME)
_NOTHING = Rate(np.nan, np.nan, np.nan)
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
    refuse_other("by", by, known)
    return known[by]


def grouped(group: pd.Series, least: int) -> pd.Series:
    """Name the groups: those without a record one of their own, those smaller than `least` pooled."""
    names = group.astype(object).where(group.notna(), UNKNOWN_NAME).astype(str)
    small = names.map(names.value_counts()) < least
    return names.where(~small | (names == UNKNOWN_NAME), POOLED_NAME)


def alike(rows: pd.DataFrame, by: str) -> pd.Series | None:
    """Return what rows have in common that a group of this kind must not answer for; None where it may (`LIKE`)."""
    return rows[LIKE[by]].astype(object).fillna("") if by in LIKE else None


def by_group(
    did: pd.Series, group: pd.Series, person: pd.Series, rules: Settings, like: pd.Series | None = None
) -> pd.DataFrame:
    """Compare the rates of groups, each with all others together.

    Parameters
    ----------
    did : pandas.Series of bool
        For each row, as a request or a contract, whether it came about.
    group : pandas.Series of str
        Its group, from `grouped`.
    person : pandas.Series
        Whose row it is: those of one person count as one.
    rules : Settings
        `uncertainty.level`, `uncertainty.min_group`.
    like : pandas.Series, optional
        What rows that are alike have in common: a group is then compared with the others of these only.

    Returns
    -------
    pandas.DataFrame
        As of `against_others`, with `adjusted_p_value` (after Benjamini and Hochberg over the groups that have a name)
        in place of `p_value`.
    """
    table = against_others(did, group, person, rules, like)
    told = table["p_value"].dropna()
    adjusted = stats.false_discovery_control(told) if len(told) else told
    return table.drop(columns="p_value").assign(adjusted_p_value=pd.Series(adjusted, index=told.index, dtype=float))


def against_others(
    did: pd.Series, group: pd.Series, person: pd.Series, rules: Settings, like: pd.Series | None = None
) -> pd.DataFrame:
    """Compare the rates of groups, each with all others together, as one comparison.

    Parameters
    ----------
    did, group, person, rules, like
        As for `by_group`.

    Returns
    -------
    pandas.DataFrame
        Indexed by group, in the order of their names: `n`, `did`, `rate`, `difference_points`, each with `_low` and
        `_high` (Wilson's and Newcombe's, by person; NaN where the group is too small), `p_value` (Fisher's, or
        `beside_their_like`; NaN of groups that have no name, and where there is no other).

        With `like` the others are weighed so that they are as many of each kind as the group has, and the difference
        and the p-value are of those of the group only who have others of their kind.
    """
    names = sorted(group.unique())
    table = pd.DataFrame(
        [_compared(did, group == name, person, rules, like) for name in names], index=names, columns=list(_COMPARED)
    )
    told = [name for name in names if name not in _OURS and 0 < (group == name).sum() < len(group)]
    raw = [_p_value(did, group == name, person, like) for name in told]
    return table.assign(p_value=pd.Series(raw, index=told, dtype=float))


def _p_value(did: pd.Series, own: pd.Series, person: pd.Series, like: pd.Series | None) -> float:
    if like is None:
        return rates_differ(did, own, person)
    return beside_their_like(did, own, like, clusters=person).p_value


def _compared(
    did: pd.Series, own: pd.Series, person: pd.Series, rules: Settings, like: pd.Series | None
) -> dict[str, float]:
    one = _rate(did, own, person, rules) if own.sum() >= rules.uncertainty.min_group else _NOTHING
    if like is None or one is _NOTHING:
        gap = difference(one, _rate(did, ~own, person, rules))
    else:
        gap = _beside_their_like(did, own, person, rules, like)
    row: dict[str, float] = {"n": int(own.sum()), "did": int(did[own].sum())}
    for name, rate in (("rate", one), ("difference_points", gap)):
        row |= {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high}
    return row


def _rate(did: pd.Series, part: pd.Series, person: pd.Series, rules: Settings) -> Rate:
    if not part.any():
        return _NOTHING
    return Rate(did[part].mean(), *clustered_wilson(did[part], person[part], rules.uncertainty.level))


def _beside_their_like(did: pd.Series, own: pd.Series, person: pd.Series, rules: Settings, like: pd.Series) -> Rate:
    """Return how far a group's rate lies from that of others of whom there are as many of each kind."""
    mine, others = like[own].value_counts(dropna=False), like[~own].value_counts(dropna=False)
    weight = like.map(mine).fillna(0) / like.map(others)
    both = like.isin(mine.index) & like.isin(others.index)
    rest = both & ~own
    if not rest.any():
        return _NOTHING
    told, level = (did[rest], weight[rest], person[rest]), rules.uncertainty.level
    value = float(np.average(did[rest], weights=weight[rest]))
    return difference(_rate(did, both & own, person, rules), Rate(value, *weighted_wilson(*told, level)))


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


def beside(said: str, facts: Mapping[str, Any], by: str, like: str | None) -> Said:
    """Return the sentence of `standing_out`, which says with whom a group was compared.

    Parameters
    ----------
    said : str
        Key of a sentence, as `churn.funnel_group.higher`.
    facts : mapping
        Its facts.
    by : str
        Column that names the groups to a reader.
    like : str, optional
        Column of what those have in common with whom it was compared; None: all others.
    """
    if like is None or said.rpartition(".")[2] not in ("higher", "lower"):
        return Said(said, {"by": Said(f"column.{by}"), **facts})
    return Said(f"{said}_like", {"by": Said(f"column.{by}"), "like": Said(f"churn.like.{like}"), **facts})


def said_of(row: pd.Series, by: str) -> dict[str, Any]:
    """Return what is said of a group that differs, as facts: a row of `against_others`, named by its group."""
    return {
        "group": {lang: wording.cell(spoken(str(row.name)), by, lang) for lang in LANGUAGES},
        "group_n": int(row["n"]),
        "group_did": int(row["did"]),
        "group_rate": float(row["did"] / row["n"]),
        "group_drawn_rate": float(row["rate"]),
        **{f"group_{name}": float(row[name]) for name in row.index if name.startswith("difference")},
    }


def all_together(did: pd.Series, person: pd.Series, level: float) -> dict[str, Any]:
    """Return the row of all groups together: `n`, `did`, `rate` with its interval."""
    low, high = clustered_wilson(did, person, level)
    rate = float(did.mean()) if len(did) else np.nan
    return {"n": len(did), "did": int(did.sum()), "rate": rate, "rate_low": low, "rate_high": high}


ALL = Said("churn.funnel_group.all")
