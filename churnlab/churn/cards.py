"""Which four figures does a director look at first?"""

import numpy as np
import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus, month_start, next_month
from churnlab.churn.movements import movements, quiet, quiet_on
from churnlab.churn.rates import churn_rate
from churnlab.finding import Finding, attempt
from churnlab.tables.door import Data


def cards(data: Data, month: str, campus: Campus = None) -> Finding:
    """Put the month's main figures beside last month's and last year's.

    Parameters
    ----------
    data, month, campus
        As for `churn_rate`.

    Returns
    -------
    Finding
        `churn.cards`: this month, the month before and the same month last year; `at_risk`, `churn_rate`
        (`likely_churn_rate` while this month is provisional; each month as confirmed or as expected, with its
        interval), `new_students`, `quiet` (as of the date; before: at each month's end, as could be seen then).
    """
    rate = churn_rate(data, month, campus).table
    provisional = rate["provisional"].fillna(False).astype(bool)
    end = np.where(provisional, "expected_rate", "churn_rate")
    name = "likely_churn_rate" if provisional.iloc[0] else "churn_rate"
    likely = {
        f"{name}{bound}": [rate[f"{source}{bound}"].iloc[row] for row, source in enumerate(end)]
        for bound in ("", "_low", "_high")
    }
    came = [_new(data, str(each), campus) for each in rate["month"]]
    table = rate[["comparison", "at_risk"]].assign(**likely, new_students=came)
    silent = attempt(quiet, data, campus)
    if "quiet" in silent.facts:
        before = [quiet_on(data, next_month(month_start(each)).date(), campus) for each in rate["month"].iloc[1:]]
        table = table.assign(quiet=pd.Series([silent.facts["quiet"], *before], dtype="Int64"))
    # A month before the first record has no figures to compare with.
    table = table[(table["at_risk"] > 0) | (table["comparison"] == "this_month")]
    short, told = set_aside(data)
    facts = {"unit": data.settings.outcome.unit, "month": month, **told}
    return Finding(key="churn.cards", table=table.reset_index(drop=True), facts=facts, caveats=short)


def _new(data: Data, month: str, campus: Campus) -> int:
    table = movements(data, month, campus).table
    return int(table.loc[table["movement"] == "new", "students"].sum())
