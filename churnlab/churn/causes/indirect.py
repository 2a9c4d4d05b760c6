"""Do calls, complaints and low scores name the department that the same leavers name when they are asked?

Why she left is guessed from what she said of something else. Of some leavers both are known: what they said then, and
the reason that they gave when asked. Where the two agree no more than chance would have it, a guess says nothing of the
others either, and counting it would bend every share: who complains cannot complain of the competitor.
"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.causes.taxonomy import DEPARTMENTS, PERSONAL
from churnlab.churn.outcome import CHURN_KINDS
from churnlab.settings import Settings
from churnlab.stats.agreement import Kappa, cohens_kappa, cross_table
from churnlab.stats.intervals import wilson

ASKED = ("interview", "phone", "survey", "form", "exit", "refund")
INDIRECT = ("call", "complaint", "satisfaction")
UNCHECKED = -1.0
"""The least kappa with which every source counts, checked or not."""
ALL = "all"
_HEADINGS = (*DEPARTMENTS, PERSONAL)


def compared(met: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Compare the departments that indirect sources name with those that the same leavers named when asked.

    A source counts where at least `uncertainty.min_group` leavers were also asked, the lower end of the interval of
    Cohen's kappa lies above `causes.indirect_kappa`, and that of each department which so many named when asked above
    0: a source that cannot name one makes all others look larger. With fewer asked nothing is known of it, so it does
    not count. Of a student one end is compared, the latest.

    Parameters
    ----------
    met : pandas.DataFrame
        One row per end and what was stated near it, the best of each source first: `row` (the end), `student_id`,
        `end_kind`, `left_on`, `source`, `department`.
    settings : Settings
        Of the institution.

    Returns
    -------
    pandas.DataFrame
        One row per indirect source that the settings' `causes.sources` list and department, `ALL` first: `source`;
        `department`; `leavers`, of whom the source names it; `compared`, who were also asked and then named it;
        `agreed_share`, of these, of whom the source names it, too (Wilson); `kappa` of it against all others, with its
        interval; NaN where there is nothing to compare. `counts`: whether the source counts.
    """
    said = met[met["end_kind"].isin(CHURN_KINDS) & met["department"].isin(_HEADINGS)]
    asked = said[said["source"].isin(ASKED)].drop_duplicates("row").set_index("row")["department"]
    rows: list[dict[str, Any]] = []
    for source in (name for name in settings.causes.sources if name in INDIRECT):
        own = said[said["source"] == source].drop_duplicates("row")
        both = own.assign(asked=own["row"].map(asked)).dropna(subset="asked").sort_values(["student_id", "left_on"])
        both = both.drop_duplicates("student_id", keep="last")
        told = [_row(own, both, name, settings.uncertainty.level) for name in (ALL, *_HEADINGS)]
        counts = _counts(told, settings)
        rows += [{"source": source} | row | {"counts": counts} for row in told]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"counts": bool})


_COLUMNS = (
    "source", "department", "leavers", "compared", "agreed_share", "agreed_share_low", "agreed_share_high", "kappa",
    "kappa_low", "kappa_high", "counts",
)  # fmt: skip


def _row(own: pd.DataFrame, both: pd.DataFrame, name: str, level: float) -> dict[str, Any]:
    mine = both if name == ALL else both[both["asked"] == name]
    many, agreed = len(mine), int((mine["department"] == mine["asked"]).sum())
    low, high = wilson(agreed, many, level) if many else (np.nan, np.nan)
    found = _kappa(both, name, level)
    return {
        "department": name,
        "leavers": len(own) if name == ALL else int((own["department"] == name).sum()),
        "compared": many,
        "agreed_share": agreed / many if many else np.nan,
        "agreed_share_low": float(low),
        "agreed_share_high": float(high),
        "kappa": found.kappa,
        "kappa_low": found.low,
        "kappa_high": found.high,
    }


def _kappa(both: pd.DataFrame, name: str, level: float) -> Kappa:
    asked, guessed = both["asked"], both["department"]
    if name == ALL:
        return cohens_kappa(cross_table(asked, guessed, _HEADINGS), level=level)
    return cohens_kappa(cross_table(asked == name, guessed == name, ("True", "False")), level=level)


def _counts(told: list[dict[str, Any]], settings: Settings) -> bool:
    least, many = settings.causes.indirect_kappa, settings.uncertainty.min_group
    if least == UNCHECKED:
        return True
    whole, *parts = told
    named = [row for row in parts if row["compared"] >= many]
    return bool(whole["compared"] >= many and whole["kappa_low"] > least and all(row["kappa_low"] > 0 for row in named))
