"""How do renewals go on from term to term?"""

import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.terms import ASKED, terms
from churnlab.errors import NotEnoughData
from churnlab.stats.beta_geometric import BetaGeometric, fit_beta_geometric
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
