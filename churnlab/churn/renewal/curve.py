"""How do renewals go on from term to term?"""

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.terms import ASKED, terms
from churnlab.errors import NotEnoughData
from churnlab.stats.beta_geometric import BetaGeometric, fit_beta_geometric, one_for_all
from churnlab.tables.door import Data


def asked(data: Data) -> pd.DataFrame:
    """Return the contracts that every renewal rate is of: they came to their end, and the answer is known.

    Only those that ended while all answers are known: of the latest ends renewals are known sooner than losses.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Rows of `terms` with `renewed` (flag).
    """
    rows = terms(data)
    rows = rows[rows["outcome"].isin(ASKED) & (rows["ended_on"] < settled_before(data))]
    return rows.assign(renewed=rows["outcome"] == "renewed").reset_index(drop=True)


@remembered
def curve(data: Data) -> BetaGeometric:
    """Fit the shifted beta-geometric model to all chains of contracts that are on record from their first.

    Raises
    ------
    NotEnoughData
        If fewer than `uncertainty.min_group` contracts came to their end in each of two terms.
    """
    rows, least = asked(data), data.settings.uncertainty.min_group
    rows = rows[rows["term_is_known"]]
    counts = rows.groupby("term")["renewed"].agg(asked="size", renewed="sum")
    if (counts["asked"] >= least).sum() < 2:
        raise NotEnoughData("renewal.few_terms", least=least)
    return fit_beta_geometric(counts.index.to_numpy(), counts["asked"].to_numpy(), counts["renewed"].to_numpy())


@remembered
def years_differ(data: Data) -> tuple[int, float]:
    """Test whether those who started in different years renew by one curve, as `curve` takes it.

    Compared are the years of which `uncertainty.min_group` contracts came to their end in each of two terms.

    Returns
    -------
    years : int
        How many were compared.
    p_value : float
        Of the likelihood-ratio test (`one_for_all`); NaN of fewer than two years.
    """
    rows = asked(data)
    rows = rows[rows["term_is_known"]].assign(year=lambda t: t["enrolment_id"].map(_started(data)))
    counts = rows.groupby(["year", "term"])["renewed"].agg(asked="size", renewed="sum").reset_index()
    enough = (counts["asked"] >= data.settings.uncertainty.min_group).groupby(counts["year"]).transform("sum") >= 2
    counts = counts[enough]
    years = counts["year"].nunique()
    if years < 2:
        return years, np.nan
    return years, one_for_all(*(counts[name].to_numpy() for name in ("term", "asked", "renewed", "year")))[2]


def _started(data: Data) -> dict[str, int]:
    """Return by contract the year in which its chain began."""
    rows = terms(data)
    links = rows.dropna(subset="renewed_by").drop_duplicates("renewed_by")
    before = dict(zip(links["renewed_by"], links["enrolment_id"], strict=True))
    years: dict[str, int] = {}
    # A contract is signed after the one it follows: in order of signing each finds its predecessor's year.
    for enrolment, year in zip(rows["enrolment_id"], rows["starts_on"].dt.year, strict=True):
        years[enrolment] = years.get(before.get(enrolment, ""), year)
    return years
